package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"meridian/internal/hanzi"
)

// quantitiesHeld reports whether every number stands in a cited passage, of the
// same thing.
func quantitiesHeld(list []quantity, cited []*ground) bool {
	for _, q := range list {
		if !slices.ContainsFunc(cited, func(g *ground) bool {
			return g.heading.repeats(q, g) || slices.ContainsFunc(g.statements, func(s statement) bool { return s.repeats(q, g) })
		}) {
			return false
		}
	}
	return true
}

// repeats reports whether q repeats a number of the statement, which is one of g.
func (s *statement) repeats(q quantity, g *ground) bool {
	return slices.ContainsFunc(s.quantities, func(p quantity) bool { return q.repeats(p, g.quantities) })
}

// sameNumbers reports whether the numbers of the clause are those of the
// statement meant, or of the one it goes on from.
func (m *match) sameNumbers(c clause) bool {
	before := m.ground.before(m.statement)
	for _, q := range quantities(c.terms) {
		if m.statement.repeats(q, m.ground) || m.ground.heading.repeats(q, m.ground) {
			continue
		}
		if before == nil || !before.repeats(q, m.ground) || m.statement.counts(q.units) {
			return false
		}
	}
	for _, q := range quantities(c.terms) {
		if m.saidOfAnother(q, c) {
			return false
		}
	}
	for i := range c.terms {
		if t := &c.terms[i]; strictUnit(t) && !counted(c.terms, i) && !m.statement.holds(t) {
			return false
		}
	}
	return true
}

// saidOfAnother reports whether a word of the clause that the statement meant
// does not have stands in another one, beside another number of the same unit.
func (m *match) saidOfAnother(q quantity, c clause) bool {
	for i := range c.terms {
		t := &c.terms[i]
		if !t.content() || t.known.is(everyday) || m.ground.topical(t) || m.statement.holds(t) {
			continue
		}
		for j := range m.ground.statements {
			other := &m.ground.statements[j]
			if other.holds(t) && other.counts(q.units) && !other.repeats(q, m.ground) {
				return true
			}
		}
	}
	return false
}

// counts reports whether a number of the statement has one of the units.
func (s *statement) counts(units []string) bool {
	return slices.ContainsFunc(s.quantities, func(q quantity) bool {
		return slices.ContainsFunc(q.units, func(u string) bool { return slices.Contains(units, u) })
	})
}

// strictUnit reports whether the term is a unit that may not be exchanged for
// another, with or without a number: "for some minutes".
func strictUnit(t *term) bool {
	return t.known != nil && loadLexicon().strict[t.known.unit] && utf8.RuneCountInString(t.text) > 1
}

// counted reports whether a number stands right before the unit at i.
func counted(terms []term, i int) bool {
	return i > 0 && (terms[i-1].number || isOne(terms[i-1].text)) || i > 1 && terms[i-2].number && terms[i-1].mark == 0
}

// namesOf returns the names among the terms.
func namesOf(terms []term) []*term {
	var names []*term
	for i := range terms {
		if terms[i].name {
			names = append(names, &terms[i])
		}
	}
	return names
}

// organisations are how Chinese names of bodies end.
var organisations = []string{"大学", "医院", "学会", "协会", "组织", "委员会", "医学院", "研究所", "期刊", "基金会"}

// namesHeld reports whether every name stands in a cited passage. In a Chinese
// sentence every word in Latin letters is one. Each name must stand together
// with each number in one sentence of a passage or in the one that goes on from it.
func namesHeld(s *statement, cited []*ground) bool {
	chinese := hanzi.Contains(s.folded)
	for i := range s.terms {
		t := &s.terms[i]
		latin := chinese && t.mark == 0 && !t.number && !hanzi.Contains(t.text)
		if strictUnit(t) && !counted(s.terms, i) && !slices.ContainsFunc(cited, func(g *ground) bool { return g.loose[t.known.unit] }) {
			return false
		}
		if (t.name || latin || namesSpeaker(s.terms, i)) && !held(t, cited) {
			return false
		}
	}
	for _, ending := range organisations {
		for rest := s.folded; ; {
			before, after, found := strings.Cut(rest, ending)
			if !found {
				break
			}
			body := lastRunes(before, 2) + ending
			if !strings.ContainsAny(lastRunes(before, 1), "在的去到从由往于是间家所各何和") && !slices.ContainsFunc(cited, func(g *ground) bool { return strings.Contains(g.folded, body) }) {
				return false
			}
			rest = after
		}
	}
	return namesWithNumbers(s, cited)
}

// lastRunes returns the last n characters.
func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}

// namesSpeaker reports whether the first word of a sentence is a name because
// it says or finds something: "Harvard found".
func namesSpeaker(terms []term, i int) bool {
	if i != 0 || len(terms) < 2 || terms[0].known != nil {
		return false
	}
	first := []rune(terms[0].text)
	return len(first) > 0 && unicode.IsUpper(first[0]) &&
		slices.ContainsFunc(terms[1:min(4, len(terms))], func(t term) bool { return t.known.is(telling) || t.key == "=show" })
}

// namesWithNumbers reports whether the names and the numbers of each clause
// belong together in a cited passage.
func namesWithNumbers(s *statement, cited []*ground) bool {
	for _, c := range s.clauses {
		names := namesOf(c.terms)
		if len(names) == 0 {
			continue
		}
		for _, q := range quantities(c.terms) {
			if !slices.ContainsFunc(cited, func(g *ground) bool { return g.saysOf(names, q) }) {
				return false
			}
		}
	}
	return true
}

// saysOf reports whether the passage says the number of all the names.
func (g *ground) saysOf(names []*term, q quantity) bool {
	if g.heading.repeats(q, g) && g.heading.speaksOf(names) {
		return true
	}
	for i := range g.statements {
		if g.statements[i].repeats(q, g) && g.speaksOf(i, names) {
			return true
		}
	}
	return false
}

// forms are what only the curated entry may show: links, addresses, phone
// numbers, mentions, DOIs, markup.
var forms = regexp.MustCompile(`(?i)https?:|www\.|\b[a-z0-9-]+\.(?:com|org|net|io|co|hk|uk|info|example|cn|tw|edu|gov)\b` +
	`|\b10\.\d{4,}/|[^\s@]+@[^\s@]+|(?:^|[\s(])[@＠][\pL\d_]+|(?:\+|\b0)?\d(?:[ -]?\d){7,}\b|\b\d{4}[ -]\d{4}\b|[*_\x60#<>|~\[\]{}\\]|!\(`)

// isForeignDigit reports whether a character is a digit of a script that numbers
// are not looked for in.
func isForeignDigit(r rune) bool { return r >= utf8.RuneSelf && unicode.IsDigit(r) }

// hasBadForm reports whether the sentence shows a form that no cited passage
// does, or asks something.
func hasBadForm(sentence string, cited []*ground) bool {
	if strings.ContainsAny(sentence, "?？") || strings.ContainsFunc(fold(sentence), isForeignDigit) {
		return true
	}
	for _, found := range forms.FindAllString(sentence, -1) {
		if !slices.ContainsFunc(cited, func(g *ground) bool { return strings.Contains(g.folded, fold(strings.TrimSpace(found))) }) {
			return true
		}
	}
	return false
}
