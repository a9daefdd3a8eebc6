package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// maxBatch is how many updates one poll can bring. Telegram hands out those
	// from the oldest that is not acknowledged, so it also bounds how far the
	// work can run ahead of one slow answer.
	maxBatch = 100
	// farewell bounds the last acknowledgement on shutdown.
	farewell = time.Second
)

// poller fetches updates. It never waits for an answer: while older updates are
// being answered it goes on polling from the oldest of them, which brings that
// one and all after it once more, and takes those it has not seen.
type poller struct {
	*session
	open    []*delivery // fetched and not acknowledged, oldest first
	offset  int64       // the oldest update not acknowledged; 0 before the first
	asked   int64       // offset of the last poll
	started time.Time   // when the last poll began
}

// poll serves people by long polling until ctx is done.
func (s *session) poll(ctx context.Context) error {
	p := &poller{session: s, asked: -1}
	p.dropWebhook(ctx)
	err := p.run(ctx)
	p.drain()
	p.leave()
	p.confirm()
	return err
}

// dropWebhook makes polling possible: Telegram refuses it while a webhook is set.
func (p *poller) dropWebhook(ctx context.Context) {
	if err := p.api.call(ctx, "deleteWebhook", nil, nil); err != nil && ctx.Err() == nil {
		p.log.Warn("telegram: the webhook was not removed", "error", err)
	}
}

// run polls until ctx is done, and returns nil then. It returns an error when
// Telegram refuses the token.
func (p *poller) run(ctx context.Context) error {
	for failures := 0; ; {
		limit, ok := p.turn(ctx)
		if !ok {
			return nil
		}
		err := p.fetch(ctx, limit)
		if err == nil {
			failures = 0
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := p.judge(ctx, err); err != nil {
			return err
		}
		if !sleep(ctx, p.pace.wait(err, failures)) {
			return nil
		}
		failures++
	}
}

// turn waits until a poll makes sense: something new fits both into the desk and
// into one batch, and the server will not cut the poll short for coming too
// soon. It returns the limit for that poll, and false when ctx is done first.
func (p *poller) turn(ctx context.Context) (limit int, ok bool) {
	for ctx.Err() == nil {
		p.advance()
		interval := p.pace.pollInterval
		if p.offset == p.asked {
			interval = p.pace.samePoll
		}
		wait := max(0, interval-time.Since(p.started))
		limit = min(maxBatch, len(p.open)+p.desk.Room())
		if limit <= len(p.open) {
			wait = -1 // only an answer makes room
		} else if wait == 0 {
			return limit, true
		}
		select {
		case <-p.progress:
		case <-timer(wait):
		case <-ctx.Done():
		}
	}
	return 0, false
}

// advance moves the offset past the updates that are done. The first that is not
// holds it back, whatever became of those after it.
func (p *poller) advance() {
	n := slices.IndexFunc(p.open, func(d *delivery) bool { return !d.done() })
	switch {
	case n < 0 && len(p.open) > 0:
		p.offset = p.open[len(p.open)-1].id + 1
		p.open = nil
	case n >= 0:
		p.offset = p.open[n].id
		p.open = p.open[n:]
	}
}

// fetch makes one poll and takes what is new.
func (p *poller) fetch(ctx context.Context, limit int) error {
	p.asked, p.started = p.offset, time.Now()
	batch, err := p.getUpdates(ctx, p.pace.pollHold, limit)
	if err != nil {
		return err
	}
	for _, raw := range batch {
		id, idErr := updateID(raw)
		if idErr != nil {
			err = idErr
			continue
		}
		if !slices.ContainsFunc(p.open, func(d *delivery) bool { return d.id == id }) {
			p.open = append(p.open, p.accept(id, raw))
		}
	}
	return err
}

func (p *poller) getUpdates(ctx context.Context, hold time.Duration, limit int) ([]json.RawMessage, error) {
	params := tgbotapi.Params{
		"limit":           strconv.Itoa(limit),
		"timeout":         strconv.Itoa(int(hold.Seconds())),
		"allowed_updates": allowedUpdates,
	}
	params.AddNonZero64("offset", p.offset)
	var batch []json.RawMessage
	err := p.api.callWithin(ctx, hold+callTime, "getUpdates", params, &batch)
	return batch, err
}

// judge logs why a poll failed and mends what it can. It returns an error when
// polling again is of no use.
func (p *poller) judge(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*callError](err)
	switch {
	case !ok || !failed.refused:
		p.log.Warn("telegram: no updates, trying again", "error", err)
	case failed.code == http.StatusUnauthorized, failed.code == http.StatusNotFound:
		return explain(err)
	case failed.code == http.StatusConflict && strings.Contains(failed.text, "ebhook"):
		p.log.Error("telegram: somebody set a webhook for this bot; removing it", "error", err)
		p.dropWebhook(ctx)
	case failed.code == http.StatusConflict:
		p.log.Error("telegram: another program fetches updates with the same token; "+
			"stop the second one, or give each a bot of its own", "error", err)
	default:
		p.log.Warn("telegram: no updates, trying again", "error", err)
	}
	return nil
}

// confirm acknowledges on shutdown what was answered since the last poll, so
// that the next start does not answer it again.
func (p *poller) confirm() {
	p.advance()
	if p.offset == p.asked || p.offset == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if _, err := p.getUpdates(ctx, 0, 1); err != nil {
		p.log.Warn("telegram: the last answers were not acknowledged and may be given again", "error", err)
	}
}
