package telegram

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

const hookSecret = "0123456789abcdef"

// newHookBench is a bench with a webhook.
func newHookBench(t *testing.T) *bench {
	t.Helper()
	return newBench(t, Options{Webhook: Webhook{ListenAddress: "127.0.0.1:0", PublicURL: "https://bot.example/tg", Secret: hookSecret}})
}

// runHook starts the platform and returns where its webhook listens.
func (b *bench) runHook(h chat.Handler) (address string, stop func() error) {
	b.t.Helper()
	stop = b.run(h)
	b.await("the webhook", func() bool { return b.Calls("setWebhook") > 0 })
	_, logged, _ := strings.Cut(b.log.String(), "address=")
	listen, _, _ := strings.Cut(logged, "\n")
	return "http://" + listen + "/tg", stop
}

// brought brings an update in the background; the channel gets the status.
func (b *bench) brought(address string, id int64) <-chan int {
	status := make(chan int, 1)
	go func() {
		got, err := b.Bring(context.Background(), address, id)
		if err != nil {
			got = 0
		}
		status <- got
	}()
	return status
}

func TestWebhookAnswersAndThenAcknowledges(t *testing.T) {
	b := newHookBench(t)
	h := newSlowly()
	address, _ := b.runHook(handlerFunc(h.handle))
	r := b.Requests("setWebhook")[0]
	if r.Get("url") != "https://bot.example/tg" || r.Get("secret_token") != hookSecret || r.Get("allowed_updates") != allowedUpdates {
		t.Errorf("set with %v", r)
	}
	slow := b.Add(telegramtest.Private(7, 1, "slow"))
	first := b.brought(address, slow)
	<-h.busy
	again := b.brought(address, slow) // Telegram lost patience
	quick := b.Add(telegramtest.Private(8, 1, "quick"))
	if status := <-b.brought(address, quick); status != http.StatusOK {
		t.Errorf("quick: status %d", status)
	}
	select {
	case status := <-first:
		t.Errorf("status %d before the answer", status)
	case status := <-again:
		t.Errorf("status %d before the answer", status)
	default:
	}
	close(h.free)
	if one, two := <-first, <-again; one != http.StatusOK || two != http.StatusOK {
		t.Errorf("slow: status %d and %d", one, two)
	}
	if got := len(b.Sent()); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
	if status := <-b.brought(address, b.Add(telegramtest.Private(8, 1, "quick"))); status != http.StatusOK || len(b.Sent()) != 2 {
		t.Errorf("a duplicate: status %d, %d messages", status, len(b.Sent()))
	}
}

func TestWebhookRefusesStrangers(t *testing.T) {
	b := newHookBench(t)
	address, _ := b.runHook(echo)
	good := `{"update_id":1,"message":{"message_id":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"hello"}}`
	tests := []struct {
		name, method, secret, body string
		want                       int
	}{
		{"no secret", "POST", "", good, http.StatusUnauthorized},
		{"wrong secret", "POST", hookSecret + "x", good, http.StatusUnauthorized},
		{"wrong method", "GET", hookSecret, "", http.StatusMethodNotAllowed},
		{"too large", "POST", hookSecret, `{"update_id":1,"x":"` + strings.Repeat("x", maxUpdate) + `"}`, http.StatusRequestEntityTooLarge},
		{"no update", "POST", hookSecret, `hello`, http.StatusOK},
		{"poison", "POST", hookSecret, `{"update_id":9,"message":{"message_id":"x"}}`, http.StatusOK},
		{"Telegram", "POST", hookSecret, good, http.StatusOK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(b.Sent())
			r, err := http.NewRequestWithContext(t.Context(), test.method, address, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(secretHeader, test.secret)
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			page, _ := io.ReadAll(response.Body)
			if response.StatusCode != test.want || strings.Contains(string(page), hookSecret) {
				t.Errorf("status %d, want %d: %s", response.StatusCode, test.want, page)
			}
			if answered := len(b.Sent()) > before; answered != (test.name == "Telegram") {
				t.Errorf("answered: %v", answered)
			}
		})
	}
	if strings.Contains(b.log.String(), hookSecret) {
		t.Error("the secret is in the log")
	}
}

func TestWebhookStopFinishesWhatWasTaken(t *testing.T) {
	b := newHookBench(t)
	h := newSlowly()
	address, stop := b.runHook(handlerFunc(h.handle))
	status := b.brought(address, b.Add(telegramtest.Private(7, 1, "slow")))
	<-h.busy
	go close(h.free)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := <-status; got != http.StatusOK || len(b.Sent()) != 1 {
		t.Errorf("status %d, %d messages", got, len(b.Sent()))
	}
}

func TestWebhookStopLeavesTheRestToTheNextStart(t *testing.T) {
	b := newHookBench(t)
	b.platform.pace.drain = 1
	h := newSlowly()
	address, stop := b.runHook(handlerFunc(h.handle))
	status := b.brought(address, b.Add(telegramtest.Private(7, 1, "slow")))
	<-h.busy
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := <-status; got != http.StatusServiceUnavailable || b.Waiting() != 1 {
		t.Errorf("status %d, %d updates wait", got, b.Waiting())
	}
}

func TestWebhookErrors(t *testing.T) {
	b := newHookBench(t)
	b.Fail("setWebhook", telegramtest.Gateway(502), telegramtest.Refuse(400, "Bad Request: bad webhook: IP address is reserved"))
	err := b.platform.Run(t.Context(), echo)
	if err == nil || !strings.Contains(err.Error(), "public address") {
		t.Errorf("refused: %v", err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	b.platform.webhook.ListenAddress = taken.Addr().String()
	err = b.platform.Run(t.Context(), echo)
	if err == nil || !strings.Contains(err.Error(), "another listen address") {
		t.Errorf("address taken: %v", err)
	}
}
