package retrieve

import (
	"cmp"
	"math"
	"slices"
)

// Weights of the words of a question; the package comment shows their place.
const (
	softWeight      = 0.6
	generalWeight   = 0.5
	characterWeight = 0.6
	repeatWeight    = 0.3
	farPlace        = 20
	mendedWeight    = 0.8
	joinedWeight    = 0.4
)

// maxMended bounds how many unknown words of one question are mended.
const maxMended = 16

// A question is a query as the index sees it.
type question struct {
	want  []wanted // in the order of the terms
	ideal float64  // score of a passage that holds every word
	mass  float32  // idf of its content words, known or not
	hash  uint64   // of its words, to find the phrasing that says the same
}

// wanted is one term of a question.
type wanted struct {
	term   uint32
	weight float32 // w(t)
	idf    float32
	mass   float32 // weight times idf; 0 for a soft word
}

// A reader turns a query into a question.
type reader struct {
	x      *Index
	scan   scanner
	hash   hasher
	asked  []queried
	place  map[string]int     // of each term in asked
	order  []int              // the words as they stand in the query: places in asked
	weight map[uint32]float64 // of the terms of the index
	joined []byte
}

// queried is one distinct term of the query.
type queried struct {
	text   string // of its first word
	term   string
	kind   kind
	class  class
	known  bool // a term of the index, if only of a Not phrasing
	id     uint32
	df     int
	first  int // place of its first word, from 1
	times  int
	merged bool     // served by the word it makes together with a neighbour
	meant  []uint32 // terms put in its place
}

func newReader(x *Index) *reader {
	r := &reader{x: x, place: make(map[string]int), weight: make(map[uint32]float64)}
	r.scan.emit = r.add
	return r
}

// read weighs the words of a query.
func (r *reader) read(query string) question {
	r.asked, r.order = r.asked[:0], r.order[:0]
	clear(r.place)
	clear(r.weight)
	r.hash.reset()
	r.scan.scan(query)
	q := question{hash: r.hash.sum}
	r.join(&q)
	unknown := 0
	for i := range r.asked {
		a := &r.asked[i]
		if a.merged {
			continue
		}
		w, idf := a.weight(), r.x.idf(a.df)
		q.ideal += w * idf
		if a.class != soft {
			q.mass += float32(w * idf)
		}
		switch {
		case a.known:
			r.want(a.id, w)
		case a.kind == alphabetic && a.class != soft && unknown < maxMended:
			unknown++
			r.mend(a, w)
		}
	}
	q.ideal *= 1 + bodyWeight
	for t, w := range r.weight {
		idf := r.x.idf(r.x.df(t))
		wanted := wanted{term: t, weight: float32(w), idf: float32(idf)}
		if r.x.class[t] != soft {
			wanted.mass = float32(w * idf)
		}
		q.want = append(q.want, wanted)
	}
	slices.SortFunc(q.want, func(a, b wanted) int { return cmp.Compare(a.term, b.term) })
	return q
}

// add notes one word of the query.
func (r *reader) add(w []byte, k kind) {
	r.hash.add(w)
	a, ok := r.x.find(w, k)
	if !ok {
		return
	}
	i, repeated := r.place[a.term]
	if !repeated {
		i = len(r.asked)
		r.place[a.term] = i
		a.first = len(r.order) + 1
		r.asked = append(r.asked, a)
	}
	r.asked[i].times++
	r.order = append(r.order, i)
}

// find looks a word of a query up; ok is false for a stop word.
func (x *Index) find(w []byte, k kind) (a queried, ok bool) {
	if known, ok := x.words[string(w)]; ok && known.stop {
		return queried{}, false
	} else if ok {
		return queried{
			text:  string(w),
			term:  x.names[known.term],
			kind:  k,
			class: x.class[known.term],
			known: true,
			id:    known.term,
			df:    x.df(known.term),
		}, true
	}
	text := string(w)
	term, class := termOf(text, k)
	if class == stop {
		return queried{}, false
	}
	a = queried{text: text, term: term, kind: k, class: class}
	if id, ok := x.terms[term]; ok {
		a.known, a.id, a.df = true, id, x.df(id)
	}
	return a, true
}

// weight returns w(t) of a word as it stands in the query.
func (a *queried) weight() float64 {
	w := 1 + repeatWeight*float64(a.times-1)
	switch {
	case a.class == soft:
		w *= softWeight
	case a.class == general:
		w *= generalWeight
	case a.kind == character:
		w *= characterWeight
	}
	if a.first > farPlace {
		w *= math.Sqrt(farPlace / float64(a.first))
	}
	return w
}

// want asks for a term with at least the given weight.
func (r *reader) want(id uint32, weight float64) {
	r.weight[id] = max(r.weight[id], weight)
}

// join asks for the words that two neighbours make when written as one.
func (r *reader) join(q *question) {
	for i := 1; i < len(r.order); i++ {
		a, b := &r.asked[r.order[i-1]], &r.asked[r.order[i]]
		if a.kind != alphabetic || b.kind != alphabetic || a.class == soft && b.class == soft || len(a.text)+len(b.term) < minMended {
			continue
		}
		// The stem of the whole is nearly always that of its end.
		r.joined = append(append(r.joined[:0], a.text...), b.term...)
		id, ok := r.x.terms[string(r.joined)]
		if !ok || r.x.df(id) == 0 {
			continue
		}
		w := joinedWeight
		if a.df == 0 || b.df == 0 {
			w = 1
			a.merged = a.merged || a.df == 0
			b.merged = b.merged || b.df == 0
		}
		r.want(id, w)
		q.ideal += w * r.x.idf(r.x.df(id))
	}
}

// mend asks for what was meant by a word that is in no passage: a word one
// slip away, two words written as one, or, if it is long, a word two slips away.
func (r *reader) mend(a *queried, w float64) {
	w *= mendedWeight
	if id, ok := r.x.spelling.nearest(r.x, a.term, 1); ok {
		r.want(id, w)
		a.meant = []uint32{id}
		return
	}
	if first, second, ok := r.x.split(a.text); ok {
		r.want(first, w)
		r.want(second, w)
		a.meant = []uint32{first, second}
		return
	}
	if id, ok := r.x.spelling.nearest(r.x, a.term, 2); ok {
		r.want(id, w)
		a.meant = []uint32{id}
	}
}

// A hasher hashes a sequence of words (FNV-1a, 64 bits).
type hasher struct {
	sum   uint64
	words int
}

func (h *hasher) reset() { *h = hasher{sum: 14695981039346656037} }

func (h *hasher) add(word []byte) {
	for _, c := range word {
		h.sum = (h.sum ^ uint64(c)) * 1099511628211
	}
	h.sum = (h.sum ^ 0xff) * 1099511628211 // no byte of a word
	h.words++
}
