package zipf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryRankHasItsWord(t *testing.T) {
	seen := make(map[string]uint64)
	for rank := range uint64(ranks) {
		w := word(rank)
		if other, ok := seen[w]; ok {
			t.Fatalf("ranks %d and %d are both %q", other, rank, w)
		}
		seen[w] = rank
	}
}

func TestEveryCallGivesTheSame(t *testing.T) {
	passages := Passages(50)
	if diff := cmp.Diff(passages, Passages(50)); diff != "" {
		t.Errorf("passages differ (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(Questions(passages, 20), Questions(passages, 20)); diff != "" {
		t.Errorf("questions differ (-first +second):\n%s", diff)
	}
	for _, p := range passages {
		if n, m := len(strings.Fields(p.Question)), len(strings.Fields(p.Body)); n != questionWords || m != bodyWords {
			t.Errorf("a passage of %d and %d words, want %d and %d", n, m, questionWords, bodyWords)
		}
	}
}
