package discord

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"

	"github.com/bwmarrin/discordgo"
)

// discordgo's log is one variable for the whole process. It is set once, before
// the first session is made, and never again; so the operator's log is reached
// through [slog.Default] here, whatever [Options.Log] is.
var setLogger sync.Once

func hearLibrary() {
	setLogger.Do(func() { discordgo.Logger = hear })
}

// hear passes on what discordgo logs, without its arguments: they hold tokens,
// and events with what patients wrote. Only errors among them are shown, since
// all that are logged come from the connection or the JSON decoder.
//
// It also ends an [discordgo.Session.Open] that would never return or would do
// harm, by a panic with the reason that the caller of Open recovers. There is no
// other way in: Open holds the session's lock, and in answer to "reconnect" the
// library calls Close, which waits for it.
func hear(level, _ int, format string, args ...any) {
	if reason, ok := interruptions[format]; ok && opening() {
		panic(reason)
	}
	if level > discordgo.LogWarning {
		return
	}
	attrs := []any{"message", strings.TrimSpace(format)}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			attrs = append(attrs, "error", err)
		}
	}
	severity := slog.LevelDebug // the connection's failures, which the link reports
	if level == discordgo.LogError {
		severity = slog.LevelWarn
	}
	slog.Default().Log(context.Background(), severity, "discordgo", attrs...)
}

// An interruption is why an Open was broken off.
type interruption string

func (i interruption) Error() string { return string(i) }

const (
	errReconnect interruption = "Discord asked to connect again"
	errInvalid   interruption = "Discord knows no such session"
)

// What discordgo v0.29.0 logs before it acts on opcodes 7 and 9.
var interruptions = map[string]interruption{
	"Closing and reconnecting in response to Op7":           errReconnect,
	"sending identify packet to gateway in response to Op9": errInvalid,
}

// opening reports whether this goroutine is inside Open.
func opening() bool {
	callers := make([]uintptr, 16)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "discordgo.(*Session).Open") {
			return true
		}
		if !more {
			return false
		}
	}
}
