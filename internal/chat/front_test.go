package chat

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// handlerFunc answers with what the function returns.
type handlerFunc func(ctx context.Context, m Message) string

func (f handlerFunc) Handle(ctx context.Context, m Message) Reply {
	return NewReply("en", Text(Paragraph, f(ctx, m)))
}
func (f handlerFunc) Waiting(Message) Reply    { return NewReply("en", Text(Paragraph, "one moment")) }
func (f handlerFunc) Overloaded(Message) Reply { return NewReply("en", Text(Paragraph, "too busy")) }

func echo(_ context.Context, m Message) string { return m.Text }

// front is a platform in miniature: it gives messages to a desk and records
// what comes back.
type front struct {
	t    *testing.T
	desk *Desk
	log  *bytes.Buffer

	mu     sync.Mutex
	events []string       // "notice a1: …", "typing a1", "send a1: …", in the order they happened
	done   map[string]int // calls of done
	taken  map[string]int

	typing, send func(ctx context.Context, m Message) error // run before the event is recorded; may be nil
}

func newFront(t *testing.T, h Handler, o DeskOptions) *front {
	f := &front{t: t, log: new(bytes.Buffer), done: map[string]int{}, taken: map[string]int{}}
	f.desk = NewDesk(h, o, slog.New(slog.NewTextHandler(f.log, nil)))
	return f
}

// take gives the desk messages such as "a1": message 1 of conversation a.
func (f *front) take(messages ...string) {
	for _, id := range messages {
		m := Message{Platform: "test", ID: id, Conversation: id[:1], Text: "re " + id}
		f.mu.Lock()
		f.taken[id]++
		f.mu.Unlock()
		f.desk.Take(m, outlet{f, m}, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.done[id]++
		})
	}
}

// close closes the desk and checks that done was called once for each message.
func (f *front) close(within time.Duration) error {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), within)
	defer cancel()
	err := f.desk.Close(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if diff := cmp.Diff(f.taken, f.done); diff != "" {
		f.t.Errorf("calls of done: -want +got:\n%s", diff)
	}
	return err
}

func (f *front) expect(want ...string) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if diff := cmp.Diff(want, f.events); diff != "" {
		f.t.Errorf("-want +got:\n%s", diff)
	}
}

type outlet struct {
	f *front
	m Message
}

func (o outlet) record(event string) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	o.f.events = append(o.f.events, event)
}

func (o outlet) Typing(ctx context.Context) {
	if o.f.typing != nil && o.f.typing(ctx, o.m) != nil {
		return
	}
	o.record("typing " + o.m.ID)
}

func (o outlet) Notice(_ context.Context, r Reply) error {
	o.record("notice " + o.m.ID + ": " + r.Blocks()[0].text())
	return nil
}

func (o outlet) Send(ctx context.Context, r Reply) error {
	if o.f.send != nil {
		if err := o.f.send(ctx, o.m); err != nil {
			return err
		}
	}
	o.record("send " + o.m.ID + ": " + r.Blocks()[0].text())
	return nil
}
