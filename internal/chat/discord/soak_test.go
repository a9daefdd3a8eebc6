package discord

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

// ledger checks that each question is answered once, and those of one
// conversation in order.
type ledger struct {
	mu       sync.Mutex
	asked    []int // questions asked so far, for each conversation
	answered []int
	total    int
	problems []string
	room     chan struct{} // holds a token for each question that waits for its answer
	heap     [2]uint64     // in use half-way and at the end
	half     int
}

func (l *ledger) observe(m discordtest.Sent) {
	if m.Edits > 1 {
		return // an edit that was done twice says the same
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var conversation, n int
	if _, err := fmt.Sscanf(m.Content, "you said: %d %d", &conversation, &n); err != nil {
		l.problems = append(l.problems, "sent: "+m.Content)
		return
	}
	if n != l.answered[conversation] {
		l.problems = append(l.problems, fmt.Sprintf("conversation %d: answer %d instead of %d", conversation, n, l.answered[conversation]))
	}
	l.answered[conversation] = n + 1
	l.total++
	if l.total == l.half || l.total == 2*l.half {
		l.heap[l.total/l.half-1] = heapInUse()
	}
	<-l.room
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Ten thousand questions from two hundred conversations, while calls fail, the
// connection breaks and events come twice.
func TestSoak(t *testing.T) {
	messages, conversations := 10_000, 200
	if testing.Short() {
		messages = 1_000
	}
	l := &ledger{asked: make([]int, conversations), answered: make([]int, conversations), room: make(chan struct{}, 128), half: messages / 2}
	b := run(t, func(s *setup) {
		s.config.Observe = l.observe
		s.options.Desk = chat.DeskOptions{LongQueue: 1 << 20, Queue: 512}
		s.options.Log = nil
	})
	b.AwaitReady(t)
	b.RepeatOnResume(20)
	b.FailRandomly(1, 0.05, "/api/",
		discordtest.Fault{Status: 502}, discordtest.Fault{Status: 502, Done: true}, discordtest.Fault{Status: 500, HTML: true},
		discordtest.Fault{Drop: true}, discordtest.Fault{Drop: true, Done: true},
		discordtest.Fault{Status: 429, RetryAfter: time.Millisecond}, discordtest.Fault{Status: 429, HTML: true})
	breaks := map[int]func(){
		messages / 4: b.AskReconnect,
		messages / 2: func() { b.NextOpenings(discordtest.Opening{Reconnect: true}); b.Drop() },
		messages - 9: func() { b.NextOpenings(discordtest.Opening{TryAgain: true}); b.CloseGateway(4000) },
	}
	r := rand.New(rand.NewPCG(1, 1))
	for n := range messages {
		if cut := breaks[n]; cut != nil {
			cut()
		}
		l.take(t, 1)
		l.ask(b, r)
	}
	l.take(t, cap(l.room)) // all are answered
	if err := b.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	for conversation, n := range l.asked {
		if l.answered[conversation] != n {
			t.Errorf("conversation %d: %d of %d answered", conversation, l.answered[conversation], n)
		}
	}
	for _, problem := range l.problems {
		t.Error(problem)
	}
	if l.heap[1] > l.heap[0]+heapMargin {
		t.Errorf("the heap grew from %d to %d bytes in the second half", l.heap[0], l.heap[1])
	}
	t.Logf("heap half-way %d kB, at the end %d kB; %+v", l.heap[0]>>10, l.heap[1]>>10, b.Stats())
}

// heapMargin is what the heap may grow by while nothing leaks: the desk
// remembers 8192 messages, of which half may come in the second half.
const heapMargin = 3 << 20

// take waits for room for n more questions.
func (l *ledger) take(t *testing.T, n int) {
	t.Helper()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for range n {
		select {
		case l.room <- struct{}{}:
		case <-patience.C:
			l.mu.Lock()
			defer l.mu.Unlock()
			t.Fatalf("stuck after %d answers: %q", l.total, l.problems)
		}
	}
}

// ask brings the next question of some conversation: by message, now and then
// twice, or by command.
func (l *ledger) ask(b *bot, r *rand.Rand) {
	conversation := r.IntN(len(l.asked))
	l.mu.Lock()
	text := fmt.Sprintf("%d %d", conversation, l.asked[conversation])
	l.asked[conversation]++
	l.mu.Unlock()
	m := discordtest.Message{Channel: fmt.Sprint(2000 + conversation), Author: patient, Content: text}
	if conversation%2 == 0 {
		m.Guild, m.Content = guild, mention+text
	}
	switch r.IntN(20) {
	case 0, 1:
		b.Interact(discordtest.Interaction{
			Guild: m.Guild, Channel: m.Channel, User: m.Author, Command: "ask", Options: map[string]string{"question": text},
		})
	case 2:
		b.SayTwice(m)
	default:
		b.Say(m)
	}
}
