package faq

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answerOf reads one answer and returns its sentences, one a line, a block
// beginning with "-" or "|" and the labels in brackets.
func answerOf(t *testing.T, markdown string) string {
	t.Helper()
	m := read(file{path: "x.md", data: []byte(frontMatter("x") + "## Q? {#q}\n\n" + markdown + "\n\n[^a]: A. (checked: opened)\n\n[^b]: B. (checked: opened)\n")}, today)
	if len(m.article.Passages) != 1 {
		t.Fatalf("passages: %v, problems: %v", m.article.Passages, m.problems)
	}
	var out strings.Builder
	for _, b := range m.article.Passages[0].Blocks {
		start := "| "
		if b.Item {
			start = "- "
		}
		for _, s := range b.Sentences {
			out.WriteString(start + s.Text)
			for _, r := range s.Refs {
				out.WriteString(" [" + r + "]")
			}
			out.WriteString("\n")
			start = "  "
		}
	}
	return out.String()
}

func TestSentences(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"full stops", "One. Two! Three? Four", "| One.\n  Two!\n  Three?\n  Four\n"},
		{"mark behind the full stop", "One.[^a] Two.[^b]", "| One. [a]\n  Two. [b]\n"},
		{"mark before the full stop", "One[^a]. Two[^b].", "| One. [a]\n  Two. [b]\n"},
		{"mark apart", "One. [^a] Two.  [^b]", "| One. [a]\n  Two. [b]\n"},
		{"mark on the next line", "One.\n[^a] Two.", "| One. [a]\n  Two.\n"},
		{"mark first", "[^a] One. Two.", "| One. [a]\n  Two.\n"},
		{"marks repeated", "One[^a], one[^b], one.[^a]", "| One, one, one. [a] [b]\n"},
		{"mark inside emphasis", "**One.[^a]** Two.", "| One. [a]\n  Two.\n"},
		{"mark in quotation", "“One.”[^a] Two.", "| “One.” [a]\n  Two.\n"},
		{"abbreviations", "Ask Dr. Who, e.g. by letter (cf. Prof. No). See Smith et al. 2004.", "| Ask Dr. Who, e.g. by letter (cf. Prof. No).\n  See Smith et al. 2004.\n"},
		{"no is an answer", "No. It does not.", "| No.\n  It does not.\n"},
		{"decimals and versions", "About 0.5 SD, 1.5 mg. Vitamin B12. TNF-α. IL-6. Yes.", "| About 0.5 SD, 1.5 mg.\n  Vitamin B12.\n  TNF-α.\n  IL-6.\n  Yes.\n"},
		{"question in quotation marks", "“Does it hurt?” people ask. It may.", "| “Does it hurt?” people ask.\n  It may.\n"},
		{"Chinese", "一。二\uff01三\uff1f「四。」五", "| 一。\n  二\uff01\n  三\uff1f\n  「四。」\n  五\n"},
		{"Chinese marks", "一。[^a]二[^b]。三", "| 一。 [a]\n  二。 [b]\n  三\n"},
		{"Chinese line break", "身體的\n警報 TNF\n下降。", "| 身體的警報 TNF 下降。\n"},
		{"markup", "**One** *two* [three](https://example.org)\\\nfour  \nfive \\*.", "| One two three four five *.\n"},
		{"white space", "One\u00a0 two\u3000three.", "| One two three.\n"},
		{"placeholder", "Call {{clinic.phone}}. Or {{clinic.opening_hours}}.", "| Call {{clinic.phone}}.\n  Or {{clinic.opening_hours}}.\n"},
		{"blocks", "One. Two.\n\n- three[^a]\n- four. Five.\n\n1. six", "| One.\n  Two.\n- three [a]\n- four.\n  Five.\n- six\n"},
		{"definition after a list", "- one[^a]\n[^c]: C. (checked: opened)", "- one [a]\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, answerOf(t, test.markdown)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSource(t *testing.T) {
	const signs = "\uff08checked\uff1alisted\uff09"
	tests := []struct {
		name, definition string
		want             Reference
	}{
		{"angle brackets", "A. B. <https://example.org/x> (checked: opened)", Reference{"a", "A. B.", "https://example.org/x", Opened}},
		{"bare", "A. B. https://example.org/x (checked: Listed)", Reference{"a", "A. B.", "https://example.org/x", Listed}},
		{"bare, full stop", "A. B: https://example.org/x. (checked: corrected).", Reference{"a", "A. B", "https://example.org/x", Corrected}},
		{"brackets in the address", "A. https://example.org/S1(10)00069-X/y_z_w (checked: opened)", Reference{"a", "A.", "https://example.org/S1(10)00069-X/y_z_w", Opened}},
		{"address in brackets", "A (see https://example.org/x) b. (checked: opened)", Reference{"a", "A (see ) b.", "https://example.org/x", Opened}},
		{"link", "A. [*B*](https://example.org/x) (checked: opened)", Reference{"a", "A. B", "https://example.org/x", Opened}},
		{"no address", "A. B, 1999. (checked: opened)", Reference{"a", "A. B, 1999.", "", Opened}},
		{"same address twice", "[A](https://example.org/x) https://example.org/x (checked: opened)", Reference{"a", "A", "https://example.org/x", Opened}},
		{"two lines", "A.\n    B. (checked: opened)", Reference{"a", "A. B.", "", Opened}},
		{"Chinese", "甲\u3002https://example.org/x\u3002" + signs, Reference{"a", "甲\u3002", "https://example.org/x", Listed}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := read(file{path: "x.md", data: []byte(frontMatter("x") + "## Q? {#q}\n\nA.[^a]\n\n[^a]: " + test.definition + "\n")}, today)
			if HasErrors(m.problems) {
				t.Errorf("problems: %v", m.problems)
			}
			if diff := cmp.Diff([]Reference{test.want}, m.article.Passages[0].References); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
