package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"meridian/internal/chat"
)

// session is the platform from sign-in to shutdown. Poll or webhook bring it
// raw updates; it sees to it that each is answered and then acknowledged.
type session struct {
	*Platform
	listener listener
	desk     *chat.Desk
	progress chan struct{} // holds a token when an update was settled lately
	closing  atomic.Bool   // set when the desk starts to close

	life       context.Context // of the calls in the background; leave ends it
	end        context.CancelFunc
	background sync.WaitGroup
}

func newSession(p *Platform, me user, h chat.Handler) *session {
	life, end := context.WithCancel(context.Background())
	return &session{
		Platform: p,
		listener: newListener(me, p.commands),
		desk:     chat.NewDesk(h, p.bounds, p.log),
		progress: make(chan struct{}, 1),
		life:     life,
		end:      end,
	}
}

// delivery is one update on its way through the bot.
type delivery struct {
	id      int64
	settled chan struct{} // closed when nothing more happens for the update
	handled bool          // it may be acknowledged; read only after settled
}

// done reports whether the update may be acknowledged to Telegram.
func (d *delivery) done() bool {
	select {
	case <-d.settled:
		return d.handled
	default:
		return false
	}
}

func (s *session) settle(d *delivery, handled bool) {
	d.handled = handled
	close(d.settled)
	select {
	case s.progress <- struct{}{}:
	default:
	}
}

var errNoID = errors.New("an update without update_id: is this a Bot API server?")

// updateID reads only the ID, so that an update that can not be read otherwise
// is known well enough to pass it by.
func updateID(raw json.RawMessage) (int64, error) {
	var u struct {
		ID *int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &u) != nil || u.ID == nil {
		return 0, errNoID
	}
	return *u.ID, nil
}

// accept starts the work on an update that was not seen before, and returns at once.
func (s *session) accept(id int64, raw json.RawMessage) *delivery {
	d := &delivery{id: id, settled: make(chan struct{})}
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		s.log.Error("telegram: an update can not be read and is skipped", "update", id, "error", err)
		s.settle(d, true)
		return d
	}
	if u.Callback != nil {
		s.stopSpinner(u.Callback.ID)
	}
	m, ok := s.listener.toMessage(u)
	if !ok {
		s.settle(d, true)
		return d
	}
	out := s.outlet(u, m.Public)
	s.desk.Take(m, out, func() {
		// A reply that shutdown cut off is left to the next start.
		s.settle(d, out.finished || !s.closing.Load())
	})
	return d
}

// stopSpinner ends the waiting sign on a tapped button at once, long before the
// answer may be there.
func (s *session) stopSpinner(callback string) {
	s.background.Go(func() {
		// A failure is of no use to anybody: the sign ends by itself.
		_ = s.api.call(s.life, "answerCallbackQuery", tgbotapi.Params{"callback_query_id": callback}, nil)
	})
}

// setCommands puts the commands into Telegram's menus. The bot works without
// them, so failures are only logged.
func (s *session) setCommands(ctx context.Context) {
	type command struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	for lang, menu := range s.commands {
		commands := make([]command, len(menu))
		for i, c := range menu {
			commands[i] = command{Command: c.Name, Description: c.Description}
		}
		params := tgbotapi.Params{}
		params.AddNonEmpty("language_code", lang)
		err := params.AddInterface("commands", commands)
		if err == nil {
			err = s.api.call(ctx, "setMyCommands", params, nil)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("telegram: the command menu was not set", "lang", lang, "error", err)
		}
	}
}

// drain finishes what was taken, as far as time allows.
func (s *session) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), s.pace.drain)
	defer cancel()
	s.closing.Store(true)
	if err := s.desk.Close(ctx); err != nil {
		s.log.Warn("telegram: stopped early; Telegram keeps these messages for the next start", "error", err)
	}
}

// leave ends the calls in the background. No update may be accepted any more.
func (s *session) leave() {
	s.end()
	s.background.Wait()
}

// timer returns a channel that fires after d, never for a negative one.
func timer(d time.Duration) <-chan time.Time {
	if d < 0 {
		return nil
	}
	return time.After(d)
}
