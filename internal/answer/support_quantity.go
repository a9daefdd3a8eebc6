package answer

import (
	"slices"
	"strings"
)

// quantity is a number of a sentence with what it counts and what stands round it.
type quantity struct {
	value    string
	units    []string // none when it says no unit that the lexicon knows
	bound    trait    // atMost, atLeast or 0
	members  []member // which of several things it is said of
	with     bool     // "with acupuncture", where another number may say "without"
	without  bool
	denied   bool               // "not 2010"
	whole    string             // "nine" of "five of nine"; empty when there is none
	points   map[direction]bool // where the words round it point
	words    map[string]bool    // the words with content round it
	beside   []string           // the other numbers there
	sentence int                // of the passage, counted from 0
}

// quantities returns the numbers of a sentence. One is no number ("one review"
// is "a review") unless it counts a strict unit ("one year").
func quantities(terms []term) []quantity {
	var list []quantity
	var at []int // where each stands
	for i := range terms {
		value, percent := strings.CutSuffix(terms[i].text, "%")
		if !terms[i].number && !isOne(terms[i].text) || wholeHundred(terms, i) {
			continue
		}
		q := quantity{value: value, units: unitsAfter(terms, i), denied: terms[i].denied}
		if percent {
			q.units = []string{"%"}
		}
		if isOne(value) || value == "1" {
			if q.value = "1"; len(q.units) == 0 || !loadLexicon().strict[q.units[0]] || !terms[i+1].known.counts(q.units[0]) {
				continue
			}
		}
		q.bound = boundBefore(terms, i)
		if i+2 < len(terms) && ofWhole(terms[i+1].text) && terms[i+2].number {
			q.whole = terms[i+2].text
		}
		q.describe(segment(terms, i))
		list, at = append(list, q), append(at, i)
	}
	for k := len(list) - 2; k >= 0; k-- {
		// "8, 24 and 72 hours": each of a row has the unit of the last.
		if len(list[k].units) == 0 && inRow(terms[at[k]+1:at[k+1]]) {
			list[k].units = list[k+1].units
		}
	}
	return list
}

// isOne reports whether an English word can stand for the number one.
func isOne(word string) bool {
	return strings.EqualFold(word, "one") || strings.EqualFold(word, "a") || strings.EqualFold(word, "an")
}

// counts reports whether the word is the unit.
func (e *entry) counts(unit string) bool { return e != nil && e.unit == unit }

// unitsAfter returns the units of the number at i: the next unit after at most
// two words that describe it; "%" for "41 in 100" and "每 100 人有 41 人".
func unitsAfter(terms []term, i int) []string {
	var units []string
	if perHundred(terms, i) {
		units = append(units, "%")
	}
	far := i + 3
	if isYear(terms[i].text) {
		far = i + 1
	}
	for j := i + 1; j < len(terms) && j <= far; j++ {
		t := &terms[j]
		if t.mark == '%' {
			return append(units, "%")
		}
		if t.known != nil && t.known.unit != "" {
			return append(units, t.known.unit)
		}
		if t.mark != 0 && t.mark != '(' || t.number || t.known.is(glue) && j > i+1 {
			break
		}
	}
	if j := i + 2; len(units) == 0 && j < len(terms) && terms[j].number && ofWhole(terms[i+1].text) {
		return unitsAfter(terms, j) // "five of nine studies"
	}
	return units
}

// isYear reports whether the number reads like a year.
func isYear(number string) bool {
	return len(number) == 4 && (strings.HasPrefix(number, "19") || strings.HasPrefix(number, "20"))
}

// ofWhole reports whether the word between two numbers makes the first a part of the second.
func ofWhole(word string) bool {
	return slices.Contains([]string{"in", "of", "out", "from"}, strings.ToLower(word))
}

// wholeHundred reports whether the number is the hundred of "41 in 100": what it
// counts is said with the part.
func wholeHundred(terms []term, i int) bool {
	return terms[i].text == "100" && i > 1 && ofWhole(terms[i-1].text)
}

// perHundred reports whether the number at i is so many in a hundred.
func perHundred(terms []term, i int) bool {
	j := i + 1
	for j < len(terms) && j <= i+2 && ofWhole(terms[j].text) {
		j++
	}
	if j > i+1 && j < len(terms) && terms[j].text == "100" {
		return true
	}
	for k := i - 1; k >= 1 && k >= i-4 && terms[k].mark == 0; k-- {
		if terms[k].text == "100" && terms[k-1].text == "每" {
			return true
		}
	}
	return false
}

// boundBefore returns the bound that stands right before the number.
func boundBefore(terms []term, i int) trait {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		switch {
		case terms[j].known.is(atMost):
			return atMost
		case terms[j].known.is(atLeast):
			return atLeast
		case !terms[j].known.is(glue):
			return 0
		}
	}
	return 0
}

// inRow reports whether only marks and words of a row stand between two numbers.
func inRow(between []term) bool {
	for i := range between {
		t := &between[i]
		if t.mark != 0 {
			if !strings.ContainsRune(",、-–~", t.mark) {
				return false
			}
			continue
		}
		if !slices.Contains([]string{"and", "or", "to", "至", "到", "和", "及", "或"}, strings.ToLower(t.text)) {
			return false
		}
	}
	return len(between) > 0
}

// segment returns the part of the sentence that speaks of the number at i: up
// to a comma, a stop, "and" or "but" on either side.
func segment(terms []term, i int) []term {
	parts := func(t *term) bool {
		return t.mark != 0 && !strings.ContainsRune("%()（）", t.mark) ||
			slices.Contains([]string{"and", "but", "while", "whereas", "versus", "against", "和", "而"}, strings.ToLower(t.text))
	}
	from, to := i, i+1
	for from > 0 && !parts(&terms[from-1]) {
		from--
	}
	for to < len(terms) && (!parts(&terms[to]) || to+1 < len(terms) && strings.EqualFold(terms[to+1].text, "or")) {
		to++
	}
	return terms[from:to]
}

// describe notes which of several things the words round the number name.
func (q *quantity) describe(words []term) {
	q.points, q.words = clause{terms: words}.directions(), make(map[string]bool)
	for i := range words {
		t := &words[i]
		switch {
		case t.number && t.text == "100": // the whole of a share
		case t.number && t.text != q.value:
			q.beside = append(q.beside, t.text)
		case t.content() && !t.known.is(everyday|origin) && (t.known == nil || t.known.unit == ""):
			q.words[t.key] = true
		}
		if t.known != nil {
			q.members = append(q.members, t.known.members...)
		}
		q.without = q.without || strings.HasPrefix(strings.ToLower(t.text), "without")
		q.with = q.with || strings.EqualFold(t.text, "with") && i+1 < len(words) && words[i+1].key == "=needle"
	}
}

// repeats reports whether q can be the passage's number: the same value and
// bound, a unit that fits, and not said of something that only other numbers of
// the passage are said of.
func (q quantity) repeats(passage quantity, others []quantity) bool {
	return passage.value == q.value && q.denied == passage.denied && q.bound == passage.bound &&
		(q.whole == "" || q.whole == passage.whole) &&
		passage.unitAllows(q.units) && !q.conflicts(passage, others)
}

// unitAllows reports whether a number that counts one of the units can be q.
func (q quantity) unitAllows(units []string) bool {
	if len(units) == 0 || slices.ContainsFunc(units, func(u string) bool { return slices.Contains(q.units, u) }) {
		return true
	}
	for _, u := range units {
		if len(q.units) == 0 && !loadLexicon().strict[u] {
			return true
		}
		if u == "people" && len(q.units) > 0 && (q.units[0] == "woman" || q.units[0] == "man") {
			return true
		}
	}
	return false
}

// conflicts reports whether q is said of one thing and the passage's number of
// another of which only one can be meant: the real needle's and the sham's.
func (q quantity) conflicts(passage quantity, others []quantity) bool {
	if q.with && passage.without || q.without && passage.with {
		return true
	}
	if q.without && !passage.without && slices.ContainsFunc(others, func(o quantity) bool { return o.value != q.value && o.without }) {
		return true
	}
	for d := range q.points {
		if !passage.points[d] && passage.points[direction{d.pair, !d.up}] {
			return true
		}
	}
	if q.belongsToAnother(passage, others) {
		return true
	}
	for _, m := range q.members {
		if slices.Contains(passage.members, m) || !alternative(passage.members, m) {
			continue
		}
		if slices.ContainsFunc(others, func(o quantity) bool { return o.value != q.value && slices.Contains(o.members, m) }) {
			return true
		}
	}
	return false
}

// belongsToAnother reports whether the words round q are those round another
// number of the same sentence, and the ones that tell the passage's number from
// it are missing.
func (q quantity) belongsToAnother(passage quantity, others []quantity) bool {
	if q.without && passage.without || slices.ContainsFunc(q.members, func(m member) bool { return slices.Contains(passage.members, m) }) {
		return false
	}
	foreign, missing := false, false
	for _, o := range others {
		together := append([]string{o.value}, o.beside...)
		if o.sentence != passage.sentence || slices.Contains(together, passage.value) || slices.ContainsFunc(q.beside, func(v string) bool { return slices.Contains(together, v) }) {
			continue
		}
		for w := range q.words {
			foreign = foreign || o.words[w] && !passage.words[w]
		}
	}
	for w := range passage.words {
		own := !slices.ContainsFunc(others, func(o quantity) bool {
			return o.sentence == passage.sentence && o.value != passage.value && !slices.Contains(passage.beside, o.value) && o.words[w]
		})
		missing = missing || own && !q.words[w]
	}
	return foreign && missing
}

// alternative reports whether the list has another member of the set.
func alternative(list []member, m member) bool {
	return slices.ContainsFunc(list, func(l member) bool { return l.set == m.set && l != m })
}
