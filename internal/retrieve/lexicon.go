package retrieve

import (
	_ "embed"
	"strings"

	"github.com/kljensen/snowball/english"
)

// kind tells what a word is, which decides how much a question trusts it.
type kind uint8

const (
	alphabetic kind = iota // a word of an alphabet, or a number
	pair                   // two neighbouring Chinese characters
	single                 // a Chinese character that stands alone
	character              // a Chinese character within a longer run
	function               // a Chinese function word
)

// class tells what a term says.
type class uint8

const (
	content class = iota // what a question is about
	general              // something that fits any topic
	soft                 // how it is asked
	stop                 // nothing: it is not indexed
)

//go:embed english.txt
var englishTable string

// stopWords holds English words, englishClass the stems of those that are soft
// or general.
var stopWords, englishClass = parseEnglish(englishTable)

func parseEnglish(table string) (stopWords map[string]bool, stems map[string]class) {
	classes := map[string]class{"[stop]": stop, "[soft]": soft, "[general]": general}
	stopWords, stems = make(map[string]bool), make(map[string]class)
	var current class
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			if c, ok := classes[word]; ok {
				current = c
			} else if current == stop {
				stopWords[word] = true
			} else {
				stems[stem(word)] = max(stems[stem(word)], current)
			}
		}
	}
	return stopWords, stems
}

// stem returns the form under which a word of an alphabet is indexed.
func stem(word string) string {
	if len(word) <= 2 || word[0] >= '0' && word[0] <= '9' {
		return word
	}
	return english.Stem(word, true)
}

// termOf returns the term that stands for a word, and its class.
func termOf(word string, k kind) (string, class) {
	switch {
	case k == function:
		return word, soft
	case k != alphabetic:
		return word, content
	case stopWords[word]:
		return "", stop
	}
	term := stem(word)
	return term, englishClass[term]
}
