package discord

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// maxAcknowledging bounds how many interactions are being acknowledged at the
// same time. They take some 100 ms each; more can not be met within 3 s.
const maxAcknowledging = 256

// intake takes the gateway's events and hands what is meant for the bot to the
// desk. discordgo calls its handlers one at a time, in the order of the events,
// and reads nothing meanwhile: they never wait. An edited message is not
// answered again.
type intake struct {
	p    *Platform
	desk *chat.Desk
	log  *slog.Logger

	mu      sync.Mutex        // held by the handlers, also those of a session that was given up
	stopped bool              // nothing is taken any more
	self    string            // the bot's own ID, once it is known
	threads map[string]string // channel of each thread in an allowed channel
	warned  bool              // that messages come without content

	registering   sync.Mutex      // held while the commands are being registered
	registered    bool            // they are
	life          context.Context // ends when Run does
	end           context.CancelFunc
	background    sync.WaitGroup
	acknowledging chan struct{}
}

func newIntake(p *Platform, h chat.Handler) *intake {
	in := &intake{
		p: p, desk: chat.NewDesk(h, p.options.Desk, p.log), log: p.log,
		threads:       make(map[string]string),
		acknowledging: make(chan struct{}, maxAcknowledging),
	}
	in.life, in.end = context.WithCancel(context.Background())
	return in
}

// listen makes the session bring its events here. It is called before the
// session is opened, so that none is missed.
func (in *intake) listen(s *discordgo.Session) {
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Ready) { in.guard(func() { in.ready(e) }) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageCreate) { in.guard(func() { in.message(e.Message) }) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.InteractionCreate) {
		in.guard(func() { in.interaction(e.Interaction) })
	})
	if len(in.p.options.Channels) == 0 {
		return
	}
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildCreate) { in.guard(func() { in.addThreads(e.Threads...) }) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadListSync) {
		in.guard(func() { in.addThreads(e.Threads...) })
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadCreate) { in.guard(func() { in.addThreads(e.Channel) }) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadUpdate) { in.guard(func() { in.addThreads(e.Channel) }) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadDelete) { in.guard(func() { delete(in.threads, e.ID) }) })
}

// guard handles an event while events are taken. It keeps a panic, over an event
// that is not as it should be, from ending the process. The panic's value is not
// logged: it may quote the event.
func (in *intake) guard(handle func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			in.log.Error("discord: panic over an event", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	if !in.stopped {
		handle()
	}
}

func (in *intake) ready(e *discordgo.Ready) {
	if e.User != nil {
		in.self = e.User.ID
		in.log.Info("discord: signed in", "bot", e.User.ID, "servers", len(e.Guilds))
	}
	if e.Application != nil && e.Application.ID != "" {
		in.background.Go(func() { in.registerCommands(in.life, e.Application.ID) })
	}
}

func (in *intake) message(e *discordgo.Message) {
	m, ok := toMessage(e, in.self)
	if !ok {
		if !in.warned && !in.p.options.NoMessageContent && blank(e, in.self) {
			in.warned = true
			in.log.Warn("discord: messages arrive without their content: " + intentRemedy +
				"; until then mentions, direct messages and slash commands are answered")
		}
		return
	}
	if m.Public && !in.allowed(e.ChannelID) {
		return
	}
	in.desk.Take(m, newMessageOutlet(in.p, m, e), nil)
}

// interaction answers in channels that are not allowed too, to the asker alone:
// that disturbs nobody, and no cry for help goes unheard.
func (in *intake) interaction(i *discordgo.Interaction) {
	m, ok := toInteractionMessage(i)
	if !ok {
		return
	}
	m.Public = m.Public && in.allowed(i.ChannelID)
	select {
	case in.acknowledging <- struct{}{}:
	default:
		in.log.Error("discord: an interaction is dropped: too many at the same time", "limit", maxAcknowledging)
		return
	}
	o := newInteractionOutlet(in.p, m, i)
	in.background.Go(func() {
		defer func() { <-in.acknowledging }()
		o.acknowledge(in.life)
	})
	in.desk.Take(m, o, nil)
}

func (in *intake) allowed(channel string) bool {
	channels := in.p.options.Channels
	return len(channels) == 0 || slices.Contains(channels, channel) || in.threads[channel] != ""
}

func (in *intake) addThreads(threads ...*discordgo.Channel) {
	for _, t := range threads {
		if t != nil && slices.Contains(in.p.options.Channels, t.ParentID) {
			in.threads[t.ID] = t.ParentID
		}
	}
}

// finish takes nothing more, and waits until everything taken is done, but no
// longer than a shutdown may take.
func (in *intake) finish() {
	in.mu.Lock()
	in.stopped = true
	in.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), in.p.pace.drain)
	defer cancel()
	if err := in.desk.Close(ctx); err != nil {
		in.log.Error("discord: stopped before everybody was answered", "error", err)
	}
	in.end()
	in.background.Wait()
}
