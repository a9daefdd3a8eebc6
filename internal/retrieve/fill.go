package retrieve

import (
	"cmp"
	"math"
	"slices"
)

// Constants of the score; the package comment shows their place in it.
const (
	phrasingK, phrasingB = 1.2, 0.8
	bodyK, bodyB         = 0.7, 0.5
	bodyWeight           = 0.3
	chorusK              = 6.0
	headBoost, headSpan  = 1.5, 8.0
)

// sat is the saturated count of a term that occurs tf times in a text of the
// given length, 1 being the mean.
func sat(tf, length, k, b float64) float64 {
	return (k + 1) * tf / (tf + k*(1-b+b*length))
}

// chorus is what a term gains, per unit of its idf, by being in so many phrasings.
func chorus(phrasings float64) float64 { return sat(phrasings, 1, chorusK, 0) }

// headCount is how often the word at each place of a body counts; past its
// end it is once.
var headCount = func() (counts [64]float64) {
	for j := range counts {
		counts[j] = 1 + headBoost*math.Exp(-float64(j)/headSpan)
	}
	return counts
}()

// fill reads every document again and writes the impacts.
func (b *builder) fill() {
	f := newFiller(b)
	for p, versions := range b.version {
		f.passage(uint32(p), versions)
	}
}

// A filler computes the impacts of one passage after the other.
type filler struct {
	*builder
	scan     scanner
	text     bag       // the text being read
	inBody   bool      // early words count more
	position int       // in the body
	phrasing []float64 // by term: its best impact as part of a phrasing of the passage
	times    []float64 // by term: in how many phrasings of the passage it is
	whole    []float64 // by term: its best impact as part of a version of the passage
	terms    []uint32  // of the passage
}

// bag counts the terms of one text.
type bag struct {
	tf     []float64 // by term; 0 for those that are not in terms
	terms  []uint32
	length float64 // sum of the idf of the occurrences
}

func (g *bag) add(term uint32, tf, idf float64) {
	if g.tf[term] == 0 {
		g.terms = append(g.terms, term)
	}
	g.tf[term] += tf
	g.length += idf
}

func (g *bag) reset() {
	for _, t := range g.terms {
		g.tf[t] = 0
	}
	g.terms, g.length = g.terms[:0], 0
}

func newFiller(b *builder) *filler {
	n := len(b.idf)
	f := &filler{builder: b, phrasing: make([]float64, n), times: make([]float64, n), whole: make([]float64, n)}
	f.text.tf = make([]float64, n)
	f.scan.emit = func(w []byte, k kind) {
		t, ok := f.lookUp(w, k)
		if !ok {
			return
		}
		tf := 1.0
		if f.inBody && f.position < len(headCount) {
			tf = headCount[f.position]
		}
		f.position++
		f.text.add(t, tf, f.idf[t])
	}
	return f
}

// passage writes the impacts of passage p, which has the given documents.
func (f *filler) passage(p uint32, versions []int32) {
	var own, not []vector
	for _, i := range versions {
		d := &f.docs[i]
		script := scriptOf(d)
		mean := f.phrasingLength[script].mean
		for _, text := range phrasingsOf(d) {
			own = f.vector(own, text, mean)
		}
		for _, text := range d.Not {
			not = f.vector(not, text, mean)
		}
		f.version(d, f.wholeLength[script].mean)
	}
	for _, v := range own {
		for _, e := range v.entries {
			f.touch(e.term)
			f.phrasing[e.term] = max(f.phrasing[e.term], float64(e.impact))
			f.times[e.term]++
		}
	}
	switch {
	case len(own) > 1 || len(not) > 0:
		f.x.phrasings[p] = &choice{own, not}
	case len(own) == 1:
		f.x.asking[p] = own[0].mass
	}
	for _, t := range f.terms {
		score := (f.phrasing[t]+bodyWeight*f.whole[t])/f.idf[t] + f.x.chorus*chorus(f.times[t])
		impact := impact(math.Round(score / impactUnit))
		list := lists*t + told
		if f.phrasing[t] > 0 {
			list = lists*t + asked
		}
		f.x.passages[f.next[list]], f.x.impacts[f.next[list]] = p, impact
		f.next[list]++
		f.x.bound[list] = max(f.x.bound[list], impact)
		f.phrasing[t], f.times[t], f.whole[t] = 0, 0, 0
	}
	f.terms = f.terms[:0]
}

// vector appends the terms of one phrasing with their impacts; it appends
// nothing when the phrasing has none.
func (f *filler) vector(to []vector, text string, mean float64) []vector {
	f.text.reset()
	f.scan.scan(text)
	if len(f.text.terms) == 0 {
		return to
	}
	v := vector{entries: make([]entry, len(f.text.terms))}
	for i, t := range f.text.terms {
		v.entries[i] = entry{t, float32(f.idf[t] * sat(f.text.tf[t], f.text.length/mean, phrasingK, phrasingB))}
		if f.x.class[t] != soft {
			v.content++
			v.mass += float32(f.idf[t])
		}
	}
	slices.SortFunc(v.entries, func(a, b entry) int { return cmp.Compare(a.term, b.term) })
	return append(to, v)
}

// version notes the impacts of the terms of one whole version.
func (f *filler) version(d *Document, mean float64) {
	f.text.reset()
	f.scan.scan(d.Title)
	f.scan.scan(d.Question)
	f.inBody, f.position = true, 0
	f.scan.scan(d.Body)
	f.inBody = false
	length := math.Sqrt(f.text.length / mean)
	for _, t := range f.text.terms {
		f.touch(t)
		f.whole[t] = max(f.whole[t], f.idf[t]*sat(f.text.tf[t], length, bodyK, bodyB))
	}
}

// touch notes that the passage has the term.
func (f *filler) touch(t uint32) {
	if f.phrasing[t] == 0 && f.whole[t] == 0 {
		f.terms = append(f.terms, t)
	}
}
