package chat

import (
	"strings"
	"unicode"
)

// PlainText writes blocks as plain text that reads well in a terminal and
// aloud: a blank line between paragraphs, "• " before a list point, a heading
// on a line of its own, notes on neighbouring lines, and a link as its text
// with the address in brackets. Control characters other than line breaks and
// tabs are left out, because a terminal would obey them.
func PlainText(blocks []Block) string {
	var s strings.Builder
	for i, b := range blocks {
		if i > 0 {
			s.WriteString(Gap(blocks[i-1].Kind, b.Kind))
		}
		if b.Kind == Item {
			s.WriteString("• ")
		}
		for j, span := range b.Spans {
			s.WriteString(span.Text)
			linkEnds := j+1 == len(b.Spans) || b.Spans[j+1].URL != span.URL
			if span.URL != "" && span.URL != span.Text && linkEnds {
				s.WriteString(" (" + span.URL + ")")
			}
		}
	}
	return strings.Map(visible, s.String())
}

// Gap returns the line breaks between a block and the next: a blank line, but
// none below a heading, within a list and among notes.
func Gap(above, below Kind) string {
	if above == Heading || above == below && (above == Item || above == Note) {
		return "\n"
	}
	return "\n\n"
}

func visible(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' {
		return -1
	}
	return r
}
