// Package bot holds one conversation turn: it takes a message, runs its
// command or has it answered, remembers what a follow-up needs, and phrases
// the reply. Everything a patient reads is worded here or in the library.
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"meridian/internal/answer"
	"meridian/internal/chat"
)

// Answers is what the bot needs of the answering engine; [answer.Answerer] is it.
type Answers interface {
	Answer(context.Context, answer.Question) (answer.Answer, error)
	Stop(answer.Question) (answer.Answer, bool)
	Open(passage, lang string) (answer.Answer, bool)
	About(lang string) answer.Answer
	Topics(lang string) []answer.Topic
	Questions(article, lang string) []answer.Suggestion
}

// Bot answers messages of every platform. It implements [chat.Handler].
type Bot struct {
	answers  Answers
	deadline time.Duration
	log      *slog.Logger
	memory   *memory
}

var _ chat.Handler = (*Bot)(nil)

// New returns a bot. deadline bounds the time spent on one question.
func New(answers Answers, deadline time.Duration, log *slog.Logger) *Bot {
	return &Bot{answers: answers, deadline: deadline, log: log, memory: newMemory(time.Now)}
}

// Handle answers one message. Whatever goes wrong, the person gets a calm line
// and the operator a log entry without the person's words.
func (b *Bot) Handle(ctx context.Context, m chat.Message) (reply chat.Reply) {
	ctx, cancel := context.WithTimeout(ctx, b.deadline)
	defer cancel()
	defer b.apologise(m, &reply)
	return b.turn(ctx, m)
}

// apologise, deferred, turns a panic into an apology. The panic's value may
// quote the patient: only its type is logged.
func (b *Bot) apologise(m chat.Message, reply *chat.Reply) {
	if p := recover(); p != nil {
		b.log.Error("panic while answering", "platform", m.Platform, "message", m.ID,
			"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		*reply = line(m, func(w *words) string { return w.apology })
	}
}

// turn is one turn of the conversation: a tapped button, a command or a question.
func (b *Bot) turn(ctx context.Context, m chat.Message) chat.Reply {
	if m.Choice != "" {
		return b.choose(m)
	}
	if m.Text == "" {
		return b.menu(m)
	}
	// Words after any command are a question: nothing skips the safety stop.
	return b.ask(ctx, m)
}

func (b *Bot) ask(ctx context.Context, m chat.Message) chat.Reply {
	person := m.Platform + "\x00" + m.Conversation + "\x00" + m.Person
	a, err := b.answers.Answer(ctx, answer.Question{Text: m.Text, Earlier: b.memory.recall(person), Locale: m.Locale, Payer: person})
	if err != nil {
		b.log.Error("question not answered", "platform", m.Platform, "message", m.ID, "error", err)
		return line(m, func(w *words) string { return w.apology })
	}
	personal := hasPersonalDetails(m.Text)
	if !personal {
		b.memory.add(person, m.Text)
	}
	b.log.Info("answered", "platform", m.Platform, "kind", a.Kind, "code", a.Code, "lang", a.Lang,
		"coverage", a.Confidence, "passages", len(a.Sources), "engine", a.Engine, "fallback", a.Fallback, "took", a.Took)
	reply := Phrase(a)
	if personal && m.Public {
		reply = privately(reply.With(inScript(a.Lang, paragraphs(in(a.Lang).personal))...))
	}
	return reply
}

// menu replies to a command that stands alone.
func (b *Bot) menu(m chat.Message) chat.Reply {
	lang := answer.Language("", m.Locale)
	if m.Command == "topics" {
		return topicList(b.answers.Topics(lang), lang)
	}
	return Phrase(b.answers.About(lang))
}

// choose opens what a button stands for.
func (b *Bot) choose(m chat.Message) chat.Reply {
	what, lang, id, ok := parseChoice(m.Choice)
	if !ok {
		return line(m, func(w *words) string { return w.gone })
	}
	switch what {
	case choosePassage:
		if a, ok := b.answers.Open(id, lang); ok {
			return Phrase(a)
		}
	case chooseTopic:
		if questions := b.answers.Questions(id, lang); len(questions) > 0 {
			return questionList(questions, lang)
		}
	}
	return line(m, func(w *words) string { return w.gone })
}

// Waiting is the line for somebody who has to queue.
func (b *Bot) Waiting(m chat.Message) chat.Reply {
	return line(m, func(w *words) string { return w.waiting })
}

// Overloaded is for somebody who cannot be queued. The safety stop still runs:
// an emergency is never turned away.
func (b *Bot) Overloaded(m chat.Message) (reply chat.Reply) {
	defer b.apologise(m, &reply)
	if m.Text != "" {
		if a, ok := b.answers.Stop(answer.Question{Text: m.Text, Locale: m.Locale}); ok {
			return Phrase(a)
		}
	}
	return line(m, func(w *words) string { return w.overloaded })
}

// What a button stands for: the first letter of its value. The second letter
// is the language, then comes the ID: "pt:understanding-pain/what-is-pain".
const (
	choosePassage = "p"
	chooseTopic   = "t"
)

var choiceLangs = map[string]string{"e": "en", "t": "zh-Hant", "s": "zh-Hans"}

func choiceValue(what, lang, id string) string {
	for letter, l := range choiceLangs {
		if l == lang {
			return what + letter + ":" + id
		}
	}
	return what + "e:" + id
}

func parseChoice(value string) (what, lang, id string, ok bool) {
	head, id, found := strings.Cut(value, ":")
	if !found || len(head) != 2 || id == "" {
		return "", "", "", false
	}
	lang, ok = choiceLangs[head[1:]]
	return head[:1], lang, id, ok
}
