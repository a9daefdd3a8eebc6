package answer

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"meridian/internal/hanzi"
)

//go:embed smalltalk.txt
var smallTalkData string

//go:embed health.txt
var healthData string

// smallTalkPhrases maps a phrase, as [bare] writes it, to its section in
// smalltalk.txt. healthTerms are the words that show a message to be about
// health, and so a gap in the library rather than off its topic.
var (
	smallTalkPhrases = readPhrases(smallTalkData)
	healthTerms      = readPhrases(healthData)
)

// readPhrases reads lines of phrases below [section] lines; # starts a comment.
func readPhrases(data string) map[string]string {
	phrases := make(map[string]string)
	section := ""
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			phrases[bare(line)] = section
		}
	}
	return phrases
}

// bare returns the words of a text in lower case with single spaces, Chinese
// folded to one script, apostrophes dropped, and a letter drawn out
// ("thankssss") written once.
func bare(text string) string {
	text = strings.NewReplacer("'", "", "’", "").Replace(strings.Join(words(text), " "))
	var b strings.Builder
	letters := []rune(text)
	for i := 0; i < len(letters); {
		end := i + 1
		for end < len(letters) && letters[end] == letters[i] {
			end++
		}
		n := end - i
		if n > 2 {
			n = 1
		}
		for range n {
			b.WriteRune(hanzi.Fold(letters[i]))
		}
		i = end
	}
	return b.String()
}

// around is the section of what may stand around small talk and is none alone.
const around = "around"

// smallTalk returns which kind of small talk the whole message is: "greeting",
// "thanks", "goodbye", "about" or "person". A message that also asks something
// is a question.
func smallTalk(text string) (string, bool) {
	whole := bare(text)
	if talk, ok := smallTalkPhrases[whole]; ok && talk != around {
		return talk, true
	}
	// "hi there, thanks!": phrases only, the last one tells what it is about.
	talk := ""
	for rest := whole; rest != ""; {
		head, kind := leadingPhrase(rest)
		if head == "" {
			return "", false
		}
		if kind != around {
			talk = kind
		}
		rest = strings.TrimSpace(rest[len(head):])
	}
	return talk, talk != ""
}

// leadingPhrase returns the longest phrase of small talk that a bare text
// starts with. A word ends before a space, a Chinese one anywhere.
func leadingPhrase(text string) (phrase, talk string) {
	const longest = 12 // words or Chinese characters, in smalltalk.txt
	ends := 0
	var last rune
	for i, r := range text + " " {
		if r == ' ' || unicode.Is(unicode.Han, last) {
			if kind, ok := smallTalkPhrases[text[:i]]; ok {
				phrase, talk = text[:i], kind
			}
			if ends++; ends > longest {
				break
			}
		}
		last = r
	}
	return phrase, talk
}

// separators part a greeting from what follows. NFKC has already made the
// full-width comma and marks of Chinese plain; the full stop stays its own.
const separators = ",.!?~。、 "

// withoutGreeting drops the hello and the thanks around a question: they are
// no part of what the library has to cover.
func withoutGreeting(text string) string {
	for {
		cut := strings.IndexAny(text, separators)
		if cut <= 0 {
			return text
		}
		if kind := smallTalkPhrases[bare(text[:cut])]; kind != "greeting" && kind != "thanks" {
			return text
		}
		rest := strings.TrimLeft(text[cut:], separators)
		if rest == "" {
			return text
		}
		text = rest
	}
}

// aboutHealth reports whether a message has a word of health, the body or the
// library's subject in it.
func aboutHealth(text string) bool { return hasHealthTerm(text, "subject", "symptom") }

var firstPerson = wordSet("i i'm im ive i've my me mine")

// isComplaint reports whether a message says that the person, or somebody with
// them, feels or sees something on the body.
func isComplaint(text string) bool {
	own := countWords(text, firstPerson) > 0 || strings.ContainsAny(text, "我")
	return own && hasHealthTerm(text, "symptom")
}

// hasHealthTerm reports whether a word of one of the sections of health.txt is
// in the message.
func hasHealthTerm(text string, sections ...string) bool {
	folded := strings.Map(hanzi.Fold, strings.ToLower(text))
	if hanzi.Contains(folded) {
		for term, section := range healthTerms {
			if slices.Contains(sections, section) && hanzi.Contains(term) && strings.Contains(folded, term) {
				return true
			}
		}
	}
	return slices.ContainsFunc(words(text), func(word string) bool {
		return slices.Contains(sections, healthTerms[word]) ||
			slices.Contains(sections, healthTerms[strings.TrimSuffix(word, "s")])
	})
}
