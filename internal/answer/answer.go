// Package answer turns a question into a checked answer or an honest refusal.
// [Answerer.Answer] is the page to read first: the whole path of a question,
// in an order that never changes.
package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"meridian/internal/faq"
	"meridian/internal/retrieve"
	"meridian/internal/safety"
)

// Question is one message of a person, as it was written.
type Question struct {
	Text    string
	Earlier []Turn // the same person's last messages, oldest first; never another person's
	Locale  string // language tag the platform reports; only breaks ties
	Payer   string // key of whom a model's work is charged to; may be empty, and is never sent
}

// Turn is an earlier message of the same person.
type Turn struct {
	Text string
	Age  time.Duration // how long ago it was written
}

// safetyWindow is how far back the safety stop looks for the other half of a
// sign that a person split over several messages.
const safetyWindow = 10 * time.Minute

// Answerer answers questions from the library it was last given. It is safe
// for concurrent use.
type Answerer struct {
	stop    *safety.Stop
	clinic  Clinic
	model   Model
	content atomic.Pointer[content]
}

// Clinic is what only the clinic that runs the bot can say. The zero value is
// a clinic that said nothing.
type Clinic struct {
	Country string            // "HK": its numbers come first in safety replies; may be empty
	Facts   map[string]string // by [faq.ClinicFacts]
	Chinese map[string]string // the same in Traditional Chinese, where it reads otherwise
}

// content is a library and its index: swapped as one, so that an answer never
// cites a passage of one version with the words of another.
type content struct {
	library *faq.Library
	index   *retrieve.Index
	clinic  Clinic
	vectors *retrieve.Vectors // nil: found by words alone
	embed   retrieve.EmbedFunc
}

// New returns an Answerer over the library that quotes it: [Answerer.With] gives
// it a model.
func New(stop *safety.Stop, library *faq.Library, clinic Clinic) *Answerer {
	a := &Answerer{stop: stop, clinic: clinic, model: QuoteOnly}
	a.Use(library)
	return a
}

// Use indexes the library and answers from it from now on. Questions being
// answered finish with the library they began with.
func (a *Answerer) Use(library *faq.Library) {
	a.content.Store(&content{library: library, index: retrieve.Build(documents(library)), clinic: a.clinic})
}

// Answer takes a question along the one path there is:
//
//  1. clean the text and tell its language;
//  2. safety stop: an emergency, a crisis or an urgent sign gets its reply and nothing else;
//  3. decline what an information bot must not do;
//  4. small talk gets a human word;
//  5. search, a follow-up together with what it follows;
//  6. decide how far the library covers the question;
//  7. compose the answer from the passages, each sentence with its source;
//  8. with a model: its words instead, where every sentence of them is supported.
//
// The model is asked only about a follow-up that the search made nothing of, and
// to word an answer that is there already: steps 1 to 4 never wait for it.
// The only error is ctx being done before the answer was ready.
func (a *Answerer) Answer(ctx context.Context, q Question) (Answer, error) {
	began := time.Now()
	c := a.content.Load()
	text := clean(q.Text)
	lang := detectLanguage(text, q.Locale)

	recent := recentTexts(q.Earlier)
	var answer Answer
	switch verdict := a.stop.Check(text, recent...); {
	case verdict.Level >= safety.Urgent:
		answer = a.stopped(verdict, text, lang)
	case verdict.Level == safety.Decline:
		answer = a.declined(c, verdict, text, lang)
	default:
		answer = a.answerAllowed(ctx, c, q, text, lang)
	}
	if err := ctx.Err(); err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	if answer.Engine == "" {
		answer.Engine = EngineQuote
	}
	answer.Took = time.Since(began)
	return answer, nil
}

// Stop returns the safety reply alone, and whether the message gets one: for
// somebody who cannot be answered now. It searches nothing and asks no model.
func (a *Answerer) Stop(q Question) (Answer, bool) {
	text := clean(q.Text)
	verdict := a.stop.Check(text, recentTexts(q.Earlier)...)
	if verdict.Level < safety.Urgent {
		return Answer{}, false
	}
	answer := a.stopped(verdict, text, detectLanguage(text, q.Locale))
	answer.Engine = EngineQuote
	return answer, true
}

// answerAllowed is the path of a message that the safety stop let through. No
// model is asked before it is clear that no danger sign stands just before it.
func (a *Answerer) answerAllowed(ctx context.Context, c *content, q Question, text, lang string) Answer {
	danger := a.danger(recentTexts(q.Earlier))
	q.Earlier = a.unstopped(q.Earlier)
	answer, asked := c.answerCovered(ctx, text, q.Earlier, lang)
	if danger.Level >= safety.Urgent && !answer.Kind.resolved() {
		// "should I wait till morning?" after a danger sign: not a gap in the library.
		return a.stopped(danger, text, lang)
	}
	if a.model.none {
		return answer
	}
	ctx, cancel := a.model.within(ctx)
	defer cancel()
	if answer.open() {
		answer, asked = a.followed(ctx, c, q, text, answer)
	}
	return a.worded(ctx, c, asked, q.Payer, answer)
}

// unstopped returns the turns that the safety stop lets through: what it takes
// is no topic to go on about, and is sent to no model.
func (a *Answerer) unstopped(earlier []Turn) []Turn {
	return slices.DeleteFunc(slices.Clone(earlier), func(turn Turn) bool {
		return a.stop.Check(clean(turn.Text)).Level >= safety.Urgent
	})
}

// recentTexts returns the messages in which the other half of a sign may stand.
func recentTexts(earlier []Turn) []string {
	var recent []string
	for _, turn := range earlier {
		if turn.Age <= safetyWindow {
			recent = append(recent, clean(turn.Text))
		}
	}
	return recent
}

// danger is the verdict on the recent messages without the one being answered.
func (a *Answerer) danger(recent []string) safety.Verdict {
	if len(recent) == 0 {
		return safety.Verdict{}
	}
	return a.stop.Check(strings.Join(recent, "\n"))
}

// stopped is the safety reply: fixed lines, no passage, nothing to tap. It
// speaks the person's language as far as the safety stop does.
func (a *Answerer) stopped(v safety.Verdict, text, lang string) Answer {
	if isSpanish(text) {
		lang = "es"
	}
	kinds := map[safety.Level]Kind{safety.Urgent: KindUrgent, safety.Crisis: KindCrisis, safety.Emergency: KindEmergency}
	return Answer{Kind: kinds[v.Level], Code: v.Code, Lang: lang, Lines: a.stop.Reply(v, lang, a.clinic.Country)}
}

// personalClearance is the class of "I have this and take that: may I?". It gets
// the general passage itself, for that tells what to ask whom.
const personalClearance = "D-SUIT"

// declined says why not and who can, and offers the nearest general passage.
func (a *Answerer) declined(c *content, v safety.Verdict, text, lang string) Answer {
	found := c.search(text)
	answer := Answer{
		Kind: KindDecline, Code: v.Code, Lang: lang,
		Lines: a.stop.Reply(v, lang, a.clinic.Country),
		Hits:  found.Hits, Confidence: confidence(found),
	}
	switch {
	case confidence(found) < offerAt:
	case v.Code == personalClearance && len(c.askClinic(found)) == 0:
		general := c.quote([]string{found.Hits[0].ID}, lang)
		answer.Sentences, answer.Sources = general.Sentences, general.Sources
	default:
		answer.Suggestions = c.suggest(found.Hits, 1, lang)
	}
	return answer
}
