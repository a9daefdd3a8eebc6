package retrieve

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// randomDocuments makes up a corpus with few words, so that they meet often:
// versions, alternatives, Not phrasings, empty fields.
func randomDocuments(r *rand.Rand, n int) []Document {
	text := func(most int) string {
		words := make([]string, r.IntN(most+1))
		for i := range words {
			words[i] = randomWord(r)
		}
		return strings.Join(words, " ")
	}
	docs := make([]Document, n)
	for i := range docs {
		docs[i] = Document{ID: fmt.Sprint(r.IntN(n)), Title: text(3), Question: text(6), Body: text(40)}
		for range r.IntN(4) * r.IntN(2) {
			docs[i].Alternatives = append(docs[i].Alternatives, text(6))
		}
		for range r.IntN(3) * r.IntN(2) {
			docs[i].Not = append(docs[i].Not, text(4))
		}
	}
	return docs
}

// randomWord draws frequent words more often than rare ones.
func randomWord(r *rand.Rand) string {
	words := strings.Fields(`pain back what can how needl knee ach hip do 針灸 腰痛 肾虚 痛 係 點解 sleep year
		migrain nerv spin heal scan joint swell sciatica serotonin prostaglandin 頭痛 經痛 乾針 bursitis`)
	return words[int(float64(len(words))*math.Pow(r.Float64(), 2))]
}

// TestSearchSkipsNothing compares the search, which passes over what cannot be
// among the best, with scoring every passage.
func TestSearchSkipsNothing(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		x := Build(randomDocuments(r, 1+r.IntN(6_000)))
		for range 20 {
			query := randomWord(r)
			for range r.IntN(12) {
				query += " " + randomWord(r)
			}
			k := 2 + r.IntN(15)
			s := newSearcher(x)
			q := s.reader.read(query)
			var want []hit
			for p := range x.ids {
				if score := s.score(uint32(p), &q); score > 0 {
					want = append(want, hit{uint32(p), score})
				}
			}
			slices.SortFunc(want, func(a, b hit) int {
				if a.better(b) {
					return -1
				}
				return 1
			})
			want = want[:min(k, len(want))]
			got := s.search(&q, k)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(hit{})); len(want)+len(got) > 0 && diff != "" {
				t.Fatalf("seed %d, the %d best for %q (-every passage +search):\n%s", seed, k, query, diff)
			}
		}
	}
}

// TestScoreIsTheFormula computes the scores again from the texts, as the
// package comment has it, without any of the index's structures.
func TestScoreIsTheFormula(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 2))
		docs := randomDocuments(r, 40)
		for i := range docs {
			docs[i].Not = nil
		}
		x := Build(docs)
		ref := newFormula(docs)
		for range 20 {
			query := randomWord(r) + " " + randomWord(r) + " " + randomWord(r) + " " + randomWord(r)
			s := newSearcher(x)
			q := s.reader.read(query)
			for p, id := range x.ids {
				want, got := ref.score(x, q.want, id), float64(s.score(uint32(p), &q))
				if math.Abs(want-got) > 1e-3 { // impacts are rounded
					t.Fatalf("seed %d: score of %s for %q = %v, want %v", seed, id, query, got, want)
				}
			}
		}
	}
}

// formula is the score as it is written down.
type formula struct {
	docs   []Document
	df     map[string]int
	n      int
	length [2][scripts]float64 // mean idf length of phrasings and of versions
	chorus float64
}

func terms(texts ...string) (terms []string) {
	s := scanner{emit: func(w []byte, k kind) {
		if term, class := termOf(string(w), k); class != stop {
			terms = append(terms, term)
		}
	}}
	for _, text := range texts {
		s.scan(text)
	}
	return terms
}

func newFormula(docs []Document) *formula {
	f := &formula{docs: docs, df: make(map[string]int)}
	has := make(map[string]map[string]bool) // passage: its terms
	for _, d := range docs {
		if has[d.ID] == nil {
			has[d.ID] = make(map[string]bool)
		}
		for _, term := range terms(append(phrasingsOf(&d), d.Title, d.Body)...) {
			has[d.ID][term] = true
		}
	}
	f.n = len(has)
	for _, terms := range has {
		for term := range terms {
			f.df[term]++
		}
	}
	var sum, count [2][scripts]float64
	for _, d := range docs {
		script := scriptOf(&d)
		for _, text := range phrasingsOf(&d) {
			sum[0][script] += f.mass(terms(text))
			count[0][script]++
		}
		sum[1][script] += f.mass(terms(d.Title, d.Question, d.Body))
		count[1][script]++
	}
	f.chorus = 1 - float64(f.n)/max(float64(f.n), count[0][latin]+count[0][chinese])
	for i := range sum {
		for s := range scripts {
			f.length[i][s] = sum[i][s] / count[i][s]
		}
	}
	return f
}

func (f *formula) idf(term string) float64 {
	n := float64(f.df[term])
	return math.Log(1 + (float64(f.n)-n+0.5)/(n+0.5))
}

func (f *formula) mass(terms []string) (sum float64) {
	for _, term := range terms {
		sum += f.idf(term)
	}
	return sum
}

func (f *formula) score(x *Index, want []wanted, id string) float64 {
	each := make([]float64, len(want))
	times := make([]float64, len(want)) // phrasings of the passage that hold the term
	whole := make([]float64, len(want))
	for _, d := range f.docs {
		if d.ID != id {
			continue
		}
		script := scriptOf(&d)
		for _, text := range phrasingsOf(&d) {
			in := terms(text)
			for i, w := range want {
				tf := count(in, x.names[w.term])
				if tf > 0 {
					times[i]++
				}
				v := float64(w.weight) * f.idf(x.names[w.term]) * sat(tf, f.mass(in)/f.length[0][script], 1.2, 0.8)
				each[i] = max(each[i], v)
			}
		}
		head, body := terms(d.Title, d.Question), terms(d.Body)
		length := math.Sqrt(f.mass(append(head, body...)) / f.length[1][script])
		for i, w := range want {
			tf := count(head, x.names[w.term])
			for j, term := range body {
				if term == x.names[w.term] {
					tf++
					if j < 64 {
						tf += 1.5 * math.Exp(-float64(j)/8)
					}
				}
			}
			whole[i] = max(whole[i], float64(w.weight)*f.idf(x.names[w.term])*sat(tf, length, 0.7, 0.5))
		}
	}
	score := 0.0
	for i, w := range want {
		score += each[i] + 0.3*whole[i]
		score += f.chorus * float64(w.weight) * f.idf(x.names[w.term]) * 7 * times[i] / (6 + times[i])
	}
	return score
}

func count(terms []string, term string) (n float64) {
	for _, t := range terms {
		if t == term {
			n++
		}
	}
	return n
}
