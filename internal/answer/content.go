package answer

import (
	"strings"

	"meridian/internal/faq"
	"meridian/internal/hanzi"
	"meridian/internal/retrieve"
)

// hitsShown is how many of the best passages an answer reports.
const hitsShown = 10

// documents lists every version of every passage for the index.
func documents(library *faq.Library) []retrieve.Document {
	var docs []retrieve.Document
	for _, article := range library.Articles {
		for _, p := range article.Passages {
			docs = append(docs, retrieve.Document{
				ID: p.ID, Title: article.Title, Question: p.Question,
				Alternatives: p.AlsoAsked, Not: p.Not, Body: p.Text(),
			})
		}
	}
	return docs
}

func (c *content) search(text string) retrieve.Result {
	return c.index.Search(text, hitsShown)
}

// passage returns the passage in the language, or else in the other one: an
// answer in English is better than none.
func (c *content) passage(id, lang string) (*faq.Passage, bool) {
	order := []string{"en", "zh-Hant"}
	if isChinese(lang) {
		order = []string{"zh-Hant", "en"}
	}
	for _, l := range order {
		if p, ok := c.library.Passage(id, l); ok {
			return p, true
		}
	}
	return nil, false
}

// suggest returns the questions of the best n passages among the hits.
func (c *content) suggest(hits []retrieve.Hit, n int, lang string) []Suggestion {
	var list []Suggestion
	for _, hit := range hits {
		if len(list) == n {
			break
		}
		if p, ok := c.passage(hit.ID, lang); ok && len(c.clinic.lacks(p)) == 0 {
			list = append(list, Suggestion{Passage: p.ID, Question: inScript(p.Question, lang)})
		}
	}
	return list
}

// quote composes an answer from the curated passages themselves: every
// sentence word for word as it was approved, citing the passage it stands in.
func (c *content) quote(ids []string, lang string) Answer {
	answer := Answer{Kind: KindAnswer, Lang: lang}
	block := 0
	for _, id := range ids {
		p, ok := c.passage(id, lang)
		if !ok {
			continue
		}
		for _, s := range c.said(p, lang) {
			s.Block += block
			answer.Sentences = append(answer.Sentences, s)
		}
		block += len(p.Blocks)
		answer.Sources = append(answer.Sources, source(len(answer.Sources)+1, p, lang))
	}
	return answer
}

func source(n int, p *faq.Passage, lang string) Source {
	s := Source{
		N: n, Passage: p.ID,
		Article: inScript(p.Article.Title, lang), Section: inScript(p.Question, lang),
		ArticleURL: p.Article.URL,
		ReviewedOn: p.Article.ReviewedOn, ReviewedBy: inScript(p.Article.ReviewedBy, lang),
		Evidence: p.Evidence,
	}
	for _, r := range p.References {
		r.Text = inScript(r.Text, lang)
		s.References = append(s.References, r)
	}
	return s
}

// inScript writes curated Chinese, which is Traditional, in the script of lang.
func inScript(text, lang string) string {
	if lang == "zh-Hans" {
		return hanzi.Simplify(text)
	}
	return text
}

func isChinese(lang string) bool { return strings.HasPrefix(lang, "zh") }
