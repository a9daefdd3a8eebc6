package faq

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const sourcesPage = "../../docs/sources.md"

// source is one record that the library rests on.
type source struct {
	Reference
	passages []string // IDs of the passages that cite it, in the library's order
}

// shippedSources returns each source of the English articles once, by its
// text. The Chinese ones have the same: [TestShippedTranslationsSayTheSame].
func shippedSources(t *testing.T) []*source {
	t.Helper()
	var sources []*source
	known := make(map[string]*source) // by address, or by text where there is none
	for _, article := range loadShipped(t).In("en") {
		for _, p := range article.Passages {
			for _, r := range p.References {
				key := r.URL
				if key == "" {
					key = r.Text
				}
				s, ok := known[key]
				if !ok {
					s = &source{Reference: r}
					known[key], sources = s, append(sources, s)
				} else if s.Text != r.Text || s.Checked != r.Checked {
					t.Errorf("%s: [^%s] is %q (checked: %s), and %q (checked: %s) in %s: write one source the same everywhere",
						article.File, r.Label, r.Text, r.Checked, s.Text, s.Checked, s.passages[0])
				}
				s.passages = append(s.passages, p.ID)
			}
		}
	}
	slices.SortFunc(sources, func(a, b *source) int {
		return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text))
	})
	return sources
}

// TestSources holds docs/sources.md against the library, or writes it with
// -update.
func TestSources(t *testing.T) {
	sources := shippedSources(t)
	count := make(map[Checked]int)
	for _, s := range sources {
		count[s.Checked]++
	}

	var page strings.Builder
	fmt.Fprintf(&page, `# The sources of the library

Made from the articles in `+"`faq/`"+` by `+"`go test ./internal/faq -run Sources -update`"+`; do not edit it by hand.

The answers rest on %d sources:

| how far it was checked | sources | meaning |
|---|---|---|
| opened | %d | the record or its text was read, and says so |
| listed | %d | the record is known to exist; open it before you rely on it |
| corrected | %d | it was first cited wrongly; this is the right record |

Each source is followed by how far it was checked, and by the passages that cite it.

`, len(sources), count[Opened], count[Listed], count[Corrected])
	for _, s := range sources {
		address := ""
		if s.URL != "" {
			address = " <" + s.URL + ">"
		}
		fmt.Fprintf(&page, "- %s%s\n  **%s**: %s\n", s.Text, address, s.Checked, strings.Join(s.passages, ", "))
	}

	if *update {
		if err := os.WriteFile(sourcesPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(sourcesPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page.String() {
		t.Error("docs/sources.md is out of date: run go test ./internal/faq -run Sources -update")
	}
}
