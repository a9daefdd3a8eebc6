package safety

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
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

// measure counts a message as caught when its level is at least that of its
// label, and as a false stop when a look-alike gets any verdict.
func measure(t *testing.T, file string) {
	messages := readJudged(t, file)
	total, caught, exact := map[Level]int{}, map[Level]int{}, 0
	for _, m := range messages {
		want := None
		if m.Label != "NONE" {
			want = levels[m.Label[0]]
		}
		v := shipped.Check(m.Text)
		total[want]++
		if want == None && v.Level == None || want != None && v.Level >= want {
			caught[want]++
		} else {
			t.Logf("want %s, got %q: %s", m.Label, v.Code, m.Text)
		}
		if v.Code == strings.TrimPrefix(m.Label, "NONE") {
			exact++
		} else if v.Level == want {
			t.Logf("  other class: want %s, got %q: %s", m.Label, v.Code, m.Text)
		}
	}
	for _, bar := range []struct {
		level Level
		least float64
	}{{Emergency, 0.97}, {Crisis, 0.97}, {Urgent, 0.90}, {Decline, 0.90}, {None, 0.96}} {
		share := float64(caught[bar.level]) / float64(total[bar.level])
		t.Logf("level %d: %d of %d, %.1f %%", bar.level, caught[bar.level], total[bar.level], 100*share)
		if share < bar.least {
			t.Errorf("level %d: %.1f %%, want at least %.0f %%", bar.level, 100*share, 100*bar.least)
		}
	}
	t.Logf("the very class: %d of %d", exact, len(messages))
}

func TestTuneHalf(t *testing.T) { measure(t, "testdata/tune.jsonl") }
