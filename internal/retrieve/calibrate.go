package retrieve

import "slices"

// scale turns a cosine into a closeness, 0 to 1, for questions in one kind of
// script. Models differ in what a cosine means, and so do languages within one.
type scale struct {
	none, full float64 // the cosines of closeness 0 and 1
	trust      float64 // what the model's word counts, 0 to 1
}

// A scale is read off a sample of the library's own phrasings, one in each of
// equal stretches. Fewer than minSample tell nothing.
const minSample, maxSample = 8, 128

// chance is the part of left-out phrasings that a model has to put right before
// it counts for anything. docs/retrieval.md tells how it was measured.
const chance = 0.5

// calibrate asks with phrasings as if each were not in the library
// (leave-one-out). Closeness 1 is the median cosine of a phrasing with what is
// nearest in its own passage, closeness 0 with what is nearest in any other: that
// would come first if the library did not have the answer. The trust is how much
// more often than by chance its own passage is nearest:
//
//	trust = (right − chance) / (1 − chance), at least 0
func (v *Vectors) calibrate(texts []Text) {
	own := make([]int, len(v.index.ids)) // by passage: its texts, those of Not left out
	for row, passage := range v.owner {
		if !v.denies[row] {
			own[passage]++
		}
	}
	for script := range scripts {
		var phrasings []int
		for row := range texts {
			if texts[row].role == asks && texts[row].script == script && own[v.owner[row]] > 1 {
				phrasings = append(phrasings, row)
			}
		}
		v.scales[script] = v.scaleOf(texts, phrasings)
	}
}

// Trust tells what the model's word counts, 0 to 1, for questions in an alphabet
// and for those in Chinese. Where it is 0 the model is never asked, and whoever
// runs it should know.
func (v *Vectors) Trust() (inAlphabet, inChinese float64) {
	return v.scales[latin].trust, v.scales[chinese].trust
}

// scaleOf returns the scale that the phrasings, given by their rows, show.
func (v *Vectors) scaleOf(texts []Text, phrasings []int) scale {
	n := min(len(phrasings), maxSample)
	if n < minSample {
		return scale{}
	}
	own, other := make([]float32, n), make([]float32, n)
	right := 0
	for i := range n {
		own[i], other[i] = v.leaveOut(texts, phrasings[i*len(phrasings)/n])
		if own[i] > other[i] {
			right++
		}
	}
	slices.Sort(own)
	slices.Sort(other)
	s := scale{none: float64(other[n/2]), full: float64(own[n/2])}
	if s.full > s.none {
		s.trust = max(0, (float64(right)/float64(n)-chance)/(1-chance))
	}
	return s
}

// leaveOut asks with the text of a row as if it were nowhere in the library. It
// returns the highest cosine with a text of its own passage and of any other.
func (v *Vectors) leaveOut(texts []Text, row int) (own, other float32) {
	own, other = -1, -1
	v.each(v.rows[row*v.length:][:v.length], func(r int, product float32) {
		switch {
		case v.denies[r] || texts[r].Key == texts[row].Key:
		case v.owner[r] == v.owner[row]:
			own = max(own, product)
		default:
			other = max(other, product)
		}
	})
	return own, other
}

// closeness returns how near in meaning a passage is to a question with these
// cosines. One that is nearer to a Not than to the passage's own texts is not near.
func (s *scale) closeness(own, not float32) float64 {
	c := max(0, min(1, (float64(own)-s.none)/(s.full-s.none)))
	if not > own {
		c *= exclusion
	}
	return c
}
