package discord

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"meridian/internal/chat"
)

// Discord's markdown is not CommonMark. What is written here rests on four of
// its rules: a backslash before any ASCII punctuation shows that character;
// emphasis needs no space around it; an address in angle brackets gets no
// preview; and a masked link must have no brackets and no address in its label.

// gapless keeps neighbouring marks apart ("**a**" and "*b*"), and takes the
// power from what reads like a mention. Nobody sees a zero-width space.
const gapless = "\u200b"

// maxURL bounds the addresses that are linked, in bytes after escaping, so that
// a link always fits a message. The text of a longer one stays, unlinked.
const maxURL = 1000

// A flavour is how the two places for markdown differ.
type flavour struct {
	note string // stands before a note
}

var (
	inMessage = flavour{note: "-# "}
	inEmbed   = flavour{} // an embed is small print already
)

// markdown writes blocks so that every character of their text shows as it is.
// A part of blocks or of their text never takes more room than the whole.
func (f flavour) markdown(blocks []chat.Block) string {
	var s strings.Builder
	for i, b := range blocks {
		if i > 0 {
			s.WriteString(gap(blocks[i-1].Kind, b.Kind))
		}
		switch b.Kind {
		case chat.Item:
			s.WriteString("- ")
		case chat.Note:
			s.WriteString(f.note)
		}
		for j, line := range lines(b) {
			if j > 0 {
				s.WriteByte('\n')
			}
			writeLine(&s, line)
		}
	}
	return s.String()
}

// gap returns what stands between a block and the next.
func gap(before, after chat.Kind) string {
	if before == chat.Heading || before == after && (before == chat.Item || before == chat.Note) {
		return "\n"
	}
	return "\n\n"
}

// lines returns the block's spans line by line, neighbours of one style joined.
// Only a paragraph has more than one line: a list point, note or heading would
// end at the first line break.
func lines(b chat.Block) [][]chat.Span {
	lines := [][]chat.Span{nil}
	for _, span := range b.Spans {
		span.Bold = span.Bold || b.Kind == chat.Heading
		span.URL = linkable(span.URL)
		text := strings.Map(spaced, span.Text)
		if b.Kind != chat.Paragraph {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		for i, piece := range strings.Split(text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			span.Text = piece
			line := &lines[len(lines)-1]
			if n := len(*line); n > 0 && sameStyle((*line)[n-1], span) {
				(*line)[n-1].Text += piece
			} else if piece != "" {
				*line = append(*line, span)
			}
		}
	}
	return lines
}

func sameStyle(a, b chat.Span) bool {
	return a.Bold == b.Bold && a.Italic == b.Italic && a.URL == b.URL
}

// spaced leaves out control characters and turns every line separator into "\n".
func spaced(r rune) rune {
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
		return '\n'
	case r == '\t':
		return ' '
	case unicode.IsControl(r):
		return -1
	}
	return r
}

func writeLine(s *strings.Builder, spans []chat.Span) {
	start, marked := true, false
	for _, span := range spans {
		core := strings.TrimSpace(span.Text)
		at := strings.Index(span.Text, core)
		s.WriteString(span.Text[:at])
		if core != "" {
			mark := marks(span)
			if mark != "" && marked && at == 0 {
				s.WriteString(gapless)
			}
			s.WriteString(mark)
			writeText(s, core, span.URL, start)
			s.WriteString(mark)
			start, marked = false, mark != ""
		}
		rest := span.Text[at+len(core):]
		s.WriteString(rest)
		marked = marked && rest == "" && core != ""
	}
}

func marks(span chat.Span) string {
	switch {
	case span.Bold && span.Italic:
		return "***"
	case span.Bold:
		return "**"
	case span.Italic:
		return "*"
	}
	return ""
}

func writeText(s *strings.Builder, text, address string, start bool) {
	switch {
	case address == "":
		escape(s, text, start)
	case linkable(text) == address:
		s.WriteString("<" + address + ">")
	case strings.ContainsAny(text, "[]") || strings.Contains(text, "://"):
		escape(s, text, start)
		s.WriteString(" (<" + address + ">)")
	default:
		s.WriteByte('[')
		escape(s, text, false)
		s.WriteString("](<" + address + ">)")
	}
}

// linkable returns the address as it stands in markdown; empty when it is none
// that can be linked. Characters that would end the link, pair with a mark
// outside it or make a mention are percent-encoded, which means the same.
func linkable(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	var s strings.Builder
	for _, r := range address {
		if r == ' ' || !unicode.IsPrint(r) || strings.ContainsRune("<>()[]\\*`|\"'@", r) {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&s, "%%%02X", c)
			}
		} else {
			s.WriteRune(r)
		}
	}
	if s.Len() > maxURL {
		return ""
	}
	return s.String()
}

// escape writes text so that nothing in it is markup, a link or a mention.
// start tells that the text starts a line, where lists, headings and quotes do.
func escape(s *strings.Builder, text string, start bool) {
	for i, r := range text {
		rest := text[i:]
		switch {
		case strings.ContainsRune("\\*_~`|[]>", r):
			s.WriteByte('\\')
			s.WriteRune(r)
		case strings.HasPrefix(rest, "<@"):
			s.WriteString(`\<` + gapless)
		case r == '<':
			s.WriteString(`\<`)
		case r == '@' && (hasPrefixFold(rest[1:], "everyone") || hasPrefixFold(rest[1:], "here")):
			s.WriteString("@" + gapless)
		case r == ':' && strings.HasPrefix(rest, "://"):
			s.WriteString(`\:`)
		case start && strings.ContainsRune("#-+.)", r):
			s.WriteByte('\\')
			s.WriteRune(r)
		default:
			s.WriteRune(r)
		}
		// "12." starts a list too, "-#" a note and "##" a heading.
		start = start && (r >= '0' && r <= '9' || r == '-' || r == '#')
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
