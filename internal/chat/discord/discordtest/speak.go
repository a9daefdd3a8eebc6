package discordtest

import (
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// A Message is what somebody writes.
type Message struct {
	Channel, Author, Content string
	Guild                    string // empty for a direct message
	ReplyTo                  string // author of the message it replies to; empty for none
	// Edit changes the event before it is sent, for what else Discord may bring.
	Edit func(event map[string]any)
}

var userMark = regexp.MustCompile(`<@!?([0-9]+)>`)

// Say brings the message to the bot and returns its ID. Like Discord it leaves
// the content out when the bot did not ask for it, is not addressed and it is
// no direct message.
func (s *Server) Say(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	s.dispatch("MESSAGE_CREATE", s.event(id, m))
	return id
}

// SayTwice brings the same message twice.
func (s *Server) SayTwice(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	s.dispatch("MESSAGE_CREATE", s.event(id, m))
	s.dispatch("MESSAGE_CREATE", s.event(id, m))
	return id
}

// Dispatch brings any event to the bot.
func (s *Server) Dispatch(event string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(event, data)
}

// event returns the message as MESSAGE_CREATE has it. s.mu is held.
func (s *Server) event(id string, m Message) map[string]any {
	mentions := []any{}
	addressed := false
	for _, found := range userMark.FindAllStringSubmatch(m.Content, -1) {
		mentions = append(mentions, map[string]any{"id": found[1], "username": "mentioned"})
		addressed = addressed || found[1] == BotID
	}
	event := map[string]any{
		"id": id, "channel_id": m.Channel, "type": discordgo.MessageTypeDefault, "content": m.Content,
		"author":   map[string]any{"id": m.Author, "username": "somebody"},
		"mentions": mentions, "attachments": []any{}, "embeds": []any{},
		"timestamp": "2026-10-12T08:00:00.000000+00:00",
	}
	if m.Guild != "" {
		event["guild_id"] = m.Guild
		event["member"] = map[string]any{"roles": []any{}}
		if !addressed && s.stats.Intents&discordgo.IntentMessageContent == 0 {
			event["content"] = ""
		}
	}
	if m.ReplyTo != "" {
		event["type"] = discordgo.MessageTypeReply
		event["referenced_message"] = map[string]any{
			"id": s.newID(), "channel_id": m.Channel, "content": strings.Repeat("earlier ", 3),
			"author": map[string]any{"id": m.ReplyTo, "username": "earlier"},
		}
	}
	if m.Edit != nil {
		m.Edit(event)
	}
	return event
}
