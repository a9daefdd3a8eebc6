package answer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Prompt is what a model is asked to complete.
type Prompt struct {
	System string          // what to do
	User   string          // with what: one JSON object, all of it data
	Schema json.RawMessage // of the JSON object to answer with, for servers that can hold a model to it
	Payer  string          // [Question.Payer] of the question it is asked for
}

// CompleteFunc asks a model and returns its answer, which should be JSON as the
// prompt says and is trusted in nothing. It should return when ctx is done;
// answers do not wait for one that does not.
type CompleteFunc func(ctx context.Context, p Prompt) (string, error)

// Model is the language model that words answers. It is given to
// [Answerer.With]; without one the passages themselves are quoted.
type Model struct {
	Complete CompleteFunc
	Judge    CompleteFunc  // a second opinion on each sentence, which can only reject; nil for none
	AtMost   time.Duration // for all that is asked of it for one question; 0 for 8 s

	none bool // it is QuoteOnly
}

// QuoteOnly is no model: every answer quotes the passages. It is what an
// [Answerer] begins with.
var QuoteOnly = Model{none: true}

// String tells operators how answers are worded.
func (m Model) String() string {
	switch {
	case m.none:
		return "passages quoted word for word"
	case m.Judge != nil:
		return "worded by a model, each sentence checked, and judged by a model"
	default:
		return "worded by a model, each sentence checked"
	}
}

const (
	modelAtMost = 8 * time.Second
	// modelReserve is what the model must leave of a question's time, for the
	// card to reach the person.
	modelReserve = 500 * time.Millisecond
)

// With has answers worded by the model from now on, and returns a. It is meant
// for the start of the program: it must not run beside [Answerer.Answer].
func (a *Answerer) With(m Model) *Answerer {
	if m.Complete == nil && !m.none {
		panic("answer: a Model without Complete; QuoteOnly is the one that asks nobody")
	}
	if m.AtMost <= 0 {
		m.AtMost = modelAtMost
	}
	a.model = m
	return a
}

// within returns the context of everything the model is asked for one question.
func (m Model) within(ctx context.Context) (context.Context, context.CancelFunc) {
	end := time.Now().Add(m.AtMost)
	if last, ok := ctx.Deadline(); ok && last.Add(-modelReserve).Before(end) {
		end = last.Add(-modelReserve)
	}
	return context.WithDeadline(ctx, end)
}

// pending is a call that is under way.
type pending struct {
	ctx  context.Context
	done chan result
}

type result struct {
	text string
	err  error
}

// start calls the function and does not wait for it.
func start(ctx context.Context, complete CompleteFunc, p Prompt) pending {
	call := pending{ctx, make(chan result, 1)} // of one, so that a late answer does not hold its goroutine
	if ctx.Err() != nil {
		return call
	}
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r.err = fmt.Errorf("completion panicked: %T", v) // its value may quote the patient
			}
			call.done <- r
		}()
		r.text, r.err = complete(ctx, p)
	}()
	return call
}

// read waits for the answer and decodes it. It returns when the call's context
// is done, whatever the function does.
func (call pending) read(into any) error {
	select {
	case r := <-call.done:
		if r.err != nil {
			return r.err
		}
		return decode(r.text, into)
	case <-call.ctx.Done():
		return call.ctx.Err()
	}
}

// fallback tells why the model's wording was not used.
func fallback(err error) Fallback {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return ModelLate
	case errors.Is(err, errUnreadable):
		return ModelUnreadable
	default:
		return ModelFailed
	}
}
