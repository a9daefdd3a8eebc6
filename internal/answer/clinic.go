package answer

import (
	"slices"
	"strings"

	"meridian/internal/faq"
)

// fact returns what the clinic says of itself under the name; empty when it
// says nothing.
func (c Clinic) fact(name, lang string) string {
	if value := c.Chinese[name]; isChinese(lang) && value != "" {
		return value
	}
	return c.Facts[name]
}

// fill puts the clinic's facts into a sentence. It reports false when one is
// not filled in: such a sentence cannot be said.
func (c Clinic) fill(sentence, lang string) (string, bool) {
	if !strings.Contains(sentence, "{{") {
		return sentence, true
	}
	return faq.Fill(sentence, func(name string) string { return c.fact(name, lang) })
}

// lacks returns the facts without which the passage answers nothing: those
// that are not filled in, where the clinic is its one source.
func (c Clinic) lacks(p *faq.Passage) []string {
	if !p.OnlyClinic() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Needs), func(name string) bool { return c.Facts[name] != "" })
}
