package retrieve

import (
	"errors"
	"fmt"
	"math"
	"sync"
)

// Vectors are the vectors of an index's passages, and what their nearness means.
// They never change and are safe for concurrent use.
type Vectors struct {
	index      *Index
	dimensions int
	length     int            // of a vector as it stands in rows: dimensions, rounded up to lanes with zeros
	rows       []float32      // the vectors one after the other, each of norm one; a multiple of lanes, the last ones zero
	owner      []uint32       // by row: the passage
	denies     []bool         // by row: it is one of the passage's Not
	scales     [scripts]scale // by script of the question
	rooms      sync.Pool      // of *nearness
}

// nearness is how near the passages are to one question: by passage, the
// highest cosine of a phrasing or answer, and of a Not; -1 when there is none.
type nearness struct {
	question []float32
	own, not []float32
}

// NewVectors returns the vectors of the texts that [Texts] listed of the
// documents in the index, each found under its key; they need not be of norm
// one. It takes a while: some seconds for tens of thousands. An error tells what
// is wrong with them: one is missing, is not of the same dimension as the others,
// or has no direction.
func NewVectors(x *Index, texts []Text, vectors map[Key][]float32) (*Vectors, error) {
	v := &Vectors{index: x}
	if len(texts) > 0 {
		v.dimensions = len(vectors[texts[0].Key])
	}
	v.length = (v.dimensions + lanes - 1) / lanes * lanes
	v.rows = make([]float32, (len(texts)+lanes-1)/lanes*lanes*v.length)
	number := make(map[string]uint32, len(x.ids))
	for p, id := range x.ids {
		number[id] = uint32(p)
	}
	for i, t := range texts {
		passage, ok := number[t.passage]
		if !ok {
			return nil, fmt.Errorf("vectors: passage %s is not in the index", t.passage)
		}
		if err := v.set(i, vectors[t.Key]); err != nil {
			return nil, fmt.Errorf("vectors: text %d of %d, of passage %s: %w", i+1, len(texts), t.passage, err)
		}
		v.owner = append(v.owner, passage)
		v.denies = append(v.denies, t.role == denies)
	}
	v.makeRooms()
	v.calibrate(texts)
	return v, nil
}

func (v *Vectors) makeRooms() {
	v.rooms.New = func() any {
		return &nearness{
			question: make([]float32, v.length),
			own:      make([]float32, len(v.index.ids)),
			not:      make([]float32, len(v.index.ids)),
		}
	}
}

// set writes a vector to a row.
func (v *Vectors) set(row int, vector []float32) error {
	switch {
	case len(vector) == 0:
		return errors.New("it has no vector")
	case len(vector) != v.dimensions:
		return fmt.Errorf("its vector has %d dimensions, others have %d", len(vector), v.dimensions)
	case !unit(v.rows[row*v.length:][:v.dimensions], vector):
		return errors.New("its vector has no direction")
	}
	return nil
}

// unit writes the vector to to, brought to norm one, and reports whether it
// could: one that is all zero, or not finite, has no direction.
func unit(to, vector []float32) bool {
	sum := 0.0
	for _, x := range vector {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	norm := math.Sqrt(sum)
	for i, x := range vector {
		to[i] = float32(float64(x) / norm)
	}
	return true
}

// each calls f with every row and its dot product with the question, which is
// as long as a row.
func (v *Vectors) each(question []float32, f func(row int, product float32)) {
	for row := 0; row < len(v.owner); row += lanes {
		var products [lanes]float32
		products[0], products[1], products[2], products[3] = dot4(question, v.rows[row*v.length:][:lanes*v.length])
		for i, p := range products[:min(lanes, len(v.owner)-row)] {
			f(row+i, p)
		}
	}
}

// near fills in how near every passage is to the question.
func (v *Vectors) near(n *nearness) {
	for p := range n.own {
		n.own[p], n.not[p] = -1, -1
	}
	v.each(n.question, func(row int, product float32) {
		best := n.own
		if v.denies[row] {
			best = n.not
		}
		p := v.owner[row]
		best[p] = max(best[p], product)
	})
}
