package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// styles are the tags that Telegram reads, and the entities they make.
var styles = map[string]string{
	"a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic",
	"u": "underline", "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}

// ParseHTML reads Telegram's HTML the way its server does, and returns the text
// that people see with its entities, those that end first before others. Errors
// are worded like Telegram's, without the "can't parse entities: " before them.
func ParseHTML(markup string) (string, []Entity, error) {
	p := parser{in: markup}
	for p.at < len(p.in) {
		var err error
		switch p.in[p.at] {
		case '<':
			err = p.tag()
		case '&':
			p.reference()
		default:
			r, size := utf8.DecodeRuneInString(p.in[p.at:])
			p.write(r)
			p.at += size
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, refuse("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	return p.out.String(), p.entities, nil
}

// markupError is worded by Telegram.
type markupError string

func (e markupError) Error() string { return string(e) }

func refuse(format string, args ...any) error { return markupError(fmt.Sprintf(format, args...)) }

type parser struct {
	in       string
	at       int
	out      strings.Builder
	units    int // UTF-16 units in out
	open     []openTag
	entities []Entity
}

type openTag struct {
	name, href string
	offset     int // in units
	start      int // in bytes of out
}

func (p *parser) write(r rune) {
	p.out.WriteRune(r)
	p.units += max(1, utf16.RuneLen(r)) // half a pair is one unit
}

// reference reads a character reference. One that Telegram does not know is text.
func (p *parser) reference() {
	r, size := reference(p.in[p.at:])
	if size == 0 {
		r, size = '&', 1
	}
	p.write(r)
	p.at += size
}

// reference returns the character that the reference at the start of s stands
// for, and the length of the reference in bytes; 0 when it is none.
func reference(s string) (rune, int) {
	named := map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}
	end := 1
	for end < len(s) && (s[end] == '#' || s[end] < utf8.RuneSelf && (unicode.IsLetter(rune(s[end])) || unicode.IsDigit(rune(s[end])))) {
		end++
	}
	word := s[1:end]
	size := end
	if end < len(s) && s[end] == ';' {
		size++
	}
	if r, ok := named[word]; ok {
		return r, size
	}
	if digits, ok := strings.CutPrefix(word, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		if n, err := strconv.ParseInt(digits, base, 32); err == nil && n > 0 && n < 0x10FFFF {
			return rune(n), size
		}
	}
	return 0, 0
}

func (p *parser) tag() error {
	begin := p.at
	end := strings.IndexByte(p.in[begin:], '>')
	if end < 0 {
		return refuse("Unclosed start tag at byte offset %d", begin)
	}
	inside := p.in[begin+1 : begin+end]
	p.at = begin + end + 1
	if name, closing := strings.CutPrefix(inside, "/"); closing {
		return p.closeTag(strings.ToLower(strings.TrimSpace(name)), begin)
	}
	name, attributes, _ := strings.Cut(inside, " ")
	name = strings.ToLower(name)
	if styles[name] == "" {
		return refuse("Unsupported start tag %q at byte offset %d", name, begin)
	}
	href, err := attribute(attributes)
	if err != nil {
		return refuse("%v at byte offset %d", err, begin)
	}
	p.open = append(p.open, openTag{name: name, href: href, offset: p.units, start: p.out.Len()})
	return nil
}

// attribute reads at most one attribute with a quoted value; the bot writes no other.
func attribute(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	value, ok := strings.CutPrefix(s, `href="`)
	value, closed := strings.CutSuffix(value, `"`)
	if !ok || !closed || strings.Contains(value, `"`) {
		return "", refuse("Unexpected end of name token")
	}
	p := parser{in: value}
	for p.at < len(p.in) {
		if p.in[p.at] == '&' {
			p.reference()
			continue
		}
		p.out.WriteByte(p.in[p.at])
		p.at++
	}
	return p.out.String(), nil
}

func (p *parser) closeTag(name string, begin int) error {
	if len(p.open) == 0 {
		return refuse("Unexpected end tag at byte offset %d", begin)
	}
	tag := p.open[len(p.open)-1]
	if name != tag.name {
		return refuse("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == tag.offset {
		return nil // marks nothing
	}
	e := Entity{Type: styles[name], Offset: tag.offset, Length: p.units - tag.offset}
	if name == "a" {
		e.URL = tag.href
		if e.URL == "" {
			e.URL = p.out.String()[tag.start:]
		}
	}
	p.entities = append(p.entities, e)
	return nil
}

// Mentions returns the stretches of a text that Telegram takes for "@name" and
// tells that person about: 2 to 32 letters, digits or "_" after an "@" that
// follows no word.
func Mentions(text string) []Entity {
	var found []Entity
	runes := []rune(text)
	units := 0
	for i, r := range runes {
		if r == '@' && (i == 0 || !isWord(runes[i-1])) {
			rest := runes[i+1:]
			n := slices.IndexFunc(rest, func(r rune) bool { return r >= utf8.RuneSelf || !isWord(r) })
			if n < 0 {
				n = len(rest)
			}
			if n >= 2 && n <= 32 && (n == len(rest) || !isWord(rest[n])) {
				found = append(found, Entity{Type: "mention", Offset: units, Length: n + 1})
			}
		}
		units += utf16.RuneLen(r)
	}
	return found
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
