package faq

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// prose is a run of plain text, its markup taken out and its white space
// single.
type prose struct {
	text  string
	marks []mark
	links []link
}

// mark is a footnote mark that stood in the text.
type mark struct {
	label string
	at    int // offset in the text that it stood behind
	line  int
}

// link is the address of a Markdown link, whose words are in the text.
type link struct {
	address string
	line    int
}

// entityPattern is an HTML character code such as &nbsp; or &#8203;.
var entityPattern = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+[0-9]*);`)

// flatten returns the plain text of the inline nodes in n and reports those
// that have none.
func (m *manuscript) flatten(n ast.Node) prose {
	f := flattener{m: m}
	f.children(n)
	if code := entityPattern.FindString(f.text.String()); code != "" {
		m.errorf(m.lineOf(n), "the character code %s: write the character itself", code)
	}
	f.prose.text = f.text.String()
	return f.prose
}

type flattener struct {
	m     *manuscript
	prose prose
	text  strings.Builder
	last  rune // last character written
	gap   gap  // what stood between it and the next one
}

// gap is white space that was read and not yet written.
type gap int

const (
	noGap gap = iota
	lineGap
	spaceGap
)

func (f *flattener) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		f.inline(c)
	}
}

func (f *flattener) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Value(f.m.text)
		if !n.IsRaw() {
			value = util.UnescapePunctuations(value)
		}
		f.write(string(value))
		if n.SoftLineBreak() || n.HardLineBreak() {
			f.gap = max(f.gap, lineGap)
		}
	case *ast.Emphasis:
		f.children(n)
	case *ast.AutoLink:
		f.write(string(n.Label(f.m.text)))
	case *ast.Link:
		f.prose.links = append(f.prose.links, link{string(n.Destination), f.m.lineOf(n)})
		f.children(n)
	case *markNode:
		f.prose.marks = append(f.prose.marks, mark{n.label, f.text.Len(), f.m.lineOf(n)})
	default:
		f.m.errorf(f.m.lineOf(n), "%s", describe(n))
	}
}

// write adds s. A line break between two Chinese characters is none of the
// text; any other white space becomes one space.
func (f *flattener) write(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) {
			f.gap = spaceGap
			continue
		}
		joined := f.gap == lineGap && isWide(f.last) && isWide(r)
		if f.gap != noGap && f.last != 0 && !joined {
			f.text.WriteByte(' ')
		}
		f.text.WriteRune(r)
		f.last, f.gap = r, noGap
	}
}

// isWide reports whether r is written without spaces around it: a Chinese
// character or a full-width sign.
func isWide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// split returns the sentences of the text, each with the labels of the marks
// that stood in it or right behind its full stop.
func (p prose) split() []Sentence {
	var result []Sentence
	marks := p.marks
	start := 0
	for _, end := range sentenceEnds(p.text) {
		s := Sentence{Text: strings.TrimSpace(p.text[start:end])}
		for len(marks) > 0 && marks[0].at <= end {
			if !slices.Contains(s.Refs, marks[0].label) {
				s.Refs = append(s.Refs, marks[0].label)
			}
			marks = marks[1:]
		}
		result = append(result, s)
		start = end
	}
	return result
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = map[string]bool{
	"al": true, "approx": true, "ca": true, "cf": true, "dr": true, "e.g": true, "fig": true, "i.e": true,
	"mr": true, "mrs": true, "ms": true, "prof": true, "st": true, "vol": true, "vs": true,
}

// sentenceEnds returns the offsets in text at which its sentences end. They are
// the boundaries of Unicode Standard Annex 29, save those behind an
// abbreviation and those before a small letter, which it puts behind every
// question mark in a quotation. An opening bracket goes with the sentence that
// it opens.
func sentenceEnds(text string) []int {
	var ends []int
	pieces := sentences.FromString(text)
	boundary, last := 0, 0
	for pieces.Next() {
		boundary += len(pieces.Value())
		if boundary == len(text) {
			break
		}
		next, _ := utf8.DecodeRuneInString(text[boundary:])
		if unicode.IsLower(next) || endsWithAbbreviation(text[:boundary]) {
			continue
		}
		if end := len(strings.TrimRightFunc(text[:boundary], isOpening)); end > last {
			ends = append(ends, end)
			last = end
		}
	}
	return append(ends, len(text))
}

// isOpening reports whether r belongs to what follows it.
func isOpening(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Ps, unicode.Pi)
}

func endsWithAbbreviation(s string) bool {
	s, stopped := strings.CutSuffix(strings.TrimRight(s, " "), ".")
	word := s[strings.LastIndexByte(s, ' ')+1:]
	return stopped && abbreviations[strings.ToLower(strings.TrimLeft(word, "(\"'“‘"))]
}
