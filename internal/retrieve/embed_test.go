package retrieve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// memory is a [Cache] that counts what is saved.
type memory struct {
	vectors map[string]map[Key][]float32 // by model and dimension
	saved   int
	err     error // of every call, when set
}

func place(model string, dimension int) string { return fmt.Sprint(model, "/", dimension) }

func (m *memory) Vectors(_ context.Context, model string, dimension int, keys []Key) (map[Key][]float32, error) {
	found := make(map[Key][]float32)
	for _, key := range keys {
		if v, ok := m.vectors[place(model, dimension)][key]; ok {
			found[key] = v
		}
	}
	return found, m.err
}

func (m *memory) SaveVectors(_ context.Context, model string, dimension int, vectors map[Key][]float32) error {
	if m.vectors == nil {
		m.vectors = make(map[string]map[Key][]float32)
	}
	at := place(model, dimension)
	if m.vectors[at] == nil {
		m.vectors[at] = make(map[Key][]float32)
	}
	for key, vector := range vectors {
		m.saved++
		m.vectors[at][key] = vector
	}
	return m.err
}

// server is a model that notes what it was asked for.
type server struct {
	model func(string) []float32
	calls [][]string
	fails int // the call that fails, counted from 1; 0 for none
}

func (s *server) embed(ctx context.Context, texts []string) ([][]float32, error) {
	s.calls = append(s.calls, texts)
	if len(s.calls) == s.fails {
		return nil, errors.New("server is busy")
	}
	return embedder(s.model)(ctx, texts)
}

// asked counts the texts that the model was asked for since the last time.
func (s *server) asked() int {
	n := 0
	for _, texts := range s.calls {
		n += len(texts)
	}
	s.calls = nil
	return n
}

// phrasings returns documents with n texts in all, each twice.
func phrasings(n int) []Text {
	var texts []Text
	for _, id := range []string{"a", "b"} {
		d := Document{ID: id}
		for i := range n {
			d.Alternatives = append(d.Alternatives, fmt.Sprint("phrasing ", i))
		}
		texts = append(texts, Texts([]Document{d})...)
	}
	return texts
}

func TestEmbedderAsksInBatchesAndOnce(t *testing.T) {
	const n = 2*embedBatch + 5
	texts, s, cache := phrasings(n), &server{model: synthetic}, &memory{}
	var progress [][2]int
	e := Embedder{Model: "m", Embed: s.embed, Cache: cache, Progress: func(done, total int) { progress = append(progress, [2]int{done, total}) }}
	vectors, err := e.Vectors(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[Key][]float32)
	for _, text := range texts {
		want[text.Key] = synthetic(text.Text)
	}
	if diff := cmp.Diff(want, vectors); diff != "" {
		t.Errorf("vectors (-want +got):\n%s", diff)
	}
	var sizes []int
	for _, texts := range s.calls {
		sizes = append(sizes, len(texts))
	}
	if diff := cmp.Diff([]int{1, embedBatch, embedBatch, 5}, sizes); diff != "" {
		t.Errorf("texts in a call, the first one to learn the dimension (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int{{0, n}, {embedBatch, n}, {2 * embedBatch, n}, {n, n}}, progress); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	s.calls = nil
	again, err := e.Vectors(t.Context(), texts)
	if asked := s.asked(); err != nil || asked != 1 || len(again) != n {
		t.Errorf("with all in the cache: %d vectors, %d texts asked, %v; want the one that tells the model", len(again), asked, err)
	}
	none, err := e.Vectors(t.Context(), nil)
	if asked := s.asked(); err != nil || len(none) != 0 || asked != 0 {
		t.Errorf("of no texts: %d vectors, %d asked, %v", len(none), asked, err)
	}
}

// TestEmbedderResumes: what was made before the model failed, or ctx was done, is
// not asked for again.
func TestEmbedderResumes(t *testing.T) {
	const n = 3 * embedBatch
	for _, test := range []struct {
		name string
		stop func(s *server, cancel func())
		want string
	}{
		{"the model fails", func(s *server, _ func()) { s.fails = 3 }, "busy"},
		{"ctx is done", func(s *server, cancel func()) {
			s.model = func(text string) []float32 {
				if text == fmt.Sprint("phrasing ", embedBatch-1) {
					cancel()
				}
				return synthetic(text)
			}
		}, context.Canceled.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			texts, s, cache := phrasings(n), &server{model: synthetic}, &memory{}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			test.stop(s, cancel)
			e := Embedder{Model: "m", Embed: s.embed, Cache: cache}
			_, err := e.Vectors(ctx, texts)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "64 of 192 texts") {
				t.Errorf("error %v, want one with %q that says how far it came", err, test.want)
			}
			if cache.saved != embedBatch {
				t.Errorf("%d vectors kept, want those of the first batch", cache.saved)
			}
			*s = server{model: synthetic}
			vectors, err := e.Vectors(t.Context(), texts)
			if asked := s.asked(); err != nil || len(vectors) != n || asked != 1+n-embedBatch {
				t.Errorf("called again: %d vectors, %d texts asked, %v; want %d asked", len(vectors), asked, err, 1+n-embedBatch)
			}
		})
	}
}

// TestEmbedderAsksForWhatIsNew: an edited passage does not mean embedding the
// library again.
func TestEmbedderAsksForWhatIsNew(t *testing.T) {
	texts, s := phrasings(10), &server{model: synthetic}
	e := Embedder{Model: "m", Embed: s.embed, Cache: &memory{}}
	if _, err := e.Vectors(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	s.calls = nil
	edited := slices.Concat(Texts([]Document{{ID: "new", Question: "brand new"}}), texts)
	if _, err := e.Vectors(t.Context(), edited); err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"brand new"}, {"phrasing 0"}, {"brand new"}}
	if diff := cmp.Diff(want, s.calls); diff != "" {
		t.Errorf("asked for the dimension, a known text, and what is new (-want +got):\n%s", diff)
	}
}

// TestEmbedderNoticesAnotherModel: a name is reused, or a server was given other
// weights; vectors of two models must not meet.
func TestEmbedderNoticesAnotherModel(t *testing.T) {
	texts, cache := phrasings(10), &memory{}
	old := Embedder{Model: "m", Embed: embedder(synthetic), Cache: cache}
	if _, err := old.Vectors(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		model func(string) []float32
		asked int
	}{
		{"the same but for rounding", func(text string) []float32 {
			v := synthetic(text)
			for i := range v {
				v[i] = float32(int(v[i]*8)) / 4
			}
			return v
		}, 1},
		{"another model of that name", noise, 11},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{model: test.model}
			e := Embedder{Model: "m", Embed: s.embed, Cache: cache}
			vectors, err := e.Vectors(t.Context(), texts)
			if asked := s.asked(); err != nil || asked != test.asked {
				t.Fatalf("%d texts asked, %v; want %d", asked, err, test.asked)
			}
			if test.asked > 1 {
				if diff := cmp.Diff(test.model("phrasing 3"), vectors[texts[3].Key]); diff != "" {
					t.Errorf("vector (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestEmbedderRefuses(t *testing.T) {
	constant := func(vectors [][]float32) EmbedFunc {
		return func(context.Context, []string) ([][]float32, error) { return vectors, nil }
	}
	uneven := func(_ context.Context, texts []string) ([][]float32, error) {
		return [][]float32{make([]float32, len(texts)), {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}}[:len(texts)], nil
	}
	for _, test := range []struct {
		name  string
		embed EmbedFunc
		cache *memory
		want  string
	}{
		{"no vector", constant(nil), &memory{}, "0 vectors"},
		{"an empty vector", constant([][]float32{{}}), &memory{}, "embedding a text"},
		{"too few vectors", constant([][]float32{{1, 2}}), &memory{}, "1 vectors for 10 texts"},
		{"dimensions that change", uneven, &memory{}, "differ in dimension"},
		{"a cache that fails", embedder(synthetic), &memory{err: errors.New("disk full")}, "disk full"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := Embedder{Model: "m", Embed: test.embed, Cache: test.cache}
			vectors, err := e.Vectors(t.Context(), phrasings(10))
			if err == nil || !strings.Contains(err.Error(), test.want) || vectors != nil {
				t.Errorf("%d vectors, error %v; want none, and an error with %q", len(vectors), err, test.want)
			}
		})
	}
}
