package retrieve_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"meridian/internal/eval"
	"meridian/internal/faq"
	"meridian/internal/retrieve"
)

// BenchmarkFusion reports how many of the development questions find a right
// passage first and among three (%), by words alone and with meaning, over our
// library and over one that has five "Also asked" lines a passage.
//
// There is no embeddings model in this repository, so the models are made up. One
// knows only characters. The others know the right passage and its article, as
// loudly as their number says, among noise; at .30, .35, .40 and .50 they find the
// right passage by themselves for 50, 74, 88 and 99 % of the questions, and for 30,
// 50, 75 and 97 % where the library is thin. Their mistakes are not those that words
// make, as a real model's often are: the gains are what fusion lets through, not
// what a model will bring.
func BenchmarkFusion(b *testing.B) {
	docs, questions := developmentSet(b)
	for _, library := range []struct {
		name string
		docs []retrieve.Document
	}{{"library", docs}, {"thin", thinned(docs, 5)}} {
		index, texts := retrieve.Build(library.docs), retrieve.Texts(library.docs)
		for _, model := range []struct {
			name     string
			loudness float64 // of the right passage; 0 for a model that knows only characters
		}{{"characters", 0}, {"made-up.30", .3}, {"made-up.35", .35}, {"made-up.40", .4}, {"made-up.50", .5}} {
			b.Run(library.name+"/"+model.name, func(b *testing.B) {
				vectors := make(map[retrieve.Key][]float32)
				for _, text := range texts {
					vectors[text.Key] = madeUp(text.Text, retrieve.PassageOf(text), model.loudness)
				}
				v, err := retrieve.NewVectors(index, texts, vectors)
				if err != nil {
					b.Fatal(err)
				}
				var words, both found
				for b.Loop() {
					words, both = found{}, found{}
					for _, q := range questions {
						words.count(index.Search(q.Text, 3), q.Passages)
						r, err := v.Search(b.Context(), func(context.Context, []string) ([][]float32, error) {
							return [][]float32{madeUp(q.Text, q.Passages[0], model.loudness)}, nil
						}, q.Text, 3)
						if err != nil {
							b.Fatal(err)
						}
						both.count(r, q.Passages)
					}
				}
				b.ReportMetric(words.percent(words.first), "words-first-%")
				b.ReportMetric(both.percent(both.first), "both-first-%")
				b.ReportMetric(words.percent(words.among), "words-of-3-%")
				b.ReportMetric(both.percent(both.among), "both-of-3-%")
			})
		}
	}
}

// developmentSet returns the library, and the development questions that a
// passage of it answers.
func developmentSet(b *testing.B) ([]retrieve.Document, []eval.Judged) {
	library, _, err := faq.Load(filepath.Join("..", "..", "faq"), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	var docs []retrieve.Document
	for _, article := range library.Articles {
		for _, p := range article.Passages {
			docs = append(docs, retrieve.Document{ID: p.ID, Title: article.Title, Question: p.Question,
				Alternatives: p.AlsoAsked, Not: p.Not, Body: p.Text()})
		}
	}
	judged, err := eval.ReadJudged(filepath.Join("..", "..", "faq", "eval"))
	if err != nil {
		b.Fatal(err)
	}
	return docs, slices.DeleteFunc(judged, func(j eval.Judged) bool {
		return len(j.Passages) == 0 || !strings.HasPrefix(filepath.Base(j.File), "dev")
	})
}

// thinned leaves n alternatives to every document, picked at random.
func thinned(docs []retrieve.Document, n int) []retrieve.Document {
	docs = slices.Clone(docs)
	source := rand.New(rand.NewPCG(1, 2))
	for i := range docs {
		alternatives := slices.Clone(docs[i].Alternatives)
		source.Shuffle(len(alternatives), func(a, b int) { alternatives[a], alternatives[b] = alternatives[b], alternatives[a] })
		docs[i].Alternatives = alternatives[:min(n, len(alternatives))]
	}
	return docs
}

// found counts questions with a right passage.
type found struct{ questions, first, among int }

func (f *found) count(r retrieve.Result, right []string) {
	f.questions++
	at := slices.IndexFunc(r.Hits, func(h retrieve.Hit) bool { return slices.Contains(right, h.ID) })
	if at == 0 {
		f.first++
	}
	if at >= 0 {
		f.among++
	}
}

func (f *found) percent(n int) float64 { return 100 * float64(n) / float64(f.questions) }

// madeUp is what a made-up model makes of a text about a passage.
func madeUp(text, passage string, loudness float64) []float32 {
	vector := make([]float32, 256)
	runes := []rune(" " + strings.ToLower(text) + " ")
	characters := 1.0
	if loudness > 0 {
		article, _, _ := strings.Cut(passage, "/")
		direct(vector, "passage "+passage, loudness)
		direct(vector, "article "+article, 0.7*loudness)
		direct(vector, "all texts", 0.5)
		direct(vector, "text "+text, 1)
		characters = 0.5 / math.Sqrt(float64(3*len(runes)))
	}
	for n := 2; n <= 4; n++ {
		for i := 0; i+n <= len(runes); i++ {
			direct(vector, string(runes[i:i+n]), characters)
		}
	}
	return vector
}

// directions are the random directions that names have.
var directions = make(map[string][]float32)

// direct adds so much of a name's direction.
func direct(vector []float32, name string, much float64) {
	d, ok := directions[name]
	if !ok {
		h := fnv.New64a()
		fmt.Fprint(h, name)
		source := rand.New(rand.NewPCG(h.Sum64(), 0))
		d = make([]float32, len(vector))
		for i := range d {
			d[i] = float32(source.NormFloat64())
		}
		directions[name] = d
	}
	for i, x := range d {
		vector[i] += float32(much) * x
	}
}
