// Package hanzi knows the two scripts of written Chinese: it folds Traditional
// to Simplified, so that one index, one rule and one comparison serve both,
// and it tells which script a text is written in.
//
// The tables are OpenCC's (Apache License 2.0), embedded as text. No Go module
// for the conversion is kept up to date and free of cgo, and Traditional to
// Simplified, the one direction needed here, is a lookup: phrases first, the
// longest wins, then single characters.
package hanzi

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed t2s.txt
var t2sTable string

//go:embed simplified.txt
var simplifiedTable string

type tables struct {
	chars      map[rune]rune
	phrases    map[string]string
	phraseHead map[rune]int // first character of a phrase: the longest such phrase in bytes
	simplified map[rune]bool
}

var load = sync.OnceValue(func() *tables {
	t := &tables{
		chars:      make(map[rune]rune, 4096),
		phrases:    make(map[string]string, 512),
		phraseHead: make(map[rune]int, 256),
		simplified: make(map[rune]bool, 4096),
	}
	for line := range strings.Lines(t2sTable) {
		from, to, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue
		}
		head, size := utf8.DecodeRuneInString(from)
		if size == len(from) {
			t.chars[head], _ = utf8.DecodeRuneInString(to)
			continue
		}
		t.phrases[from] = to
		t.phraseHead[head] = max(t.phraseHead[head], len(from))
	}
	for line := range strings.Lines(simplifiedTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, r := range strings.TrimSpace(line) {
			t.simplified[r] = true
		}
	}
	return t
})

// Simplify returns s with Traditional Chinese written in Simplified
// characters. Everything else, Simplified Chinese included, is left alone.
func Simplify(s string) string {
	if !Contains(s) {
		return s
	}
	t := load()
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n := t.phraseAt(s[i:], r); n > 0 {
			b.WriteString(t.phrases[s[i:i+n]])
			i += n
			continue
		}
		if to, ok := t.chars[r]; ok {
			b.WriteRune(to)
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// phraseAt returns the byte length of the longest phrase that s starts with,
// r being its first character; 0 when there is none.
func (t *tables) phraseAt(s string, r rune) int {
	for n := min(t.phraseHead[r], len(s)); n > utf8.RuneLen(r); n-- {
		if _, ok := t.phrases[s[:n]]; ok {
			return n
		}
	}
	return 0
}

// Fold returns the one form in which a Chinese character is compared: its
// Simplified character. Unlike [Simplify] it looks at no context, so that a
// text and its parts fold alike. Other runes are returned as they are.
func Fold(r rune) rune {
	if !unicode.Is(unicode.Han, r) {
		return r
	}
	if to, ok := load().chars[r]; ok {
		return to
	}
	return r
}

// Contains reports whether s has at least one Chinese character.
func Contains(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// Script tells how a text is written.
type Script int

// The scripts that [Detect] tells apart.
const (
	None        Script = iota // no Chinese character
	Either                    // only characters that both scripts share
	Traditional               // more characters that only Traditional writes
	Simplified                // more characters that only Simplified writes
)

// Detect counts the characters that only one of the two scripts writes and
// returns the script with more of them; Traditional when they are equal and
// there are any.
func Detect(s string) Script {
	t := load()
	han, traditional, simplified := 0, 0, 0
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		han++
		if _, ok := t.chars[r]; ok {
			traditional++
		} else if t.simplified[r] {
			simplified++
		}
	}
	switch {
	case han == 0:
		return None
	case traditional == 0 && simplified == 0:
		return Either
	case simplified > traditional:
		return Simplified
	default:
		return Traditional
	}
}
