package answer

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"meridian/internal/hanzi"
)

// maxRunes bounds the text that is looked at: Telegram's limit for a message,
// the longest of the platforms.
const maxRunes = 4096

// clean returns the text in compatibility form (NFKC), without characters
// that are not seen (zero-width, bidi and control characters), each run of
// white space made one space, at most maxRunes long.
func clean(text string) string {
	var b strings.Builder
	space, n := false, 0
	for _, r := range norm.NFKC.String(firstRunes(text, maxRunes)) {
		switch {
		case unicode.IsSpace(r):
			space = n > 0
			continue
		case unicode.Is(unicode.Cf, r), unicode.IsControl(r), r == unicode.ReplacementChar:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
			n++
		}
		if n++; n > maxRunes { // NFKC can make a text longer
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSuffix(b.String(), " ")
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// englishWords and chineseMarks are function words: they tell in which language
// a sentence is built, whatever terms it quotes from the other one.
var englishWords = wordSet(`a about am an and are as at be but by can could did do does for from get had has have
	how i if in is it me my of on or should so than that the their there they this to was we what when where which
	who why will with would you your`)

const chineseMarks = "的嘅是係系不唔嗎吗咩呢咁點点邊边有冇没沒會会可能為为什甚麼么啲我你佢它他她點解怎如何想要做治"

var spanishWords = wordSet(`el la los las un una que no me mi de en y por para con estoy tengo siento duele dolor
	puedo es esta está muy pecho ayuda quiero mucho se le lo al del su`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// detectLanguage returns the language to reply in: English, or Chinese in the
// script the person writes. A Chinese term in an English sentence does not make
// it Chinese, nor an English word in a Chinese sentence English. locale decides
// only where the text says nothing.
func detectLanguage(text, locale string) string {
	script := hanzi.Detect(text)
	if script == hanzi.None {
		if hasLetters(text) {
			return "en"
		}
		return languageOf(locale)
	}
	if countWords(text, englishWords) >= 2 && !strings.ContainsAny(text, chineseMarks) {
		return "en"
	}
	switch script {
	case hanzi.Simplified:
		return "zh-Hans"
	case hanzi.Either:
		if lang := languageOf(locale); isChinese(lang) {
			return lang
		}
	}
	return "zh-Hant"
}

// languageOf returns the reply language for a platform's language tag.
func languageOf(locale string) string {
	locale = strings.ToLower(strings.ReplaceAll(locale, "_", "-"))
	switch {
	case strings.HasPrefix(locale, "zh-hans"), strings.HasPrefix(locale, "zh-cn"), strings.HasPrefix(locale, "zh-sg"):
		return "zh-Hans"
	case isChinese(locale):
		return "zh-Hant"
	default:
		return "en"
	}
}

// Language returns the language to reply in to somebody who wrote the text, or
// nothing yet, on a platform that reports the locale: "en", "zh-Hant" or "zh-Hans".
func Language(text, locale string) string { return detectLanguage(clean(text), locale) }

// isSpanish reports whether at least a third of the words, and two of them,
// are Spanish function words. It only picks the language of safety replies.
func isSpanish(text string) bool {
	n := countWords(text, spanishWords)
	return n >= 2 && 3*n >= len(words(text)) && countWords(text, englishWords) < n
}

func countWords(text string, set map[string]bool) int {
	n := 0
	for _, word := range words(text) {
		if set[word] {
			n++
		}
	}
	return n
}

// words returns the words of the text in lower case, without punctuation.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

func hasLetters(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }
