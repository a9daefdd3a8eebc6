package telegram

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

// answered runs a bot that gives the reply to one question asked alone, and
// returns what was sent.
func answered(b *bench, r chat.Reply, u telegramtest.Update, n int) []telegramtest.Sent {
	b.t.Helper()
	b.run(handlerFunc(func(context.Context, chat.Message) chat.Reply { return r }))
	b.Add(u)
	sent := b.awaitSent(n)
	b.awaitAcknowledged() // and so nothing more is to come
	if got := len(b.Sent()); got != n {
		b.t.Errorf("%d messages, want %d", got, n)
	}
	return sent
}

var question = telegramtest.Private(7, 5, "why?")

func TestSendSurvivesFaults(t *testing.T) {
	drop := telegramtest.Fault{Drop: true}
	tests := []struct {
		name   string
		faults []telegramtest.Fault
	}{
		{"flood limit", []telegramtest.Fault{telegramtest.Flood(3), telegramtest.Flood(1)}},
		{"many flood limits", slices.Repeat([]telegramtest.Fault{telegramtest.Flood(1)}, 3*maxTries)},
		{"server error", []telegramtest.Fault{telegramtest.Refuse(500, "Internal Server Error")}},
		{"error pages", []telegramtest.Fault{telegramtest.Gateway(502), telegramtest.Gateway(504)}},
		{"broken connections", slices.Repeat([]telegramtest.Fault{drop}, maxTries-1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Options{})
			b.Fail("sendMessage", test.faults...)
			answered(b, say("because"), question, 1)
		})
	}
}

// TestLostAnswerIsSentAgain: nobody can know that the message arrived, and a
// patient who reads an answer twice is better off than one who waits for it.
func TestLostAnswerIsSentAgain(t *testing.T) {
	b := newBench(t, Options{})
	b.Fail("sendMessage", telegramtest.Fault{LoseAnswer: true})
	answered(b, say("because"), question, 2)
}

func TestSendGivesUp(t *testing.T) {
	tests := []struct {
		name   string
		faults []telegramtest.Fault
		calls  int
		log    string
	}{
		{"refused for good", []telegramtest.Fault{telegramtest.Refuse(400, "Bad Request: chat not found")}, 1, "level=ERROR"},
		{"never comes back", slices.Repeat([]telegramtest.Fault{telegramtest.Gateway(502)}, maxTries), maxTries, "level=ERROR"},
		{"blocked by the person", []telegramtest.Fault{telegramtest.Refuse(403, "Forbidden: bot was blocked by the user")}, 1, "level=INFO"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Options{})
			b.Fail("sendMessage", test.faults...)
			answered(b, say("because"), question, 0)
			if got := b.Calls("sendMessage"); got != test.calls {
				t.Errorf("%d calls, want %d", got, test.calls)
			}
			if alarmed := strings.Contains(b.log.String(), "level=ERROR"); alarmed != (test.log == "level=ERROR") {
				t.Errorf("log, want %s:\n%s", test.log, b.log)
			}
		})
	}
}

func TestRefusedMarkupGoesOutPlain(t *testing.T) {
	b := newBench(t, Options{})
	b.Fail("sendMessage", telegramtest.Refuse(400, `Bad Request: can't parse entities: Unsupported start tag "secret" at byte offset 3`))
	r := cards()["answer.en"]
	sent := answered(b, r, question, 1)
	if sent[0].ParseMode != "" || sent[0].Raw != render(r)[0].plain {
		t.Errorf("mode %q, text\n%s", sent[0].ParseMode, sent[0].Raw)
	}
	if strings.Contains(b.log.String(), "secret") {
		t.Errorf("the log quotes the reply:\n%s", b.log)
	}
}

func TestLongReplyIsSentInParts(t *testing.T) {
	b := newBench(t, Options{Commands: menus})
	r := say(strings.Repeat("A sentence about pain. ", 400))
	r.Choices = []chat.Choice{{Label: "More", Value: "m"}}
	want := Preview(r)
	// The second part fails at first: the part before it must not come again.
	b.Fail("sendMessage", telegramtest.Fault{}, telegramtest.Gateway(502))
	asked := telegramtest.Message{ID: 5, Chat: group, From: ada, Text: "/ask why?", Entities: command(4)}
	sent := answered(b, r, telegramtest.Update{Message: &asked}, len(want))
	for i, m := range sent {
		if first := i == 0; first != (m.ReplyTo == 5) {
			t.Errorf("part %d replies to %d", i, m.ReplyTo)
		}
		if diff := cmp.Diff(want[i], m.Raw); diff != "" {
			t.Error(diff)
		}
		if last := i == len(sent)-1; last != (len(m.Buttons) == 1) {
			t.Errorf("part %d has %d buttons", i, len(m.Buttons))
		}
	}
}

func TestReplyPlace(t *testing.T) {
	asked := telegramtest.Message{ID: 5, Chat: group, From: ada, Text: "/ask why?", Entities: command(4)}
	inTopic := asked
	inTopic.Topic, inTopic.InTopic = 44, true
	inChain := asked
	inChain.Topic = 44
	menu := telegramtest.Message{ID: 9, Chat: group, Topic: 44, InTopic: true}
	tests := []struct {
		name string
		in   telegramtest.Update
		want telegramtest.Sent
	}{
		{"private", question, telegramtest.Sent{Chat: 7}},
		{"group", telegramtest.Update{Message: &asked}, telegramtest.Sent{Chat: -100, ReplyTo: 5}},
		{"topic", telegramtest.Update{Message: &inTopic}, telegramtest.Sent{Chat: -100, Topic: 44, ReplyTo: 5}},
		{"chain of replies", telegramtest.Update{Message: &inChain}, telegramtest.Sent{Chat: -100, ReplyTo: 5}},
		{"button in a topic", telegramtest.Update{CallbackQuery: &telegramtest.Callback{ID: "c", From: ada, Data: "x", Message: &menu}},
			telegramtest.Sent{Chat: -100, Topic: 44, ReplyTo: 9}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Options{Commands: menus})
			b.OpenTopic(44)
			got := answered(b, say("because"), test.in, 1)[0]
			if !got.NoPreview {
				t.Error("link previews are on")
			}
			place := telegramtest.Sent{Chat: got.Chat, Topic: got.Topic, ReplyTo: got.ReplyTo}
			if diff := cmp.Diff(test.want, place); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGroupThatMigrated(t *testing.T) {
	b := newBench(t, Options{Commands: menus})
	b.Migrate(-5, -1005)
	asked := telegramtest.Message{ID: 5, Chat: telegramtest.Chat{ID: -5, Type: "group"}, From: &telegramtest.User{ID: 7}, Text: "/ask", Entities: command(4)}
	got := answered(b, say("because"), telegramtest.Update{Message: &asked}, 1)[0]
	if got.Chat != -1005 || got.ReplyTo != 0 {
		t.Errorf("sent to %d as a reply to %d", got.Chat, got.ReplyTo)
	}
}

// TestGroupThatMigratesInCircles: a server that never ends it must not be asked for ever.
func TestGroupThatMigratesInCircles(t *testing.T) {
	b := newBench(t, Options{})
	b.Migrate(7, 8)
	b.Migrate(8, 7)
	answered(b, say("because"), question, 0)
	if got := b.Calls("sendMessage"); got > maxTries {
		t.Errorf("%d calls", got)
	}
}

func TestTapIsConfirmedBeforeTheAnswer(t *testing.T) {
	b := newBench(t, Options{})
	b.run(handlerFunc(func(_ context.Context, m chat.Message) chat.Reply {
		b.await("confirmation", func() bool { return b.Calls("answerCallbackQuery") == 1 })
		return say("re: " + m.Choice)
	}))
	menu := telegramtest.Message{ID: 9, Chat: telegramtest.Chat{ID: 7, Type: "private"}}
	b.Add(telegramtest.Update{CallbackQuery: &telegramtest.Callback{ID: "c42", From: &telegramtest.User{ID: 7}, Data: "t:pain", Message: &menu}})
	if diff := cmp.Diff([]string{"re: t:pain"}, texts(b.awaitSent(1))); diff != "" {
		t.Error(diff)
	}
	if got := b.Requests("answerCallbackQuery")[0].Get("callback_query_id"); got != "c42" {
		t.Errorf("confirmed %q", got)
	}
}

func TestNoticeWhenTheQueueIsLong(t *testing.T) {
	b := newBench(t, Options{Desk: chat.DeskOptions{Workers: 1, LongQueue: 1}})
	busy, free := make(chan struct{}), make(chan struct{})
	b.run(handlerFunc(func(_ context.Context, m chat.Message) chat.Reply {
		if m.Text == "slow" {
			close(busy)
			<-free
		}
		return say("re: " + m.Text)
	}))
	b.Add(telegramtest.Private(7, 1, "slow"))
	<-busy
	b.Add(telegramtest.Private(8, 2, "quick"))
	b.awaitSent(1)
	close(free)
	sent := b.awaitSent(3)
	if sent[0].Chat != 8 || firstLine(sent[0].Text) != "one moment" {
		t.Errorf("first came %q to %d", firstLine(sent[0].Text), sent[0].Chat)
	}
	got := texts(sent[1:])
	slices.Sort(got)
	if diff := cmp.Diff([]string{"re: quick", "re: slow"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestSlowDeliveryHoldsUpOneChatOnly: a chat that Telegram makes wait keeps no
// worker from the others.
func TestSlowDeliveryHoldsUpOneChatOnly(t *testing.T) {
	b := newBench(t, Options{Desk: chat.DeskOptions{Workers: 1}})
	hold := make(chan struct{})
	b.Fail("sendMessage", telegramtest.Fault{Hold: hold})
	b.run(echo)
	b.Add(telegramtest.Private(7, 1, "held"))
	b.await("the first answer", func() bool { return b.Calls("sendMessage") == 1 })
	b.Add(telegramtest.Private(8, 2, "free"))
	if diff := cmp.Diff([]string{"re: free"}, texts(b.awaitSent(1))); diff != "" {
		t.Error(diff)
	}
	close(hold)
	b.awaitSent(2)
}

func TestPrivateReplyToAGroup(t *testing.T) {
	asked := telegramtest.Update{Message: &telegramtest.Message{ID: 5, Chat: group, From: ada, Text: "/ask why?", Entities: command(4)}}
	asks := Options{Commands: menus}
	reply := say("call now").Privately(chat.Text(chat.Paragraph, "I wrote to you."))

	t.Run("goes to the person, a neutral line stays", func(t *testing.T) {
		sent := answered(newBench(t, asks), reply, asked, 2)
		if sent[0].Chat != ada.ID || !strings.Contains(sent[0].Text, "call now") {
			t.Errorf("the person got %+v", sent[0])
		}
		if sent[1].Chat != group.ID || sent[1].ReplyTo != 5 || strings.Contains(sent[1].Text, "call now") || !strings.Contains(sent[1].Text, "I wrote to you.") {
			t.Errorf("the group got %+v", sent[1])
		}
	})
	t.Run("goes to the group when the person never wrote to the bot", func(t *testing.T) {
		b := newBench(t, asks)
		b.Block(ada.ID)
		if sent := answered(b, reply, asked, 1); sent[0].Chat != group.ID || !strings.Contains(sent[0].Text, "call now") {
			t.Errorf("sent %+v", sent[0])
		}
	})
}
