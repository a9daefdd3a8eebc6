package answer

import (
	"slices"
	"strings"
)

// deniesOtherwise compares the denials with those of the clause meant, and with
// those of its whole sentence, where words of the topic say nothing.
func (m *match) deniesOtherwise(c clause) bool {
	nothing := func(*term) bool { return false }
	topic := m.ground.topical
	if c.permitsAny() {
		topic = nothing // "you can drive": the topic is what is permitted
	}
	return deniesOtherwise(c, m.clause, nothing) || deniesOtherwise(c, m.statement.whole(), topic) ||
		deniesOtherwise(c, clause{terms: slices.Concat(m.statement.lead, m.statement.terms)}, m.ground.topical)
}

// deniesOtherwise reports whether a denial was lost or added: nothing that both
// share is denied in both, and something is denied in one of them alone. Terms
// of the topic may be left out.
func deniesOtherwise(c, passage clause, leftOut func(*term) bool) bool {
	differs := false
	for i := range c.terms {
		t := &c.terms[i]
		if !t.content() || leftOut(t) {
			continue
		}
		mine, theirs := c.denied(t.key), passage.denied(t.key)
		if mine[true] && theirs[true] {
			return false
		}
		differs = differs || len(theirs) > 0 && !(mine[true] && theirs[true] || mine[false] && theirs[false])
	}
	return differs
}

// denied returns whether the clause has the key denied, not denied, or both.
func (c clause) denied(key string) map[bool]bool {
	found := make(map[bool]bool)
	for i := range c.terms {
		if c.terms[i].key == key && c.terms[i].mark == 0 {
			found[c.terms[i].denied] = true
		}
	}
	return found
}

// losesPart reports whether what is denied in part ("not always") is denied
// altogether.
func losesPart(c, passage clause) bool {
	if c.denials(passage) == 0 {
		return false
	}
	return slices.ContainsFunc(passage.terms, term.deniesPart) && !slices.ContainsFunc(c.terms, term.deniesPart) && !c.hedged()
}

// deniesPart reports whether the term makes a denial one in part: "not always",
// "no great pain".
func (t term) deniesPart() bool {
	return t.denied && (t.known.is(partial) || t.known != nil && slices.Contains(t.known.directions, direction{"size", true}))
}

// losesDenial reports whether a clause that repeats the passage nearly word for
// word denies more or less often.
func (m *match) losesDenial(c clause, s *statement) bool {
	whole, reply := m.statement.whole(), s.whole()
	n := c.denials(whole)
	return m.nearlyWordForWord(c) && n != m.clause.denials(c) && n != whole.denials(c) && reply.denials(whole) != whole.denials(reply)
}

// denials counts the words of denial that deny something the other clause
// speaks of too. "Neither … nor" is one, and "not … or not"; a "no" that answers
// the question is none.
func (c clause) denials(other clause) int {
	n := 0
	for i := range c.terms {
		t := &c.terms[i]
		if !t.known.is(denies) || strings.EqualFold(t.text, "nor") || c.after(i, "or") || i+1 < len(c.terms) && c.terms[i+1].mark == ',' {
			continue
		}
		for _, denied := range c.terms[i+1:] {
			if denied.known.is(denies) || denied.mark != 0 {
				break
			}
			if denied.key != "" && other.find(&denied) != nil {
				n++
				break
			}
		}
	}
	return n
}

// after reports whether the word stands one or two terms before i.
func (c clause) after(i int, word string) bool {
	for j := max(0, i-2); j < i; j++ {
		if strings.EqualFold(c.terms[j].text, word) {
			return true
		}
	}
	return false
}
