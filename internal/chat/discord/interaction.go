package discord

import (
	"context"
	"errors"
	"time"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// tokenLife is how long the token of an interaction is good for: 15 minutes by
// Discord's documentation, less a margin for the calls that use it.
const tokenLife = 14*time.Minute + 30*time.Second

// interactionOutlet answers a slash command, a context-menu command or a
// button. At first the person sees "thinking…", by the acknowledgement. The
// first part of the reply takes its place, more parts follow.
//
// Whether an answer is seen by the asker alone is settled by the
// acknowledgement, before the answer is known. What turns out private after a
// public one takes that back first: Discord gives the first follow-up the
// visibility of a "thinking…" that still stands, whatever its flags say.
type interactionOutlet struct {
	p         *Platform
	i         *discordgo.Interaction
	m         chat.Message
	ephemeral bool // acknowledged for the asker alone
	taken     time.Time
	acked     chan struct{} // closed when acknowledging is over
	dead      bool          // it was too late to acknowledge; read after acked
}

func newInteractionOutlet(p *Platform, m chat.Message, i *discordgo.Interaction) *interactionOutlet {
	return &interactionOutlet{
		p: p, i: i, m: m,
		ephemeral: shared(i) && !m.Public,
		taken:     time.Now(),
		acked:     make(chan struct{}),
	}
}

// acknowledge tells Discord that an answer will come. It is called once, before
// anything else happens to the interaction.
func (o *interactionOutlet) acknowledge(ctx context.Context) {
	defer close(o.acked)
	ctx, cancel := context.WithTimeout(ctx, o.p.pace.ack)
	defer cancel()
	response := discordgo.InteractionResponse{
		Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
		Data: &discordgo.InteractionResponseData{
			Components:      []discordgo.MessageComponent{},
			Embeds:          []*discordgo.MessageEmbed{},
			AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
			Flags:           o.flags(),
		},
	}
	e := endpoint{"POST", "interactions/" + o.i.ID + "/" + o.i.Token + "/callback", "acknowledge interaction"}
	err := o.p.api.call(ctx, e, response, nil)
	failed, _ := errors.AsType[*callError](err)
	switch {
	case err == nil:
	case failed.code == discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged:
		// The same event came twice, or the answer to the first attempt was lost.
	case failed.code == discordgo.ErrCodeUnknownInteraction:
		o.dead = true
		o.p.log.Warn("discord: an interaction came too late to be acknowledged; it is answered by message", "error", err)
	default:
		o.p.log.Warn("discord: interaction perhaps not acknowledged", "error", err)
	}
}

func (o *interactionOutlet) flags() discordgo.MessageFlags {
	if o.ephemeral {
		return discordgo.MessageFlagsEphemeral
	}
	return 0
}

// Typing does nothing: the acknowledgement shows already that an answer comes.
func (*interactionOutlet) Typing(context.Context) {}

// Notice puts the line where the answer will be.
func (o *interactionOutlet) Notice(ctx context.Context, r chat.Reply) error {
	if !o.wait(ctx) {
		return nil // without an acknowledgement there is no such place
	}
	return o.edit(ctx, o.p.render(r)[0])
}

// wait waits until acknowledging is over, and reports whether the interaction
// can be answered.
func (o *interactionOutlet) wait(ctx context.Context) bool {
	select {
	case <-o.acked:
	case <-ctx.Done():
		return false
	}
	return !o.dead && time.Since(o.taken) < tokenLife
}

// Send delivers the reply; by message when the interaction is too old for it.
func (o *interactionOutlet) Send(ctx context.Context, r chat.Reply) error {
	parts := o.p.render(r)
	withdrawn := r.Private && o.m.Public
	sent := 0
	if o.wait(ctx) {
		var err error
		if withdrawn {
			sent, err = o.whisper(ctx, parts)
		} else {
			sent, err = o.answer(ctx, parts)
		}
		if !gone(err) {
			return err
		}
	}
	if o.ephemeral || withdrawn {
		return o.p.api.postDirect(ctx, o.m.Person, o.i.ID+"d", parts[sent:])
	}
	return o.p.api.post(ctx, place{channel: o.i.ChannelID, nonce: o.i.ID}, parts[sent:])
}

// answer sends parts with the visibility that was settled. It returns how many
// were sent.
func (o *interactionOutlet) answer(ctx context.Context, parts []part) (sent int, err error) {
	if err := o.edit(ctx, parts[0]); err != nil {
		return 0, err
	}
	for n, p := range parts[1:] {
		if _, err := o.followUp(ctx, p, o.flags()); err != nil {
			return n + 1, err
		}
	}
	return len(parts), nil
}

// whisper takes the public acknowledgement back and sends parts to the asker
// alone. It returns how many were sent.
func (o *interactionOutlet) whisper(ctx context.Context, parts []part) (sent int, err error) {
	if err := o.delete(ctx, "@original"); err != nil {
		return 0, err
	}
	for n, p := range parts {
		m, err := o.followUp(ctx, p, discordgo.MessageFlagsEphemeral)
		if err != nil {
			return n, err
		}
		if m.Flags&discordgo.MessageFlagsEphemeral == 0 {
			// Everybody can see it. Take it back, and write to the person instead.
			if err := o.delete(ctx, m.ID); err != nil {
				return n, err
			}
			return n, &callError{name: "answer in private", status: 404, reason: "Discord showed the answer to everybody"}
		}
	}
	return len(parts), nil
}

func (o *interactionOutlet) webhook() string { return "webhooks/" + o.i.AppID + "/" + o.i.Token }

func (o *interactionOutlet) edit(ctx context.Context, p part) error {
	e := endpoint{"PATCH", o.webhook() + "/messages/@original", "answer interaction"}
	return o.p.api.call(ctx, e, p.payload(), nil)
}

func (o *interactionOutlet) delete(ctx context.Context, message string) error {
	e := endpoint{"DELETE", o.webhook() + "/messages/" + message, "take back public answer"}
	return o.p.api.call(ctx, e, nil, nil)
}

func (o *interactionOutlet) followUp(ctx context.Context, p part, flags discordgo.MessageFlags) (discordgo.Message, error) {
	sent := p.payload()
	sent.Flags |= flags
	var m discordgo.Message
	e := endpoint{"POST", o.webhook() + "?wait=true", "follow up interaction"}
	err := o.p.api.call(ctx, e, sent, &m)
	return m, err
}
