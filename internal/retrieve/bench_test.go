package retrieve_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"meridian/internal/retrieve"
	"meridian/internal/retrieve/zipf"
)

// sizes returns how many passages to measure with. A million takes a minute
// and 2 GB to make, so it has to be asked for: RETRIEVE_MILLION=1.
func sizes() []int {
	sizes := []int{1_000, 10_000, 100_000}
	if os.Getenv("RETRIEVE_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	return sizes
}

func documents(n int) ([]retrieve.Document, []string) {
	passages := zipf.Passages(n)
	docs := make([]retrieve.Document, n)
	for i, p := range passages {
		docs[i] = retrieve.Document{ID: strconv.Itoa(i), Question: p.Question, Body: p.Body}
	}
	return docs, zipf.Questions(passages, 2_000)
}

// BenchmarkSearch reports the quantiles of the time one search takes.
func BenchmarkSearch(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs, questions := documents(n)
			index := retrieve.Build(docs)
			docs = nil
			runtime.GC()
			var times []time.Duration
			for b.Loop() {
				start := time.Now()
				index.Search(questions[len(times)%len(questions)], 10)
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			for _, q := range []int{50, 95, 99} {
				b.ReportMetric(float64(times[(len(times)-1)*q/100].Nanoseconds())/1e3, fmt.Sprintf("p%d-µs", q))
			}
		})
	}
}

// BenchmarkBuild reports the heap an index takes, over the size of its text.
func BenchmarkBuild(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs, _ := documents(n)
			text := 0
			for _, d := range docs {
				text += len(d.Question) + len(d.Body)
			}
			var index *retrieve.Index
			before := heap()
			for b.Loop() {
				index = retrieve.Build(docs)
			}
			b.ReportMetric(float64(heap()-before)/float64(text), "heap/text")
			runtime.KeepAlive(index)
			runtime.KeepAlive(docs)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
