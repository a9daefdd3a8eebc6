// Package discord connects the bot to Discord, over its gateway and its REST
// API, with discordgo.
//
// Pure functions are its heart: toMessage and toInteractionMessage read an
// event, render writes a reply. Around them a link keeps the gateway connected,
// an intake hands messages to a [chat.Desk], and an outlet for each message
// delivers the reply.
//
// Four invariants hold. An interaction is acknowledged before anything else
// happens to it. No reply can ping anybody. What somebody asked in private is
// never answered in public. And neither the token nor a patient's words get
// into an error or a log.
package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"unicode"

	"meridian/internal/chat"
)

// DefaultAPIBase is the address of Discord's own REST API, in the version that
// discordgo speaks.
const DefaultAPIBase = "https://discord.com/api/v9"

// Options are what a [Platform] needs to know.
type Options struct {
	// Token is the bot's token from the developer portal, with or without "Bot " before it.
	Token string
	// APIBase is the address of the REST API; empty for [DefaultAPIBase].
	APIBase string
	// Channels are the IDs of the channels in which the bot answers in public;
	// empty for all. Threads count as their channel. Elsewhere it ignores
	// messages and answers slash commands to the asker alone. Direct messages
	// are always answered.
	Channels []string
	// Embeds shows replies as embeds instead of plain text. People who switched
	// embeds off in their settings see nothing then.
	Embeds bool
	// Guild is the ID of the one server to register the commands in, for instant
	// effect; empty registers them everywhere.
	Guild string
	// NoMessageContent does without the privileged message content intent. Only
	// replies to the bot that do not ping it are missed then.
	NoMessageContent bool
	// Commands are the menus by two-letter language code ("zh"), or with the
	// script ("zh-Hans"). The one under "" is for everybody else.
	Commands map[string][]chat.Command
	// Desk bounds how many messages are answered and queued.
	Desk chat.DeskOptions
	// Log takes what the operator should know; nil for nothing.
	Log *slog.Logger
}

// Platform is Discord. Make one with [New].
type Platform struct {
	options Options
	api     *api
	pace    pace
	log     *slog.Logger
}

var _ chat.Platform = (*Platform)(nil)

// New returns the platform. It makes no call yet; an error says which option to mend.
func New(o Options) (*Platform, error) {
	token := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(o.Token)+" ", "Bot "))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' }) {
		return nil, errors.New("discord: the token is empty or has spaces in it: copy it again from the developer portal (Bot, Reset Token)")
	}
	o.Token = token
	o.APIBase = strings.TrimSuffix(cmp.Or(o.APIBase, DefaultAPIBase), "/")
	base, err := url.Parse(o.APIBase)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("discord: the API address %q is not a web address such as %s", o.APIBase, DefaultAPIBase)
	}
	for _, id := range append([]string{o.Guild}, o.Channels...) {
		if strings.Trim(id, "0123456789") != "" {
			return nil, fmt.Errorf("discord: %q is not an ID: switch on Developer Mode in Discord's settings, then right-click the channel or server and choose Copy ID", id)
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Platform{options: o, pace: realPace, log: o.Log}
	p.api = newAPI(token, base, &p.pace)
	return p, nil
}

// Name returns "discord".
func (*Platform) Name() string { return "discord" }

// Run serves people until ctx is done; then it takes nothing new, finishes what
// it took within eight seconds, and returns nil. An error tells the operator
// what to mend; by then too everything taken is finished.
func (p *Platform) Run(ctx context.Context, h chat.Handler) error {
	defer p.api.close()
	if err := p.signIn(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	in := newIntake(p, h)
	var err error
	var connected sync.WaitGroup
	connected.Go(func() {
		err = newLink(p, in).run(ctx)
		stop()
	})
	<-ctx.Done()
	in.finish()
	connected.Wait()
	return err
}

// signIn asks for the gateway until there is an answer, so that a refused token
// or a bot that has outgrown one connection is known before anything starts.
func (p *Platform) signIn(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		g, err := p.api.gateway(ctx)
		if err == nil {
			if g.Shards > 1 {
				p.log.Warn("discord: the bot is in so many servers that Discord advises several connections, and this program makes one", "advised", g.Shards)
			}
			return nil
		}
		if failed, ok := errors.AsType[*callError](err); ok && failed.status == 401 {
			return fmt.Errorf("%w: Discord refuses the token; copy the current one from the developer portal (Bot, Reset Token)", err)
		}
		wait := p.pace.wait(attempt)
		p.log.Warn("discord: not reachable, trying again", "error", err, "wait", wait)
		if !sleep(ctx, wait) {
			return err
		}
	}
}
