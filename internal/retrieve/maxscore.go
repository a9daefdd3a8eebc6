package retrieve

import (
	"cmp"
	"math/bits"
	"slices"
)

// window is how many passages are scored at a time, so that their scores stay
// in the nearest cache. The first windows are smaller: there is no threshold yet.
const window, firstWindow = 4096, 256

// seekCost is how many passages of a list are read in the time that one is sought.
const seekCost = 16

// hit is a passage on its way into a Result.
type hit struct {
	passage uint32
	score   float32
}

// better orders hits: the higher score, then the passage built first.
func (h hit) better(o hit) bool {
	return h.score > o.score || h.score == o.score && h.passage < o.passage
}

// A searcher holds what one search needs, to be used again by the next.
type searcher struct {
	x       *Index
	reader  *reader
	cursors []cursor
	rest    []float32 // rest[i] bounds what cursors[i:] can add to a score
	sums    [window]float32
	filled  [window / 64]uint64 // which sums are in use
	times   []float64           // room for choice.times
	found   []uint32            // passages of the window, from its first, that may be among the k best
	hits    []hit               // the k best so far, a heap with the worst on top
}

// cursor walks one list of a wanted term.
type cursor struct {
	passages []uint32 // those not yet passed
	impacts  []impact
	weight   float32 // of one unit of impact
	bound    float32 // the most it adds to a score
	density  float32 // how many of all passages are in the list
}

func (x *Index) cursor(list uint32, w wanted) cursor {
	start, end := x.start[list], x.start[list+1]
	weight := w.weight * w.idf * impactUnit
	return cursor{
		passages: x.passages[start:end],
		impacts:  x.impacts[start:end],
		weight:   weight,
		bound:    weight * float32(x.bound[list]),
		density:  float32(end-start) / float32(len(x.ids)),
	}
}

// at returns what the cursor adds to a passage, which is not before the one it
// was last asked for.
func (c *cursor) at(passage uint32) float32 {
	c.seek(passage)
	if len(c.passages) == 0 || c.passages[0] != passage {
		return 0
	}
	return c.weight * float32(c.impacts[0])
}

func newSearcher(x *Index) *searcher { return &searcher{x: x, reader: newReader(x)} }

// open places a cursor before each list of the wanted terms, the one that can
// add most first. Scores are always added up in this order, so that they do not
// depend on what was skipped.
func (s *searcher) open(q *question) {
	s.cursors = s.cursors[:0]
	for _, w := range q.want {
		for l := lists * w.term; l < lists*(w.term+1); l++ {
			if s.x.start[l] < s.x.start[l+1] {
				s.cursors = append(s.cursors, s.x.cursor(l, w))
			}
		}
	}
	slices.SortStableFunc(s.cursors, func(a, b cursor) int { return cmp.Compare(b.bound, a.bound) })
	s.rest = slices.Grow(s.rest[:0], len(s.cursors)+1)[:len(s.cursors)+1]
	s.rest[len(s.cursors)] = 0
	for i := len(s.cursors) - 1; i >= 0; i-- {
		s.rest[i] = s.rest[i+1] + s.cursors[i].bound*(1+rounding)
	}
	s.times = slices.Grow(s.times[:0], len(q.want))[:len(q.want)]
}

// rounding makes bounds safe against the rounding of sums.
const rounding = 1e-5

// search returns the k best passages, best first (MaxScore, Turtle and Flood
// 1995, over windows of passages). A passage that has none but the weakest
// terms, which together cannot lift it over the k-th best so far, is never
// looked at: the weak terms are only looked up for the passages that the
// others found.
func (s *searcher) search(q *question, k int) []hit {
	s.open(q)
	s.hits = s.hits[:0]
	strong := len(s.cursors) // cursors[:strong] find passages
	for width := uint32(firstWindow); ; width = min(2*width, window) {
		threshold := s.threshold(k)
		for strong > 0 && s.rest[strong-1] <= threshold {
			strong--
		}
		base, ok := s.nextPassage(strong)
		if !ok {
			break
		}
		for i := range s.cursors[:strong] {
			s.gather(i, base, width, true)
		}
		s.collect()
		for i := strong; i < len(s.cursors); i++ {
			s.drop(s.rest[i], threshold)
			if s.cursors[i].density*float32(width) < seekCost*float32(len(s.found)) {
				s.gather(i, base, width, false)
			} else {
				s.lookUp(i, base)
			}
		}
		for _, at := range s.found {
			if s.sums[at] > s.threshold(k) {
				s.keep(hit{base + at, s.settle(hit{base + at, s.sums[at]}, q)}, k)
			}
		}
		clear(s.sums[:width])
	}
	slices.SortFunc(s.hits, func(a, b hit) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	return s.hits
}

// nextPassage returns the first passage that one of the strong cursors is at.
func (s *searcher) nextPassage(strong int) (passage uint32, ok bool) {
	for i := range s.cursors[:strong] {
		if p := s.cursors[i].passages; len(p) > 0 && (!ok || p[0] < passage) {
			passage, ok = p[0], true
		}
	}
	return passage, ok
}

// threshold returns the score that a hit has to exceed to be among the k best.
func (s *searcher) threshold(k int) float32 {
	if len(s.hits) < k {
		return 0
	}
	return s.hits[0].score
}

// gather adds up what list i gives to the passages of the window, and notes
// them as found if it is a strong one.
func (s *searcher) gather(i int, base, width uint32, strong bool) {
	c := &s.cursors[i]
	c.seek(base)
	impacts := c.impacts[:len(c.passages)]
	n := 0
	for n < len(c.passages) {
		at := c.passages[n] - base
		if at >= width {
			break
		}
		s.sums[at%window] += c.weight * float32(impacts[n])
		if strong {
			s.filled[at/64%(window/64)] |= 1 << (at % 64)
		}
		n++
	}
	c.passages, c.impacts = c.passages[n:], impacts[n:]
}

// collect lists the passages of the window that the strong lists gave something.
func (s *searcher) collect() {
	s.found = s.found[:0]
	for i, word := range s.filled {
		s.filled[i] = 0
		for ; word != 0; word &= word - 1 {
			s.found = append(s.found, uint32(i*64+bits.TrailingZeros64(word)))
		}
	}
}

// drop forgets the passages that rest cannot lift over the threshold.
func (s *searcher) drop(rest, threshold float32) {
	kept := 0
	for _, at := range s.found { // written so that it compiles to no branch, which would be guessed wrong
		s.found[kept] = at
		if s.sums[at%window]+rest > threshold {
			kept++
		}
	}
	s.found = s.found[:kept]
}

// lookUp adds what list i gives to the passages found.
func (s *searcher) lookUp(i int, base uint32) {
	c := &s.cursors[i]
	for _, at := range s.found {
		s.sums[at] += c.at(base + at)
	}
}

// seek passes what is before the passage, in ever longer steps and then
// by halving the last one.
func (c *cursor) seek(passage uint32) {
	p := c.passages
	step := 1
	for step < len(p) && p[step] < passage {
		step *= 2
	}
	low, high := step/2, min(step+1, len(p))
	for low < high {
		middle := int(uint(low+high) / 2)
		if p[middle] < passage {
			low = middle + 1
		} else {
			high = middle
		}
	}
	c.passages, c.impacts = p[low:], c.impacts[low:]
}

// keep adds the hit to the k best.
func (s *searcher) keep(h hit, k int) {
	switch {
	case len(s.hits) < k:
		s.hits = append(s.hits, h)
		for i := len(s.hits) - 1; i > 0 && s.hits[(i-1)/2].better(s.hits[i]); i = (i - 1) / 2 {
			s.hits[i], s.hits[(i-1)/2] = s.hits[(i-1)/2], s.hits[i]
		}
	case h.better(s.hits[0]):
		s.hits[0] = h
		for i := 0; ; {
			worst := i
			for c := 2*i + 1; c <= 2*i+2 && c < k; c++ {
				if s.hits[worst].better(s.hits[c]) {
					worst = c
				}
			}
			if worst == i {
				return
			}
			s.hits[i], s.hits[worst] = s.hits[worst], s.hits[i]
			i = worst
		}
	}
}
