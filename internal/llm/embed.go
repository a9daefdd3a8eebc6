package llm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// EmbedBatch is how many texts go into one call. OpenAI takes 2048 and 300,000
// tokens together; small servers take less, and a call must fit its deadline.
const EmbedBatch = 64

// Embed returns the vectors of texts, in their order, each of length one, so
// that a dot product is the cosine of two. All have [Client.Dimensions] numbers.
// More than [EmbedBatch] texts take several calls, each with a time limit of its
// own; the first that fails ends it all.
func (c *Client) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if c.embedding.model == "" {
		return nil, errors.New("embedding: no model is named")
	}
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("embedding: text %d of %d is empty", i+1, len(texts))
		}
	}
	vectors := make([][]float32, 0, len(texts))
	for batch := range slices.Chunk(texts, EmbedBatch) {
		got, err := c.embedBatch(ctx, batch)
		if err != nil {
			return nil, err
		}
		vectors = append(vectors, got...)
	}
	return vectors, nil
}

// embedBatch makes one call. It asks for numbers in plain JSON, the one encoding
// that all servers know.
func (c *Client) embedBatch(ctx context.Context, texts []string) ([][]float32, error) {
	text := strings.Join(texts, "\n")
	var vectors [][]float32
	err := c.call(ctx, task{
		endpoint: c.embedding,
		prompt:   tokens(text),
		do: func(ctx context.Context, sdk *openai.Client) (Usage, error) {
			got, err := sdk.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
				Input: texts, Model: openai.EmbeddingModel(c.embedding.model), Dimensions: c.shorten,
			})
			if err != nil {
				return Usage{}, err
			}
			vectors, err = c.inOrder(got.Data, len(texts))
			return usage(got.Usage, text, ""), err
		},
	})
	if err != nil {
		return nil, err
	}
	return vectors, nil
}

// inOrder puts vectors into the order of the n texts, by their index, and brings
// them to length one. It refuses them when they are not one for each text, and
// usable ones.
func (c *Client) inOrder(data []openai.Embedding, n int) ([][]float32, error) {
	if len(data) != n {
		return nil, &callError{why: ErrMalformed, passing: true, detail: fmt.Sprintf("%d vectors for %d texts", len(data), n)}
	}
	vectors := make([][]float32, n)
	for _, d := range data {
		if d.Index < 0 || d.Index >= n || vectors[d.Index] != nil {
			return nil, &callError{why: ErrMalformed, passing: true, detail: "vectors are not numbered one for each text"}
		}
		if !normalise(d.Embedding) {
			return nil, &callError{why: ErrMalformed, passing: true, detail: "a vector is empty or all zero"}
		}
		c.dimension.CompareAndSwap(0, int64(len(d.Embedding)))
		if want := c.Dimensions(); len(d.Embedding) != want {
			return nil, &callError{why: ErrDimension, detail: fmt.Sprintf("%d numbers, not %d", len(d.Embedding), want)}
		}
		vectors[d.Index] = d.Embedding
	}
	return vectors, nil
}

// normalise brings a vector to length one, and reports whether it could.
func normalise(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return false
	}
	scale := 1 / math.Sqrt(sum)
	for i := range v {
		v[i] = float32(float64(v[i]) * scale)
	}
	return true
}
