package llm

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"meridian/internal/llm/llmtest"
)

// spend asks on behalf of somebody, and returns the error.
func (b *bench) spend(payer string) error {
	b.Helper()
	_, err := b.request(b.Context(), Request{User: question, Payer: payer})
	return err
}

// TestBudgetOfTheDay: when it is spent no call is made, staff are told once, and
// at midnight UTC there is a new one.
func TestBudgetOfTheDay(t *testing.T) {
	tests := map[string]Budget{
		"tokens":  {Process: Amount{Tokens: 250}},
		"dollars": {Process: Amount{Dollars: 0.00035}, Prices: Prices{Input: 1, Output: 2}},
	}
	for name, budget := range tests {
		t.Run(name, func(t *testing.T) {
			var told []Amount
			budget.Spent = func(a Amount) { told = append(told, a) }
			inBubble(t, Options{Budget: budget}, func(b *bench) {
				b.Break(chat, llmtest.Counted(50, 50)) // 100 tokens, 0.00015 dollars
				for day := range 2 {
					for i := range 5 {
						want := error(nil)
						if i >= 3 {
							want = ErrBudget
						}
						if err := b.spend(""); !errors.Is(err, want) {
							t.Errorf("day %d, call %d: %v", day, i, err)
						}
					}
					if b.calls() != 3*(day+1) || len(told) != day+1 {
						t.Errorf("day %d: %d calls, staff told %d times", day, b.calls(), len(told))
					}
					if got := b.client.Spent(); got != told[day] || got.Tokens != 300 {
						t.Errorf("spent %+v, told %+v", got, told[day])
					}
					<-time.After(time.Until(bubbleStart.AddDate(0, 0, day+1)) - 1)
					if err := b.spend(""); !errors.Is(err, ErrBudget) {
						t.Errorf("before midnight: %v", err)
					}
					<-time.After(1)
					if got := b.client.Spent(); got != (Amount{}) {
						t.Errorf("after midnight: %+v", got)
					}
				}
				if strings.Count(b.log.String(), "budget of the day") != 2 {
					t.Errorf("log:\n%s", b.log)
				}
			})
		})
	}
}

// TestBudgetOfOnePayer: who has spent theirs leaves the others theirs, and staff
// are not told.
func TestBudgetOfOnePayer(t *testing.T) {
	budget := Budget{Payer: Amount{Tokens: 150}, Spent: func(Amount) { t.Error("staff are told") }}
	inBubble(t, Options{Budget: budget}, func(b *bench) {
		b.Break(chat, llmtest.Counted(50, 50))
		for i, want := range []error{nil, nil, ErrBudget, ErrBudget} {
			if err := b.spend("telegram:1"); !errors.Is(err, want) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		for _, payer := range []string{"telegram:2", "", "", ""} {
			if err := b.spend(payer); err != nil {
				t.Errorf("%q: %v", payer, err)
			}
		}
		<-time.After(24 * time.Hour)
		if err := b.spend("telegram:1"); err != nil {
			t.Errorf("the day after: %v", err)
		}
	})
}

// TestBudgetUnderLoad: callers who wait for a free place find the budget as it
// is then, so that only calls under way can pass it.
func TestBudgetUnderLoad(t *testing.T) {
	inBubble(t, Options{Concurrency: 2, Budget: Budget{Process: Amount{Tokens: 100}}}, func(b *bench) {
		b.Break(chat, llmtest.Fault{Delay: time.Millisecond, Edit: llmtest.Counted(50, 50).Edit})
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() { _ = b.spend("") })
		}
		callers.Wait()
		if b.calls() > 2 {
			t.Errorf("%d calls", b.calls())
		}
	})
}

// TestWhatCounts: what the server counted, or an estimate where it may have
// worked and did not tell; nothing where it did not.
func TestWhatCounts(t *testing.T) {
	estimate := int64(tokens(question))
	answered := estimate + int64(tokens("You said: "+question))
	tests := []struct {
		name  string
		fault llmtest.Fault
		want  int64
	}{
		{"counted", llmtest.Counted(40, 2), 42},
		{"not counted", llmtest.Without("usage"), answered},
		{"only the prompt counted", llmtest.Counted(40, 0), 40 + answered - estimate},
		{"less than nothing counted", llmtest.Counted(-40, -2), answered},
		{"nonsense counted", llmtest.Counted(math.MaxInt, math.MaxInt), answered},
		{"cut off", llmtest.Fault{Edit: func(r map[string]any) {
			llmtest.Counted(40, 2).Edit(r)
			llmtest.Finished("length").Edit(r)
		}}, 42},
		{"connection lost in between", llmtest.Fault{Break: true}, 3 * estimate},
		{"no answer in time", llmtest.Fault{Delay: time.Hour}, estimate},
		{"connection lost at once", llmtest.Fault{Drop: true}, 0},
		{"server error", llmtest.Failed(500), 0},
		{"rate limit", llmtest.Limited(""), 0},
		{"refused", llmtest.Failed(400), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Break(chat, test.fault)
				_ = b.spend("") // some of these fail, as they must
				if got := b.client.Spent().Tokens; got != test.want {
					t.Errorf("%d tokens, want %d", got, test.want)
				}
			})
		})
	}
}

func TestGivenUpCallCounts(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.Break(chat, llmtest.Fault{Delay: time.Hour})
		ctx, cancel := context.WithCancel(b.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		if _, err := b.request(ctx, Request{User: question}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got := b.client.Spent().Tokens; got != int64(tokens(question)) {
			t.Errorf("%d tokens", got)
		}
	})
}

func TestEmbeddingsCount(t *testing.T) {
	inBubble(t, Options{Budget: Budget{Process: Amount{Tokens: 100}, Prices: Prices{Embedding: 0.5}}}, func(b *bench) {
		b.Break(embeddings, llmtest.Counted(200, 0))
		if _, err := b.embed("one"); err != nil {
			t.Fatal(err)
		}
		if got, want := b.client.Spent(), (Amount{Tokens: 200, Dollars: 0.0001}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if _, err := b.embed("two"); !errors.Is(err, ErrBudget) {
			t.Error(err)
		}
	})
}

// TestEstimateErrsOnTheDearSide: the counts are those of OpenAI's tokenizers.
func TestEstimateErrsOnTheDearSide(t *testing.T) {
	tests := []struct {
		text          string
		o200k, cl100k int
	}{
		{"", 0, 0},
		{"Does acupuncture help with chronic low back pain?", 9, 9},
		{"針灸可以幫助慢性腰痛嗎？", 14, 23},
		{strings.Repeat("The needle stays in for twenty minutes. ", 10), 81, 81},
	}
	for _, test := range tests {
		if got, want := tokens(test.text), max(test.o200k, test.cl100k); got < want {
			t.Errorf("%q: %d, want %d at least", test.text, got, want)
		}
		if got, most := fewestTokens(test.text), min(test.o200k, test.cl100k); got > most {
			t.Errorf("%q: at least %d, which is more than %d", test.text, got, most)
		}
	}
}
