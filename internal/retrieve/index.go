package retrieve

import (
	"math"
	"sync"
)

// Document is one language version of one passage. Versions of a passage
// share the ID and become one hit.
type Document struct {
	ID           string
	Title        string   // of the article
	Question     string   // that the passage answers
	Alternatives []string // other ways to ask it
	Not          []string // similar questions that it does not answer
	Body         string   // the answer
}

// Index finds passages. It never changes and is safe for concurrent use.
//
// Passages and terms are numbered from 0. What a term adds to the score of a
// passage per unit of weight, its impact, does not depend on the question, so
// it is computed once, here; a search only adds up.
type Index struct {
	ids       []string           // of the passages
	words     map[string]word    // every distinct word read
	terms     map[string]uint32  // number of each term
	names     []string           // the terms by number
	class     []class            // by term
	start     []uint32           // list l is passages and impacts[start[l]:start[l+1]]
	passages  []uint32           // by list, in order; term t has the lists 2t+asked and 2t+told
	impacts   []impact           // what the list's term adds to each of the passages
	bound     []impact           // the highest in each list
	phrasings map[uint32]*choice // of the passages that have more than one, or a Not
	asking    []float32          // by passage that has one only: the idf of its content words
	exact     map[uint64]uint32  // hash of a phrasing: its passage
	chorus    float64            // what being in many phrasings counts, 0 to 1
	spelling  spelling
	searchers sync.Pool // of *searcher
}

// word is what is known of one distinct word.
type word struct {
	term uint32
	stop bool
}

// The passages that have a term are in two lists: those that have it in a
// phrasing, and those that have it in their text only. The first list is short
// and its impacts are several times higher, so that a search can soon pass over
// the second.
const (
	asked = iota
	told
	lists
)

// impact is what a term adds to the score of a passage, per unit of its idf and
// in units of 1/6000: asked + 0.3·told + chorus is less than 2.2 + 0.3·1.7 + 7.
type impact uint16

const impactUnit = 1.0 / 6_000

// Build returns the index of docs. It keeps nothing of them but the IDs.
func Build(docs []Document) *Index {
	b := newBuilder(docs)
	b.count()
	b.layOut()
	b.fill()
	x := b.x
	x.spelling = newSpelling(x)
	x.searchers.New = func() any { return newSearcher(x) }
	return x
}

// df returns the number of passages that hold the term.
func (x *Index) df(term uint32) int { return int(x.start[lists*(term+1)] - x.start[lists*term]) }

// idf returns the weight of a term that df passages hold.
func (x *Index) idf(df int) float64 {
	return math.Log1p((float64(len(x.ids)-df) + 0.5) / (float64(df) + 0.5))
}
