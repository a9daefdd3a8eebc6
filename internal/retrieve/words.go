package retrieve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"

	"meridian/internal/hanzi"
)

// maxWord is the length in bytes past which a word is cut. Nothing a patient
// searches for is longer; base64 and the like are.
const maxWord = 64

// A scanner cuts texts into words. It is not safe for concurrent use; the
// word handed to emit is only valid during the call.
type scanner struct {
	emit func(word []byte, k kind)
	buf  []byte
	run  []rune
}

// scan calls emit for each word of text, in order: lower case, compatibility
// forms and accents folded, Chinese as [scanner.han] cuts it.
//
// ASCII is cut here, everything else by the Unicode word boundary rules
// (UAX #29), chunk by chunk: white space always bounds a word, so that a
// curly quote does not send a whole English text the slow way.
func (s *scanner) scan(text string) {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			i = s.chunk(text, i)
		case isAlnum(c):
			end := i + 1
			for end < len(text) && (isAlnum(text[end]) || text[end] == '\'') {
				end++
			}
			if end < len(text) && text[end] >= utf8.RuneSelf {
				i = s.chunk(text, i)
				continue
			}
			s.latin(text[i:end])
			i = end
		default:
			i++
		}
	}
}

// chunk scans the text from i to the next ASCII white space the slow way and
// returns where that is.
func (s *scanner) chunk(text string, i int) int {
	end := i
	for end < len(text) && text[end] > ' ' {
		end++
	}
	s.run = s.run[:0]
	for w := words.FromString(normalise(text[i:end])); w.Next(); {
		word := w.Value()
		first, size := utf8.DecodeRuneInString(word)
		switch {
		case unicode.Is(unicode.Han, first):
			for _, r := range word {
				s.run = append(s.run, hanzi.Fold(r))
			}
		case size == 1 || unicode.IsLetter(first) || unicode.IsNumber(first):
			s.han()
			s.pieces(word)
		default: // punctuation ends a run of Chinese
			s.han()
		}
	}
	s.han()
	return end
}

// pieces emits the parts of a word that UAX #29 keeps together and we do not:
// "pain.and", "3.5", "e.g".
func (s *scanner) pieces(word string) {
	start := -1
	for i := 0; i <= len(word); i++ {
		inside := i < len(word) && (word[i] >= utf8.RuneSelf || isAlnum(word[i]) || start >= 0 && word[i] == '\'')
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			s.latin(word[start:i])
			start = -1
		}
	}
}

// latin emits one word of an alphabet: without the endings 's, 'm, 're, 've,
// 'd and 'll, and without other apostrophes, since patients leave them out.
func (s *scanner) latin(word string) {
	word = strings.TrimRight(word, "'")
	if i := strings.LastIndexByte(word, '\''); i > 0 {
		switch word[i+1:] {
		case "s", "S", "m", "M", "re", "RE", "ve", "VE", "d", "D", "ll", "LL":
			word = word[:i]
		}
	}
	if len(word) > maxWord {
		word = strings.ToValidUTF8(word[:maxWord], "")
	}
	s.buf = s.buf[:0]
	for i := range len(word) {
		c := word[i]
		switch {
		case c == '\'':
		case 'A' <= c && c <= 'Z':
			s.buf = append(s.buf, c+'a'-'A')
		default:
			s.buf = append(s.buf, c)
		}
	}
	if len(s.buf) > 0 {
		s.emit(s.buf, alphabetic)
	}
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// normalise brings a text to one form: compatibility characters (full width,
// ligatures) to plain ones, lower case, typographic apostrophes to plain ones,
// accents off (patients do not type the ö of Sjögren).
func normalise(text string) string {
	decomposed := norm.NFKD.String(text)
	folded := strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r <= 0x36f: // combining diacritical marks
			return -1
		case r == '’' || r == '‘' || r == 'ʼ':
			return '\''
		}
		return unicode.ToLower(r)
	}, decomposed)
	return norm.NFC.String(folded)
}
