package telegram

import (
	"encoding/json"
	"strconv"
)

// What the bot reads of Telegram's updates. The SDK's own types are older than
// forum topics, and one field of an unexpected type would make the SDK refuse
// all the updates that came with it.

// update holds one of the two kinds that the bot asks for, or neither.
type update struct {
	Message  *message `json:"message"`
	Callback *tap     `json:"callback_query"`
}

// allowedUpdates names the kinds of update that the bot asks for. Edits are not
// among them: what was asked once is answered once.
const allowedUpdates = `["message","callback_query"]`

// tap is somebody's tap on a button.
type tap struct {
	ID      string   `json:"id"`
	From    *user    `json:"from"`
	Message *message `json:"message"` // the one with the button
	Data    string   `json:"data"`
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Username string `json:"username"`
	Language string `json:"language_code"`
	// ReadsAll tells of a bot whether it is sent everything that is written in groups.
	ReadsAll bool `json:"can_read_all_group_messages"`
}

type place struct {
	ID   int64  `json:"id"`
	Type string `json:"type"` // "private", "group", "supergroup" or "channel"
}

type message struct {
	ID         int64    `json:"message_id"`
	Chat       place    `json:"chat"`
	Thread     int64    `json:"message_thread_id"`
	InTopic    bool     `json:"is_topic_message"`
	From       *user    `json:"from"`
	SenderChat *place   `json:"sender_chat"`
	Forwarded  bool     `json:"is_automatic_forward"` // from a channel to its discussion group
	ReplyTo    *message `json:"reply_to_message"`
	Album      string   `json:"media_group_id"`
	Text       string   `json:"text"`
	Entities   []entity `json:"entities"`
	Caption    string   `json:"caption"`
	Captioned  []entity `json:"caption_entities"`
	// TopicCreated marks the message that opened a topic. Telegram shows all that
	// is written there as replies to it.
	TopicCreated json.RawMessage `json:"forum_topic_created"`

	Photo     json.RawMessage `json:"photo"`
	Voice     json.RawMessage `json:"voice"`
	VideoNote json.RawMessage `json:"video_note"`
	Video     json.RawMessage `json:"video"`
	Audio     json.RawMessage `json:"audio"`
	Document  json.RawMessage `json:"document"`
	Sticker   json.RawMessage `json:"sticker"`
}

// entity is a marked stretch of a text. Offset and Length count UTF-16 units.
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	User   *user  `json:"user"` // of a text_mention
}

// topic returns the forum topic that the message is in, 0 for none. Outside
// forums the thread is only a chain of replies, and nothing can be sent to it.
func (m *message) topic() int64 {
	if m.InTopic {
		return m.Thread
	}
	return 0
}

// conversation names where the message is: the chat, and in a forum its topic.
func (m *message) conversation() string {
	chat := strconv.FormatInt(m.Chat.ID, 10)
	if topic := m.topic(); topic != 0 {
		return chat + "/" + strconv.FormatInt(topic, 10)
	}
	return chat
}

// public reports whether others read along, and whether people can ask here at all.
func (p place) public() (public, ok bool) {
	switch p.Type {
	case "private":
		return false, p.ID != 0
	case "group", "supergroup":
		return true, p.ID != 0
	}
	return false, false
}

// author returns who wrote the message; false for bots and for what nobody wrote.
func (m *message) author() (string, bool) {
	switch {
	case m.Forwarded:
		return "", false
	case m.SenderChat != nil:
		// An administrator who stays anonymous, or somebody who writes in the name
		// of a channel. From is then a stand-in, and a bot.
		return strconv.FormatInt(m.SenderChat.ID, 10), true
	case m.From == nil || m.From.IsBot:
		return "", false
	}
	return strconv.FormatInt(m.From.ID, 10), true
}

// wording returns the text of the message, or the caption of what was sent, and
// false for the notes that Telegram itself puts into a chat.
func (m *message) wording() (string, []entity, bool) {
	if m.Text != "" {
		return m.Text, m.Entities, true
	}
	for _, sent := range []json.RawMessage{m.Photo, m.Voice, m.VideoNote, m.Video, m.Audio, m.Document, m.Sticker} {
		if len(sent) > 0 {
			return m.Caption, m.Captioned, true
		}
	}
	return "", nil, false
}

// from returns who sent the update; nil for nobody.
func (u update) from() *user {
	switch {
	case u.Callback != nil:
		return u.Callback.From
	case u.Message != nil:
		return u.Message.From
	}
	return nil
}
