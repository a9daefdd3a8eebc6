package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// intentRemedy says how to get what members of servers write.
const intentRemedy = `switch on "Message Content Intent" in the developer portal (Bot, Privileged Gateway Intents)`

// fatalCodes are the close codes of the gateway after which no new attempt can
// succeed, with the remedy for each.
var fatalCodes = map[int]string{
	4004: "Discord refuses the token; copy the current one from the developer portal (Bot, Reset Token)",
	4010: "Discord refuses the shard number; this is a fault of the program, please report it",
	4011: "the bot is in too many servers for one connection, which is all this program makes; take it out of some",
	4012: "Discord no longer speaks this version of the gateway; update the program",
	4013: "Discord refuses the intents; this is a fault of the program, please report it",
	4014: "the bot may not read the content of messages; " + intentRemedy + ", or do without it in the configuration",
}

// staleCodes are the close codes that end a session: the next one is new.
var staleCodes = []int{4006, 4007, 4009}

// maxStuck bounds how many sessions may be given up because discordgo hangs in
// them. Each costs a few goroutines that nothing can end but a restart.
const maxStuck = 8

// A link keeps one connection to the gateway. discordgo's own reconnecting is
// off: it tries for ever where nothing can help. A dropped connection resumes
// its session, so that Discord sends again what was missed.
type link struct {
	newLine func() *line
	pace    *pace
	log     *slog.Logger
	stuck   int
}

func newLink(p *Platform, in *intake) *link {
	return &link{
		newLine: func() *line { return newLine(p, in.listen) },
		pace:    &p.pace,
		log:     p.log,
	}
}

// run stays connected until ctx is done or nothing can help, and leaves no
// connection behind.
func (l *link) run(ctx context.Context) error {
	current, failures, invalid := l.newLine(), 0, false
	for {
		err := l.stay(ctx, current)
		if ctx.Err() != nil {
			l.hangUp(current)
			return nil
		}
		if fatal := fatalError(err); fatal != nil {
			l.hangUp(current)
			return fatal
		}
		if current.wasReady() {
			failures, invalid = 0, false
		}
		wait := l.pace.wait(failures)
		switch {
		case errors.Is(err, errStuck):
			l.stuck++
			current = l.newLine()
		case errors.Is(err, errInvalid):
			// The session may be good for a second try; which, the library does not say.
			wait = l.pace.invalid + rand.N(4*l.pace.invalid)
			if invalid {
				current = l.replace(current)
			}
			invalid = !invalid
		case isStale(err):
			current = l.replace(current)
		}
		if l.stuck > maxStuck {
			return fmt.Errorf("discord: the connection hung %d times: restart the program", l.stuck)
		}
		failures++
		l.log.Warn("discord: connection lost, connecting again", "error", err, "wait", wait)
		if !sleep(ctx, wait) {
			l.hangUp(current)
			return nil
		}
	}
}

// stay opens the line and returns when it is lost, with the reason, or ctx is done.
func (l *link) stay(ctx context.Context, current *line) error {
	if err := current.open(ctx); err != nil {
		return err
	}
	select {
	case <-current.dropped:
		return errDropped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// replace hangs up and returns a line that starts a new session.
func (l *link) replace(old *line) *line {
	l.hangUp(old)
	return l.newLine()
}

func (l *link) hangUp(current *line) {
	if err := current.close(); err != nil {
		l.stuck++
		l.log.Warn("discord: connection not closed properly", "error", err)
	}
}

func fatalError(err error) error {
	closed, ok := errors.AsType[*websocket.CloseError](err)
	if !ok {
		return nil
	}
	if remedy, ok := fatalCodes[closed.Code]; ok {
		return fmt.Errorf("discord: the gateway closed the connection (%d): %s", closed.Code, remedy)
	}
	return nil
}

func isStale(err error) bool {
	closed, ok := errors.AsType[*websocket.CloseError](err)
	return ok && slices.Contains(staleCodes, closed.Code)
}

// intents are the kinds of event the bot needs, and no more.
func intents(o Options) discordgo.Intent {
	needed := discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	if !o.NoMessageContent {
		needed |= discordgo.IntentMessageContent
	}
	return needed
}
