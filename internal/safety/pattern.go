package safety

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ways reads one line of ways in which the concept is said.
func (c *compiler) ways(line string) error {
	for _, way := range strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '、' }) {
		way = strings.TrimSpace(way)
		if way == "" {
			continue
		}
		if err := c.way(way); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) way(way string) error {
	fields := strings.Fields(way)
	hasLink := slices.ContainsFunc(fields, func(f string) bool { _, ok := parseLink(f); return ok })
	if !hasLink && !isName(strings.Split(fields[0], "|")[0]) {
		return c.phrase(c.concept, way)
	}
	var cb combo
	var words []string
	pending, have := link{}, false
	flush := func() error {
		op, err := c.operand(strings.Join(words, " "))
		if err != nil {
			return err
		}
		words = words[:0]
		if !have {
			cb.first, have = op, true
			return nil
		}
		pending.operand = op
		cb.rest = append(cb.rest, pending)
		return nil
	}
	for _, f := range fields {
		l, ok := parseLink(f)
		if !ok {
			words = append(words, f)
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		pending = l
	}
	if err := flush(); err != nil {
		return err
	}
	c.concepts[c.concept].combos = append(c.concepts[c.concept].combos, cb)
	return nil
}

func parseLink(s string) (link, bool) {
	if s == "" || s[0] != '~' && s[0] != '>' {
		return link{}, false
	}
	gap := defaultGap
	if len(s) > 1 {
		n, err := strconv.Atoi(s[1:])
		if err != nil {
			return link{}, false
		}
		gap = n
	}
	return link{ordered: s[0] == '>', gap: int32(gap * wordWidth)}, true
}

// operand reads alternatives: names of concepts, or words, which become a
// concept without a name.
func (c *compiler) operand(text string) (operand, error) {
	var op operand
	for _, one := range strings.Split(text, "|") {
		one = strings.TrimSpace(one)
		if one == "" {
			return nil, fmt.Errorf("a concept or words are missing")
		}
		if !isName(one) {
			i, err := c.unnamed(one)
			if err != nil {
				return nil, err
			}
			op = append(op, i)
			continue
		}
		i, ok := c.byName[one]
		if !ok {
			return nil, fmt.Errorf("%s is not defined above", one)
		}
		if i == c.concept {
			return nil, fmt.Errorf("%s is made of itself", one)
		}
		op = append(op, i)
	}
	return op, nil
}

// unnamed returns the concept that stands for words in a combination.
func (c *compiler) unnamed(words string) (int, error) {
	name := "words: " + words
	if i, ok := c.byName[name]; ok {
		return i, nil
	}
	i := c.define(name)
	c.concepts[i].words = true
	return i, c.phrase(i, words)
}

// phrase makes the words a way of saying the concept.
func (c *compiler) phrase(concept int, text string) error {
	if strings.Contains(text, "|") {
		return fmt.Errorf("%q: write words to choose from with a slash", text)
	}
	exact := c.concepts[concept].exact
	nodes := []int32{0}
	for _, w := range strings.Fields(text) {
		if strings.Count(w, "(") != strings.Count(w, ")") {
			return fmt.Errorf("%q: brackets hold one word", text)
		}
		nodes = c.phrases.extend(nodes, c.choices(w, exact))
	}
	if slices.Contains(nodes, 0) {
		return fmt.Errorf("%q has no words", text)
	}
	c.phrases.mark(nodes, int32(concept))
	return nil
}

// choices returns what one word of a pattern stands for: "a/b" either, "(a)"
// with and without, "a+" with its endings, "a_b" two words as one choice.
func (c *compiler) choices(pattern string, exact bool) [][]step {
	var out [][]step
	if rest, ok := strings.CutPrefix(pattern, "("); ok {
		pattern = strings.TrimSuffix(rest, ")")
		out = append(out, nil)
	}
	for choice := range strings.SplitSeq(pattern, "/") {
		variants := []string{choice}
		if stem, ok := strings.CutSuffix(choice, "+"); ok {
			variants = inflect(stem)
		}
		for _, v := range variants {
			var steps []step
			for w := range strings.SplitSeq(v, "_") {
				steps = append(steps, c.steps(w, exact)...)
			}
			out = append(out, steps)
		}
	}
	return out
}

// steps returns what a word of a phrase is in a message: a number, a Latin
// word or one step for each Chinese character.
func (c *compiler) steps(word string, exact bool) []step {
	if rest, ok := strings.CutPrefix(word, "#"); ok {
		low, high, isRange := strings.Cut(rest, "-")
		s := step{number: true, high: 1e12}
		if isRange {
			s.low, _ = strconv.ParseFloat(low, 64)
			s.high, _ = strconv.ParseFloat(high, 64)
		}
		return []step{s}
	}
	var steps []step
	c.runes = normalise(c.runes[:0], word, maxRunes)
	runes := c.runes
	latin := runes[len(runes):]
	for len(runes) > 0 {
		value, n := hanNumber(runes)
		if n == 0 && len(latin) == 0 {
			value, n = number(runes)
		}
		switch r := runes[0]; {
		case n > 0:
			steps = append(steps, step{number: true, low: value, high: value})
		case unicode.Is(unicode.Han, r):
			steps = append(steps, step{id: c.words.learnHan(r)})
		case isLetter(r):
			latin = append(latin, r)
		}
		runes = runes[max(n, 1):]
	}
	if value, ok := numerals[string(latin)]; ok {
		steps = append(steps, step{number: true, low: value, high: value})
	} else if len(latin) > 0 {
		w := string(latin)
		steps = append(steps, step{id: c.words.learn(w)})
		if !exact {
			c.words.spell(w)
		}
	}
	return steps
}

// inflect returns an English word with its regular endings.
func inflect(w string) []string {
	last := w[len(w)-1]
	switch {
	case last == 'e':
		return []string{w, w + "s", w + "d", w[:len(w)-1] + "ing"}
	case last == 'y' && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return []string{w, w[:len(w)-1] + "ies", w[:len(w)-1] + "ied", w + "ing"}
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"):
		return []string{w, w + "es", w + "ed", w + "ing"}
	case len(w) <= 5 && doubles(w):
		return []string{w, w + "s", w + "ed", w + "ing", w + string(last) + "ed", w + string(last) + "ing"}
	}
	return []string{w, w + "s", w + "ed", w + "ing"}
}

// doubles tells that a short word ends in one vowel and one consonant, which
// many write twice before an ending.
func doubles(w string) bool {
	n := len(w)
	return n >= 3 && !strings.ContainsRune("aeiouwxy", rune(w[n-1])) && strings.ContainsRune("aeiou", rune(w[n-2])) && !strings.ContainsRune("aeiou", rune(w[n-3]))
}
