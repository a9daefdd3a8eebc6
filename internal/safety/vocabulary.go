package safety

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// vocabulary knows the words that rules are made of and recognises them when
// they are misspelled, glued together or masked.
type vocabulary struct {
	ids      map[string]int32 // Latin words, from 1
	han      map[rune]int32
	others   map[string]int32                 // words that no rule uses and that are weighed
	ordinary map[string]bool                  // words of their own that look like a word of a rule
	spelled  ['z' + 1][maxWord + 1][]spelling // by first letter and length
	tails    map[string]int32                 // words in spelled without their first letter
	forgiven map[int32]bool                   // words in spelled
	longest  int
	last     int32
}

// spelling is a word that misspellings are compared with.
type spelling struct {
	word string
	mask uint32 // the letters it has
	id   int32
}

// units may stand directly behind a number: "38c", "6wks", "13f".
var units = func() map[string]bool {
	m := map[string]bool{}
	for _, u := range strings.Fields("c f m d w x g k h s hr hrs min mins wk wks week weeks mo mos month months yo y yr yrs year years day days mg mcg ml kg lb lbs mmol st nd rd th pm am ish deg degrees pills tabs tablets") {
		m[u] = true
	}
	return m
}()

// numerals are number words. "One" is none: it is also a person and a side.
var numerals = map[string]float64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100,
}

// maxWord is the longest Latin word in bytes that is looked at.
const maxWord = 24

func newVocabulary(ordinary string) *vocabulary {
	v := &vocabulary{ids: map[string]int32{}, han: map[rune]int32{}, others: map[string]int32{}, ordinary: map[string]bool{}, tails: map[string]int32{}, forgiven: map[int32]bool{}}
	for line := range strings.Lines(ordinary) {
		if !strings.HasPrefix(line, "#") {
			for _, w := range strings.Fields(line) {
				v.ordinary[w] = true
			}
		}
	}
	return v
}

// learn returns the number of a Latin word, a new one for a new word.
func (v *vocabulary) learn(word string) int32 {
	if id, ok := v.ids[word]; ok {
		return id
	}
	v.last++
	v.ids[word] = v.last
	v.longest = max(v.longest, len(word))
	return v.last
}

func (v *vocabulary) learnHan(r rune) int32 {
	if id, ok := v.han[r]; ok {
		return id
	}
	v.last++
	v.han[r] = v.last
	return v.last
}

// spell makes misspellings of the word recognised.
func (v *vocabulary) spell(word string) {
	if n := len(word); n < 4 || n > maxWord || !isASCII(word) {
		return
	}
	id := v.learn(word)
	if v.forgiven[id] {
		return
	}
	v.forgiven[id] = true
	v.tails[word[1:]] = id
	list := &v.spelled[word[0]][len(word)]
	*list = append(*list, spelling{word, letters(word), id})
}

func (v *vocabulary) id(word string) int32 { return v.ids[word] }

// understand appends the words that word stands for: itself, the word it
// misspells, or, when it may be glued, the words that it was glued from.
// Nothing when it stands for no word of a rule.
func (v *vocabulary) understand(dst []int32, word string, glued bool) []int32 {
	if id, ok := v.ids[word]; ok {
		return append(dst, id)
	}
	if v.ordinary[word] || len(word) < 3 || len(word) > 4*maxWord || !isASCII(word) {
		return dst
	}
	if short := squeeze(word, 1); short != word {
		if id, ok := v.ids[squeeze(word, 2)]; ok {
			return append(dst, id)
		}
		return v.understand(dst, short, glued)
	}
	if id := v.nearest(word); id > 0 {
		return append(dst, id)
	}
	if !glued {
		return dst
	}
	return v.split(dst, word)
}

// squeeze returns word with every run of three and more of one letter cut to n.
func squeeze(word string, n int) string {
	var b []byte
	for i := 0; i < len(word); {
		end := i + 1
		for end < len(word) && word[end] == word[i] {
			end++
		}
		if end-i >= 3 && b == nil {
			b = append(make([]byte, 0, len(word)), word[:i]...)
		}
		if b != nil {
			keep := end - i
			if keep >= 3 {
				keep = n
			}
			b = append(b, word[i:i+keep]...)
		}
		i = end
	}
	if b == nil {
		return word
	}
	return string(b)
}

// nearest returns the word that the given one misspells; 0 when there is none.
// Four letters forgive two that changed places, five and more one edit, eight
// and more two edits behind the first letter.
func (v *vocabulary) nearest(word string) int32 {
	if len(word) < 4 || len(word) > maxWord || word[0] > 'z' {
		return 0
	}
	mask := letters(word)
	best, id := 3, int32(0)
	for n := max(4, len(word)-2); n <= min(maxWord, len(word)+2); n++ {
		list := v.spelled[word[0]][n]
		for i := range list {
			s := &list[i]
			limit := 1
			if min(n, len(word)) >= 7 && max(n, len(word)) >= 8 {
				limit = 2
			}
			limit = min(limit, best-1)
			// Each edit changes at most two letters of the set.
			if limit == 0 || bits.OnesCount32(mask^s.mask) > 2*limit {
				continue
			}
			if d := distance(word, s.word, limit); d <= limit && (n > 4 || swapped(word, s.word)) {
				best, id = d, s.id
			}
		}
	}
	if id == 0 && len(word) > 4 {
		return v.nearestButFirst(word)
	}
	return id
}

// nearestButFirst returns the word from which the given one differs in its
// first letter alone: another one, one too many, one left out, or two swapped.
func (v *vocabulary) nearestButFirst(word string) int32 {
	if id := v.tails[word]; id > 0 {
		return id
	}
	if id := v.tails[word[1:]]; id > 0 {
		return id
	}
	for _, other := range []string{word[1:], word[1:2] + word[:1] + word[2:]} {
		if id := v.ids[other]; v.forgiven[id] {
			return id
		}
	}
	return 0
}

// swapped tells that the words differ by two neighbours that changed places,
// or in a letter that is masked by a star.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	if i := strings.IndexByte(a, '*'); i >= 0 {
		return a[:i] == b[:i] && a[i+1:] == b[i+1:]
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// distance is the number of edits (insert, delete, replace, swap neighbours)
// between a and b; limit+1 when it is more than limit. It is the optimal string
// alignment distance, three rows at a time. A star in a stands for any letter.
func distance(a, b string, limit int) int {
	if n := len(a) - len(b); n > limit || n < -limit {
		return limit + 1
	}
	if limit == 1 {
		return oneEdit(a, b)
	}
	var rows [3][maxWord + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, over := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, over[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	return rows[len(a)%3][len(b)]
}

// oneEdit is [distance] with limit 1: 0, 1 or, for anything further, 2.
func oneEdit(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && (a[i] == b[i] || a[i] == '*') {
		i++
	}
	if i == len(a) && i == len(b) {
		return strings.Count(a, "*")
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) > len(b) && a[1:] == b,
		len(a) < len(b) && a == b[1:],
		len(a) == len(b) && a[1:] == b[1:],
		len(a) == len(b) && len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]:
		return 1
	}
	return 2
}

// split cuts a word without spaces ("cantbreathe") into words of the
// vocabulary, the fewest that fit; nothing when it can not be cut. Pieces have
// three letters and more, but for a few small words.
func (v *vocabulary) split(dst []int32, word string) []int32 {
	if len(word) < 7 || len(word) > 4*maxWord {
		return dst
	}
	var from, count [4*maxWord + 1]int
	for end := 1; end <= len(word); end++ {
		count[end] = len(word) + 1
		for start := max(0, end-v.longest); start < end; start++ {
			if count[start] > len(word) {
				continue
			}
			piece := word[start:end]
			if len(piece) < 3 && !small[piece] {
				continue
			}
			if _, ok := v.ids[piece]; ok && count[start]+1 < count[end] {
				count[end], from[end] = count[start]+1, start
			}
		}
	}
	if count[len(word)] > len(word) || count[len(word)]*3 > len(word)+2 {
		return dst
	}
	at := len(dst)
	for end := len(word); end > 0; end = from[end] {
		dst = append(dst, v.ids[word[from[end]:end]])
	}
	for i, j := at, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}

var small = map[string]bool{"i": true, "a": true, "my": true, "me": true, "so": true, "is": true, "no": true, "to": true, "of": true, "it": true, "in": true, "on": true, "am": true, "im": true, "up": true, "do": true}

func letters(word string) uint32 {
	var m uint32
	for i := range len(word) {
		if c := word[i]; 'a' <= c && c <= 'z' {
			m |= 1 << (c - 'a')
		}
	}
	return m
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
