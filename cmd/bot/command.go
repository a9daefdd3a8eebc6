package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
)

// environment is everything a command touches outside its arguments.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// command is one thing the program does.
type command struct {
	name    string
	usage   string // arguments
	summary string
	run     func(ctx context.Context, env environment, args []string) error
}

func commands() []command {
	return []command{
		{"run", "[-c config.toml]", "start the bot on every platform that has a token, and the preview page", serve},
		{"chat", "[-c config.toml]", "talk to the bot in this terminal", talk},
		{"ask", `[-json] "question"`, "answer one question; with -jsonl, one JSON object a line from standard input", ask},
		{"check", "[-c config.toml] [dir]", "check content and configuration, every problem at once", check},
		{"eval", "[-v] [-collection dir [-json]]", "measure: judged questions through the bot, or a public collection", evaluate},
		{"doctor", "[-c config.toml]", "check tokens, permissions and content, and say what to mend", doctor},
		{"version", "", "print the version", version},
	}
}

// errFailed ends a command that has already printed why with exit status 1.
var errFailed = errors.New("failed")

// run runs the program and returns its exit status: 0 when it did what was
// asked, 1 when it could not, 2 when it was asked wrongly.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	env := environment{stdin, stdout, stderr, getenv}
	if len(args) == 0 {
		printUsage(stderr)
		return 2
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		printUsage(stdout)
		return 0
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, env, args[1:])
		var usage usageError
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.As(err, &usage):
			fmt.Fprintf(stderr, "bot %s: %v\nusage: bot %s %s\n", c.name, err, c.name, c.usage)
			return 2
		case !errors.Is(err, errFailed):
			fmt.Fprintf(stderr, "bot %s: %v\n", c.name, err)
		}
		return 1
	}
	fmt.Fprintf(stderr, "bot: there is no command %q\n", args[0])
	printUsage(stderr)
	return 2
}

func printUsage(w io.Writer) {
	fmt.Fprintln(w, "Meridian answers patients' questions in chat from curated, sourced passages.")
	fmt.Fprintln(w, "\nusage: bot <command>")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %-32s %s\n", c.name, c.usage, c.summary)
	}
}

// usageError is a command asked wrongly.
type usageError struct{ error }

// parse reads the flags of a command and returns its arguments.
func parse(flags *flag.FlagSet, args []string, env environment) ([]string, error) {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(env.stdout)
		flags.PrintDefaults()
		return nil, err
	}
	if err != nil {
		return nil, usageError{err}
	}
	return flags.Args(), nil
}
