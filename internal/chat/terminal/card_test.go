package terminal

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meridian/internal/chat"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// replies are cards as a patient may get them.
func replies() map[string]chat.Reply {
	note := func(spans ...chat.Span) chat.Block { return chat.Block{Kind: chat.Note, Spans: spans} }
	answer := chat.NewReply("en",
		chat.Text(chat.Paragraph, "Pain can last after an injury has healed, because the nerves that report it can stay on alert. It is real, and it is not your fault. [1]"),
		chat.Block{Spans: []chat.Span{{Text: "Ask for help the same day", Bold: true}, {Text: " if you notice:"}}},
		chat.Text(chat.Item, "numbness between the legs, or trouble passing water, which are signs that a nerve is being pressed"),
		chat.Text(chat.Item, "a fever"),
		chat.Text(chat.Note, "Evidence: moderate. Good studies point this way."),
		chat.Text(chat.Heading, "Sources"),
		note(chat.Span{Text: "[1] "}, chat.Span{Text: "Understanding pain › Why can pain last?", URL: "https://example.org/understanding-pain/why-pain-lasts"}),
	)
	clarify := chat.NewReply("en", chat.Text(chat.Paragraph, "Which of these do you mean?"))
	clarify.Choices = []chat.Choice{
		{Label: "What is pain?", Value: "p:1"},
		{Label: "Can acupuncture help with a headache that comes back every few days, or with migraine?", Value: "p:2"},
	}
	chinese := chat.NewReply("zh-Hant",
		chat.Text(chat.Paragraph, "中醫認為「不通則痛」：氣血運行受阻，身體便會感到疼痛。這是傳統的解釋，並不是經過驗證的醫學結論。 [1]"),
		chat.Text(chat.Item, "氣滯血瘀：刺痛，痛處固定，夜間加重，有時會有瘀斑，按壓時更痛"),
		chat.Text(chat.Item, "腎虛：腰膝酸軟"),
		chat.Text(chat.Heading, "資料來源"),
		note(chat.Span{Text: "[1] "}, chat.Span{Text: "認識疼痛 › 中醫怎樣看疼痛？", URL: "https://example.org/zh/understanding-pain"}),
	)
	chinese.Choices = []chat.Choice{{Label: "腎虛腰痛是什麼？", Value: "p:3"}}
	return map[string]chat.Reply{"answer.en": answer, "clarify.en": clarify, "answer.zh-Hant": chinese}
}

func TestCards(t *testing.T) {
	for name, reply := range replies() {
		for _, s := range []struct {
			name  string
			style style
		}{{"", style{width: 56}}, {".bold", style{width: 100, bold: true}}} {
			t.Run(name+s.name, func(t *testing.T) {
				golden := filepath.Join("testdata", name+s.name+".golden")
				got := s.style.card(reply)
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
				if !strings.Contains(strings.Join(strings.Fields(got), ""), strings.Join(strings.Fields(chat.Disclaimer(reply.Lang)), "")) {
					t.Error("the disclaimer is missing")
				}
			})
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		width      int
		want       string // lines, "|" between
	}{
		{"fits", "it hurts", 8, "it hurts"},
		{"empty", "", 8, ""},
		{"at spaces", "it hurts a  lot", 8, "it hurts|a  lot"},
		{"line breaks stay", "it\n\nhurts", 8, "it||hurts"},
		{"Chinese is two columns wide", "針灸止痛嗎", 6, "針灸止|痛嗎"},
		{"no line starts with a closing mark", "氣血瘀阻，痛", 8, "氣血瘀|阻，痛"},
		{"an address is not broken", "see https://example.org/a-b/c now", 10, "see|https://example.org/a-b/c|now"},
		{"combining marks take no room", "e\u0301e\u0301e\u0301 a", 5, "e\u0301e\u0301e\u0301 a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var lines []string
			for _, bounds := range wrap(tc.text, tc.width) {
				lines = append(lines, tc.text[bounds[0]:bounds[1]])
			}
			if got := strings.Join(lines, "|"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// FuzzCard checks that a terminal finds nothing to obey in a card, and that no
// text is lost.
func FuzzCard(f *testing.F) {
	f.Add("a\x1b]0;title\x07b\r\u009b2J", "see\thttps://x", 12)
	f.Add("氣血瘀阻，不通則痛。", "👨‍👩‍👧\u2028\xff", 3)
	f.Fuzz(func(t *testing.T, text, label string, width int) {
		reply := chat.NewReply("en", chat.Text(chat.Item, text), chat.Text(chat.Heading, text))
		reply.Choices = []chat.Choice{{Label: label, Value: "v"}}
		got := style{width: width & 0xff}.card(reply)
		if stray := strings.Trim(printable(got), "\n"); stray != strings.Trim(got, "\n") {
			t.Errorf("control characters in %q", got)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(printable(s)), "") }
		for _, want := range []string{text, label, chat.Disclaimer("en")} {
			if !strings.Contains(squeeze(got), squeeze(want)) {
				t.Errorf("%q is not in %q", want, got)
			}
		}
	})
}
