package safety

import (
	"slices"
	"sync"
)

// hit is a concept found in a message.
type hit struct {
	start, end int32 // distances from the start of the message, end excluded
	status     status
}

// analysis is the work space of one check.
type analysis struct {
	text     []rune
	skip     int // runes of text that were written earlier
	scanner  scanner
	matches  []match
	reader   reader
	before   []int32 // furthest end of a phrase that starts before the token
	at       []int32 // furthest end of a phrase that starts at the token
	hits     [][]hit // of each concept, by start
	left     []hit
	joined   []hit
	features []feature
}

var analyses = sync.Pool{New: func() any { return new(analysis) }}

// analyse finds every concept in the text and in what the same person wrote
// before it.
func (r *rules) analyse(a *analysis, earlier, text string) {
	a.text = a.text[:0]
	a.skip = 0
	if earlier != "" {
		a.text = append(normalise(a.text, earlier, maxEarlier), '\n')
		a.skip = len(a.text)
	}
	a.text = normalise(a.text, text, maxRunes)
	a.scanner = scanner{words: r.words, text: a.text, tokens: a.scanner.tokens[:0]}
	a.scanner.scan()
	a.matches = r.phrases.find(a.matches[:0], a.scanner.tokens)
	a.dropInsideLonger(r.concepts)
	a.dropInsideIdioms()
	a.reader.reset(a.scanner.tokens)
	a.reader.note(a.matches, r.concepts)
	a.reader.read()
	a.collect(r)
	a.combine(r)
}

// shielded are the controls that a longer phrase takes the meaning from: "no"
// in "no feeling" denies nothing, and neither does "not" in "not sure if".
// (The Chinese for "but" stands in "cannot wake up".)
const shielded = 1<<idiom | 1<<negator | 1<<negatorHan | 1<<negatorEver | 1<<joint | 1<<jointAnd | 1<<frame | 1<<frameSoft | 1<<frameAfter | 1<<frameAround

func (a *analysis) dropInsideLonger(concepts []concept) {
	a.reach(func(m match) bool { return !concepts[m.concept].words && !concepts[m.concept].open })
	a.matches = slices.DeleteFunc(a.matches, func(m match) bool {
		return m.concept < controlCount && marks(shielded).has(int(m.concept)) && (a.before[m.start] >= m.end || a.at[m.start] > m.end)
	})
}

func (a *analysis) dropInsideIdioms() {
	isIdiom := func(m match) bool { return m.concept == idiom }
	if !slices.ContainsFunc(a.matches, isIdiom) {
		return
	}
	a.reach(isIdiom)
	a.matches = slices.DeleteFunc(a.matches, func(m match) bool {
		return m.concept != idiom && max(a.before[m.start], a.at[m.start]) >= m.end
	})
}

// reach works out how far the chosen matches reach from each token.
func (a *analysis) reach(choose func(match) bool) {
	n := len(a.scanner.tokens)
	a.before, a.at = zeroed(a.before, n), zeroed(a.at, n)
	for _, m := range a.matches {
		if choose(m) {
			a.at[m.start] = max(a.at[m.start], m.end)
		}
	}
	for i := 1; i < n; i++ {
		a.before[i] = max(a.before[i-1], a.at[i-1])
	}
}

// note enters the controls and the signs into the reader's marks.
func (r *reader) note(matches []match, concepts []concept) {
	for _, m := range matches {
		if m.concept >= controlCount {
			for i := m.start; i < m.end; i++ {
				r.signs[i] = r.signs[i] || !concepts[m.concept].words
			}
			continue
		}
		r.starts[m.start] |= 1 << m.concept
		if denials.has(int(m.concept)) {
			r.denial[m.start] = max(r.denial[m.start], m.end)
		}
		for i := m.start; i < m.end; i++ {
			r.inside[i] |= 1 << m.concept
		}
	}
}

// collect turns the matches into hits with the status of their tokens.
func (a *analysis) collect(r *rules) {
	if len(a.hits) != len(r.concepts) {
		a.hits = make([][]hit, len(r.concepts))
	}
	for i := range a.hits {
		a.hits[i] = a.hits[i][:0]
	}
	tokens := a.scanner.tokens
	for _, m := range a.matches {
		last := &tokens[m.end-1]
		h := hit{start: tokens[m.start].at, end: last.at + last.width}
		if !r.concepts[m.concept].part {
			for i := m.start; i < m.end; i++ {
				h.status |= a.reader.status[i]
				if d := a.reader.denial[i]; d > 0 && d <= m.end {
					h.status |= denies
				}
			}
		}
		a.hits[m.concept] = append(a.hits[m.concept], h)
	}
}

// combine finds the combinations, in the order of their definition.
func (a *analysis) combine(r *rules) {
	for i := range r.concepts {
		c := &r.concepts[i]
		before := len(a.hits[i])
		for k := range c.combos {
			cb := &c.combos[k]
			a.left = a.gather(a.left[:0], cb.first)
			for _, l := range cb.rest {
				if len(a.left) == 0 {
					break
				}
				a.join(l)
			}
			for _, h := range a.left {
				h.status &^= denies
				a.hits[i] = append(a.hits[i], h)
			}
		}
		if len(a.hits[i]) > before {
			if c.part {
				for k := range a.hits[i] {
					a.hits[i][k].status = 0
				}
			}
			a.hits[i] = tidy(a.hits[i])
		}
	}
}

// gather appends the hits of an operand, by start.
func (a *analysis) gather(dst []hit, op operand) []hit {
	sources := 0
	for _, i := range op {
		if len(a.hits[i]) > 0 {
			dst = append(dst, a.hits[i]...)
			sources++
		}
	}
	if sources > 1 {
		dst = tidy(dst)
	}
	return dst
}

// tidy sorts hits and removes doubles.
func tidy(hits []hit) []hit {
	slices.SortFunc(hits, func(a, b hit) int {
		if a.start != b.start {
			return int(a.start - b.start)
		}
		if a.end != b.end {
			return int(a.end - b.end)
		}
		return int(a.status) - int(b.status)
	})
	return slices.Compact(hits)
}

// join pairs a.left with the nearest hits of the link's operand on the allowed
// sides: the nearest of each, and the nearest that is asserted. So the work
// stays linear in the number of hits.
func (a *analysis) join(l link) {
	a.joined = a.joined[:0]
	for _, i := range l.operand {
		right := a.hits[i]
		low := 0
		for _, h := range a.left {
			for low < len(right) && right[low].end+l.gap < h.start && right[low].start < h.start {
				low++
			}
			a.joinOne(h, right[low:], l)
		}
	}
	a.left = append(a.left[:0], tidy(a.joined)...)
}

// maxNear bounds how many hits near one hit are looked at.
const maxNear = 12

func (a *analysis) joinOne(h hit, right []hit, l link) {
	after, afterPlain := false, false
	for k := range min(len(right), maxNear) {
		o := right[k]
		switch {
		case o.start >= h.end:
			if o.start-h.end > l.gap || after && (afterPlain || o.status != 0) {
				if o.start-h.end > l.gap {
					return
				}
				continue
			}
			after, afterPlain = true, afterPlain || o.status == 0
		case l.ordered, o.end > h.start, h.start-o.end > l.gap:
			continue
		}
		a.joined = append(a.joined, hit{min(h.start, o.start), max(h.end, o.end), h.status.with(o.status)})
	}
}

// beginning returns the distance at which the last message starts.
func (a *analysis) beginning() int32 {
	for _, t := range a.scanner.tokens {
		if int(t.rune) >= a.skip {
			return t.at
		}
	}
	return 0
}
