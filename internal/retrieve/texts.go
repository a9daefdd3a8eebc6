package retrieve

import (
	"crypto/sha256"
	"strings"

	"meridian/internal/hanzi"
)

// Key names a text by its content: its SHA-256.
type Key = [sha256.Size]byte

// Text is one text of a passage that finding by meaning needs the vector of.
type Text struct {
	Key  Key
	Text string

	passage string // ID
	role    role
	script  int
}

// role is what a text is to its passage.
type role uint8

const (
	asks   role = iota // a way to ask for it
	says               // its answer
	denies             // a similar question that it does not answer
)

// maxText is how much of an answer is embedded, in bytes: what models that run
// on the clinic's own machine read at a time, some 500 tokens.
const maxText = 2_000

// Texts lists what has to be embedded of docs: every phrasing by itself, every
// answer, every Not. A text that is in several passages is there for each,
// under one key.
func Texts(docs []Document) []Text {
	type place struct {
		passage string
		key     Key
	}
	var texts []Text
	seen := make(map[place]bool)
	for i := range docs {
		d := &docs[i]
		add := func(text string, role role) {
			text = strings.TrimSpace(text)
			if len(text) > maxText {
				text = strings.ToValidUTF8(text[:maxText], "")
			}
			t := Text{Key: sha256.Sum256([]byte(text)), Text: text, passage: d.ID, role: role, script: scriptOfText(text)}
			if at := (place{d.ID, t.Key}); text != "" && !seen[at] {
				seen[at] = true
				texts = append(texts, t)
			}
		}
		for _, text := range phrasingsOf(d) {
			add(text, asks)
		}
		add(d.Body, says)
		for _, text := range d.Not {
			add(text, denies)
		}
	}
	return texts
}

// scriptOfText returns the kind of script a text is written in.
func scriptOfText(text string) int {
	if hanzi.Contains(text) {
		return chinese
	}
	return latin
}
