package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDeskKeepsTheOrderOfAConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(func(_ context.Context, m Message) string {
			time.Sleep(time.Duration('9'-m.ID[1]) * time.Millisecond) // later ones would be faster
			return m.Text
		}), DeskOptions{})
		f.take("a1", "a2", "a3", "a4")
		if err := f.close(time.Minute); err != nil {
			t.Error(err)
		}
		f.expect("send a1: re a1", "send a2: re a2", "send a3: re a3", "send a4: re a4")
	})
}

func TestDeskASlowConversationHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		f := newFront(t, handlerFunc(func(_ context.Context, m Message) string {
			if m.Conversation == "a" {
				<-release
			}
			return m.Text
		}), DeskOptions{Workers: 2})
		f.take("a1", "a2", "a3", "b1", "c1")
		synctest.Wait()
		slices.Sort(f.events)
		f.expect("send b1: re b1", "send c1: re c1")
		close(release)
		f.close(time.Minute)
	})
}

func TestDeskASlowDeliveryHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{Workers: 1})
		release := make(chan struct{})
		f.send = func(_ context.Context, m Message) error {
			if m.Conversation == "a" {
				<-release
			}
			return nil
		}
		f.take("a1")
		synctest.Wait()
		f.take("b1")
		synctest.Wait()
		f.expect("send b1: re b1")
		close(release)
		f.close(time.Minute)
	})
}

func TestDeskBoundsItsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		working, most := 0, 0
		f := newFront(t, handlerFunc(func(_ context.Context, m Message) string {
			mu.Lock()
			working++
			most = max(most, working)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			working--
			mu.Unlock()
			return m.Text
		}), DeskOptions{Workers: 3})
		for c := 'a'; c <= 'z'; c++ {
			f.take(string(c) + "1")
		}
		f.close(time.Minute)
		if most != 3 {
			t.Errorf("%d messages were answered at the same time, want 3", most)
		}
		if len(f.events) < 26 {
			t.Errorf("%d replies, want 26", len(f.events))
		}
	})
}

// blocked returns a handler that waits for the channel to be closed.
func blocked() (h Handler, release chan struct{}) {
	release = make(chan struct{})
	return handlerFunc(func(_ context.Context, m Message) string {
		<-release
		return m.Text
	}), release
}

func TestDeskGivesNoticeOfALongQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := blocked()
		f := newFront(t, h, DeskOptions{Workers: 1, LongQueue: 2})
		f.take("a1", "a2", "b1", "b2")
		synctest.Wait()
		f.expect("notice b1: one moment")
		close(release)
		f.close(time.Minute)
		if n := strings.Count(fmt.Sprint(f.events), "notice"); n != 1 {
			t.Errorf("%d notices, want one for the conversation: %q", n, f.events)
		}
	})
}

func TestDeskTurnsAwayAndDropsWhatIsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := blocked()
		f := newFront(t, h, DeskOptions{Workers: 1, Queue: 2})
		sending := make(chan struct{})
		f.send = func(context.Context, Message) error { <-sending; return nil }
		f.take("a1", "b1")
		if room := f.desk.Room(); room != 0 {
			t.Errorf("Room() = %d, want 0", room)
		}
		f.take("c1", "d1") // turned away, which takes its time
		f.take("e1")       // dropped
		synctest.Wait()
		close(sending)
		synctest.Wait()
		slices.Sort(f.events)
		f.expect("send c1: too busy", "send d1: too busy")
		close(release)
		f.close(time.Minute)
		if log := f.log.String(); !strings.Contains(log, "message dropped") {
			t.Errorf("the log does not tell of the dropped message: %s", log)
		}
		if room := f.desk.Room(); room != 2 {
			t.Errorf("Room() = %d at the end, want 2", room)
		}
	})
}

func TestDeskOneConversationCannotFillTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := blocked()
		f := newFront(t, h, DeskOptions{Workers: 1, Queue: 8})
		f.take("a1", "a2", "a3", "a4", "b1")
		synctest.Wait()
		f.expect("send a4: too busy")
		close(release)
		f.close(time.Minute)
	})
}

func TestDeskAnswersADuplicateOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{Remember: 2})
		f.take("a1", "a1")
		synctest.Wait()
		f.take("a1", "a2", "a3")
		synctest.Wait()
		f.take("a1") // forgotten by now
		f.close(time.Minute)
		f.expect("send a1: re a1", "send a2: re a2", "send a3: re a3", "send a1: re a1")
	})
}

func TestDeskWithoutIDNothingIsADuplicate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{})
		m := Message{Text: "hello"}
		f.desk.Take(m, outlet{f, m}, nil)
		f.desk.Take(m, outlet{f, m}, nil)
		f.close(time.Minute)
		f.expect("send : hello", "send : hello")
	})
}

// brokenHandler panics with the text it is asked about, except for message a2.
type brokenHandler struct{ overloaded bool }

func (b brokenHandler) Handle(_ context.Context, m Message) Reply {
	if m.ID != "a2" {
		panic(m.Text)
	}
	return NewReply("en", Text(Paragraph, m.Text))
}
func (b brokenHandler) Waiting(m Message) Reply { panic(m.Text) }
func (b brokenHandler) Overloaded(m Message) Reply {
	if b.overloaded {
		panic(m.Text)
	}
	return NewReply("en", Text(Paragraph, "too busy"))
}

func TestDeskSurvivesPanics(t *testing.T) {
	fine := func(context.Context, Message) error { return nil }
	broken := func(_ context.Context, m Message) error {
		if m.ID != "a2" {
			panic(m.Text)
		}
		return nil
	}
	slow := func(_ context.Context, m Message) string { time.Sleep(time.Second); return m.Text }
	for _, tc := range []struct {
		name         string
		handler      Handler
		typing, send func(context.Context, Message) error
		want         []string
	}{
		{"in the handler", brokenHandler{}, fine, fine, []string{"send a1: too busy", "send a2: re a2"}},
		{"in every method of the handler", brokenHandler{overloaded: true}, fine, fine, []string{"send a2: re a2"}},
		{"in typing", handlerFunc(slow), broken, fine, []string{"send a1: re a1", "typing a2", "send a2: re a2"}},
		{"in delivery", handlerFunc(echo), fine, broken, []string{"send a2: re a2"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFront(t, tc.handler, DeskOptions{Workers: 1})
				f.typing, f.send = tc.typing, tc.send
				f.take("a1", "a2") // worker and conversation go on after the first
				if err := f.close(time.Minute); err != nil {
					t.Error(err)
				}
				f.expect(tc.want...)
				log := f.log.String()
				if strings.Contains(log, "re a1") || !strings.Contains(log, "type=string") || !strings.Contains(log, "desk_test.go") {
					t.Errorf("the log must hold the panic's type and place, and not its value:\n%s", log)
				}
			})
		})
	}
}

func TestDeskSurvivesAPanicInDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{})
		m := Message{Text: "hello", Conversation: "a"}
		f.desk.Take(m, outlet{f, m}, func() { panic("done") })
		f.take("a2")
		f.close(time.Minute)
		f.expect("send : hello", "send a2: re a2")
	})
}

func TestDeskShowsTypingUntilTheAnswerIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(func(_ context.Context, m Message) string {
			if m.ID == "a1" {
				time.Sleep(9 * time.Second)
			}
			return m.Text
		}), DeskOptions{})
		f.take("a1", "a2")
		f.close(time.Minute)
		f.expect("typing a1", "typing a1", "typing a1", "send a1: re a1", "send a2: re a2")
	})
}

func TestDeskSendWaitsForTypingToLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(func(_ context.Context, m Message) string { time.Sleep(time.Second); return m.Text }), DeskOptions{})
		f.typing = func(ctx context.Context, _ Message) error { <-ctx.Done(); return nil }
		f.take("a1")
		f.close(time.Minute)
		f.expect("typing a1", "send a1: re a1")
	})
}

func TestDeskLogsWhatWasNotDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{Delivery: time.Second})
		f.send = func(ctx context.Context, m Message) error {
			if m.ID == "a2" {
				return errors.New("refused")
			}
			<-ctx.Done()
			return ctx.Err()
		}
		f.take("a1", "a2")
		if err := f.close(time.Minute); err != nil {
			t.Error(err)
		}
		if log := f.log.String(); !strings.Contains(log, "deadline exceeded") || !strings.Contains(log, "refused") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestDeskCloseTakesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{})
		f.take("a1")
		if err := f.close(time.Minute); err != nil {
			t.Error(err)
		}
		f.take("a2")
		if err := f.close(time.Minute); err != nil {
			t.Error(err)
		}
		f.expect("send a1: re a1")
	})
}

func TestDeskCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(func(ctx context.Context, m Message) string {
			<-ctx.Done() // a handler that returns in time, with an answer that comes too late
			return m.Text
		}), DeskOptions{Workers: 1, LongQueue: 2})
		f.take("a1", "a2", "b1", "c1") // one is being answered, one waits behind it, two wait for the worker
		synctest.Wait()
		err := f.close(time.Second)
		if err == nil || !strings.Contains(err.Error(), "4") {
			t.Errorf("Close returned %v, want an error that counts 4 messages", err)
		}
		for _, event := range f.events {
			if strings.HasPrefix(event, "send") {
				t.Errorf("delivered after Close gave up: %s", event)
			}
		}
	})
}

// TestDeskWaitingForAWorkerEndsWhenCloseGivesUp has a handler that does not
// listen to its context.
func TestDeskWaitingForAWorkerEndsWhenCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := blocked()
		f := newFront(t, h, DeskOptions{Workers: 1})
		f.take("a1", "a2")
		synctest.Wait()
		f.take("b1")
		closed := make(chan error)
		go func() { closed <- f.close(time.Second) }()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		f.mu.Lock()
		if diff := cmp.Diff(map[string]int{"b1": 1}, f.done); diff != "" {
			t.Errorf("done while the worker is held: -want +got:\n%s", diff)
		}
		f.mu.Unlock()
		close(release)
		if err := <-closed; err == nil {
			t.Error("Close returned nil")
		}
		f.expect("typing a1")
	})
}

func TestDeskCloseCancelsADelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFront(t, handlerFunc(echo), DeskOptions{})
		f.send = func(ctx context.Context, _ Message) error { <-ctx.Done(); return ctx.Err() }
		f.take("a1")
		if err := f.close(time.Second); err == nil {
			t.Error("Close returned nil, want an error that counts one message")
		}
		f.expect()
	})
}

// TestDeskUnderLoad runs real goroutines against each other, for the race detector.
func TestDeskUnderLoad(t *testing.T) {
	f := newFront(t, handlerFunc(echo), DeskOptions{Workers: 4, Queue: 10_000, LongQueue: 10_000})
	var platform sync.WaitGroup
	for c := 'a'; c <= 'h'; c++ {
		platform.Go(func() {
			for i := range 200 {
				f.take(fmt.Sprintf("%c%d", c, i))
			}
		})
	}
	platform.Wait()
	if err := f.close(time.Minute); err != nil {
		t.Error(err)
	}
	next := map[string]int{}
	for _, event := range f.events {
		id := strings.Fields(event)[1]
		if want := fmt.Sprintf("%s%d:", id[:1], next[id[:1]]); id != want {
			t.Fatalf("conversation %s: got %s, want %s", id[:1], id, want)
		}
		next[id[:1]]++
	}
	if len(f.events) != 1600 {
		t.Errorf("%d replies, want 1600", len(f.events))
	}
}
