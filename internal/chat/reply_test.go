package chat

import (
	"slices"
	"testing"
)

// TestEveryReplyEndsWithTheDisclaimer covers each way to come by a Reply:
// the constructor, its zero value, a literal, a copy, and a reply whose blocks
// were read, changed and added to before.
func TestEveryReplyEndsWithTheDisclaimer(t *testing.T) {
	languages := []string{"en", "zh-Hant", "zh-Hans", "es", "", "xx"}
	for _, lang := range languages {
		read := NewReply(lang, make([]Block, 3, 9)...)
		blocks := read.Blocks()
		blocks[3] = Text(Paragraph, "Trust me.")
		_ = append(read.Blocks(), Text(Paragraph, "Trust me."))
		longer := NewReply(lang, read.Blocks()...)
		for _, tc := range []struct {
			name  string
			reply Reply
		}{
			{"without body", NewReply(lang)},
			{"with body", NewReply(lang, Text(Paragraph, "Yes."), Text(Note, "[1] Han"))},
			{"literal", Reply{Lang: lang, Private: true, Choices: []Choice{{Label: "Yes", Value: "y"}}}},
			{"changed after it was read", read},
			{"made of a reply", longer},
			{"added to", NewReply(lang).With(Text(Note, "[1] Han")).With()},
		} {
			t.Run(lang+" "+tc.name, func(t *testing.T) { endsWithDisclaimer(t, tc.reply) })
		}
	}
	t.Run("zero value", func(t *testing.T) { endsWithDisclaimer(t, Reply{}) })
}

func endsWithDisclaimer(t *testing.T, r Reply) {
	t.Helper()
	want := disclaimers[r.Lang]
	if want == "" {
		want = disclaimers["en"]
	}
	blocks := r.Blocks()
	last := blocks[len(blocks)-1]
	if last.Kind != Note || last.text() != want {
		t.Errorf("the last block is %+v, want a note %q", last, want)
	}
}

func TestReplyKeepsItsBody(t *testing.T) {
	body := []Block{Text(Paragraph, "Yes."), Text(Note, "[1] Han")}
	r := NewReply("en", body...)
	body[0] = Text(Paragraph, "No.")
	r.Blocks()[1] = Text(Note, "[1] nobody")
	got := r.Blocks()
	if got[0].text() != "Yes." || got[1].text() != "[1] Han" {
		t.Errorf("the body changed from outside: %+v", got)
	}
}

func TestReplyWithLeavesTheFirstAlone(t *testing.T) {
	first := NewReply("en", Text(Paragraph, "Yes."))
	second, third := first.With(Text(Item, "a")), first.With(Text(Item, "b"))
	if len(first.Blocks()) != 2 || second.Blocks()[1].text() != "a" || third.Blocks()[1].text() != "b" {
		t.Errorf("got %+v, %+v and %+v", first.Blocks(), second.Blocks(), third.Blocks())
	}
}

func TestReplyPlainTextListsTheChoices(t *testing.T) {
	r := NewReply("en", Text(Paragraph, "Which one?"))
	r.Choices = []Choice{{Label: "This?", Value: "1"}, {Label: "That?", Value: "2"}}
	want := "Which one?\n\n• This?\n• That?\n\n" + Disclaimer("en")
	if got := r.PlainText(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryLanguageHasItsOwnDisclaimer(t *testing.T) {
	var seen []string
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans", "es"} {
		text := Disclaimer(lang)
		if text == "" || slices.Contains(seen, text) {
			t.Errorf("Disclaimer(%q) = %q", lang, text)
		}
		seen = append(seen, text)
	}
}
