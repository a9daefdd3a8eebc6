package retrieve

// choice holds the phrasings of a passage that has more than one, or a Not.
type choice struct {
	own []vector // the question and its alternatives, in every language
	not []vector
}

// vector is one phrasing.
type vector struct {
	entries []entry // in the order of the terms
	content int     // how many terms are not soft
	mass    float32 // their idf
}

// entry is one term of a phrasing.
type entry struct {
	term   uint32
	impact float32 // asked, as the package comment has it
}

// meet calls f with the place of each wanted term that the phrasing has, and
// its impact. want is in the order of the terms.
func (v *vector) meet(want []wanted, f func(i int, impact float32)) {
	i := 0
	for _, e := range v.entries {
		for i < len(want) && want[i].term < e.term {
			i++
		}
		if i == len(want) {
			return
		}
		if want[i].term == e.term {
			f(i, e.impact)
		}
	}
}

// times counts for each wanted term how many of the passage's phrasings have
// it; n is room for one number per wanted term.
func (c *choice) times(want []wanted, n []float64) {
	clear(n)
	for i := range c.own {
		c.own[i].meet(want, func(i int, _ float32) { n[i]++ })
	}
}

// answered returns which part of the phrasing that suits the question best the
// question says, 0 to 1, in idf of content words.
func (c *choice) answered(want []wanted) float64 {
	suits, part := float32(0), float32(0)
	for i := range c.own {
		v := &c.own[i]
		score, said := float32(0), float32(0)
		v.meet(want, func(i int, impact float32) {
			score += impact * want[i].weight
			if want[i].mass > 0 {
				said += want[i].idf
			}
		})
		if score > suits && v.mass > 0 {
			suits, part = score, said/v.mass
		}
	}
	return float64(min(1, part))
}

// excludes reports whether the question is closer to a Not phrasing than to
// any of the passage's own: it shares more with it, or as much while saying
// all of it. What is shared is measured in idf of content words; less than
// half of the question's mass is no likeness at all.
func (c *choice) excludes(want []wanted, mass float32) bool {
	if len(c.not) == 0 {
		return false
	}
	not, saysNot := closest(c.not, want)
	if not < mass/2 || not == 0 {
		return false
	}
	own, saysOwn := closest(c.own, want)
	return not > own || not == own && saysNot && !saysOwn
}

// closest returns the most mass that the question shares with one of the
// phrasings, and whether it says all of one with which it shares that much.
func closest(phrasings []vector, want []wanted) (mass float32, says bool) {
	for i := range phrasings {
		shared, content := float32(0), 0
		phrasings[i].meet(want, func(i int, _ float32) {
			if want[i].mass > 0 {
				shared += want[i].mass
				content++
			}
		})
		whole := content > 0 && content == phrasings[i].content
		switch {
		case shared > mass:
			mass, says = shared, whole
		case shared == mass:
			says = says || whole
		}
	}
	return mass, says
}
