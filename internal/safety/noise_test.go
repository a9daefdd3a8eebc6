package safety

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"meridian/internal/hanzi"
)

// noise is one way in which a message is disguised or watered down without
// being taken back.
type noise struct {
	name  string
	apply func(r *rand.Rand, text string) string
}

var noises = []noise{
	{"typo in a long word", typo},
	{"leetspeak", leetspeak},
	{"spaced word", func(r *rand.Rand, s string) string { return changeWord(r, s, 5, spacedOut) }},
	{"bold letters", func(_ *rand.Rand, s string) string { return mapLetters(s, 'a', '𝐚') }},
	{"circled letters", func(_ *rand.Rand, s string) string { return mapLetters(s, 'a', 'ⓐ') }},
	{"full width", func(_ *rand.Rand, s string) string { return mapLetters(s, 'a', 'a') }},
	{"zero-width", func(_ *rand.Rand, s string) string { return between(s, "\u200b") }},
	{"bidi", func(_ *rand.Rand, s string) string { return "\u202e" + s + "\u202c" }},
	{"combining marks", func(_ *rand.Rand, s string) string { return between(s, "\u0336") }},
	{"look-alike letters", func(_ *rand.Rand, s string) string { return lookalikeSwap.Replace(s) }},
	{"emoji", func(_ *rand.Rand, s string) string { return "😅 " + strings.ReplaceAll(s, " ", " 🙏 ") + " 😂" }},
	{"capitals", func(_ *rand.Rand, s string) string { return strings.ToUpper(s) }},
	{"drawn out", func(r *rand.Rand, s string) string { return changeWord(r, s, 4, drawnOut) }},
	{"no apostrophes or commas", func(_ *rand.Rand, s string) string {
		return strings.NewReplacer(",", "", "'", "", "’", "").Replace(s)
	}},
	{"simplified", func(_ *rand.Rand, s string) string { return hanzi.Simplify(s) }},
	{"lol", func(_ *rand.Rand, s string) string { return "lol " + s + " haha" }},
	{"prob nothing", func(_ *rand.Rand, s string) string { return "prob nothing but " + s }},
	{"family says", func(_ *rand.Rand, s string) string { return "my husband says it's just stress but " + s }},
	{"sorry", func(_ *rand.Rand, s string) string { return "sorry to bother you. " + s + ". thanks so much x" }},
	{"friend", func(_ *rand.Rand, s string) string { return "asking for a friend: " + s }},
	{"drill", func(_ *rand.Rand, s string) string { return "this is a drill. " + s }},
	{"no hotline", func(_ *rand.Rand, s string) string { return s + ". skip the hotline please" }},
	{"buried", func(_ *rand.Rand, s string) string {
		return strings.Repeat(filler, 17) + s + ". " + strings.Repeat(filler, 4)
	}},
	{"chinese around", func(_ *rand.Rand, s string) string { return "你好,想問下。" + s + "。唔該晒" }},
}

const filler = "The weather has been nice and we walked the dog along the river, then had soup and read the paper until the evening. "

var lookalikeSwap = strings.NewReplacer("a", "а", "e", "е", "o", "о", "c", "с", "p", "р", "i", "і")

func mapLetters(s string, from, to rune) string {
	return strings.Map(func(r rune) rune {
		if from <= r && r < from+26 {
			return r - from + to
		}
		return r
	}, s)
}

func between(s, sep string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		b.WriteString(sep)
	}
	return b.String()
}

// changeWord applies change to one random word of at least n plain letters.
func changeWord(r *rand.Rand, s string, n int, change func(*rand.Rand, string) string) string {
	words := strings.Split(s, " ")
	for _, i := range r.Perm(len(words)) {
		if len(words[i]) >= n && !strings.ContainsFunc(words[i], func(c rune) bool { return c >= 0x80 || !unicode.IsLetter(c) }) {
			words[i] = change(r, words[i])
			break
		}
	}
	return strings.Join(words, " ")
}

// typo makes one slip of the finger in a word of seven letters or more: with
// fewer letters a slip often makes another word.
func typo(r *rand.Rand, s string) string {
	return changeWord(r, s, 7, func(r *rand.Rand, w string) string {
		i := 1 + r.IntN(len(w)-2)
		switch r.IntN(3) {
		case 0: // two swapped
			return w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
		case 1: // one left out
			return w[:i] + w[i+1:]
		default: // one doubled
			return w[:i] + w[i:i+1] + w[i:]
		}
	})
}

func leetspeak(r *rand.Rand, s string) string {
	return changeWord(r, s, 4, func(_ *rand.Rand, w string) string {
		return strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0", "s", "5").Replace(w)
	})
}

func spacedOut(_ *rand.Rand, w string) string { return strings.Join(strings.Split(w, ""), " ") }

func drawnOut(r *rand.Rand, w string) string {
	i := 1 + r.IntN(len(w)-1)
	return w[:i] + strings.Repeat(w[i:i+1], 4) + w[i+1:]
}

// TestNoiseNeverLowers is the metamorphic test: what disguises or waters down
// a true sign must not lower its level. One in two hundred may slip.
func TestNoiseNeverLowers(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	tried, fell := 0, 0
	for _, text := range trueSigns() {
		level := shipped.Check(text).Level
		for _, n := range noises {
			noisy := n.apply(r, text)
			tried++
			if got := shipped.Check(noisy); got.Level < level {
				fell++
				t.Logf("%s: %q is level %d, was %d", n.name, noisy[max(0, len(noisy)-200):], got.Level, level)
			}
		}
	}
	t.Logf("%d of %d variants fell", fell, tried)
	if tried < 3000 {
		t.Errorf("only %d variants, want 3000", tried)
	}
	if fell*200 > tried {
		t.Errorf("%d of %d variants fell, want at most 0.5 %%", fell, tried)
	}
}

// trueSigns returns the examples of the emergency and crisis classes.
func trueSigns() []string {
	var out []string
	for _, c := range shipped.rules.classes {
		if c.level >= Crisis {
			for _, e := range c.yes {
				out = append(out, e.text)
			}
		}
	}
	return out
}
