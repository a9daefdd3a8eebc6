package retrieve

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// library is a small bilingual FAQ.
var library = []Document{
	{
		ID: "needles/hurt", Title: "About acupuncture", Question: "Does acupuncture hurt?",
		Alternatives: []string{"will I feel the needles", "is it painful to have needles put in", "scared of pins"},
		Body:         "Most people feel a dull ache or nothing at all. The needles are as thin as a hair.",
	},
	{
		ID: "needles/hurt", Title: "認識針灸", Question: "針灸會痛嗎？",
		Alternatives: []string{"扎針痛唔痛", "驚痛可唔可以做針灸"},
		Body:         "大部分人只感到輕微痠脹。針很幼。",
	},
	{
		ID: "help/back", Title: "What it may help", Question: "Can acupuncture help lower back pain?",
		Alternatives: []string{"lumbago", "needles for a bad back", "does it help my kidney area"},
		Not:          []string{"back surgery", "can it help weight loss"},
		Body:         "There is some evidence that it helps chronic pain of the lower back for a while.",
	},
	{
		ID: "help/back", Title: "針灸可以幫助甚麼", Question: "針灸對腰痛有用嗎？",
		Body: "有證據顯示可以暫時紓緩慢性腰痛。",
	},
	{
		ID: "pattern/kidney", Title: "The traditional view", Question: "What is kidney deficiency back pain?",
		Body: "In Chinese medicine a dull ache of the back that rest makes better.",
	},
	{
		ID: "pattern/kidney", Title: "中醫的看法", Question: "甚麼是腎虛腰痛？",
		Body: "中醫認為腎氣不足，腰部隱隱作痛，休息後較好。",
	},
	{
		ID: "help/migraine", Title: "What it may help", Question: "Can acupuncture help migraine?",
		Alternatives: []string{"headaches every week"},
		Body:         "Fewer attacks were seen in several trials. Serotonin may play a part.",
	},
}

func first(r Result) string {
	if len(r.Hits) == 0 {
		return ""
	}
	return r.Hits[0].ID
}

func TestSearchFinds(t *testing.T) {
	x := Build(library)
	for _, tc := range []struct{ name, query, want string }{
		{"question", "does acupuncture hurt", "needles/hurt"},
		{"alternative", "scared of the pins", "needles/hurt"},
		{"body only", "thin as a hair?", "needles/hurt"},
		{"inflected", "needled for migraines", "help/migraine"},
		{"Traditional Chinese", "腎虛腰痛係點", "pattern/kidney"},
		{"Simplified Chinese", "肾虚腰痛是什么", "pattern/kidney"},
		{"Cantonese", "針灸痛唔痛㗎", "needles/hurt"},
		{"code-mixed", "做acupuncture會唔會痛", "needles/hurt"},
		{"a letter missing", "acupunture for migrane", "help/migraine"},
		{"two letters swapped", "serotnoin", "help/migraine"},
		{"two slips in a long word", "serrotonim", "help/migraine"},
		{"space left out", "lowerback", "help/back"},
		{"space put in", "head aches", "help/migraine"},
		{"full width and capitals", "ＭＩＧＲＡＩＮＥ", "help/migraine"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := first(x.Search(tc.query, 3)); got != tc.want {
				t.Errorf("first hit for %q = %q, want %q", tc.query, got, tc.want)
			}
		})
	}
}

func TestSearchMergesVersionsIntoOneHit(t *testing.T) {
	r := Build(library).Search("acupuncture 針灸 痛 pain back 腰", 10)
	seen := make(map[string]bool)
	for _, h := range r.Hits {
		if seen[h.ID] {
			t.Errorf("%s is there twice in %v", h.ID, r.Hits)
		}
		seen[h.ID] = true
	}
	if len(seen) != 4 {
		t.Errorf("hits = %v, want all four passages", r.Hits)
	}
}

func TestSearchUsesBothVersionsOfAMixedQuestion(t *testing.T) {
	x := Build(library)
	mixed := x.Search("acupuncture 腎虛", 4)
	scores := make(map[string]float64)
	for _, h := range mixed.Hits {
		scores[h.ID] = h.Score
	}
	english := x.Search("acupuncture", 4)
	if first(mixed) != "pattern/kidney" {
		t.Errorf("first hit = %v, want the one with the rarer words", mixed.Hits)
	}
	if scores[first(english)] == 0 {
		t.Errorf("hits = %v, want the English match %v among them", mixed.Hits, first(english))
	}
}

func TestNotPhrasings(t *testing.T) {
	x := Build(library)
	for _, tc := range []struct {
		query string
		out   bool // help/back is pushed down
	}{
		{"can acupuncture help weight loss", true},
		{"weight loss needles", true},
		{"is back surgery better", true},
		{"can acupuncture help lower back pain", false},
		{"bad back", false},
		{"does acupuncture help", false},
	} {
		q := newReader(x).read(tc.query)
		c := x.phrasings[uint32(slices.Index(x.ids, "help/back"))]
		if got := c.excludes(q.want, q.mass); got != tc.out {
			t.Errorf("%q excluded from help/back: %v, want %v", tc.query, got, tc.out)
		}
		r := x.Search(tc.query, 3)
		if tc.out && first(r) == "help/back" && r.Coverage > exclusion {
			t.Errorf("%q counts as covered (%.2f) by a passage that does not answer it", tc.query, r.Coverage)
		}
	}
}

func TestCoverage(t *testing.T) {
	x := Build(library)
	at := func(query string) float64 { return x.Search(query, 3).Coverage }
	for _, query := range []string{"Does acupuncture hurt?", "LUMBAGO!", "does  acupuncture, hurt", "扎针痛唔痛", "針灸會痛嗎"} {
		if got := at(query); got != 1 {
			t.Errorf("coverage of %q = %v, want 1: it is a phrasing", query, got)
		}
	}
	if got := at("Will I feel the needles?"); got != 1 {
		t.Errorf("coverage of an alternative = %v, want 1", got)
	}
	covered, not := at("does acupuncture hurt a lot"), at("how do I renew my passport in Portugal")
	if covered < 0.6 || not > 0.2 {
		t.Errorf("coverage = %.2f of a covered question, %.2f of another; want them far apart", covered, not)
	}
	for _, query := range []string{"", "?", "xyzzy", "the of and", "\xff", strings.Repeat("zzzzz ", 300)} {
		r := x.Search(query, 3)
		if len(r.Hits) != 0 || r.Coverage != 0 || r.Lead != 0 {
			t.Errorf("Search(%.20q) = %+v, want nothing", query, r)
		}
	}
}

func TestUnknownWordsNeverRaiseCoverage(t *testing.T) {
	x := Build(library)
	for _, query := range []string{"does acupuncture hurt", "lower back pain", "migraine", "針灸痛", "needles"} {
		last := x.Search(query, 3).Coverage
		for range 5 {
			query += " qxzvwk"
			got := x.Search(query, 3).Coverage
			if got > last {
				t.Errorf("coverage rises from %v to %v at %q", last, got, query)
			}
			last = got
		}
	}
}

func TestExactPhrasingComesFirst(t *testing.T) {
	x := Build([]Document{
		{ID: "a", Question: "pain pain pain relief pain relief", Body: "pain relief pain relief"},
		{ID: "b", Question: "What else?", Alternatives: []string{"is there any other pain relief"}},
		{ID: "c", Question: "What is it?"},
	})
	for query, want := range map[string]string{"Is there any other pain relief?": "b", "what is it": "c"} {
		r := x.Search(query, 3)
		if first(r) != want || r.Coverage != 1 || r.Lead < 0.3 {
			t.Errorf("Search(%q) = %+v, want %s far ahead and covered", query, r, want)
		}
	}
}

func TestTiesGoToTheFirstBuilt(t *testing.T) {
	var docs []Document
	for i := range 50 {
		docs = append(docs, Document{ID: fmt.Sprint(i), Question: "knee pain", Body: "rest"})
	}
	r := Build(docs).Search("pain in the knee", 3)
	var ids []string
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	if diff := cmp.Diff([]string{"0", "1", "2"}, ids); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
	if r.Lead != 0 {
		t.Errorf("lead = %v, want 0", r.Lead)
	}
}

func TestSearchCounts(t *testing.T) {
	x := Build(library)
	for k, want := range map[int]int{-1: 0, 0: 0, 1: 1, 2: 2, 100: 4} {
		if got := len(x.Search("acupuncture for back pain", k).Hits); got != want {
			t.Errorf("%d hits for k = %d, want %d", got, k, want)
		}
	}
	if r := Build(nil).Search("pain", 3); len(r.Hits) != 0 || r.Coverage != 0 {
		t.Errorf("an empty index found %+v", r)
	}
	if r := Build([]Document{{ID: "empty"}}).Search("pain", 3); len(r.Hits) != 0 {
		t.Errorf("an index without words found %+v", r)
	}
	if r := x.Search("lumbago", 1); r.Lead <= 0 || r.Lead > 1 {
		t.Errorf("lead = %v, want within (0, 1], whatever k is", r.Lead)
	}
}

func TestSearchIsSafeForConcurrentUse(t *testing.T) {
	x := Build(library)
	queries := []string{"does it hurt", "腰痛", "migrane", "bad back needles", "做acupuncture會唔會痛"}
	want := make([]Result, len(queries))
	for i, q := range queries {
		want[i] = x.Search(q, 3)
	}
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for i := range 100 {
				q := (n + i) % len(queries)
				if diff := cmp.Diff(want[q], x.Search(queries[q], 3)); diff != "" {
					t.Errorf("Search(%q) differs when others search (-want +got):\n%s", queries[q], diff)
					return
				}
			}
		})
	}
	group.Wait()
}

func FuzzSearch(f *testing.F) {
	x := Build(library)
	for _, query := range []string{"does it hurt", "做acupuncture會唔會痛", "lowerback corona virus", "\xff", "weight loss", strings.Repeat("pain ", 100)} {
		f.Add(query, 3)
	}
	f.Fuzz(func(t *testing.T, query string, k int) {
		r := x.Search(query, k%100)
		if r.Coverage < 0 || r.Coverage > 1 || math.IsNaN(r.Coverage) || r.Lead < 0 || r.Lead > 1 || math.IsNaN(r.Lead) {
			t.Errorf("Search(%q): coverage %v, lead %v", query, r.Coverage, r.Lead)
		}
		for i, h := range r.Hits {
			if math.IsNaN(h.Score) || math.IsInf(h.Score, 0) || h.Score < 0 || i > 0 && h.Score > r.Hits[i-1].Score {
				t.Errorf("Search(%q): hit %d of %v", query, i, r.Hits)
			}
		}
	})
}
