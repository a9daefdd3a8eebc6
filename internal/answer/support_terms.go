package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"meridian/internal/hanzi"
)

// term is one unit of meaning of a sentence: a word or phrase of the lexicon,
// another English word, a pair of Chinese characters, a number or a mark.
type term struct {
	text    string // as written; Chinese folded to one script
	key     string // what it is compared by: the idea, the stem or the pair
	known   *entry // what the lexicon knows of it; may be nil
	mark    rune   // the punctuation mark it is, or 0
	number  bool   // text is a number in digits
	name    bool   // an abbreviation, or a capital within the sentence
	denied  bool   // stands behind a denial in its clause
	pairing bool   // a pair of Chinese characters that the lexicon does not know
}

// content reports whether the term carries something to be supported.
func (t *term) content() bool {
	if t.denied && t.known.is(knowing) {
		return false // "not sure"
	}
	return t.mark == 0 && !t.number && t.key != "" && !t.known.is(glue|denies|possible|plain|orders|self|inquires)
}

// readTerms cuts a sentence into terms.
func readTerms(text string) []term {
	r := &termReader{lexicon: loadLexicon()}
	text = strings.ReplaceAll(norm.NFKC.String(text), "’", "'")
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.Is(unicode.Han, c):
			end := endOf(text, i, func(r rune) bool { return unicode.Is(unicode.Han, r) })
			r.flushWords()
			r.han([]rune(strings.Map(hanzi.Fold, text[i:end])))
			i = end
		case '0' <= c && c <= '9':
			r.flushWords()
			i = r.digits(text, i)
		case unicode.IsLetter(c):
			i = r.word(text, i)
		case unicode.IsSpace(c), c == '-' && joins(text, i):
			i += size
		default:
			r.flushWords()
			r.out = append(r.out, term{text: text[i : i+size], mark: c})
			i += size
		}
	}
	r.flushWords()
	return r.out
}

// joins reports whether the hyphen at i stands between two letters.
func joins(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+1:])
	return unicode.IsLetter(before) && unicode.IsLetter(after)
}

// endOf returns where the run of runes that belong ends.
func endOf(text string, i int, belongs func(rune) bool) int {
	for i < len(text) {
		c, size := utf8.DecodeRuneInString(text[i:])
		if !belongs(c) {
			break
		}
		i += size
	}
	return i
}

// termReader gathers the terms of one sentence.
type termReader struct {
	lexicon *lexicon
	words   []string // English words since the last mark, as written
	out     []term
}

// word reads an English word. A hyphen parts two words ("long-term") unless it
// makes one name ("IL-6", "TNF-α"); "n't" becomes a word of its own.
func (r *termReader) word(text string, i int) int {
	end := endOf(text, i, func(c rune) bool {
		return (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '\'') && !unicode.Is(unicode.Han, c)
	})
	if end+1 < len(text) && text[end] == '-' {
		part := endOf(text, end+1, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) })
		if tail := text[end+1 : part]; tail != "" && (!isASCII(tail) || strings.ContainsFunc(tail, unicode.IsDigit)) {
			r.words = append(r.words, text[i:part])
			return part
		}
	}
	word := strings.TrimRight(text[i:end], "'")
	if n := len(word) - 3; n > 0 && strings.EqualFold(word[n:], "n't") {
		r.words = append(r.words, fullForm(word[:n]), "not")
		return end
	}
	if at := strings.LastIndexByte(word, '\''); at > 0 && !strings.EqualFold(word[:at], "i") {
		word = word[:at] // "needle's", "they'll"
	}
	switch {
	case strings.EqualFold(word, "cannot"):
		r.words = append(r.words, "can", "not")
	case word != "":
		r.words = append(r.words, word)
	}
	return end
}

// fullForm mends what is left of a word without its "n't".
func fullForm(word string) string {
	switch strings.ToLower(word) {
	case "ca":
		return "can"
	case "wo":
		return "will"
	}
	return word
}

// flushWords turns the English words gathered into terms: the longest phrases
// of the lexicon first.
func (r *termReader) flushWords() {
	words := r.words
	r.words = r.words[:0]
	for i := 0; i < len(words); {
		n, known := r.phraseAt(words[i:])
		text := strings.Join(words[i:i+n], " ")
		if number, ok := numberWord(words[i:]); ok && n == 1 {
			r.out = append(r.out, term{text: number.value, number: true})
			i += number.words
			continue
		}
		t := term{text: text, known: known, key: keyOf(known, text)}
		t.name = isName(words[i], len(r.out) == 0 || endsSentence(r.out[len(r.out)-1].mark))
		r.out = append(r.out, t)
		i += n
	}
}

// phraseAt returns how many of the words make an entry of the lexicon, and the
// entry; one word and nil when there is none.
func (r *termReader) phraseAt(words []string) (int, *entry) {
	for n := min(longestPhrase, len(words)); n > 0; n-- {
		phrase := strings.Join(words[:n], " ")
		if e := r.lexicon.cased[phrase]; e != nil {
			return n, e
		}
		if n == 1 && isAbbreviation(phrase) {
			break // "US" is not "us"
		}
		lower := strings.ToLower(phrase)
		e, s := r.lexicon.exact[lower], r.lexicon.stemmed[stems(lower)]
		switch {
		case e != nil && s != nil:
			return n, merged(e, s)
		case e != nil:
			return n, e
		case s != nil:
			return n, s
		}
	}
	return 1, nil
}

// merged is what two entries say together.
func merged(a, b *entry) *entry {
	m := *b
	m.traits |= a.traits
	m.directions = append(append([]direction(nil), a.directions...), b.directions...)
	return &m
}

// keyOf returns what a word or phrase is compared by.
func keyOf(known *entry, text string) string {
	switch {
	case known != nil && known.same != "":
		return "=" + known.same
	case isAbbreviation(text):
		return "^" + strings.ToLower(text)
	}
	return stems(strings.ToLower(text))
}

func isAbbreviation(word string) bool {
	return len(word) > 1 && strings.ToUpper(word) == word && strings.ContainsFunc(word, unicode.IsUpper)
}

// isName reports whether a word is written like a name. Any word is at the
// start of a sentence.
func isName(word string, start bool) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if isAbbreviation(word) || strings.ContainsFunc(word, unicode.IsDigit) {
		return true
	}
	return !start && unicode.IsUpper(first) && utf8.RuneCountInString(word) > 1
}

func endsSentence(mark rune) bool { return mark != 0 && strings.ContainsRune(".!?。！？:", mark) }
