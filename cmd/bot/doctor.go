package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"time"

	"meridian/internal/chat"
)

// checker is a platform that can look at its own set-up.
type checker interface {
	Name() string
	Check(ctx context.Context) []chat.Finding
}

// doctor checks everything the bot needs and says what to do about each failure.
func doctor(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	if _, err := parse(flags, args, env); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()

	// Content and configuration first: without them there is nothing to connect.
	healthy := check(ctx, env, []string{"-c", *configPath}) == nil
	p, err := wire(env, *configPath, slog.LevelError)
	if err != nil {
		return err
	}
	platforms, err := p.chatPlatforms()
	if err != nil {
		return err
	}
	if len(platforms) == 0 {
		fmt.Fprintln(env.stdout, "– no token: set DISCORD_TOKEN or TELEGRAM_TOKEN to reach patients; README.md says where to get one")
	}
	for _, platform := range platforms {
		for _, f := range platform.(checker).Check(ctx) {
			if f.OK {
				fmt.Fprintf(env.stdout, "✓ %s: %s\n", platform.Name(), f.What)
				continue
			}
			healthy = false
			fmt.Fprintf(env.stdout, "✗ %s: %s\n  → %s\n", platform.Name(), f.What, f.Remedy)
		}
	}
	healthy = examineModel(ctx, env, p.model) && healthy
	if !healthy {
		return errFailed
	}
	return nil
}
