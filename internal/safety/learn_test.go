package safety

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var learn = flag.Bool("learn", false, "learn weights.txt anew from the labelled messages, and report on authors left out of the learning")

// lesson is a labelled message as the scales see it.
type lesson struct {
	author   string // the file it is from
	text     string
	code     string
	level    Level
	features []feature
}

// lessonFiles are the labelled messages to learn from. The closed ones
// (held.jsonl, independent.jsonl) are never among them.
var lessonFiles = []string{"tune.jsonl", "more.jsonl", "plain.jsonl", "author-*.jsonl"}

// TestLearn writes weights.txt. It first reports what the safety stop makes of
// the messages of authors, four at a time, when it learns from the others alone;
// gravity and vote are set by that.
func TestLearn(t *testing.T) {
	if !*learn {
		t.Skip("run with -learn")
	}
	r := rulesWithoutWeights(t)
	lessons := readLessons(t, r)
	var all tally
	for group := range slices.Chunk(authors(lessons), 4) {
		var rest, own []*lesson
		for _, l := range lessons {
			if slices.Contains(group, l.author) {
				own = append(own, l)
			} else {
				rest = append(rest, l)
			}
		}
		learnLevels(r, rest)
		learnClasses(r, rest)
		for _, author := range group {
			var one tally
			one.count(r, slices.DeleteFunc(slices.Clone(own), func(l *lesson) bool { return l.author != author }))
			t.Logf("%-16s %s", author, &one)
		}
		all.count(r, own)
	}
	t.Logf("%-16s %s", "together", &all)
	learnLevels(r, lessons)
	learnClasses(r, lessons)
	if err := os.WriteFile("weights.txt", writeWeights(r), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rulesWithoutWeights(t *testing.T) *rules {
	t.Helper()
	r, err := compile(shipped.sources, ordinaryWords)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// readLessons reads the labelled messages and, as messages that must not be
// stopped, how the library's questions are put.
func readLessons(t *testing.T, r *rules) []*lesson {
	t.Helper()
	var lessons []*lesson
	for _, pattern := range lessonFiles {
		files, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			for _, m := range readJudged(t, file) {
				lessons = append(lessons, &lesson{author: filepath.Base(file), text: m.Text, code: m.Label, level: LevelOf(m.Label)})
			}
		}
	}
	for _, text := range libraryQuestions(t) {
		lessons = append(lessons, &lesson{text: text, code: "NONE"})
	}
	for _, c := range r.classes {
		for _, e := range c.yes {
			lessons = append(lessons, &lesson{text: e.text, code: c.code, level: c.level})
		}
	}
	for _, l := range lessons {
		for _, word := range strings.FieldsFunc(string(normalise(nil, l.text, maxRunes)), func(r rune) bool { return !isLetter(r) && r != '\'' }) {
			word = strings.ReplaceAll(word, "'", "")
			if _, known := r.words.ids[word]; !known && word != "" {
				r.words.meet(word)
			}
		}
		for _, c := range normalise(nil, l.text, maxRunes) {
			if unicode.Is(unicode.Han, c) {
				r.words.learnHan(c)
			}
		}
	}
	a := new(analysis)
	for _, l := range lessons {
		r.analyse(a, "", l.text)
		a.findFeatures(r, 0, len(a.scanner.tokens))
		l.features = slices.Clone(a.features)
	}
	dropRare(lessons)
	return lessons
}

// libraryQuestions are the ways in which the articles say a question is put, and
// the judged questions of the development files.
func libraryQuestions(t *testing.T) []string {
	t.Helper()
	var questions []string
	for _, text := range readFiles(t, "../../faq/eval/dev*.txt") {
		for block := range strings.SplitSeq(text, "\n\n") {
			if question, _, _ := strings.Cut(strings.TrimSpace(block), "\n"); !strings.HasPrefix(question, "#") {
				questions = append(questions, question)
			}
		}
	}
	for _, text := range readFiles(t, "../../faq/*.md") {
		asked := false
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "## "):
				question, _, _ := strings.Cut(line[3:], "{#")
				questions = append(questions, question)
			case strings.HasSuffix(line, ":"):
				asked = line == "Also asked:"
			case asked && strings.HasPrefix(line, "- "):
				questions = append(questions, line[2:])
			case line != "":
				asked = false
			}
		}
	}
	return questions
}

func readFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// dropRare drops features of a single message: nothing is learnt from them.
func dropRare(lessons []*lesson) {
	seen := make(map[feature]int)
	for _, l := range lessons {
		for _, f := range l.features {
			seen[f]++
		}
	}
	for _, l := range lessons {
		l.features = slices.DeleteFunc(l.features, func(f feature) bool { return seen[f] < 2 })
	}
}

func authors(lessons []*lesson) []string {
	seen := make(map[string]bool)
	for _, l := range lessons {
		if strings.HasPrefix(l.author, "author-") {
			seen[l.author] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Learning is multinomial logistic regression by stochastic gradient descent,
// the step of each weight shrinking with its own gradients (AdaGrad, Duchi,
// Hazan and Singer, JMLR 2011). Each time a message is seen, most of its features
// are left out at random (Srivastava and others, Dropout, JMLR 2014), so that no
// one word decides alone; whole messages are weighed with less in return. The
// figures gave the least log loss on authors left out. The seed is fixed, so that
// the same messages give the same weights.
const (
	rounds   = 40
	stepSize = 0.2
	dropped  = 0.6
	damping  = 0.5
)

// regression learns weights for n outcomes.
type regression struct {
	n                int
	features         []feature // by number; the first is in every message
	weights, squares []float64 // n for each feature; squares are sums of the squared gradients
}

// taught is what one message teaches: numbers of features, and an outcome.
type taught struct {
	features []int
	outcome  int
}

func learnRegression(n int, lessons []*lesson, keep func(feature) bool, outcome func(*lesson) int) *regression {
	g := &regression{n: n, features: []feature{biasFeature}}
	numbers := make(map[feature]int)
	var all []taught
	for _, l := range lessons {
		x := taught{outcome: outcome(l)}
		for _, f := range l.features {
			if !keep(f) {
				continue
			}
			number, ok := numbers[f]
			if !ok {
				number = len(g.features)
				numbers[f] = number
				g.features = append(g.features, f)
			}
			x.features = append(x.features, number)
		}
		all = append(all, x)
	}
	g.weights = make([]float64, n*len(g.features))
	g.squares = make([]float64, n*len(g.features))
	g.descend(all)
	return g
}

// biasFeature is in every message.
const biasFeature = ^feature(0)

func (g *regression) descend(all []taught) {
	random := rand.New(rand.NewPCG(1, 2))
	var seen []int
	p := make([]float64, g.n)
	for range rounds {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, x := range all {
			seen = append(seen[:0], 0)
			for _, f := range x.features {
				if random.Float64() >= dropped {
					seen = append(seen, f)
				}
			}
			g.chances(p, seen)
			p[x.outcome]--
			for _, f := range seen {
				g.step(f, p)
			}
		}
	}
}

// chances fills p with how likely each outcome is.
func (g *regression) chances(p []float64, features []int) {
	clear(p)
	for _, f := range features {
		for k, w := range g.weights[f*g.n : (f+1)*g.n] {
			p[k] += w
		}
	}
	highest, total := slices.Max(p), 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - highest)
		total += p[k]
	}
	for k := range p {
		p[k] /= total
	}
}

func (g *regression) step(f int, gradient []float64) {
	w, s := g.weights[f*g.n:(f+1)*g.n], g.squares[f*g.n:(f+1)*g.n]
	for k, d := range gradient {
		s[k] += d * d
		w[k] -= stepSize / math.Sqrt(1+s[k]) * d
	}
}

// learnt calls yield with the weights of each feature, damped.
func (g *regression) learnt(yield func(feature, []float64)) {
	for f, name := range g.features {
		w := g.weights[f*g.n : (f+1)*g.n]
		if name != biasFeature {
			for k := range w {
				w[k] *= damping
			}
		}
		yield(name, w)
	}
}

// roundTo is the precision that weights are written with.
func roundTo(w float64) float32 { return float32(math.Round(w*100) / 100) }

// leastWeight is what a feature must weigh, for one level at least, to be kept.
const leastWeight = 0.1

func learnLevels(r *rules, lessons []*lesson) {
	g := learnRegression(levelCount, lessons, func(feature) bool { return true }, func(l *lesson) int { return int(l.level) })
	r.scales.weights = make(map[feature][levelCount]float32)
	g.learnt(func(f feature, w []float64) {
		var rounded [levelCount]float32
		for k := range w {
			rounded[k] = roundTo(w[k] - w[None])
		}
		if f == biasFeature {
			r.scales.bias = rounded
		} else if slices.Max(rounded[:]) >= leastWeight || slices.Min(rounded[:]) <= -leastWeight {
			r.scales.weights[f] = rounded
		}
	})
}

// leastLean is the weight below which a concept says nothing about a class.
const leastLean = 0.1

func learnClasses(r *rules, lessons []*lesson) {
	r.scales.classes = make(map[feature][]lean)
	for level := Decline; level <= Emergency; level++ {
		var classes []*class
		index := make(map[string]int)
		for _, c := range r.classes {
			if c.level == level {
				index[c.code] = len(classes)
				classes = append(classes, c)
			}
		}
		var own []*lesson
		for _, l := range lessons {
			if l.level == level {
				own = append(own, l)
			}
		}
		g := learnRegression(len(classes), own, func(f feature) bool { return f >= conceptFeature }, func(l *lesson) int { return index[l.code] })
		g.learnt(func(f feature, w []float64) {
			if f == biasFeature {
				return
			}
			for k, c := range classes {
				if rounded := roundTo(w[k]); rounded > leastLean || rounded < -leastLean {
					r.scales.classes[f] = append(r.scales.classes[f], lean{c, rounded})
				}
			}
		})
	}
}

// tally counts what became of messages.
type tally struct {
	total, caught, higher [levelCount]int
	sameClass             int
}

func (t *tally) count(r *rules, lessons []*lesson) {
	stop := &Stop{rules: r}
	for _, l := range lessons {
		v := stop.Check(l.text)
		t.total[l.level]++
		if v.Level == l.level {
			t.caught[l.level]++
		} else if v.Level > l.level {
			t.higher[l.level]++
		}
		if v.Code == l.code && l.level > None {
			t.sameClass++
		}
	}
}

// String gives the share of each level that gets it, how many get a higher
// one, and how many that must not be stopped are.
func (t *tally) String() string {
	var b strings.Builder
	n := 0
	for level := Emergency; level > None; level-- {
		fmt.Fprintf(&b, "%c %5.1f %% (+%d)  ", "NDUKE"[level], 100*float64(t.caught[level])/float64(max(1, t.total[level])), t.higher[level])
		n += t.total[level]
	}
	fmt.Fprintf(&b, "false stops %.1f %%  same class %d of %d", 100*float64(t.higher[None])/float64(max(1, t.total[None])), t.sameClass, n)
	return b.String()
}

// writeWeights writes the weights as [rules.readWeights] reads them.
func writeWeights(r *rules) []byte {
	names := map[feature]string{0: unknownWord}
	for _, words := range []map[string]int32{r.words.ids, r.words.others} {
		for word, id := range words {
			names[feature(id)] = word
		}
	}
	for c, id := range r.words.han {
		names[feature(id)] = string(c)
	}
	var lines []string
	for f, w := range r.scales.weights {
		if w != [levelCount]float32{} {
			lines = append(lines, fmt.Sprintf("%s\t%s\n", numbers(w), featureName(r, names, f)))
		}
	}
	for f, leans := range r.scales.classes {
		for _, lean := range leans {
			lines = append(lines, fmt.Sprintf("%s %.0f\t%s\n", lean.class.code, 100*lean.weight, featureName(r, names, f)))
		}
	}
	slices.SortFunc(lines, func(a, b string) int {
		_, nameA, _ := strings.Cut(a, "\t")
		_, nameB, _ := strings.Cut(b, "\t")
		return cmp.Or(cmp.Compare(nameA, nameB), cmp.Compare(a, b))
	})
	var out bytes.Buffer
	out.WriteString("# Written by \"go test ./internal/safety -run Learn -learn\"; weights.go says how to read it.\n")
	fmt.Fprintf(&out, "%s\t\n", numbers(r.scales.bias))
	for _, line := range lines {
		out.WriteString(line)
	}
	return out.Bytes()
}

func numbers(w [levelCount]float32) string {
	var all []string
	for _, x := range w[1:] {
		all = append(all, fmt.Sprintf("%.0f", 100*x))
	}
	return strings.Join(all, " ")
}

func featureName(r *rules, names map[feature]string, f feature) string {
	if f >= conceptFeature {
		return fmt.Sprintf("%s %d", r.concepts[(f-conceptFeature)>>8].name, f&0xff)
	}
	said := ""
	if f&excused != 0 {
		said = "? "
	}
	name := func(sense feature) string {
		switch {
		case sense == pauseSense:
			return "|"
		case sense >= numberSense:
			return fmt.Sprintf("#%d", sense-numberSense)
		}
		return names[sense]
	}
	const mask = 1<<24 - 1
	switch f >> 60 << 60 {
	case wordFeature:
		return said + name(f&mask)
	case pairFeature:
		return said + name(f>>24&mask) + " " + name(f&mask)
	default:
		return said + name(f>>24&mask) + " _ " + name(f&mask)
	}
}
