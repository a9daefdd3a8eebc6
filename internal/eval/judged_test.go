package eval

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"meridian/internal/answer"
	"meridian/internal/retrieve"
)

func TestParseJudged(t *testing.T) {
	got, err := parseJudged("f.txt", `# a comment

why does it hurt
pain/what-is-pain
# a comment inside a block
pain/kinds

點解會痛
! not covered
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Judged{
		{File: "f.txt", Line: 3, Text: "why does it hurt", Passages: []string{"pain/what-is-pain", "pain/kinds"}},
		{File: "f.txt", Line: 8, Text: "點解會痛", Mark: answer.KindNotCovered},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestParseJudgedNamesEveryProblem(t *testing.T) {
	_, err := parseJudged("f.txt", "first\n\nsecond\n! maybe\n\nthird\nno id\n\nfourth\na/b\n! emergency\n")
	for _, want := range []string{"f.txt:1: nothing is said", "f.txt:4: unknown mark", "f.txt:7: ", "f.txt:11: a question has either"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v\nwant %q in it", err, want)
		}
	}
}

func TestReadJudged(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadJudged(dir); err == nil {
		t.Error("no error for a folder without questions")
	}
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("why\na/b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadJudged(dir); err != nil || len(got) != 1 {
		t.Errorf("ReadJudged = %v, %v", got, err)
	}
}

// scriptedAnswers answers by the question's text.
func scriptedAnswers(_ context.Context, q answer.Question) (answer.Answer, error) {
	hits := []retrieve.Hit{{ID: "a/one"}, {ID: "a/two"}, {ID: "a/three"}, {ID: "a/four"}}
	switch q.Text {
	case "answered":
		return answer.Answer{Kind: answer.KindAnswer, Hits: hits, Sources: []answer.Source{{Passage: "a/one"}}}, nil
	case "offered":
		return answer.Answer{Kind: answer.KindClarify, Hits: hits}, nil
	default:
		return answer.Answer{Kind: answer.KindNotCovered, Hits: hits}, nil
	}
}

func TestTally(t *testing.T) {
	questions := []Judged{
		{File: "d.txt", Text: "answered", Passages: []string{"a/one"}},
		{File: "d.txt", Text: "answered", Passages: []string{"a/three"}},
		{File: "d.txt", Text: "offered", Passages: []string{"a/two", "b/x"}},
		{File: "d.txt", Text: "唔知", Passages: []string{"a/four"}},
		{File: "d.txt", Text: "answered", Mark: answer.KindNotCovered},
		{File: "d.txt", Text: "unknown", Mark: answer.KindOffTopic},
		{File: "d.txt", Text: "unknown", Mark: answer.KindEmergency},
	}
	outcomes, err := Judge(t.Context(), scriptedAnswers, questions)
	if err != nil {
		t.Fatal(err)
	}
	r := NewReport(outcomes)
	want := Tally{Covered: 4, First: 1, AmongThree: 3, AnsweredRight: 1, Offered: 1, AnsweredWrong: 1, Marked: 3, Kept: 1}
	if diff := cmp.Diff(want, *r.tallies["d.txt\x00"], cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if r.Passed() {
		t.Error("passed, below every bar")
	}
	var out bytes.Buffer
	r.Write(&out, true)
	for _, part := range []string{"NOT reached", "in Chinese", "! off topic", "want a/three"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the report lacks %q:\n%s", part, out.String())
		}
	}
	good, err := Judge(t.Context(), scriptedAnswers, questions[:1])
	if err != nil || !NewReport(good).Passed() {
		t.Errorf("a perfect run did not pass: %v", err)
	}
}
