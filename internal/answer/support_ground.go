package answer

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"meridian/internal/faq"
	"meridian/internal/hanzi"
)

// ground is a passage as the support check reads it.
type ground struct {
	id         string
	statements []statement
	quantities []quantity         // of all statements
	directions map[direction]bool // of all statements
	keys       map[string]bool    // of the text and the question
	loose      map[string]bool    // strict units without a number: "some minutes"
	topic      map[string]bool    // of the question
	heading    statement          // the question and the title; only its numbers and names count
	asked      map[string]bool    // of the other phrasings
	folded     string             // text and question, in the form of [fold]
	foldedAsk  string             // the other phrasings
}

// statement is one sentence: of a passage, or one to be checked.
type statement struct {
	plain      string // its words alone, for telling a quotation
	folded     string // in the form of [fold]
	terms      []term
	lead       []term // of the two sentences that lead to the list it stands in
	clauses    []clause
	warns      bool // says when to get help
	quantities []quantity
}

// newGround reads a passage whose sentences are those the patient would see.
func newGround(p *faq.Passage, sentences []Sentence) *ground {
	g := &ground{
		id: p.ID, directions: make(map[direction]bool), keys: make(map[string]bool), loose: make(map[string]bool),
		topic: make(map[string]bool), asked: make(map[string]bool),
	}
	var before, lead statement // the last sentence that is no list point, and the last two
	for _, sentence := range sentences {
		s := newStatement(sentence.Text)
		if sentence.Item {
			s.lead, s.warns = lead.terms, s.warns || lead.warns
		} else {
			lead = statement{terms: slices.Concat(before.terms, s.terms), warns: before.warns || s.warns}
			before = s
		}
		g.add(s)
	}
	if text := evidenceStatement(p); text != "" {
		g.add(newStatement(text))
	}
	g.heading = newStatement(p.Question + "\n" + p.Article.Title)
	g.folded += g.heading.folded
	collect(g.keys, g.heading.terms)
	collect(g.topic, readTerms(p.Question))
	for _, text := range p.AlsoAsked {
		collect(g.asked, readTerms(text))
	}
	g.foldedAsk = fold(strings.Join(p.AlsoAsked, "\n"))
	return g
}

// add adds a sentence of the passage.
func (g *ground) add(s statement) {
	for i := range s.quantities {
		s.quantities[i].sentence = len(g.statements)
	}
	for i := range s.terms {
		if t := &s.terms[i]; strictUnit(t) && !counted(s.terms, i) {
			g.loose[t.known.unit] = true
		}
	}
	collect(g.keys, s.terms)
	maps.Copy(g.directions, s.directions())
	g.quantities = append(g.quantities, s.quantities...)
	g.statements = append(g.statements, s)
	g.folded += s.folded + "\n"
}

// evidenceStatement says the evidence label as a sentence: a reply may repeat it.
func evidenceStatement(p *faq.Passage) string {
	if p.Evidence == "" {
		return ""
	}
	if !isChinese(p.Article.Lang) {
		return "The evidence is " + string(p.Evidence) + "."
	}
	return "證據" + map[faq.Evidence]string{faq.Strong: "強", faq.Moderate: "中等", faq.Limited: "有限", faq.Mixed: "不一致",
		faq.Insufficient: "不足", faq.TraditionalView: "是傳統觀點"}[p.Evidence] + "。"
}

func newStatement(text string) statement {
	s := statement{plain: plainForm(text), folded: fold(text), terms: readTerms(text), warns: warnings.MatchString(text)}
	s.markNames()
	s.clauses = clausesOf(s.terms)
	s.quantities = quantities(s.terms)
	return s
}

// collect adds what terms are compared by, and the words of phrases.
func collect(keys map[string]bool, terms []term) {
	for i := range terms {
		if terms[i].key == "" {
			continue
		}
		keys[terms[i].key] = true
		for word := range strings.FieldsSeq(terms[i].text) {
			keys[stems(strings.ToLower(word))] = true
		}
	}
}

// fold brings a text to the form in which strings are looked for in it.
func fold(text string) string {
	return strings.Map(hanzi.Fold, strings.ToLower(norm.NFKC.String(text)))
}

// plainForm is a sentence without marks, spaces, case and script.
func plainForm(text string) string {
	return strings.Join(words(fold(text)), " ")
}

// points reports whether a statement of the passage points the same way.
func (g *ground) points(t *term) bool {
	return slices.ContainsFunc(g.statements, func(s statement) bool { return s.whole().points(t) })
}

// holds tells how far the passage holds a term, 0 to 1.
func (g *ground) holds(t *term) float64 {
	chinese := t.pairing || hanzi.Contains(t.text)
	switch {
	case g.keys[t.key] || chinese && strings.Contains(g.folded, t.text):
		return 1
	case g.points(t):
		return alikeCounts
	case g.asked[t.key] || chinese && strings.Contains(g.foldedAsk, t.text):
		return askedCounts
	}
	return 0
}

// held reports whether one of the passages has the term itself.
func held(t *term, cited []*ground) bool {
	return slices.ContainsFunc(cited, func(g *ground) bool { return g.holds(t) == 1 })
}

// topical reports whether a term is one of the question itself, and so tells
// little about which statement is meant.
func (g *ground) topical(t *term) bool { return g.topic[t.key] }

// before returns the statement before s; nil when there is none.
func (g *ground) before(s *statement) *statement {
	for i := 1; i < len(g.statements); i++ {
		if &g.statements[i] == s {
			return &g.statements[i-1]
		}
	}
	return nil
}

// notInHeading returns the names that the passage as a whole is not about.
func (g *ground) notInHeading(names []*term) []*term {
	var list []*term
	for _, n := range names {
		if !g.heading.holds(n) {
			list = append(list, n)
		}
	}
	return list
}

// speaks reports whether a sentence of the passage names the thing.
func (g *ground) speaks(m member) bool {
	return slices.ContainsFunc(g.statements, func(s statement) bool { return slices.Contains(s.whole().members(), m) })
}

// whole is the statement as one clause.
func (s *statement) whole() clause { return clause{terms: s.terms} }

// leading is what leads to the list it stands in, as one clause.
func (s *statement) leading() clause { return clause{terms: s.lead} }

func (s *statement) directions() map[direction]bool { return s.whole().directions() }

// holds reports whether the statement has the term.
func (s *statement) holds(t *term) bool {
	return s.whole().find(t) != nil || s.leading().find(t) != nil || hanzi.Contains(t.text) && strings.Contains(s.folded, t.text)
}

// speaksOf reports whether the statement has all the names.
func (s *statement) speaksOf(names []*term) bool {
	for _, n := range names {
		if !s.holds(n) {
			return false
		}
	}
	return true
}

// speaksOf reports whether the statement i has all the names, or goes on from
// one that does.
func (g *ground) speaksOf(i int, names []*term) bool {
	s := &g.statements[i]
	return s.speaksOf(names) || i > 0 && s.goesOn() && g.statements[i-1].speaksOf(names)
}

// goesOn reports whether the statement speaks of what the one before it named:
// it names nobody and no study itself.
func (s *statement) goesOn() bool {
	return !slices.ContainsFunc(s.terms, func(t term) bool { return t.name || t.known.is(origin) })
}

// markNames marks the names that the way they are written alone does not show:
// words in capitals in a Chinese sentence, and the first word of a sentence
// when a year or "and others" follows.
func (s *statement) markNames() {
	if len(s.terms) < 2 || s.terms[0].known != nil || !unicode.IsUpper([]rune(s.terms[0].text)[0]) {
		return
	}
	s.terms[0].name = s.terms[0].name || hanzi.Contains(s.folded) || s.terms[1].number && isYear(s.terms[1].text) ||
		len(s.terms) > 2 && s.terms[1].text == "and" && s.terms[2].text == "others"
}
