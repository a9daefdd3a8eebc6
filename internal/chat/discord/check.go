package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// Flags of an application that may read the content of messages: as one in many
// servers that Discord approved, or as one in few.
const (
	contentApproved = 1 << 18
	contentLimited  = 1 << 19
)

// permissions to invite the bot with: View Channel, Send Messages, Embed Links,
// Read Message History, Send Messages in Threads.
const permissions = 1<<10 | 1<<11 | 1<<14 | 1<<16 | 1<<38

const tokenRemedy = "copy the current token from the developer portal (Bot, Reset Token) into DISCORD_TOKEN"

// checkTime bounds a whole check.
const checkTime = 20 * time.Second

// Check looks at everything the bot needs of Discord, for an operator who asks
// why it does not answer. It changes nothing and does not sign in.
func (p *Platform) Check(ctx context.Context) []chat.Finding {
	defer p.api.close()
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var me discordgo.User
	if err := p.api.call(ctx, endpoint{"GET", "users/@me", "who am I"}, nil, &me); err != nil {
		remedy := "check the network, a proxy's settings and the API address"
		if refused(err) {
			remedy = tokenRemedy
		}
		return []chat.Finding{{What: err.Error(), Remedy: remedy}}
	}
	findings := []chat.Finding{{OK: true, What: "discord: the token is that of the bot " + me.ID}}
	application, app := p.checkApplication(ctx)
	findings = append(findings, application, p.checkServers(ctx, cmp.Or(app, me.ID)), p.checkGateway(ctx))
	for _, channel := range p.options.Channels {
		findings = append(findings, p.checkChannel(ctx, channel))
	}
	return findings
}

// checkApplication also returns the ID of the application; empty when it is not known.
func (p *Platform) checkApplication(ctx context.Context) (finding chat.Finding, id string) {
	var app discordgo.Application
	if err := p.api.call(ctx, endpoint{"GET", "applications/@me", "read application"}, nil, &app); err != nil {
		return chat.Finding{What: err.Error(), Remedy: tokenRemedy}, ""
	}
	switch {
	case p.options.NoMessageContent:
		return chat.Finding{OK: true, What: "discord: the message content intent is not asked for"}, app.ID
	case app.Flags&(contentApproved|contentLimited) == 0:
		return chat.Finding{What: "discord: the bot may not read the content of messages", Remedy: intentRemedy}, app.ID
	}
	return chat.Finding{OK: true, What: "discord: the message content intent is switched on"}, app.ID
}

func (p *Platform) checkServers(ctx context.Context, app string) chat.Finding {
	var guilds []discordgo.UserGuild
	if err := p.api.call(ctx, endpoint{"GET", "users/@me/guilds", "list servers"}, nil, &guilds); err != nil {
		return chat.Finding{What: err.Error(), Remedy: "try again in a minute"}
	}
	if len(guilds) == 0 {
		return chat.Finding{
			What: "discord: the bot is in no server",
			Remedy: fmt.Sprintf("invite it: https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d",
				app, permissions),
		}
	}
	return chat.Finding{OK: true, What: fmt.Sprintf("discord: the bot is in %d servers or more", len(guilds))}
}

// checkGateway connects and waits for the gateway's greeting.
func (p *Platform) checkGateway(ctx context.Context) chat.Finding {
	g, err := p.api.gateway(ctx)
	switch {
	case err != nil:
		return chat.Finding{What: err.Error(), Remedy: "try again in a minute; https://discordstatus.com tells of outages"}
	case g.Shards > 1:
		return chat.Finding{
			What:   fmt.Sprintf("discord: Discord advises %d connections, and this program makes one", g.Shards),
			Remedy: "take the bot out of servers that do not need it",
		}
	case g.SessionStartLimit.Total > 0 && g.SessionStartLimit.Remaining == 0:
		return chat.Finding{
			What:   "discord: the bot signed in too often today",
			Remedy: fmt.Sprintf("wait %s, and find out why it starts so often", time.Duration(g.SessionStartLimit.ResetAfter)*time.Millisecond),
		}
	}
	if err := p.greeting(ctx, g.URL); err != nil {
		return chat.Finding{
			What:   "discord: no greeting from the gateway: " + p.api.redact(err.Error()),
			Remedy: "let the firewall pass websockets (wss) to gateway.discord.gg, port 443",
		}
	}
	return chat.Finding{OK: true, What: "discord: the gateway answers"}
}

// greeting connects to the gateway and reads the first message.
func (p *Platform) greeting(ctx context.Context, address string) error {
	l := newLine(p, func(*discordgo.Session) {})
	defer l.cut()
	conn, _, err := l.dialer(ctx).DialContext(ctx, address+"?v="+discordgo.APIVersion+"&encoding=json", nil)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, l.cut)()
	var hello struct {
		Op int `json:"op"`
	}
	if err := conn.ReadJSON(&hello); err != nil {
		return err
	}
	if hello.Op != 10 {
		return errors.New("something else answers there")
	}
	return nil
}

func (p *Platform) checkChannel(ctx context.Context, id string) chat.Finding {
	var channel discordgo.Channel
	if err := p.api.call(ctx, endpoint{"GET", "channels/" + id, "see channel " + id}, nil, &channel); err != nil {
		return chat.Finding{What: err.Error(), Remedy: "check the channel's ID, and that the bot's role may see the channel"}
	}
	return chat.Finding{OK: true, What: "discord: the bot sees the channel " + id}
}
