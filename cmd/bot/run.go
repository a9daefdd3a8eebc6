package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"

	"golang.org/x/term"

	"meridian/internal/chat"
	"meridian/internal/chat/terminal"
	"meridian/internal/faq"
)

// serve runs the bot on every platform until ctx is done.
func serve(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	args, err := parse(flags, args, env)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return usageError{errors.New("no arguments wanted; name the configuration with -c")}
	}
	p, err := wire(env, *configPath, slog.LevelInfo)
	if err != nil {
		return err
	}
	slog.SetDefault(p.log) // what libraries log
	platforms, err := p.chatPlatforms()
	if err != nil {
		return err
	}
	if len(platforms) == 0 {
		fmt.Fprintln(env.stderr, "No token yet, so nobody outside this machine can reach the bot. Set DISCORD_TOKEN or TELEGRAM_TOKEN; README.md says where to get one.")
		if isTerminal(env.stdin) {
			platforms = append(platforms, terminal.New(env.stdin, env.stdout))
		}
	}
	if p.config.Web.Listen != "" {
		page, err := p.preview(func(address string) {
			p.log.Info("preview page", "open", "http://"+address+"/")
		})
		if err != nil {
			return err
		}
		platforms = append(platforms, page)
	}
	return p.runAll(ctx, platforms)
}

// runAll runs the platforms side by side, and takes new content while they run.
// One that fails does not take the others down: its error is logged, and
// returned when all have ended.
func (p *program) runAll(ctx context.Context, platforms []chat.Platform) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var watching sync.WaitGroup
	watching.Go(func() {
		if err := p.library.Watch(ctx, p.log, p.useContent); err != nil {
			p.log.Error("changes of the content will not be seen until the bot is started again", "error", err)
		}
	})
	watching.Go(func() { p.keepMeaning(ctx) })
	p.log.Info("answers are "+wording(p.model, p.config.Model).String(), "found by", p.foundBy())
	p.log.Info("ready", "platforms", len(platforms))

	errs := make([]error, len(platforms))
	var running sync.WaitGroup
	for i, platform := range platforms {
		running.Go(func() {
			if errs[i] = platform.Run(ctx, p.bot); errs[i] != nil {
				p.log.Error("platform stopped", "platform", platform.Name(), "error", errs[i])
			}
			if platform.Name() == terminal.Name {
				stop() // who leaves the conversation leaves the program
			}
		})
	}
	running.Wait()
	stop()
	watching.Wait()
	return errors.Join(errs...)
}

// useContent takes changed content into service, unless it has errors: then the
// last good content goes on, and staff see why.
func (p *program) useContent(library *faq.Library, problems []faq.Problem) {
	logProblems(p.log, problems)
	if faq.HasErrors(problems) {
		p.log.Error("content not changed: the last good content goes on until the errors above are mended")
		return
	}
	p.answers.Use(library)
	p.log.Info("content changed", "articles", len(library.Articles))
	select {
	case p.changed <- struct{}{}:
	default: // it is noticed already
	}
}

func (p *program) foundBy() string {
	if p.findsByMeaning() {
		return "words and meaning"
	}
	return "words"
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
