package discord

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

func ask(question string, options ...string) discordtest.Interaction {
	in := discordtest.Interaction{Guild: guild, Channel: channel, User: patient, Command: "ask", Options: map[string]string{"question": question}}
	for i := 0; i+1 < len(options); i += 2 {
		in.Options[options[i]] = options[i+1]
	}
	return in
}

func TestAskIsAnsweredInPrivate(t *testing.T) {
	b := start(t, nil)
	id := b.Interact(ask("does it hurt?"))
	got := b.AwaitSent(t, 1)[0]
	if got.Interaction != id || !got.Ephemeral || got.Edits != 1 || !strings.HasPrefix(got.Content, "you said: does it hurt?") {
		t.Errorf("sent %+v", got)
	}
}

func TestAskInPublicOnRequest(t *testing.T) {
	b := start(t, nil)
	b.Interact(ask("does it hurt?", "private", "no"))
	if got := b.AwaitSent(t, 1)[0]; got.Ephemeral || got.Interaction == "" {
		t.Errorf("sent %+v", got)
	}
}

func TestAskOutsideTheAllowedChannelsIsPrivate(t *testing.T) {
	b := start(t, func(s *setup) { s.options.Channels = []string{"601"} })
	b.Interact(ask("does it hurt?", "private", "no"))
	if got := b.AwaitSent(t, 1)[0]; !got.Ephemeral {
		t.Errorf("sent %+v", got)
	}
}

func TestContextMenuAnswersInPublic(t *testing.T) {
	b := start(t, nil)
	target := "does it hurt?"
	b.Interact(discordtest.Interaction{Guild: guild, Channel: channel, User: patient, Command: "Answer from the FAQ", Target: &target})
	if got := b.AwaitSent(t, 1)[0]; got.Ephemeral || !strings.HasPrefix(got.Content, "you said: does it hurt?") {
		t.Errorf("sent %+v", got)
	}
}

func TestButtonOpensItsChoice(t *testing.T) {
	b := start(t, with(func(_ context.Context, m chat.Message) chat.Reply { return say("chosen " + m.Choice) }))
	b.Interact(discordtest.Interaction{Guild: guild, Channel: channel, User: patient, Tap: "pe:pain/acute"})
	if got := b.AwaitSent(t, 1)[0]; !got.Ephemeral || !strings.HasPrefix(got.Content, "chosen pe:pain/acute") {
		t.Errorf("sent %+v", got)
	}
}

func TestInteractionInADirectMessage(t *testing.T) {
	b := start(t, nil)
	b.Interact(discordtest.Interaction{Channel: direct, User: patient, Command: "ask", Options: map[string]string{"question": "hurt?"}})
	if got := b.AwaitSent(t, 1)[0]; got.Ephemeral || got.Channel != direct {
		t.Errorf("sent %+v", got)
	}
}

func TestLongAnswerToAnInteraction(t *testing.T) {
	reply := chat.NewReply("en", chat.Text(chat.Paragraph, strings.Repeat("A sentence about pain. ", 300)))
	reply.Choices = []chat.Choice{{Label: "More", Value: "pe:more"}}
	b := start(t, with(func(context.Context, chat.Message) chat.Reply { return reply }))
	id := b.Interact(ask("tell me"))
	want := Preview(reply)
	for n, m := range b.AwaitSent(t, len(want)) {
		if m.Content != want[n] || m.Interaction != id || !m.Ephemeral || (len(m.Buttons) > 0) != (n == len(want)-1) {
			t.Errorf("part %d: %+v", n, m)
		}
	}
}

// A public "thinking…" must not turn into a public answer about a crisis.
func TestPrivateAnswerToAPublicQuestion(t *testing.T) {
	b := start(t, with(private))
	b.Interact(ask("help", "private", "no"))
	got := b.AwaitSent(t, 1)[0]
	if !got.Ephemeral || !strings.HasPrefix(got.Content, "you are not alone") {
		t.Errorf("sent %+v", got)
	}
	for _, m := range b.Sent() {
		if !m.Ephemeral && !m.Deleted {
			t.Errorf("in public: %+v", m)
		}
	}
}

// A Discord that shows the follow-up to everybody all the same.
func TestPrivateAnswerShownToEverybodyIsTakenBack(t *testing.T) {
	b := start(t, func(s *setup) {
		s.handler.handle = private
		s.before = func(d *discordtest.Server) {
			d.FailNext("DELETE ", discordtest.Fault{Status: 204}) // says it is deleted, and does nothing
		}
	})
	b.Interact(ask("help", "private", "no"))
	got := b.AwaitSent(t, 1)
	if len(got) != 1 || got[0].Channel != discordtest.DirectChannel(patient) {
		b.Await(t, "the answer by direct message", func(all []discordtest.Sent) bool {
			last := all[len(all)-1]
			return last.Channel == discordtest.DirectChannel(patient) && all[0].Deleted
		})
	}
}

func TestAcknowledgedByTheFirstAttempt(t *testing.T) {
	b := start(t, func(s *setup) {
		s.before = func(d *discordtest.Server) {
			d.FailNext("/callback", discordtest.Fault{Done: true, Drop: true}) // the answer gets lost: the second attempt gets 40060
		}
	})
	b.Interact(ask("does it hurt?"))
	b.AwaitSent(t, 1)
	b.stop()
	if got := b.Sent(); len(got) != 1 {
		t.Errorf("sent %+v", got)
	}
}

func TestAlreadyAcknowledgedInteractionIsAnswered(t *testing.T) {
	b := start(t, nil)
	in := ask("does it hurt?")
	in.Acknowledged = true
	b.Interact(in)
	if got := b.AwaitSent(t, 1)[0]; got.Edits != 1 {
		t.Errorf("sent %+v", got)
	}
}

func TestLateInteractionIsAnsweredByMessage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, private, want string
	}{
		{"public", "no", channel},
		{"private", "yes", discordtest.DirectChannel(patient)},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, nil)
			in := ask("does it hurt?", "private", test.private)
			in.Late = true
			b.Interact(in)
			if got := b.AwaitSent(t, 1)[0]; got.Channel != test.want || got.Interaction != "" {
				t.Errorf("sent %+v", got)
			}
		})
	}
}

func TestPrivateQuestionIsNeverAnsweredInPublic(t *testing.T) {
	b := start(t, func(s *setup) { s.config.ClosedDoors = []string{patient} })
	in := ask("does it hurt?")
	in.Late = true
	b.Interact(in)
	b.Say(discordtest.Message{Channel: direct, Author: "801", Content: "next"})
	b.AwaitSent(t, 1)
	b.stop()
	if got := b.Sent(); len(got) != 1 || got[0].Channel != direct {
		t.Errorf("sent %+v", got)
	}
	if !strings.Contains(b.log.String(), "50007") {
		t.Errorf("the log does not say why:\n%s", b.log.String())
	}
}

func TestExpiredInteractionIsAnsweredByMessage(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	b := start(t, with(func(context.Context, chat.Message) chat.Reply {
		close(asked)
		<-answer
		return say("at last")
	}))
	id := b.Interact(ask("does it hurt?", "private", "no"))
	<-asked
	b.AwaitStats(t, "the acknowledgement", func(s discordtest.Stats) bool { return s.Acknowledged == 1 })
	b.Expire(id)
	close(answer)
	if got := b.AwaitSent(t, 1)[0]; got.Channel != channel || got.Interaction != "" {
		t.Errorf("sent %+v", got)
	}
}

// The acknowledgement does not wait for the desk: one worker is busy for good.
func TestAcknowledgedBeforeAnythingElse(t *testing.T) {
	busy := make(chan struct{})
	b := start(t, func(s *setup) {
		s.options.Desk = chat.DeskOptions{Workers: 1}
		s.handler.handle = func(context.Context, chat.Message) chat.Reply { <-busy; return say("done") }
	})
	for range 3 {
		b.Interact(ask("does it hurt?"))
	}
	b.AwaitStats(t, "three acknowledgements", func(s discordtest.Stats) bool { return s.Acknowledged == 3 })
	close(busy)
	b.AwaitSent(t, 3)
}

// discordgo has all answers to interactions wait for each other.
func TestOneHangingAnswerHoldsNobodyUp(t *testing.T) {
	b := start(t, func(s *setup) {
		s.before = func(d *discordtest.Server) { d.FailNext("PATCH ", discordtest.Fault{Hang: true}) }
		s.pace.attempt, s.pace.drain = time.Hour, time.Millisecond
	})
	b.Interact(ask("one"))
	other := ask("two")
	other.User = "801"
	b.Interact(other)
	b.AwaitSent(t, 1) // the one of which the answer does not hang
}

func TestAcknowledgementThatHangs(t *testing.T) {
	b := start(t, func(s *setup) {
		s.pace.ack = 50 * time.Millisecond
		s.before = func(d *discordtest.Server) { d.FailNext("/callback", discordtest.Fault{Hang: true}) }
	})
	b.Interact(ask("does it hurt?"))
	if got := b.AwaitSent(t, 1)[0]; got.Channel != discordtest.DirectChannel(patient) {
		t.Errorf("sent %+v", got)
	}
}

func TestTooManyInteractionsAtOnce(t *testing.T) {
	p, err := New(Options{Token: "a.b.c"})
	if err != nil {
		t.Fatal(err)
	}
	in := newIntake(p, handler{})
	for range maxAcknowledging {
		in.acknowledging <- struct{}{}
	}
	in.interaction(&discordgo.Interaction{ID: "1", ChannelID: direct, User: &discordgo.User{ID: patient},
		Type: discordgo.InteractionMessageComponent, Data: discordgo.MessageComponentInteractionData{CustomID: "x"}})
	in.finish() // waits for nothing
}
