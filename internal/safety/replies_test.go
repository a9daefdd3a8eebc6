package safety

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

var languages = []string{"en", "zh-Hant", "zh-Hans", "es"}

// verdicts returns a verdict of every class, and the ones that mix two.
func verdicts() []Verdict {
	var out []Verdict
	for _, c := range shipped.rules.classes {
		out = append(out, Verdict{Level: c.level, Code: c.code})
	}
	return append(out,
		Verdict{Emergency, "E-POISON", []string{"K-ACTIVE"}},
		Verdict{Emergency, "E-BLEED", []string{"K-MINOR", "K-SELF"}},
		Verdict{Crisis, "K-ACTIVE", []string{"K-MINOR"}},
	)
}

func TestReplies(t *testing.T) {
	for _, v := range verdicts() {
		for _, lang := range languages {
			for _, country := range append(shipped.Countries(), "", "XX") {
				lines := shipped.Reply(v, lang, country)
				name := fmt.Sprintf("%s in %s for %q", v.Code, lang, country)
				if len(lines) == 0 || len(lines) > 6 {
					t.Errorf("%s: %d lines, want 1 to 6", name, len(lines))
				}
				text := strings.Join(lines, "\n")
				if strings.ContainsAny(text, "{}") || strings.Contains(text, "()") || strings.Contains(text, ": .") {
					t.Errorf("%s has a gap: %s", name, text)
				}
				for _, line := range lines {
					if n := len([]rune(line)); n > 200 {
						t.Errorf("%s: a line of %d characters", name, n)
					}
				}
				if bad := regexp.MustCompile(`(?i)triage|symptom checker|medical advice|you may have|sounds like`).FindString(text); bad != "" {
					t.Errorf("%s says %q", name, bad)
				}
			}
		}
	}
	if lines := shipped.Reply(Verdict{}, "en", "HK"); lines != nil {
		t.Errorf("a message that is not stopped gets %q", lines)
	}
}

func TestRepliesSayWhatMatters(t *testing.T) {
	for _, tc := range []struct {
		name    string
		verdict Verdict
		lang    string
		country string
		line    int // which line, -1 for any
		want    string
	}{
		{"the country's number is in the first line", Verdict{Level: Emergency, Code: "E-CARD"}, "en", "HK", 0, "999 (Hong Kong)"},
		{"without a country too", Verdict{Level: Emergency, Code: "E-CARD"}, "en", "", 0, "local emergency number"},
		{"the short list follows", Verdict{Level: Emergency, Code: "E-CARD"}, "en", "HK", -1, "US/CA 911"},
		{"what to say after needling", Verdict{Level: Emergency, Code: "E-PNEUMO"}, "en", "GB", -1, "I had acupuncture"},
		{"crisis line first", Verdict{Level: Crisis, Code: "K-ACTIVE"}, "en", "US", 0, "988"},
		{"and the emergency number", Verdict{Level: Crisis, Code: "K-ACTIVE"}, "en", "US", 1, "911"},
		{"two crisis lines in Taiwan", Verdict{Level: Crisis, Code: "K-PASSIVE"}, "zh-Hant", "TW", 0, "1925、生命線 1995"},
		{"Spanish line in the US", Verdict{Level: Crisis, Code: "K-ACTIVE"}, "es", "US", 0, "988 (marque 2)"},
		{"a young person", Verdict{Crisis, "K-ACTIVE", []string{"K-MINOR"}}, "en", "GB", -1, "school nurse"},
		{"poison line", Verdict{Level: Emergency, Code: "E-POISON"}, "en", "AU", -1, "13 11 26"},
		{"on purpose: crisis line as well", Verdict{Emergency, "E-POISON", []string{"K-ACTIVE"}}, "en", "AU", -1, "Lifeline 13 11 14"},
		{"maternity unit", Verdict{Level: Urgent, Code: "U-PREG"}, "en", "GB", 0, "maternity unit"},
		{"advice line", Verdict{Level: Urgent, Code: "U-OTHER"}, "en", "NZ", 0, "0800 611 116"},
		{"Simplified is converted", Verdict{Level: Emergency, Code: "E-STROKE"}, "zh-Hans", "CN", 0, "现在就打紧急电话"},
		{"a decline has no number", Verdict{Level: Decline, Code: "D-SUIT"}, "en", "HK", 0, "can't say yes or no"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines := shipped.Reply(tc.verdict, tc.lang, tc.country)
			text := strings.Join(lines, "\n")
			if tc.line >= 0 {
				text = lines[tc.line]
			}
			if !strings.Contains(text, tc.want) {
				t.Errorf("%q is not in %q", tc.want, text)
			}
		})
	}
}

func TestEveryClassHasItsLine(t *testing.T) {
	first := shipped.replies.First
	for _, c := range shipped.rules.classes {
		if c.code == "K-ACTIVE" || c.code == "K-PASSIVE" {
			continue // the pattern says it all
		}
		for _, lang := range languages {
			if lang == "zh-Hans" || lang == "es" && c.level == Decline {
				continue // converted from Traditional; declines are not in Spanish
			}
			if len(first[c.code][lang]) == 0 {
				t.Errorf("%s has no line in %s", c.code, lang)
			}
		}
		if c.level == Decline && len(first[c.code]["en"]) != 3 {
			t.Errorf("%s: want why, who can, and what is offered", c.code)
		}
	}
	for code := range first {
		if LevelOf(code) == None {
			t.Errorf("a line for %q, which is no class", code)
		}
	}
}

// TestShortListsAgreeWithCountries makes sure that a number is not corrected in
// one place and forgotten in the other.
func TestShortListsAgreeWithCountries(t *testing.T) {
	known := map[string]bool{}
	digits := regexp.MustCompile(`\d[\d -]*\d`)
	plain := func(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(s) }
	for _, c := range shipped.replies.Countries {
		for _, s := range []string{c.Emergency, c.EmergencyZh, c.Crisis, c.CrisisZh, c.CrisisEs} {
			for _, n := range digits.FindAllString(s, -1) {
				known[plain(n)] = true
			}
		}
	}
	for _, phrase := range []string{"elsewhere_emergency", "elsewhere_crisis"} {
		for lang, list := range shipped.replies.Phrases[phrase] {
			for _, n := range digits.FindAllString(list, -1) {
				if !known[plain(n)] {
					t.Errorf("%s in %s has %q, which is no country's number", phrase, lang, n)
				}
			}
		}
	}
}

func TestCountries(t *testing.T) {
	for code, want := range map[string]bool{"HK": true, "GB": true, "EU": true, "hk": false, "XX": false, "": false} {
		if got := shipped.KnowsCountry(code); got != want {
			t.Errorf("KnowsCountry(%q) = %v, want %v", code, got, want)
		}
	}
	for _, c := range shipped.replies.Countries {
		if c.Name == "" || c.NameZh == "" || c.NameEs == "" || c.Emergency == "" || c.Crisis == "" {
			t.Errorf("%s is not complete", c.Code)
		}
	}
}

// TestGoldenReplies shows every reply as a person in Hong Kong reads it.
func TestGoldenReplies(t *testing.T) {
	for _, lang := range languages {
		var b strings.Builder
		for _, v := range verdicts() {
			fmt.Fprintf(&b, "# %s %s\n%s\n\n", v.Code, strings.Join(v.Also, " "), strings.Join(shipped.Reply(v, lang, "HK"), "\n"))
		}
		file := "testdata/replies." + lang + ".golden"
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}
