package answer

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"

	"meridian/internal/hanzi"
)

//go:embed support.txt
var supportData string

// trait is something that the lexicon says of a word.
type trait uint32

const (
	denies      trait = 1 << iota // "not": what follows is denied
	plain                         // "not only": holds such a word, denies nothing
	inquires                      // "whether": what follows is asked
	possible                      // "may": said to be possible, not so
	notional                      // "an idea": the same, less plainly
	ignorance                     // "we do not know"
	knowing                       // "sure": denied, it is ignorance
	telling                       // "says": somebody's word
	distant                       // "the article": whose word is not to be passed on as a fact
	oughts                        // "should": not what is
	mostly                        // "usually"
	conditional                   // "only if"
	partial                       // "always": denied, it is denied in part
	orders                        // "please": tells the reader what to do
	opens                         // "take": does so when it opens a sentence
	advises                       // "should": says what ought to be done
	permits                       // "can safely": lets the reader act
	acts                          // "stop": changes a treatment
	self                          // "we"
	diagnoses                     // "you have"
	origin                        // "trial": where a finding comes from
	named                         // a place or body
	atMost                        // "up to": bounds the number that follows
	atLeast                       // "at least"
	generic                       // "treatment": of health, but names nothing in particular
	everyday                      // names no fact of health
	glue                          // carries nothing of its own
)

// traitSections are the sections of support.txt that hold traits.
var traitSections = map[string]trait{
	"not": denies, "plain": plain, "ask": inquires,
	"may": possible, "notion": notional, "unknown": ignorance | possible, "know": knowing,
	"say": telling, "distance": distant, "ought": oughts, "mostly": mostly, "condition": conditional, "partial": partial,
	"order": orders, "open": opens, "advice": advises, "permit": permits, "act": acts, "self": self, "diagnosis": diagnoses,
	"source": origin, "name": named, "max": atMost, "min": atLeast,
	"generic": generic, "everyday": everyday, "glue": glue,
}

// direction is one side of a pair of opposites: "size", up or down.
type direction struct {
	pair string
	up   bool
}

// member is one alternative of a set of which only one can be meant.
type member struct{ set, alternative int }

// entry is everything the lexicon knows of a word or phrase.
type entry struct {
	traits     trait
	directions []direction
	members    []member
	same       string // the first word of its line under [same]
	unit       string // the first word of its line under [unit]
}

func (e *entry) is(t trait) bool { return e != nil && e.traits&t != 0 }

// lexicon holds support.txt by the three ways in which words are looked up.
type lexicon struct {
	exact   map[string]*entry  // as written in lower case: "=take"; Chinese, folded
	cased   map[string]*entry  // as written: "WHO"
	stemmed map[string]*entry  // every word stemmed, joined by a space
	strong  map[direction]bool // may only stand where the passage points so in the same sentence
	strict  map[string]bool    // units that a number may not do without
	generic map[string]bool    // Chinese words of health that name nothing in particular
	longest int                // Chinese characters in the longest entry
}

// loadLexicon reads support.txt once.
var loadLexicon = sync.OnceValue(func() *lexicon { return readLexicon(supportData) })

// longestPhrase is how many English words an entry of the lexicon has at most.
const longestPhrase = 5

func readLexicon(data string) *lexicon {
	x := &lexicon{
		exact: make(map[string]*entry), cased: make(map[string]*entry), stemmed: make(map[string]*entry),
		generic: make(map[string]bool),
		strong:  make(map[direction]bool), strict: make(map[string]bool),
	}
	section, sets := "", 0
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			x.readLine(section, line, sets)
			sets++
		}
	}
	return x
}

// readLine reads one line of a section; set is the number of the line.
func (x *lexicon) readLine(section, line string, set int) {
	first, alternative := "", 0
	for word := range strings.FieldsSeq(line) {
		if word == "|" {
			alternative++
			continue
		}
		word, strict := strings.CutSuffix(word, "!")
		if section == "generic" && hanzi.Contains(word) {
			x.generic[strings.Map(hanzi.Fold, word)] = true // no entry: it would part longer words
			continue
		}
		e := x.entry(word)
		if first == "" {
			first = strings.ToLower(word)
		}
		switch name, strong := strings.CutSuffix(section, "!"); {
		case traitSections[section] != 0:
			e.traits |= traitSections[section]
			if section == "unknown" && x.holdsDenial(word) {
				e.traits |= denies
			}
		case section == "same":
			e.same = first
		case section == "unit":
			e.unit = first
			x.strict[first] = x.strict[first] || strict
		case section == "instead":
			e.members = append(e.members, member{set, alternative})
		default:
			d := direction{pair: name[:len(name)-1], up: name[len(name)-1] == '+'}
			e.directions = append(e.directions, d)
			x.strong[d] = strong
		}
	}
}

// holdsDenial reports whether one of the words, or characters, of a phrase denies.
func (x *lexicon) holdsDenial(phrase string) bool {
	for word := range strings.SplitSeq(phrase, "_") {
		if x.stemmed[word].is(denies) {
			return true
		}
	}
	for _, r := range phrase {
		if x.exact[string(hanzi.Fold(r))].is(denies) {
			return true
		}
	}
	return false
}

// entry returns the entry of a word as support.txt writes it.
func (x *lexicon) entry(word string) *entry {
	table, key := x.stemmed, ""
	phrase := strings.ReplaceAll(word, "_", " ")
	switch {
	case hanzi.Contains(word):
		table, key = x.exact, strings.Map(hanzi.Fold, word)
		x.longest = max(x.longest, utf8.RuneCountInString(key))
	case word[0] == '=':
		table, key = x.exact, phrase[1:]
	case strings.ContainsFunc(word, unicode.IsUpper):
		table, key = x.cased, phrase
	default:
		key = stems(phrase)
	}
	e := table[key]
	if e == nil {
		e = new(entry)
		table[key] = e
	}
	return e
}

// stems returns the words with each one stemmed.
func stems(phrase string) string {
	if !strings.Contains(phrase, " ") {
		return english.Stem(phrase, false)
	}
	var list []string
	for word := range strings.FieldsSeq(phrase) {
		list = append(list, english.Stem(word, false))
	}
	return strings.Join(list, " ")
}
