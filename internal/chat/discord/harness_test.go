package discord

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// discordgo sleeps for a second whenever it closes a connection: let the tests sleep together.
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	// What discordgo logs goes to the default log: it must not hold secrets either.
	slog.SetDefault(slog.New(slog.NewTextHandler(&libraryLog, &slog.HandlerOptions{Level: slog.LevelDebug})))
	code := m.Run()
	if text := libraryLog.String(); strings.Contains(text, secret) || strings.Contains(text, "token-of-") {
		println("a token is in discordgo's log")
		code = 1
	}
	if err := goleak.Find(); err != nil && code == 0 {
		println(err.Error())
		code = 1
	}
	os.Exit(code)
}

// secret is the part of the token that must be seen nowhere.
const secret = "secret-of-the-fake-bot"

var libraryLog safeBuffer

// safeBuffer is a buffer for several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// handler answers with a function; without one it repeats the text.
type handler struct {
	handle func(context.Context, chat.Message) chat.Reply
}

func (h handler) Handle(ctx context.Context, m chat.Message) chat.Reply {
	if h.handle != nil {
		return h.handle(ctx, m)
	}
	return say("you said: " + m.Text)
}

func (handler) Waiting(chat.Message) chat.Reply    { return say("one moment") }
func (handler) Overloaded(chat.Message) chat.Reply { return say("too busy") }

func say(text string) chat.Reply {
	return chat.NewReply("en", chat.Text(chat.Paragraph, text))
}

// hasty is a pace for tests: everything goes on at once, nothing waits long.
var hasty = pace{
	backoff: time.Millisecond, longest: 10 * time.Millisecond, invalid: time.Millisecond,
	open: 10 * time.Second, close: 5 * time.Second, silence: 20 * time.Second,
	retry: time.Millisecond, attempt: 5 * time.Second, ack: 2900 * time.Millisecond,
	typing: 3 * time.Second, drain: 8 * time.Second,
}

// bot is a platform that runs against a fake server.
type bot struct {
	*discordtest.Server
	t      *testing.T
	log    *safeBuffer
	cancel context.CancelFunc
	ended  chan error
}

// setup is what a test may change before the bot starts.
type setup struct {
	config  discordtest.Config
	options Options
	pace    pace
	handler handler
	before  func(*discordtest.Server) // called before the bot connects
}

// start runs a bot until the test ends. It has signed in when start returns.
func start(t *testing.T, change func(*setup)) *bot {
	t.Helper()
	b := launch(t, change)
	b.AwaitReady(t)
	return b
}

// launch is start without the wait.
func launch(t *testing.T, change func(*setup)) *bot {
	t.Helper()
	t.Parallel()
	return run(t, change)
}

// run is launch for a test that has the process to itself.
func run(t *testing.T, change func(*setup)) *bot {
	t.Helper()
	set := setup{pace: hasty}
	set.options = Options{Token: discordtest.Token, Commands: menus}
	if change != nil {
		change(&set)
	}
	server := discordtest.New(set.config)
	t.Cleanup(server.Close)
	if set.before != nil {
		set.before(server)
	}
	log := &safeBuffer{}
	set.options.APIBase = server.APIBase()
	set.options.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p, err := New(set.options)
	if err != nil {
		t.Fatal(err)
	}
	p.pace = set.pace
	ctx, cancel := context.WithCancel(context.Background())
	b := &bot{Server: server, t: t, log: log, cancel: cancel, ended: make(chan error, 1)}
	go func() { b.ended <- p.Run(ctx, set.handler) }()
	t.Cleanup(func() {
		b.stop()
		if text := log.String(); strings.Contains(text, secret) || strings.Contains(text, "token-of-") || strings.Contains(text, confidence) {
			t.Errorf("the log holds a token or a patient's words:\n%s", text)
		}
	})
	return b
}

// confidence stands for what a patient writes, which no log may hold.
const confidence = "zxqv-confidence"

// stop ends the bot and returns what Run returned.
func (b *bot) stop() error {
	b.t.Helper()
	b.cancel()
	select {
	case err := <-b.ended:
		b.ended <- err
		return err
	case <-time.After(20 * time.Second):
		b.t.Fatal("Run did not return")
		return nil
	}
}

// fails waits until Run returns by itself, and returns its error.
func (b *bot) fails() error {
	b.t.Helper()
	select {
	case err := <-b.ended:
		b.ended <- err
		return err
	case <-time.After(20 * time.Second):
		b.t.Fatal("Run did not return")
		return nil
	}
}

var menus = map[string][]chat.Command{
	"":        {{Name: "ask", Description: "Ask a question"}, {Name: "help", Description: "What I can do"}, {Name: "topics", Description: "What I know about"}},
	"zh":      {{Name: "ask", Description: "問一條問題"}, {Name: "help", Description: "我能做甚麼"}},
	"zh-Hans": {{Name: "ask", Description: "问一个问题"}},
}

const (
	guild   = "500"
	channel = "600"
	direct  = "700"
	patient = "800"
	mention = "<@" + discordtest.BotID + "> "
)

func with(handle func(context.Context, chat.Message) chat.Reply) func(*setup) {
	return func(s *setup) { s.handler.handle = handle }
}
