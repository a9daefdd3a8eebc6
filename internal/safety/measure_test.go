package safety

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"testing"
)

// judged is one message of a development set with the class it must get;
// "NONE" for a look-alike.
type judged struct {
	Text, Label string
}

func readJudged(t *testing.T, file string) []judged {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []judged
	for s := bufio.NewScanner(f); s.Scan(); {
		var j judged
		if err := json.Unmarshal(s.Bytes(), &j); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, j)
	}
	return out
}

// bars are what every half must reach. A look-alike is caught when it is let through.
var bars = []struct {
	level Level
	least float64
}{{Emergency, 0.97}, {Crisis, 0.97}, {Urgent, 0.90}, {Decline, 0.90}, {None, 0.96}}

// measure counts a message as caught when its level is at least that of its
// label, and as a false stop when a look-alike gets any verdict. With show it
// logs what went wrong.
func measure(t *testing.T, file string, show bool) {
	total, caught := map[Level]int{}, map[Level]int{}
	for _, m := range readJudged(t, file) {
		want, got := LevelOf(m.Label), shipped.Check(m.Text)
		total[want]++
		switch {
		case got.Level == want, want != None && got.Level > want:
			caught[want]++
		case show:
			t.Logf("want %s, got %q: %s", m.Label, got.Code, m.Text)
		}
	}
	for _, bar := range bars {
		share := float64(caught[bar.level]) / float64(total[bar.level])
		t.Logf("%v: %d of %d, %.1f %%", bar.level, caught[bar.level], total[bar.level], 100*share)
		if share < bar.least {
			t.Errorf("%v: %.1f %%, want at least %.0f %%", bar.level, 100*share, 100*bar.least)
		}
	}
}

// TestTuneHalf measures on the half that the rules were tuned with.
func TestTuneHalf(t *testing.T) { measure(t, "testdata/tune.jsonl", true) }

// TestMore measures on messages that were written while the rules were made,
// each set before its misses were mended.
func TestMore(t *testing.T) { measure(t, "testdata/more.jsonl", true) }

var held = flag.Bool("held", false, "measure on the half that was kept closed while the rules were tuned")

// TestHeldHalf measures on the closed half. It runs only when it is asked for,
// so that nobody tunes a rule by it in passing.
func TestHeldHalf(t *testing.T) {
	if !*held {
		t.Skip("run with -held")
	}
	measure(t, "testdata/held.jsonl", false)
}
