package discord

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// locales are Discord's names for the languages that menus may come in.
var locales = map[string][]discordgo.Locale{
	"en":      {discordgo.EnglishUS, discordgo.EnglishGB},
	"zh":      {discordgo.ChineseTW, discordgo.ChineseCN},
	"zh-Hant": {discordgo.ChineseTW},
	"zh-Hans": {discordgo.ChineseCN},
	"es":      {discordgo.SpanishES, discordgo.SpanishLATAM},
}

// vocabulary holds the words that only Discord's menus need.
type vocabulary struct {
	contextMenu, question, private, yes, no string
}

var english = vocabulary{
	contextMenu: "Answer from the FAQ",
	question:    "What would you like to know?",
	private:     "Show the answer to you alone (yes, unless you choose no)",
	yes:         "yes", no: "no",
}

var vocabularies = map[discordgo.Locale]vocabulary{
	discordgo.ChineseTW: {"用常見問題回答", "你想知道甚麼?", "答案只給你看(除非選「否」)", "是", "否"},
	discordgo.ChineseCN: {"用常见问题回答", "你想知道什么?", "答案只给你看(除非选“否”)", "是", "否"},
	discordgo.SpanishES: {"Responder con las FAQ", "¿Qué quiere saber?", "Mostrar la respuesta solo a usted (sí, salvo que elija no)", "sí", "no"},
}

// words returns one word in every language it is there in.
func words(pick func(vocabulary) string) map[discordgo.Locale]string {
	all := make(map[discordgo.Locale]string)
	for locale, v := range vocabularies {
		all[locale] = pick(v)
	}
	return all
}

// maxDescriptionOf is the longest description of a command that Discord takes,
// maxQuestion the longest text of an option.
const (
	maxDescriptionOf = 100
	maxQuestion      = 6000
)

// commandMenu returns the commands to register.
func commandMenu(menus map[string][]chat.Command) []*discordgo.ApplicationCommand {
	names := words(func(v vocabulary) string { return v.contextMenu })
	menu := []*discordgo.ApplicationCommand{{
		Type: discordgo.MessageApplicationCommand, Name: english.contextMenu, NameLocalizations: &names,
	}}
	for _, c := range menus[""] {
		described := make(map[discordgo.Locale]string)
		for _, lang := range slices.Sorted(maps.Keys(menus)) { // "zh" before "zh-Hans", which is closer
			for _, local := range menus[lang] {
				if local.Name != c.Name {
					continue
				}
				for _, locale := range locales[lang] {
					described[locale] = shorten(local.Description, maxDescriptionOf)
				}
			}
		}
		command := &discordgo.ApplicationCommand{
			Type: discordgo.ChatApplicationCommand, Name: c.Name,
			Description: shorten(c.Description, maxDescriptionOf), DescriptionLocalizations: &described,
		}
		if c.Name == askCommand {
			command.Options = askOptions()
		}
		menu = append(menu, command)
	}
	return menu
}

func askOptions() []*discordgo.ApplicationCommandOption {
	return []*discordgo.ApplicationCommandOption{
		{
			Type: discordgo.ApplicationCommandOptionString, Name: questionOption, Required: true, MaxLength: maxQuestion,
			Description: english.question, DescriptionLocalizations: words(func(v vocabulary) string { return v.question }),
		},
		{
			Type: discordgo.ApplicationCommandOptionString, Name: privateOption,
			Description: english.private, DescriptionLocalizations: words(func(v vocabulary) string { return v.private }),
			Choices: []*discordgo.ApplicationCommandOptionChoice{
				{Name: english.yes, NameLocalizations: words(func(v vocabulary) string { return v.yes }), Value: "yes"},
				{Name: english.no, NameLocalizations: words(func(v vocabulary) string { return v.no }), Value: privateNo},
			},
		},
	}
}

// registerCommands makes the registered commands those of the menu, once, with
// no call that changes anything when they are so already: Discord allows 200 new
// commands a day. What failed is tried again when it is called again, which
// every READY does; one that comes during a try waits for its end.
func (in *intake) registerCommands(ctx context.Context, app string) {
	in.registering.Lock()
	defer in.registering.Unlock()
	if in.registered {
		return
	}
	path := "applications/" + app + "/commands"
	if guild := in.p.options.Guild; guild != "" {
		path = "applications/" + app + "/guilds/" + guild + "/commands"
	}
	err := func() error {
		var registered []*discordgo.ApplicationCommand
		if err := in.p.api.call(ctx, endpoint{"GET", path + "?with_localizations=true", "list commands"}, nil, &registered); err != nil {
			return err
		}
		menu := commandMenu(in.p.options.Commands)
		if sameCommands(registered, menu) {
			return nil
		}
		if err := in.p.api.call(ctx, endpoint{"PUT", path, "register commands"}, menu, nil); err != nil {
			return err
		}
		in.log.Info("discord: commands registered", "commands", len(menu))
		return nil
	}()
	in.registered = err == nil
	if err != nil && ctx.Err() == nil {
		in.log.Warn("discord: commands not registered; invite the bot again with the scope applications.commands", "error", err)
	}
}

// sameCommands reports whether two lists of commands say the same, in any order.
// Discord adds fields of its own and leaves out those that are empty.
func sameCommands(a, b []*discordgo.ApplicationCommand) bool {
	return slices.Equal(faces(a), faces(b))
}

// faces writes down what there is to see of each command, sorted.
func faces(commands []*discordgo.ApplicationCommand) []string {
	var all []string
	for _, c := range commands {
		var s strings.Builder
		fmt.Fprintf(&s, "%d %q %q %q %q", max(c.Type, 1), c.Name, deref(c.NameLocalizations), c.Description, deref(c.DescriptionLocalizations))
		for _, o := range c.Options {
			fmt.Fprintf(&s, "\n%d %q %t %d %q %q", o.Type, o.Name, o.Required, o.MaxLength, o.Description, o.DescriptionLocalizations)
			for _, choice := range o.Choices {
				fmt.Fprintf(&s, "\n\t%q %q %v", choice.Name, choice.NameLocalizations, choice.Value)
			}
		}
		all = append(all, s.String())
	}
	slices.Sort(all)
	return all
}

func deref(m *map[discordgo.Locale]string) map[discordgo.Locale]string {
	if m == nil {
		return nil
	}
	return *m
}
