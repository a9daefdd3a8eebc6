package faq

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// maxIDLength in bytes keeps passage IDs within the 64 bytes that a Telegram
// button can carry (Bot API, callback_data), with room for a prefix.
const maxIDLength = 60

// headingID is the "{#why-pain-lasts}" at the end of a heading.
var headingID = regexp.MustCompile(`\s*\{\s*#([^}]*)\}$`)

// section is a heading with what stands below it.
type section struct {
	heading *ast.Heading
	content []ast.Node
}

// readBody parses the Markdown that begins at offset start.
func (m *manuscript) readBody(start int) {
	// The front matter is blanked and not cut, so that offsets stay those of
	// the file.
	source := bytes.Clone(m.text)
	for i := range source[:start] {
		if source[i] != '\n' {
			source[i] = ' '
		}
	}
	document := markdown.Parse(text.NewReader(source))
	m.readDefinitions(document)

	sections := m.sections(document)
	if len(sections) == 0 {
		m.errorf(m.line(start), "the article has no question: write one as ## Question? {#short-name}")
	}
	seen := make(map[string]bool)
	for _, s := range sections {
		p := m.readPassage(s)
		if p.ID != "" && seen[p.ID] {
			m.errorf(p.Line, "the name {#%s} stands above another question too: give each question of the article its own", strings.TrimPrefix(p.ID, m.article.ID+"/"))
		}
		seen[p.ID] = true
		m.article.Passages = append(m.article.Passages, p)
	}
	m.checkUnused()
}

func (m *manuscript) sections(document ast.Node) []section {
	var sections []section
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 2 {
			sections = append(sections, section{heading: h})
			continue
		}
		if len(sections) == 0 {
			if isParagraph(n) || n.Kind() == ast.KindList || n.Kind() == kindField {
				m.errorf(m.lineOf(n), "text before the first question: move it below a line that begins with ##, or remove it")
			} else {
				m.errorf(m.lineOf(n), "%s", describe(n))
			}
			continue
		}
		last := &sections[len(sections)-1]
		last.content = append(last.content, n)
	}
	return sections
}

// passageReader reads one section.
type passageReader struct {
	*manuscript
	passage *Passage
	seen    map[string]bool // fields that were read
	marks   []mark          // of the whole answer
}

func (m *manuscript) readPassage(s section) *Passage {
	r := passageReader{m, &Passage{Article: m.article, Line: m.lineOf(s.heading)}, make(map[string]bool), nil}
	r.readHeading(s.heading)
	for i := 0; i < len(s.content); i++ {
		switch n := s.content[i].(type) {
		case *fieldNode:
			var list *ast.List
			if i+1 < len(s.content) {
				list, _ = s.content[i+1].(*ast.List)
			}
			if r.readField(n, list) {
				i++
			}
		case *ast.List:
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				r.addBlock(r.readItem(item), true)
			}
		case *ast.Paragraph:
			r.addBlock(r.readParagraph(n), false)
		default:
			r.errorf(r.lineOf(n), "%s", describe(n))
		}
	}
	r.finish()
	return r.passage
}

func (r *passageReader) readHeading(heading *ast.Heading) {
	p := r.passage
	question := r.flatten(heading)
	if len(question.marks) > 0 {
		r.errorf(p.Line, "a footnote mark in a question: move it behind a sentence of the answer")
	}
	p.Question = question.text
	id := headingID.FindStringSubmatch(question.text)
	if id == nil {
		r.errorf(p.Line, "the question has no name: end the line with one that never changes, as in {#why-pain-lasts}")
	} else {
		p.Question = strings.TrimSuffix(question.text, id[0])
		name := strings.TrimSpace(id[1])
		if !idPattern.MatchString(name) {
			r.errorf(p.Line, "the name {#%s} is malformed: use small letters a-z, digits and hyphens only, as in {#why-pain-lasts}", name)
		} else if r.article.ID != "" {
			p.ID = r.article.ID + "/" + name
		}
	}
	if len(p.ID) > maxIDLength {
		r.errorf(p.Line, "the name %s is %d characters long: shorten what follows the # so that it is no longer than %d in all", p.ID, len(p.ID), maxIDLength)
	}
	if !strings.ContainsFunc(p.Question, isWordRune) {
		r.errorf(p.Line, "the question is empty: write it behind the ##")
	}
}

// readField stores a field and reports whether it took the list behind it.
func (r *passageReader) readField(field *fieldNode, list *ast.List) (tookList bool) {
	line := r.lineOf(field)
	if r.seen[field.name] {
		r.errorf(line, "%s: stands in this passage a second time: join the two", field.name)
	}
	r.seen[field.name] = true
	if field.name == evidenceField {
		value := strings.ToLower(strings.TrimRight(field.value, " .。"))
		if problem := oneOf("evidence", value, evidenceNames); problem != "" {
			r.errorf(line, "%s%s", problem, suggest(value, evidenceNames))
		}
		r.passage.Evidence = Evidence(value)
		return false
	}
	if field.value != "" || list == nil {
		r.errorf(line, "%s: needs a list: write each question on a line of its own below it, beginning with a hyphen and a space", field.name)
	}
	if list == nil {
		return false
	}
	var phrases []string
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		phrase := r.readItem(item)
		if len(phrase.marks) > 0 {
			r.errorf(r.lineOf(item), "a footnote mark in the list of %s: move it behind a sentence of the answer", field.name)
		}
		if strings.ContainsFunc(phrase.text, isWordRune) {
			phrases = append(phrases, phrase.text)
		} else {
			r.errorf(r.lineOf(item), "an empty list point: write a question behind the hyphen, or remove the hyphen")
		}
	}
	if field.name == alsoAskedField {
		r.passage.AlsoAsked = phrases
	} else {
		r.passage.Not = phrases
	}
	return true
}

var evidenceNames = []string{string(Strong), string(Moderate), string(Limited), string(Mixed), string(Insufficient), string(TraditionalView)}

// readItem returns the text of a list point, which must be one paragraph.
func (r *passageReader) readItem(item ast.Node) prose {
	var text prose
	for n := item.FirstChild(); n != nil; n = n.NextSibling() {
		switch {
		case !isParagraph(n):
			r.errorf(r.lineOf(n), "%s", describe(n))
		case n != item.FirstChild():
			r.errorf(r.lineOf(n), "a second paragraph in a list point: join the two, or remove the spaces before it")
		default:
			text = r.readParagraph(n)
		}
	}
	return text
}

// readParagraph returns the text of n and reports what does not belong in it.
func (r *passageReader) readParagraph(n ast.Node) prose {
	text := r.flatten(n)
	line := r.lineOf(n)
	for _, l := range text.links {
		r.warnf(l.line, "patients do not see the address of this link: put it into a footnote")
	}
	if address := addressPattern.FindString(text.text); address != "" {
		r.errorf(line, "the address %s in a sentence: put it into a footnote, where patients find it under Sources", trimAddress(address))
	}
	for _, sign := range []string{"[^", "](", "**", "~~"} {
		if strings.Contains(text.text, sign) {
			r.errorf(line, "the signs %s are left over in a sentence: a footnote mark is written [^name], bold text **text**, both without spaces inside", sign)
		}
	}
	if name, _, ok := cutColon(text.text); ok && suggest(name, []string{"also asked", "evidence"}) != "" {
		r.errorf(line, "%q is not understood here: begin a line of its own with %q or %q", name+":", alsoAskedField+":", evidenceField+":")
	}
	return text
}

func (r *passageReader) addBlock(text prose, item bool) {
	if text.text == "" {
		for _, k := range text.marks {
			r.errorf(k.line, "the footnote mark [^%s] stands alone: put it behind a sentence", k.label)
		}
		return
	}
	r.marks = append(r.marks, text.marks...)
	r.passage.Blocks = append(r.passage.Blocks, Block{Item: item, Sentences: text.split()})
}

// finish resolves the footnotes and finds what the passage lacks.
func (r *passageReader) finish() {
	p := r.passage
	p.References = r.references(r.marks)
	r.readNeeds()
	if len(p.Blocks) == 0 {
		r.errorf(p.Line, "the question has no answer: write one below it, in 40 to 150 plain words")
	} else if len(r.marks) == 0 && len(p.Needs) == 0 {
		r.errorf(p.Line, "the answer names no source: put a footnote mark such as [^name] behind a sentence, and its definition at the end of the file")
	}
	if len(p.AlsoAsked) == 0 {
		r.warnf(p.Line, "no other ways to ask this: add %s: and below it a list of how patients put the question", alsoAskedField)
	}
}

// lineOf returns the line that n begins on.
func (m *manuscript) lineOf(n ast.Node) int { return m.line(n.Pos()) }
