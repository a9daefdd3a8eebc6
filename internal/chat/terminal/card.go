package terminal

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"

	"meridian/internal/chat"
)

const (
	plainWidth = 80  // columns, where there is no window to measure
	maxWidth   = 100 // columns; longer lines are hard to read
	margin     = "  "
)

// style is how a card is written.
type style struct {
	width int  // columns
	bold  bool // whether the terminal obeys the escape sequence for it
}

// choose asks for a number, in the language of the reply.
var choose = map[string]string{
	"en":      "Type a number to choose.",
	"zh-Hant": "輸入數字來選擇。",
	"zh-Hans": "输入数字来选择。",
	"es":      "Escriba un número para elegir.",
}

// card writes a reply. The choices are numbered and stand before the
// disclaimer, which stays the last line.
func (s style) card(r chat.Reply) string {
	blocks := r.Blocks()
	last := len(blocks) - 1
	var out strings.Builder
	out.WriteByte('\n')
	for i, b := range blocks {
		switch {
		case i == last && len(r.Choices) > 0:
			out.WriteByte('\n')
			s.choices(&out, r)
			out.WriteByte('\n')
		case i > 0:
			out.WriteString(chat.Gap(blocks[i-1].Kind, b.Kind)[1:])
		}
		s.block(&out, b)
	}
	out.WriteByte('\n')
	return out.String()
}

func (s style) choices(out *strings.Builder, r chat.Reply) {
	digits := len(fmt.Sprint(len(r.Choices)))
	for i, c := range r.Choices {
		s.paragraph(out, fmt.Sprintf("%*d  ", digits, i+1), plain(printable(c.Label)))
	}
	ask, ok := choose[r.Lang]
	if !ok {
		ask = choose["en"]
	}
	s.paragraph(out, "", plain(ask))
}

// block writes a block in lines that each end with a line break.
func (s style) block(out *strings.Builder, b chat.Block) {
	var text spanText
	for i, span := range b.Spans {
		text.add(printable(span.Text), span.Bold || b.Kind == chat.Heading)
		linkEnds := i+1 == len(b.Spans) || b.Spans[i+1].URL != span.URL
		if span.URL != "" && span.URL != span.Text && linkEnds {
			text.add(printable(" ("+span.URL+")"), false)
		}
	}
	mark := ""
	if b.Kind == chat.Item {
		mark = "• "
	}
	s.paragraph(out, mark, text)
}

// paragraph writes text behind a mark; further lines start below the text.
func (s style) paragraph(out *strings.Builder, mark string, t spanText) {
	indent := margin + strings.Repeat(" ", columns(mark))
	for i, line := range wrap(t.text, s.width-columns(indent)) {
		if i == 0 {
			out.WriteString(margin + mark)
		} else {
			out.WriteString(indent)
		}
		s.line(out, t, line[0], line[1])
		out.WriteByte('\n')
	}
}

// line writes the text from one offset to another, bold where it is.
func (s style) line(out *strings.Builder, t spanText, from, to int) {
	const on, off = "\x1b[1m", "\x1b[22m" // ECMA-48, Select Graphic Rendition
	bold := false
	for i := from; i < to; i++ {
		switch {
		case !s.bold || t.bold[i] == bold:
		case bold:
			bold = false
			out.WriteString(off)
		default:
			bold = true
			out.WriteString(on)
		}
		out.WriteByte(t.text[i])
	}
	if bold {
		out.WriteString(off)
	}
}

// spanText is text of which some bytes are bold.
type spanText struct {
	text string
	bold []bool // for each byte of text
}

func plain(text string) (t spanText) {
	t.add(text, false)
	return t
}

func (t *spanText) add(text string, bold bool) {
	t.text += text
	t.bold = append(t.bold, slices.Repeat([]bool{bold}, len(text))...)
}

// wrap returns the bounds of the lines that text takes, each at most width
// columns wide. A word that is wider, such as an address, is not broken, so that
// it can be opened and copied.
func wrap(text string, width int) [][2]int {
	var lines [][2]int
	start := 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		end := start + len(paragraph)
		lines = append(lines, wrapLine(text[:end], start, width)...)
		start = end + 1
	}
	return lines
}

// wrapLine wraps what stands in text from an offset on and holds no line break.
func wrapLine(text string, start, width int) [][2]int {
	var lines [][2]int
	breaks := []int{}
	for at := range chat.WordBreaks(text[start:]) {
		breaks = append(breaks, start+at)
	}
	end := start
	for _, at := range append(breaks, len(text)) {
		if end > start && columns(strings.TrimRightFunc(text[start:at], unicode.IsSpace)) > width {
			lines = append(lines, [2]int{start, start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))})
			start = end + leadingSpace(text[end:])
		}
		end = max(at, start)
	}
	return append(lines, [2]int{start, start + len(strings.TrimRightFunc(text[start:], unicode.IsSpace))})
}

func leadingSpace(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
}

// columns returns how wide s is: a Chinese character or an emoji takes two
// columns, a combining mark none. Characters of ambiguous width take one.
func columns(s string) int {
	condition := runewidth.Condition{StrictEmojiNeutral: true}
	return condition.StringWidth(s)
}

// printable leaves out what a terminal would obey instead of showing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
