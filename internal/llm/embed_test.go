package llm

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"meridian/internal/llm/llmtest"
)

// checkVectors fails the test unless there is the right vector for each text, of
// length one.
func checkVectors(t *testing.T, got [][]float32, texts []string) {
	t.Helper()
	if len(got) != len(texts) {
		t.Fatalf("%d vectors for %d texts", len(got), len(texts))
	}
	for i, text := range texts {
		want := llmtest.Vector(text, llmtest.Dimensions)
		var length, product, norm float64
		for j := range want {
			length += float64(got[i][j]) * float64(got[i][j])
			norm += float64(want[j]) * float64(want[j])
			product += float64(got[i][j]) * float64(want[j])
		}
		if cosine := product / math.Sqrt(norm*length); math.Abs(length-1) > 1e-6 || cosine < 1-1e-6 {
			t.Errorf("text %d: squared length %v, cosine %v", i, length, cosine)
		}
	}
}

func numbered(n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	return texts
}

// TestEmbedInBatches: whatever the order in the answer, vectors come in that of
// the texts.
func TestEmbedInBatches(t *testing.T) {
	for _, n := range []int{0, 1, EmbedBatch, EmbedBatch + 1, 3 * EmbedBatch} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Break(embeddings, llmtest.Shuffled())
				texts := numbered(n)
				got, err := b.embed(texts...)
				if err != nil {
					t.Fatal(err)
				}
				checkVectors(t, got, texts)
				if want := (n + EmbedBatch - 1) / EmbedBatch; b.calls() != want {
					t.Errorf("%d calls, want %d", b.calls(), want)
				}
			})
		})
	}
}

func TestVectorsThatCannotBeUsed(t *testing.T) {
	edit := func(f func(first map[string]any)) llmtest.Fault {
		return llmtest.Vectors(func(data []any) []any { f(data[0].(map[string]any)); return data })
	}
	tests := []struct {
		name  string
		fault llmtest.Fault
		want  error
		calls int
	}{
		{"one missing", llmtest.Vectors(func(data []any) []any { return data[1:] }), ErrMalformed, 3},
		{"one too many", llmtest.Vectors(func(data []any) []any { return append(data, data[0]) }), ErrMalformed, 3},
		{"same number twice", edit(func(d map[string]any) { d["index"] = 1 }), ErrMalformed, 3},
		{"number out of range", edit(func(d map[string]any) { d["index"] = 9 }), ErrMalformed, 3},
		{"negative number", edit(func(d map[string]any) { d["index"] = -1 }), ErrMalformed, 3},
		{"no data", llmtest.Without("data"), ErrMalformed, 3},
		{"empty", edit(func(d map[string]any) { d["embedding"] = []float32{} }), ErrMalformed, 3},
		{"null", edit(func(d map[string]any) { d["embedding"] = nil }), ErrMalformed, 3},
		{"all zero", edit(func(d map[string]any) { d["embedding"] = make([]float32, llmtest.Dimensions) }), ErrMalformed, 3},
		{"base64", edit(func(d map[string]any) { d["embedding"] = "AACAPwAAgD8=" }), ErrMalformed, 3},
		{"too large a number", edit(func(d map[string]any) { d["embedding"] = []float64{1e300} }), ErrMalformed, 3},
		{"one shorter", edit(func(d map[string]any) { d["embedding"] = []float32{1, 2} }), ErrDimension, 1},
		{"error", llmtest.Failed(500), ErrServer, 3},
		{"cut", llmtest.Fault{Trim: true}, ErrMalformed, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Break(embeddings, test.fault)
				if got, err := b.embed("one", "two", "three"); !errors.Is(err, test.want) || got != nil {
					t.Errorf("%v, %v; want %v", got, err, test.want)
				}
				if b.calls() != test.calls {
					t.Errorf("%d calls, want %d", b.calls(), test.calls)
				}
			})
		})
	}
}

// TestDimensions: what the model is known to have, or was asked for, or showed
// first, all vectors have.
func TestDimensions(t *testing.T) {
	tests := []struct {
		name    string
		model   string
		profile int
		asked   any // on the wire
		server  int
		ok      bool
	}{
		{"known", "nomic-embed-text:v1.5", 0, nil, 768, true},
		{"known, and other vectors", "text-embedding-3-small", 0, nil, 64, false},
		{"shortened", "text-embedding-3-large", 256, 256.0, 256, true},
		{"not shortened by the server", "text-embedding-3-large", 256, 256.0, 3072, false},
		{"given as known", "bge-m3", 1024, nil, 1024, true},
		{"not known", "our-own", 0, nil, 5, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{EmbeddingModel: test.model, Profile: Profile{Dimensions: test.profile}}, func(b *bench) {
				b.Models, b.Server.Dimensions = []string{test.model}, test.server
				_, err := b.embed("one", "two")
				if (err == nil) != test.ok || err != nil && !errors.Is(err, ErrDimension) {
					t.Error(err)
				}
				if got := b.last()["dimensions"]; got != test.asked {
					t.Errorf("asked for %v, want %v", got, test.asked)
				}
				if test.ok && b.client.Dimensions() != test.server {
					t.Errorf("%d dimensions", b.client.Dimensions())
				}
			})
		})
	}
	t.Run("changed later", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			if _, err := b.embed("one"); err != nil {
				t.Fatal(err)
			}
			b.Server.Dimensions = llmtest.Dimensions + 1
			if _, err := b.embed("two"); !errors.Is(err, ErrDimension) || !strings.Contains(err.Error(), "9 numbers, not 8") {
				t.Error(err)
			}
		})
	})
}

func TestEmptyTextIsNotSent(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		if _, err := b.embed("one", " "); err == nil || b.calls() != 0 {
			t.Errorf("%v after %d calls", err, b.calls())
		}
	})
}

func TestNoEmbeddingModel(t *testing.T) {
	inBubble(t, Options{Model: "m"}, func(b *bench) {
		if _, err := b.embed("one"); err == nil || b.calls() != 0 {
			t.Errorf("%v after %d calls", err, b.calls())
		}
	})
}
