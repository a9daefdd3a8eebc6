// Package telegramtest is a Bot API server in memory for tests. It speaks the
// real wire protocol, holds updates until they are acknowledged, refuses what
// Telegram refuses in Telegram's words, and misbehaves on demand.
//
// Behaviour and error texts follow the public source of Telegram's own server
// (github.com/tdlib/telegram-bot-api).
package telegramtest

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The bot that the server knows.
const (
	Token       = "4242:test-TOKEN_never_to_be_seen_in_a_log"
	BotID       = 4242
	BotUsername = "meridian_bot"
)

// keptRequests is how many requests of each method are kept.
const keptRequests = 100

// Server is the Bot API server. Make one with [New].
type Server struct {
	// URL is the base address of the API.
	URL string
	// OnSend, when set before the first call, is told each message that was sent,
	// and the server then does not keep it.
	OnSend func(Sent)
	// Hurry is the time within which a poll that acknowledges nothing more than the
	// one before brings one update only. Telegram's is half a second, as is that of
	// a new server. Set it before the first call.
	Hurry time.Duration
	// ReadsAll tells that the bot's privacy mode is off. Set it before the first call.
	ReadsAll bool

	http *httptest.Server

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	updates  queue
	sent     []Sent
	lastSent int64
	requests map[string][]url.Values
	calls    map[string]int
	script   map[string][]Fault
	random   *rand.Rand
	rate     float64
	webhook  webhook
	blocked  map[int64]bool
	migrated map[int64]int64
}

type webhook struct{ url, secret, lastError string }

// New starts a server on loopback. Close it when done.
func New() *Server {
	s := &Server{
		Hurry:    500 * time.Millisecond,
		changed:  make(chan struct{}),
		updates:  newQueue(),
		requests: make(map[string][]url.Values),
		calls:    make(map[string]int),
		script:   make(map[string][]Fault),
		blocked:  make(map[int64]bool),
		migrated: make(map[int64]int64),
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Close stops the server and drops all connections.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// change lets f change the state and wakes all who wait for a change.
func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.notify()
}

// notify wakes all who wait for a change. s.mu is held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Await waits until cond holds or ctx is done, and reports whether it holds.
// cond is asked after every change at the server and may call its methods.
func (s *Server) Await(ctx context.Context, cond func() bool) bool {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// Sent returns the messages that the bot sent, oldest first.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Requests returns the parameters of the last hundred requests for a method,
// oldest first, whatever became of them.
func (s *Server) Requests(method string) []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests[method])
}

// Calls returns how many requests for a method came in.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// OpenTopic lets a forum topic exist; those that updates come from do anyway.
func (s *Server) OpenTopic(topic int64) { s.change(func() { s.updates.topics[topic] = true }) }

// Block makes a person or chat refuse whatever the bot sends.
func (s *Server) Block(chat int64) { s.change(func() { s.blocked[chat] = true }) }

// Migrate turns a group into a supergroup with a new ID.
func (s *Server) Migrate(from, to int64) { s.change(func() { s.migrated[from] = to }) }

// SetWebhook sets a webhook behind the bot's back; lastError is what Telegram
// says of the last attempt to reach it.
func (s *Server) SetWebhook(url, lastError string) {
	s.change(func() { s.webhook = webhook{url: url, lastError: lastError} })
}

// refusal is an answer with "ok": false.
type refusal struct {
	code       int
	text       string
	parameters map[string]any
}

func bad(text string) *refusal {
	return &refusal{code: http.StatusBadRequest, text: "Bad Request: " + text}
}

var methods = map[string]func(*Server, context.Context, url.Values) (any, *refusal){
	"getMe":               (*Server).getMe,
	"getUpdates":          (*Server).getUpdates,
	"sendMessage":         (*Server).sendMessage,
	"editMessageText":     (*Server).editMessageText,
	"answerCallbackQuery": (*Server).agree,
	"sendChatAction":      (*Server).agree,
	"setMyCommands":       (*Server).setMyCommands,
	"setWebhook":          (*Server).setWebhook,
	"deleteWebhook":       (*Server).deleteWebhook,
	"getWebhookInfo":      (*Server).getWebhookInfo,
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	do, known := methods[method]
	if token != Token || !known || r.ParseForm() != nil {
		refused := &refusal{code: http.StatusNotFound, text: "Not Found"}
		if known {
			refused = &refusal{code: http.StatusUnauthorized, text: "Unauthorized"}
		}
		answer(w, nil, refused)
		return
	}
	var fault Fault
	s.change(func() {
		s.calls[method]++
		s.requests[method] = append(s.requests[method], maps.Clone(r.Form))
		if extra := len(s.requests[method]) - keptRequests; extra > 0 {
			s.requests[method] = slices.Delete(s.requests[method], 0, extra)
		}
		fault = s.nextFault(method)
	})
	if fault.Hold != nil {
		select {
		case <-fault.Hold:
		case <-r.Context().Done():
			return
		}
	}
	if fault.Drop {
		panic(http.ErrAbortHandler) // closes the connection
	}
	if fault.Status != 0 {
		w.WriteHeader(fault.Status)
		_, _ = w.Write([]byte(fault.Body))
		return
	}
	result, refused := do(s, r.Context(), r.Form)
	if fault.LoseAnswer {
		panic(http.ErrAbortHandler)
	}
	answer(w, result, refused)
}

func answer(w http.ResponseWriter, result any, refused *refusal) {
	body := map[string]any{"ok": refused == nil}
	if refused == nil {
		body["result"] = result
	} else {
		body["error_code"], body["description"] = refused.code, refused.text
		if refused.parameters != nil {
			body["parameters"] = refused.parameters
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if refused != nil {
		w.WriteHeader(refused.code)
	}
	_ = json.NewEncoder(w).Encode(body) // nobody is left to tell
}

// wait waits for a change after seen was current, for d at most.
func wait(ctx context.Context, seen <-chan struct{}, d time.Duration) {
	select {
	case <-seen:
	case <-time.After(d):
	case <-ctx.Done():
	}
}
