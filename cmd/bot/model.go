package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"meridian/internal/answer"
	"meridian/internal/config"
	"meridian/internal/llm"
)

// newModel returns a client for the configured model, which makes no call yet;
// nil when no model is configured.
func newModel(c config.Model, log *slog.Logger) (*llm.Client, error) {
	if !c.Used() {
		return nil, nil
	}
	client, err := llm.New(llm.Options{
		BaseURL: c.BaseURL, APIVersion: c.APIVersion, Key: c.Key.Reveal(),
		Model: c.Name, EmbeddingModel: c.EmbeddingModel, Family: c.Family,
		Profile: llm.Profile{
			TokenField: llm.TokenField(c.TokenField), Temperature: llm.Temperature(c.Temperature), Seed: llm.Seed(c.Seed),
			JSON: llm.JSONMode(c.JSON), Thinking: c.Thinking, Effort: c.Effort, Dimensions: c.Dimensions,
		},
		Timeout: time.Duration(c.Timeout), Concurrency: c.Concurrency, Log: log,
		Budget: llm.Budget{
			Process: llm.Amount{Tokens: c.TokensPerDay, Dollars: c.DollarsPerDay},
			Payer:   llm.Amount{Tokens: c.PersonTokensPerDay, Dollars: c.PersonDollarsPerDay},
			Prices:  llm.Prices{Input: c.InputPrice, Output: c.OutputPrice, Embedding: c.EmbeddingPrice},
			Spent: func(spent llm.Amount) {
				log.Warn("model: the budget of the day is spent; until midnight UTC answers are the passages themselves",
					"tokens", spent.Tokens, "dollars", fmt.Sprintf("%.2f", spent.Dollars))
			},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return client, nil
}

// wording tells who words the answers: the model, or nobody where none is named.
func wording(client *llm.Client, c config.Model) answer.Model {
	if client == nil || c.Name == "" {
		return answer.QuoteOnly
	}
	return answer.Model{
		AtMost: time.Duration(c.Timeout),
		Complete: func(ctx context.Context, p answer.Prompt) (string, error) {
			r, err := client.Complete(ctx, llm.Request{System: p.System, User: p.User, Schema: p.Schema, Payer: p.Payer})
			return r.Text, err
		},
	}
}

// examineModel tries the model with the smallest calls and prints what to do
// when they fail. It reports whether all is well.
func examineModel(ctx context.Context, env environment, model *llm.Client) bool {
	if model == nil {
		fmt.Fprintln(env.stdout, "– no model: answers are the passages themselves; section [model] of the configuration names one")
		return true
	}
	err := model.Probe(ctx)
	if err == nil {
		fmt.Fprintf(env.stdout, "✓ model: %s\n", model)
		return true
	}
	if setup, ok := errors.AsType[*llm.SetupError](err); ok {
		fmt.Fprintf(env.stdout, "✗ model: %s\n  → %s\n", setup.What, setup.Remedy)
	} else {
		fmt.Fprintf(env.stdout, "✗ model: %v\n", err)
	}
	return false
}
