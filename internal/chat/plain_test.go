package chat

import "testing"

func TestPlainText(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   []Block
		want string
	}{
		{"nothing", nil, ""},
		{"paragraphs", []Block{Text(Paragraph, "It hurts."), Text(Paragraph, "It lasts.")}, "It hurts.\n\nIt lasts."},
		{"heading and list", []Block{Text(Paragraph, "Yes."), Text(Heading, "Signs"), Text(Item, "numb"), Text(Item, "weak"), Text(Paragraph, "Rest.")},
			"Yes.\n\nSigns\n• numb\n• weak\n\nRest."},
		{"notes are tight", []Block{Text(Paragraph, "Yes."), Text(Note, "[1] Han"), Text(Note, "Not advice.")}, "Yes.\n\n[1] Han\nNot advice."},
		{"link", []Block{{Spans: []Span{{Text: "See "}, link("Han 2004", "https://a.b"), {Text: "."}}}}, "See Han 2004 (https://a.b)."},
		{"bare link", []Block{{Spans: []Span{link("https://a.b", "https://a.b")}}}, "https://a.b"},
		{"link in two styles", []Block{{Spans: []Span{{Text: "Han ", URL: "https://a.b"}, {Text: "2004", URL: "https://a.b", Bold: true}}}}, "Han 2004 (https://a.b)"},
		{"two links", []Block{{Spans: []Span{link("Han", "https://a.b"), link("Lee", "https://c.d")}}}, "Han (https://a.b)Lee (https://c.d)"},
		{"a terminal obeys nothing in it", []Block{Text(Paragraph, "a\x1b[2Jb\u009bc\rd\te\nf")}, "a[2Jbcd\te\nf"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := PlainText(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
