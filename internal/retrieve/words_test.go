package retrieve

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// wordsOf returns the words of a text with spaces between.
func wordsOf(text string) string {
	var words []string
	s := scanner{emit: func(w []byte, _ kind) { words = append(words, string(w)) }}
	s.scan(text)
	return strings.Join(words, " ")
}

func TestScan(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"punctuation only", "?!… —", ""},
		{"lower case", "Does Acupuncture HURT?", "does acupuncture hurt"},
		{"no space after a full stop", "my back.what now", "my back what now"},
		{"numbers and hyphens", "COVID-19, 3.5 mg", "covid 19 3 5 mg"},
		{"possessive", "Friedreich's ataxia", "friedreich ataxia"},
		{"contractions lose their ending or their apostrophe", "I'm sure you've said it's what I can't", "i sure you said it what i cant"},
		{"curly apostrophe", "can’t, what’s", "cant what"},
		{"quotes are not apostrophes", "'pain'", "pain"},
		{"accents", "Sjögren naïve café", "sjogren naive cafe"},
		{"full width", "ＡＢＣ１２", "abc12"},
		{"ligature", "ﬁbromyalgia", "fibromyalgia"},
		{"other alphabets", "Боль в спине", "боль в спине"},
		{"accented word after plain letters", "dr Müller", "dr muller"},
		{"a word without end is cut", strings.Repeat("a", 100), strings.Repeat("a", maxWord)},
		{"and not inside a letter", "a" + strings.Repeat("я", 40), "a" + strings.Repeat("я", 31)},
		{"pairs and characters", "腎虛腰痛", "肾 肾虚 虚 虚腰 腰 腰痛 痛"},
		{"both scripts alike", "肾虚腰痛", "肾 肾虚 虚 虚腰 腰 腰痛 痛"},
		{"one character", "痛?", "痛"},
		{"function words stand alone", "針灸會唔會痛㗎", "针 针灸 灸 会不会 痛 吗"},
		{"Cantonese and written question words meet", "點解痛 為什麼痛", "为什么 痛 为什么 痛"},
		{"punctuation ends a run", "頭、頸", "头 颈"},
		{"mixed", "做acupuncture會唔會痛", "做 acupuncture 会不会 痛"},
		{"broken UTF-8", "pain \xff\xfe back\xff", "pain back"},
		{"emoji", "🙂pain🙂", "pain"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, wordsOf(tc.in)); diff != "" {
				t.Errorf("words of %q (-want +got):\n%s", tc.in, diff)
			}
		})
	}
}

func TestTermOf(t *testing.T) {
	for _, tc := range []struct {
		word  string
		kind  kind
		term  string
		class class
	}{
		{"the", alphabetic, "", stop},
		{"needles", alphabetic, "needl", content},
		{"needling", alphabetic, "needl", content},
		{"what", alphabetic, "what", soft},
		{"doing", alphabetic, "do", soft},
		{"usually", alphabetic, "usual", general},
		{"19", alphabetic, "19", content},
		{"为什么", function, "为什么", soft},
		{"腰痛", pair, "腰痛", content},
	} {
		term, class := termOf(tc.word, tc.kind)
		if term != tc.term || class != tc.class {
			t.Errorf("termOf(%q, %v) = %q, %v; want %q, %v", tc.word, tc.kind, term, class, tc.term, tc.class)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range []string{"Does it hurt?", "做acupuncture會唔會痛", "can’t I'll 3.5%", "\xff\x00é" + strings.Repeat("я", 50), "ＡＢＣ ﬁ가나다 ตา"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := scanner{emit: func(w []byte, k kind) {
			if len(w) == 0 || len(w) > maxWord || !utf8.Valid(w) {
				t.Errorf("scan(%q) gave %q", text, w)
			}
			if strings.ContainsAny(string(w), " \t\n'?.,") || strings.ToLower(string(w)) != string(w) {
				t.Errorf("scan(%q) gave %q, which is not one word in lower case", text, w)
			}
		}}
		s.scan(text)
	})
}
