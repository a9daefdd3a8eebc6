package answer

import (
	"regexp"
	"slices"
	"strings"

	"meridian/internal/hanzi"
)

// ordersReader reports whether the clause tells the reader what to do.
func (c clause) ordersReader() bool {
	if c.has(orders) {
		return true
	}
	leading := true
	for i := range c.terms {
		t := &c.terms[i]
		if t.known.is(opens) && (i == 0 || c.terms[i-1].mark == ',' || joinsOrders(c.terms[i-1].text) && leading) {
			return true
		}
		leading = leading && joinsOrders(t.text)
		if i > 0 && t.mark == 0 && !t.known.is(glue) && !leading && c.terms[i-1].mark == 0 {
			break
		}
	}
	return false
}

// joinsOrders are words that may stand before an order.
func joinsOrders(word string) bool {
	return slices.Contains([]string{"and", "then", "so", "but", "always", "never", "only", "just", "first", "not", "also"}, strings.ToLower(word))
}

// ordersOrAdvises reports whether the clause says what to do or what should be done.
func (c clause) ordersOrAdvises() bool { return c.has(advises) || c.ordersReader() }

// advises reports whether the clause says what ought to be done, or not.
func (c clause) advises() bool {
	stance := c.directions()
	return c.ordersOrAdvises() || stance[direction{"stance", true}] || stance[direction{"stance", false}]
}

// orders reports whether the statement meant, what leads to it or what goes on
// from it tells the reader what to do.
func (m *match) orders() bool {
	return slices.ContainsFunc(m.statement.clauses, clause.ordersOrAdvises) ||
		slices.ContainsFunc(clausesOf(m.statement.lead), clause.ordersOrAdvises) ||
		clause{terms: m.goneOn()}.ordersOrAdvises()
}

// permitsAct reports whether the clause lets the reader change a treatment:
// "you can stop".
func (c clause) permitsAct() bool {
	permitted := false
	for i := range c.terms {
		t := &c.terms[i]
		permitted = permitted || t.known.is(permits) || c.permitsYou(i)
		if permitted && t.known.is(acts) {
			return true
		}
	}
	return false
}

// permitsAny reports whether the clause says that something may be done: "you
// can", 可以.
func (c clause) permitsAny() bool {
	for i := range c.terms {
		if c.permitsYou(i) || c.terms[i].known.is(permits) && !c.terms[i].denied {
			return true
		}
	}
	return false
}

// permitsYou reports whether "you can", "you could" or "you may" ends at i.
func (c clause) permitsYou(i int) bool {
	return i > 0 && strings.EqualFold(c.terms[i-1].text, "you") &&
		slices.Contains([]string{"can", "could", "may"}, strings.ToLower(c.terms[i].text))
}

// permits reports whether the statement meant lets somebody do what changes a treatment.
func (m *match) permits() bool {
	terms := m.statement.terms
	for i := range terms {
		if i > 0 && slices.Contains([]string{"can", "could", "may"}, strings.ToLower(terms[i].text)) &&
			slices.Contains([]string{"you", "they", "patients", "people"}, strings.ToLower(terms[i-1].text)) || terms[i].known.is(permits) {
			return true
		}
	}
	return false
}

// actsAlike reports whether the statement meant speaks of every act of the clause.
func (m *match) actsAlike(c clause) bool {
	for i := range c.terms {
		if c.terms[i].known.is(acts) && m.statement.whole().find(&c.terms[i]) == nil {
			return false
		}
	}
	return true
}

// addresses reports whether the clause makes of what was found in a study
// something that the reader can count on: "people needed less" became "you need less".
func (m *match) addresses(c clause) bool {
	found := len(m.statement.quantities) > 0 || m.statement.whole().has(origin)
	return found && c.speaksToReader() && !m.statement.whole().speaksToReader() && !m.statement.leading().speaksToReader() &&
		!c.hedged() && !c.ordersOrAdvises()
}

// speaksToReader reports whether the clause has "you".
func (c clause) speaksToReader() bool {
	return slices.ContainsFunc(c.terms, func(t term) bool {
		return slices.Contains([]string{"you", "your", "yours", "你", "你的", "您"}, strings.ToLower(t.text))
	})
}

// diagnosesReader reports whether the sentence says what the reader has.
func diagnosesReader(s *statement) bool {
	for i := range s.terms {
		t := &s.terms[i]
		if t.known.is(diagnoses) && assertsHere(s.terms, i) {
			return true
		}
	}
	return false
}

// assertsHere reports whether "you have" at i says something of the reader, and
// not "if you have" or "the pain you have".
func assertsHere(terms []term, i int) bool {
	return i == 0 || terms[i-1].mark != 0 || slices.Contains([]string{"that", "means", "so", "because", "think", "believe", "and", "but"}, strings.ToLower(terms[i-1].text)) ||
		hanzi.Contains(terms[i].text) && terms[i-1].text != "如果"
}

// firstWords are answers of one word that decide the question.
var firstWords = regexp.MustCompile(`(?i)^\s*(yes|no|of course|definitely|sure|是的|可以|能|会|會|有|对|對|不可以|不能|不会|不會|没有|沒有)\s*[,.，。!！;；:：—-]`)

// answersAlike reports whether a sentence that opens with yes or no does so
// like a sentence of a cited passage.
func answersAlike(sentence string, cited []*ground) bool {
	found := firstWords.FindStringSubmatch(sentence)
	if found == nil {
		return true
	}
	return slices.ContainsFunc(cited, func(g *ground) bool {
		return slices.ContainsFunc(g.statements, func(s statement) bool { return strings.HasPrefix(s.folded, fold(found[1])) })
	})
}
