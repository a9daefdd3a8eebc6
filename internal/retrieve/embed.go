package retrieve

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// EmbedFunc turns texts into vectors: one for each, in their order, all of the
// same dimension. It returns soon after ctx is done.
type EmbedFunc func(ctx context.Context, texts []string) ([][]float32, error)

// Cache keeps vectors from one start to the next, apart for each model and
// dimension. Vectors returns those it has; keys that it lacks are left out.
type Cache interface {
	Vectors(ctx context.Context, model string, dimension int, keys []Key) (map[Key][]float32, error)
	SaveVectors(ctx context.Context, model string, dimension int, vectors map[Key][]float32) error
}

// Embedder makes the vectors of a library's texts. It asks the model only for
// those that the cache lacks.
type Embedder struct {
	Model    string // its name, under which vectors are cached
	Embed    EmbedFunc
	Cache    Cache
	Progress func(done, total int) // called with how many texts have their vectors; may be nil
}

// embedBatch is how many texts are embedded at a time, and then cached.
const embedBatch = 64

// sameModel is the cosine from which on two vectors of one text are taken to
// be of one model. Versions of a model that differ in rounding alone stay above
// .97; of different models it is next to nothing.
const sameModel = 0.95

// Vectors returns the vectors of the texts by their keys. What was embedded
// before ctx was done or the model failed is in the cache: called again, it
// goes on from there.
func (e *Embedder) Vectors(ctx context.Context, texts []Text) (map[Key][]float32, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	vectors, dimension, err := e.cached(ctx, texts)
	if err != nil {
		return nil, err
	}
	var missing []Text
	asked := make(map[Key]bool)
	for _, t := range texts {
		if _, ok := vectors[t.Key]; !ok && !asked[t.Key] {
			asked[t.Key] = true
			missing = append(missing, t)
		}
	}
	total := len(vectors) + len(missing)
	e.progress(len(vectors), total)
	for batch := range slices.Chunk(missing, embedBatch) {
		made, err := e.batch(ctx, batch, dimension)
		if err != nil {
			return nil, fmt.Errorf("%d of %d texts have their vectors: %w", len(vectors), total, err)
		}
		if err := e.Cache.SaveVectors(ctx, e.Model, dimension, made); err != nil {
			return nil, fmt.Errorf("keeping vectors: %w", err)
		}
		for key, vector := range made {
			vectors[key] = vector
		}
		e.progress(len(vectors), total)
	}
	return vectors, nil
}

func (e *Embedder) progress(done, total int) {
	if e.Progress != nil {
		e.Progress(done, total)
	}
}

// cached returns the vectors that the cache has of the texts, and the model's
// dimension, which the model tells itself by embedding one text. Names of models
// are reused: when a text comes out otherwise than it is in the cache, nothing
// of the cache counts.
func (e *Embedder) cached(ctx context.Context, texts []Text) (map[Key][]float32, int, error) {
	fresh, err := e.one(ctx, texts[0])
	if err != nil {
		return nil, 0, err
	}
	keys := make([]Key, len(texts))
	for i, t := range texts {
		keys[i] = t.Key
	}
	vectors, err := e.Cache.Vectors(ctx, e.Model, len(fresh), keys)
	if err != nil {
		return nil, 0, fmt.Errorf("vectors made before: %w", err)
	}
	known := slices.IndexFunc(texts, func(t Text) bool { return vectors[t.Key] != nil })
	if known < 0 {
		return make(map[Key][]float32), len(fresh), nil
	}
	if known > 0 {
		if fresh, err = e.one(ctx, texts[known]); err != nil {
			return nil, 0, err
		}
	}
	if cosine(fresh, vectors[texts[known].Key]) < sameModel {
		vectors = make(map[Key][]float32)
	}
	return vectors, len(fresh), nil
}

// one embeds one text.
func (e *Embedder) one(ctx context.Context, t Text) ([]float32, error) {
	made, err := e.Embed(ctx, []string{t.Text})
	if err != nil {
		return nil, fmt.Errorf("embedding a text: %w", err)
	}
	if len(made) != 1 || len(made[0]) == 0 {
		return nil, fmt.Errorf("embedding a text: %d vectors", len(made))
	}
	return made[0], nil
}

// batch embeds a few texts.
func (e *Embedder) batch(ctx context.Context, texts []Text, dimension int) (map[Key][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	plain := make([]string, len(texts))
	for i, t := range texts {
		plain[i] = t.Text
	}
	made, err := e.Embed(ctx, plain)
	if err != nil {
		return nil, err
	}
	if len(made) != len(texts) {
		return nil, fmt.Errorf("%d vectors for %d texts", len(made), len(texts))
	}
	vectors := make(map[Key][]float32, len(texts))
	for i, t := range texts {
		if len(made[i]) != dimension {
			return nil, errors.New("the model's vectors differ in dimension")
		}
		vectors[t.Key] = made[i]
	}
	return vectors, nil
}

// cosine returns the cosine of two vectors of one length; 0 when one has no
// direction.
func cosine(a, b []float32) float64 {
	x, y := make([]float32, len(a)), make([]float32, len(b))
	if len(a) != len(b) || !unit(x, a) || !unit(y, b) {
		return 0
	}
	sum := 0.0
	for i := range x {
		sum += float64(x[i]) * float64(y[i])
	}
	return sum
}
