package llm

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"meridian/internal/llm/llmtest"
)

// TestPassingFailuresAreTriedAgain: what may go away by itself is tried again,
// and costs the person who asks nothing but time.
func TestPassingFailuresAreTriedAgain(t *testing.T) {
	tests := map[string]llmtest.Fault{
		"request timeout":            llmtest.Failed(408),
		"conflict":                   llmtest.Failed(409),
		"rate limit":                 llmtest.Limited(""),
		"rate limit in seconds":      llmtest.Limited("2"),
		"server error":               llmtest.Failed(500),
		"overloaded":                 llmtest.Failed(529),
		"error page":                 llmtest.Gateway(502),
		"error page as an answer":    llmtest.Gateway(200),
		"error in one string":        {Status: 429, Body: `{"error":"PRIVATE text"}`},
		"error in a list":            {Status: 503, Body: `[{"error":{"code":503,"message":"PRIVATE text"}}]`},
		"error as an answer":         {Body: `{"error":{"message":"PRIVATE text"}}`},
		"empty object":               {Body: `{}`},
		"empty body":                 {Status: 200},
		"stream":                     {Body: "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"}}]}\n\n"},
		"stream with an error":       {Body: "data: {\"error\": {\"message\":\"PRIVATE text\"}}\n\n"},
		"two answers":                {Body: `{"choices":[]}{"choices":[]}`},
		"wrong types":                {Body: `{"choices":"PRIVATE text"}`},
		"no choices":                 llmtest.Without("choices"),
		"cut in good order":          {Trim: true},
		"connection lost at once":    {Drop: true},
		"connection lost in between": {Break: true},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Fail(chat, fault, fault)
				got, err := b.ask(b.Context())
				if err != nil || got.Text != "You said: "+question {
					t.Errorf("%q, %v", got.Text, err)
				}
				if b.calls() != 3 || strings.Count(b.log.String(), "trying again") != 2 {
					t.Errorf("%d calls; log:\n%s", b.calls(), b.log)
				}
			})
		})
	}
}

// failure is a fault and what comes of it.
type failure struct {
	name  string
	fault llmtest.Fault
	want  error
	calls int
	says  string // in the error
}

// TestFailures: each failure is told apart, and made again only where that helps.
func TestFailures(t *testing.T) {
	checkFailures(t, []failure{
		{"wrong key", llmtest.Refused(401, "Incorrect API key provided: "+llmtest.Key, "", "invalid_api_key"), ErrKey, 1, "invalid_api_key"},
		{"key not allowed", llmtest.Failed(403), ErrKey, 1, "403"},
		{"no such model", llmtest.Refused(404, "The model PRIVATE does not exist", "", "model_not_found"), ErrNotFound, 1, "model_not_found"},
		{"no such page", llmtest.Gateway(404), ErrNotFound, 1, "404"},
		{"redirect", llmtest.Fault{Status: 302, Header: http.Header{"Location": {"http://elsewhere.test/"}}}, ErrNotFound, 1, "302"},
		{"no credit", llmtest.Refused(429, "You exceeded your current quota", "", "insufficient_quota"), ErrQuota, 1, "insufficient_quota"},
		{"no credit, by status", llmtest.Failed(402), ErrQuota, 1, "402"},
		{"refused", llmtest.Refused(400, "Rate limit reached is what PRIVATE says", "", "invalid_request"), ErrRefused, 1, "400"},
		{"refused field", llmtest.Refused(400, "no", "seed", ""), ErrRefused, 1, "field seed"},
		{"refused field in the message", llmtest.Refused(422, "PRIVATE: 'max_tokens' is gone, use 'max_completion_tokens'", "", ""), ErrRefused, 1, "field max_tokens"},
		{"too long", llmtest.Refused(400, "no", "messages", "context_length_exceeded"), ErrTooLong, 1, ""},
		{"too long for vLLM", llmtest.Refused(400, "This model's maximum context length is 4096 tokens.", "", ""), ErrTooLong, 1, ""},
		{"prompt filtered by Azure", llmtest.Refused(400, "filtered", "prompt", "content_filter"), ErrFiltered, 1, ""},
		{"rate limit", llmtest.Limited(""), ErrRateLimit, 3, "rate_limit_exceeded"},
		{"code is a number", llmtest.Fault{Status: 500, Body: `{"error":{"message":"no","code":500}}`}, ErrServer, 3, "500"},
		{"code is null", llmtest.Fault{Status: 500, Body: `{"error":{"message":"no","code":null}}`}, ErrServer, 3, "500"},
		{"code is a key", llmtest.Fault{Status: 400, Body: `{"error":{"message":"no","code":"` + llmtest.Key + `"}}`}, ErrRefused, 1, "400"},
		{"error in one string", llmtest.Fault{Status: 429, Body: `{"error":"PRIVATE text"}`}, ErrRateLimit, 3, "429"},
		{"error page", llmtest.Gateway(503), ErrServer, 3, "503"},
		{"error page as an answer", llmtest.Gateway(200), ErrMalformed, 3, ""},
		{"stream", llmtest.Fault{Body: "data: {\"choices\":[]}\n\ndata: [DONE]\n\n"}, ErrMalformed, 3, ""},
		{"no choices", llmtest.Without("choices"), ErrEmpty, 3, ""},
		{"cut in good order", llmtest.Fault{Trim: true}, ErrMalformed, 3, ""},
		{"connection lost at once", llmtest.Fault{Drop: true}, ErrNetwork, 3, ""},
		{"connection lost in between", llmtest.Fault{Break: true}, ErrNetwork, 3, ""},
		{"too long a wait", llmtest.Limited("11"), ErrRateLimit, 1, ""},
	})
}

// TestBadAnswers: an answer that is not whole is none, and is not asked for again.
func TestBadAnswers(t *testing.T) {
	checkFailures(t, []failure{
		{"token limit", llmtest.Finished("length"), ErrTruncated, 1, "limit"},
		{"filtered", llmtest.Finished("content_filter"), ErrFiltered, 1, ""},
		{"refusal", llmtest.Says(map[string]any{"refusal": "PRIVATE no"}), ErrFiltered, 1, ""},
		{"not finished", llmtest.Finished(nil), ErrTruncated, 1, ""},
		{"tool call", llmtest.Finished("tool_calls"), ErrTruncated, 1, ""},
		{"empty answer", llmtest.Says(map[string]any{"content": ""}), ErrEmpty, 1, ""},
		{"no content", llmtest.Says(map[string]any{"role": "assistant"}), ErrEmpty, 1, ""},
		{"only spaces", llmtest.Says(map[string]any{"content": " \n\t\u0000"}), ErrEmpty, 1, ""},
		{"only thoughts", llmtest.Says(map[string]any{"content": "<think>PRIVATE thoughts"}), ErrEmpty, 1, ""},
		{"characters lost", llmtest.Says(map[string]any{"content": "Take \ufffd tablets"}), ErrMalformed, 1, "lost"},
		{"prompt cut by the server", llmtest.Counted(3, 5), ErrTooLong, 1, "part"},
	})
}

func checkFailures(t *testing.T, tests []failure) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Break(chat, test.fault)
				_, err := b.ask(b.Context())
				if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%v; want %v, with %q", err, test.want, test.says)
				}
				if b.calls() != test.calls {
					t.Errorf("%d calls, want %d", b.calls(), test.calls)
				}
				if errors.Is(err, io.EOF) || errors.As(err, new(*openai.APIError)) || errors.As(err, new(*openai.RequestError)) {
					t.Error("the SDK's error can be reached, which misleads and holds the body")
				}
			})
		})
	}
}

// TestSlowServers: whatever is slow, the deadline holds, and it is the caller's
// when that comes first.
func TestSlowServers(t *testing.T) {
	tests := map[string]llmtest.Fault{
		"headers":         {Delay: time.Hour},
		"body":            {Stall: time.Hour},
		"each a bit late": {Delay: 900 * time.Millisecond, Status: 500, Body: `{}`},
	}
	for name, fault := range tests {
		for _, deadline := range []time.Duration{0, 400 * time.Millisecond} {
			t.Run(name+" "+deadline.String(), func(t *testing.T) {
				inBubble(t, Options{Timeout: 2 * time.Second}, func(b *bench) {
					b.Break(chat, fault)
					ctx, limit := b.Context(), 2*time.Second
					if deadline > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, deadline)
						defer cancel()
						limit = deadline
					}
					start := time.Now()
					_, err := b.ask(ctx)
					if !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrServer) {
						t.Errorf("%v", err)
					}
					if took := time.Since(start); took > limit {
						t.Errorf("it took %v, more than %v", took, limit)
					}
				})
			})
		}
	}
}

// TestSlowBodyWithinTheDeadline: a long answer is no failure, nor are the line
// feeds that some servers send to keep a connection alive.
func TestSlowBodyWithinTheDeadline(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Fail(chat, llmtest.Fault{Stall: 9 * time.Second})
		if _, err := b.ask(b.Context()); err != nil {
			t.Error(err)
		}
		body := strings.Repeat("\n", 1000) + `{"choices":[{"finish_reason":"stop","message":{"content":"Yes."}}]}`
		b.Fail(chat, llmtest.Fault{Body: body})
		if got, err := b.ask(b.Context()); err != nil || got.Text != "Yes." {
			t.Errorf("%q, %v", got.Text, err)
		}
	})
}

func TestCallerGivesUp(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Break(chat, llmtest.Fault{Delay: time.Hour})
		ctx, cancel := context.WithCancel(b.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := b.ask(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := b.ask(ctx); !errors.Is(err, context.Canceled) || b.calls() != 1 {
			t.Errorf("%v after %d calls", err, b.calls())
		}
	})
}

// TestCallerGivesUpBetweenAttempts: the wait ends at once.
func TestCallerGivesUpBetweenAttempts(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Break(chat, llmtest.Limited("5"))
		ctx, cancel := context.WithCancel(b.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		if _, err := b.ask(ctx); !errors.Is(err, ErrRateLimit) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestWrongAddress: with the real dialler, what is at the other end is told.
func TestWrongAddress(t *testing.T) {
	gone := llmtest.New()
	gone.Close()
	plain := llmtest.New()
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	tests := map[string]string{
		gone.URL: "nothing listens there",
		strings.Replace(plain.URL, "http:", "https:", 1): "it speaks http, not https",
		secure.URL: "its certificate is not trusted",
	}
	for address, says := range tests {
		t.Run(says, func(t *testing.T) {
			c, err := New(Options{BaseURL: address, Model: "m", Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_, err = c.Complete(t.Context(), Request{User: question})
			if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), says) {
				t.Error(err)
			}
		})
	}
}

// endless is a body that does not end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }
func (e *endless) Close() error               { return nil }

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestEndlessAnswer: no more is read than an answer can have.
func TestEndlessAnswer(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		body := &endless{}
		b.client.http.Transport = transportFunc(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: body}, nil
		})
		if _, err := b.ask(b.Context()); !errors.Is(err, ErrMalformed) || body.read > attempts*(maxAnswer+1) {
			t.Errorf("%v after %d bytes", err, body.read)
		}
	})
}
