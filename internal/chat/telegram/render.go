package telegram

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"meridian/internal/chat"
)

const (
	// maxText is the longest text of one message, in UTF-16 units. Telegram counts
	// what is left after the markup is read; here the markup counts too.
	maxText = 4096
	// maxURL is the longest address made a link, in bytes after escaping, so that
	// a link never fills a message.
	maxURL = 2000
)

// part is one Telegram message of a reply.
type part struct {
	html    string
	plain   string // the same without markup, for when Telegram refuses it
	choices []chat.Choice
}

// Preview returns the parts of the reply exactly as they would be sent, in
// Telegram's HTML.
func Preview(r chat.Reply) []string {
	var texts []string
	for _, p := range render(r) {
		texts = append(texts, p.html)
	}
	return texts
}

// render writes the reply as parts that each fit into one message. Buttons go
// below the last; those that Telegram would refuse, and the whole reply with
// them, are left out.
func render(r chat.Reply) []part {
	var parts []part
	for _, blocks := range chat.Split(r.Blocks(), fits) {
		parts = append(parts, part{html: markup(blocks), plain: plain(blocks)})
	}
	last := &parts[len(parts)-1] // the disclaimer is always there
	for _, c := range r.Choices {
		valid := strings.TrimSpace(c.Label) != "" && c.Value != "" && len(c.Value) <= chat.MaxChoiceValue
		if valid && len(last.choices) < chat.MaxChoices {
			last.choices = append(last.choices, c)
		}
	}
	return parts
}

func fits(blocks []chat.Block) bool {
	return utf16Len(markup(blocks)) <= maxText && utf16Len(plain(blocks)) <= maxText
}

func plain(blocks []chat.Block) string {
	safe := make([]chat.Block, len(blocks))
	for i, b := range blocks {
		safe[i].Kind = b.Kind
		for _, span := range b.Spans {
			safe[i].Spans = append(safe[i].Spans, sanitize(span))
		}
	}
	return chat.PlainText(safe)
}

func markup(blocks []chat.Block) string {
	var s strings.Builder
	for i, b := range blocks {
		if i > 0 {
			s.WriteString(gap(blocks[i-1].Kind, b.Kind))
		}
		if b.Kind == chat.Item {
			s.WriteString("• ")
		}
		for _, span := range b.Spans {
			span.Bold = span.Bold || b.Kind == chat.Heading
			writeSpan(&s, sanitize(span))
		}
	}
	return s.String()
}

// gap returns what stands between two blocks: a blank line, but none below a
// heading, within a list, and among notes.
func gap(above, below chat.Kind) string {
	if above == chat.Heading || above == below && (above == chat.Item || above == chat.Note) {
		return "\n"
	}
	return "\n\n"
}

func writeSpan(s *strings.Builder, span chat.Span) {
	text := html.EscapeString(span.Text)
	if strings.TrimSpace(text) == "" {
		s.WriteString(text) // Telegram drops the marks of nothing
		return
	}
	if span.Italic {
		text = "<i>" + text + "</i>"
	}
	if span.Bold {
		text = "<b>" + text + "</b>"
	}
	if span.URL != "" {
		text = `<a href="` + html.EscapeString(span.URL) + `">` + text + "</a>"
	}
	s.WriteString(text)
}

// sanitize returns the span with text that Telegram accepts and nobody is
// notified by, and without an address that can not be a link.
func sanitize(span chat.Span) chat.Span {
	span.Text = inert(strings.ToValidUTF8(span.Text, "\uFFFD"))
	if !linkable(span.URL) {
		span.URL = ""
	}
	return span
}

// linkable refuses what is not a web address, as a tg: address would be a
// mention, and what is too long.
func linkable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		utf8.ValidString(address) && len(html.EscapeString(address)) <= maxURL
}

// inert keeps Telegram from taking "@name" for a mention, which would notify
// somebody: it puts an invisible word joiner behind the "@". An "@" after a letter
// or digit, as in a mail address, is no mention and stays as it is.
func inert(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	var s strings.Builder
	before := ' '
	for _, r := range text {
		s.WriteRune(r)
		if r == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '_' {
			s.WriteRune('\u2060')
		}
		before = r
	}
	return s.String()
}

func utf16Len(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}
