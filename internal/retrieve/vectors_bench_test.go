package retrieve

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// BenchmarkNear measures what a question costs beside its own vector: the cosines
// with all vectors, four to a passage, and with them the whole of Fuse.
func BenchmarkNear(b *testing.B) {
	const dimensions = 768
	for _, n := range []int{1_000, 10_000, 100_000} {
		v := randomVectors(n, dimensions)
		question := make([]float32, dimensions)
		copy(question, v.rows[7*dimensions:])
		b.Run(fmt.Sprintf("%dx%d/cosines", n, dimensions), func(b *testing.B) {
			room := v.rooms.New().(*nearness)
			unit(room.question, question)
			for b.Loop() {
				v.near(room)
			}
			b.ReportMetric(float64(n*dimensions)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gmultiply/s")
		})
		b.Run(fmt.Sprintf("%dx%d/fuse", n, dimensions), func(b *testing.B) {
			for b.Loop() {
				if _, err := v.Fuse("what can I do about knee pain 7", question, 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// randomVectors returns n vectors of random directions, four to a passage, as if
// the model were trusted.
func randomVectors(n, dimensions int) *Vectors {
	const each = 4
	var docs []Document
	for i := range n / each {
		docs = append(docs, Document{ID: strconv.Itoa(i), Question: fmt.Sprint("knee pain ", i), Body: fmt.Sprint("rest ", i)})
	}
	x := Build(docs)
	v := &Vectors{index: x, dimensions: dimensions, length: dimensions, denies: make([]bool, n)}
	v.scales[latin] = scale{none: 0, full: 1, trust: 1}
	source, raw := rand.New(rand.NewPCG(1, 2)), make([]float32, dimensions)
	v.rows = make([]float32, n*dimensions)
	for row := range n {
		v.owner = append(v.owner, uint32(row/each))
		for i := range raw {
			raw[i] = float32(source.NormFloat64())
		}
		unit(v.rows[row*dimensions:][:dimensions], raw)
	}
	v.makeRooms()
	return v
}
