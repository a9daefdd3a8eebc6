package safety

import (
	"fmt"
	"slices"
	"strings"
)

// A rules file is plain text in blocks; a # at the left margin starts a comment,
// a name there a block:
//
//	CHESTPAIN              a concept: capitals; its ways of being said, indented,
//	  heart attack+          separated by commas
//	  CHEST ~ PAIN|PRESSURE
//
//	E-CARD Chest pain now  a class: its code and what it is
//	  source: NHS …
//	  when: CHESTPAIN* & SWEAT
//	  yes: my chest hurts    an example that must give this class
//	  no: chest pain in 2019 an example that must not
//
// A way of being said is words or a combination.
//
//   - Words: "lips are/going blue" either; "heart (muscle) attack" optional;
//     "burn+" with its endings; "a_bit/very sore" two words as one choice;
//     "#38-42" a number in that range; "#" any number.
//   - Combination of concepts and words: A ~ B stand near each other, A > B in
//     this order, A|B either. "~3" and ">3" allow at most three words between;
//     six when not said.
//
// A concept must be defined above its use, and definitions add up. Behind its
// name may stand "part": it is no sign by itself, so that denial and time do
// not touch it; "exact": misspellings of its words are not forgiven; "open": a
// denial among its words denies what follows ("don't want"; in any other
// concept "no" as in "no feeling" does not).
//
// A condition joins signs with & (anywhere in the message) and "& !" (not in
// it). What a sign's last characters accept:
//
//	SIGN*  long-standing, usual, comes and goes, or gone
//	SIGN?  hypothetical or asked about in general
//	SIGN^  denied ("don't see why I should be around")
//	SIGN-  not gone: other emergencies stay emergencies when they come and go

// defaultGap is how many words may stand between two things that are near.
const defaultGap = 6

// source is the text of one rules file.
type source struct {
	name, text string
	shipped    bool
}

// rules is everything compiled from the rules files.
type rules struct {
	words    *vocabulary
	phrases  *trie
	concepts []concept
	byName   map[string]int
	classes  []*class
	scales   scales
}

// concept is one idea that messages name in many ways.
type concept struct {
	name    string
	shipped bool
	part    bool
	words   bool // it stands for words in a combination and has no name
	exact   bool
	open    bool
	combos  []combo
}

// combo is concepts that must stand together.
type combo struct {
	first operand
	rest  []link
}

type operand []int // concepts, any of which will do

type link struct {
	ordered bool
	gap     int32 // in half words
	operand operand
}

// class is one verdict that a message can get.
type class struct {
	code   string
	title  string
	level  Level
	rank   int // its place in the rules files: of two on one level the first wins
	when   []condition
	yes    []example
	no     []example
	source string
}

// example is a message that must, or must not, get the class it stands beside.
type example struct {
	text, at string // at is file:line
}

// condition is signs that must all be there. A shipped one may be outweighed; a
// clinic's own is obeyed.
type condition struct {
	terms   []term
	shipped bool
}

// term is one sign of a condition.
type term struct {
	any     operand
	accept  status // what does not excuse it
	goingOn bool   // it must not be gone or come and go, even in an emergency
	negated bool   // it must not be there
}

var levels = map[byte]Level{'E': Emergency, 'K': Crisis, 'U': Urgent, 'D': Decline}

// compiler reads rules files into rules.
type compiler struct {
	*rules
	from    source
	line    int
	concept int // being read; -1 for none
	class   *class
	later   []func() error // conditions: they may use concepts defined below them
	runes   []rune         // work space
}

func compile(sources []source, ordinary string) (*rules, error) {
	r := &rules{words: newVocabulary(ordinary), phrases: newTrie(), byName: map[string]int{}}
	c := &compiler{rules: r, concept: -1}
	for _, name := range controls {
		c.define(name)
	}
	for _, src := range sources {
		c.from, c.line, c.concept, c.class = src, 0, -1, nil
		for text := range strings.Lines(src.text) {
			c.line++
			if err := c.read(strings.TrimRight(text, " \t\r\n")); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", src.name, c.line, err)
			}
		}
	}
	for _, condition := range c.later {
		if err := condition(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (c *compiler) read(text string) error {
	switch {
	case strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#"):
		return nil
	case !strings.HasPrefix(text, " "):
		return c.head(text)
	case c.class != nil:
		return c.field(strings.TrimSpace(text))
	case c.concept >= 0:
		return c.ways(strings.TrimSpace(text))
	}
	return fmt.Errorf("an indented line needs a concept or a class above it")
}

func (c *compiler) head(text string) error {
	name, rest, _ := strings.Cut(text, " ")
	c.concept, c.class = -1, nil
	if i := strings.IndexByte(name, '-'); i == 1 {
		level, ok := levels[name[0]]
		if !ok {
			return fmt.Errorf("%s: a class starts with E-, K-, U- or D-", name)
		}
		if i := slices.IndexFunc(c.classes, func(k *class) bool { return k.code == name }); i >= 0 {
			c.class = c.classes[i]
			return nil
		}
		if !c.from.shipped {
			return fmt.Errorf("%s: there is no such class; use one that ships", name)
		}
		c.class = &class{code: name, title: strings.TrimSpace(rest), level: level, rank: len(c.classes)}
		c.classes = append(c.classes, c.class)
		return nil
	}
	if !isName(name) {
		return fmt.Errorf("%q: a concept is written in capitals", name)
	}
	if i, known := c.byName[name]; known && !c.from.shipped && c.concepts[i].shipped && i != idiom {
		return fmt.Errorf("%s ships with the program; give your concept another name", name)
	}
	c.concept = c.define(name)
	for _, flag := range strings.Fields(rest) {
		switch flag {
		case "part":
			c.concepts[c.concept].part = true
		case "exact":
			c.concepts[c.concept].exact = true
		case "open":
			c.concepts[c.concept].open = true
		default:
			return fmt.Errorf("%q: only part, exact and open may stand behind a concept", flag)
		}
	}
	return nil
}

func (c *compiler) define(name string) int {
	if i, ok := c.byName[name]; ok {
		return i
	}
	c.concepts = append(c.concepts, concept{name: name, shipped: c.from.shipped || len(c.concepts) < len(controls), exact: len(c.concepts) < len(controls)})
	c.byName[name] = len(c.concepts) - 1
	return len(c.concepts) - 1
}

func (c *compiler) field(text string) error {
	key, value, ok := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return fmt.Errorf("%q: want source:, when:, yes: or no: before the text", text)
	}
	at := example{value, fmt.Sprintf("%s:%d", c.from.name, c.line)}
	switch key {
	case "source":
		c.class.source = value
	case "yes":
		c.class.yes = append(c.class.yes, at)
	case "no":
		c.class.no = append(c.class.no, at)
	case "when":
		class, from := c.class, c.from
		c.later = append(c.later, func() error {
			c.from, c.concept = from, -1
			if err := c.condition(class, value); err != nil {
				return fmt.Errorf("%s: %w", at.at, err)
			}
			return nil
		})
	default:
		return fmt.Errorf("%q: want source:, when:, yes: or no: before the text", key)
	}
	return nil
}

func (c *compiler) condition(class *class, text string) error {
	cond := condition{shipped: c.from.shipped}
	for _, part := range strings.Split(text, "&") {
		part = strings.TrimSpace(part)
		var t term
		part, t.negated = strings.CutPrefix(part, "!")
		for {
			if rest, ok := strings.CutSuffix(part, "*"); ok {
				part, t.accept = rest, t.accept|steady|fleeting
			} else if rest, ok := strings.CutSuffix(part, "?"); ok {
				part, t.accept = rest, t.accept|framed
			} else if rest, ok := strings.CutSuffix(part, "-"); ok {
				part, t.goingOn = rest, true
			} else if rest, ok := strings.CutSuffix(part, "^"); ok {
				part, t.accept = rest, t.accept|negated
			} else {
				break
			}
		}
		var err error
		if t.any, err = c.operand(part); err != nil {
			return err
		}
		cond.terms = append(cond.terms, t)
	}
	if cond.terms[0].negated {
		return fmt.Errorf("a condition starts with a sign that is there")
	}
	class.when = append(class.when, cond)
	return nil
}

func isName(s string) bool {
	if len(s) < 2 {
		return false
	}
	for _, r := range s {
		if !('A' <= r && r <= 'Z' || isDigit(r) || r == '_') {
			return false
		}
	}
	return 'A' <= s[0] && s[0] <= 'Z'
}
