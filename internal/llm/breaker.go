package llm

import (
	"log/slog"
	"sync"
	"time"
)

const (
	// tripAfter is how many failures in a row open a breaker.
	tripAfter = 5
	// An open breaker lets one call through after shortestPause, and when that
	// fails after twice as long each time, up to longestPause.
	shortestPause = 30 * time.Second
	longestPause  = 5 * time.Minute
	// longestAsked bounds how long a server can ask to be left alone.
	longestAsked = time.Hour
)

// outcome is what a call tells about the server.
type outcome int

const (
	works   outcome = iota
	fails           // the next call is likely to fail as well
	unknown         // the caller gave up
)

// breaker keeps calls from a server that fails, so that nobody waits for it, and
// from one that asked to be left alone. The zero value with a log is closed, which
// lets all calls through.
type breaker struct {
	name string
	log  *slog.Logger

	mu       sync.Mutex
	failures int           // in a row
	pause    time.Duration // how long it was last open
	until    time.Time     // no call before this
	trial    bool          // while it is open: a call is trying the server
}

// enter reports whether a call may be made. Whoever makes it must then call
// leave, with how long the server asked to be left alone. Whoever may not can try
// again after wait, unless that is 0: then the breaker is open. So leave reports.
func (b *breaker) enter() (leave func(result outcome, asked time.Duration) (open bool), wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	open := b.failures >= tripAfter
	wait = time.Until(b.until)
	switch {
	case open && (b.trial || wait > 0):
		return nil, 0, false
	case wait > 0:
		return nil, wait, false
	}
	b.trial = open
	return func(result outcome, asked time.Duration) bool { return b.leave(open, result, asked) }, 0, true
}

func (b *breaker) leave(trial bool, result outcome, asked time.Duration) (open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if trial {
		b.trial = false
	}
	switch result {
	case works:
		if b.failures >= tripAfter {
			b.log.Info("model: the server answers again", "call", b.name)
			b.until = time.Time{}
		}
		b.failures, b.pause = 0, 0
	case fails:
		b.failures++
		rest := min(asked, longestAsked)
		if trial || b.failures == tripAfter {
			b.pause = max(min(2*b.pause, longestPause), shortestPause)
			rest = max(rest, b.pause)
			b.log.Warn("model: the server keeps failing and is left alone", "call", b.name, "for", rest)
		}
		if until := time.Now().Add(rest); until.After(b.until) {
			b.until = until
		}
	}
	return b.failures >= tripAfter
}
