package safety

import (
	"strings"
	"unicode"
)

// Distances are counted in half words: a Latin word is two wide, a Chinese
// character one. Punctuation adds a distance, so that words of two clauses
// combine only when they stand close.
const (
	wordWidth  = 2
	hanWidth   = 1
	pauseWidth = 2
	stopWidth  = 12
)

// pause tells what stands before a token.
type pause uint8

const (
	noPause  pause = iota
	comma          // a comma, a dash, a bracket, dots
	fullStop       // the end of a sentence or line
)

// token is one word, number or Chinese character of a message.
type token struct {
	id     int32 // of the word in the vocabulary; 0 for a word that no rule uses
	before pause
	number bool
	value  float64 // of a number
	at     int32   // distance from the start of the message
	width  int32
	rune   int32 // where it starts in the text
}

// scanner cuts a normalised text into tokens.
type scanner struct {
	words  *vocabulary
	text   []rune
	tokens []token
	before pause
	at     int32
	rune   int // where the token being read starts
	tried  int // how far a run of single letters was tried and made no word
}

func (s *scanner) scan() {
	for i := 0; i < len(s.text); {
		r := s.text[i]
		s.rune = i
		switch {
		case unicode.Is(unicode.Han, r):
			if value, n := hanNumber(s.text[i:]); n > 0 {
				s.add(token{number: true, value: value, width: int32(n) * hanWidth})
				i += n
				continue
			}
			s.add(token{id: s.words.han[r], width: hanWidth})
			i++
		case s.shortYear(i):
			i += 3
		case isAlnum(r) || s.leetAt(i):
			i = s.run(i)
		default:
			s.punctuation(i)
			i++
		}
	}
}

// shortYear reads a year like '03 and adds it.
func (s *scanner) shortYear(i int) bool {
	t := s.text
	if t[i] != '\'' || i+2 >= len(t) || !isDigit(t[i+1]) || !isDigit(t[i+2]) || i+3 < len(t) && isAlnum(t[i+3]) {
		return false
	}
	year := 1900 + 10*float64(t[i+1]-'0') + float64(t[i+2]-'0')
	if year < 1950 {
		year += 100
	}
	s.add(token{number: true, value: year, width: wordWidth})
	return true
}

func (s *scanner) add(t token) {
	t.before, s.before = s.before, noPause
	switch {
	case len(s.tokens) == 0:
		t.before = fullStop
	case t.before == comma:
		s.at += pauseWidth
	case t.before == fullStop:
		s.at += stopWidth
	}
	t.at, t.rune = s.at, int32(s.rune)
	s.at += t.width
	s.tokens = append(s.tokens, t)
}

func (s *scanner) punctuation(i int) {
	switch r := s.text[i]; r {
	case '.':
		// Dots are a pause, one full stop ends a sentence.
		if (i+1 < len(s.text) && s.text[i+1] == '.') || (i > 0 && s.text[i-1] == '.') {
			s.before = max(s.before, comma)
		} else {
			s.before = fullStop
		}
	case '!', '?', '\n', '。', ';':
		s.before = fullStop
	case ',', ':', '(', ')', '[', ']', '–', '—', '"', '“', '”', '「', '」', '|', '~':
		s.before = max(s.before, comma)
	case '-':
		if i > 0 && i+1 < len(s.text) && s.text[i-1] == ' ' {
			s.before = max(s.before, comma)
		}
	}
}

// run reads the word, number or disguised word that starts at i and returns
// where the next one starts.
func (s *scanner) run(i int) int {
	if i >= s.tried {
		end, letters := s.spaced(i)
		if end > 0 && s.addKnown(letters, true) {
			return end
		}
		s.tried = max(s.tried, end)
	}
	end := i
	for end < len(s.text) && s.inRun(end) {
		end++
	}
	word := s.text[i:end]
	if value, n := number(word); n > 0 {
		if n == len(word) || units[string(word[n:])] {
			s.add(token{number: true, value: value, width: wordWidth})
			if n < len(word) {
				s.add(token{id: s.words.id(string(word[n:])), width: 0})
			}
			return end
		}
	}
	if n := s.plainOrDisguised(word); n > 0 {
		return i + n
	}
	s.punctuation(i)
	return i + 1
}

func (s *scanner) inRun(i int) bool {
	r := s.text[i]
	if isAlnum(r) {
		return true
	}
	if i == 0 || i+1 == len(s.text) {
		return s.leetAt(i)
	}
	if r == '\'' {
		return isLetter(s.text[i-1]) && isLetter(s.text[i+1])
	}
	if r == '.' {
		return isDigit(s.text[i-1]) && isDigit(s.text[i+1])
	}
	return s.leetAt(i)
}

// leetAt tells that the symbol at i stands for a letter of a word: a letter or
// digit follows, at once or behind the same symbol again ("ki$$ed").
func (s *scanner) leetAt(i int) bool {
	t := s.text
	if _, ok := leet[t[i]]; !ok || isDigit(t[i]) || i+1 == len(t) {
		return false
	}
	if isAlnum(t[i+1]) {
		return true
	}
	return t[i+1] == t[i] && i > 0 && isLetter(t[i-1]) && i+2 < len(t) && isLetter(t[i+2])
}

// leet maps digits and symbols to the letters they stand for.
var leet = map[rune]rune{'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '@': 'a', '$': 's', '!': 'i', '|': 'l', '+': 't', '*': '*'}

// plainOrDisguised adds the word and returns how many of its runes were used,
// none when it starts with a symbol that stands for nothing.
func (s *scanner) plainOrDisguised(word []rune) int {
	plain := true
	for _, r := range word {
		plain = plain && (isLetter(r) || r == '\'')
	}
	if value, ok := numerals[string(word)]; ok {
		s.add(token{number: true, value: value, width: wordWidth})
		return len(word)
	}
	if plain {
		s.addWord(strings.ReplaceAll(string(word), "'", ""))
		return len(word)
	}
	for _, one := range []rune{'i', 'l'} {
		if s.addKnown(unleet(word, one), false) {
			return len(word)
		}
	}
	// It is no disguise: take the plain part in front.
	n := 0
	for n < len(word) && (isLetter(word[n]) || word[n] == '\'') {
		n++
	}
	if n == 0 {
		for n < len(word) && isDigit(word[n]) {
			n++
		}
		if value, digits := number(word[:n]); digits > 0 {
			s.add(token{number: true, value: value, width: wordWidth})
			return n
		}
		return 0
	}
	s.addWord(strings.ReplaceAll(string(word[:n]), "'", ""))
	return n
}

func unleet(word []rune, one rune) string {
	var b strings.Builder
	for _, r := range word {
		switch to, ok := leet[r]; {
		case r == '\'':
		case r == '1' || r == '!':
			b.WriteRune(one)
		case ok:
			b.WriteRune(to)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// addWord adds the word as the vocabulary understands it.
func (s *scanner) addWord(word string) {
	if !s.addKnown(word, true) {
		s.add(token{id: s.words.others[word], width: wordWidth})
	}
}

// addKnown adds the words that word stands for. It adds nothing and returns
// false when it stands for none.
func (s *scanner) addKnown(word string, glued bool) bool {
	var buf [8]int32
	ids := s.words.understand(buf[:0], word, glued)
	for _, id := range ids {
		s.add(token{id: id, width: wordWidth})
	}
	return len(ids) > 0
}

// spaced reads single letters that one and the same separator keeps apart
// ("c h e s t", "k-i-l-l") and returns where they end and the letters without
// the separator; 0 when there are fewer than three.
func (s *scanner) spaced(i int) (end int, letters string) {
	t := s.text
	if i+2 >= len(t) || isAlnum(t[i+1]) || !strings.ContainsRune(" .-_*·/", t[i+1]) {
		return 0, ""
	}
	sep := t[i+1]
	var word []rune
	// The next single letter: it follows the separator and is not the start of a word.
	single := func(i int) bool {
		return i < len(t) && isAlnum(t[i]) && (i+1 == len(t) || !isAlnum(t[i+1]))
	}
	for len(word) < 2*maxWord {
		word = append(word, t[i])
		i++
		if i >= len(t) || t[i] != sep || !single(i+1) {
			break
		}
		i++
	}
	if len(word) < 3 {
		return 0, ""
	}
	return i, unleet(word, 'i')
}

func isLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || r >= 0x80 && unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
}

func isAlnum(r rune) bool { return isLetter(r) || isDigit(r) }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// number reads a decimal number at the start of word and returns how many
// runes it takes; 0 when there is none.
func number(word []rune) (value float64, n int) {
	scale := 0.0
	for n < len(word) {
		switch r := word[n]; {
		case isDigit(r) && scale == 0:
			value = value*10 + float64(r-'0')
		case isDigit(r):
			value += float64(r-'0') * scale
			scale /= 10
		case r == '.' && n > 0 && scale == 0:
			scale = 0.1
		default:
			return value, n
		}
		n++
	}
	return value, n
}

// hanNumber reads a number in Chinese characters that stands before something
// it counts ("十二岁", "三十粒") and returns how many characters it takes; 0
// when there is none. Anywhere else the characters are words ("一边").
func hanNumber(text []rune) (value float64, n int) {
	digit := 0.0
	for n < len(text) {
		r := text[n]
		if d := strings.IndexRune("零一二三四五六七八九", r); d >= 0 {
			digit = float64(d / len("零"))
		} else if r == '两' {
			digit = 2
		} else if r == '廿' {
			value += 20
		} else if r == '十' || r == '百' {
			unit := 10.0
			if r == '百' {
				unit = 100
			}
			value, digit = value+max(digit, 1)*unit, 0
		} else {
			break
		}
		n++
	}
	if n == 0 || n == len(text) || !strings.ContainsRune("岁天日周星个粒片颗度年月樽瓶包排小点", text[n]) {
		return 0, 0
	}
	return value + digit, n
}
