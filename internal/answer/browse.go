package answer

import "meridian/internal/faq"

// Topic is an article to choose from.
type Topic struct {
	Article string // ID
	Title   string
}

// Open answers with one passage that the person chose. It reports false when
// the library no longer has it.
func (a *Answerer) Open(passage, lang string) (Answer, bool) {
	answer := a.content.Load().quote([]string{passage}, lang)
	answer.Confidence = 1
	return answer, len(answer.Sentences) > 0
}

// About answers "what can you do": example questions for somebody who asked nothing yet.
func (a *Answerer) About(lang string) Answer {
	return a.content.Load().smallTalk("about", lang)
}

// Topics lists the articles in the language.
func (a *Answerer) Topics(lang string) []Topic {
	var topics []Topic
	for _, article := range a.content.Load().articles(lang) {
		topics = append(topics, Topic{Article: article.ID, Title: inScript(article.Title, lang)})
	}
	return topics
}

// Questions lists the questions that an article answers.
func (a *Answerer) Questions(article, lang string) []Suggestion {
	c := a.content.Load()
	var list []Suggestion
	for _, candidate := range c.articles(lang) {
		if candidate.ID != article {
			continue
		}
		for _, p := range candidate.Passages {
			if len(c.clinic.lacks(p)) > 0 {
				continue
			}
			list = append(list, Suggestion{Passage: p.ID, Question: inScript(p.Question, lang)})
		}
	}
	return list
}

// articles returns the articles in the language, or all English ones when the
// library has none in it.
func (c *content) articles(lang string) []*faq.Article {
	if isChinese(lang) {
		if list := c.library.In("zh-Hant"); len(list) > 0 {
			return list
		}
	}
	return c.library.In("en")
}

// smallTalk answers small talk of the kind given.
func (c *content) smallTalk(kind, lang string) Answer {
	return Answer{Kind: KindSmallTalk, Code: kind, Lang: lang, Suggestions: c.examples(lang), Confidence: 1}
}

// examples returns the first question of each of the first articles: what to
// show somebody who does not know what to ask.
func (c *content) examples(lang string) []Suggestion {
	var list []Suggestion
	for _, article := range c.articles(lang) {
		if len(list) == suggestions {
			break
		}
		if len(article.Passages) > 0 && !article.Passages[0].OnlyClinic() {
			p := article.Passages[0]
			list = append(list, Suggestion{Passage: p.ID, Question: inScript(p.Question, lang)})
		}
	}
	return list
}
