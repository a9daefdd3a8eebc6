// Package faq loads and checks the curated articles. The passage, one question
// with its answer, is the unit that is searched, cited and shown.
package faq

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Library is the content of one directory, checked and ready to serve. It is
// never changed after it was loaded.
type Library struct {
	Articles []*Article // published ones without errors, by ID, then language

	dir         string      // where it was loaded from, for Watch
	fingerprint fingerprint // of every file, also of those not served
}

// In returns the articles written in lang, by ID.
func (l *Library) In(lang string) []*Article {
	var articles []*Article
	for _, a := range l.Articles {
		if a.Lang == lang {
			articles = append(articles, a)
		}
	}
	return articles
}

// Passage returns the passage with this ID in exactly this language.
func (l *Library) Passage(id, lang string) (*Passage, bool) {
	articleID, _, _ := strings.Cut(id, "/")
	i, found := slices.BinarySearchFunc(l.Articles, Article{ID: articleID, Lang: lang},
		func(a *Article, want Article) int { return compareArticles(a, &want) })
	if !found {
		return nil, false
	}
	for _, p := range l.Articles[i].Passages {
		if p.ID == id {
			return p, true
		}
	}
	return nil, false
}

// compareArticles is the order of [Library].Articles.
func compareArticles(a, b *Article) int {
	return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Lang, b.Lang))
}

// Article is one Markdown file: an article in one language. A translation is
// an article of its own with the same ID and the same passage IDs.
type Article struct {
	ID         string // "understanding-pain", the same in every language
	Title      string
	Lang       string // "en" or "zh-Hant"
	Publisher  string // who answers for the content
	URL        string // where the article can be read; may be empty
	Status     Status
	ReviewedBy string // as staff wrote it: "no clinician yet"
	ReviewedOn time.Time
	ReviewDue  time.Time
	File       string // path as it was loaded, for messages to staff
	Passages   []*Passage
}

// Status tells whether an article is served.
type Status string

// Only published articles are served; the others are checked all the same.
const (
	Draft     Status = "draft"
	Published Status = "published"
	Withdrawn Status = "withdrawn"
)

// Passage is one question and its curated answer.
type Passage struct {
	ID         string // "understanding-pain/why-pain-lasts": article ID, slash, section ID; at most 60 bytes
	Article    *Article
	Question   string   // the heading
	AlsoAsked  []string // other ways to ask it
	Not        []string // similar questions that it does not answer
	Evidence   Evidence // empty where the passage makes no claim about what helps
	Blocks     []Block
	References []Reference // the footnotes it uses, in the order of first use
	Needs      []string    // clinic facts its answer names, see [ClinicFacts]
	Line       int         // of the heading in Article.File
}

// OnlyClinic reports whether the clinic is the passage's one source: without
// the facts it needs there is no answer.
func (p *Passage) OnlyClinic() bool { return len(p.Needs) > 0 && len(p.References) == 0 }

// Text returns the whole answer as plain text: one line a block, list points
// marked with "- ".
func (p *Passage) Text() string {
	var lines []string
	for _, b := range p.Blocks {
		if b.Item {
			lines = append(lines, "- "+b.Text())
		} else {
			lines = append(lines, b.Text())
		}
	}
	return strings.Join(lines, "\n")
}

// Block is one paragraph or one list point of an answer.
type Block struct {
	Item      bool // a list point
	Sentences []Sentence
}

// Text returns the sentences of the block, joined as its language joins them:
// no space follows the full stop of a Chinese sentence.
func (b Block) Text() string {
	var text strings.Builder
	for i, s := range b.Sentences {
		if i > 0 {
			if last, _ := utf8.DecodeLastRuneInString(b.Sentences[i-1].Text); !isWide(last) {
				text.WriteByte(' ')
			}
		}
		text.WriteString(s.Text)
	}
	return text.String()
}

// Sentence is one sentence of an answer, its markup and footnote marks taken out.
type Sentence struct {
	Text string
	Refs []string // labels of the footnotes that stood in it
}

// Reference is one footnote: a source that a passage rests on.
type Reference struct {
	Label   string // "han2004"
	Text    string // author, title, where and when, without the address
	URL     string // canonical address; empty when there is none that is good
	Checked Checked
}

// Checked tells how far the record of a source was looked at.
type Checked string

// How far a source was checked.
const (
	Opened    Checked = "opened"    // the record or its text was read and says so
	Listed    Checked = "listed"    // the record is known to exist; not opened yet
	Corrected Checked = "corrected" // first cited wrongly; this is the right record
)

// Evidence is how strong the evidence behind a passage is.
type Evidence string

// The strengths that a passage may name.
const (
	Strong          Evidence = "strong"
	Moderate        Evidence = "moderate"
	Limited         Evidence = "limited"
	Mixed           Evidence = "mixed"
	Insufficient    Evidence = "insufficient"
	TraditionalView Evidence = "traditional view"
)
