package discord

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

func TestGoldenCommands(t *testing.T) {
	text, err := json.MarshalIndent(commandMenu(menus), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "commands.json", append(text, '\n'))
}

func TestCommandsAreRegisteredOnce(t *testing.T) {
	b := start(t, nil)
	b.AwaitStats(t, "registration", func(s discordtest.Stats) bool { return s.Registrations == 1 })
	b.EndSession() // the next READY does not register again
	b.AwaitStats(t, "a new session", func(s discordtest.Stats) bool { return s.Identifies == 2 })
	b.AwaitReady(t)
	b.converse(1)
	b.stop()
	if !sameCommands(b.Commands(), commandMenu(menus)) {
		t.Error("other commands are registered")
	}

	p, err := New(Options{Token: discordtest.Token, APIBase: b.APIBase(), Commands: menus})
	if err != nil {
		t.Fatal(err)
	}
	defer p.api.close()
	in := newIntake(p, handler{})
	in.registerCommands(t.Context(), discordtest.AppID)
	in.finish()
	if n := b.Stats().Registrations; n != 1 {
		t.Errorf("%d registrations, want 1: nothing changed", n)
	}
}

func TestChangedCommandsAreRegisteredAgain(t *testing.T) {
	change := map[string]func(map[string][]chat.Command){
		"description": func(m map[string][]chat.Command) { m[""][0].Description = "Other words" },
		"translation": func(m map[string][]chat.Command) { m["zh"] = []chat.Command{{Name: "ask", Description: "其他"}} },
		"new command": func(m map[string][]chat.Command) {
			m[""] = append(m[""], chat.Command{Name: "new", Description: "New"})
		},
		"one less": func(m map[string][]chat.Command) { m[""] = m[""][:1] },
	}
	for name, apply := range change {
		changed := map[string][]chat.Command{"": append([]chat.Command(nil), menus[""]...), "zh": menus["zh"]}
		before := commandMenu(changed)
		apply(changed)
		if sameCommands(before, commandMenu(changed)) {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestCommandsInOneServer(t *testing.T) {
	b := start(t, func(s *setup) { s.options.Guild = guild })
	b.AwaitStats(t, "registration", func(s discordtest.Stats) bool { return s.Registrations == 1 })
}

func TestRegistrationIsTriedAgain(t *testing.T) {
	b := start(t, func(s *setup) {
		s.before = func(d *discordtest.Server) { d.FailNext("/commands", discordtest.Fault{Status: 403, Code: 50001}) }
	})
	b.converse(1)
	b.EndSession()
	b.AwaitStats(t, "registration", func(s discordtest.Stats) bool { return s.Registrations == 1 })
}

func TestDescriptionsFit(t *testing.T) {
	long := map[string][]chat.Command{"": {{Name: "ask", Description: string(make([]rune, 200))}}}
	check := func(text string) {
		if n := utf8.RuneCountInString(text); n == 0 || n > 100 {
			t.Errorf("%q has %d characters", text, n)
		}
	}
	for _, menu := range []map[string][]chat.Command{menus, long} {
		for _, c := range commandMenu(menu) {
			if c.Type == discordgo.ChatApplicationCommand {
				check(c.Description)
			}
			for _, o := range c.Options {
				check(o.Description)
				for _, text := range o.DescriptionLocalizations {
					check(text)
				}
			}
		}
	}
}
