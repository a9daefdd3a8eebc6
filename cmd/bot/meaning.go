package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"meridian/internal/retrieve"
	"meridian/internal/store"
)

// findsByMeaning reports whether an embedding model is configured.
func (p *program) findsByMeaning() bool { return p.model != nil && p.config.Model.EmbeddingModel != "" }

// useMeaning has the library embedded, as far as the store lacks it, and finds
// by meaning from then on. Without an embedding model it does nothing, and opens
// no store.
func (p *program) useMeaning(ctx context.Context, progress func(done, total int)) error {
	if !p.findsByMeaning() {
		return nil
	}
	kept, err := store.Open(ctx, p.config.Store.URL)
	if err != nil {
		return fmt.Errorf("store.url: %w", err)
	}
	defer kept.Close()
	embedder := retrieve.Embedder{Model: p.config.Model.EmbeddingModel, Embed: p.model.Embed, Cache: kept, Progress: progress}
	inAlphabet, inChinese, err := p.answers.UseMeaning(ctx, p.model.Embed, embedder.Vectors)
	if err != nil {
		return err
	}
	p.log.Info("finding by meaning", "model", p.config.Model.EmbeddingModel, "trust", inAlphabet, "trust in Chinese", inChinese)
	for language, trust := range map[string]float64{"in an alphabet": inAlphabet, "in Chinese": inChinese} {
		if trust == 0 {
			p.log.Warn("the embedding model is of no use for questions "+language+": they are searched by words alone", "model", p.config.Model.EmbeddingModel)
		}
	}
	return nil
}

// tryMeaning is useMeaning for one run of a command: where it fails, questions
// are answered by words alone.
func (p *program) tryMeaning(ctx context.Context, env environment) {
	if err := p.useMeaning(ctx, progressBar(env.stderr)); err != nil {
		fmt.Fprintf(env.stderr, "not finding by meaning: %v\n", err)
	}
}

// Pauses between tries to embed the library.
const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// keepMeaning embeds the library, and again whenever its content changes, until
// ctx is done. Patients are answered by words alone meanwhile.
func (p *program) keepMeaning(ctx context.Context) {
	if !p.findsByMeaning() {
		return
	}
	pause := firstRetry
	for {
		var again <-chan time.Time
		if err := p.useMeaning(ctx, nil); err != nil && ctx.Err() == nil {
			p.log.Error("not finding by meaning yet; tried again", "in", pause, "error", err)
			again = time.After(pause)
			pause = min(2*pause, lastRetry)
		}
		select {
		case <-ctx.Done():
			return
		case <-again:
		case <-p.changed:
			pause = firstRetry
		}
	}
}

// progressBar shows how far the library is embedded.
func progressBar(to io.Writer) func(done, total int) {
	return func(done, total int) {
		const width = 30
		filled := strings.Repeat("#", width*done/max(total, 1))
		fmt.Fprintf(to, "\rembedding the library [%-*s] %d of %d", width, filled, done, total)
		if done >= total {
			fmt.Fprintln(to)
		}
	}
}
