package eval

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meridian/internal/safety"
)

func TestReadLabelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.jsonl")
	if err := os.WriteFile(path, []byte("{\"text\":\"a\",\"label\":\"E-CARD\"}\n\n{\"text\":\"b\",\"label\":\"odd\"}\nnot json\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := ReadLabelled(path)
	for _, want := range []string{":3: unknown label", ":4: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %q in it", err, want)
		}
	}
}

func TestScoreSafety(t *testing.T) {
	verdicts := map[string]safety.Verdict{
		"caught":     {Level: safety.Emergency, Code: "E-CARD"},
		"overdose":   {Level: safety.Emergency, Code: "E-POISON", Also: []string{"K-ACTIVE"}},
		"overcalled": {Level: safety.Emergency, Code: "E-PE"},
	}
	r := ScoreSafety(func(text string) safety.Verdict { return verdicts[text] }, []Labelled{
		{Text: "caught", Label: "E-CARD"},
		{Text: "caught", Label: "E-RESP"},
		{Text: "missed", Label: "E-CARD"},
		{Text: "overdose", Label: "K-ACTIVE"},
		{Text: "overcalled", Label: "U-DVT"},
		{Text: "fine", Label: "NONE", Kind: "idiom"},
		{Text: "caught", Label: "NONE", Kind: "past"},
	})
	for name, tc := range map[string]struct{ got, want Recall }{
		"emergency":   {*r.Levels[safety.Emergency], Recall{Messages: 3, Caught: 2, SameCode: 1}},
		"crisis":      {*r.Levels[safety.Crisis], Recall{Messages: 1, Caught: 1, SameCode: 1}},
		"urgent":      {*r.Levels[safety.Urgent], Recall{Messages: 1, Higher: 1}},
		"false stops": {*r.Levels[safety.None], Recall{Messages: 2, Caught: 1}},
	} {
		if tc.got != tc.want {
			t.Errorf("%s = %+v, want %+v", name, tc.got, tc.want)
		}
	}
	if r.Passed() {
		t.Error("passed, below the bars")
	}
	var out bytes.Buffer
	r.Write(&out, true)
	if !strings.Contains(out.String(), "want E-CARD, got nothing: missed") {
		t.Errorf("the report does not name the miss:\n%s", out.String())
	}
}

// The figures are those of Wilson's formula worked by hand.
func TestWilson(t *testing.T) {
	for _, tc := range []struct {
		hits, n   int
		low, high float64
	}{{0, 0, 0, 1}, {10, 10, 0.722, 1}, {0, 10, 0, 0.278}, {97, 100, 0.915, 0.990}} {
		low, high := wilson(tc.hits, tc.n)
		if math.Abs(low-tc.low) > 0.001 || math.Abs(high-tc.high) > 0.001 {
			t.Errorf("wilson(%d, %d) = %.3f, %.3f, want %.3f, %.3f", tc.hits, tc.n, low, high, tc.low, tc.high)
		}
	}
}
