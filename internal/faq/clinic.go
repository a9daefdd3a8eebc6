package faq

import (
	"regexp"
	"slices"
	"strings"
)

// ClinicFacts are the names of what only the clinic itself can say. Content
// writes one as {{clinic.hours}}; the configuration fills it in.
var ClinicFacts = []string{"hours", "address", "phone", "booking", "parking", "cancellation", "languages"}

// placeholder is anything in double braces; a good one names a fact.
var placeholder = regexp.MustCompile(`\{\{\s*(?:clinic\.)?([^{}]*?)\s*\}\}`)

// Fill replaces each {{clinic.name}} in the text with what fact says of that
// name. It reports false when fact has nothing to say of one of them.
func Fill(text string, fact func(name string) string) (string, bool) {
	complete := true
	text = placeholder.ReplaceAllStringFunc(text, func(s string) string {
		value := fact(placeholder.FindStringSubmatch(s)[1])
		complete = complete && value != ""
		return value
	})
	return text, complete
}

// readNeeds notes which clinic facts the answer needs.
func (r *passageReader) readNeeds() {
	for _, found := range placeholder.FindAllStringSubmatch(r.passage.Text(), -1) {
		name := found[1]
		switch {
		case !slices.Contains(ClinicFacts, name) || !strings.Contains(found[0], "clinic."):
			r.errorf(r.passage.Line, "%s is not known: the clinic's settings are {{clinic.%s}}%s",
				found[0], strings.Join(ClinicFacts, "}}, {{clinic."), suggest(name, ClinicFacts))
		case !slices.Contains(r.passage.Needs, name):
			r.passage.Needs = append(r.passage.Needs, name)
		}
	}
}
