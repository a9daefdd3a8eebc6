package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"meridian/internal/chat"
)

// maxTries is how often one part is sent before it is given up. Waits that
// Telegram asks for do not count; the desk's time for delivery bounds them.
const maxTries = 6

// outlet is where the reply to one message goes: its chat, in a forum its
// topic, and in a group as a reply to it.
type outlet struct {
	*session
	chat     int64
	topic    int64 // 0 for none
	question int64 // the message replied to; 0 for none
	person   int64 // who asked in public; 0 where nobody else reads
	finished bool  // Send came to its end; shutdown did not cut it off
}

var _ chat.Outlet = (*outlet)(nil)

func (s *session) outlet(u update, public bool) *outlet {
	m := u.Message
	if u.Callback != nil {
		m = u.Callback.Message
	}
	out := &outlet{session: s, chat: m.Chat.ID, topic: m.topic()}
	if public {
		out.question = m.ID
		if from := u.from(); from != nil {
			out.person = from.ID
		}
	}
	return out
}

// Typing shows "typing…" for five seconds.
func (o *outlet) Typing(ctx context.Context) {
	params := o.address()
	params["action"] = "typing"
	// The sign is a courtesy: some servers do not know it, and nobody misses it.
	_ = o.api.call(ctx, "sendChatAction", params, nil)
}

// Notice sends the line for somebody who has to queue.
func (o *outlet) Notice(ctx context.Context, r chat.Reply) error { return o.sendAll(ctx, r) }

// Send sends the reply. That the person blocked the bot is no error.
func (o *outlet) Send(ctx context.Context, r chat.Reply) error {
	err := o.deliver(ctx, r)
	o.finished = err == nil || ctx.Err() == nil
	if failed, ok := errors.AsType[*callError](err); ok && failed.code == http.StatusForbidden {
		o.log.Info("telegram: the bot may not write there any more", "error", err)
		return nil
	}
	return err
}

// deliver sends the reply where it belongs. A private one to somebody in a
// group goes to the person alone, with a neutral line left in the group. When
// that fails, as it does for people who never wrote to the bot, it goes to the
// group: they asked there, and it may be what they need to read most.
func (o *outlet) deliver(ctx context.Context, r chat.Reply) error {
	if !r.Private || o.person == 0 {
		return o.sendAll(ctx, r)
	}
	alone := &outlet{session: o.session, chat: o.person}
	if err := alone.sendAll(ctx, r); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return o.sendAll(ctx, r)
	}
	if aside, ok := r.Aside(); ok {
		return o.sendAll(ctx, aside)
	}
	return nil
}

func (o *outlet) sendAll(ctx context.Context, r chat.Reply) error {
	for i, p := range render(r) {
		if err := o.send(ctx, p, i == 0); err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
	}
	return nil
}

// send sends one part, again where that helps. When a connection breaks nobody
// knows whether the message arrived: then twice is better than never.
func (o *outlet) send(ctx context.Context, p part, first bool) error {
	marked := true
	for tries := 1; ; {
		err := o.api.call(ctx, "sendMessage", o.params(p, marked, first), nil)
		failed, ok := errors.AsType[*callError](err)
		switch {
		case !ok:
			return err
		case marked && failed.markupRefused():
			// Without the refusal's text, which quotes the reply.
			o.log.Error("telegram: markup refused, the reply goes out as plain text")
			marked = false
			continue
		case failed.migrateTo != 0 && failed.migrateTo != o.chat && tries < maxTries:
			// The group became a supergroup: it has a new ID and new message IDs.
			o.chat, o.topic, o.question = failed.migrateTo, 0, 0
			tries++
			continue
		case !failed.passing() || tries == maxTries:
			return err
		}
		if failed.retryAfter == 0 {
			tries++
		}
		if !sleep(ctx, o.pace.wait(err, tries-1)) {
			return err
		}
	}
}

func (o *outlet) address() tgbotapi.Params {
	params := tgbotapi.Params{}
	params.AddNonZero64("chat_id", o.chat)
	params.AddNonZero64("message_thread_id", o.topic)
	return params
}

func (o *outlet) params(p part, marked, first bool) tgbotapi.Params {
	params := o.address()
	params["text"] = p.plain
	if marked {
		params["text"] = p.html
		params["parse_mode"] = tgbotapi.ModeHTML
	}
	params["link_preview_options"] = `{"is_disabled":true}`
	params["disable_web_page_preview"] = "true" // the same for servers older than 2024
	if first && o.question != 0 {
		params["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, o.question)
	}
	if len(p.choices) > 0 {
		params["reply_markup"] = keyboard(p.choices)
	}
	return params
}

// keyboard puts one button into each row, as the labels are whole questions.
func keyboard(choices []chat.Choice) string {
	var rows [][]tgbotapi.InlineKeyboardButton
	for _, c := range choices {
		rows = append(rows, tgbotapi.NewInlineKeyboardRow(tgbotapi.NewInlineKeyboardButtonData(c.Label, c.Value)))
	}
	written, _ := json.Marshal(tgbotapi.NewInlineKeyboardMarkup(rows...)) // strings always marshal
	return string(written)
}
