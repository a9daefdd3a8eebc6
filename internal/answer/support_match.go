package answer

import (
	"slices"
	"strings"
)

// match is the clause of a passage that is most like a clause of the reply.
type match struct {
	clause    clause
	statement *statement
	ground    *ground
	likeness  float64 // share of the content of the reply's clause that the statement holds, 0 to 1
	score     float64 // for comparing matches of one clause
}

const (
	// The shares from which a clause is taken for a copy of another: of the content
	// that both share, seen from either; and of all words, also those without content.
	wordForWord = 0.75
	sameWords   = 0.70

	// What a statement scores for having been meant by the clause before, for
	// having all numbers of the clause, and for being copied.
	goesOnScore  = 0.30
	numbersScore = 0.50
	copiedScore  = 2.00
)

// alike looks for the clause meant. Where the reply names somebody, only what
// the passage says of them is looked at.
func alike(c clause, s *statement, cited []*ground, before *match) match {
	names, numbers := s.namesFor(c), quantities(c.terms)
	var best match
	for _, g := range cited {
		for i := range g.statements {
			p := &g.statements[i]
			if !g.speaksOf(i, g.notInHeading(names)) {
				continue
			}
			copied := alikeWords(p.terms, s.terms) >= sameWords
			for _, candidate := range p.clauses {
				if candidate.has(inquires) && !c.has(inquires) {
					continue // what is asked is no ground for what is said
				}
				m := match{clause: candidate, statement: p, ground: g}
				m.compare(c)
				if p == before.statement {
					m.score += goesOnScore
				}
				if len(numbers) > 0 && !slices.ContainsFunc(numbers, func(q quantity) bool { return !p.repeats(q, g) }) {
					m.score += numbersScore
				}
				if copied && len(s.clauses) == 1 {
					m.score, m.likeness = m.score+copiedScore, max(m.likeness, clauseLikes)
				}
				if m.score > best.score {
					best = m
				}
			}
		}
	}
	return best
}

// compare scores how alike the clause of the passage is to c: what they share,
// measured against both, so that of two clauses with the same words the one
// that says less besides is meant.
func (m *match) compare(c clause) {
	shared, there, likeness, all := 0.0, 0.0, 0.0, 0.0
	for i := range c.terms {
		t := &c.terms[i]
		if !t.content() {
			continue
		}
		weight := 1.0
		if m.ground.topical(t) || t.known.is(everyday) {
			weight = topicCounts
		}
		all += weight
		if m.clause.find(t) != nil || m.statement.leading().find(t) != nil {
			shared += weight
		}
		if m.statement.holds(t) {
			there += weight
		}
		switch {
		case m.statement.holds(t), m.ground.topical(t):
			likeness += weight
		case m.statement.whole().points(t):
			likeness += weight * alikeCounts
		}
	}
	if all == 0 {
		return
	}
	m.likeness = likeness / all
	m.score = 0.7*shared/all + 0.6*there/all + 0.2*shared/float64(max(1, m.clause.size()))
}

// alikeWords is the share of words that two sentences have in common, 0 to 1.
func alikeWords(a, b []term) float64 {
	left := plainWords(b)
	all, common := len(left), 0
	for _, w := range plainWords(a) {
		all++
		if i := slices.Index(left, w); i >= 0 {
			left = slices.Delete(left, i, i+1)
			common++
		}
	}
	return 2 * float64(common) / float64(max(1, all))
}

// plainWords returns the words of the terms in lower case.
func plainWords(terms []term) []string {
	var list []string
	for i := range terms {
		if terms[i].mark == 0 {
			list = append(list, strings.Fields(strings.ToLower(terms[i].text))...)
		}
	}
	return list
}

// namesFor returns the names in a clause, or else in the nearest one before it.
func (s *statement) namesFor(c clause) []*term {
	var names []*term
	for _, other := range s.clauses {
		if list := namesOf(other.terms); len(list) > 0 {
			names = list
		}
		if &other.terms[0] == &c.terms[0] {
			break
		}
	}
	return names
}

// onlyTopic reports whether a clause that says a fact shares nothing with the
// statement meant but words of the question itself: it may say yes to a question
// that the passage answers with no.
func (m *match) onlyTopic(c clause) bool {
	if c.hedged() || c.has(inquires|denies) || len(quantities(c.terms)) > 0 {
		return false
	}
	for i := range c.terms {
		t := &c.terms[i]
		if t.content() && (m.clause.points(t) || !m.ground.topical(t) && (m.statement.holds(t) || m.statement.whole().points(t))) {
			return false
		}
	}
	return true
}

// points reports whether the clause points where t does: "disagree" where t is
// the "agree" of "do not agree".
func (c clause) points(t *term) bool {
	if t.known == nil || len(t.known.directions) == 0 {
		return false
	}
	made := c.directions()
	return slices.ContainsFunc(t.known.directions, func(d direction) bool {
		d.up = d.up != t.denied
		return made[d]
	})
}

// find returns the term of the clause with the same key; nil when there is none.
func (c clause) find(t *term) *term {
	for i := range c.terms {
		if c.terms[i].key == t.key && c.terms[i].mark == 0 {
			return &c.terms[i]
		}
	}
	return nil
}

// goneOn returns the terms of the statement after the one meant, where that goes
// on from it: "Most of these were mild."
func (m *match) goneOn() []term {
	for i := range m.ground.statements[1:] {
		if next := &m.ground.statements[i+1]; &m.ground.statements[i] == m.statement && next.goesOn() {
			for _, t := range next.terms[:min(4, len(next.terms))] {
				if slices.Contains([]string{"it", "they", "these", "this", "that", "those", "them"}, strings.ToLower(t.text)) {
					return next.terms
				}
			}
		}
	}
	return nil
}

// around returns the things that the statement names, or else the one before it.
func (m *match) around() []member {
	list := m.statement.whole().members()
	if before := m.ground.before(m.statement); before != nil {
		for _, other := range before.whole().members() {
			if !alternative(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// nearlyWordForWord reports whether c is taken for a copy of the clause meant.
func (m *match) nearlyWordForWord(c clause) bool {
	if m.likeness < wordForWord {
		return false
	}
	shared := 0
	for i := range m.clause.terms {
		if t := &m.clause.terms[i]; t.content() && c.find(t) != nil {
			shared++
		}
	}
	return float64(shared) >= wordForWord*float64(m.clause.size())
}
