package answer

import (
	"context"
	"fmt"

	"meridian/internal/retrieve"
)

// meaningAt is the [retrieve.Result.Meaning] from which passages that words
// alone did not find are offered to choose from. They are never answered with:
// only words tell how far a passage covers a question. docs/retrieval.md has why.
const meaningAt = 0.5

// LoadVectors returns the vectors of texts, from a cache or a model.
type LoadVectors func(context.Context, []retrieve.Text) (map[retrieve.Key][]float32, error)

// UseMeaning has the library in use embedded, and finds by meaning as well from
// then on, unless another library was taken into use meanwhile. embed makes the
// vector of a question. The trust that the model earned on the library's own
// phrasings is returned, for questions in an alphabet and in Chinese, 0 to 1; at
// 0 the model is not asked.
func (a *Answerer) UseMeaning(ctx context.Context, embed retrieve.EmbedFunc, load LoadVectors) (inAlphabet, inChinese float64, err error) {
	c := a.content.Load()
	texts := retrieve.Texts(documents(c.library))
	made, err := load(ctx, texts)
	if err != nil {
		return 0, 0, fmt.Errorf("vectors of the library: %w", err)
	}
	vectors, err := retrieve.NewVectors(c.index, texts, made)
	if err != nil {
		return 0, 0, fmt.Errorf("vectors of the library: %w", err)
	}
	next := *c
	next.vectors, next.embed = vectors, embed
	a.content.CompareAndSwap(c, &next)
	inAlphabet, inChinese = vectors.Trust()
	return inAlphabet, inChinese, nil
}

// near is what the question is closest to by words and meaning together. What
// words alone are sure of is not sent to any model; when the model fails, words
// alone it is.
func (c *content) near(ctx context.Context, text string, found retrieve.Result) retrieve.Result {
	if c.vectors == nil || confidence(found) >= answerAt {
		return found
	}
	near, _ := c.vectors.Search(ctx, c.embed, text, hitsShown)
	return near
}
