package preview

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"meridian/internal/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers with what it was asked, and offers a choice.
type echo struct{ got chan chat.Message } // got may be nil

func (e echo) Handle(_ context.Context, m chat.Message) chat.Reply {
	if e.got != nil {
		e.got <- m
	}
	r := chat.NewReply("zh-Hant", chat.Text(chat.Paragraph, "Re: "+m.Command+m.Text+m.Choice))
	r.Choices = []chat.Choice{{Label: "More", Value: "pt:more"}}
	return r
}
func (e echo) Waiting(chat.Message) chat.Reply    { return chat.Reply{} }
func (e echo) Overloaded(chat.Message) chat.Reply { return chat.Reply{} }

// plainViews show the reply's text as both platforms would if it held no markup.
func plainViews() []View {
	render := func(r chat.Reply) []string { return []string{chat.PlainText(r.Blocks())} }
	return []View{{"Discord", render, DiscordHTML}, {"Telegram", render, TelegramHTML}}
}

func newServer(t *testing.T, h chat.Handler) (*httptest.Server, *chat.Desk) {
	t.Helper()
	desk := chat.NewDesk(h, chat.DeskOptions{}, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(newHandler(plainViews(), desk))
	t.Cleanup(func() {
		server.Close()
		desk.Close(context.Background())
	})
	return server, desk
}

// send posts a body with the headers given as "Name: value", and returns the
// status and the body of the answer.
func send(t *testing.T, method, url, body string, headers ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

const hello = `{"session":"0123-4567","text":"hello"}`

func TestAsk(t *testing.T) {
	server, _ := newServer(t, echo{})
	status, body, header := send(t, "POST", server.URL+"/ask", `{"session":"0123-4567","text":"<script>alert(1)</script> **x**"}`)
	if status != http.StatusOK || header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, type %q", status, header.Get("Content-Type"))
	}
	if strings.Contains(body, "<script") {
		t.Errorf("markup in the body: %s", body)
	}
	var got answer
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	disclaimer := chat.Disclaimer("zh-Hant")
	want := answer{
		Lang:  "zh-Hant",
		Plain: "Re: <script>alert(1)</script> **x**\n\n• More\n\n" + disclaimer,
		Views: []shown{
			{"Discord", []string{"<p>Re: &lt;script&gt;alert(1)&lt;/script&gt; <strong>x</strong></p><p><br></p><p>" + disclaimer + "</p>"}},
			{"Telegram", []string{"Re: &lt;script&gt;alert(1)&lt;/script&gt; **x**\n\n" + disclaimer}},
		},
		Choices: []choice{{"More", "pt:more"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAskMakesMessages(t *testing.T) {
	const person = "0123-4567"
	for _, tc := range []struct {
		name, body string
		headers    []string
		want       chat.Message
	}{
		{"a question", `{"session":"0123-4567","text":" does it hurt? "}`, nil, chat.Message{Text: "does it hurt?"}},
		{"a command", `{"session":"0123-4567","text":"/help"}`, nil, chat.Message{Command: "help"}},
		{"a button", `{"session":"0123-4567","choice":"pe:pain/what"}`, nil, chat.Message{Choice: "pe:pain/what"}},
		{"the browser's language", hello, []string{"Accept-Language: zh-TW;q=0.9,en"}, chat.Message{Text: "hello", Locale: "zh-TW"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := make(chan chat.Message, 1)
			server, _ := newServer(t, echo{got})
			if status, body, _ := send(t, "POST", server.URL+"/ask", tc.body, tc.headers...); status != http.StatusOK {
				t.Fatalf("status %d: %s", status, body)
			}
			tc.want.Platform, tc.want.Conversation, tc.want.Person = Name, person, person
			if diff := cmp.Diff(tc.want, <-got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestServerRefuses(t *testing.T) {
	server, _ := newServer(t, echo{})
	long := strings.Repeat("x", maxBody)
	for _, tc := range []struct {
		name, method, path, body string
		headers                  []string
		want                     int
	}{
		{"a foreign name, as after DNS rebinding", "POST", "/ask", hello, []string{"Host: evil.example"}, http.StatusForbidden},
		{"a foreign name for the page", "GET", "/", "", []string{"Host: 127.0.0.1.evil.example:80"}, http.StatusForbidden},
		{"another address", "GET", "/", "", []string{"Host: 192.168.1.2"}, http.StatusForbidden},
		{"a foreign origin", "POST", "/ask", hello, []string{"Origin: https://evil.example"}, http.StatusForbidden},
		{"another site", "POST", "/ask", hello, []string{"Sec-Fetch-Site: cross-site"}, http.StatusForbidden},
		{"a form", "POST", "/ask", hello, []string{"Content-Type: text/plain"}, http.StatusUnsupportedMediaType},
		{"too much", "POST", "/ask", `{"session":"0123-4567","text":"` + long + `"}`, nil, http.StatusRequestEntityTooLarge},
		{"no JSON", "POST", "/ask", "hello", nil, http.StatusBadRequest},
		{"an unknown field", "POST", "/ask", `{"session":"0123-4567","text":"hi","person":"you"}`, nil, http.StatusBadRequest},
		{"nothing said", "POST", "/ask", `{"session":"0123-4567","text":" \n"}`, nil, http.StatusBadRequest},
		{"two things said", "POST", "/ask", `{"session":"0123-4567","text":"hi","choice":"x"}`, nil, http.StatusBadRequest},
		{"no session", "POST", "/ask", `{"text":"hi"}`, nil, http.StatusBadRequest},
		{"a session of strange characters", "POST", "/ask", `{"session":"0123-4567\u0000","text":"hi"}`, nil, http.StatusBadRequest},
		{"a button that none can be", "POST", "/ask", `{"session":"0123-4567","choice":"` + long[:65] + `"}`, nil, http.StatusBadRequest},
		{"another method", "GET", "/ask", "", nil, http.StatusMethodNotAllowed},
		{"another page", "GET", "/etc/passwd", "", nil, http.StatusNotFound},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if status, body, _ := send(t, tc.method, server.URL+tc.path, tc.body, tc.headers...); status != tc.want {
				t.Errorf("status %d, want %d: %s", status, tc.want, body)
			}
		})
	}
}

func TestServerAcceptsItsOwnNames(t *testing.T) {
	server, _ := newServer(t, echo{})
	for _, host := range []string{"127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "[::1]", "127.8.9.1"} {
		headers := []string{"Host: " + host, "Origin: http://" + host, "Sec-Fetch-Site: same-origin"}
		if status, body, _ := send(t, "POST", server.URL+"/ask", hello, headers...); status != http.StatusOK {
			t.Errorf("%s: status %d: %s", host, status, body)
		}
	}
}

func TestPage(t *testing.T) {
	server, _ := newServer(t, echo{})
	for _, path := range []string{"/", "/preview.css", "/preview.js", "/icon.svg"} {
		status, body, header := send(t, "GET", server.URL+path, "")
		if status != http.StatusOK || body == "" {
			t.Errorf("%s: status %d, %d bytes", path, status, len(body))
		}
		if header.Get("Content-Security-Policy") != policy || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, header)
		}
		if path != "/icon.svg" && strings.Contains(body, "://") { // an SVG names its namespace
			t.Errorf("%s names something outside itself", path)
		}
		if path == "/" && !(strings.Contains(body, `data-view="Discord"`) && strings.Contains(body, `data-view="Telegram"`)) {
			t.Errorf("a view is missing in %s", body)
		}
	}
}

func TestAskWhileStopping(t *testing.T) {
	server, desk := newServer(t, echo{})
	if err := desk.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := send(t, "POST", server.URL+"/ask", hello); status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", status)
	}
}

func TestNewRefusesAddressesThatOthersCouldReach(t *testing.T) {
	for _, addr := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.168.1.2:8080", "bot.example:8080", "8080", ""} {
		if _, err := New(Options{Addr: addr}); err == nil || !strings.Contains(err.Error(), "127.0.0.1:8080") {
			t.Errorf("New(%q): error %v, want one that names a good address", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:8080", "[::1]:8080", "127.0.0.2:80"} {
		if _, err := New(Options{Addr: addr}); err != nil {
			t.Errorf("New(%q): %v", addr, err)
		}
	}
}

// run runs the page on a free port until it is cancelled, and returns its
// address and how it ended.
func run(t *testing.T, h chat.Handler) (addr string, cancel func(), end <-chan error) {
	t.Helper()
	ready, ended := make(chan string, 1), make(chan error, 1)
	p, err := New(Options{
		Addr: "localhost:0", Views: plainViews(), Log: slog.New(slog.DiscardHandler),
		Ready: func(addr string) { ready <- addr },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() { ended <- p.Run(ctx, h) }()
	select {
	case addr = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	return addr, cancel, ended
}

func TestRunFinishesWhatItTook(t *testing.T) {
	taken, release := make(chan chat.Message), make(chan struct{})
	addr, cancel, ended := run(t, slow{echo{taken}, release})
	status := make(chan string, 1)
	go func() {
		code, body, _ := send(t, "POST", "http://"+addr+"/ask", hello)
		status <- fmt.Sprint(code, strings.Contains(body, "Re: hello"))
	}()
	<-taken
	cancel()
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := <-status; got != "200 true" {
		t.Errorf("the request that was open got %s, want its answer", got)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the page can still be reached")
	}
}

// slow answers when it is told to.
type slow struct {
	echo
	release chan struct{}
}

func (s slow) Handle(ctx context.Context, m chat.Message) chat.Reply {
	r := s.echo.Handle(ctx, m)
	<-s.release
	return r
}

func TestRunReportsAPortInUse(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	p, err := New(Options{Addr: other.Addr().String(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(t.Context(), echo{}); err == nil || !strings.Contains(err.Error(), other.Addr().String()) {
		t.Errorf("Run returned %v, want an error that names the address", err)
	}
}
