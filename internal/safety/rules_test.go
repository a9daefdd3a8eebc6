package safety

import (
	"fmt"
	"strings"
	"testing"

	"meridian/internal/hanzi"
)

// shipped is the safety stop with the rules that ship.
var shipped = func() *Stop {
	s, err := New()
	if err != nil {
		panic(err)
	}
	return s
}()

// TestExamples runs the examples that stand beside each class in the rules files.
func TestExamples(t *testing.T) {
	for _, err := range shipped.checkExamples() {
		t.Error(err)
	}
}

func TestEveryClassIsComplete(t *testing.T) {
	count := map[Level]int{}
	for _, c := range shipped.rules.classes {
		count[c.level]++
		if c.source == "" || c.title == "" || len(c.when) == 0 || len(c.yes) == 0 || len(c.no) == 0 {
			t.Errorf("%s: a class needs a title, a source, a condition, a yes: and a no:", c.code)
		}
	}
	for level, want := range map[Level]int{Emergency: 18, Crisis: 5, Urgent: 11, Decline: 13} {
		if count[level] != want {
			t.Errorf("%d classes of level %v, want %d", count[level], level, want)
		}
	}
}

func TestEmergencyAndCrisisHaveEnglishAndChineseExamples(t *testing.T) {
	for _, c := range shipped.rules.classes {
		if c.level < Crisis {
			continue
		}
		english, chinese := false, false
		for _, e := range c.yes {
			chinese = chinese || hanzi.Contains(e.text)
			english = english || !hanzi.Contains(e.text)
		}
		if !english || !chinese {
			t.Errorf("%s needs an English and a Chinese example", c.code)
		}
	}
}

func TestWith(t *testing.T) {
	const rules = `
GUASHA_BURN
  gua sha > blister, 刮痧 > 水泡

U-INFECT
  when: GUASHA_BURN
  yes: the gua sha left a blister
  no: what is gua sha

IDIOM
  stabbing pain workshop
`
	own, err := shipped.With("clinic.txt", strings.NewReader(rules))
	if err != nil {
		t.Fatal(err)
	}
	if got := own.Check("my gua sha made a blister").Code; got != "U-INFECT" {
		t.Errorf("the clinic's rule gives %q", got)
	}
	if got := own.Check("crushing chest pain").Code; got != "E-CARD" {
		t.Errorf("with clinic rules chest pain gives %q", got)
	}
	if got := shipped.Check("my gua sha made a blister").Code; got == "U-INFECT" {
		t.Error("the clinic's rules changed the shipped safety stop")
	}
}

func TestWithRefuses(t *testing.T) {
	for _, tc := range []struct{ name, rules, want string }{
		{"an idiom that hides a sign", "IDIOM\n  lips look blue, gasping and her lips look blue\n  i want to die", "is not"},
		{"a shipped concept", "CHESTPAIN\n  hello", "clinic.txt:1: CHESTPAIN ships"},
		{"a class that does not ship", "U-NEW Something", "clinic.txt:1: U-NEW"},
		{"an unknown concept", "MINE\n  NOSUCH ~ CHEST", "clinic.txt:2: NOSUCH is not defined"},
		{"an unknown field", "U-INFECT\n  wenn: FEVER", "clinic.txt:2"},
		{"a broken example", "U-INFECT\n  yes: what a lovely day", `"what a lovely day" is not U-INFECT`},
		{"brackets over two words", "MINE\n  a (b c) d", "brackets hold one word"},
		{"small letters", "mine\n  hello", "capitals"},
		{"a line that belongs to nothing", "  hello", "needs a concept or a class"},
		{"a condition that only excludes", "U-INFECT\n  when: !FEVER", "starts with a sign"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := shipped.With("clinic.txt", strings.NewReader(tc.rules))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestInflect(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"hurt", "[hurt hurts hurted hurting]"},
		{"bleed", "[bleed bleeds bleeded bleeding]"},
		{"burn", "[burn burns burned burning]"},
		{"vomit", "[vomit vomits vomited vomiting vomitted vomitting]"},
		{"squeeze", "[squeeze squeezes squeezed squeezing]"},
		{"twitch", "[twitch twitches twitched twitching]"},
		{"carry", "[carry carries carried carrying]"},
	} {
		if got := fmt.Sprint(inflect(tc.in)); got != tc.want {
			t.Errorf("inflect(%q) = %s, want %s", tc.in, got, tc.want)
		}
	}
}
