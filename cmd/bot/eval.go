package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"path/filepath"

	"meridian/internal/eval"
	"meridian/internal/safety"
)

// evaluate measures the bot on the judged questions, or retrieval alone on a
// public collection.
func evaluate(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("eval", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	misses := flags.Bool("v", false, "list every question that got another reply than it should")
	collection := flags.String("collection", "", "score retrieval on the public collection in this `folder` (BEIR layout)")
	labelled := flags.String("safety", "", `score the safety stop on this `+"`file`"+` of {"text","label"} objects, one a line`)
	asJSON := flags.Bool("json", false, "with -collection: print one JSON object")
	args, err := parse(flags, args, env)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return usageError{errors.New("no arguments wanted")}
	}
	if *collection != "" {
		return evaluateCollection(env, *collection, *asJSON)
	}
	if *labelled != "" {
		return evaluateSafety(env, *labelled, *misses)
	}
	p, err := wire(env, *configPath, slog.LevelError)
	if err != nil {
		return err
	}
	p.tryMeaning(ctx, env)
	questions, err := eval.ReadJudged(filepath.Join(p.config.Content.Dir, "eval"))
	if err != nil {
		return err
	}
	outcomes, err := eval.Judge(ctx, p.answers.Answer, questions)
	if err != nil {
		return err
	}
	report := eval.NewReport(outcomes)
	report.Write(env.stdout, *misses)
	if !report.Passed() {
		return errFailed
	}
	return nil
}

func evaluateCollection(env environment, dir string, asJSON bool) error {
	c, err := eval.ReadCollection(dir)
	if err != nil {
		return err
	}
	report := eval.ScoreCollection(c)
	if asJSON {
		return json.NewEncoder(env.stdout).Encode(report)
	}
	return report.Write(env.stdout)
}

func evaluateSafety(env environment, path string, misses bool) error {
	messages, err := eval.ReadLabelled(path)
	if err != nil {
		return err
	}
	stop, err := safety.New()
	if err != nil {
		return err
	}
	report := eval.ScoreSafety(func(text string) safety.Verdict { return stop.Check(text) }, messages)
	report.Write(env.stdout, misses)
	if !report.Passed() {
		return errFailed
	}
	return nil
}
