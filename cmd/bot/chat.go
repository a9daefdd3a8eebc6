package main

import (
	"context"
	"flag"
	"log/slog"

	"meridian/internal/chat/terminal"
)

// talk is a conversation in the terminal.
func talk(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("chat", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	if _, err := parse(flags, args, env); err != nil {
		return err
	}
	p, err := wire(env, *configPath, slog.LevelError)
	if err != nil {
		return err
	}
	p.tryMeaning(ctx, env)
	return terminal.New(env.stdin, env.stdout).Run(ctx, p.bot)
}
