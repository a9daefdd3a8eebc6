package preview

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The two functions below turn what an adapter sends into HTML that is safe to
// show. They know the markup that our adapters write and nothing more: what
// they do not know stays text, so that a mistake in an adapter is seen.

var telegramTag = regexp.MustCompile(`<(/?)(a|b|code|em|i|pre|s|strong|u)(?: href="([^"<>]*)")?>`)

// TelegramHTML shows a text in Telegram's HTML.
func TelegramHTML(text string) string {
	var out strings.Builder
	var open []string
	at := 0
	for _, m := range telegramTag.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(escape(html.UnescapeString(text[at:m[0]])))
		at = m[1]
		name, closing, hasAddress := text[m[4]:m[5]], m[2] < m[3], m[6] >= 0
		var tag string
		var ok bool
		switch {
		case closing:
			tag = "</" + name + ">"
			if ok = !hasAddress && len(open) > 0 && open[len(open)-1] == name; ok {
				open = open[:len(open)-1]
			}
		case name == "a":
			if hasAddress {
				tag, ok = anchor(html.UnescapeString(text[m[6]:m[7]]))
			}
		default:
			tag, ok = "<"+name+">", !hasAddress
		}
		if !ok {
			tag = escape(text[m[0]:m[1]])
		} else if !closing {
			open = append(open, name)
		}
		out.WriteString(tag)
	}
	out.WriteString(escape(html.UnescapeString(text[at:])))
	for _, name := range slices.Backward(open) {
		out.WriteString("</" + name + ">")
	}
	return out.String()
}

// DiscordHTML shows a text in Discord's markdown: small print ("-# "), list
// points ("- "), bold, italic, links with angle brackets and backslash escapes.
func DiscordHTML(text string) string {
	var out strings.Builder
	inList := false
	for line := range strings.SplitSeq(text, "\n") {
		item, isItem := strings.CutPrefix(line, "- ")
		switch {
		case isItem && !inList:
			out.WriteString("<ul>")
		case inList && !isItem:
			out.WriteString("</ul>")
		}
		inList = isItem
		small, isSmall := strings.CutPrefix(line, "-# ")
		switch {
		case isItem:
			out.WriteString("<li>" + discordInline(item) + "</li>")
		case isSmall:
			out.WriteString("<p><small>" + discordInline(small) + "</small></p>")
		case line == "":
			out.WriteString("<p><br></p>")
		default:
			out.WriteString("<p>" + discordInline(line) + "</p>")
		}
	}
	if inList {
		out.WriteString("</ul>")
	}
	return out.String()
}

// discordMarks are the marks of emphasis, the longest first.
var discordMarks = []struct{ mark, before, after string }{
	{"***", "<strong><em>", "</em></strong>"},
	{"**", "<strong>", "</strong>"},
	{"*", "<em>", "</em>"},
}

// discordInline shows what stands in one line.
func discordInline(s string) string {
	var out strings.Builder
	for s != "" {
		shown, size := discordToken(s)
		out.WriteString(shown)
		s = s[size:]
	}
	return out.String()
}

// discordToken shows what s begins with, and returns how many bytes that was.
func discordToken(s string) (shown string, size int) {
	if s[0] == '\\' && len(s) > 1 && isPunctuation(s[1]) {
		return escape(s[1:2]), 2
	}
	for _, m := range discordMarks {
		if inner, ok := strings.CutPrefix(s, m.mark); ok {
			if end := findMark(inner, m.mark); end > 0 {
				return m.before + discordInline(inner[:end]) + m.after, end + 2*len(m.mark)
			}
		}
	}
	if m := discordLink.FindStringSubmatch(s); m != nil {
		if open, ok := anchor(m[2]); ok {
			return open + discordInline(m[1]) + "</a>", len(m[0])
		}
	}
	if m := discordAddress.FindStringSubmatch(s); m != nil {
		if open, ok := anchor(m[1]); ok {
			return open + escape(m[1]) + "</a>", len(m[0])
		}
	}
	_, size = utf8.DecodeRuneInString(s)
	return escape(s[:size]), size
}

var (
	discordLink    = regexp.MustCompile(`^\[((?:[^\\\[\]]|\\.)+)\]\(<([^<>\s]+)>\)`)
	discordAddress = regexp.MustCompile(`^<(https?://[^<>\s]+)>`)
)

// findMark returns where in s the mark stands again and is not escaped; -1 for nowhere.
func findMark(s, mark string) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case mark == "*" && strings.HasPrefix(s[i:], "**"):
			i++ // another mark
		case strings.HasPrefix(s[i:], mark):
			return i
		}
	}
	return -1
}

// isPunctuation tells whether a backslash before c shows c.
func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z')
}

// anchor opens a link. ok is false when the address is no web address.
func anchor(address string) (tag string, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", false
	}
	return fmt.Sprintf(`<a href="%s" target="_blank" rel="noopener noreferrer">`, escape(address)), true
}

// escape writes text so that a browser shows those very characters.
func escape(text string) string {
	return html.EscapeString(strings.ToValidUTF8(text, "\uFFFD"))
}
