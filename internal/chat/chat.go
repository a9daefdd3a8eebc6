// Package chat holds the neutral words of chat: what a person said, what the
// bot says back, and what every platform must do with the two. It knows no
// platform and no medicine.
//
// Two invariants live here. A [Reply] cannot be read without its disclaimer:
// [Reply.Blocks] puts it there. And markup is never broken by splitting,
// because [Split] cuts the neutral blocks, before any platform renders them.
package chat

import (
	"context"
	"strings"
	"unicode"
)

// Message is one thing a person said to the bot, freed of its platform.
type Message struct {
	// Platform is the name of the platform it came from, as [Platform.Name] says it.
	Platform string
	// ID is unique within the platform; a message seen twice has the same ID.
	ID string
	// Conversation groups the messages that are answered one after another.
	Conversation string
	// Person is the platform's opaque ID of who wrote it. It is never a name.
	Person string
	// Public tells that others can read the reply.
	Public bool
	// Locale is the language tag the platform reports for the person ("zh-TW"); may be empty.
	Locale string
	// Command is the command without its mark, in lower case ("help"); empty for plain text.
	Command string
	// Text is what was written, without the command and the mention of the bot.
	Text string
	// Choice is the [Choice.Value] of a tapped button; empty for anything written.
	Choice string
}

// Handler answers messages. Its methods are called from many goroutines at
// once, must not panic, and every [Reply] they return is sent.
type Handler interface {
	// Handle returns the answer. It returns before its own deadline whatever happens.
	Handle(ctx context.Context, m Message) Reply
	// Waiting returns the line shown at once to somebody who has to queue; the answer follows.
	Waiting(m Message) Reply
	// Overloaded returns the reply to somebody whose message can not be queued. It is all they get.
	Overloaded(m Message) Reply
}

// Platform is one place where people chat.
type Platform interface {
	// Name is short, lower case and constant.
	Name() string
	// Run serves people until ctx is done, then stops taking messages, finishes those
	// it took and returns nil. An error tells the operator what to mend.
	Run(ctx context.Context, h Handler) error
}

// Command is one command that a platform offers in its menu.
type Command struct {
	Name        string // without its mark, a-z only
	Description string // one line, at most 100 characters
}

// CutCommand splits a written line such as "/ask does it hurt?" into the
// command, in lower case and without its slash, and the rest. A line that is no
// command comes back as the rest, without white space around it.
func CutCommand(line string) (command, rest string) {
	line = strings.TrimSpace(line)
	first, rest := line, ""
	if end := strings.IndexFunc(line, unicode.IsSpace); end >= 0 {
		first, rest = line[:end], line[end:]
	}
	name, ok := strings.CutPrefix(strings.ToLower(first), "/")
	foreign := func(r rune) bool { return r < 'a' || r > 'z' }
	if !ok || name == "" || strings.ContainsFunc(name, foreign) {
		return "", line
	}
	return name, strings.TrimSpace(rest)
}

// Finding is one thing that a self-check of a platform looked at.
type Finding struct {
	OK     bool
	What   string // what was looked at and what was found
	Remedy string // what to do about it; empty when OK
}
