package discord

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

func TestMarkdown(t *testing.T) {
	span := func(text string) chat.Span { return chat.Span{Text: text} }
	bold := func(text string) chat.Span { return chat.Span{Text: text, Bold: true} }
	italic := func(text string) chat.Span { return chat.Span{Text: text, Italic: true} }
	link := func(text, url string) chat.Span { return chat.Span{Text: text, URL: url} }
	block := func(kind chat.Kind, spans ...chat.Span) chat.Block { return chat.Block{Kind: kind, Spans: spans} }
	tests := []struct {
		name   string
		blocks []chat.Block
		want   string
	}{
		{"paragraphs", []chat.Block{chat.Text(chat.Paragraph, "one"), chat.Text(chat.Paragraph, "two")}, "one\n\ntwo"},
		{"list under a heading", []chat.Block{
			chat.Text(chat.Heading, "Signs"), chat.Text(chat.Item, "a"), chat.Text(chat.Item, "b"), chat.Text(chat.Paragraph, "c"),
		}, "**Signs**\n- a\n- b\n\nc"},
		{"notes", []chat.Block{chat.Text(chat.Note, "a"), chat.Text(chat.Note, "b")}, "-# a\n-# b"},
		{"a note of two lines is one line", []chat.Block{chat.Text(chat.Note, "a\nb")}, "-# a b"},
		{"a paragraph keeps its lines", []chat.Block{chat.Text(chat.Paragraph, "a\r\nb\u2028c")}, "a\nb\nc"},
		{"emphasis over lines", []chat.Block{block(chat.Paragraph, bold("a\nb"))}, "**a**\n**b**"},
		{"neighbouring emphasis", []chat.Block{block(chat.Paragraph, bold("a"), italic("b"), bold("c"))}, "**a**\u200b*b*\u200b**c**"},
		{"equal neighbours are one", []chat.Block{block(chat.Paragraph, bold("a"), bold("b"))}, "**ab**"},
		{"white space stays outside", []chat.Block{block(chat.Paragraph, span("a"), bold(" b "), span("c"))}, "a **b** c"},
		{"only white space in bold", []chat.Block{block(chat.Paragraph, span("a"), bold("  "), span("b"))}, "a  b"},
		{"bold and italic", []chat.Block{block(chat.Paragraph, chat.Span{Text: "a", Bold: true, Italic: true})}, "***a***"},
		{"all marks", []chat.Block{chat.Text(chat.Paragraph, "a*b_c~d`e|f[g](h)\\i<j>k")}, "a\\*b\\_c\\~d\\`e\\|f\\[g\\](h)\\\\i\\<j\\>k"},
		{"a star at the end of bold", []chat.Block{block(chat.Paragraph, bold("a*"))}, `**a\***`},
		{"starts of lines", []chat.Block{chat.Text(chat.Paragraph, "# a\n- b\n+ c\n* d\n> e\n1. f\n12) g\n-# h\n>>> i")},
			"\\# a\n\\- b\n\\+ c\n\\* d\n\\> e\n1\\. f\n12\\) g\n\\-\\# h\n\\>\\>\\> i"},
		{"not at the start", []chat.Block{chat.Text(chat.Paragraph, "a # b - c 1. d")}, "a # b - c 1. d"},
		{"start of a list point", []chat.Block{chat.Text(chat.Item, "- a")}, "- \\- a"},
		{"mentions", []chat.Block{chat.Text(chat.Paragraph, "@everyone @HERE <@1> <@!2> <@&3> <#4> me@home.hk")},
			"@\u200beveryone @\u200bHERE \\<\u200b@1\\> \\<\u200b@!2\\> \\<\u200b@&3\\> \\<#4\\> me@home.hk"},
		{"an address in text is no link", []chat.Block{chat.Text(chat.Paragraph, "see https://x.org/a_b")}, `see https\://x.org/a\_b`},
		{"link", []chat.Block{block(chat.Note, span("1. "), link("A & B", "https://x.org/a"))}, `-# 1\. [A & B](<https://x.org/a>)`},
		{"bold link", []chat.Block{block(chat.Paragraph, chat.Span{Text: "A", Bold: true, URL: "https://x.org"})}, "**[A](<https://x.org>)**"},
		{"link that is its own text", []chat.Block{block(chat.Paragraph, link("https://x.org/a_b", "https://x.org/a_b"))}, "<https://x.org/a_b>"},
		{"brackets in a label", []chat.Block{block(chat.Paragraph, link("[1] A", "https://x.org"))}, `\[1\] A (<https://x.org>)`},
		{"address in a label", []chat.Block{block(chat.Paragraph, link("https://good.org", "https://x.org"))}, `https\://good.org (<https://x.org>)`},
		{"parentheses in an address", []chat.Block{block(chat.Paragraph, link("A", "https://x.org/S0(96)*@here"))},
			"[A](<https://x.org/S0%2896%29%2A%40here>)"},
		{"white space in an address", []chat.Block{block(chat.Paragraph, link("A", "https://x.org/a b\u3000c"))}, "[A](<https://x.org/a%20b%E3%80%80c>)"},
		{"no web address", []chat.Block{block(chat.Paragraph, link("A", "javascript:alert(1)"))}, "A"},
		{"somebody in an address", []chat.Block{block(chat.Paragraph, link("A", "https://good.org@x.org/"))}, "A"},
		{"control characters", []chat.Block{chat.Text(chat.Paragraph, "a\x00\x1b[31mb\tc")}, "a\\[31mb c"},
		{"Chinese", []chat.Block{block(chat.Paragraph, span("腎虛"), bold("腰痛"), span("點算?"))}, "腎虛**腰痛**點算?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := inMessage.markdown(test.blocks)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("markdown (-want +got):\n%s", diff)
			}
			if _, err := read(got); err != nil {
				t.Error(err)
			}
		})
	}
}

// squeeze leaves out what Discord may show differently: white space, and what nobody sees.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || string(r) == gapless {
			return -1
		}
		return r
	}, text)
}

func FuzzMarkdown(f *testing.F) {
	f.Add("plain", "bold", "label", "https://x.org/a")
	f.Add("***a** _b_ `c", "~~x~~ ||y|| [z](<q>)", "[1] https://x", "http://x.org/(a)[b]")
	f.Add("- # > 1. @everyone <@1> \\", "\\", "\\]", "https://x.org/*_`|\\\" '")
	f.Add("@everyo\u200bne", "\n\n- a", "a\nb", "https://x.org/@everyone")
	f.Fuzz(func(t *testing.T, plain, strong, label, address string) {
		for kind := chat.Paragraph; kind <= chat.Note; kind++ {
			text := inMessage.markdown([]chat.Block{
				{Kind: kind, Spans: []chat.Span{{Text: plain}, {Text: strong, Bold: true}, {Text: plain, Italic: true}}},
				{Kind: kind, Spans: []chat.Span{{Text: label, URL: address}}},
			})
			r, err := read(text)
			if err != nil {
				t.Fatal(err)
			}
			want := squeeze(plain) + squeeze(strong) + squeeze(plain)
			if a := linkable(address); a != "" && linkable(strings.TrimSpace(strings.Map(spaced, label))) == a {
				want += squeeze(a)
			} else {
				want += squeeze(label)
			}
			if got := squeeze(r.text); got != want {
				t.Fatalf("shows %q\nwant %q\nmarkdown %q", got, want, text)
			}
			if pings := discordtest.Pings(text); len(pings) > 0 {
				t.Fatalf("%q pings %q", text, pings)
			}
		}
	})
}
