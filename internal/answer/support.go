package answer

import (
	"math"
	"slices"
)

// The support check tells whether a sentence that a model wrote says what the
// passages it cites say, and no more. It knows words, not meanings, and errs on
// the side of rejecting: a sentence it rejects costs wording, one that it lets
// through could cost more. In this order it asks:
//
//  1. has the sentence a form that only the curated entry may show: a link, a
//     number to call, markup (support_facts.go)?
//  2. is it a quotation? Then it holds.
//  3. are its numbers, units and names in the passages, and said of the same
//     thing (support_facts.go, support_quantity.go)?
//  4. does it speak of the writer, or say what the reader has (support_orders.go)?
//  5. do the passages hold its words, and every one that could be a fact
//     (support_words.go)?
//  6. for each of its clauses: which sentence of the passages does it repeat
//     (support_match.go), and does it order (support_orders.go), deny
//     (support_denial.go), direct and hedge (support_claims.go) as that does?
//
// What words mean for this stands in support.txt, which anyone can edit.

// The thresholds were set on the odd lines of testdata/support.jsonl and on
// support-more.jsonl, never on the even lines; TestSupport prints what they give.
const (
	wordsKnown     = 0.75 // share of the content of a sentence that the cited passages hold
	clauseKnown    = 0.60 // the same for each clause
	clauseLikes    = 0.60 // share of the content of a clause that one sentence of a passage holds
	ordersLikes    = 0.60 // the same for a clause that tells the reader what to do
	alikeCounts    = 0.75 // what a word counts that points the same way as one of the passage: "lower" for "fell"
	askedCounts    = 0.50 // what a word counts that only a phrasing of the question holds
	everydayCounts = 0.50 // what a general word counts that no passage holds
	topicCounts    = 0.50 // what a word of the question itself counts when looking for the sentence meant
)

// finding says why a sentence is not supported; empty when it is.
type finding string

const (
	supported    finding = ""
	badForm      finding = "form"         // a link, an address, a mention, markup, a question
	badNumber    finding = "number"       // not there, another unit, or said of something else
	badName      finding = "name"         // not there
	badSelf      finding = "first person" // or says what the reader has
	badOrder     finding = "instruction"  // that the passage does not give
	badWords     finding = "words"        // too many that the passages do not hold
	badClause    finding = "clause"       // like no sentence of the passages
	badDenial    finding = "denial"       // lost or added
	badDirection finding = "direction"    // turned round, or stronger
	badHedge     finding = "hedge"        // lost
)

// verdict is what the check says of a sentence.
type verdict struct {
	why     finding
	grounds []*ground    // the passages it rests on, of those it cites
	means   []*statement // the sentences of them that it repeats
}

// check tells whether a sentence is supported by the passages it cites.
func check(sentence string, cited []*ground) verdict {
	if hasBadForm(sentence, cited) {
		return verdict{why: badForm}
	}
	plain := plainForm(sentence)
	for _, g := range cited {
		for i := range g.statements {
			if g.statements[i].plain == plain {
				return verdict{grounds: []*ground{g}, means: []*statement{&g.statements[i]}}
			}
		}
	}
	s := newStatement(sentence)
	switch {
	case !quantitiesHeld(s.quantities, cited):
		return verdict{why: badNumber}
	case !namesHeld(&s, cited):
		return verdict{why: badName}
	case diagnosesReader(&s), !answersAlike(sentence, cited):
		return verdict{why: badSelf}
	case known(s.whole(), cited) < wordsKnown, newHealthTerm(&s, cited), newWord(s.terms, cited):
		return verdict{why: badWords}
	}
	return checkClauses(&s, cited)
}

// checkClauses checks a sentence clause by clause.
func checkClauses(s *statement, cited []*ground) verdict {
	var v verdict
	var before match
	for _, c := range s.clauses {
		why, meant := checkClause(c, s, cited, &before)
		if why != supported {
			return verdict{why: why}
		}
		if meant.ground != nil && !slices.Contains(v.grounds, meant.ground) {
			v.grounds = append(v.grounds, meant.ground)
		}
		if meant.statement != nil {
			v.means = append(v.means, meant.statement)
		}
	}
	if len(v.grounds) == 0 {
		return verdict{why: badClause} // nothing that could be supported
	}
	return v
}

// checkClause finds the clause of the passages that a clause of the sentence s
// repeats and tells whether it says the same. before is the match of the clause
// before it. A clause without content is supported by nothing.
func checkClause(c clause, s *statement, cited []*ground, before *match) (finding, match) {
	if c.size() == 0 {
		return supported, match{}
	}
	if known(c, cited) < clauseKnown {
		return badWords, match{}
	}
	if g := ignorant(cited); g != nil && c.ignorant() && !c.claims(g.heading.whole()) {
		return supported, match{ground: g} // the passage, too, says that something is not known
	}
	meant := alike(c, s, cited, before)
	*before = meant
	switch {
	case meant.likeness < clauseLikes, meant.onlyTopic(c):
		return badClause, match{}
	case c.permitsAct() && !(meant.actsAlike(c) && (meant.orders() || meant.permits())):
		return badOrder, match{}
	case c.permitsAny() && !meant.orders() && !meant.permits():
		return badOrder, match{}
	case c.ordersReader() && (meant.likeness < ordersLikes || !meant.orders()):
		return badOrder, match{}
	case c.has(advises) && !c.has(orders) && !slices.ContainsFunc(meant.statement.clauses, clause.advises):
		return badOrder, match{}
	case c.has(self) && !c.ignorant() && !meant.clause.has(self), meant.addresses(c):
		return badSelf, match{}
	case c.has(inquires) && slices.ContainsFunc(meant.statement.clauses, clause.ignorant) && !slices.ContainsFunc(s.clauses, clause.ignorant):
		return badDenial, match{}
	case c.has(inquires):
		return supported, meant // what is asked is not said
	case !meant.sameNumbers(c):
		return badNumber, match{}
	case meant.statement.warns && !s.warns:
		return badOrder, match{} // when to get help is not passed on
	case meant.deniesOtherwise(c), meant.losesDenial(c, s), losesPart(c, meant.clause):
		return badDenial, match{}
	case pointsOtherwise(c, s, meant), losesDegree(s.directions(), meant.clause.directions()):
		return badDirection, match{}
	case losesHedge(c, meant.clause, s), overclaims(c, cited), losesAdviser(c, s, meant):
		return badHedge, match{}
	}
	return supported, meant
}

// ignorant returns a passage that says that something is not known.
func ignorant(cited []*ground) *ground {
	for _, g := range cited {
		for _, s := range g.statements {
			if slices.ContainsFunc(s.clauses, clause.ignorant) {
				return g
			}
		}
	}
	return nil
}

// known is the share of the content terms that the passages hold, 0 to 1; 1
// when there are none.
func known(c clause, cited []*ground) float64 {
	held, all := 0.0, 0.0
	for i := range c.terms {
		t := &c.terms[i]
		if !t.content() {
			continue
		}
		best := 0.0
		for _, g := range cited {
			best = math.Max(best, g.holds(t))
		}
		held += best
		if best == 0 && t.known.is(everyday) {
			all += everydayCounts
		} else {
			all++
		}
	}
	if all == 0 {
		return 1
	}
	return held / all
}
