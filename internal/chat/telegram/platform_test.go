package telegram

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

func TestNewRefuses(t *testing.T) {
	hook := Webhook{ListenAddress: "127.0.0.1:0", PublicURL: "https://bot.example/tg", Secret: strings.Repeat("s", 16)}
	with := func(change func(*Options)) Options {
		o := Options{Token: telegramtest.Token, Webhook: hook}
		change(&o)
		return o
	}
	tests := []struct {
		name string
		o    Options
		want string // in the error; empty for none
	}{
		{"all is well", with(func(*Options) {}), ""},
		{"no token", with(func(o *Options) { o.Token = "" }), "@BotFather"},
		{"broken token", with(func(o *Options) { o.Token += "\n" }), "@BotFather"},
		{"endpoint without scheme", with(func(o *Options) { o.Endpoint = "localhost:8081" }), "API address"},
		{"endpoint that is no address", with(func(o *Options) { o.Endpoint = "https://a.example/%zz" }), "API address"},
		{"webhook without TLS", with(func(o *Options) { o.Webhook.PublicURL = "http://bot.example" }), "https://"},
		{"webhook without listen address", with(func(o *Options) { o.Webhook.ListenAddress = "" }), "listen address"},
		{"webhook with a short secret", with(func(o *Options) { o.Webhook.Secret = "short" }), "openssl"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := New(test.o)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want one with %q", err, test.want)
			}
			noToken(t, err.Error())
		})
	}
}

func TestPaceWait(t *testing.T) {
	flood := &callError{retryAfter: 7}
	if got := realPace.wait(flood, 9); got != 7*time.Second {
		t.Errorf("after a flood limit: %v", got)
	}
	for attempt, want := range map[int]time.Duration{0: 500 * time.Millisecond, 3: 4 * time.Second, 7: time.Minute, 1000: time.Minute} {
		for range 50 {
			if got := realPace.wait(&callError{}, attempt); got < want/2 || got > want {
				t.Errorf("attempt %d: %v, want %v to %v", attempt, got, want/2, want)
			}
		}
	}
}

// TestCallErrors: each way in which a call can fail is told apart, and no error
// holds the token.
func TestCallErrors(t *testing.T) {
	tests := []struct {
		name    string
		fault   telegramtest.Fault
		passing bool
		text    string
	}{
		{"refused", telegramtest.Refuse(400, "Bad Request: chat not found"), false, "telegram getMe: 400 Bad Request: chat not found"},
		{"unauthorized", telegramtest.Refuse(401, "Unauthorized"), false, "401 Unauthorized"},
		{"flood", telegramtest.Flood(7), true, "429 Too Many Requests: retry after 7"},
		{"flood without a code", telegramtest.Fault{Status: 429, Body: `{"ok":false,"parameters":{"retry_after":7}}`}, true, "429"},
		{"server error", telegramtest.Refuse(500, "Internal Server Error"), true, "500 Internal Server Error"},
		{"error page of a proxy", telegramtest.Gateway(502), true, "HTTP status 502"},
		{"login page of a proxy", telegramtest.Fault{Status: 200, Body: "<html>"}, true, "HTTP status 200"},
		{"JSON of something else", telegramtest.Fault{Status: 404, Body: `{"error":"no route"}`}, true, "HTTP status 404"},
		{"empty", telegramtest.Fault{Status: 204}, true, "HTTP status 204"},
		{"redirect", telegramtest.Fault{Status: 302, Body: "elsewhere"}, true, "HTTP status 302"},
		{"result of another shape", telegramtest.Fault{Status: 200, Body: `{"ok":true,"result":"x"}`}, true, "cannot unmarshal"},
		{"connection broken", telegramtest.Fault{Drop: true}, true, "EOF"},
		{"token in the answer", telegramtest.Refuse(400, "no such path: /bot"+telegramtest.Token+"/getMe"), false, "[token]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Options{})
			b.Fail("getMe", test.fault)
			var me user
			err := b.platform.api.call(t.Context(), "getMe", nil, &me)
			failed, ok := err.(*callError)
			if !ok {
				t.Fatalf("%T", err)
			}
			if failed.passing() != test.passing || !strings.Contains(err.Error(), test.text) {
				t.Errorf("passing %v, %q; want %v, %q", failed.passing(), err, test.passing, test.text)
			}
			noToken(t, fmt.Sprintf("%v %+v %#v", err, err, err))
		})
	}
}

// TestTokenStaysOutOfNetworkErrors: the SDK and net/http put the whole address
// into the text of their errors.
func TestTokenStaysOutOfNetworkErrors(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hangs := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	defer slow.Close()
	defer close(hangs)
	for _, endpoint := range []string{closed.URL, slow.URL, "http://127.0.0.1:1/%41%20"} {
		c := newClient(telegramtest.Token, endpoint)
		err := c.callWithin(t.Context(), 100*time.Millisecond, "getMe", nil, nil)
		c.close()
		if err == nil {
			t.Fatalf("%s: no error", endpoint)
		}
		noToken(t, fmt.Sprintf("%v %+v %#v", err, err, err))
		if strings.Contains(err.Error(), "getMe\"") {
			t.Errorf("the address is in %q", err)
		}
	}
}

func TestRunSignsInWhenTheServerIsBack(t *testing.T) {
	b := newBench(t, Options{})
	b.Fail("getMe", telegramtest.Gateway(502), telegramtest.Fault{Drop: true}, telegramtest.Flood(1))
	b.run(echo)
	b.Add(telegramtest.Private(7, 1, "hello"))
	b.awaitSent(1)
}

func TestRunReturnsTheRemedy(t *testing.T) {
	for code, remedy := range map[int]string{401: "@BotFather", 404: "API address"} {
		b := newBench(t, Options{})
		b.Fail("getMe", telegramtest.Refuse(code, http.StatusText(code)))
		err := b.platform.Run(t.Context(), echo)
		if err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func TestRunStopsWhileSigningIn(t *testing.T) {
	b := newBench(t, Options{})
	hold := make(chan struct{})
	defer close(hold)
	b.Fail("getMe", telegramtest.Fault{Hold: hold})
	stop := b.run(echo)
	b.await("sign-in", func() bool { return b.Calls("getMe") == 1 })
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestCommandsAreSetPerLanguage(t *testing.T) {
	b := newBench(t, Options{Commands: map[string][]chat.Command{
		"":   {{Name: "ask", Description: "Ask a question"}},
		"zh": {{Name: "ask", Description: "提問"}, {Name: "topics", Description: "主題"}},
	}})
	b.run(echo)
	b.await("commands", func() bool { return b.Calls("setMyCommands") == 2 })
	got := map[string]string{}
	for _, r := range b.Requests("setMyCommands") {
		got[r.Get("language_code")] = r.Get("commands")
	}
	want := map[string]string{
		"":   `[{"command":"ask","description":"Ask a question"}]`,
		"zh": `[{"command":"ask","description":"提問"},{"command":"topics","description":"主題"}]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestWorksWithoutCourtesies: some servers know neither menus nor "typing…".
func TestWorksWithoutCourtesies(t *testing.T) {
	b := newBench(t, Options{Commands: menus})
	broken := slices.Repeat([]telegramtest.Fault{telegramtest.Refuse(500, "not implemented")}, 10)
	for _, method := range []string{"setMyCommands", "sendChatAction", "answerCallbackQuery", "deleteWebhook"} {
		b.Fail(method, broken...)
	}
	typed := func() bool { return b.Calls("sendChatAction") > 0 }
	b.run(handlerFunc(func(_ context.Context, m chat.Message) chat.Reply {
		b.await("typing", typed)
		return say("re: " + m.Text)
	}))
	b.Add(telegramtest.Private(7, 1, "hello"))
	if diff := cmp.Diff([]string{"re: hello"}, texts(b.awaitSent(1))); diff != "" {
		t.Error(diff)
	}
	b.await("a log line", func() bool { return strings.Contains(b.log.String(), "the command menu was not set") })
}
