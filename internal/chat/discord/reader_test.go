package discord

import (
	"fmt"
	"regexp"
	"strings"
)

// A reading is what Discord would show for markdown.
type reading struct {
	text  string   // every character that is seen, without line prefixes
	links []string // where one could get to
}

// blockMark is what makes a line a list point, a heading, small print or a quote.
var blockMark = regexp.MustCompile(`^ *([-*+]|[0-9]+[.)]|#{1,3}|-#|>{1,3})( |$)`)

// read shows markdown as Discord does, by the rules of its client, and fails
// where anything is open, unpaired or unescaped.
func read(markdown string) (reading, error) {
	var r reading
	for _, line := range strings.Split(markdown, "\n") {
		rest := line
		if after, ok := strings.CutPrefix(line, "- "); ok {
			rest = after
		} else if after, ok := strings.CutPrefix(line, "-# "); ok {
			rest = after
		}
		if blockMark.MatchString(rest) {
			return r, fmt.Errorf("text makes a list, heading or quote: %q", line)
		}
		if err := r.line(rest); err != nil {
			return r, fmt.Errorf("%w in %q", err, line)
		}
		r.text += "\n"
	}
	return r, nil
}

func (r *reading) line(s string) error {
	open := "" // the emphasis that is open
	for s != "" {
		switch {
		case s[0] == '\\':
			if len(s) < 2 || !strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", rune(s[1])) {
				return fmt.Errorf("a backslash escapes nothing")
			}
			r.text += s[1:2]
			s = s[2:]
		case s[0] == '*':
			marks := s[:len(s)-len(strings.TrimLeft(s, "*"))]
			switch {
			case open == "" && len(marks) <= 3:
				open = marks
			case open == marks:
				open = ""
			default:
				return fmt.Errorf("emphasis is not balanced")
			}
			s = s[len(marks):]
		case s[0] == '[':
			n, err := r.masked(s)
			if err != nil {
				return err
			}
			s = s[n:]
		case s[0] == '<':
			end := strings.IndexByte(s, '>')
			if end < 0 || !strings.HasPrefix(s, "<http") {
				return fmt.Errorf("an angle bracket is no link")
			}
			address := s[1:end]
			r.links = append(r.links, address)
			s = s[end+1:]
			if label, ok := strings.CutSuffix(r.text, " ("); ok && strings.HasPrefix(s, ")") {
				r.text, s = label, s[1:] // the address after its label
			} else {
				r.text += address
			}
		case strings.ContainsRune("_~`|]>", rune(s[0])):
			return fmt.Errorf("%q is not escaped", s[0])
		case strings.HasPrefix(s, "://"):
			return fmt.Errorf("text makes a link")
		case strings.HasPrefix(s, gapless):
			s = s[len(gapless):]
		default:
			r.text += s[:1]
			s = s[1:]
		}
	}
	if open != "" {
		return fmt.Errorf("emphasis stays open")
	}
	return nil
}

// maskedLink is Discord's rule for [label](<address>).
var maskedLink = regexp.MustCompile(`^\[((?:\\.|[^\[\]\\])*)\]\(<([^\s<>()\\]+)>\)`)

func (r *reading) masked(s string) (int, error) {
	found := maskedLink.FindStringSubmatch(s)
	if found == nil || strings.Contains(found[1], "://") {
		return 0, fmt.Errorf("a bracket makes no link")
	}
	r.links = append(r.links, found[2])
	return len(found[0]), r.line(found[1])
}
