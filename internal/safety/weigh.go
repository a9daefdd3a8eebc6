package safety

import (
	"math"
	"slices"
)

// The rules know the signs that somebody thought of. Patients find other words,
// so a message is also weighed: each word, pair of words and concept in it has a
// weight for each level, learnt from labelled messages, and the sums say how
// likely each level is (multinomial logistic regression). Weights are data like
// the rules (weights.txt), and the same message always weighs the same.
//
// A rule that fires is a vote for its level, which multiplies how likely that
// level is. So a sign in words that no rule has can stop a message, and a rule
// that met its words by chance ("my phone died, I was dead tired") can be
// outweighed.

const levelCount = int(Emergency) + 1

// What decides between the levels. The figures were set on messages of authors
// left out of the learning (go test -run Learn -learn), never on closed ones.
var (
	// gravity is how much worse it is to miss a message of the level than to
	// stop one that is harmless.
	gravity = [levelCount]float64{None: 1, Decline: 1.1, Urgent: 0.85, Crisis: 5, Emergency: 3}
	// vote is how many times likelier a rule that fires makes its level.
	vote = [levelCount]float64{Decline: 2.5, Urgent: 5, Crisis: 3, Emergency: 10}
	// leastLikely is what any level keeps, so that no vote is cast in vain.
	leastLikely = 0.005
)

// odds are how likely each level is, 0 to 1.
type odds [levelCount]float64

// level returns the level that weighs most, given those that rules voted for.
func (o odds) level(voted [levelCount]bool) Level {
	best, most := None, 0.0
	for l, p := range o {
		w := (p + leastLikely) * gravity[l]
		if voted[l] {
			w *= vote[l]
		}
		if w >= most {
			best, most = Level(l), w
		}
	}
	return best
}

// feature is something to be weighed: a word, two neighbours, two words with
// one between them, or a concept and how it is said.
type feature uint64

const (
	wordFeature feature = iota << 60
	pairFeature
	skipFeature
	conceptFeature
	excused feature = 1 << 56 // said of the past, denied, or in general
)

// scales hold what has been learnt.
type scales struct {
	weights map[feature][levelCount]float32 // of None 0: the others are relative to it
	classes map[feature][]lean
	bias    [levelCount]float32
}

// lean is how much a concept speaks for one class among those of its level.
type lean struct {
	class  *class
	weight float32
}

// Words that are no words: what a number or a pause is weighed as.
const (
	numberSense = 1 << 22
	pauseSense  = 1 << 23
)

// sense is what a token is weighed as: numbers by their order of magnitude.
func (t *token) sense() feature {
	if t.number {
		return numberSense + feature(math.Log2(t.value+1))
	}
	return feature(t.id)
}

// Long messages are weighed in stretches: a sign must not drown.
const (
	stretch     = 64 // tokens
	stretchStep = 32
)

// weigh returns the odds of the message that was analysed: of a long one, those
// of the stretch that is least likely to be harmless.
func (a *analysis) weigh(r *rules) odds {
	n := len(a.scanner.tokens)
	var worst odds
	worst[None] = 1
	for from := 0; ; from += stretchStep {
		to := min(from+stretch, n)
		a.findFeatures(r, from, to)
		if o := r.scales.odds(a.features); o[None] <= worst[None] {
			worst = o
		}
		if to == n {
			return worst
		}
	}
}

// findFeatures lists what is to be weighed in a stretch of tokens, each once.
func (a *analysis) findFeatures(r *rules, from, to int) {
	a.features = a.features[:0]
	tokens := a.scanner.tokens[from:to]
	before, before2 := feature(pauseSense), feature(pauseSense)
	for i := range tokens {
		if tokens[i].before != noPause {
			before2, before = before, pauseSense
		}
		said := feature(0)
		if a.reader.status[from+i] != 0 {
			said = excused
		}
		sense := tokens[i].sense()
		a.features = append(a.features, said|wordFeature|sense, said|pairFeature|before<<24|sense, said|skipFeature|before2<<24|sense)
		before2, before = before, sense
	}
	if len(tokens) > 0 {
		a.findConcepts(r, tokens[0].at, tokens[len(tokens)-1].at)
	}
	slices.Sort(a.features)
	a.features = slices.Compact(a.features)
}

// findConcepts lists the concepts between two distances from the start.
func (a *analysis) findConcepts(r *rules, from, to int32) {
	for i, hits := range a.hits {
		if r.concepts[i].words {
			continue
		}
		for _, h := range hits {
			if h.start >= from && h.start <= to {
				a.features = append(a.features, conceptFeature|feature(i)<<8|feature(h.status&^denies))
			}
		}
	}
}

// odds weighs features that stand for one stretch of a message.
func (s *scales) odds(features []feature) odds {
	sum := s.bias
	for _, f := range features {
		w := s.weights[f]
		for l := range w {
			sum[l] += w[l]
		}
	}
	highest, total := slices.Max(sum[:]), 0.0
	var o odds
	for l := range sum {
		o[l] = math.Exp(float64(sum[l] - highest))
		total += o[l]
	}
	for l := range o {
		o[l] /= total
	}
	return o
}

// likeliest returns the class of the level that the concepts in the message
// speak for; the first of the level when none speaks.
func (a *analysis) likeliest(r *rules, l Level) *class {
	a.findFeatures(r, 0, len(a.scanner.tokens))
	sums := make(map[*class]float32)
	for _, f := range a.features {
		for _, lean := range r.scales.classes[f] {
			sums[lean.class] += lean.weight
		}
	}
	var best *class
	for _, c := range r.classes {
		if c.level == l && (best == nil || sums[c] > sums[best]) {
			best = c
		}
	}
	return best
}
