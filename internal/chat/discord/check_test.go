package discord

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat/discord/discordtest"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	well := discordtest.Config{Guilds: []string{guild}, Channels: []string{channel}}
	tests := []struct {
		name    string
		config  discordtest.Config
		options Options
		fault   func(*discordtest.Server)
		want    []string // the remedies
	}{
		{name: "all well", config: well, options: Options{Channels: []string{channel}}},
		{name: "wrong token", config: well, options: Options{Token: "wrong." + secret}, want: []string{tokenRemedy}},
		{name: "intent off", config: discordtest.Config{Guilds: well.Guilds, NoContentIntent: true}, want: []string{intentRemedy}},
		{name: "intent not asked for", config: discordtest.Config{Guilds: well.Guilds, NoContentIntent: true}, options: Options{NoMessageContent: true}},
		{name: "in no server", want: []string{"invite it: https://discord.com/oauth2/authorize?client_id=" + discordtest.AppID}},
		{name: "unknown channel", config: well, options: Options{Channels: []string{"601"}}, want: []string{"check the channel's ID"}},
		{name: "several connections", config: discordtest.Config{Guilds: well.Guilds, Shards: 2}, want: []string{"take the bot out"}},
		{name: "gateway behind a firewall", config: well, want: []string{"let the firewall pass"},
			fault: func(d *discordtest.Server) { d.NextOpenings(discordtest.Opening{Refused: true}) }},
		{name: "gateway says something else", config: well, want: []string{"let the firewall pass"},
			fault: func(d *discordtest.Server) { d.NextOpenings(discordtest.Opening{HelloIsOp7: true}) }},
		{name: "no gateway", config: well, want: []string{"try again in a minute"},
			fault: func(d *discordtest.Server) { d.FailNext("gateway/bot", discordtest.Fault{Status: 403}) }},
		{name: "no network", config: well, want: []string{"check the network"}, fault: (*discordtest.Server).Close},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := discordtest.New(test.config)
			defer server.Close()
			if test.fault != nil {
				test.fault(server)
			}
			test.options.APIBase = server.APIBase()
			if test.options.Token == "" {
				test.options.Token = discordtest.Token
			}
			p, err := New(test.options)
			if err != nil {
				t.Fatal(err)
			}
			p.pace = hasty
			var got []string
			for _, f := range p.Check(t.Context()) {
				if strings.Contains(f.What+f.Remedy, secret) {
					t.Errorf("the token is in %+v", f)
				}
				if f.OK != (f.Remedy == "") {
					t.Errorf("finding %+v", f)
				}
				if !f.OK {
					got = append(got, f.Remedy)
				}
			}
			same := func(want, got string) bool { return strings.HasPrefix(got, want) }
			if diff := cmp.Diff(test.want, got, cmp.Comparer(func(a, b string) bool { return same(a, b) || same(b, a) })); diff != "" {
				t.Errorf("remedies (-want +got):\n%s", diff)
			}
			if s := server.Stats(); s.Identifies != 0 {
				t.Error("the check signed in")
			}
		})
	}
}
