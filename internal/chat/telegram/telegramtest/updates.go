package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Update is what happened to the bot: at most one of its kinds.
type Update struct {
	ID            int64     `json:"update_id"` // set by [Server.Add]
	Message       *Message  `json:"message,omitempty"`
	EditedMessage *Message  `json:"edited_message,omitempty"`
	ChannelPost   *Message  `json:"channel_post,omitempty"`
	CallbackQuery *Callback `json:"callback_query,omitempty"`
}

// Message is a message as Telegram describes it.
type Message struct {
	ID            int64           `json:"message_id"`
	Date          int64           `json:"date"`
	Chat          Chat            `json:"chat"`
	From          *User           `json:"from,omitempty"`
	SenderChat    *Chat           `json:"sender_chat,omitempty"`
	Topic         int64           `json:"message_thread_id,omitempty"`
	InTopic       bool            `json:"is_topic_message,omitempty"`
	AutoForwarded bool            `json:"is_automatic_forward,omitempty"`
	ReplyTo       *Message        `json:"reply_to_message,omitempty"`
	TopicCreated  json.RawMessage `json:"forum_topic_created,omitempty"`
	Text          string          `json:"text,omitempty"`
	Entities      []Entity        `json:"entities,omitempty"`
	Caption       string          `json:"caption,omitempty"`
	CaptionMarks  []Entity        `json:"caption_entities,omitempty"`
	Album         string          `json:"media_group_id,omitempty"`
	Photo         json.RawMessage `json:"photo,omitempty"`
	Voice         json.RawMessage `json:"voice,omitempty"`
	Pinned        *Message        `json:"pinned_message,omitempty"`
}

// Chat is where a message is.
type Chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type,omitempty"`
}

// User is a person or a bot.
type User struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Name     string `json:"first_name"`
	Username string `json:"username,omitempty"`
	Language string `json:"language_code,omitempty"`
}

// Entity is a marked stretch of a text, in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
	User   *User  `json:"user,omitempty"`
}

// Callback is somebody's tap on a button.
type Callback struct {
	ID      string   `json:"id"`
	From    *User    `json:"from,omitempty"`
	Message *Message `json:"message,omitempty"`
	Data    string   `json:"data,omitempty"`
}

// Private returns what a person writes to the bot alone.
func Private(person, id int64, text string) Update {
	return Update{Message: &Message{
		ID: id, Chat: Chat{ID: person, Type: "private"},
		From: &User{ID: person, Name: "Ada", Language: "en"},
		Text: text,
	}}
}

// queue holds the updates until they are acknowledged.
type queue struct {
	waiting      []queued
	acknowledged []queued // the last few
	next         int64
	poll         int            // counts the polls: the newest ends the one before it
	topics       map[int64]bool // the forum topics that exist

	lastOffset int64
	lastPoll   time.Time
}

type queued struct {
	id  int64
	raw json.RawMessage
}

// keptUpdates is how many acknowledged updates can come again by mistake.
const keptUpdates = 50

func newQueue() queue { return queue{next: 100, topics: make(map[int64]bool)} }

// Add queues an update and returns its ID.
func (s *Server) Add(u Update) int64 {
	return s.enqueue(func(id int64) []byte {
		if m := u.Message; m != nil && m.InTopic {
			s.updates.topics[m.Topic] = true
		}
		u.ID = id
		raw, err := json.Marshal(u)
		if err != nil {
			panic(err) // the types above always marshal
		}
		return raw
	})
}

// AddRaw queues an update as it is, but for its ID, which takes the place of
// "%d" in the format. It returns the ID.
func (s *Server) AddRaw(format string) int64 {
	return s.enqueue(func(id int64) []byte { return fmt.Appendf(nil, format, id) })
}

func (s *Server) enqueue(raw func(id int64) []byte) (id int64) {
	s.change(func() {
		id = s.updates.next
		s.updates.next++
		s.updates.waiting = append(s.updates.waiting, queued{id, raw(id)})
	})
	return id
}

// Waiting returns how many updates are not acknowledged.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates.waiting)
}

func (s *Server) getUpdates(ctx context.Context, form url.Values) (any, *refusal) {
	offset, limit, hold := number(form, "offset", 0), number(form, "limit", 100), number(form, "timeout", 0)
	limit = min(max(limit, 1), 100)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook.url != "" {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	q := &s.updates
	// Telegram's server punishes those who poll without acknowledging anything.
	if offset == q.lastOffset && time.Since(q.lastPoll) < s.Hurry {
		limit = 1
	}
	q.lastOffset, q.lastPoll = offset, time.Now()
	q.acknowledge(offset)
	deadline := time.Now().Add(time.Duration(min(hold, 50)) * time.Second)
	q.poll++
	mine := q.poll
	s.notify()
	for len(q.waiting) == 0 && time.Now().Before(deadline) && ctx.Err() == nil && q.poll == mine {
		changed := s.changed
		s.mu.Unlock()
		wait(ctx, changed, time.Until(deadline))
		s.mu.Lock()
	}
	if q.poll != mine {
		return nil, conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	}
	batch := s.repeat(slices.Clone(q.waiting[:min(int(limit), len(q.waiting))]))
	raws := make([]json.RawMessage, len(batch))
	for i, u := range batch {
		raws[i] = u.raw
	}
	return raws, nil
}

// acknowledge forgets the updates before the offset. 0 acknowledges nothing.
func (q *queue) acknowledge(offset int64) {
	n := 0
	for n < len(q.waiting) && q.waiting[n].id < offset {
		n++
	}
	q.acknowledged = append(q.acknowledged, q.waiting[:n]...)
	if extra := len(q.acknowledged) - keptUpdates; extra > 0 {
		q.acknowledged = slices.Delete(q.acknowledged, 0, extra)
	}
	q.waiting = slices.Delete(q.waiting, 0, n)
}

// Bring brings a queued update to the bot's webhook at the address, with the
// secret that the bot set, and returns the HTTP status of the answer. A 200
// acknowledges the update.
func (s *Server) Bring(ctx context.Context, address string, id int64) (int, error) {
	s.mu.Lock()
	secret := s.webhook.secret
	i := slices.IndexFunc(s.updates.waiting, func(u queued) bool { return u.id == id })
	if i < 0 {
		s.mu.Unlock()
		return 0, fmt.Errorf("update %d is not queued", id)
	}
	raw := s.updates.waiting[i].raw
	s.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(string(raw)))
	if err != nil {
		return 0, err
	}
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	response.Body.Close()
	if response.StatusCode == http.StatusOK {
		s.change(func() {
			s.updates.waiting = slices.DeleteFunc(s.updates.waiting, func(u queued) bool { return u.id == id })
		})
	}
	return response.StatusCode, nil
}

func conflict(text string) *refusal {
	return &refusal{code: http.StatusConflict, text: "Conflict: " + text}
}

func number(form url.Values, key string, missing int64) int64 {
	n, err := strconv.ParseInt(form.Get(key), 10, 64)
	if err != nil {
		return missing
	}
	return n
}
