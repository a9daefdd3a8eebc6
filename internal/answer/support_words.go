package answer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"meridian/internal/hanzi"
)

// newHealthTerm reports whether the sentence names something of health that no
// cited passage does, in its text or in a phrasing of its question.
func newHealthTerm(s *statement, cited []*ground) bool {
	for i := range s.terms {
		t := &s.terms[i]
		word := strings.ToLower(t.text)
		if healthTerms[word] == "" && healthTerms[strings.TrimSuffix(word, "s")] == "" || hanzi.Contains(word) || t.known.is(generic) {
			continue
		}
		if !slices.ContainsFunc(cited, func(g *ground) bool { return g.holds(t) > 0 }) {
			return true
		}
	}
	for word := range healthTerms {
		if hanzi.Contains(word) && !loadLexicon().generic[word] && strings.Contains(s.folded, word) &&
			!slices.ContainsFunc(cited, func(g *ground) bool { return strings.Contains(g.folded, word) || strings.Contains(g.foldedAsk, word) }) {
			return true
		}
	}
	return false
}

// newWord reports whether the sentence has a word that neither a cited passage
// nor the lexicon has: most likely a fact of its own.
func newWord(terms []term, cited []*ground) bool {
	unheld := func(t *term) bool {
		return t.content() && !slices.ContainsFunc(cited, func(g *ground) bool { return g.holds(t) > 0 })
	}
	for i := 0; i < len(terms); i++ {
		if !terms[i].pairing {
			if !terms[i].known.general() && unheld(&terms[i]) {
				return true
			}
			continue
		}
		end := i
		for end < len(terms) && terms[end].pairing {
			end++
		}
		if newRun(terms[i:end], unheld) {
			return true
		}
		i = end - 1
	}
	return false
}

// newRun reports whether a run of pairs of Chinese characters has a word that is
// not held. A pair across the border of two words is never held, so that it
// takes three in a row, two at either end, or all there are.
func newRun(run []term, unheld func(*term) bool) bool {
	row := 0
	for i := range run {
		if !unheld(&run[i]) {
			row = 0
			continue
		}
		row++
		if row >= 3 || row == 2 && (i == 1 || i == len(run)-1) {
			return true
		}
	}
	return row == len(run) && utf8.RuneCountInString(run[0].text) > 1
}

// general reports whether the lexicon knows the word for one that names no fact.
func (e *entry) general() bool {
	return e != nil && (e.is(^generic) || len(e.directions) > 0 || len(e.members) > 0 || e.unit != "")
}
