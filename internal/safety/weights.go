package safety

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readWeights reads what was learnt. A line is numbers, in hundredths, a tab, and
// what they are the weights of; four numbers are for D, U, K and E:
//
//	20 0 0 130	chest hurts	two neighbours; "chest _ hurts" with one word between
//	0 0 0 -60	? chest	behind a "?": said of the past, denied, or in general
//	0 0 0 40	#3	a number from 7 to 14 (its binary logarithm); "|" is a pause, "*" a word not known
//	0 0 0 80	CHEST 2	a concept, and the status that it was said with
//	E-CARD 70	CHEST 2	how much a concept speaks for one class of its level
//	0 0 0 -120		the weight of nothing at all
//
// A concept that no rule defines any more weighs nothing, until the weights are
// learnt anew.
func (r *rules) readWeights(text string) error {
	r.scales = scales{weights: make(map[feature][levelCount]float32, strings.Count(text, "\n")), classes: map[feature][]lean{}}
	codes := make(map[string]*class, len(r.classes))
	for _, c := range r.classes {
		codes[c.code] = c
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line[0] == '#' {
			continue
		}
		numbers, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if err := r.readWeight(numbers, name, codes); err != nil {
			return fmt.Errorf("weights.txt:%d: %w", n, err)
		}
	}
	return nil
}

func (r *rules) readWeight(numbers, name string, codes map[string]*class) error {
	f, err := r.featureNamed(name)
	if err != nil {
		return err
	}
	if code, weight, ok := strings.Cut(numbers, " "); ok && codes[code] != nil {
		w, err := strconv.Atoi(weight)
		r.scales.classes[f] = append(r.scales.classes[f], lean{codes[code], float32(w) / 100})
		return err
	}
	var w [levelCount]float32
	for l := Decline; l <= Emergency; l++ {
		var number string
		number, numbers, _ = strings.Cut(numbers, " ")
		weight, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("want the weights for D, U, K and E, or a class and its weight: %w", err)
		}
		w[l] = float32(weight) / 100
	}
	if name == "" {
		r.scales.bias = w
	} else {
		r.scales.weights[f] = w
	}
	return nil
}

// featureNamed returns the feature that a line of the weights names. Words that
// the rules do not use join the vocabulary, to be weighed alone.
func (r *rules) featureNamed(name string) (feature, error) {
	name, said := strings.CutPrefix(name, "? ")
	f := feature(0)
	if said {
		f = excused
	}
	first, rest, more := strings.Cut(name, " ")
	if !more {
		return f | wordFeature | r.senseNamed(first), nil
	}
	if i, ok := r.byName[first]; ok {
		status, err := strconv.Atoi(rest)
		return conceptFeature | feature(i)<<8 | feature(status), err
	}
	if last, skipped := strings.CutPrefix(rest, "_ "); skipped {
		return f | skipFeature | r.senseNamed(first)<<24 | r.senseNamed(last), nil
	}
	return f | pairFeature | r.senseNamed(first)<<24 | r.senseNamed(rest), nil
}

// unknownWord names all words that neither a rule nor a weight knows.
const unknownWord = "*"

func (r *rules) senseNamed(word string) feature {
	switch word {
	case "|":
		return pauseSense
	case unknownWord:
		return 0
	}
	if rest, ok := strings.CutPrefix(word, "#"); ok {
		if size, err := strconv.Atoi(rest); err == nil {
			return numberSense + feature(size)
		}
	}
	return feature(r.words.meet(word))
}

// meet returns the number of a word that is weighed: that of the rules' word,
// or one of its own. It never becomes a word that others may misspell, nor a
// part of a glued one.
func (v *vocabulary) meet(word string) int32 {
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.Is(unicode.Han, r) {
		return v.learnHan(r)
	}
	if id, ok := v.ids[word]; ok {
		return id
	}
	if v.others[word] == 0 {
		v.last++
		v.others[word] = v.last
	}
	return v.others[word]
}
