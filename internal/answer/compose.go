package answer

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
	"golang.org/x/text/unicode/norm"

	"meridian/internal/faq"
	"meridian/internal/hanzi"
)

//go:embed prompts/answer.txt
var answerTask string

//go:embed prompts/answer.schema.json
var answerSchema []byte

const (
	// passagesGiven is how many passages a model is given at most, and
	// neighbourAt the share of the best score from which one that is not quoted is
	// among them.
	passagesGiven = 3
	neighbourAt   = 0.60

	// A good answer has two to six sentences of some twenty words.
	mostSentences   = 12
	longestSentence = 400 // characters
)

// wording is what a model answers a question with.
type wording struct {
	Covered   string `json:"covered"` // "full", "part" or "none"
	Missing   string `json:"missing"`
	Sentences []struct {
		Text     string `json:"text"`
		Passages []int  `json:"passages"`
	} `json:"sentences"`
}

// given is a passage as a model is given it.
type given struct {
	passage   *faq.Passage
	sentences []Sentence // as the patient would read them
	ground    *ground
}

// worded words the card anew, where there is a model and everything it says is
// supported; otherwise it returns the card, which is ready to be shown.
func (a *Answerer) worded(ctx context.Context, c *content, asked, payer string, card Answer) Answer {
	if a.model.none || card.Kind != KindAnswer {
		return card
	}
	passages := c.give(card)
	if len(passages) == 0 {
		return card
	}
	var w wording
	p := Prompt{System: answerTask, User: answerData(asked, card.Lang, passages), Schema: answerSchema, Payer: payer}
	call := start(ctx, a.model.Complete, p)
	for _, g := range passages { // meanwhile
		g.ground = newGround(g.passage, g.sentences)
	}
	if err := call.read(&w); err != nil {
		card.Fallback = fallback(err)
		return card
	}
	switch w.Covered {
	case "none":
		return c.uncovered(asked, card)
	case "full", "part":
	default:
		card.Fallback = ModelUnreadable
		return card
	}
	said, why := supportedSentences(w, passages, card.Lang)
	if why == "" {
		said, why = a.judged(ctx, payer, said, passages)
	}
	if why != "" {
		card.Fallback = why
		return card
	}
	answer := c.cite(said, passages, card)
	if w.Covered == "part" {
		answer.Missing = missing(w.Missing, asked, card.Lang)
	}
	return answer
}

// give returns the passages of the card and their close neighbours; none when
// one of the card's is not in the language of the answer, where nothing could be
// checked against it.
func (c *content) give(card Answer) []*given {
	var ids []string
	for _, s := range card.Sources {
		ids = append(ids, s.Passage)
	}
	quoted := len(ids)
	for _, hit := range card.Hits {
		if len(ids) < passagesGiven && hit.Score >= neighbourAt*card.Hits[0].Score && !slices.Contains(ids, hit.ID) {
			ids = append(ids, hit.ID)
		}
	}
	var list []*given
	for i, id := range ids {
		p, ok := c.passage(id, card.Lang)
		if !ok || isChinese(p.Article.Lang) != isChinese(card.Lang) || len(c.clinic.lacks(p)) > 0 {
			if i < quoted {
				return nil
			}
			continue
		}
		list = append(list, &given{passage: p, sentences: c.said(p, card.Lang)})
	}
	return list
}

// said returns the sentences of a passage that the clinic's facts allow to say.
func (c *content) said(p *faq.Passage, lang string) []Sentence {
	var list []Sentence
	for i, b := range p.Blocks {
		for _, s := range b.Sentences {
			if text, ok := c.clinic.fill(s.Text, lang); ok {
				list = append(list, Sentence{Text: inScript(text, lang), Cites: []string{p.ID}, Block: i, Item: b.Item})
			}
		}
	}
	return list
}

// languageNames are how a model is told the language to answer in.
var languageNames = map[string]string{
	"en": "English", "zh-Hant": "Traditional Chinese, as written in Hong Kong", "zh-Hans": "Simplified Chinese",
}

// passageData is a passage in a prompt.
type passageData struct {
	N        int          `json:"n"`
	Question string       `json:"question"`
	Evidence faq.Evidence `json:"evidence,omitempty"`
	Text     string       `json:"text"`
}

// answerData writes the question and the passages as one JSON object: no text
// in them can end the string it stands in.
func answerData(asked, lang string, passages []*given) string {
	return toJSON(struct {
		Language string        `json:"reply_language"`
		Question string        `json:"question"`
		Passages []passageData `json:"passages"`
	}{languageNames[lang], asked, passagesData(passages, lang)})
}

func passagesData(passages []*given, lang string) []passageData {
	var list []passageData
	for i, g := range passages {
		list = append(list, passageData{
			N: i + 1, Question: inScript(g.passage.Question, lang), Evidence: g.passage.Evidence, Text: textOf(g.sentences),
		})
	}
	return list
}

// textOf writes the sentences of a passage, each block on a line.
func textOf(sentences []Sentence) string {
	var b strings.Builder
	for i, s := range sentences {
		switch {
		case i > 0 && s.Block != sentences[i-1].Block:
			b.WriteByte('\n')
		case i > 0:
			b.WriteByte(' ')
		}
		if s.Item && (i == 0 || s.Block != sentences[i-1].Block) {
			b.WriteString("- ")
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// toJSON writes a value that always can be written.
func toJSON(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.String()
}

// supportedSentences returns the sentences that their passages support. It
// says why none of them may be used when the first or more than a third is not.
func supportedSentences(w wording, passages []*given, lang string) ([]claim, Fallback) {
	var kept []claim
	all, first := 0, false
	for _, s := range w.Sentences {
		var cited []*ground
		for _, n := range s.Passages {
			if n >= 1 && n <= len(passages) {
				cited = append(cited, passages[n-1].ground)
			}
		}
		for _, text := range splitSentences(s.Text) {
			all++
			if all > mostSentences {
				return nil, ModelUnsupported
			}
			made, ok := newClaim(text, lang, cited)
			if !ok {
				continue
			}
			first = first || all == 1
			kept = append(kept, made)
		}
	}
	if !first || 3*(all-len(kept)) > all {
		return nil, ModelUnsupported
	}
	return kept, ""
}

// claim is a sentence of a model with what supports it.
type claim struct {
	text string
	verdict
}

// newClaim checks one sentence. It reports false when it is not supported.
func newClaim(text, lang string, cited []*ground) (claim, bool) {
	if utf8.RuneCountInString(text) > longestSentence || !inLanguage(text, lang) {
		return claim{}, false
	}
	v := check(text, cited)
	return claim{inScript(text, lang), v}, v.why == supported
}

// inLanguage reports whether a sentence is in the language of the answer. A
// term of the other language does not change that.
func inLanguage(text, lang string) bool {
	han, letters := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsLetter(r):
			letters++
		}
	}
	if !isChinese(lang) {
		return letters > 0 && han*4 <= letters
	}
	return han*2 >= letters && han > 0 && (lang == "zh-Hans" || hanzi.Detect(text) != hanzi.Simplified)
}

// splitSentences cleans what a model gave as one sentence and cuts it into
// sentences, each of which has to hold by itself.
func splitSentences(text string) []string {
	var list []string
	tokens := sentences.FromString(tidy(text))
	for tokens.Next() {
		if s := strings.TrimSpace(tokens.Value()); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// tidy takes out what is not seen, marks such as [1], and white space that is
// not a single space.
func tidy(text string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(citeMarks.ReplaceAllString(visible, "")), " ")
}
