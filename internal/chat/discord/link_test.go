package discord

import (
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat/discord/discordtest"
)

// converse brings a direct message and waits until all so far are answered.
func (b *bot) converse(n int) {
	b.t.Helper()
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: fmt.Sprint("question ", n)})
	for i, m := range b.AwaitSent(b.t, n) {
		if want := fmt.Sprint("you said: question ", i+1, "\n"); !strings.HasPrefix(m.Content, want) {
			b.t.Fatalf("answer %d is %q", i+1, m.Content)
		}
	}
}

func TestOnlyTheIntentsItNeeds(t *testing.T) {
	t.Parallel()
	const base = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	for _, without := range []bool{false, true} {
		t.Run(fmt.Sprint("without content ", without), func(t *testing.T) {
			b := start(t, func(s *setup) { s.options.NoMessageContent = without })
			want := base
			if !without {
				want |= discordgo.IntentMessageContent
			}
			if got := b.Stats().Intents; got != want {
				t.Errorf("intents %b, want %b", got, want)
			}
		})
	}
}

// What can happen on the way to READY, and on the way back.
func TestOpeningsThatGoWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		opening discordtest.Opening
		fresh   bool // a new session has to follow when it happens to a resume
	}{
		{name: "no HELLO", opening: discordtest.Opening{NoHello: true}},
		{name: "op 7 instead of HELLO", opening: discordtest.Opening{HelloIsOp7: true}},
		{name: "op 7 before READY", opening: discordtest.Opening{Reconnect: true}},
		{name: "op 1 before READY", opening: discordtest.Opening{Heartbeat: true}},
		{name: "op 9, to resume", opening: discordtest.Opening{TryAgain: true}},
		{name: "op 9, to start anew", opening: discordtest.Opening{Invalid: true}, fresh: true},
		{name: "never ready", opening: discordtest.Opening{NeverReady: true}},
		{name: "op 1 and never ready", opening: discordtest.Opening{Heartbeat: true, NeverReady: true}},
		{name: "no websocket", opening: discordtest.Opening{Refused: true}},
		{name: "closed for a while", opening: discordtest.Opening{Close: 4000}},
		{name: "closed because of its number", opening: discordtest.Opening{Close: 4007}, fresh: true},
		{name: "closed because of its age", opening: discordtest.Opening{Close: 4009}, fresh: true},
	}
	for _, test := range tests {
		quick := func(s *setup) {
			if test.opening.NoHello || test.opening.NeverReady {
				s.pace.open = 300 * time.Millisecond
			}
		}
		t.Run(test.name, func(t *testing.T) {
			b := start(t, func(s *setup) {
				quick(s)
				s.before = func(d *discordtest.Server) { d.NextOpenings(test.opening) }
			})
			b.converse(1)
		})
		t.Run(test.name+", at a resume", func(t *testing.T) {
			b := start(t, quick)
			b.converse(1)
			b.NextOpenings(test.opening)
			before := b.Stats()
			b.Drop()
			if test.fresh {
				b.AwaitStats(t, "a new session", func(s discordtest.Stats) bool { return s.Identifies > before.Identifies })
				b.AwaitReady(t)
			}
			b.converse(2) // asked while it is away: nothing is lost
			if after := b.Stats(); !test.fresh && after.Identifies != before.Identifies {
				t.Errorf("%d new sessions, and what happened meanwhile is lost", after.Identifies-before.Identifies)
			}
		})
	}
}

// What can happen to a connection that works.
func TestConnectionsThatBreak(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		cut   func(*discordtest.Server)
		fresh bool
	}{
		{name: "dropped", cut: (*discordtest.Server).Drop},
		{name: "op 7", cut: (*discordtest.Server).AskReconnect},
		{name: "op 1 and dropped", cut: func(s *discordtest.Server) { s.AskHeartbeat(); s.Drop() }},
		{name: "op 7 and op 1", cut: func(s *discordtest.Server) { s.AskReconnect(); s.AskHeartbeat() }},
		{name: "closed for a while", cut: func(s *discordtest.Server) { s.CloseGateway(4000) }},
		{name: "op 9", cut: (*discordtest.Server).EndSession, fresh: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, nil)
			b.RepeatOnResume(3) // duplicates
			b.converse(1)
			before := b.Stats()
			test.cut(b.Server)
			if test.fresh {
				b.AwaitStats(t, "a new session", func(s discordtest.Stats) bool { return s.Identifies > before.Identifies })
				b.AwaitReady(t)
			}
			b.converse(2)
			if !test.fresh {
				b.AwaitStats(t, "a resume", func(s discordtest.Stats) bool { return s.Resumes > before.Resumes })
			}
			b.converse(3)
			b.stop()
			if got := len(b.Sent()); got != 3 {
				t.Errorf("%d messages sent, want 3", got)
			}
		})
	}
}

// discordgo itself notices only after five heartbeats.
func TestSilentConnectionIsDead(t *testing.T) {
	b := start(t, func(s *setup) {
		s.config.Heartbeat = 100 * time.Millisecond
		s.pace.silence = 400 * time.Millisecond
	})
	b.IgnoreHeartbeats(true)
	b.AwaitStats(t, "a resume", func(s discordtest.Stats) bool { return s.Resumes > 0 })
	b.IgnoreHeartbeats(false)
	b.AwaitReady(t)
	b.converse(1)
}

func TestFatalCloseCodes(t *testing.T) {
	t.Parallel()
	for code, remedy := range fatalCodes {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			b := launch(t, func(s *setup) {
				s.before = func(d *discordtest.Server) { d.NextOpenings(discordtest.Opening{Close: code}) }
			})
			err := b.fails()
			if err == nil || !strings.Contains(err.Error(), remedy) || !strings.Contains(err.Error(), fmt.Sprint(code)) {
				t.Errorf("Run: %v", err)
			}
			if n := b.Stats().Connections; n != 1 {
				t.Errorf("%d connections", n)
			}
		})
		t.Run(fmt.Sprint(code, " later"), func(t *testing.T) {
			b := start(t, nil)
			b.NextOpenings(discordtest.Opening{Close: code})
			b.CloseGateway(code)
			if err := b.fails(); err == nil || !strings.Contains(err.Error(), remedy) {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

func TestIntentThatIsSwitchedOff(t *testing.T) {
	b := launch(t, func(s *setup) { s.config.NoContentIntent = true })
	if err := b.fails(); err == nil || !strings.Contains(err.Error(), "Message Content Intent") {
		t.Errorf("Run: %v", err)
	}
}

func TestWorksWithoutTheContentIntent(t *testing.T) {
	b := start(t, func(s *setup) { s.config.NoContentIntent, s.options.NoMessageContent = true, true })
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: "not for the bot"})
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "for the bot"})
	if got := b.AwaitSent(t, 1)[0]; !strings.HasPrefix(got.Content, "you said: for the bot") {
		t.Errorf("sent %q", got.Content)
	}
}

func TestMessagesWithoutContentWarnOnce(t *testing.T) {
	b := start(t, nil)
	for range 3 {
		b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient})
	}
	b.converse(1)
	b.stop()
	if n := strings.Count(b.log.String(), "without their content"); n != 1 {
		t.Errorf("warned %d times:\n%s", n, b.log.String())
	}
}

func TestRefusedToken(t *testing.T) {
	b := launch(t, func(s *setup) { s.options.Token = "another.token." + secret })
	if err := b.fails(); err == nil || !strings.Contains(err.Error(), "Reset Token") || strings.Contains(err.Error(), secret) {
		t.Errorf("Run: %v", err)
	}
}

func TestWaitsForDiscordAtTheStart(t *testing.T) {
	b := start(t, func(s *setup) {
		s.before = func(d *discordtest.Server) {
			bad := discordtest.Fault{Status: 503, HTML: true}
			d.FailNext("/gateway", bad, bad, bad, bad, bad, bad, bad, bad)
		}
	})
	b.converse(1)
}

func TestAdvisedToMakeSeveralConnections(t *testing.T) {
	b := start(t, func(s *setup) { s.config.Shards = 3 })
	b.converse(1)
	if !strings.Contains(b.log.String(), "advised=3") {
		t.Errorf("no warning:\n%s", b.log.String())
	}
}

func TestStopWhileConnecting(t *testing.T) {
	b := launch(t, func(s *setup) {
		s.before = func(d *discordtest.Server) { d.NextOpenings(discordtest.Opening{NoHello: true}) }
	})
	b.AwaitStats(t, "a connection", func(s discordtest.Stats) bool { return s.Connections == 1 })
	if err := b.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestStopBeforeDiscordAnswers(t *testing.T) {
	b := launch(t, func(s *setup) {
		s.before = func(d *discordtest.Server) { d.FailNext("gateway", discordtest.Fault{Hang: true}) }
	})
	if err := b.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

// A panic in a handler of discordgo would end the process.
func TestPanicOverAnEventIsSurvived(t *testing.T) {
	log := &safeBuffer{}
	p, err := New(Options{Token: "a.b.c", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	in := newIntake(p, handler{})
	in.guard(func() { panic(confidence) })
	in.finish()
	if text := log.String(); !strings.Contains(text, "panic over an event") || strings.Contains(text, confidence) {
		t.Errorf("logged %q", text)
	}
}

func TestWatchedConnFailsInSilence(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	c := &watchedConn{Conn: here, silence: time.Millisecond}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("reading succeeded")
	}
	if _, err := c.Write([]byte("x")); err == nil {
		t.Error("it is not closed after reading failed")
	}
}

func TestStuckSessionIsGivenUp(t *testing.T) {
	a, _ := newTestAPI(t)
	p := &Platform{api: a, pace: hasty, log: slog.New(slog.DiscardHandler)}
	p.pace.open, p.pace.close = time.Millisecond, time.Millisecond
	var stuck []*line
	l := &link{pace: &p.pace, log: p.log, newLine: func() *line {
		one := newLine(p, func(*discordgo.Session) {})
		one.session.Lock() // as if discordgo waited for itself
		stuck = append(stuck, one)
		return one
	}}
	err := l.run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "restart") {
		t.Errorf("run: %v", err)
	}
	if n := len(stuck); n > maxStuck+2 {
		t.Errorf("%d sessions were started", n)
	}
	for _, one := range stuck {
		one.session.Unlock()
	}
}
