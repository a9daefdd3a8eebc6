package main

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"meridian/internal/answer"
	"meridian/internal/faq"
	"meridian/internal/safety"
)

// dialogue is two messages of one person, and the passages that answer the second.
type dialogue struct {
	First, Second string
	Passages      []string
}

// TestDialogues asks second questions that lean on the first, and some that do
// not. Somebody who saw only the headings of the library wrote them; every other
// one was kept closed while the rules for joining were made.
func TestDialogues(t *testing.T) {
	library, _, err := faq.Load("../../faq", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	stop, err := safety.New()
	if err != nil {
		t.Fatal(err)
	}
	answers := answer.New(stop, library, answer.Clinic{})
	f, err := os.Open("testdata/dialogues.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found, asked [2]int
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var d dialogue
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		alone := reply(t, answers, d.Second)
		got := reply(t, answers, d.Second, answer.Turn{Text: d.First, Age: time.Minute})
		if alone.Stopped() && !got.Stopped() {
			t.Errorf("%q is stopped alone, but not behind %q", d.Second, d.First)
		}
		half := n % 2
		asked[half]++
		if offers(got, d.Passages) {
			found[half]++
		} else if half == 0 {
			t.Logf("%q, then %q: %s, want %v", d.First, d.Second, got.Kind, d.Passages)
		}
	}
	t.Logf("open half: %d of %d, closed half: %d of %d", found[0], asked[0], found[1], asked[1])
	const least = 0.85
	if share := float64(found[0]+found[1]) / float64(n); share < least {
		t.Errorf("the right passage is given or offered in %.0f %%, want %.0f %%", 100*share, 100*least)
	}
}

func reply(t *testing.T, answers *answer.Answerer, text string, earlier ...answer.Turn) answer.Answer {
	t.Helper()
	got, err := answers.Answer(t.Context(), answer.Question{Text: text, Earlier: earlier})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// offers reports whether one of the passages is what is answered, or among what
// is offered to tap, or one that the clinic has to fill in.
func offers(a answer.Answer, passages []string) bool {
	if len(a.AskClinic) > 0 {
		return slices.Contains(passages, a.Hits[0].ID)
	}
	for _, s := range a.Sources {
		if slices.Contains(passages, s.Passage) {
			return true
		}
	}
	return slices.ContainsFunc(a.Suggestions, func(s answer.Suggestion) bool { return slices.Contains(passages, s.Passage) })
}
