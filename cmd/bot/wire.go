package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"meridian/internal/answer"
	"meridian/internal/bot"
	"meridian/internal/chat"
	"meridian/internal/chat/discord"
	"meridian/internal/chat/preview"
	"meridian/internal/chat/telegram"
	"meridian/internal/config"
	"meridian/internal/faq"
	"meridian/internal/llm"
	"meridian/internal/safety"
)

// program is everything wired together that any command needs.
type program struct {
	config  config.Config
	log     *slog.Logger
	library *faq.Library
	answers *answer.Answerer
	bot     *bot.Bot
	model   *llm.Client   // nil without a model
	changed chan struct{} // other content is in use; holds one
}

// defaultConfig is read when no configuration is named and it is there.
const defaultConfig = "config.toml"

func loadConfig(env environment, path string) (config.Config, error) {
	if path == "" {
		if _, err := os.Stat(defaultConfig); err == nil {
			path = defaultConfig
		}
	}
	return config.Load(path, env.getenv)
}

// wire builds the program. Content with errors does not stop it: the sound
// articles are served and the problems are logged.
func wire(env environment, configPath string, level slog.Level) (*program, error) {
	c, err := loadConfig(env, configPath)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(env.stderr, &slog.HandlerOptions{Level: level}))
	// Rules and articles take about as long to read: side by side, half of it.
	var stop *safety.Stop
	var stopErr error
	var reading sync.WaitGroup
	reading.Go(func() { stop, stopErr = safetyStop(c.Safety) })
	library, problems, err := faq.Load(c.Content.Dir, time.Now())
	reading.Wait()
	if err != nil {
		return nil, fmt.Errorf("%w; run it in the folder that holds %q, or set content.dir in the configuration", err, c.Content.Dir)
	}
	logProblems(log, problems)
	if stopErr != nil {
		return nil, stopErr
	}
	if c.Clinic.Country != "" && !stop.KnowsCountry(c.Clinic.Country) {
		return nil, fmt.Errorf("clinic.country: there are no numbers for %q in the safety stop's data; leave it empty to show the international list", c.Clinic.Country)
	}
	model, err := newModel(c.Model, log)
	if err != nil {
		return nil, err
	}
	answers := answer.New(stop, library, answer.Clinic{
		Country: c.Clinic.Country, Facts: c.Clinic.Named(), Chinese: c.Clinic.Chinese.Named(),
	}).With(wording(model, c.Model))
	return &program{
		config: c, log: log, library: library, answers: answers, model: model, changed: make(chan struct{}, 1),
		bot: bot.New(answers, time.Duration(c.Limits.Deadline), log),
	}, nil
}

// safetyStop is the one that ships, with the clinic's own rules added.
func safetyStop(c config.Safety) (*safety.Stop, error) {
	stop, err := safety.New()
	if err != nil || c.Rules == "" {
		return stop, err
	}
	file, err := os.Open(c.Rules)
	if err != nil {
		return nil, fmt.Errorf("safety.rules: %w; name a file of rules, or leave it empty", err)
	}
	defer file.Close()
	return stop.With(c.Rules, file)
}

// logProblems shows staff what to mend: errors always, advice where the log
// takes it.
func logProblems(log *slog.Logger, problems []faq.Problem) {
	for _, p := range problems {
		level := slog.LevelInfo
		if p.Severity == faq.Error {
			level = slog.LevelError
		}
		log.Log(context.Background(), level, "content problem", "at", p.String())
	}
}

// chatPlatforms makes the platforms that have a token.
func (p *program) chatPlatforms() ([]chat.Platform, error) {
	var platforms []chat.Platform
	if p.config.Discord.Token.Reveal() != "" {
		d, err := p.discord()
		if err != nil {
			return nil, err
		}
		platforms = append(platforms, d)
	}
	if p.config.Telegram.Token.Reveal() != "" {
		t, err := p.telegram()
		if err != nil {
			return nil, err
		}
		platforms = append(platforms, t)
	}
	return platforms, nil
}

func (p *program) discord() (*discord.Platform, error) {
	c := p.config.Discord
	return discord.New(discord.Options{
		Token: c.Token.Reveal(), APIBase: c.APIBase, Guild: c.Guild, Channels: c.Channels, Embeds: c.Embeds,
		NoMessageContent: !c.MessageContent, Commands: bot.Commands(), Desk: p.desk(), Log: p.log,
	})
}

func (p *program) telegram() (*telegram.Platform, error) {
	c := p.config.Telegram
	var webhook telegram.Webhook
	if c.WebhookURL != "" {
		webhook = telegram.Webhook{ListenAddress: c.WebhookListen, PublicURL: c.WebhookURL, Secret: c.WebhookSecret.Reveal()}
	}
	return telegram.New(telegram.Options{
		Token: c.Token.Reveal(), Endpoint: c.APIBase, Webhook: webhook,
		Commands: bot.Commands(), Desk: p.desk(), Log: p.log,
	})
}

func (p *program) desk() chat.DeskOptions {
	return chat.DeskOptions{Workers: p.config.Limits.Workers, Queue: p.config.Limits.Queue}
}

// preview makes the page that shows replies as patients see them.
func (p *program) preview(ready func(address string)) (*preview.Platform, error) {
	return preview.New(preview.Options{
		Addr: p.config.Web.Listen, Desk: p.desk(), Ready: ready, Log: p.log,
		Views: []preview.View{
			{Name: "Discord", Render: discord.Preview, HTML: preview.DiscordHTML},
			{Name: "Telegram", Render: telegram.Preview, HTML: preview.TelegramHTML},
		},
	})
}
