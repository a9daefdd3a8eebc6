package telegram

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

var rewrite = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// quick is a pace that keeps tests short.
var quick = pace{
	pollHold:     50 * time.Second,
	pollInterval: time.Millisecond,
	samePoll:     20 * time.Millisecond,
	backoff:      time.Millisecond,
	longest:      5 * time.Millisecond,
	second:       time.Millisecond,
	drain:        patience,
}

// handlerFunc answers; its notices say "one moment" and "too busy".
type handlerFunc func(context.Context, chat.Message) chat.Reply

func (f handlerFunc) Handle(ctx context.Context, m chat.Message) chat.Reply { return f(ctx, m) }
func (handlerFunc) Waiting(chat.Message) chat.Reply                         { return say("one moment") }
func (handlerFunc) Overloaded(chat.Message) chat.Reply                      { return say("too busy") }

func say(text string) chat.Reply { return chat.NewReply("en", chat.Text(chat.Paragraph, text)) }

// echo answers with what was asked.
var echo = handlerFunc(func(_ context.Context, m chat.Message) chat.Reply { return say("re: " + m.Text) })

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// bench is a server, a platform that talks to it, and the platform's log.
type bench struct {
	*telegramtest.Server
	t        *testing.T
	platform *Platform
	log      *journal
}

// newBench sets up a bench whose log must not hold the token in the end.
func newBench(t *testing.T, o Options) *bench {
	t.Helper()
	b := &bench{Server: telegramtest.New(), t: t, log: &journal{}}
	b.Hurry = quick.samePoll / 2
	t.Cleanup(b.Close)
	o.Token, o.Endpoint = telegramtest.Token, b.URL
	o.Log = slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	p.pace = quick
	b.platform = p
	t.Cleanup(func() { noToken(t, b.log.String()) })
	return b
}

// run starts the platform. The function it returns stops it and returns what
// Run returned; the end of the test calls it too.
func (b *bench) run(h chat.Handler) (stop func() error) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.platform.Run(ctx, h) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			b.t.Error("Run does not return")
			return nil
		}
	})
	b.t.Cleanup(func() { _ = stop() })
	return stop
}

// await waits until cond holds.
func (b *bench) await(what string, cond func() bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !b.Await(ctx, cond) {
		b.t.Fatalf("waited in vain for %s; log:\n%s", what, b.log)
	}
}

// awaitSent waits until n messages were sent and returns them.
func (b *bench) awaitSent(n int) []telegramtest.Sent {
	b.t.Helper()
	b.await("messages", func() bool { return len(b.Sent()) >= n })
	return b.Sent()
}

// awaitAcknowledged waits until no update waits at the server.
func (b *bench) awaitAcknowledged() {
	b.t.Helper()
	b.await("acknowledgement", func() bool { return b.Waiting() == 0 })
}

// firstLine returns the text without the disclaimer.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// texts returns the first lines of messages.
func texts(sent []telegramtest.Sent) []string {
	var lines []string
	for _, m := range sent {
		lines = append(lines, firstLine(m.Text))
	}
	return lines
}

func noToken(t *testing.T, text string) {
	t.Helper()
	_, secret, _ := strings.Cut(telegramtest.Token, ":")
	if strings.Contains(text, secret) {
		t.Errorf("the token is in\n%s", text)
	}
}
