package llm

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"meridian/internal/llm/llmtest"
)

// down brings the breaker of completions to open.
func (b *bench) down(fault llmtest.Fault) {
	b.Helper()
	b.Break(chat, fault)
	for range tripAfter {
		if _, err := b.ask(b.Context()); err == nil {
			b.Fatal("an answer from a server that is down")
		}
	}
}

// TestDeadServerIsLeftAlone: after five failures at most, nobody waits for it,
// and it gets one call now and then until it answers.
func TestDeadServerIsLeftAlone(t *testing.T) {
	tests := map[string]llmtest.Fault{
		"connection lost": {Drop: true},
		"silent":          {Delay: time.Hour},
		"server error":    llmtest.Failed(500),
		"rate limit":      llmtest.Limited(""),
		"error page":      llmtest.Gateway(200),
		"wrong key":       llmtest.Failed(401),
		"no credit":       llmtest.Failed(402),
		"no such model":   llmtest.Failed(404),
		"no choices":      llmtest.Without("choices"),
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.down(fault)
				if b.calls() != tripAfter {
					t.Errorf("%d calls", b.calls())
				}
				start := time.Now()
				if _, err := b.ask(b.Context()); !errors.Is(err, ErrDown) || !time.Now().Equal(start) {
					t.Errorf("%v after %v", err, time.Since(start))
				}
				if _, err := b.embed("another thing"); err != nil {
					t.Errorf("embeddings are silenced too: %v", err)
				}
				<-time.After(shortestPause)
				b.Break(chat, llmtest.Fault{})
				for range 3 {
					if _, err := b.ask(b.Context()); err != nil {
						t.Error(err)
					}
				}
				if log := b.log.String(); strings.Count(log, "is left alone") != 1 || strings.Count(log, "answers again") != 1 {
					t.Errorf("log:\n%s", log)
				}
			})
		})
	}
}

// TestTrialsGetRarer: each that fails doubles the pause, and tries only once.
func TestTrialsGetRarer(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.down(llmtest.Failed(500))
		want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute}
		for i, pause := range want {
			before := b.calls()
			<-time.After(pause - 1)
			if _, err := b.ask(b.Context()); !errors.Is(err, ErrDown) || b.calls() != before {
				t.Errorf("pause %d ended early: %v", i, err)
			}
			<-time.After(1)
			if _, err := b.ask(b.Context()); !errors.Is(err, ErrServer) || b.calls() != before+1 {
				t.Errorf("trial %d: %v after %d calls", i, err, b.calls()-before)
			}
		}
	})
}

// TestLongRequestedPause: a server that is down may ask for more than the usual pause.
func TestLongRequestedPause(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Fail(chat, llmtest.Limited("600"))
		_, _ = b.ask(b.Context()) // it fails, as it must
		<-time.After(10*time.Minute - 1)
		if _, err := b.ask(b.Context()); err != nil || time.Since(bubbleStart) != 10*time.Minute {
			t.Errorf("%v after %v", err, time.Since(bubbleStart))
		}
	})
}

// TestOneTrialAtATime: while one call tries the server, the others do not wait.
func TestOneTrialAtATime(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.down(llmtest.Failed(500))
		<-time.After(shortestPause)
		b.Break(chat, llmtest.Fault{Delay: time.Second})
		tried := make(chan error)
		go func() {
			_, err := b.ask(b.Context())
			tried <- err
		}()
		synctest.Wait()
		if _, err := b.ask(b.Context()); !errors.Is(err, ErrDown) {
			t.Error(err)
		}
		if err := <-tried; err != nil {
			t.Error(err)
		}
	})
}

// TestTrialThatIsGivenUp: it says nothing of the server, and the next may try.
func TestTrialThatIsGivenUp(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.down(llmtest.Failed(500))
		<-time.After(shortestPause)
		b.Break(chat, llmtest.Fault{Delay: time.Second})
		ctx, cancel := context.WithCancel(b.Context())
		time.AfterFunc(time.Millisecond, cancel)
		if _, err := b.ask(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := b.ask(b.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestBadAnswersAreNotADeadServer: other questions may get better ones.
func TestBadAnswersAreNotADeadServer(t *testing.T) {
	faults := map[string]llmtest.Fault{
		"cut off":  llmtest.Finished("length"),
		"filtered": llmtest.Finished("content_filter"),
		"empty":    llmtest.Says(map[string]any{"content": ""}),
		"refused":  llmtest.Failed(400),
		"too long": llmtest.Failed(413),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Break(chat, fault)
				for range 3 * tripAfter {
					if _, err := b.ask(b.Context()); err == nil || errors.Is(err, ErrDown) {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// TestGivingUpIsNotADeadServer: people who leave say nothing of the server.
func TestGivingUpIsNotADeadServer(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Break(chat, llmtest.Fault{Delay: time.Second})
		for range 3 * tripAfter {
			ctx, cancel := context.WithCancel(b.Context())
			time.AfterFunc(time.Millisecond, cancel)
			_, _ = b.ask(ctx) // it fails, as it must
		}
		if _, err := b.ask(b.Context()); err != nil {
			t.Error(err)
		}
	})
}
