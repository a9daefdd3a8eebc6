package telegramtest

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Sent is a message that the bot sent.
type Sent struct {
	ID      int64
	Chat    int64
	Topic   int64 // 0 for none
	ReplyTo int64 // 0 for none
	// Text is what people read, Entities how it is marked, mentions included.
	Text     string
	Entities []Entity
	// Raw is the text as the bot wrote it, ParseMode how it wants it read.
	Raw, ParseMode string
	Buttons        []Button
	NoPreview      bool
}

// Button is a button below a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// Limits of a message: its text in UTF-16 units after the markup was read, and
// what a button carries in bytes.
const (
	maxText = 4096
	maxData = 64
)

func (s *Server) getMe(context.Context, url.Values) (any, *refusal) {
	return map[string]any{
		"id": BotID, "is_bot": true, "first_name": "Meridian", "username": BotUsername,
		"can_join_groups": true, "can_read_all_group_messages": s.ReadsAll,
	}, nil
}

// agree carries out what nobody looks at.
func (s *Server) agree(context.Context, url.Values) (any, *refusal) { return true, nil }

func (s *Server) sendMessage(_ context.Context, form url.Values) (any, *refusal) {
	m, refused := readMessage(form)
	if refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	switch to := s.migrated[m.Chat]; {
	case s.blocked[m.Chat]:
		refused = &refusal{code: 403, text: "Forbidden: bot was blocked by the user"}
	case to != 0:
		refused = bad("group chat was upgraded to a supergroup chat")
		refused.parameters = map[string]any{"migrate_to_chat_id": to}
	case m.Topic != 0 && !s.updates.topics[m.Topic]:
		refused = bad("message thread not found")
	}
	s.lastSent++
	m.ID = s.lastSent
	s.mu.Unlock()
	if refused != nil {
		return nil, refused
	}
	if s.OnSend != nil {
		s.OnSend(m)
	} else {
		s.change(func() { s.sent = append(s.sent, m) })
	}
	return Message{ID: m.ID, Chat: Chat{ID: m.Chat}, Text: m.Text}, nil
}

func (s *Server) editMessageText(_ context.Context, form url.Values) (any, *refusal) {
	m, refused := readMessage(form)
	if refused != nil {
		return nil, refused
	}
	m.ID = number(form, "message_id", 0)
	refused = bad("message to edit not found")
	s.change(func() {
		for i, old := range s.sent {
			if old.ID != m.ID || old.Chat != m.Chat {
				continue
			}
			if old.Raw == m.Raw {
				refused = bad("message is not modified: specified new message content and reply markup " +
					"are exactly the same as a current content and reply markup of the message")
				return
			}
			s.sent[i], refused = m, nil
		}
	})
	return true, refused
}

// readMessage reads the parameters of a message and refuses what Telegram would.
func readMessage(form url.Values) (Sent, *refusal) {
	m := Sent{
		Chat: number(form, "chat_id", 0), Topic: number(form, "message_thread_id", 0),
		Raw: form.Get("text"), Text: form.Get("text"), ParseMode: form.Get("parse_mode"),
	}
	if !utf8.ValidString(m.Raw) {
		return m, bad("strings must be encoded in UTF-8")
	}
	if m.ParseMode == "HTML" {
		var err error
		if m.Text, m.Entities, err = ParseHTML(m.Raw); err != nil {
			return m, bad("can't parse entities: " + err.Error())
		}
	}
	m.Entities = append(m.Entities, Mentions(m.Text)...)
	if strings.TrimSpace(m.Text) == "" {
		return m, bad("message text is empty")
	}
	if len(utf16.Encode([]rune(m.Text))) > maxText {
		return m, bad("message is too long")
	}
	var reply struct {
		ID int64 `json:"message_id"`
	}
	var preview struct {
		Disabled bool `json:"is_disabled"`
	}
	var keyboard struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	for key, into := range map[string]any{"reply_parameters": &reply, "link_preview_options": &preview, "reply_markup": &keyboard} {
		if value := form.Get(key); value != "" && json.Unmarshal([]byte(value), into) != nil {
			return m, bad("can't parse " + strings.ReplaceAll(key, "_", " ") + " JSON object")
		}
	}
	m.ReplyTo, m.NoPreview = reply.ID, preview.Disabled
	for _, row := range keyboard.Rows {
		for _, b := range row {
			if strings.TrimSpace(b.Text) == "" || b.Data == "" || len(b.Data) > maxData {
				return m, bad("BUTTON_DATA_INVALID")
			}
			m.Buttons = append(m.Buttons, b)
		}
	}
	return m, nil
}

func (s *Server) setMyCommands(_ context.Context, form url.Values) (any, *refusal) {
	var commands []struct{ Command, Description string }
	if json.Unmarshal([]byte(form.Get("commands")), &commands) != nil {
		return nil, bad("can't parse commands JSON object")
	}
	for _, c := range commands {
		if c.Command == "" || len(c.Command) > 32 || c.Command != strings.ToLower(c.Command) || c.Description == "" {
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	return true, nil
}

func (s *Server) setWebhook(_ context.Context, form url.Values) (any, *refusal) {
	if !strings.HasPrefix(form.Get("url"), "https://") {
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	s.change(func() { s.webhook = webhook{url: form.Get("url"), secret: form.Get("secret_token")} })
	return true, nil
}

func (s *Server) deleteWebhook(context.Context, url.Values) (any, *refusal) {
	s.change(func() { s.webhook = webhook{} })
	return true, nil
}

func (s *Server) getWebhookInfo(context.Context, url.Values) (any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{
		"url": s.webhook.url, "pending_update_count": len(s.updates.waiting), "last_error_message": s.webhook.lastError,
	}, nil
}
