package retrieve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Deadline is how long a question's vector is waited for.
const Deadline = 400 * time.Millisecond

// meaningWeight is what closeness counts beside words, at full trust: half as
// much as all words of the question. docs/retrieval.md tells how it was measured.
const meaningWeight = 0.5

// fuseDepth is how many passages words and meaning each put forward.
const fuseDepth = 50

// Search finds by words and meaning: [Vectors.Fuse] with the question's vector,
// which embed makes within [Deadline]. The result is always good: when there is
// no vector in time it is what words alone find, and the error says why. embed is
// not called where a vector would change nothing: when the question is empty or a
// phrasing of a passage, or the model is of no use in its language.
func (v *Vectors) Search(ctx context.Context, embed EmbedFunc, query string, k int) (Result, error) {
	if !v.matters(query) {
		return v.index.Search(query, k), nil
	}
	r, err := v.embedAndFuse(ctx, embed, query, k)
	if err != nil {
		return v.index.Search(query, k), fmt.Errorf("finding by meaning: %w", err)
	}
	return r, nil
}

func (v *Vectors) embedAndFuse(ctx context.Context, embed EmbedFunc, query string, k int) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, Deadline)
	defer cancel()
	made, err := embed(ctx, []string{query})
	if err != nil {
		return Result{}, err
	}
	if len(made) != 1 {
		return Result{}, fmt.Errorf("%d vectors for one text", len(made))
	}
	return v.Fuse(query, made[0], k)
}

// matters reports whether the vector of a query can change what is found.
func (v *Vectors) matters(query string) bool {
	if v.scales[scriptOfText(query)].trust == 0 || strings.TrimSpace(query) == "" {
		return false
	}
	s := v.index.searchers.Get().(*searcher)
	defer v.index.searchers.Put(s)
	_, isExact := v.index.exact[s.reader.read(query).hash]
	return !isExact
}

// Fuse returns the k best passages for a query whose vector is given, by
//
//	score = words/ideal + ½ · trust · closeness
//
// where words is the score that [Index.Search] gives, ideal what a passage gets
// that has every word, closeness how near the passage's nearest text is on the
// scale that the library's own phrasings gave, and trust how well the model did
// at finding those.
//
// Coverage, Gap and Lead are those that words alone give the passage that comes
// first, so that none is covered because it is near.
func (v *Vectors) Fuse(query string, vector []float32, k int) (Result, error) {
	scale := &v.scales[scriptOfText(query)]
	if !v.matters(query) {
		return v.index.Search(query, k), nil
	}
	n := v.rooms.Get().(*nearness)
	defer v.rooms.Put(n)
	if len(vector) != v.dimensions {
		return Result{}, fmt.Errorf("the question's vector has %d dimensions, the passages' %d", len(vector), v.dimensions)
	}
	if !unit(n.question[:v.dimensions], vector) {
		return Result{}, errors.New("the question's vector has no direction")
	}
	v.near(n)

	s := v.index.searchers.Get().(*searcher)
	defer v.index.searchers.Put(s)
	q := s.reader.read(query)
	found := s.putForward(&q, n, max(k, fuseDepth))
	for i := range found {
		f := &found[i]
		f.closeness = scale.trust * scale.closeness(n.own[f.passage], n.not[f.passage])
		f.score = meaningWeight * f.closeness
		if q.ideal > 0 {
			f.score += float64(f.words) / q.ideal
		}
	}
	slices.SortFunc(found, func(a, b fused) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
	})
	return s.fusedResult(&q, found, k), nil
}

// fused is a passage that words or meaning put forward.
type fused struct {
	passage   uint32
	words     float32 // score
	closeness float64 // as far as it is trusted
	score     float64
}

// putForward returns the best passages by words and the nearest ones, each once,
// with their scores by words.
func (s *searcher) putForward(q *question, n *nearness, depth int) []fused {
	var found []fused
	listed := make(map[uint32]bool)
	for _, h := range s.search(q, depth) {
		listed[h.passage] = true
		found = append(found, fused{passage: h.passage, words: h.score})
	}
	s.hits = s.hits[:0]
	for p, cosine := range n.own {
		if cosine > s.threshold(depth) {
			s.keep(hit{uint32(p), cosine}, depth)
		}
	}
	for _, h := range s.hits {
		if !listed[h.passage] {
			found = append(found, fused{passage: h.passage, words: s.score(h.passage, q)})
		}
	}
	return found
}

// fusedResult says how far the first of the passages covers the question, by words.
func (s *searcher) fusedResult(q *question, found []fused, k int) Result {
	var r Result
	for _, f := range found[:min(max(k, 0), len(found))] {
		if f.score > 0 {
			r.Hits = append(r.Hits, Hit{s.x.ids[f.passage], f.score})
		}
	}
	if len(found) == 0 || found[0].score == 0 {
		return r
	}
	first := found[0]
	r.Meaning = first.closeness
	r.Gap = s.gap(first.passage)
	if first.words == 0 {
		return r
	}
	r.Coverage = s.coverage(hit{first.passage, first.words}, q)
	second := float32(0)
	for _, f := range found[1:] {
		second = max(second, f.words)
	}
	r.Lead = max(0, 1-float64(second)/float64(first.words))
	return r
}
