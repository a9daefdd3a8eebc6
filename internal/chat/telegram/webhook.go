package telegram

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// maxUpdate bounds one update, in bytes. A text is at most 4096 units, and
	// an update holds few of them.
	maxUpdate = 1 << 20
	// maxConnections is how many updates Telegram brings side by side, one a chat.
	maxConnections = 100
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token"
)

// hook takes the updates that Telegram brings. A request is answered with 200
// only after its update was handled; until then Telegram keeps the update, and
// brings it again should the bot die. It brings those of one chat one by one.
type hook struct {
	*session
	mu   sync.Mutex
	open map[int64]*delivery // what is being handled
}

// serve serves people through the webhook until ctx is done.
func (s *session) serve(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.webhook.ListenAddress)
	if err != nil {
		s.drain()
		s.leave()
		return fmt.Errorf("telegram webhook: %w: choose another listen address", err)
	}
	h := &hook{session: s, open: make(map[int64]*delivery)}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: callTime,
		ReadTimeout:       callTime,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	s.log.Info("telegram: the webhook listens", "address", listener.Addr().String())
	if err = h.register(ctx); err == nil {
		select {
		case err = <-failed:
			err = fmt.Errorf("telegram webhook: %w", err)
		case <-ctx.Done():
		}
	}
	s.drain()
	// All requests that wait for an answer have it now.
	grace, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	s.leave()
	return err
}

// register tells Telegram where to bring updates. It returns nil when ctx is done.
func (h *hook) register(ctx context.Context) error {
	err := h.insist(ctx, "setWebhook", tgbotapi.Params{
		"url":             h.webhook.PublicURL,
		"secret_token":    h.webhook.Secret,
		"max_connections": strconv.Itoa(min(maxConnections, cmp.Or(h.bounds.Queue, maxConnections))),
		"allowed_updates": allowedUpdates,
	}, nil)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: check the public address of the webhook", err)
	}
	return nil
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only Telegram calls here", http.StatusMethodNotAllowed)
		return
	}
	secret := r.Header.Get(secretHeader)
	if subtle.ConstantTimeCompare([]byte(secret), []byte(h.webhook.Secret)) != 1 {
		http.Error(w, "only Telegram calls here", http.StatusUnauthorized)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "not read", http.StatusBadRequest)
		return
	}
	id, err := updateID(raw)
	if err != nil {
		h.log.Error("telegram: a call of the webhook is skipped", "error", err)
		return // bringing it again would not mend it
	}
	if !h.handle(r.Context(), id, raw) {
		http.Error(w, "not handled yet", http.StatusServiceUnavailable)
	}
}

// handle sees one update through and reports whether it was handled. An update
// that is brought again meanwhile waits for the same answer.
func (h *hook) handle(ctx context.Context, id int64, raw json.RawMessage) bool {
	h.mu.Lock()
	// What was handled the desk knows as a duplicate from now on.
	maps.DeleteFunc(h.open, func(_ int64, d *delivery) bool { return d.done() })
	d, known := h.open[id]
	if !known {
		d = h.accept(id, raw)
		h.open[id] = d
	}
	h.mu.Unlock()
	select {
	case <-d.settled:
		return d.handled
	case <-ctx.Done():
		return false
	}
}
