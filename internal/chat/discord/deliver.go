package discord

import (
	"context"
	"fmt"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// A payload is what Discord takes for a message, for the edit of one and for a
// follow-up. Fields without omitempty are always there: an edit then removes
// what was there before, and nothing is left to Discord's defaults.
type payload struct {
	Content         string                           `json:"content"`
	Embeds          []*discordgo.MessageEmbed        `json:"embeds"`
	Components      []discordgo.MessageComponent     `json:"components"`
	AllowedMentions discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Flags           discordgo.MessageFlags           `json:"flags"`
	Reference       *discordgo.MessageReference      `json:"message_reference,omitempty"`
	// Discord answers a second message of one nonce with the first. At most 25 characters.
	Nonce        string `json:"nonce,omitempty"`
	EnforceNonce bool   `json:"enforce_nonce,omitempty"`
}

// payload returns the part as it is sent: it pings nobody and shows no previews.
func (p part) payload() payload {
	sent := payload{
		Content:    p.text,
		Embeds:     []*discordgo.MessageEmbed{},
		Components: []discordgo.MessageComponent{},
		// An empty list stands for no mentions, null for Discord's default.
		AllowedMentions: discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}
	if p.buttons != nil {
		sent.Components = p.buttons
	}
	if p.embed != nil {
		sent.Embeds = append(sent.Embeds, p.embed)
	} else {
		sent.Flags = discordgo.MessageFlagsSuppressEmbeds // it would hide our own embed too
	}
	return sent
}

// A place is where messages are sent to.
type place struct {
	channel string
	replyTo string // ID of the message that is answered; empty for none
	nonce   string // unique for what is sent; at most 22 characters
}

// post sends parts to a channel.
func (a *api) post(ctx context.Context, to place, parts []part) error {
	for n, p := range parts {
		sent := p.payload()
		sent.Nonce, sent.EnforceNonce = fmt.Sprintf("%s-%d", to.nonce, n), true
		if n == 0 && to.replyTo != "" {
			missing := false // the answer still comes when the question was deleted
			sent.Reference = &discordgo.MessageReference{MessageID: to.replyTo, ChannelID: to.channel, FailIfNotExists: &missing}
		}
		e := endpoint{"POST", "channels/" + to.channel + "/messages", "send message to channel " + to.channel}
		err := a.call(ctx, e, sent, nil)
		if refused(err) && sent.Reference != nil {
			// Where the bot may not read the history it may not reply, but write.
			sent.Reference = nil
			err = a.call(ctx, e, sent, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// postDirect sends parts to a person alone. With the opening of the channel it
// fails for people who take no direct messages from their servers.
func (a *api) postDirect(ctx context.Context, person, nonce string, parts []part) error {
	var channel discordgo.Channel
	in := map[string]string{"recipient_id": person}
	if err := a.call(ctx, endpoint{"POST", "users/@me/channels", "open direct message"}, in, &channel); err != nil {
		return err
	}
	return a.post(ctx, place{channel: channel.ID, nonce: nonce}, parts)
}

// messageOutlet answers a message that was written in a channel.
type messageOutlet struct {
	p     *Platform
	m     chat.Message
	place place
}

func newMessageOutlet(p *Platform, m chat.Message, e *discordgo.Message) *messageOutlet {
	to := place{channel: e.ChannelID, nonce: e.ID}
	if m.Public {
		to.replyTo = e.ID
	}
	return &messageOutlet{p: p, m: m, place: to}
}

// Typing shows the bot typing, for ten seconds.
func (o *messageOutlet) Typing(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, o.p.pace.typing)
	defer cancel()
	e := endpoint{"POST", "channels/" + o.place.channel + "/typing", "show typing"}
	if err := o.p.api.call(ctx, e, nil, nil); err != nil && ctx.Err() == nil {
		o.p.log.Debug("discord: typing not shown", "error", err)
	}
}

// Notice sends the line as a reply of its own.
func (o *messageOutlet) Notice(ctx context.Context, r chat.Reply) error {
	to := o.place
	to.nonce += "n"
	return o.p.api.post(ctx, to, o.p.render(r))
}

// Send delivers the reply. A private one to a public message goes to the person
// alone; only when that fails it goes where they wrote: they asked in public,
// and it may be what they need to read most.
func (o *messageOutlet) Send(ctx context.Context, r chat.Reply) error {
	parts := o.p.render(r)
	if r.Private && o.m.Public {
		err := o.p.api.postDirect(ctx, o.m.Person, o.place.nonce+"d", parts)
		if err == nil {
			return o.leaveAside(ctx, r)
		}
		if ctx.Err() != nil {
			return err
		}
	}
	return o.p.api.post(ctx, o.place, parts)
}

// leaveAside posts the neutral line where the question was asked.
func (o *messageOutlet) leaveAside(ctx context.Context, r chat.Reply) error {
	aside, ok := r.Aside()
	if !ok {
		return nil
	}
	to := o.place
	to.nonce += "a"
	return o.p.api.post(ctx, to, o.p.render(aside))
}

func (p *Platform) render(r chat.Reply) []part { return render(r, p.options.Embeds) }
