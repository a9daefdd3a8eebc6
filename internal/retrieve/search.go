package retrieve

import "slices"

// Hit is one passage found.
type Hit struct {
	ID    string
	Score float64 // comparable within one search only
}

// Result is what a search found.
type Result struct {
	Hits []Hit // best first; of equal ones, the first built

	// Coverage tells how far the first hit covers the question, 0 to 1, as the
	// package comment defines it; 0 when there is no hit.
	Coverage float64

	// Gap tells how much of the question lies in the one word that the first hit
	// misses most, 0 to 1: that word's share of the weight of all content words.
	// A near miss often shares every word with a passage but the one that
	// matters; 0 when nothing is missing or the question is a phrasing.
	Gap float64

	// Lead tells how clearly the first hit leads, 0 to 1: the part of its score
	// that the second lacks; 1 when it is the only one, 0 when there is none.
	Lead float64

	// Meaning tells how near in meaning the first hit is, 0 to 1, as far as the
	// embeddings model is to be trusted; 0 when words alone were looked at. It is a
	// reason to offer a passage, never to take the question as covered.
	Meaning float64
}

// exclusion is what a passage keeps of its score when the question is closer
// to one of its Not phrasings.
const exclusion = 0.25

// Search returns the k best passages for a query in any mix of languages.
func (x *Index) Search(query string, k int) Result {
	s := x.searchers.Get().(*searcher)
	defer x.searchers.Put(s)
	q := s.reader.read(query)
	hits := s.search(&q, max(k, 2)) // two, to know the lead
	exact, isExact := x.exact[q.hash]
	if isExact {
		hits = s.lift(hits, exact, &q)
	}
	if len(hits) == 0 {
		return Result{}
	}
	r := Result{Coverage: 1, Lead: 1}
	if !isExact {
		r.Coverage = s.coverage(hits[0], &q)
		r.Gap = s.gap(hits[0].passage)
	}
	if len(hits) > 1 {
		r.Lead = 1 - float64(hits[1].score)/float64(hits[0].score)
	}
	for _, h := range hits[:min(max(k, 0), len(hits))] {
		r.Hits = append(r.Hits, Hit{x.ids[h.passage], float64(h.score)})
	}
	return r
}

// coverage returns how far a hit covers the question, as the package comment
// defines it.
func (s *searcher) coverage(h hit, q *question) float64 {
	found := max(0, min(1, (float64(h.score)-s.chorus(h.passage, q))/q.ideal))
	said := 0.0
	c, ok := s.x.phrasings[h.passage]
	switch {
	case ok && c.excludes(q.want, q.mass):
	case ok:
		said = c.answered(q.want)
	case s.x.asking[h.passage] > 0:
		said = s.said(h.passage, q)
	default: // a passage without a question has no such part
		return found
	}
	return (2*found + said) / 3
}

// gap returns [Result.Gap] of the question just read.
func (s *searcher) gap(passage uint32) float64 {
	all, heaviest := 0.0, 0.0
	for i := range s.reader.asked {
		a := &s.reader.asked[i]
		if a.class == soft || a.merged {
			continue
		}
		w := a.weight() * s.x.idf(a.df)
		all += w
		if w > heaviest && !s.x.holdsWord(passage, a) {
			heaviest = w
		}
	}
	if all == 0 {
		return 0
	}
	return heaviest / all
}

// holdsWord reports whether the passage has a word of the question, or one that
// was put in its place.
func (x *Index) holdsWord(passage uint32, a *queried) bool {
	return a.known && x.holds(passage, a.id) ||
		slices.ContainsFunc(a.meant, func(term uint32) bool { return x.holds(passage, term) })
}

// holds reports whether the passage has the term.
func (x *Index) holds(passage, term uint32) bool {
	for l := lists * term; l < lists*(term+1); l++ {
		if _, found := slices.BinarySearch(x.passages[x.start[l]:x.start[l+1]], passage); found {
			return true
		}
	}
	return false
}

// chorus is the part of a passage's score that its words have from being in
// many phrasings. It tells passages apart, but not how far one covers a question.
func (s *searcher) chorus(passage uint32, q *question) float64 {
	c, several := s.x.phrasings[passage]
	if several {
		c.times(q.want, s.times)
	}
	sum := 0.0
	for i, w := range q.want {
		n := 0.0
		if several {
			n = s.times[i]
		} else if list := s.x.cursor(lists*w.term+asked, w); list.at(passage) > 0 {
			n = 1
		}
		sum += float64(w.weight*w.idf) * chorus(n)
	}
	return s.x.chorus * sum
}

// said is choice.answered for a passage with one phrasing, whose terms are
// those that list it as asked.
func (s *searcher) said(passage uint32, q *question) float64 {
	sum := float32(0)
	for _, w := range q.want {
		if w.mass == 0 {
			continue
		}
		c := s.x.cursor(lists*w.term+asked, w)
		if c.at(passage) > 0 {
			sum += w.idf
		}
	}
	return float64(min(1, sum/s.x.asking[passage]))
}

// lift puts the passage that has the question word for word first, with the
// ideal score on top of its own.
func (s *searcher) lift(hits []hit, passage uint32, q *question) []hit {
	hits = slices.DeleteFunc(hits, func(h hit) bool { return h.passage == passage })
	score := s.score(passage, q) + float32(q.ideal)
	if len(hits) > 0 {
		score = max(score, hits[0].score)
	}
	return slices.Insert(hits, 0, hit{passage, score})
}

// settle turns the sum of a passage's impacts into its score: no Not phrasing
// may be closer to the question than its own.
func (s *searcher) settle(h hit, q *question) float32 {
	if c, ok := s.x.phrasings[h.passage]; ok && c.excludes(q.want, q.mass) {
		return h.score * exclusion
	}
	return h.score
}

// score returns the score of one passage, whether or not it was found.
func (s *searcher) score(passage uint32, q *question) float32 {
	s.open(q)
	h := hit{passage: passage}
	for i := range s.cursors {
		h.score += s.cursors[i].at(passage)
	}
	return s.settle(h, q)
}
