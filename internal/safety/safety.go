// Package safety is the safety stop: it recognises what must not wait for an
// answer (emergencies, crises, urgent signs) and requests that an information
// bot has to decline. It works offline, on reviewed rules and learnt weights,
// the same every time.
//
// A message is read in five steps. It is normalised, so that disguises and
// both Chinese scripts become one form ([normalise]); cut into words, with
// misspellings resolved to the words of the rules ([scanner], [vocabulary]);
// all phrases of all concepts are found in one walk ([trie]); clauses, frames,
// time and denial are worked out ([reader]); and concepts that stand together
// become signs, signs become a class ([rules]). The rules files under rules/
// say what is looked for; compile.go describes their format. Beside that, the
// words and concepts are weighed with learnt weights ([scales]); weigh.go says
// how the two readings make one verdict.
package safety

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Level orders verdicts: the higher one wins.
type Level int

// The levels.
const (
	None Level = iota
	Decline
	Urgent
	Crisis
	Emergency
)

// String returns the level's name as replies and reports use it: "emergency",
// "crisis", "urgent", "decline"; "none" for a message that is not stopped.
func (l Level) String() string {
	if name, ok := levelNames[l]; ok {
		return name
	}
	return "none"
}

// LevelOf returns the level of a class ("E-CARD"); None for anything that is
// no code.
func LevelOf(code string) Level {
	if len(code) < 2 || code[1] != '-' {
		return None
	}
	return levels[code[0]]
}

// Verdict is what a message was found to be.
type Verdict struct {
	Level Level
	Code  string   // the class: "E-CARD", "K-ACTIVE", "D-DIAG"; empty at None
	Also  []string // further codes that change the reply (an overdose on purpose is E-POISON and K-ACTIVE)
}

// Stop is the safety stop. It is safe for concurrent use and never changes.
type Stop struct {
	rules   *rules
	replies *replies
	sources []source
}

//go:embed rules/*.txt
var shippedRules embed.FS

//go:embed ordinary.txt
var ordinaryWords string

//go:embed weights.txt
var learntWeights string

// shippedFiles are the rules files in the order in which they build on each other.
var shippedFiles = []string{
	"reading.txt", "words.txt",
	"emergency-poison-allergy.txt", "emergency-brain.txt", "emergency-spine-chest-lung.txt", "emergency-infection-blood-fits.txt",
	"emergency-pregnancy-child-injury.txt", "emergency-belly-sugar-eye-breath.txt",
	"crisis-wishes.txt", "crisis.txt", "urgent-signs.txt", "urgent.txt", "decline-asked.txt", "decline.txt", "idioms.txt",
}

// New returns the safety stop with the rules that ship with the program.
func New() (*Stop, error) {
	var sources []source
	for _, name := range shippedFiles {
		text, err := shippedRules.ReadFile("rules/" + name)
		if err != nil {
			return nil, fmt.Errorf("safety rules: %w", err)
		}
		sources = append(sources, source{name: name, text: string(text), shipped: true})
	}
	replies, err := loadReplies()
	if err != nil {
		return nil, err
	}
	return build(sources, replies)
}

func build(sources []source, replies *replies) (*Stop, error) {
	r, err := compile(sources, ordinaryWords)
	if err != nil {
		return nil, fmt.Errorf("safety rules: %w", err)
	}
	if err := r.readWeights(learntWeights); err != nil {
		return nil, fmt.Errorf("safety: %w", err)
	}
	return &Stop{rules: r, replies: replies, sources: sources}, nil
}

// With returns a safety stop that also follows a clinic's own rules file, in
// the format of the shipped ones. A clinic may add idioms, concepts of its own
// and conditions for the classes that ship; it can not change or take out what
// ships. The error names the file and the line, also when an idiom hides a
// shipped sign or an example of the file does not come out as it says.
func (s *Stop) With(name string, r io.Reader) (*Stop, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("safety rules %s: %w", name, err)
	}
	more, err := build(append(slices.Clone(s.sources), source{name: name, text: string(text)}), s.replies)
	if err != nil {
		return nil, err
	}
	if failures := more.checkExamples(); len(failures) > 0 {
		return nil, fmt.Errorf("safety rules: with %s: %w", name, failures[0])
	}
	return more, nil
}

// checkExamples runs the examples that stand beside the classes.
func (s *Stop) checkExamples() []error {
	var failures []error
	for _, c := range s.rules.classes {
		for _, e := range c.yes {
			if !slices.Contains(s.read("", e.text).fired, c) {
				failures = append(failures, fmt.Errorf("%s: %q is not %s", e.at, e.text, c.code))
			}
		}
		for _, e := range c.no {
			if slices.Contains(s.read("", e.text).fired, c) {
				failures = append(failures, fmt.Errorf("%s: %q must not be %s", e.at, e.text, c.code))
			}
		}
	}
	return failures
}

// Check returns the verdict on a message. earlier holds the same person's
// messages of the last minutes, oldest first; signs split over them count, and
// the verdict is never lower than that on the message alone. An earlier
// message that the new one adds nothing to is not stopped a second time.
func (s *Stop) Check(text string, earlier ...string) Verdict {
	r := s.read("", text)
	if len(earlier) == 0 {
		return r.verdict()
	}
	before := tail(strings.Join(earlier, "\n"), maxEarlier)
	joined := s.read(before, text)
	r.fired = append(r.fired, joined.fired...)
	if w := joined.weighed; w != nil && w.level > max(Decline, r.verdict().Level, s.read("", before).verdict().Level) {
		r.weighed = w
	}
	return r.verdict()
}

// maxEarlier is how many runes of earlier messages are read.
const maxEarlier = 2000

// tail returns the last n runes of s.
func tail(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[len(r)-n:])
	}
	return s
}

// reading is what a message was found to be, in two ways.
type reading struct {
	fired   []*class // by rules that were not outweighed
	weighed *class   // by the scales alone, above what fired; nil for none
}

// verdict picks the class that wins: the highest level, then the one that the
// rules name first. Crisis classes beside an emergency or another crisis
// change the reply, so they are kept.
func (r reading) verdict() Verdict {
	best := r.weighed
	for _, c := range r.fired {
		if best == nil || c.level > best.level || c.level == best.level && (best == r.weighed || c.rank < best.rank) {
			best = c
		}
	}
	if best == nil {
		return Verdict{}
	}
	v := Verdict{Level: best.level, Code: best.code}
	for _, c := range r.fired {
		if c != best && c.level == Crisis && best.level >= Crisis {
			v.Also = append(v.Also, c.code)
		}
	}
	slices.Sort(v.Also)
	v.Also = slices.Compact(v.Also)
	return v
}

// read reads text together with what the same person wrote before it. At least
// one sign of a rule must be in text itself; the others may be in earlier.
func (s *Stop) read(earlier, text string) reading {
	a := analyses.Get().(*analysis)
	defer analyses.Put(a)
	s.rules.analyse(a, earlier, text)
	from := a.beginning()
	var out reading
	var voted [levelCount]bool
	for _, c := range s.rules.classes {
		if a.any(c, from, func(condition) bool { return true }) {
			out.fired = append(out.fired, c)
			voted[c.level] = true
		}
	}
	level := a.weigh(s.rules).level(voted)
	out.fired = slices.DeleteFunc(out.fired, func(c *class) bool {
		// An emergency beside a crisis stays: an overdose on purpose is both.
		// A clinic's own rule is obeyed, not weighed.
		return c.level > level && level != Crisis && !a.any(c, from, func(cond condition) bool { return !cond.shipped })
	})
	if level > None && !slices.ContainsFunc(out.fired, func(c *class) bool { return c.level >= level }) {
		out.weighed = a.likeliest(s.rules, level)
	}
	return out
}

// any tells whether one of the class's conditions that count holds.
func (a *analysis) any(c *class, from int32, counts func(condition) bool) bool {
	return slices.ContainsFunc(c.when, func(cond condition) bool {
		return counts(cond) && a.holds(c.level, cond.terms, from)
	})
}

// holds tells whether all terms of a condition are met and one of them
// lies beyond the distance from.
func (a *analysis) holds(level Level, terms []term, from int32) bool {
	beyond := false
	for _, t := range terms {
		accept := t.accept | denies
		switch {
		case t.negated:
			// What explains a sign may itself be old, or be asked about.
			accept = ^negated
		case level == Decline:
			// A request stays one however it is framed.
			accept |= framed | told | steady | fleeting
		case level == Emergency && !t.goingOn:
			accept |= fleeting
		}
		found := false
		for _, i := range t.any {
			for _, h := range a.hits[i] {
				if h.status&^accept == 0 {
					found = true
					beyond = beyond || !t.negated && h.end > from
				}
			}
		}
		if found == t.negated {
			return false
		}
	}
	return beyond
}
