package telegram

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"meridian/internal/chat"
)

// name is what [Platform.Name] returns.
const name = "telegram"

// listener decides what is meant for the bot.
type listener struct {
	me       user
	commands map[string]bool // those the bot knows; others without its name are another bot's
}

func newListener(me user, menus map[string][]chat.Command) listener {
	l := listener{me: me, commands: map[string]bool{"start": true}}
	for _, menu := range menus {
		for _, c := range menu {
			l.commands[c.Name] = true
		}
	}
	return l
}

// toMessage reads an update. It returns false for all that asks for no answer:
// what bots and channels write, Telegram's own notes, and in groups what is not
// addressed to the bot by a command, a mention or a reply. Something sent
// without words, such as a voice message, is a message without text.
func (l listener) toMessage(u update) (chat.Message, bool) {
	switch {
	case u.Callback != nil:
		return tapped(u.Callback)
	case u.Message != nil:
		return l.written(u.Message)
	}
	return chat.Message{}, false
}

func tapped(t *tap) (chat.Message, bool) {
	if t.Message == nil || t.From == nil || t.From.IsBot || t.Data == "" {
		return chat.Message{}, false
	}
	public, ok := t.Message.Chat.public()
	return chat.Message{
		Platform:     name,
		ID:           "tap/" + t.ID,
		Conversation: t.Message.conversation(),
		Person:       strconv.FormatInt(t.From.ID, 10),
		Public:       public,
		Locale:       t.From.Language,
		Choice:       t.Data,
	}, ok
}

func (l listener) written(m *message) (chat.Message, bool) {
	public, ok := m.Chat.public()
	if !ok {
		return chat.Message{}, false
	}
	person, ok := m.author()
	if !ok {
		return chat.Message{}, false
	}
	text, entities, ok := m.wording()
	if !ok {
		return chat.Message{}, false
	}
	w := l.read(text, entities)
	if public && !l.addressed(w, m.ReplyTo) {
		return chat.Message{}, false
	}
	// The pictures of one album are one message.
	id := cmp.Or(m.Album, strconv.FormatInt(m.ID, 10))
	locale := ""
	if m.From != nil {
		locale = m.From.Language
	}
	return chat.Message{
		Platform:     name,
		ID:           strconv.FormatInt(m.Chat.ID, 10) + "/" + id,
		Conversation: m.conversation(),
		Person:       person,
		Public:       public,
		Locale:       locale,
		Command:      w.command,
		Text:         w.text,
	}, true
}

// words are a text taken apart.
type words struct {
	command   string // in lower case, without "/" and the bot's name; empty for none
	to        string // the bot that the command names; empty for none
	mentioned bool   // our bot is mentioned
	text      string // the rest
}

// read takes a text apart along its entities. An entity that does not lie
// within the text is passed over.
func (l listener) read(text string, entities []entity) words {
	units := utf16.Encode([]rune(text))
	var w words
	for _, e := range slices.Backward(entities) { // from the end, so that offsets stay right
		if e.Offset < 0 || e.Length <= 0 || e.Offset > len(units) || e.Length > len(units)-e.Offset {
			continue
		}
		marked := string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
		switch {
		case e.Type == "bot_command" && e.Offset == 0:
			w.command, w.to, _ = strings.Cut(strings.ToLower(strings.TrimPrefix(marked, "/")), "@")
		case e.Type == "mention" && strings.EqualFold(marked, "@"+l.me.Username),
			e.Type == "text_mention" && e.User != nil && e.User.ID == l.me.ID:
			w.mentioned = true
		default:
			continue
		}
		units = slices.Delete(units, e.Offset, e.Offset+e.Length)
	}
	w.text = strings.TrimSpace(string(utf16.Decode(units)))
	return w
}

// addressed reports whether something written in a group is meant for the bot.
func (l listener) addressed(w words, repliesTo *message) bool {
	if w.to != "" {
		return strings.EqualFold(w.to, l.me.Username)
	}
	toUs := repliesTo != nil && repliesTo.From != nil && repliesTo.From.ID == l.me.ID && repliesTo.TopicCreated == nil
	return w.mentioned || toUs || l.commands[w.command]
}
