package discord

import (
	"encoding/json"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
)

func TestToMessage(t *testing.T) {
	const self = "1"
	person := &discordgo.User{ID: "8"}
	bot := &discordgo.User{ID: self, Bot: true}
	inGuild := func(m chat.Message) chat.Message {
		m.Platform, m.ID, m.Conversation, m.Person, m.Public = "discord", "9", "6/8", "8", true
		return m
	}
	tests := []struct {
		name  string
		event *discordgo.Message
		want  chat.Message
		not   bool // not for the bot
	}{
		{name: "direct message", event: &discordgo.Message{Content: " does it hurt? "},
			want: chat.Message{Platform: "discord", ID: "9", Conversation: "6", Person: "8", Text: "does it hurt?"}},
		{name: "mention", event: &discordgo.Message{GuildID: "5", Content: "<@1> does it hurt?", Mentions: []*discordgo.User{nil, bot}},
			want: inGuild(chat.Message{Text: "does it hurt?"})},
		{name: "mention in the middle, with others", event: &discordgo.Message{GuildID: "5", Content: "hey <@!1> and <@77>, does <#4> hurt <:ow:123>?", Mentions: []*discordgo.User{bot}},
			want: inGuild(chat.Message{Text: "hey and , does hurt :ow:?"})},
		{name: "mention alone", event: &discordgo.Message{GuildID: "5", Content: "<@1>", Mentions: []*discordgo.User{bot}},
			want: inGuild(chat.Message{Command: "help"})},
		{name: "picture alone", event: &discordgo.Message{Attachments: []*discordgo.MessageAttachment{{}}},
			want: chat.Message{Platform: "discord", ID: "9", Conversation: "6", Person: "8", Command: "help"}},
		{name: "reply to the bot", event: &discordgo.Message{GuildID: "5", Type: discordgo.MessageTypeReply, Content: "and why?", ReferencedMessage: &discordgo.Message{Author: bot}},
			want: inGuild(chat.Message{Text: "and why?"})},
		{name: "reply to somebody else", not: true, event: &discordgo.Message{GuildID: "5", Type: discordgo.MessageTypeReply, Content: "and why?", ReferencedMessage: &discordgo.Message{Author: person}}},
		{name: "reply to a message without author", not: true, event: &discordgo.Message{GuildID: "5", Type: discordgo.MessageTypeReply, Content: "x", ReferencedMessage: &discordgo.Message{}}},
		{name: "reply to a deleted message", not: true, event: &discordgo.Message{GuildID: "5", Type: discordgo.MessageTypeReply, Content: "x"}},
		{name: "not addressed", not: true, event: &discordgo.Message{GuildID: "5", Content: "does it hurt?"}},
		{name: "everyone is not the bot", not: true, event: &discordgo.Message{GuildID: "5", Content: "@everyone", MentionEveryone: true}},
		{name: "another bot", not: true, event: &discordgo.Message{Author: &discordgo.User{ID: "8", Bot: true}, Content: "x"}},
		{name: "Discord itself", not: true, event: &discordgo.Message{Author: &discordgo.User{ID: "8", System: true}, Content: "x"}},
		{name: "the bot itself", not: true, event: &discordgo.Message{Author: &discordgo.User{ID: self}, Content: "x"}},
		{name: "webhook", not: true, event: &discordgo.Message{WebhookID: "3", Content: "x"}},
		{name: "somebody joins", not: true, event: &discordgo.Message{Type: discordgo.MessageTypeGuildMemberJoin}},
		{name: "thread starts", not: true, event: &discordgo.Message{Type: discordgo.MessageTypeThreadStarterMessage, GuildID: "5"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.event.ID, test.event.ChannelID = "9", "6"
			if test.event.Author == nil {
				test.event.Author = person
			}
			got, ok := toMessage(test.event, self)
			if diff := cmp.Diff(test.want, got); diff != "" || ok == test.not {
				t.Errorf("ok = %t, message (-want +got):\n%s", ok, diff)
			}
		})
	}
	if _, ok := toMessage(nil, self); ok {
		t.Error("no message at all was taken")
	}
	if _, ok := toMessage(&discordgo.Message{Content: "x"}, self); ok {
		t.Error("a message without author was taken")
	}
}

func TestBlank(t *testing.T) {
	person := &discordgo.User{ID: "8"}
	for _, test := range []struct {
		name  string
		event *discordgo.Message
		want  bool
	}{
		{"nothing in it", &discordgo.Message{GuildID: "5", Author: person}, true},
		{"text", &discordgo.Message{GuildID: "5", Author: person, Content: "x"}, false},
		{"a picture", &discordgo.Message{GuildID: "5", Author: person, Attachments: []*discordgo.MessageAttachment{{}}}, false},
		{"direct", &discordgo.Message{Author: person}, false},
		{"of a bot", &discordgo.Message{GuildID: "5", Author: &discordgo.User{Bot: true}}, false},
	} {
		if got := blank(test.event, "1"); got != test.want {
			t.Errorf("%s: blank = %t, want %t", test.name, got, test.want)
		}
	}
}

// The wire form of interactions, as the gateway sends it.
func TestToInteractionMessage(t *testing.T) {
	const (
		member = `"guild_id":"5","member":{"user":{"id":"8"}},"context":0`
		user   = `"user":{"id":"8"},"context":1`
	)
	tests := []struct {
		name, event string
		want        chat.Message
		not         bool
	}{
		{name: "ask in a server is private", event: member + `,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"question","type":3,"value":"does it hurt?"}]}`,
			want: chat.Message{Conversation: "6/8", Text: "does it hurt?"}},
		{name: "ask in private", event: member + `,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"question","type":3,"value":"hurt?"},{"name":"private","type":3,"value":"yes"}]}`,
			want: chat.Message{Conversation: "6/8", Text: "hurt?"}},
		{name: "ask in public", event: member + `,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"private","type":3,"value":"no"},{"name":"question","type":3,"value":"hurt?"}]}`,
			want: chat.Message{Conversation: "6/8", Text: "hurt?", Public: true}},
		{name: "ask in a direct message", event: user + `,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"question","type":3,"value":"hurt?"},{"name":"private","type":3,"value":"no"}]}`,
			want: chat.Message{Conversation: "6", Text: "hurt?"}},
		{name: "ask among friends", event: `"user":{"id":"8"},"context":2,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"question","type":3,"value":"hurt?"},{"name":"private","type":3,"value":"no"}]}`,
			want: chat.Message{Conversation: "6/8", Text: "hurt?", Public: true}},
		{name: "options of a wrong type", event: member + `,"type":2,"data":{"type":1,"name":"ask","options":[{"name":"question","type":4,"value":7},{"name":"private","type":5,"value":true}]}`,
			want: chat.Message{Conversation: "6/8", Command: "help"}},
		{name: "help", event: member + `,"locale":"zh-TW","type":2,"data":{"type":1,"name":"help"}`,
			want: chat.Message{Conversation: "6/8", Command: "help", Locale: "zh-TW"}},
		{name: "context menu", event: member + `,"type":2,"data":{"type":3,"name":"Answer from the FAQ","target_id":"7","resolved":{"messages":{"7":{"id":"7","content":"<@3> hurt?"}}}}`,
			want: chat.Message{Conversation: "6/8", Text: "hurt?", Public: true}},
		{name: "context menu without its message", not: true, event: member + `,"type":2,"data":{"type":3,"name":"Answer from the FAQ","target_id":"7"}`},
		{name: "menu on a person", not: true, event: member + `,"type":2,"data":{"type":2,"name":"x","target_id":"7"}`},
		{name: "button", event: member + `,"type":3,"data":{"custom_id":"pe:pain/acute","component_type":2}`,
			want: chat.Message{Conversation: "6/8", Choice: "pe:pain/acute"}},
		{name: "completion", not: true, event: member + `,"type":4,"data":{"type":1,"name":"ask"}`},
		{name: "form", not: true, event: member + `,"type":5,"data":{"custom_id":"x","components":[]}`},
		{name: "ping", not: true, event: `"type":1`},
		{name: "nobody", not: true, event: `"type":2,"data":{"type":1,"name":"help"}`},
		{name: "a bot", not: true, event: `"user":{"id":"8","bot":true},"type":2,"data":{"type":1,"name":"help"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var i discordgo.Interaction
			if err := json.Unmarshal([]byte(`{"id":"9","channel_id":"6",`+test.event+`}`), &i); err != nil {
				t.Fatal(err)
			}
			got, ok := toInteractionMessage(&i)
			if ok == test.not {
				t.Fatalf("ok = %t", ok)
			}
			if test.not {
				return
			}
			test.want.Platform, test.want.ID, test.want.Person = "discord", "9", "8"
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
	if _, ok := toInteractionMessage(nil); ok {
		t.Error("no interaction at all was taken")
	}
}
