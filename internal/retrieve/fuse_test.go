package retrieve

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// questions are asked of clinicFAQ: near, far, mixed, nonsense.
var questions = []string{
	"do the jabs hurt", "will the jabs hurt a lot", "agony in the spine", "cranium aches", "trouble with slumber",
	"price of one session", "瞓覺唔好", "腰唔舒服點算", "頭痛 headaches", "back pain", "how do I renew my passport", "needles for knitting",
	"針灸 sleep", "", "?", "the of and", "\xff", strings.Repeat("pain ", 80), "مرحبا",
}

func fuse(t testing.TB, v *Vectors, query string, k int) Result {
	t.Helper()
	r, err := v.Fuse(query, synthetic(query+" "), k)
	if err != nil {
		t.Fatalf("Fuse(%q): %v", query, err)
	}
	return r
}

func TestFuseFindsByMeaning(t *testing.T) {
	x, v := meaning(t, clinicFAQ(), synthetic)
	for query, want := range map[string]string{
		"agony in the spine": "back", "trouble with slumber": "sleep", "the price please": "cost", "cranium aches": "headache", "瞓覺": "sleep",
	} {
		byWords, both := x.Search(query, 3), fuse(t, v, query, 3)
		if first(byWords) == want {
			t.Errorf("%q: words alone find %s, so that this tests nothing", query, want)
		}
		if first(both) != want || both.Meaning <= 0 {
			t.Errorf("%q: %+v, want %s first, found by meaning", query, both, want)
		}
		if both.Coverage > 0.3 {
			t.Errorf("%q: coverage %.2f of a passage found by meaning", query, both.Coverage)
		}
	}
}

// TestFuseKeepsTheEvidenceOfWords: whichever passage comes first, how far it
// covers the question is what words alone say of it.
func TestFuseKeepsTheEvidenceOfWords(t *testing.T) {
	x, v := meaning(t, clinicFAQ(), synthetic)
	same, moved := 0, 0
	for _, query := range questions {
		byWords, both := x.Search(query, 20), fuse(t, v, query, 20)
		if len(both.Hits) == 0 {
			continue
		}
		if first(byWords) == first(both) {
			same++
			if both.Coverage != byWords.Coverage || both.Gap != byWords.Gap || both.Lead != byWords.Lead {
				t.Errorf("%q: %+v, want coverage, gap and lead of %+v", query, both, byWords)
			}
			continue
		}
		moved++
		if both.Lead != 0 {
			t.Errorf("%q: the first passage leads by %.2f in words, which another leads in", query, both.Lead)
		}
		if listed := slices.ContainsFunc(byWords.Hits, func(h Hit) bool { return h.ID == first(both) }); !listed && both.Coverage != 0 {
			t.Errorf("%q: coverage %.2f of a passage that words do not find", query, both.Coverage)
		}
	}
	if same < 3 || moved < 3 {
		t.Errorf("%d questions with the same first passage, %d with another: this tests too little", same, moved)
	}
}

// TestFuseLeavesAPhrasingFirst: the question of a passage, word for word, is its
// question, whatever the model says.
func TestFuseLeavesAPhrasingFirst(t *testing.T) {
	x, v := meaning(t, clinicFAQ(), synthetic)
	for _, query := range []string{"do needles hurt MUCH?", "腰痛點算"} {
		got, err := v.Fuse(query, synthetic("sleep at night"), 5)
		if diff := cmp.Diff(x.Search(query, 5), got); diff != "" || err != nil {
			t.Errorf("%q (-want +got), %v:\n%s", query, err, diff)
		}
	}
}

func TestFuseHeedsNot(t *testing.T) {
	docs := clinicFAQ()
	_, v := meaning(t, docs, synthetic)
	docs[0].Not = nil
	_, heedless := meaning(t, docs, synthetic)
	const query = "jabs for knitting"
	nearness := func(v *Vectors) float64 {
		for _, h := range fuse(t, v, query, 5).Hits {
			if h.ID == "hurt" {
				return h.Score
			}
		}
		return 0
	}
	if with, without := nearness(v), nearness(heedless); with >= without {
		t.Errorf("%q finds the passage that says it does not answer it: score %.2f, without the Not %.2f", query, with, without)
	}
}

func TestFuseRefuses(t *testing.T) {
	_, v := meaning(t, clinicFAQ(), synthetic)
	nan := synthetic("pain")
	nan[3] = float32(math.NaN())
	for name, vector := range map[string][]float32{
		"none": nil, "short": make([]float32, 3), "zero": make([]float32, syntheticDimensions), "not a number": nan,
	} {
		if _, err := v.Fuse("sore spine", vector, 3); err == nil {
			t.Errorf("%s: a vector without meaning was taken", name)
		}
	}
}

func TestSearchAsksTheModelOnlyWhenItMatters(t *testing.T) {
	_, v := meaning(t, clinicFAQ(), synthetic)
	_, useless := meaning(t, clinicFAQ(), noise)
	for _, test := range []struct {
		name, query string
		v           *Vectors
		calls       int
	}{
		{"an ordinary question", "agony in the spine", v, 1},
		{"a phrasing of a passage", "do the needles hurt", v, 0},
		{"nothing", " \n", v, 0},
		{"a model that is not trusted", "agony in the spine", useless, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			embed := func(ctx context.Context, texts []string) ([][]float32, error) {
				calls++
				return embedder(synthetic)(ctx, texts)
			}
			got, err := test.v.Search(t.Context(), embed, test.query, 3)
			if err != nil || calls != test.calls {
				t.Errorf("%d calls, %v; want %d", calls, err, test.calls)
			}
			want, _ := test.v.Fuse(test.query, synthetic(test.query), 3)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSearchInTime: whatever the model does, the result of words alone is there
// within the deadline, and nothing goes on behind it.
func TestSearchInTime(t *testing.T) {
	hang := func(ctx context.Context, _ []string) ([][]float32, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	after := func(d time.Duration) EmbedFunc {
		return func(ctx context.Context, texts []string) ([][]float32, error) {
			select {
			case <-time.After(d):
				return embedder(synthetic)(ctx, texts)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
	answer := func(vectors [][]float32, err error) EmbedFunc {
		return func(context.Context, []string) ([][]float32, error) { return vectors, err }
	}
	const query = "agony in the spine"
	for _, test := range []struct {
		name  string
		embed EmbedFunc
		took  time.Duration
		fused bool
	}{
		{"just in time", after(Deadline - time.Millisecond), Deadline - time.Millisecond, true},
		{"too late", after(Deadline + time.Millisecond), Deadline, false},
		{"dead", hang, Deadline, false},
		{"refused at once", answer(nil, errors.New("refused")), 0, false},
		{"no vector", answer(nil, nil), 0, false},
		{"two vectors", answer([][]float32{synthetic("a"), synthetic("b")}, nil), 0, false},
		{"another model's vector", answer([][]float32{{1, 2}}, nil), 0, false},
		{"an empty vector", answer([][]float32{nil}, nil), 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x, v := meaning(t, clinicFAQ(), synthetic)
				began := time.Now()
				got, err := v.Search(t.Context(), test.embed, query, 5)
				if took := time.Since(began); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if (err == nil) != test.fused || got.Meaning > 0 != test.fused {
					t.Errorf("%+v, %v; want meaning: %v", got, err, test.fused)
				}
				if diff := cmp.Diff(x.Search(query, 5), got); diff != "" && !test.fused {
					t.Errorf("not what words alone find (-want +got):\n%s", diff)
				}
			})
		})
	}
	goleak.VerifyNone(t)
}

// TestSearchEndsWithItsCaller: an earlier deadline of the caller counts.
func TestSearchEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, v := meaning(t, clinicFAQ(), synthetic)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		got, err := v.Search(ctx, func(ctx context.Context, _ []string) ([][]float32, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "sore spine", 3)
		if took := time.Since(began); took != 50*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("took %v, %v", took, err)
		}
		if diff := cmp.Diff(x.Search("sore spine", 3), got); diff != "" {
			t.Errorf("not what words alone find (-want +got):\n%s", diff)
		}
	})
}

func TestFuseIsSafeForConcurrentUse(t *testing.T) {
	_, v := meaning(t, clinicFAQ(), synthetic)
	want := make([]Result, len(questions))
	for i, q := range questions {
		want[i] = fuse(t, v, q, 3)
	}
	var group sync.WaitGroup
	for n := range 6 {
		group.Go(func() {
			for i := range 20 {
				q := (n + i) % len(questions)
				if diff := cmp.Diff(want[q], fuse(t, v, questions[q], 3)); diff != "" {
					t.Errorf("Fuse(%q) differs when others search (-want +got):\n%s", questions[q], diff)
					return
				}
			}
		})
	}
	group.Wait()
}

func FuzzFuse(f *testing.F) {
	_, v := meaning(f, clinicFAQ(), synthetic)
	for i, query := range questions {
		f.Add(query, "sore spine", i-1)
	}
	f.Fuzz(func(t *testing.T, query, near string, k int) {
		r, err := v.Fuse(query, synthetic(near+"."), k%100)
		if err != nil {
			t.Fatal(err)
		}
		for what, x := range map[string]float64{"coverage": r.Coverage, "gap": r.Gap, "lead": r.Lead, "meaning": r.Meaning} {
			if !(x >= 0 && x <= 1) {
				t.Errorf("Fuse(%q near %q): %s %v", query, near, what, x)
			}
		}
		seen := make(map[string]bool)
		for i, h := range r.Hits {
			if !(h.Score > 0) || math.IsInf(h.Score, 0) || seen[h.ID] || i > 0 && h.Score > r.Hits[i-1].Score {
				t.Errorf("Fuse(%q near %q): hit %d of %v", query, near, i, r.Hits)
			}
			seen[h.ID] = true
		}
	})
}
