package answer

import (
	"context"
	_ "embed"
	"slices"
	"time"
	"unicode/utf8"

	"meridian/internal/hanzi"
	"meridian/internal/safety"
)

//go:embed prompts/standalone.txt
var standAloneTask string

//go:embed prompts/standalone.schema.json
var standAloneSchema []byte

const (
	// A longer message stands alone.
	longestFollowUp     = 25 // words
	longestFollowUpRune = 60 // characters, in Chinese

	longestJoined = 300  // characters of the question that a model makes of it
	joinedOwn     = 0.60 // share of its content that must be the person's own words
	joinShare     = 3    // it may take one part in so many of the model's time
)

// followed asks the model what a follow-up means, when the rules made nothing
// of it, and answers that. The safety stop sees the question that the model
// makes of it like any other.
func (a *Answerer) followed(ctx context.Context, c *content, q Question, text string, answer Answer) (Answer, string) {
	if a.model.none || len(q.Earlier) == 0 || !answer.open() || !maybeFollowUp(text) {
		return answer, text
	}
	whole, ok := a.joined(ctx, q, text)
	if !ok {
		return answer, text
	}
	switch verdict := a.stop.Check(whole, recentTexts(q.Earlier)...); {
	case verdict.Level >= safety.Urgent:
		return a.stopped(verdict, whole, answer.Lang), whole
	case verdict.Level == safety.Decline:
		return a.declined(c, verdict, whole, answer.Lang), whole
	}
	if again, _ := c.answerCovered(ctx, whole, nil, answer.Lang); again.Kind == KindAnswer {
		return again, whole
	}
	return answer, text
}

// open reports whether a question has no answer yet that other words could find.
func (a Answer) open() bool {
	return len(a.AskClinic) == 0 && (a.Kind == KindClarify || a.Kind == KindNotCovered || a.Kind == KindOffTopic)
}

func maybeFollowUp(text string) bool {
	if hanzi.Contains(text) {
		return utf8.RuneCountInString(text) <= longestFollowUpRune
	}
	return len(words(text)) <= longestFollowUp
}

// joined has the model make one question of the message and what came before.
// It reports false when the model made none that is the person's own.
func (a *Answerer) joined(ctx context.Context, q Question, text string) (string, bool) {
	var data struct {
		Earlier []string `json:"earlier"`
		Message string   `json:"message"`
	}
	for _, turn := range q.Earlier {
		if before := clean(turn.Text); before != "" && turn.Age <= topicWindow {
			data.Earlier = append(data.Earlier, before)
		}
	}
	if len(data.Earlier) == 0 {
		return "", false
	}
	data.Message = text
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/joinShare)
		defer cancel()
	}
	var reply struct {
		Question string `json:"question"`
	}
	p := Prompt{System: standAloneTask, User: toJSON(data), Schema: standAloneSchema, Payer: q.Payer}
	if start(ctx, a.model.Complete, p).read(&reply) != nil {
		return "", false
	}
	whole := clean(reply.Question)
	return whole, isOwnQuestion(whole, text, data.Earlier)
}

// isOwnQuestion reports whether a question that a model made says nothing much
// that the person did not.
func isOwnQuestion(whole, text string, earlier []string) bool {
	if whole == "" || whole == text || utf8.RuneCountInString(whole) > longestJoined ||
		forms.MatchString(whole) || hanzi.Contains(whole) != hanzi.Contains(text) {
		return false
	}
	own := &ground{keys: map[string]bool{"=needle": true}} // what the library is about needs no saying
	for _, said := range append(slices.Clone(earlier), text) {
		collect(own.keys, readTerms(said))
		own.folded += fold(said) + "\n"
	}
	return known(clause{terms: readTerms(whole)}, []*ground{own}) >= joinedOwn
}
