package llm

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"meridian/internal/llm/llmtest"
)

// bubbleStart is when time begins in a bubble.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// TestRetryAfterIsObeyed: the next attempt comes when the server wants it, and
// none when that is too late for whoever asked.
func TestRetryAfterIsObeyed(t *testing.T) {
	inTime := func(d time.Duration) string { return bubbleStart.Add(d).Format(http.TimeFormat) }
	tests := []struct {
		name  string
		fault llmtest.Fault
		want  time.Duration
		err   error
	}{
		{"seconds", llmtest.Limited("3"), 3 * time.Second, nil},
		{"fraction", llmtest.Limited("1.5"), 1500 * time.Millisecond, nil},
		{"date", llmtest.Limited(inTime(4 * time.Second)), 4 * time.Second, nil},
		{"milliseconds", llmtest.Fault{Status: 429, Body: "{}", RetryAfter: "9", Header: http.Header{"Retry-After-Ms": {"250"}}}, 250 * time.Millisecond, nil},
		{"server error", llmtest.Fault{Status: 503, Body: "{}", RetryAfter: "2"}, 2 * time.Second, nil},
		{"later than the deadline", llmtest.Limited("10"), 0, ErrRateLimit},
		{"date later than the deadline", llmtest.Limited(inTime(time.Hour)), 0, ErrRateLimit},
		{"absurd", llmtest.Limited("1e300"), 0, ErrRateLimit},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{Timeout: 10 * time.Second}, func(b *bench) {
				b.Fail(chat, test.fault)
				_, err := b.ask(b.Context())
				if took := time.Since(bubbleStart); took != test.want || !errors.Is(err, test.err) {
					t.Errorf("%v after %v; want %v after %v", err, took, test.err, test.want)
				}
			})
		})
	}
}

// TestRetryAfterThatAsksNothing: the usual wait comes in its place.
func TestRetryAfterThatAsksNothing(t *testing.T) {
	for _, value := range []string{"", "0", "-5", "NaN", "soon", "Sat, 01 Jan 1990 00:00:00 GMT"} {
		t.Run(value, func(t *testing.T) {
			if got := retryAfter(http.Header{"Retry-After": {value}}); got != 0 {
				t.Errorf("%v", got)
			}
		})
	}
}

// TestRetryAfterHoldsForAll: while the server asked for a pause nobody calls it;
// who has the time waits, and who has not learns so at once.
func TestRetryAfterHoldsForAll(t *testing.T) {
	inBubble(t, Options{Timeout: 10 * time.Second}, func(b *bench) {
		b.Fail(chat, llmtest.Limited("20"))
		if _, err := b.ask(b.Context()); !errors.Is(err, ErrRateLimit) {
			t.Fatal(err)
		}
		if _, err := b.ask(b.Context()); !errors.Is(err, ErrDown) || b.calls() != 1 || !time.Now().Equal(bubbleStart) {
			t.Errorf("%v after %d calls and %v", err, b.calls(), time.Since(bubbleStart))
		}
		<-time.After(15 * time.Second)
		if _, err := b.ask(b.Context()); err != nil || time.Since(bubbleStart) != 20*time.Second {
			t.Errorf("%v after %v", err, time.Since(bubbleStart))
		}
		if _, err := b.embed("not held up by that"); err != nil {
			t.Error(err)
		}
	})
}

// TestFullJitter: waits are anywhere between nothing and a bound that doubles.
func TestFullJitter(t *testing.T) {
	const rounds = 60 // all of one kind by chance: less than once in ten million
	var short, long bool
	for range rounds {
		inBubble(t, Options{}, func(b *bench) {
			b.Fail(chat, llmtest.Failed(500), llmtest.Failed(500))
			if _, err := b.ask(b.Context()); err != nil {
				t.Fatal(err)
			}
			took := time.Since(bubbleStart)
			if took >= backoff+2*backoff {
				t.Errorf("waited %v", took)
			}
			short, long = short || took < backoff, long || took > backoff
		})
	}
	if !short || !long {
		t.Errorf("all %d waits on one side of %v", rounds, backoff)
	}
}
