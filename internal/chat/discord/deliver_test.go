package discord

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

func TestDirectMessageIsAnswered(t *testing.T) {
	b := start(t, nil)
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "does it hurt? " + confidence})
	got := b.AwaitSent(t, 1)[0]
	if got.Channel != direct || got.ReplyTo != "" || !strings.HasPrefix(got.Content, "you said: does it hurt?") {
		t.Errorf("sent %+v", got)
	}
	if !got.Quiet {
		t.Error("link previews are not suppressed")
	}
	if err := b.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestMentionIsAnsweredInReply(t *testing.T) {
	b := start(t, nil)
	id := b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "does it hurt?"})
	got := b.AwaitSent(t, 1)[0]
	if got.Channel != channel || got.ReplyTo != id {
		t.Errorf("sent to %s in reply to %s, want %s and %s", got.Channel, got.ReplyTo, channel, id)
	}
	if len(got.Pings) > 0 {
		t.Errorf("the reply pings %q", got.Pings)
	}
}

func TestReplyToTheBotIsAnswered(t *testing.T) {
	b := start(t, nil)
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: "and why?", ReplyTo: discordtest.BotID})
	if got := b.AwaitSent(t, 1)[0]; !strings.HasPrefix(got.Content, "you said: and why?") {
		t.Errorf("sent %q", got.Content)
	}
}

// What is not for the bot gets no answer: the message after it is answered first.
func TestQuietWhereItWasNotAddressed(t *testing.T) {
	b := start(t, func(s *setup) { s.options.Channels = []string{channel} })
	edit := func(change func(map[string]any)) discordtest.Message {
		return discordtest.Message{Channel: direct, Author: patient, Content: "ignore me", Edit: change}
	}
	for _, m := range []discordtest.Message{
		{Guild: guild, Channel: channel, Author: patient, Content: "ignore me"},
		{Guild: guild, Channel: channel, Author: patient, Content: "ignore me", ReplyTo: "31"},
		{Guild: guild, Channel: "601", Author: patient, Content: mention + "ignore me"}, // not allowed
		{Channel: direct, Author: discordtest.BotID, Content: "ignore me"},
		edit(func(e map[string]any) { e["author"] = map[string]any{"id": "31", "bot": true} }),
		edit(func(e map[string]any) { e["webhook_id"] = "32" }),
		edit(func(e map[string]any) { delete(e, "author") }),
		edit(func(e map[string]any) { e["type"] = 6 }),
	} {
		b.Say(m)
	}
	b.Dispatch("MESSAGE_CREATE", "not even an object")
	b.Dispatch("INTERACTION_CREATE", map[string]any{"id": "1", "type": 2, "data": 7})
	b.Dispatch("INTERACTION_CREATE", map[string]any{"id": "1", "type": 2, "data": map[string]any{"name": "help", "type": 1}})
	b.Dispatch("SOMETHING_NEW", map[string]any{"x": 1})
	b.Dispatch("MESSAGE_UPDATE", map[string]any{"id": "1", "channel_id": direct})
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "answer me"})
	b.AwaitSent(t, 1)
	b.stop()
	if got := b.Sent(); len(got) != 1 || !strings.Contains(got[0].Content, "answer me") {
		t.Errorf("sent %+v", got)
	}
}

func TestThreadsCountAsTheirChannel(t *testing.T) {
	b := start(t, func(s *setup) { s.options.Channels = []string{channel} })
	thread := func(id, parent string) map[string]any {
		return map[string]any{"id": id, "parent_id": parent, "guild_id": guild, "type": 11}
	}
	b.Dispatch("GUILD_CREATE", map[string]any{"id": guild, "threads": []any{thread("611", channel), thread("612", "602")}})
	b.Dispatch("THREAD_CREATE", thread("613", channel))
	b.Dispatch("THREAD_LIST_SYNC", map[string]any{"guild_id": guild, "threads": []any{thread("614", channel)}})
	b.Dispatch("THREAD_DELETE", thread("613", channel))
	for _, id := range []string{"611", "612", "613", "614"} {
		b.Say(discordtest.Message{Guild: guild, Channel: id, Author: patient, Content: mention + "hi"})
	}
	b.AwaitSent(t, 2)
	b.stop()
	var answered []string
	for _, m := range b.Sent() {
		answered = append(answered, m.Channel)
	}
	slices.Sort(answered)
	if diff := cmp.Diff([]string{"611", "614"}, answered); diff != "" {
		t.Errorf("answered in (-want +got):\n%s", diff)
	}
}

func TestDuplicatesAreAnsweredOnce(t *testing.T) {
	b := start(t, nil)
	b.SayTwice(discordtest.Message{Channel: direct, Author: patient, Content: "one"})
	b.Interact(discordtest.Interaction{Channel: direct, User: patient, Command: "ask", Options: map[string]string{"question": "two"}, Twice: true})
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "three"})
	b.AwaitSent(t, 3)
	b.stop()
	if got := b.Sent(); len(got) != 3 {
		t.Errorf("%d messages sent, want 3: %+v", len(got), got)
	}
}

func TestOrderWithinAConversation(t *testing.T) {
	b := start(t, nil)
	const people, each = 5, 20
	for n := range each {
		for person := range people {
			b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: fmt.Sprint(900 + person), Content: fmt.Sprintf("%s%d/%d", mention, person, n)})
		}
	}
	next := make([]int, people)
	for _, m := range b.AwaitSent(t, people*each) {
		var person, n int
		if _, err := fmt.Sscanf(m.Content, "you said: %d/%d", &person, &n); err != nil {
			t.Fatal(err)
		}
		if next[person] != n {
			t.Fatalf("person %d got answer %d, want %d", person, n, next[person])
		}
		next[person]++
	}
}

func TestLongReplyComesInParts(t *testing.T) {
	reply := chat.NewReply("en", chat.Text(chat.Paragraph, strings.Repeat("A sentence about pain. ", 300)))
	reply.Choices = []chat.Choice{{Label: "More", Value: "pe:more"}}
	b := start(t, with(func(context.Context, chat.Message) chat.Reply { return reply }))
	id := b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "tell me"})
	want := Preview(reply)
	if len(want) < 2 {
		t.Fatal("the reply is not long")
	}
	for n, m := range b.AwaitSent(t, len(want)) {
		last := n == len(want)-1
		if m.Content != want[n] || (m.ReplyTo == id) != (n == 0) || (len(m.Buttons) > 0) != last || len(m.Pings) > 0 {
			t.Errorf("part %d: %+v", n, m)
		}
	}
}

func TestEmbedsWhenAskedFor(t *testing.T) {
	b := start(t, func(s *setup) { s.options.Embeds = true })
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "hi"})
	got := b.AwaitSent(t, 1)[0]
	if got.Content != "" || len(got.Embeds) != 1 || got.Embeds[0].Description != "you said: hi" || got.Quiet {
		t.Errorf("sent %+v", got)
	}
	if footer := got.Embeds[0].Footer; footer == nil || footer.Text != chat.Disclaimer("en") {
		t.Errorf("footer %+v", footer)
	}
}

// private answers as the safety stop does.
func private(context.Context, chat.Message) chat.Reply {
	r := say("you are not alone")
	r.Private = true
	return r
}

func TestPrivateReplyToAPublicMessageGoesToThePerson(t *testing.T) {
	b := start(t, with(private))
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "help"})
	if got := b.AwaitSent(t, 1)[0]; got.Channel != discordtest.DirectChannel(patient) {
		t.Errorf("sent to %s", got.Channel)
	}
}

func TestAsideStaysInPublic(t *testing.T) {
	aside := chat.Text(chat.Paragraph, "I wrote to you.")
	b := start(t, with(func(context.Context, chat.Message) chat.Reply { return say("call now").Privately(aside) }))
	id := b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "help"})
	sent := b.AwaitSent(t, 2)
	if sent[0].Channel != discordtest.DirectChannel(patient) || !strings.Contains(sent[0].Content, "call now") {
		t.Errorf("the person got %+v", sent[0])
	}
	if sent[1].Channel != channel || sent[1].ReplyTo != id || strings.Contains(sent[1].Content, "call now") || !strings.Contains(sent[1].Content, "I wrote to you.") {
		t.Errorf("the channel got %+v", sent[1])
	}
}

func TestPrivateReplyIsNotLostWhenThePersonTakesNoDirectMessages(t *testing.T) {
	b := start(t, func(s *setup) { s.handler.handle = private; s.config.ClosedDoors = []string{patient} })
	id := b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "help"})
	if got := b.AwaitSent(t, 1)[0]; got.Channel != channel || got.ReplyTo != id {
		t.Errorf("sent %+v", got)
	}
}

func TestTypingIsShown(t *testing.T) {
	answer := make(chan struct{})
	b := start(t, with(func(context.Context, chat.Message) chat.Reply { <-answer; return say("done") }))
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "hi"})
	b.AwaitStats(t, "typing", func(s discordtest.Stats) bool { return s.Typing > 0 })
	close(answer)
	b.AwaitSent(t, 1)
}

func TestLongQueueGetsANotice(t *testing.T) {
	answer := make(chan struct{})
	b := start(t, func(s *setup) {
		s.options.Desk = chat.DeskOptions{Workers: 1, LongQueue: 1}
		s.handler.handle = func(context.Context, chat.Message) chat.Reply { <-answer; return say("done") }
	})
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "first"})
	b.Say(discordtest.Message{Channel: "701", Author: "801", Content: "second"})
	b.Interact(discordtest.Interaction{Channel: "702", User: "802", Command: "help"})
	b.Await(t, "two notices", func(all []discordtest.Sent) bool {
		notices := 0
		for _, m := range all {
			if strings.HasPrefix(m.Content, "one moment") {
				notices++
			}
		}
		return notices == 2
	})
	close(answer)
	// The notice of the interaction becomes its answer.
	all := b.AwaitSent(t, 4)
	if len(all) != 4 {
		t.Errorf("sent %+v", all)
	}
}

func TestPanicBecomesAnApology(t *testing.T) {
	b := start(t, with(func(_ context.Context, m chat.Message) chat.Reply {
		if m.Text == "bad" {
			panic(confidence)
		}
		return say("fine")
	}))
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "bad"})
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "good"})
	got := b.AwaitSent(t, 2)
	if !strings.HasPrefix(got[0].Content, "too busy") || !strings.HasPrefix(got[1].Content, "fine") {
		t.Errorf("sent %q and %q", got[0].Content, got[1].Content)
	}
}

func TestOneSlowAnswerHoldsNobodyUp(t *testing.T) {
	slow := make(chan struct{})
	var once sync.Once
	b := start(t, with(func(_ context.Context, m chat.Message) chat.Reply {
		if m.Person == patient {
			<-slow
		}
		return say("to " + m.Person)
	}))
	defer once.Do(func() { close(slow) })
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "slow"})
	b.Say(discordtest.Message{Channel: "701", Author: "801", Content: "quick"})
	if got := b.AwaitSent(t, 1)[0]; got.Channel != "701" {
		t.Errorf("sent to %s first", got.Channel)
	}
	once.Do(func() { close(slow) })
	b.AwaitSent(t, 2)
}

func TestShutdownFinishesWhatWasTaken(t *testing.T) {
	taken, answer := make(chan struct{}), make(chan struct{})
	b := start(t, with(func(context.Context, chat.Message) chat.Reply {
		close(taken)
		<-answer
		return say("done")
	}))
	b.Say(discordtest.Message{Channel: direct, Author: patient, Content: "hi"})
	<-taken
	b.cancel()
	close(answer)
	if err := b.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := b.Sent(); len(got) != 1 {
		t.Errorf("%d messages sent", len(got))
	}
}

// Where the bot may not read the history of a channel, Discord refuses replies.
func TestAnswersWhereItMayNotReply(t *testing.T) {
	b := start(t, func(s *setup) {
		s.before = func(d *discordtest.Server) { d.FailNext("/messages", discordtest.Fault{Status: 403, Code: 160002}) }
	})
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "hi"})
	if got := b.AwaitSent(t, 1)[0]; got.ReplyTo != "" {
		t.Errorf("sent %+v", got)
	}
}

func TestPrivateReplyIsNotLostWhenDirectMessagesFail(t *testing.T) {
	b := start(t, func(s *setup) {
		s.handler.handle = private
		s.before = func(d *discordtest.Server) {
			d.FailNext("users/@me/channels", slices.Repeat([]discordtest.Fault{{Status: 500}}, maxAttempts)...)
		}
	})
	b.Say(discordtest.Message{Guild: guild, Channel: channel, Author: patient, Content: mention + "help"})
	if got := b.AwaitSent(t, 1)[0]; got.Channel != channel {
		t.Errorf("sent %+v", got)
	}
}
