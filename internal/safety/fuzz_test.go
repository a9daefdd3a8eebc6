package safety

import (
	"testing"
)

// FuzzCheck looks for panics, for work that grows faster than the message, and
// for an earlier message that lowers the level of the last.
func FuzzCheck(f *testing.F) {
	for _, text := range trueSigns() {
		f.Add(text, "")
	}
	f.Add("no chest pain, not sure if 38.5c ...", "I took #30 'pills' in '03")
	f.Add("c h e s t p-a-i-n 1!@$|+* 三十粒廿百", "\u202e𝓬𝓱𝓮𝓼𝓽\x00\xff")
	f.Add("(((((,,,,,;;;;;", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Fuzz(func(t *testing.T, text, earlier string) {
		alone := shipped.Check(text)
		if with := shipped.Check(text, earlier); with.Level < alone.Level {
			t.Errorf("%q is %v, behind %q only %v", text, alone.Level, earlier, with.Level)
		}
		a := new(analysis)
		shipped.rules.analyse(a, earlier, text)
		hits := 0
		for _, h := range a.hits {
			hits += len(h)
		}
		if n := len(a.scanner.tokens); hits > maxHits*(n+1) {
			t.Errorf("%d hits in %d words: the work grows faster than the message", hits, n)
		}
		if alone.Level > None {
			for _, lang := range languages {
				if len(shipped.Reply(alone, lang, "")) == 0 {
					t.Errorf("%s has no reply in %s", alone.Code, lang)
				}
			}
		}
	})
}

// maxHits is how many concepts one word may take part in.
const maxHits = 400
