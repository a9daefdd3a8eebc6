// Package telegram connects the bot to Telegram, through the Bot API.
//
// Two pure functions are its heart: toMessage reads an update, render writes a
// reply. Around them a session takes updates, by long polling or through a
// webhook, and hands the messages to a [chat.Desk].
//
// Three invariants hold. An update is acknowledged to Telegram only after its
// message was answered, so that a crash loses nothing. No update is answered
// twice in one process life. And the token, which is part of every address that
// is called, never gets into an error or a log.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"regexp"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"meridian/internal/chat"
)

// DefaultEndpoint is the address of Telegram's own Bot API server.
const DefaultEndpoint = "https://api.telegram.org"

// Options are what a [Platform] needs to know.
type Options struct {
	// Token is what @BotFather gave out for the bot.
	Token string
	// Endpoint is the base address of the Bot API server; empty for [DefaultEndpoint].
	Endpoint string
	// Commands are the menus by two-letter language code. The one under "" is
	// for everybody else.
	Commands map[string][]chat.Command
	// Webhook makes Telegram bring the updates; the zero value has the bot fetch them.
	Webhook Webhook
	// Desk bounds how many messages are answered and queued.
	Desk chat.DeskOptions
	// Log takes what the operator should know; nil for nothing.
	Log *slog.Logger
}

// Webhook tells how Telegram reaches the bot. All fields are needed.
type Webhook struct {
	// ListenAddress is where the bot takes plain HTTP ("127.0.0.1:8443") from
	// the proxy that ends TLS.
	ListenAddress string
	// PublicURL is the https address that Telegram calls.
	PublicURL string
	// Secret proves that a call comes from Telegram: 16 to 256 letters, digits, "_" and "-".
	Secret string
}

// Platform is Telegram. Make one with [New].
type Platform struct {
	api      *client
	commands map[string][]chat.Command
	webhook  Webhook
	bounds   chat.DeskOptions
	log      *slog.Logger
	pace     pace
}

var _ chat.Platform = (*Platform)(nil)

var (
	tokenShape  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`)
)

// New returns the platform. It makes no call yet; an error says which option to mend.
func New(o Options) (*Platform, error) {
	if !tokenShape.MatchString(o.Token) {
		return nil, errors.New(`telegram: the token does not look like one (digits, a colon, letters): copy it again from @BotFather`)
	}
	endpoint := cmp.Or(o.Endpoint, DefaultEndpoint)
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("telegram: the API address is not a web address such as " + DefaultEndpoint)
	}
	if o.Webhook != (Webhook{}) {
		if err := o.Webhook.check(); err != nil {
			return nil, err
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Platform{
		api:      newClient(o.Token, endpoint),
		commands: o.Commands,
		webhook:  o.Webhook,
		bounds:   o.Desk,
		log:      o.Log,
		pace:     realPace,
	}, nil
}

func (w Webhook) check() error {
	if u, err := url.Parse(w.PublicURL); err != nil || u.Scheme != "https" || u.Host == "" {
		return errors.New("telegram webhook: the public address must start with https:// (Telegram calls no other)")
	}
	if w.ListenAddress == "" {
		return errors.New(`telegram webhook: the listen address is missing: set one such as "127.0.0.1:8443"`)
	}
	if !secretShape.MatchString(w.Secret) {
		return errors.New(`telegram webhook: the secret must be 16 to 256 letters, digits, "_" or "-": make one with "openssl rand -hex 32"`)
	}
	return nil
}

// Name returns "telegram".
func (*Platform) Name() string { return "telegram" }

// Run serves people until ctx is done; then it takes nothing new, finishes what
// it took within eight seconds, and returns nil. What it can not finish stays
// with Telegram for the next start. An error tells the operator what to mend.
func (p *Platform) Run(ctx context.Context, h chat.Handler) error {
	defer p.api.close()
	var me user
	if err := p.insist(ctx, "getMe", nil, &me); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return explain(err)
	}
	s := newSession(p, me, h)
	s.log.Info("telegram: signed in", "bot", me.Username)
	s.background.Go(func() { s.setCommands(s.life) })
	if p.webhook != (Webhook{}) {
		return s.serve(ctx)
	}
	return s.poll(ctx)
}

// insist makes a call until it succeeds, is refused for good, or ctx is done.
func (p *Platform) insist(ctx context.Context, method string, params tgbotapi.Params, result any) error {
	for attempt := 0; ; attempt++ {
		err := p.api.call(ctx, method, params, result)
		if failed, ok := errors.AsType[*callError](err); !ok || !failed.passing() || ctx.Err() != nil {
			return err
		}
		wait := p.pace.wait(err, attempt)
		p.log.Warn("telegram: call failed, trying again", "error", err, "wait", wait)
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// explain adds the remedy to an error that trying again does not mend.
func explain(err error) error {
	failed, ok := errors.AsType[*callError](err)
	switch {
	case ok && failed.code == 401:
		return fmt.Errorf("%w: Telegram does not know the token; copy the current one from @BotFather (/mybots, API Token)", err)
	case ok && failed.code == 404:
		return fmt.Errorf("%w: check the token (from @BotFather) and the API address", err)
	}
	return err
}

// pace holds the waits of the adapter. Tests shorten them.
type pace struct {
	pollHold     time.Duration // how long the server holds a poll that finds nothing; it allows 50 s
	pollInterval time.Duration // least time between the starts of two polls
	// samePoll is the same for a poll that acknowledges nothing. Telegram's server
	// cuts those short that come within half a second.
	samePoll time.Duration
	backoff  time.Duration // the first wait after a failure
	longest  time.Duration // the longest wait after failures
	second   time.Duration // what a second of retry_after lasts
	drain    time.Duration // how long messages may take to finish on shutdown
}

var realPace = pace{
	pollHold:     50 * time.Second,
	pollInterval: 100 * time.Millisecond,
	samePoll:     600 * time.Millisecond,
	backoff:      500 * time.Millisecond,
	longest:      time.Minute,
	second:       time.Second,
	drain:        8 * time.Second,
}

// wait returns how long to wait after a failed call: what Telegram asks for, or
// else twice as long for each attempt, with jitter.
func (p pace) wait(err error, attempt int) time.Duration {
	if failed, ok := errors.AsType[*callError](err); ok && failed.retryAfter > 0 {
		return time.Duration(failed.retryAfter) * p.second
	}
	full := p.longest
	if attempt < 10 {
		full = min(p.backoff<<attempt, p.longest)
	}
	return full/2 + rand.N(full/2+1)
}

// sleep waits for d and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
