package telegram

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

// slowly answers at once, but for "slow": it says so on busy and waits for free.
type slowly struct{ busy, free chan struct{} }

func newSlowly() slowly {
	return slowly{busy: make(chan struct{}, 100), free: make(chan struct{})}
}

func (s slowly) handle(ctx context.Context, m chat.Message) chat.Reply {
	if strings.HasPrefix(m.Text, "slow") {
		s.busy <- struct{}{}
		select {
		case <-s.free:
		case <-ctx.Done():
		}
	}
	return say("re: " + m.Text)
}

// TestUpdateIsAcknowledgedAfterItsAnswer: what is acknowledged earlier is lost
// when the bot dies. Meanwhile the others are answered, and nobody twice.
func TestUpdateIsAcknowledgedAfterItsAnswer(t *testing.T) {
	b := newBench(t, Options{})
	h := newSlowly()
	b.run(handlerFunc(h.handle))
	b.Add(telegramtest.Private(1, 1, "before"))
	b.awaitAcknowledged()
	b.Add(telegramtest.Private(7, 1, "slow"))
	<-h.busy
	for person := range int64(5) {
		b.Add(telegramtest.Private(10+person, 1, "quick"))
	}
	b.awaitSent(6)
	polls := b.Calls("getUpdates")
	b.await("more polls", func() bool { return b.Calls("getUpdates") > polls+3 })
	if got := b.Waiting(); got != 6 {
		t.Errorf("%d updates wait for acknowledgement, want 6", got)
	}
	close(h.free)
	b.awaitAcknowledged()
	if got := len(b.Sent()); got != 7 {
		t.Errorf("%d messages, want 7", got)
	}
}

func TestOneSlowAnswerKeepsItsChatInOrder(t *testing.T) {
	b := newBench(t, Options{})
	h := newSlowly()
	b.run(handlerFunc(h.handle))
	b.Add(telegramtest.Private(7, 1, "slow"))
	<-h.busy
	b.Add(telegramtest.Private(7, 2, "second"))
	b.Add(telegramtest.Private(8, 1, "another"))
	b.awaitSent(1)
	close(h.free)
	if diff := cmp.Diff([]string{"re: another", "re: slow", "re: second"}, texts(b.awaitSent(3))); diff != "" {
		t.Error(diff)
	}
}

// TestBatchIsNoLargerThanTheRoom: what does not fit stays with Telegram, and
// nobody is turned away.
func TestBatchIsNoLargerThanTheRoom(t *testing.T) {
	b := newBench(t, Options{Desk: chat.DeskOptions{Queue: 4, Workers: 2}})
	h := newSlowly()
	b.run(handlerFunc(h.handle))
	for person := range int64(20) {
		b.Add(telegramtest.Private(100+person, 1, fmt.Sprint("slow ", person)))
	}
	<-h.busy
	<-h.busy
	close(h.free)
	sent := b.awaitSent(20)
	b.awaitAcknowledged()
	if got := b.Requests("getUpdates")[0].Get("limit"); got != "4" {
		t.Errorf("asked for %s updates at first", got)
	}
	if slices.Contains(texts(sent), "too busy") {
		t.Error("somebody was turned away")
	}
}

func TestUpdatesThatAskNothingArePassedBy(t *testing.T) {
	b := newBench(t, Options{})
	b.run(echo)
	b.AddRaw(`{"update_id":%d,"message":{"message_id":"poison","chat":7}}`)
	b.AddRaw(`{"update_id":%d,"message_reaction":{"chat":{"id":7}}}`)
	b.AddRaw(`{"update_id":%d,"message":null,"callback_query":{}}`)
	b.AddRaw(`{"update_id":%d}`)
	b.Add(telegramtest.Update{EditedMessage: &telegramtest.Message{ID: 1, Chat: telegramtest.Chat{ID: 7, Type: "private"}, Text: "edit"}})
	b.Add(telegramtest.Private(7, 2, "question"))
	b.awaitAcknowledged()
	if diff := cmp.Diff([]string{"re: question"}, texts(b.Sent())); diff != "" {
		t.Error(diff)
	}
	if got := strings.Count(b.log.String(), "can not be read"); got != 1 || !strings.Contains(b.log.String(), "update=100") {
		t.Errorf("%d log lines about the poison:\n%s", got, b.log)
	}
}

func TestUpdateWithoutIDHoldsUpNobody(t *testing.T) {
	b := newBench(t, Options{})
	b.run(echo)
	b.AddRaw(`{"no_id":%d}`)
	b.Add(telegramtest.Private(7, 2, "question"))
	b.awaitAcknowledged()
	if len(b.Sent()) != 1 {
		t.Error("no answer")
	}
}

func TestDuplicatesAreAnsweredOnce(t *testing.T) {
	b := newBench(t, Options{})
	b.run(echo)
	for range 3 { // the same message in three updates
		b.Add(telegramtest.Private(7, 1, "again"))
	}
	b.awaitAcknowledged()
	b.Add(telegramtest.Private(7, 2, "new"))
	b.awaitAcknowledged()
	if diff := cmp.Diff([]string{"re: again", "re: new"}, texts(b.Sent())); diff != "" {
		t.Error(diff)
	}
}

func TestPollSurvivesFaults(t *testing.T) {
	tests := map[string]telegramtest.Fault{
		"flood limit":       telegramtest.Flood(2),
		"error page":        telegramtest.Gateway(504),
		"server error":      telegramtest.Refuse(500, "Internal Server Error: restart"),
		"broken connection": {Drop: true},
		"lost answer":       {LoseAnswer: true},
		"refused":           telegramtest.Refuse(400, "Bad Request: what?"),
		"second instance":   telegramtest.Refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Options{})
			b.Fail("getUpdates", fault, fault, fault)
			b.Add(telegramtest.Private(7, 1, "hello"))
			b.run(echo)
			b.awaitAcknowledged()
			if len(b.Sent()) != 1 {
				t.Errorf("%d answers", len(b.Sent()))
			}
			if alarm := strings.Contains(b.log.String(), "stop the second one"); alarm != (name == "second instance") {
				t.Errorf("log:\n%s", b.log)
			}
		})
	}
}

// TestSecondInstance: a real second poller is found out by the one it ends.
func TestSecondInstance(t *testing.T) {
	b := newBench(t, Options{})
	b.run(echo)
	b.await("a poll", func() bool { return b.Calls("getUpdates") == 1 })
	other := newClient(telegramtest.Token, b.URL)
	defer other.close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { _ = other.call(ctx, "getUpdates", map[string]string{"timeout": "50"}, nil) }()
	b.await("the alarm", func() bool { return strings.Contains(b.log.String(), "stop the second one") })
	cancel()
	b.Add(telegramtest.Private(7, 1, "hello"))
	b.awaitSent(1)
}

func TestRefusedTokenEndsRun(t *testing.T) {
	b := newBench(t, Options{})
	b.Fail("getUpdates", telegramtest.Refuse(401, "Unauthorized"))
	err := b.platform.Run(t.Context(), echo)
	if err == nil || !strings.Contains(err.Error(), "@BotFather") {
		t.Errorf("%v", err)
	}
}

func TestPollingRemovesAWebhook(t *testing.T) {
	b := newBench(t, Options{})
	b.SetWebhook("https://old.example/", "")
	b.run(echo)
	b.Add(telegramtest.Private(7, 1, "first"))
	b.awaitSent(1)
	if strings.Contains(b.log.String(), "somebody set a webhook") {
		t.Error("the webhook was only removed when polling had failed")
	}
	b.SetWebhook("https://other.example/", "") // by another program, in between
	b.Add(telegramtest.Private(7, 2, "second"))
	b.awaitSent(2)
	for _, r := range b.Requests("getUpdates") {
		if r.Get("allowed_updates") != allowedUpdates || r.Get("timeout") != "50" {
			t.Errorf("polled with %v", r)
		}
	}
}

func TestStopFinishesWhatWasTaken(t *testing.T) {
	b := newBench(t, Options{})
	h := newSlowly()
	stop := b.run(handlerFunc(h.handle))
	b.Add(telegramtest.Private(7, 1, "slow"))
	<-h.busy
	go close(h.free)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"re: slow"}, texts(b.Sent())); diff != "" {
		t.Error(diff)
	}
	if b.Waiting() != 0 {
		t.Error("the answered update was not acknowledged")
	}
}

func TestStopLeavesTheRestToTheNextStart(t *testing.T) {
	b := newBench(t, Options{})
	b.platform.pace.drain = time.Millisecond
	h := newSlowly()
	stop := b.run(handlerFunc(h.handle))
	b.Add(telegramtest.Private(7, 1, "slow"))
	<-h.busy
	b.Add(telegramtest.Private(8, 1, "quick"))
	b.awaitSent(1)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(b.log.String(), "stopped early") || b.Waiting() == 0 {
		t.Fatalf("%d updates wait; log:\n%s", b.Waiting(), b.log)
	}
	b.run(echo)
	b.await("the answer", func() bool { return slices.Contains(texts(b.Sent()), "re: slow") })
}

// TestPollIsNeverTooSoon: a server that answers every poll at once must not
// make the bot poll as fast as it can.
func TestPollIsNeverTooSoon(t *testing.T) {
	tests := []struct {
		name          string
		offset, asked int64
		want          time.Duration
	}{
		{"acknowledges something", 8, 7, realPace.pollInterval},
		{"acknowledges nothing", 7, 7, realPace.samePoll},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSession(&Platform{pace: realPace}, us, echo)
				start := time.Now()
				p := &poller{session: s, offset: test.offset, asked: test.asked, started: start}
				limit, ok := p.turn(t.Context())
				if got := time.Since(start); got != test.want || limit != maxBatch || !ok {
					t.Errorf("limit %d, %v after %v; want %d after %v", limit, ok, got, maxBatch, test.want)
				}
				s.drain()
			})
		})
	}
}

// TestFullBatchWaitsForAnAnswer: polling again could bring nothing new.
func TestFullBatchWaitsForAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession(&Platform{pace: realPace}, us, echo)
		p := &poller{session: s}
		for id := range int64(maxBatch) {
			p.open = append(p.open, &delivery{id: id, settled: make(chan struct{})})
		}
		oldest := p.open[0]
		turned := make(chan int, 1)
		go func() {
			limit, _ := p.turn(t.Context())
			turned <- limit
		}()
		<-time.After(time.Hour) // of fake time: nothing may happen in it
		select {
		case <-turned:
			t.Error("polled with a full batch")
		default:
		}
		s.settle(oldest, true)
		if limit := <-turned; limit != maxBatch || p.offset != 1 {
			t.Errorf("limit %d from offset %d", limit, p.offset)
		}
		s.drain()
	})
}
