package llm

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"meridian/internal/llm/llmtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// The endpoints of the server, as its faults name them.
const (
	chat       = "chat/completions"
	embeddings = "embeddings"
)

// question is what nobody may find in an error or a log.
const question = "PRIVATE: does my knee get better?"

var schema = []byte(`{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}`)

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

// bench is a server, a client of it, and the client's log.
type bench struct {
	*llmtest.Server
	*testing.T
	client *Client
	log    *journal
}

// inBubble runs a test in a bubble with fake time. The server and the client
// speak HTTP through pipes in memory; a goroutine left behind fails the test.
func inBubble(t *testing.T, o Options, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newBench(t, o)) })
}

// newBench sets up a bench. Options without a model get both.
func newBench(t *testing.T, o Options) *bench {
	t.Helper()
	b := &bench{Server: llmtest.NewPipe(), T: t, log: &journal{}}
	t.Cleanup(b.Server.Close)
	if o.BaseURL == "" {
		o.BaseURL = b.URL
	}
	if o.Model == "" && o.EmbeddingModel == "" {
		o.Model, o.EmbeddingModel = llmtest.Model, llmtest.EmbeddingModel
	}
	if o.Key == "" {
		o.Key = llmtest.Key
	}
	o.Log = slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	transport := c.http.Transport.(*http.Transport)
	transport.DialContext, transport.Proxy = b.Dial, nil
	b.client = c
	t.Cleanup(func() {
		c.Close()
		discreet(t, b.log.String())
	})
	return b
}

// ask completes a prompt with the question in it.
func (b *bench) ask(ctx context.Context) (Response, error) {
	b.Helper()
	return b.request(ctx, Request{System: "Answer.", User: question})
}

func (b *bench) request(ctx context.Context, r Request) (Response, error) {
	b.Helper()
	got, err := b.client.Complete(ctx, r)
	if err != nil {
		discreet(b.T, err.Error())
		if got != (Response{}) {
			b.Errorf("an answer and an error: %+v", got)
		}
	}
	return got, err
}

func (b *bench) embed(texts ...string) ([][]float32, error) {
	b.Helper()
	got, err := b.client.Embed(b.Context(), texts)
	if err != nil {
		discreet(b.T, err.Error())
	}
	return got, err
}

// calls returns how many calls came in.
func (b *bench) calls() int { return len(b.Requests()) }

// last returns the body of the last call.
func (b *bench) last() map[string]any {
	b.Helper()
	requests := b.Requests()
	if len(requests) == 0 {
		b.Fatal("no call came in")
	}
	return requests[len(requests)-1].Body
}

// discreet fails the test when a text holds the key, the question, or what only
// servers write.
func discreet(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{llmtest.Key, "PRIVATE", "knee", "Rate limit reached", "had an error", "<h1>", "Incorrect API key"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in\n%s", secret, text)
		}
	}
}
