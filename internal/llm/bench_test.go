package llm

import (
	"errors"
	"testing"

	"meridian/internal/llm/llmtest"
)

func benchmark(b *testing.B) (*llmtest.Server, *Client) {
	s := llmtest.New()
	b.Cleanup(s.Close)
	c, err := New(Options{BaseURL: s.URL, Key: llmtest.Key, Model: llmtest.Model, EmbeddingModel: llmtest.EmbeddingModel})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return s, c
}

// BenchmarkComplete is what a call costs besides the model's own time: the client,
// the SDK, a connection on loopback and the fake server together.
func BenchmarkComplete(b *testing.B) {
	_, c := benchmark(b)
	for b.Loop() {
		if _, err := c.Complete(b.Context(), Request{System: "Answer.", User: question, Schema: schema}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDown is how long it takes to learn that the server is left alone.
func BenchmarkDown(b *testing.B) {
	s, c := benchmark(b)
	s.Break(chat, llmtest.Failed(500))
	for range tripAfter {
		_, _ = c.Complete(b.Context(), Request{User: question}) // it fails, as it must
	}
	for b.Loop() {
		if _, err := c.Complete(b.Context(), Request{User: question}); !errors.Is(err, ErrDown) {
			b.Fatal(err)
		}
	}
}
