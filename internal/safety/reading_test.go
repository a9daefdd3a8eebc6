package safety

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormalise(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"capitals", "CHEST Pain", "chest pain"},
		{"full width", "chest pain 38", "chest pain 38"},
		{"styled letters", "𝓬𝓱𝓮𝓼𝓽 Ⓟⓐⓘⓝ 🅲🅰🅻🅻", "chest pain call"},
		{"zero-width and bidi", "ch\u200best\u202e pa\u00adin", "chest pain"},
		{"accents", "estómago c̶h̶e̶s̶t̶", "estomago chest"},
		{"letters of other scripts", "сhеst раin", "chest pain"},
		{"small capitals", "ᴄʜᴇꜱᴛ", "cheꜱt"},
		{"curly apostrophe", "can’t", "can't"},
		{"emoji is a space", "chest😂pain", "chest pain"},
		{"Traditional Chinese", "胸口痛,氣促", "胸口痛,气促"},
		{"variants", "手痺腳痠", "手痹脚酸"},
		{"broken UTF-8", "chest\xff", "chest "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := string(normalise(nil, tc.in, maxRunes)); got != tc.want {
				t.Errorf("normalise(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
	if got := normalise(nil, strings.Repeat("a", 2*maxRunes), maxRunes); len(got) != maxRunes {
		t.Errorf("%d runes kept, want %d", len(got), maxRunes)
	}
}

// words returns the text as the rules understand it: numbers as "#", words that
// no rule uses as "?".
func words(text string) []string {
	names := map[int32]string{}
	for w, id := range shipped.rules.words.ids {
		names[id] = w
	}
	for r, id := range shipped.rules.words.han {
		names[id] = string(r)
	}
	a := new(analysis)
	shipped.rules.analyse(a, "", text)
	var out []string
	for _, tok := range a.scanner.tokens {
		if tok.number {
			out = append(out, "#")
			continue
		}
		name, ok := names[tok.id]
		if !ok {
			name = "?"
		}
		out = append(out, name)
	}
	return out
}

func TestWordsAreUnderstood(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "chest pain", "chest pain"},
		{"apostrophe", "can't breathe", "cant breathe"},
		{"swapped letters", "so nubm", "so numb"},
		{"one letter left out", "numbnss", "numbness"},
		{"two slips in a long word", "convulsioms", "convulsions"},
		{"drawn out", "chessst painnnn", "chest pain"},
		{"leetspeak", "ch3st p41n", "chest pain"},
		{"leetspeak with marks", "k!ll mys3lf", "kill myself"},
		{"masked", "k*ll", "kill"},
		{"spaced", "c h e s t  p a i n", "chest pain"},
		{"hyphened", "s-u-i-c-i-d-e", "suicide"},
		{"glued", "mychesthurts", "my chest hurts"},
		{"a number with its unit", "38.5c at 6wks", "# c at # wks"},
		{"number words", "thirty tablets", "# tablets"},
		{"Chinese numbers", "三十粒藥", "# 粒 药"},
		{"a Chinese character that only looks like a number", "一邊面", "一 边 面"},
		{"a short year", "in '03", "in #"},
		{"words of their own are left alone", "chess crest cheetah", "? ? ?"},
		{"a mark between words", "help!my chest", "help my chest"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, strings.Join(words(tc.in), " ")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tc.in, diff)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"pain", "pain", 2, 0},
		{"pian", "pain", 2, 1},
		{"pan", "pain", 2, 1},
		{"pxxn", "pain", 2, 2},
		{"k*ll", "kill", 1, 1},
		{"abcdef", "pain", 2, 3},
		{"wholly", "other", 2, 3},
	} {
		if got := distance(tc.a, tc.b, tc.limit); got != tc.want {
			t.Errorf("distance(%q, %q, %d) = %d, want %d", tc.a, tc.b, tc.limit, got, tc.want)
		}
	}
}

// TestStatus reads messages with a "|" around the words whose status is told.
func TestStatus(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       status
	}{
		{"asserted", "my |chest hurts|", 0},
		{"denied", "i have no |chest pain|", negated},
		{"denied up to but", "no rash but |chest pain|", 0},
		{"denied up to a subject", "no fever my |chest hurts|", 0},
		{"denied in a list", "no rash, |chest pain| or fever", negated},
		{"not sure is no denial", "not sure if its |chest pain|", 0},
		{"never like this", "never had |chest pain| like this", 0},
		{"no inside the sign", "there is |no feeling| in my leg", 0},
		{"denied in Chinese", "冇|心口痛|", negated},
		{"not sure in Chinese", "唔知係咪|心口痛|", 0},
		{"years ago", "i had |chest pain| years ago", past},
		{"years ago, before a comma", "years ago i was ill, i had |chest pain|", past},
		{"years ago, now again", "years ago i had a stent and now |chest pain|", 0},
		{"a year", "in 2012 i had |chest pain|", past},
		{"for years", "|chest pain| for years", steady},
		{"said of the clause before", "my |chest hurts|, been like that for years", steady},
		{"for years but worse", "|chest pain| for years, suddenly much worse", steady},
		{"comes and goes", "|chest pain| comes and goes", fleeting},
		{"signs of", "what are the signs of |chest pain|", framed},
		{"signs of, then somebody", "what are the signs of a stroke, my |chest hurts|", 0},
		{"can it help", "can acupuncture help |chest pain|", framed},
		{"can it help mine", "can acupuncture help my |chest pain|", 0},
		{"a story goes on", "in the film he falls. he has |chest pain|", told},
		{"a story, then I", "in the film he falls. my |chest hurts|", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, rest, _ := strings.Cut(tc.text, "|")
			inside, after, _ := strings.Cut(rest, "|")
			a := new(analysis)
			shipped.rules.analyse(a, "", before+inside+after)
			var got status
			for i, tok := range a.scanner.tokens {
				if at := int(tok.rune); at >= len([]rune(before)) && at < len([]rune(before+inside)) {
					got |= a.reader.status[i]
				}
			}
			if got != tc.want {
				t.Errorf("%q has status %06b, want %06b", tc.text, got, tc.want)
			}
		})
	}
}
