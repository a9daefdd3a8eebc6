package chat

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/clipperhouse/uax29/v2/words"
)

// Split cuts blocks into parts that each satisfy fits, without moving text:
// between blocks first, between the sentences of a block that is too long for
// one part, then between words, and inside a word only when the word alone does
// not fit. fits must hold for any stretch of blocks and text of which it holds
// for the whole. It is called about twenty times for each part.
//
// A heading takes at least a word of what follows into its part. A list, and
// the notes at the end, stay whole where one part can hold them, and so does a
// link. Styles and addresses go with the text on both sides of a cut. White
// space at the ends of blocks and at cuts is left out, and so are blocks
// without text; broken UTF-8 becomes U+FFFD; nothing else is lost.
//
// A single code point that does not fit is a part all the same: that fits
// refuses it is for the caller to notice.
func Split(blocks []Block, fits func([]Block) bool) [][]Block {
	rest := make([]Block, 0, len(blocks))
	for _, b := range blocks {
		if b = b.valid(); len(b.Spans) > 0 {
			rest = append(rest, b)
		}
	}
	var parts [][]Block
	for len(rest) > 0 {
		var part []Block
		part, rest = cutPart(rest, fits)
		parts = append(parts, part)
	}
	return parts
}

// cutPart cuts the first part off.
func cutPart(blocks []Block, fits func([]Block) bool) (part, rest []Block) {
	n := most(len(blocks), func(n int) bool { return fits(blocks[:n]) })
	if n == len(blocks) {
		return blocks, nil
	}
	alone := fits(blocks[n : n+1])
	if !alone { // it has to be cut anyway, so it starts where there is room for it
		if at := cutWithin(blocks[:n], blocks[n], levels[0], fits); at > 0 {
			return cutAt(blocks, n, at)
		}
	}
	if k := cutBetween(blocks, n, fits); k > 0 {
		return blocks[:k], blocks[k:]
	}
	// Before the block there is nothing, or headings that must not stay alone.
	for i, level := range levels {
		if at := cutWithin(blocks[:n], blocks[n], level, fits); at > 0 {
			return cutAt(blocks, n, at)
		}
		if n > 0 && i >= wordLevel && (alone || cutWithin(nil, blocks[n], level, fits) > 0) {
			return blocks[:n], blocks[n:] // better than a broken word or link
		}
	}
	if n > 0 {
		return blocks[:n], blocks[n:]
	}
	text := blocks[0].text()
	blank := leadingSpace(text)
	_, size := utf8.DecodeRuneInString(text[blank:])
	return cutAt(blocks, 0, blank+size)
}

// cutBetween returns after how many of the first n blocks to cut, 0 for
// nowhere: the last place that parts no heading from its text and no run that
// fits one part, or else the last place that parts no heading.
func cutBetween(blocks []Block, n int, fits func([]Block) bool) int {
	fallback := 0
	for k := n; k > 0; k-- {
		if blocks[k-1].Kind == Heading {
			continue
		}
		start, end := runAround(blocks, k)
		if start == k || !fits(blocks[start:end]) {
			return k
		}
		fallback = max(fallback, k)
		k = start + 1 // look next in front of the run
	}
	return fallback
}

// runAround returns the bounds of the list or the run of notes that a cut
// before blocks[k] would part; start is k when there is none.
func runAround(blocks []Block, k int) (start, end int) {
	start, end = k, k
	kind := blocks[k].Kind
	if kind != Item && kind != Note {
		return start, end
	}
	for start > 0 && blocks[start-1].Kind == kind {
		start--
	}
	for end < len(blocks) && blocks[end].Kind == kind {
		end++
	}
	return start, end
}

// A level is one way to cut inside a block.
type level struct {
	segments func(string) iter.Seq[string]
	allowed  func(before, after rune) bool // whether a cut may stand between the two; nil for always
	inLinks  bool                          // cuts inside links too
}

// wordLevel is the index in levels up to which whole words are kept.
const wordLevel = 1

var levels = []level{
	{segments: sentenceSegments},
	{segments: wordSegments, allowed: betweenWords},
	{segments: graphemeSegments},
	{segments: wordSegments, allowed: betweenWords, inLinks: true},
	{segments: graphemeSegments, inLinks: true},
	{segments: runeSegments, inLinks: true},
}

// cutWithin returns the largest offset in b's text at which it can be cut so
// that what is before the cut fits one part together with head; 0 for none.
func cutWithin(head []Block, b Block, l level, fits func([]Block) bool) int {
	text := b.text()
	next, stop := iter.Pull(l.offsets(b))
	defer stop()
	offsets := []int{0}
	n := most(len(text), func(n int) bool {
		for len(offsets) <= n {
			at, ok := next()
			if !ok {
				return false
			}
			offsets = append(offsets, at)
		}
		return fits(append(slices.Clip(head), b.slice(0, offsets[n])))
	})
	return offsets[n]
}

// offsets yields where b's text may be cut, in bytes, ascending.
func (l level) offsets(b Block) iter.Seq[int] {
	return func(yield func(int) bool) {
		text := b.text()
		var links [][2]int
		if !l.inLinks {
			links = b.links()
		}
		at, blank := 0, leadingSpace(text)
		for segment := range l.segments(text) {
			at += len(segment)
			for len(links) > 0 && links[0][1] <= at {
				links = links[1:]
			}
			inLink := len(links) > 0 && links[0][0] < at
			if at <= blank || at == len(text) || inLink || !l.allows(text, at) {
				continue
			}
			if !yield(at) {
				return
			}
		}
	}
}

func (l level) allows(text string, at int) bool {
	if l.allowed == nil {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return l.allowed(before, after)
}

// WordBreaks yields the offsets in text, in bytes and ascending, at which a line
// or a message may end: between words, at the white space where there is some.
func WordBreaks(text string) iter.Seq[int] {
	return levels[wordLevel].offsets(Text(Paragraph, text))
}

// betweenWords tells whether a boundary of words is good to cut at. Scripts
// with spaces are cut at spaces, so that an address or "and/or" stays whole;
// Chinese and Japanese at any word, but never before a closing mark or after an
// opening one.
func betweenWords(before, after rune) bool {
	if unicode.IsSpace(before) || unicode.IsSpace(after) {
		return true
	}
	if !spaceless(before) && !spaceless(after) {
		return false
	}
	opens := unicode.In(before, unicode.Ps, unicode.Pi)
	closes := unicode.In(after, unicode.Pe, unicode.Pf, unicode.Po, unicode.Pd, unicode.Sm, unicode.Lm)
	return !opens && !closes
}

// spaceless tells whether the rune belongs to a script written without spaces
// that has words all the same, or to its punctuation (U+3000 to U+303F, the
// full-width forms U+FF00 to U+FF65).
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF65
}

func sentenceSegments(s string) iter.Seq[string] { return segments(sentences.FromString(s)) }
func wordSegments(s string) iter.Seq[string]     { return segments(words.FromString(s)) }
func graphemeSegments(s string) iter.Seq[string] { return segments(graphemes.FromString(s)) }

func segments(it interface {
	Next() bool
	Value() string
}) iter.Seq[string] {
	return func(yield func(string) bool) {
		for it.Next() && yield(it.Value()) {
		}
	}
}

func runeSegments(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(s) > 0 {
			_, size := utf8.DecodeRuneInString(s)
			if !yield(s[:size]) {
				return
			}
			s = s[size:]
		}
	}
}

// most returns the largest k in 1…n for which ok holds, 0 when there is none.
// ok must hold for every smaller number than one it holds for. Doubling first
// keeps what ok has to look at near the answer's size, however large n is.
func most(n int, ok func(int) bool) int {
	low, high := 0, 1
	for high <= n && ok(high) {
		low, high = high, 2*high
	}
	high = min(high, n+1)
	for high-low > 1 {
		if mid := (low + high) / 2; ok(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

func leadingSpace(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
}

// cutAt cuts before the offset in the text of blocks[n].
func cutAt(blocks []Block, n, at int) (part, rest []Block) {
	b := blocks[n]
	part = append(slices.Clip(blocks[:n]), b.slice(0, at))
	right := b.slice(at, len(b.text()))
	if len(right.Spans) == 0 {
		return part, blocks[n+1:]
	}
	return part, append([]Block{right}, blocks[n+1:]...)
}
