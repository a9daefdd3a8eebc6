package safety

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var wordList = flag.String("words", "", "a list of English words, one a line: write those that look like a word of a rule to ordinary.txt")

// TestOrdinaryWords guards ordinary.txt: a word in it is never taken for a
// misspelling. After new concepts were added, give it a word list (SCOWL, size
// 60, was used) with -words to write the file anew.
func TestOrdinaryWords(t *testing.T) {
	v := shipped.rules.words
	for w := range v.ordinary {
		if _, ok := v.ids[w]; !ok && len(v.understand(nil, w, true)) > 0 {
			t.Errorf("%q is taken for another word", w)
		}
	}
	if *wordList == "" {
		return
	}
	text, err := os.ReadFile(*wordList)
	if err != nil {
		t.Fatal(err)
	}
	v.ordinary = nil
	var near []string
	for _, w := range strings.Fields(string(text)) {
		if _, ok := v.ids[w]; !ok && len(v.understand(nil, w, true)) > 0 {
			near = append(near, w)
		}
	}
	slices.Sort(near)
	var b strings.Builder
	b.WriteString("# English words that differ from a word of a rule by a letter or two, or that can be\n# cut into such words, and are words of their own. Written by the test of this name\n# from SCOWL, Copyright 2000-2019 by Kevin Atkinson, http://wordlist.aspell.net\n")
	line := 0
	for _, w := range slices.Compact(near) {
		if line+len(w) > 100 {
			b.WriteString("\n")
			line = 0
		} else if line > 0 {
			b.WriteString(" ")
		}
		b.WriteString(w)
		line += len(w) + 1
	}
	if err := os.WriteFile("ordinary.txt", []byte(b.String()+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(near), "words")
}
