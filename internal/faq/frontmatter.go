package faq

import (
	"bytes"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// languages are the ones that content may be written in; the first is the one
// that the others are translated from.
var languages = []string{"en", "zh-Hant"}

var idPattern = regexp.MustCompile(`^[a-z0-9-]+$`)

// A frontField is one field of the front matter. Its set function stores the
// value and returns what is wrong with it, if anything.
type frontField struct {
	name     string
	optional bool
	set      func(a *Article, value string) string
}

var frontFields = []frontField{
	{name: "id", set: func(a *Article, v string) string {
		if !idPattern.MatchString(v) {
			return fmt.Sprintf("id %q is malformed: use small letters a-z, digits and hyphens only, as in understanding-pain", v)
		}
		a.ID = v
		return ""
	}},
	{name: "title", set: func(a *Article, v string) string { a.Title = v; return "" }},
	{name: "lang", set: func(a *Article, v string) string {
		a.Lang = v
		return oneOf("lang", v, languages)
	}},
	{name: "publisher", set: func(a *Article, v string) string { a.Publisher = v; return "" }},
	{name: "url", optional: true, set: func(a *Article, v string) string {
		a.URL = v
		if !isWebAddress(v) {
			return fmt.Sprintf("url %q is no web address: write it in full, starting with https://, or leave the field out", v)
		}
		return ""
	}},
	{name: "status", set: func(a *Article, v string) string {
		a.Status = Status(v)
		return oneOf("status", v, []string{string(Draft), string(Published), string(Withdrawn)})
	}},
	{name: "reviewed_by", set: func(a *Article, v string) string { a.ReviewedBy = v; return "" }},
	{name: "reviewed_on", set: func(a *Article, v string) string { return setDate(&a.ReviewedOn, "reviewed_on", v) }},
	{name: "review_due", set: func(a *Article, v string) string { return setDate(&a.ReviewDue, "review_due", v) }},
}

// splitFrontMatter returns the YAML between the two lines of hyphens and the
// offset at which the body begins.
func (m *manuscript) splitFrontMatter() (front []byte, body int, ok bool) {
	offset := 0
	for line := range bytes.Lines(m.text) {
		fence := string(bytes.TrimRight(line, " \t\n")) == "---"
		switch {
		case offset == 0 && !fence:
			m.errorf(1, "the front matter is missing: begin the file with a line of three hyphens (---), then the fields, then another such line")
			return nil, 0, false
		case offset > 0 && fence:
			_, front, _ := bytes.Cut(m.text[:offset], []byte("\n"))
			return front, offset + len(line), true
		}
		offset += len(line)
	}
	if offset == 0 {
		m.errorf(1, "the file is empty: write the article, or delete the file")
	} else {
		m.errorf(1, "the front matter is not closed: put a line of three hyphens (---) after its last field")
	}
	return nil, 0, false
}

// readFrontMatter fills the article's fields. The first line of front is the
// second of the file.
func (m *manuscript) readFrontMatter(front []byte) {
	var document yaml.Node
	if err := yaml.Unmarshal(front, &document); err != nil {
		m.errorf(brokenLine(front)+1, "the front matter cannot be read here: write one field a line, as in title: Understanding pain; put a value that holds a colon or begins with a sign between double quotation marks")
		return
	}
	if len(document.Content) > 0 {
		if document.Content[0].Kind != yaml.MappingNode {
			m.errorf(2, "the front matter holds no fields: write one field a line, as in title: Understanding pain")
			return
		}
		pairs := document.Content[0].Content
		for i := 0; i+1 < len(pairs); i += 2 {
			m.readField(pairs[i], pairs[i+1])
		}
	}
	for _, f := range frontFields {
		if m.fieldLines[f.name] == 0 && !f.optional {
			m.errorf(1, "the front matter has no %s: add a line that begins with %s:", f.name, f.name)
		}
	}
	m.checkFileName()
}

// readField stores one field.
func (m *manuscript) readField(key, value *yaml.Node) {
	line := key.Line + 1
	i := slices.IndexFunc(frontFields, func(f frontField) bool { return f.name == key.Value })
	if i < 0 {
		var known []string
		for _, f := range frontFields {
			known = append(known, f.name)
		}
		hint := suggest(key.Value, known)
		if hint == "" {
			hint = "; the fields are " + strings.Join(known, ", ")
		}
		m.errorf(line, "unknown field %q%s", key.Value, hint)
		return
	}
	field := frontFields[i]
	if first := m.fieldLines[field.name]; first != 0 {
		m.errorf(line, "%s stands on line %d already: keep one of the two lines", field.name, first)
		return
	}
	m.fieldLines[field.name] = line
	text := strings.Join(strings.Fields(value.Value), " ")
	switch r, hidden := invisible(text); {
	case value.Kind != yaml.ScalarNode:
		m.errorf(line, "%s must be plain text on one line: put it between double quotation marks", field.name)
	case text == "" && !field.optional:
		m.errorf(line, "%s is empty: write its value after the colon", field.name)
	case hidden:
		m.errorf(line, "%s holds the invisible character U+%04X: delete it", field.name, r)
	case text != "":
		if problem := field.set(m.article, text); problem != "" {
			m.errorf(line, "%s", problem)
		}
	}
}

// brokenLine returns the first line of front that is no YAML by itself. The
// parser's own line numbers are those of the place where it gave up, often
// some lines further on.
func brokenLine(front []byte) int {
	number := 0
	for line := range bytes.Lines(front) {
		number++
		if yaml.Unmarshal(line, new(yaml.Node)) != nil {
			return number
		}
	}
	return 1
}

// checkFileName holds the language in the file's name against that inside.
func (m *manuscript) checkFileName() {
	name := strings.TrimSuffix(filepath.Base(m.file), ".md")
	named := strings.TrimPrefix(filepath.Ext(name), ".")
	if named == "" {
		named = languages[0]
	}
	if m.article.Lang != "" && m.article.Lang != named {
		m.errorf(m.fieldLines["lang"], "lang is %q but the file's name says %q: English is name.md, a translation name.%s.md", m.article.Lang, named, languages[1])
	}
}

// checkDates finds a review that is overdue or cannot be.
func (m *manuscript) checkDates(today time.Time) {
	a := m.article
	if a.ReviewedOn.IsZero() || a.ReviewDue.IsZero() {
		return
	}
	if a.ReviewDue.Before(a.ReviewedOn) {
		m.errorf(m.fieldLines["review_due"], "review_due (%s) is before reviewed_on (%s): correct the date that is wrong",
			a.ReviewDue.Format(time.DateOnly), a.ReviewedOn.Format(time.DateOnly))
	}
	// A date has no time zone: a day of grace lets it be tomorrow elsewhere.
	if a.ReviewedOn.After(today.AddDate(0, 0, 1)) {
		m.warnf(m.fieldLines["reviewed_on"], "reviewed_on (%s) lies in the future: correct the date", a.ReviewedOn.Format(time.DateOnly))
	}
	if today.After(a.ReviewDue.AddDate(0, 0, 1)) {
		m.warnf(m.fieldLines["review_due"], "the review is overdue since %s: read the article again, then change reviewed_by, reviewed_on and review_due",
			a.ReviewDue.Format(time.DateOnly))
	}
}

func oneOf(name, value string, known []string) string {
	if slices.Contains(known, value) {
		return ""
	}
	return fmt.Sprintf("%s %q is unknown: use %s", name, value, strings.Join(known, ", "))
}

func setDate(date *time.Time, name, value string) string {
	parsed, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return fmt.Sprintf("%s %q is no date: write year-month-day, as in 2026-11-22", name, value)
	}
	*date = parsed
	return ""
}

// isWebAddress reports whether s can be opened in a browser by anyone.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil &&
		strings.Contains(u.Hostname(), ".") && !strings.ContainsAny(s, " \t\"<>")
}
