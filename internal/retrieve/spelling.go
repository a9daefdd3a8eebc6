package retrieve

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word is mended if it has at least minMended bytes; two slips are forgiven
// from twoSlips on.
const (
	minMended = 5
	twoSlips  = 8
	minPart   = 3 // of two words written as one
)

// spelling finds the words near a misspelt one. One slip spares the first or
// the last letters of a word, and two seldom hit both, so the words that
// begin or end alike are the ones to compare with.
type spelling struct {
	byStart []uint32 // content words of an alphabet, sorted
	byEnd   []uint32 // the same, sorted by their letters from the last to the first
}

func newSpelling(x *Index) spelling {
	var terms []uint32
	for t, name := range x.names {
		first, _ := utf8.DecodeRuneInString(name)
		if len(name) >= minMended-1 && unicode.IsLetter(first) && !unicode.Is(unicode.Han, first) &&
			x.class[t] != soft && x.df(uint32(t)) > 0 {
			terms = append(terms, uint32(t))
		}
	}
	s := spelling{byStart: terms, byEnd: slices.Clone(terms)}
	slices.SortFunc(s.byStart, func(a, b uint32) int { return strings.Compare(x.names[a], x.names[b]) })
	slices.SortFunc(s.byEnd, func(a, b uint32) int { return compareFromEnd(x.names[a], x.names[b]) })
	return s
}

func compareFromEnd(a, b string) int {
	for i := 1; i <= len(a) && i <= len(b); i++ {
		if c := cmp.Compare(a[len(a)-i], b[len(b)-i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// nearest returns the term within the given number of slips (a letter too
// many, too few or wrong, or two neighbours swapped) of a word: the nearest
// one, then one with the same first letter, then the most frequent.
func (s *spelling) nearest(x *Index, word string, slips int) (term uint32, ok bool) {
	if len(word) < minMended || slips > 1 && len(word) < twoSlips || word[0] >= '0' && word[0] <= '9' {
		return 0, false
	}
	n := min(3, len(word)/2)
	start, end := word[:n], word[len(word)-n:]
	i, _ := slices.BinarySearchFunc(s.byStart, start, func(t uint32, to string) int { return strings.Compare(x.names[t], to) })
	j, _ := slices.BinarySearchFunc(s.byEnd, end, func(t uint32, to string) int { return compareFromEnd(x.names[t], to) })
	best := slips + 1
	consider := func(t uint32) {
		name := x.names[t]
		if len(name) > len(word)+slips || len(word) > len(name)+slips {
			return
		}
		d := distance(word, name)
		if d > slips {
			return
		}
		if ok {
			rival := x.names[term]
			order := cmp.Or(
				cmp.Compare(best, d),
				compareBool(name[0] == word[0], rival[0] == word[0]),
				cmp.Compare(x.df(t), x.df(term)),
				cmp.Compare(rival, name))
			if order <= 0 {
				return
			}
		}
		term, best, ok = t, d, true
	}
	for ; i < len(s.byStart) && strings.HasPrefix(x.names[s.byStart[i]], start); i++ {
		consider(s.byStart[i])
	}
	for ; j < len(s.byEnd) && strings.HasSuffix(x.names[s.byEnd[j]], end); j++ {
		consider(s.byEnd[j])
	}
	return term, ok
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// distance returns the number of slips between two words (optimal string
// alignment: Damerau and Levenshtein's distance, no letter touched twice).
// Bytes stand for letters; words are at most maxWord long.
func distance(a, b string) int {
	var rows [3][maxWord + 1]int
	last, row, next := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			d := row[j]
			if a[i] != b[j] {
				d = 1 + min(row[j], row[j+1], next[j])
				if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
					d = min(d, 1+last[j-1])
				}
			}
			next[j+1] = d
		}
		last, row, next = row, next, last
	}
	return row[len(b)]
}

// split returns the two terms that a word is made of when a space was left
// out, choosing the pair whose rarer term is the most frequent.
func (x *Index) split(word string) (first, second uint32, ok bool) {
	best := 0
	for i := minPart; i <= len(word)-minPart; i++ {
		a, known := x.terms[stem(word[:i])]
		if !known {
			continue
		}
		b, known := x.terms[stem(word[i:])]
		if !known {
			continue
		}
		if df := min(x.df(a), x.df(b)); df > best {
			first, second, best, ok = a, b, df, true
		}
	}
	return first, second, ok
}
