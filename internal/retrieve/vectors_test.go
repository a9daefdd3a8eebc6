package retrieve

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTexts(t *testing.T) {
	texts := Texts([]Document{
		{ID: "a", Title: "Title", Question: " Does it hurt? ", Alternatives: []string{"is it painful", "Does it hurt?", ""}, Not: []string{"tattoo"}, Body: "Hardly."},
		{ID: "a", Question: "會痛嗎？", Alternatives: []string{"is it painful"}, Body: "唔痛。"},
		{ID: "b", Question: "Does it hurt?"},
	})
	type row struct {
		passage, text string
		role          role
		script        int
	}
	var got []row
	for _, x := range texts {
		got = append(got, row{x.passage, x.Text, x.role, x.script})
		if x.Key != sha256.Sum256([]byte(x.Text)) {
			t.Errorf("key of %q is not its SHA-256", x.Text)
		}
	}
	want := []row{
		{"a", "Does it hurt?", asks, latin}, {"a", "is it painful", asks, latin}, {"a", "Hardly.", says, latin}, {"a", "tattoo", denies, latin},
		{"a", "會痛嗎？", asks, chinese}, {"a", "唔痛。", says, chinese},
		{"b", "Does it hurt?", asks, latin},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	long := Texts([]Document{{ID: "a", Body: "x" + strings.Repeat("針", maxText)}})[0].Text
	if len(long) > maxText || !utf8.ValidString(long) {
		t.Errorf("a long answer is cut to %d bytes, valid: %v", len(long), utf8.ValidString(long))
	}
}

func TestDot4(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 4, 8, 52, 768} {
		rows := make([]float32, 5*n)
		for i := range rows {
			rows[i] = source.Float32() - 0.5
		}
		q := rows[4*n:]
		var got [4]float32
		got[0], got[1], got[2], got[3] = dot4(q, rows[:4*n])
		for r := range got {
			want := 0.0
			for i := range n {
				want += float64(q[i]) * float64(rows[r*n+i])
			}
			if math.Abs(float64(got[r])-want) > 1e-5*float64(n+1) {
				t.Errorf("length %d, vector %d: %v, want %v", n, r, got[r], want)
			}
		}
	}
}

// TestNearIsTheNearestTextOfAPassage compares with every cosine computed by itself.
func TestNearIsTheNearestTextOfAPassage(t *testing.T) {
	docs := clinicFAQ()
	x, v := meaning(t, docs, synthetic)
	for _, query := range []string{"do the jabs hurt", "瞓覺", "knitting needles", "?"} {
		own, not := make([]float64, len(x.ids)), make([]float64, len(x.ids))
		for p := range own {
			own[p], not[p] = -1, -1
		}
		for _, text := range Texts(docs) {
			best, p := own, slices.Index(x.ids, text.passage)
			if text.role == denies {
				best = not
			}
			best[p] = max(best[p], cosine(synthetic(query), synthetic(text.Text)))
		}
		n := v.rooms.New().(*nearness)
		unit(n.question[:v.dimensions], synthetic(query))
		v.near(n)
		for p := range own {
			if math.Abs(own[p]-float64(n.own[p])) > 1e-5 || math.Abs(not[p]-float64(n.not[p])) > 1e-5 {
				t.Errorf("%q to %s: own %.6f, not %.6f; want %.6f, %.6f", query, x.ids[p], n.own[p], n.not[p], own[p], not[p])
			}
		}
	}
}

func TestNewVectorsRefuses(t *testing.T) {
	docs := []Document{{ID: "a", Question: "one", Body: "two"}, {ID: "b", Question: "three"}}
	texts := Texts(docs)
	good := func() map[Key][]float32 {
		vectors := make(map[Key][]float32)
		for i, text := range texts {
			vectors[text.Key] = []float32{1, float32(i)}
		}
		return vectors
	}
	for _, test := range []struct {
		name   string
		spoil  func(map[Key][]float32)
		want   string
		others []Document // in the index
	}{
		{name: "a missing vector", spoil: func(v map[Key][]float32) { delete(v, texts[1].Key) }, want: "text 2 of 3, of passage a: it has no vector"},
		{name: "all missing", spoil: func(v map[Key][]float32) { clear(v) }, want: "no vector"},
		{name: "another dimension", spoil: func(v map[Key][]float32) { v[texts[2].Key] = []float32{1} }, want: "1 dimensions, others have 2"},
		{name: "all zero", spoil: func(v map[Key][]float32) { v[texts[0].Key] = []float32{0, 0} }, want: "no direction"},
		{name: "not a number", spoil: func(v map[Key][]float32) { v[texts[0].Key][0] = float32(math.NaN()) }, want: "no direction"},
		{name: "infinite", spoil: func(v map[Key][]float32) { v[texts[0].Key][0] = float32(math.Inf(1)) }, want: "no direction"},
		{name: "another index", spoil: func(map[Key][]float32) {}, want: "passage a is not in the index", others: []Document{{ID: "c"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			indexed := docs
			if test.others != nil {
				indexed = test.others
			}
			vectors := good()
			test.spoil(vectors)
			_, err := NewVectors(Build(indexed), texts, vectors)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
	if _, err := NewVectors(Build(docs), texts, good()); err != nil {
		t.Error(err)
	}
}

// TestTrustIsByLanguage: a model that knows no Chinese counts for nothing there.
func TestTrustIsByLanguage(t *testing.T) {
	x, v := meaning(t, clinicFAQ(), func(text string) []float32 {
		if scriptOfText(text) == chinese {
			return noise(text)
		}
		return synthetic(text)
	})
	if inAlphabet, inChinese := v.Trust(); inAlphabet < 0.3 || inChinese != 0 {
		t.Errorf("trust %v in English, %v in Chinese", inAlphabet, inChinese)
	}
	got, err := v.Fuse("瞓覺唔好", synthetic("失眠"), 5)
	if diff := cmp.Diff(x.Search("瞓覺唔好", 5), got); diff != "" || err != nil {
		t.Errorf("a Chinese question is answered by words alone (-want +got), %v:\n%s", err, diff)
	}
}

// TestTooFewPhrasings: what cannot be measured is not trusted.
func TestTooFewPhrasings(t *testing.T) {
	for n, want := range map[int]bool{minSample - 1: false, minSample: true} {
		var docs []Document
		for i := range n {
			docs = append(docs, Document{ID: fmt.Sprint(i), Question: fmt.Sprint("topic", i*i), Body: fmt.Sprint("topic", i*i, "!")})
		}
		if _, v := meaning(t, docs, synthetic); v.scales[latin].trust > 0 != want {
			t.Errorf("%d phrasings: %+v, want trust: %v", n, v.scales[latin], want)
		}
	}
	x, v := meaning(t, nil, synthetic)
	if got, err := v.Fuse("pain", nil, 3); err != nil || len(got.Hits) > 0 || len(x.ids) > 0 {
		t.Errorf("an empty library has %+v, %v", got, err)
	}
}
