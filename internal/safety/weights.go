package safety

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readWeights reads what was learnt. A line is numbers, a tab, and what they
// are the weights of; the numbers are for D, U, K and E:
//
//	0.2 0 0 1.3	chest hurts	two neighbours; "chest _ hurts" with one word between
//	0 0 0 -0.6	? chest	behind a "?": said of the past, denied, or in general
//	0 0 0 0.4	#3	a number from 7 to 14 (its binary logarithm); "|" is a pause, "*" a word not known
//	0 0 0 0.8	CHEST 2	a concept, and the status that it was said with
//	E-CARD 0.7	CHEST 2	how much a concept speaks for one class of its level
//	0 0 0 -1.2		the weight of nothing at all
func (r *rules) readWeights(text string) error {
	r.scales = scales{weights: map[feature][levelCount]float32{}, classes: map[feature][]lean{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if strings.HasPrefix(line, "#") {
			continue
		}
		numbers, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if err := r.readWeight(strings.Fields(numbers), name); err != nil {
			return fmt.Errorf("weights.txt:%d: %w", n, err)
		}
	}
	return nil
}

func (r *rules) readWeight(numbers []string, name string) error {
	f, err := r.featureNamed(name)
	if err != nil {
		return err
	}
	if len(numbers) == 2 {
		weight, err := strconv.ParseFloat(numbers[1], 32)
		at := slices.IndexFunc(r.classes, func(c *class) bool { return c.code == numbers[0] })
		if err != nil || at < 0 {
			return fmt.Errorf("%q is no class with its weight", numbers)
		}
		r.scales.classes[f] = append(r.scales.classes[f], lean{r.classes[at], float32(weight)})
		return nil
	}
	if len(numbers) != levelCount-1 {
		return fmt.Errorf("%d numbers, want %d", len(numbers), levelCount-1)
	}
	var w [levelCount]float32
	for i, number := range numbers {
		weight, err := strconv.ParseFloat(number, 32)
		if err != nil {
			return err
		}
		w[i+1] = float32(weight)
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
	words := strings.Split(name, " ")
	if i, ok := r.byName[words[0]]; ok && len(words) == 2 {
		status, err := strconv.ParseUint(words[1], 10, 8)
		return conceptFeature | feature(i)<<8 | feature(status), err
	}
	last := r.senseNamed(words[len(words)-1])
	switch {
	case len(words) == 1:
		return f | wordFeature | last, nil
	case len(words) == 2:
		return f | pairFeature | r.senseNamed(words[0])<<24 | last, nil
	case len(words) == 3 && words[1] == "_":
		return f | skipFeature | r.senseNamed(words[0])<<24 | last, nil
	}
	return 0, fmt.Errorf("%q names nothing that can be weighed", name)
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
