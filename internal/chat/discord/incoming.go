package discord

import (
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// toMessage reads a message that somebody wrote. ok is false for one that is
// not for the bot, whose ID is self: not addressed to it, or not from a person.
func toMessage(e *discordgo.Message, self string) (m chat.Message, ok bool) {
	if !fromPerson(e, self) {
		return chat.Message{}, false
	}
	public := e.GuildID != ""
	if public && !mentions(e, self) && !repliesTo(e, self) {
		return chat.Message{}, false
	}
	m = chat.Message{
		Platform:     "discord",
		ID:           e.ID,
		Conversation: conversation(e.ChannelID, e.Author.ID, public),
		Person:       e.Author.ID,
		Public:       public,
	}
	return withText(m, e.Content), true
}

// fromPerson leaves out bots, webhooks, the bot itself, and what Discord writes
// about joins, pins and the like.
func fromPerson(e *discordgo.Message, self string) bool {
	if e == nil || e.Author == nil || e.Author.Bot || e.Author.System || e.Author.ID == self || e.WebhookID != "" {
		return false
	}
	return e.Type == discordgo.MessageTypeDefault || e.Type == discordgo.MessageTypeReply
}

func mentions(e *discordgo.Message, self string) bool {
	for _, u := range e.Mentions {
		if u != nil && u.ID == self {
			return true
		}
	}
	return false
}

func repliesTo(e *discordgo.Message, self string) bool {
	r := e.ReferencedMessage
	return e.Type == discordgo.MessageTypeReply && r != nil && r.Author != nil && r.Author.ID == self
}

// blank reports whether a person's message came without anything in it, as
// Discord sends those of a server to a bot without the message content intent.
func blank(e *discordgo.Message, self string) bool {
	return fromPerson(e, self) && e.GuildID != "" && e.Content == "" && !mentions(e, self) &&
		len(e.Attachments) == 0 && len(e.Embeds) == 0 && len(e.StickerItems) == 0 &&
		e.Poll == nil && len(e.MessageSnapshots) == 0 && len(e.Components) == 0
}

// The commands and options that are registered with Discord.
const (
	askCommand     = "ask"
	questionOption = "question"
	privateOption  = "private"
	privateNo      = "no"
)

// toInteractionMessage reads a slash command, a context-menu command or a
// tapped button. Its answer is public in two cases only: somebody asked with
// private:no, or had a message of the channel answered. ok is false for what
// the bot never offered.
func toInteractionMessage(i *discordgo.Interaction) (m chat.Message, ok bool) {
	if i == nil {
		return chat.Message{}, false
	}
	user := i.User
	if i.Member != nil && i.Member.User != nil {
		user = i.Member.User
	}
	if user == nil || user.Bot {
		return chat.Message{}, false
	}
	m = chat.Message{
		Platform:     "discord",
		ID:           i.ID,
		Conversation: conversation(i.ChannelID, user.ID, shared(i)),
		Person:       user.ID,
		Locale:       string(i.Locale),
	}
	switch data := i.Data.(type) {
	case discordgo.MessageComponentInteractionData:
		m.Choice = data.CustomID
		return m, m.Choice != ""
	case discordgo.ApplicationCommandInteractionData:
		if i.Type != discordgo.InteractionApplicationCommand {
			return chat.Message{}, false
		}
		return withCommand(m, data, shared(i))
	}
	return chat.Message{}, false
}

func withCommand(m chat.Message, data discordgo.ApplicationCommandInteractionData, shared bool) (chat.Message, bool) {
	switch {
	case data.CommandType == discordgo.MessageApplicationCommand:
		var target *discordgo.Message
		if data.Resolved != nil {
			target = data.Resolved.Messages[data.TargetID]
		}
		if target == nil {
			return chat.Message{}, false
		}
		m.Public = shared
		return withText(m, target.Content), true
	case data.CommandType == discordgo.UserApplicationCommand:
		return chat.Message{}, false
	case data.Name == askCommand:
		m.Public = shared && option(data, privateOption) == privateNo
		return withText(m, option(data, questionOption)), true
	}
	m.Command = data.Name
	return m, m.Command != ""
}

// option returns the text of an option; empty when it was not given or is no text.
func option(data discordgo.ApplicationCommandInteractionData, name string) string {
	for _, o := range data.Options {
		if o != nil && o.Name == name {
			text, _ := o.Value.(string)
			return text
		}
	}
	return ""
}

// shared reports whether others can read the place an interaction came from.
func shared(i *discordgo.Interaction) bool {
	return i.GuildID != "" || i.Context == discordgo.InteractionContextPrivateChannel
}

// conversation is the person in the channel: what others write there in
// between is no part of it.
func conversation(channel, person string, shared bool) string {
	if shared {
		return channel + "/" + person
	}
	return channel
}

var (
	mentionMark = regexp.MustCompile(` ?<(@[!&]?|#)[0-9]+> ?`)
	emojiMark   = regexp.MustCompile(`<a?(:[A-Za-z0-9_]+:)[0-9]+>`)
)

// withText fills in what was written, without Discord's marks. Whoever writes
// nothing, as with a mention alone or a picture, gets help.
func withText(m chat.Message, content string) chat.Message {
	text := mentionMark.ReplaceAllString(content, " ")
	text = emojiMark.ReplaceAllString(text, "$1")
	m.Text = strings.TrimSpace(text)
	if m.Text == "" {
		m.Command = "help"
	}
	return m
}
