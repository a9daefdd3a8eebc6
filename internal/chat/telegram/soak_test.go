package telegram

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

// tally checks each answer as it is sent, and keeps none.
type tally struct {
	mu       sync.Mutex
	asked    map[int64]int // questions asked, by chat
	answered map[int64]int
	total    int
	wrong    []string
}

func (y *tally) sent(m telegramtest.Sent) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if want := fmt.Sprint("re: ", y.answered[m.Chat]); firstLine(m.Text) != want {
		y.wrong = append(y.wrong, fmt.Sprintf("chat %d: %q, want %q", m.Chat, firstLine(m.Text), want))
	}
	y.answered[m.Chat]++
	y.total++
}

func (y *tally) done() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.total
}

// ask queues n questions, spread over the chats, and some poison between them.
// Each chat counts its own questions.
func (y *tally) ask(b *bench, n, chats int) {
	for i := range n {
		person := int64(1 + i*7919%chats)
		b.Add(telegramtest.Private(person, int64(y.asked[person]), fmt.Sprint(y.asked[person])))
		y.asked[person]++
		if i%100 == 0 {
			b.AddRaw(`{"update_id":%d,"message":{"message_id":"poison"}}`)
		}
	}
}

// TestSoak: 10,000 updates of 200 chats while everything goes wrong that can.
// Each is answered once, in order, and none is lost; memory stays flat; nothing
// runs on after shutdown.
func TestSoak(t *testing.T) {
	before := goleak.IgnoreCurrent()
	const total, warm, chats = 10_000, 2_000, 200
	b := newBench(t, Options{Desk: chat.DeskOptions{LongQueue: 1 << 20, Remember: 512}})
	y := &tally{asked: make(map[int64]int), answered: make(map[int64]int)}
	b.OnSend = y.sent
	b.Misbehave(42, 0.05)
	stop := b.run(echo)

	y.ask(b, warm, chats)
	b.awaitAcknowledged()
	early := heap()
	y.ask(b, total-warm, chats)
	b.awaitAcknowledged()
	late := heap()

	if err := stop(); err != nil {
		t.Error(err)
	}
	if y.done() != total || len(y.wrong) > 0 {
		t.Errorf("%d answers, want %d; out of order or twice: %d, such as %.3q", y.done(), total, len(y.wrong), y.wrong)
	}
	if late > 2*early+4<<20 {
		t.Errorf("heap grew from %d to %d bytes", early, late)
	}
	b.Close()
	goleak.VerifyNone(t, before)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
