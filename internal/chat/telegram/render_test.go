package telegram

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/telegram/telegramtest"
)

// cards are replies of every shape, by the name of their golden file.
func cards() map[string]chat.Reply {
	link := func(kind chat.Kind, before, text, url, after string) chat.Block {
		return chat.Block{Kind: kind, Spans: []chat.Span{{Text: before}, {Text: text, URL: url}, {Text: after}}}
	}
	english := chat.NewReply("en",
		chat.Text(chat.Heading, "Why does pain linger?"),
		chat.Block{Spans: []chat.Span{
			{Text: "Nerves can stay "}, {Text: "on guard", Bold: true}, {Text: " after a wound has "}, {Text: "healed", Italic: true}, {Text: ". A touch < 1 kg & \"light\" can hurt."},
		}},
		chat.Text(chat.Paragraph, "What helps:"),
		chat.Text(chat.Item, "Moving a little every day"),
		chat.Text(chat.Item, "Sleeping enough"),
		chat.Text(chat.Note, "Evidence: moderate"),
		link(chat.Note, "1. ", "Han 2004", "https://example.org/han?a=1&b=2", ", reviewed 12 Oct 2026"),
	)
	chinese := chat.NewReply("zh-Hant",
		chat.Text(chat.Heading, "腎虛腰痛"),
		chat.Text(chat.Paragraph, "傳統上認為「腎主骨」,腰是腎之府。"),
		chat.Text(chat.Note, "證據:傳統觀點"),
		link(chat.Note, "1. ", "《素問》", "https://example.org/素問", ",2026年10月12日審閱"),
	)
	topics := chat.NewReply("en", chat.Text(chat.Paragraph, "Which of these do you mean?"))
	topics.Choices = []chat.Choice{{Label: "What is pain?", Value: "pe:pain/what"}, {Label: "How long does it last?", Value: "pe:pain/how-long"}}
	return map[string]chat.Reply{"answer.en": english, "answer.zh-Hant": chinese, "clarify.en": topics}
}

func TestCards(t *testing.T) {
	for name, reply := range cards() {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			for _, p := range render(reply) {
				fmt.Fprintf(&got, "%s\n", p.html)
				for _, c := range p.choices {
					fmt.Fprintf(&got, "[%s] %s\n", c.Label, c.Value)
				}
				fmt.Fprintf(&got, "\n--- without markup ---\n%s\n", p.plain)
			}
			golden(t, filepath.Join("testdata", name+".golden"), got.String())
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestPreviewShowsWhatIsSent(t *testing.T) {
	b := newBench(t, Options{})
	reply := cards()["answer.en"]
	b.run(handlerFunc(func(_ context.Context, _ chat.Message) chat.Reply { return reply }))
	b.Add(telegramtest.Private(7, 1, "why?"))
	if diff := cmp.Diff(Preview(reply), []string{b.awaitSent(1)[0].Raw}); diff != "" {
		t.Error(diff)
	}
}

func TestMarkup(t *testing.T) {
	span := func(s chat.Span) []chat.Block { return []chat.Block{{Spans: []chat.Span{s}}} }
	long := "https://example.org/" + strings.Repeat("&", 500)
	tests := []struct {
		name  string
		in    []chat.Block
		want  string
		plain string
	}{
		{"escaped", span(chat.Span{Text: `<b>"x" & 'y'</b>`}), `&lt;b&gt;&#34;x&#34; &amp; &#39;y&#39;&lt;/b&gt;`, `<b>"x" & 'y'</b>`},
		{"markdown is text", span(chat.Span{Text: `C:\_temp *x* [y](z)`}), `C:\_temp *x* [y](z)`, `C:\_temp *x* [y](z)`},
		{"all styles", span(chat.Span{Text: "x", Bold: true, Italic: true, URL: "https://a.example"}), `<a href="https://a.example"><b><i>x</i></b></a>`, "x (https://a.example)"},
		{"style of nothing", span(chat.Span{Text: " ", Bold: true}), " ", " "},
		{"quote in an address", span(chat.Span{Text: "x", URL: `https://a.example/"><b>`}), `<a href="https://a.example/&#34;&gt;&lt;b&gt;">x</a>`, `x (https://a.example/"><b>)`},
		{"address of a person", span(chat.Span{Text: "x", URL: "tg://user?id=1"}), "x", "x"},
		{"script", span(chat.Span{Text: "x", URL: "javascript:alert(1)"}), "x", "x"},
		{"address without host", span(chat.Span{Text: "x", URL: "https:///a"}), "x", "x"},
		{"address too long", span(chat.Span{Text: "x", URL: long}), "x", "x"},
		{"mention", span(chat.Span{Text: "ask @somebody (@other)"}), "ask @\u2060somebody (@\u2060other)", "ask @\u2060somebody (@\u2060other)"},
		{"mail address", span(chat.Span{Text: "info@clinic.example"}), "info@clinic.example", "info@clinic.example"},
		{"not UTF-8", span(chat.Span{Text: "a\xffb"}), "a\uFFFDb", "a\uFFFDb"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := markup(test.in); got != test.want {
				t.Errorf("markup\n%q, want\n%q", got, test.want)
			}
			if got := plain(test.in); got != test.plain {
				t.Errorf("plain\n%q, want\n%q", got, test.plain)
			}
		})
	}
}

func TestButtons(t *testing.T) {
	r := say(strings.Repeat("word ", 1500))
	for i := range chat.MaxChoices + 3 {
		r.Choices = append(r.Choices, chat.Choice{Label: fmt.Sprint("label ", i), Value: fmt.Sprint("v", i)})
	}
	r.Choices[0].Label = " "
	r.Choices[1].Value = ""
	r.Choices[2].Value = strings.Repeat("痛", 22) // 66 bytes
	parts := render(r)
	if len(parts) != 2 || parts[0].choices != nil {
		t.Fatalf("%d parts, %d buttons below the first", len(parts), len(parts[0].choices))
	}
	if diff := cmp.Diff(r.Choices[3:], parts[1].choices); diff != "" {
		t.Error(diff)
	}
}

// TestRenderProperty: whatever the reply, each part is valid markup within the
// limit that mentions nobody, says what its plain twin says, and all addresses,
// all text and the disclaimer arrive.
func TestRenderProperty(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"pain ", "腰痛", "。", "\n", "<b>", "</i>", "&amp;", "&", "@somebody ", "😖", "e\u0301", "\u200b", "\x00", "\xff",
		`"`, "*_[](`", " • ", strings.Repeat("long", 300), strings.Repeat("痛", 900), strings.Repeat("<", 700)}
	for range 150 {
		var blocks []chat.Block
		for range 1 + random.IntN(12) {
			b := chat.Block{Kind: chat.Kind(random.IntN(4))}
			for i := range 1 + random.IntN(5) {
				var text strings.Builder
				for range random.IntN(6) {
					text.WriteString(pieces[random.IntN(len(pieces))])
				}
				span := chat.Span{Text: text.String(), Bold: random.IntN(3) == 0, Italic: random.IntN(3) == 0}
				if random.IntN(3) == 0 {
					span.Text = "source " + span.Text
					span.URL = fmt.Sprintf("https://example.org/%d?a=%d&b=%s", i, random.IntN(1e6), strings.Repeat("x", random.IntN(900)))
				}
				b.Spans = append(b.Spans, span)
			}
			blocks = append(blocks, b)
		}
		checkParts(t, chat.NewReply("zh-Hant", blocks...))
	}
}

func FuzzRender(f *testing.F) {
	f.Add("<b>pain</b> & @somebody", "https://example.org/a?b=1&c=2", 3, true)
	f.Add("腰痛😖\x00\xff", "tg://user?id=1", 5000, false)
	f.Fuzz(func(t *testing.T, text, url string, times int, bold bool) {
		text = strings.Repeat(text, 1+min(max(times, 0), 10_000/(1+len(text))))
		span := chat.Span{Text: text, URL: url, Bold: bold, Italic: !bold}
		checkParts(t, chat.NewReply("en", chat.Text(chat.Heading, text), chat.Block{Kind: chat.Item, Spans: []chat.Span{span, {Text: "."}}}))
	})
}

func checkParts(t *testing.T, r chat.Reply) {
	t.Helper()
	var urls []string
	var letters strings.Builder
	for _, p := range render(r) {
		if n := len(utf16.Encode([]rune(p.html))); n > maxText {
			t.Errorf("%d units of markup", n)
		}
		if n := len(utf16.Encode([]rune(p.plain))); n > maxText {
			t.Errorf("%d units of plain text", n)
		}
		text, entities, err := telegramtest.ParseHTML(p.html)
		if err != nil {
			t.Fatalf("%v in\n%q", err, p.html)
		}
		if m := append(telegramtest.Mentions(text), telegramtest.Mentions(p.plain)...); len(m) > 0 {
			t.Errorf("mentions %v in\n%q\n%q", m, p.html, p.plain)
		}
		for _, e := range entities {
			if e.URL != "" {
				urls = append(urls, e.URL)
			}
		}
		letters.WriteString(squeeze(text))
	}
	if got, want := letters.String(), squeeze(allText(r)); got != want {
		t.Errorf("text\n%q, want\n%q", got, want)
	}
	if !strings.HasSuffix(letters.String(), squeeze(chat.Disclaimer(r.Lang))) {
		t.Error("no disclaimer")
	}
	for _, b := range r.Blocks() {
		for _, span := range b.Spans {
			if linkable(span.URL) && squeeze(span.Text) != "" && !slices.Contains(urls, span.URL) {
				t.Errorf("address %q is missing", span.URL)
			}
		}
	}
}

func allText(r chat.Reply) string {
	var s strings.Builder
	for _, b := range r.Blocks() {
		for _, span := range b.Spans {
			s.WriteString(strings.ToValidUTF8(span.Text, "\uFFFD"))
		}
	}
	return s.String()
}

// squeeze takes out what rendering may add or drop: white space, the marks of
// list points, and word joiners.
func squeeze(s string) string {
	s = strings.NewReplacer("•", "", "\u2060", "").Replace(s)
	return strings.Join(strings.Fields(s), "")
}
