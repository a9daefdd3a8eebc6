package faq

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// definition is a footnote as it was defined, usable or not.
type definition struct {
	Reference
	line int
	used bool
}

var (
	labelPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	// The escapes are the Chinese, full-width forms of the signs before them.
	checkedPattern = regexp.MustCompile(`(?i)[(\x{ff08}]\s*checked\s*[:\x{ff1a}]\s*([a-z]*)\s*[)\x{ff09}]\s*[.\x{3002}]?\s*$`)
	checkedStart   = regexp.MustCompile(`(?i)[(\x{ff08}]\s*checked\b`)
	addressPattern = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%]+`)
)

// addressEnd holds the punctuation that a sentence puts behind an address.
const addressEnd = ".,;:!?'"

var checkedNames = []string{string(Opened), string(Listed), string(Corrected)}

// readDefinitions takes the footnote definitions out of the document, wherever
// they stand.
func (m *manuscript) readDefinitions(document ast.Node) {
	var lists []ast.Node
	// The walker returns no error.
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if _, ok := n.(*extast.FootnoteList); ok && entering {
			lists = append(lists, n)
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	m.definitions = make(map[string]*definition)
	for _, list := range lists {
		list.Parent().RemoveChild(list.Parent(), list)
		for n := list.FirstChild(); n != nil; n = n.NextSibling() {
			if note, ok := n.(*extast.Footnote); ok {
				m.readDefinition(note)
			}
		}
	}
}

func (m *manuscript) readDefinition(note *extast.Footnote) {
	d := &definition{line: m.lineOf(note)}
	d.Label = string(note.Ref)
	if !labelPattern.MatchString(d.Label) {
		m.errorf(d.line, "footnote [^%s]: a footnote's name is made of letters, digits, - and _ only", d.Label)
		return
	}
	if first, ok := m.definitions[d.Label]; ok {
		m.errorf(d.line, "footnote [^%s] is already defined on line %d: remove one, or give it another name", d.Label, first.line)
		return
	}
	m.definitions[d.Label] = d

	paragraph := note.FirstChild()
	if paragraph == nil {
		m.errorf(d.line, "footnote [^%s] is empty: write author, title and year of the source", d.Label)
		return
	}
	if paragraph.NextSibling() != nil || !isParagraph(paragraph) {
		m.errorf(d.line, "footnote [^%s] must be one paragraph: write it on one line and leave the next line empty", d.Label)
		return
	}
	source := m.flatten(paragraph)
	if len(source.marks) > 0 {
		m.errorf(d.line, "footnote [^%s] holds another footnote mark: remove the mark, or start the other definition on a line of its own", d.Label)
	}
	m.readSource(d, source)
}

// readSource takes apart "Author. Title. Year. <address> (checked: listed)".
func (m *manuscript) readSource(d *definition, source prose) {
	text := source.text
	if at := checkedPattern.FindStringSubmatchIndex(text); at == nil && checkedStart.MatchString(text) {
		m.errorf(d.line, "footnote [^%s] goes on after (checked: ...): put that at its end, and leave the line below it empty", d.Label)
	} else if at == nil {
		m.errorf(d.line, "footnote [^%s] does not say how far the source was checked: end it with (checked: opened), (checked: listed) or (checked: corrected)", d.Label)
	} else {
		d.Checked = Checked(strings.ToLower(text[at[2]:at[3]]))
		if problem := oneOf("checked", string(d.Checked), checkedNames); problem != "" {
			m.errorf(d.line, "footnote [^%s]: %s", d.Label, problem)
		}
		text = text[:at[0]]
	}

	var addresses []string
	for _, l := range source.links {
		addresses = append(addresses, l.address)
	}
	text = addressPattern.ReplaceAllStringFunc(text, func(found string) string {
		address := trimAddress(found)
		addresses = append(addresses, address)
		return strings.TrimLeft(found[len(address):], addressEnd)
	})
	addresses = slices.Compact(addresses)
	if len(addresses) > 1 {
		m.errorf(d.line, "footnote [^%s] has %d addresses: keep the one that patients should open", d.Label, len(addresses))
	}
	if len(addresses) > 0 {
		d.URL = addresses[0]
		if !isWebAddress(d.URL) {
			m.errorf(d.line, "footnote [^%s]: %q is no web address: write it in full, starting with https://", d.Label, d.URL)
		}
	}

	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "。。", "。")
	d.Text = strings.TrimRight(text, " :\uff1a,;")
	if !strings.ContainsFunc(d.Text, isWordRune) {
		m.errorf(d.line, "footnote [^%s] does not name its source: write author, title and year before the address", d.Label)
	}
}

// trimAddress cuts off what belongs to the sentence around an address. A
// closing bracket belongs to the address if it was opened in it.
func trimAddress(s string) string {
	for s != "" {
		last := s[len(s)-1]
		if !strings.ContainsRune(addressEnd, rune(last)) &&
			!(last == ')' && strings.Count(s, ")") > strings.Count(s, "(")) {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// references returns the sources that the sentences of p rest on, in the order
// of first use, and reports the marks that no definition explains.
func (m *manuscript) references(marks []mark) []Reference {
	var refs []Reference
	for _, k := range marks {
		d, ok := m.definitions[k.label]
		switch {
		case !ok:
			var known []string
			for label := range m.definitions {
				known = append(known, label)
			}
			slices.Sort(known)
			m.errorf(k.line, "footnote [^%s] has no definition: add a line that begins with [^%s]:%s", k.label, k.label, suggest(k.label, known))
		case !slices.ContainsFunc(refs, func(r Reference) bool { return r.Label == k.label }):
			d.used = true
			refs = append(refs, d.Reference)
		}
	}
	return refs
}

// checkUnused finds the definitions that no mark points to.
func (m *manuscript) checkUnused() {
	for _, d := range m.definitions {
		if !d.used {
			m.warnf(d.line, "footnote [^%s] is never used: put [^%s] behind the sentence that rests on it, or remove this line", d.Label, d.Label)
		}
	}
}

func isParagraph(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}
