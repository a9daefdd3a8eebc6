package answer

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"meridian/internal/retrieve"
)

// The thresholds are on [confidence]. They were set on the development files of
// the judged questions, never on the test files: docs/retrieval.md has the figures.
const (
	answerAt  = 0.83 // covered: from here on the first passage is the answer
	likelyAt  = 0.50 // likelier than not: the clinic is to be asked, a follow-up stands alone
	offerAt   = 0.30 // from here on a declined request is offered the general passage
	clarifyAt = 0.15 // perhaps: from here on the nearest questions are offered to choose from
	suggestAt = 0.08 // from here on the nearest passages are worth naming
)

// confidence is how likely it is that the first passage answers the question:
// the more, the further it covers it; the less, the more the one word it misses
// most weighs, and the closer the second passage is. A logistic regression on
// the development files of the judged questions gave the coefficients.
func confidence(found retrieve.Result) float64 {
	const lead = 0.5 // a second passage further behind makes no difference
	sum := -3.13 + 4.98*found.Coverage - 1.71*found.Gap + 3.54*min(found.Lead, lead)
	return 1 / (1 + math.Exp(-sum))
}

// suggestions is how many questions are offered to tap.
const suggestions = 3

// answerCovered answers from the library, or says that it does not cover the
// message. It also returns the question that was answered: a follow-up with what
// it follows.
func (c *content) answerCovered(ctx context.Context, text string, earlier []Turn, lang string) (Answer, string) {
	if text == "" {
		return c.smallTalk("about", lang), text
	}
	if talk, ok := smallTalk(text); ok {
		return c.smallTalk(talk, lang), text
	}
	text = withoutGreeting(text)
	if ids := c.parts(text); len(ids) > 1 {
		answer := c.quote(ids, lang)
		answer.Hits, answer.Confidence = c.search(text).Hits, answerAt
		return answer, text
	}
	found, asked := c.search(text), text
	if confidence(found) < answerAt && len(earlier) > 0 {
		found, asked = c.withTopic(text, earlier, found)
	}
	near := found
	if asked == text {
		near = c.near(ctx, text, found)
	}
	answer := c.decide(text, found, near, lang)
	answer.Hits, answer.Confidence = near.Hits, confidence(found)
	return answer, asked
}

// withTopic searches for a follow-up together with the question it leans on, and
// returns what covers more, with the question that it covers. Few people ask for
// the same passage twice: where the two together lead back to it, and the
// follow-up alone leads elsewhere, both are left to choose from.
func (c *content) withTopic(text string, earlier []Turn, alone retrieve.Result) (retrieve.Result, string) {
	topic, ok := leanedOn(text, earlier)
	if !ok {
		return alone, text
	}
	whole := topic + " " + text
	joined := c.search(whole)
	if confidence(joined) <= confidence(alone) {
		return alone, text
	}
	before := c.search(topic)
	if confidence(alone) >= likelyAt && len(before.Hits) > 0 && joined.Hits[0].ID == before.Hits[0].ID {
		const doubt = 0.5 // a coverage that offers a choice
		return retrieve.Result{Hits: append(joined.Hits[:1:1], withoutHit(alone.Hits, joined.Hits[0].ID)...), Coverage: doubt}, whole
	}
	return joined, whole
}

func withoutHit(hits []retrieve.Hit, id string) []retrieve.Hit {
	return slices.DeleteFunc(slices.Clone(hits), func(h retrieve.Hit) bool { return h.ID == id })
}

// decide says what the search result is good for: an answer, a choice between
// the nearest questions, or the plain word that the library does not have it.
// What is near by meaning may be offered; only words decide about an answer.
func (c *content) decide(text string, found, near retrieve.Result, lang string) Answer {
	sure := confidence(found)
	if lacks := c.askClinic(found); len(lacks) > 0 {
		return Answer{Kind: KindNotCovered, Lang: lang, AskClinic: lacks}
	}
	switch {
	case sure < clarifyAt && near.Meaning < meaningAt:
		kind := KindNotCovered
		if !aboutHealth(text) {
			kind = KindOffTopic
		}
		answer := Answer{Kind: kind, Lang: lang, Complaint: kind == KindNotCovered && isComplaint(text)}
		if kind == KindNotCovered && sure >= suggestAt {
			answer.Suggestions = c.suggest(near.Hits, suggestions, lang)
		} else {
			answer.Suggestions = c.examples(lang)
		}
		return answer
	case sure < answerAt:
		return Answer{Kind: KindClarify, Lang: lang, Suggestions: c.suggest(near.Hits, suggestions, lang)}
	default:
		return c.quote([]string{found.Hits[0].ID}, lang)
	}
}

// askClinic returns the facts that the clinic has to fill in before the nearest
// passage can answer; none when that passage answers already, or is not near.
func (c *content) askClinic(found retrieve.Result) []string {
	if confidence(found) < likelyAt {
		return nil
	}
	p, ok := c.passage(found.Hits[0].ID, "en")
	if !ok {
		return nil
	}
	return c.clinic.lacks(p)
}

// parts returns the passages that answer a question made of two or three, one
// for each part; none unless every part is clearly covered by itself and they
// do not all mean the same passage.
func (c *content) parts(text string) []string {
	pieces := splitQuestions(text)
	if len(pieces) < 2 || len(pieces) > 3 {
		return nil
	}
	var ids []string
	seen := make(map[string]bool)
	for _, piece := range pieces {
		found := c.search(piece)
		if confidence(found) < answerAt || len(c.askClinic(found)) > 0 {
			return nil
		}
		if id := found.Hits[0].ID; !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// joints are where one message goes on to a second question.
var joints = strings.NewReplacer("? ", "?\x00", "?", "?\x00", " and ", "\x00", " & ", "\x00",
	"同埋", "\x00", "以及", "\x00", "還有", "\x00", "还有", "\x00", "另外", "\x00")

// splitQuestions cuts a message where a second question may begin. A piece too
// short to be a question of its own ("neck and shoulder") undoes the cut.
func splitQuestions(text string) []string {
	var pieces []string
	for piece := range strings.SplitSeq(joints.Replace(text), "\x00") {
		piece = strings.TrimSpace(piece)
		if piece == "" {
			continue
		}
		if !isQuestionLong(piece) {
			return nil
		}
		pieces = append(pieces, piece)
	}
	return pieces
}

// isQuestionLong reports whether the piece has at least three words, or four
// Chinese characters.
func isQuestionLong(piece string) bool {
	if len(strings.Fields(piece)) >= 3 {
		return true
	}
	return utf8.RuneCountInString(piece) >= 4 && len(piece) >= 12 && !isASCII(piece)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
