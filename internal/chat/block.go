package chat

import (
	"slices"
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// text returns the block's text without its styles.
func (b Block) text() string {
	if len(b.Spans) == 1 {
		return b.Spans[0].Text
	}
	var s strings.Builder
	for _, span := range b.Spans {
		s.WriteString(span.Text)
	}
	return s.String()
}

// links returns the bounds of each link in the block's text, in bytes.
// Neighbouring spans with the same address are one link in several styles.
func (b Block) links() [][2]int {
	var links [][2]int
	at, last := 0, ""
	for _, span := range b.Spans {
		end := at + len(span.Text)
		if at == end {
			continue
		}
		switch {
		case span.URL == "":
		case span.URL == last:
			links[len(links)-1][1] = end
		default:
			links = append(links, [2]int{at, end})
		}
		at, last = end, span.URL
	}
	return links
}

// valid returns the block in valid UTF-8, without white space at its ends. It
// has no spans when there is no text.
func (b Block) valid() Block {
	b.Spans = slices.Clone(b.Spans)
	for i, span := range b.Spans {
		b.Spans[i].Text = strings.ToValidUTF8(span.Text, string(unicode.ReplacementChar))
	}
	return b.slice(0, len(b.text()))
}

// slice returns the block with the text from one offset to another, without
// white space at its ends. It has no spans when nothing is left.
func (b Block) slice(from, to int) Block {
	text := b.text()[from:to]
	to = from + len(strings.TrimRightFunc(text, unicode.IsSpace))
	from = to - len(trimLeft(text[:to-from]))
	part := Block{Kind: b.Kind}
	at := 0
	for _, span := range b.Spans {
		start, end := max(from-at, 0), min(to-at, len(span.Text))
		at += len(span.Text)
		if start < end {
			span.Text = span.Text[start:end]
			part.Spans = append(part.Spans, span)
		}
	}
	return part
}

// trimLeft takes leading white space off, but none that carries a combining
// mark, which would join what comes before it.
func trimLeft(s string) string {
	for it := graphemes.FromString(s); it.Next(); {
		if strings.TrimSpace(it.Value()) != "" {
			return s[it.Start():]
		}
	}
	return ""
}
