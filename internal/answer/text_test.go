package answer

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func reportPercentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for name, share := range map[string]float64{"p50-µs": 0.50, "p99-µs": 0.99} {
		b.ReportMetric(float64(took[int(share*float64(len(took)-1))].Nanoseconds())/1000, name)
	}
}

func TestClean(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"white space becomes one space", "  a \n\n b\t", "a b"},
		{"full width becomes plain", "pain?", "pain?"},
		{"styled letters become plain", "𝐩𝐚𝐢𝐧", "pain"},
		{"zero-width and bidi controls go", "p\u200ba\u202ein\ufeff", "pain"},
		{"control characters go", "pa\x00i\x1bn", "pain"},
		{"broken UTF-8 goes", "pa\xffin", "pain"},
		{"long text is cut", strings.Repeat("痛", maxRunes+5), strings.Repeat("痛", maxRunes)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := clean(tc.in); got != tc.want {
				t.Errorf("clean = %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"why?", "腎虛腰痛係點", "\u202e\u200bx", "ﷺ" + strings.Repeat("ﷺ", 400), "\xf0\x28"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := clean(text)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxRunes || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("clean(%q) = %q", text, got)
		}
		if again := clean(got); again != got {
			t.Errorf("clean is not stable: %.80q, then %.80q", got, again)
		}
	})
}

func TestLanguage(t *testing.T) {
	for _, tc := range []struct{ text, locale, want string }{
		{"does it hurt", "", "en"},
		{"does it hurt", "zh-TW", "en"},
		{"腎虛腰痛係點", "", "zh-Hant"},
		{"肾虚腰痛怎么办", "", "zh-Hans"},
		{"痛", "", "zh-Hant"},
		{"痛", "zh-CN", "zh-Hans"},
		{"what is 腎虛 and does it cause back pain", "", "en"},
		{"做acupuncture會唔會痛", "en", "zh-Hant"},
		{"", "zh_Hant_HK", "zh-Hant"},
		{"🙂", "zh-Hans", "zh-Hans"},
		{"123", "fr", "en"},
	} {
		if got := Language(tc.text, tc.locale); got != tc.want {
			t.Errorf("Language(%q, %q) = %s, want %s", tc.text, tc.locale, got, tc.want)
		}
	}
}

func TestIsSpanish(t *testing.T) {
	for text, want := range map[string]bool{
		"me duele mucho el pecho":    true,
		"no puedo respirar":          true,
		"does it hurt":               false,
		"no me no":                   true,
		"the pain in my la la land":  false,
		"de":                         false,
		"is no good for me in a way": false,
	} {
		if got := isSpanish(text); got != want {
			t.Errorf("isSpanish(%q) = %v", text, got)
		}
	}
}

func TestSmallTalk(t *testing.T) {
	for text, want := range map[string]string{
		"Hi!":                    "greeting",
		"hello there, thanks :)": "thanks",
		"What can you do?":       "about",
		"are you a real person?": "person",
		"多謝晒!":                   "thanks",
		"你好,多谢":                  "thanks",
		"thankssss!!":            "thanks",
		"Helloooo":               "greeting",
		"what's up":              "greeting",
		"hi, does it hurt":       "",
		"thanks but why":         "",
		"helpful":                "",
		"":                       "",
	} {
		if got, _ := smallTalk(text); got != want {
			t.Errorf("smallTalk(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestWithoutGreeting(t *testing.T) {
	for text, want := range map[string]string{
		"hi, why does it hurt":       "why does it hurt",
		"Hello! ok thanks. why now?": "why now?",
		"why does it hurt":           "why does it hurt",
		"你好,點解會痛":                    "點解會痛",
		"hello":                      "hello",
	} {
		if got := withoutGreeting(text); got != want {
			t.Errorf("withoutGreeting(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSplitQuestions(t *testing.T) {
	for text, want := range map[string]int{
		"does it help migraine? how long does it last?":           2,
		"what are endorphins and does it help with back pain":     2,
		"can it help neck and shoulder pain":                      0,
		"why does it hurt":                                        1,
		"針灸可以幫助腰痛嗎?點解傷好了還會痛":                                      2,
		"one two three? four five six? seven eight nine? a b c d": 4,
	} {
		if got := splitQuestions(text); len(got) != want {
			t.Errorf("splitQuestions(%q) = %q, want %d pieces", text, got, want)
		}
	}
}
