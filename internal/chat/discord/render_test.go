package discord

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"meridian/internal/chat"
	"meridian/internal/chat/discord/discordtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// cards are replies as the bot makes them.
func cards() map[string]chat.Reply {
	note := func(spans ...chat.Span) chat.Block { return chat.Block{Kind: chat.Note, Spans: spans} }
	answer := chat.NewReply("en",
		chat.Text(chat.Paragraph, "Pain can last after an injury heals, because the nerves that carry it stay on guard. [1]"),
		chat.Text(chat.Item, "Nerves that were busy for long answer to less. [1]"),
		chat.Text(chat.Item, "The brain learns to expect pain, e.g. at 5*10 cm_width. [2]"),
		chat.Text(chat.Note, "Evidence: moderate. Good studies point this way."),
		chat.Text(chat.Heading, "Sources"),
		note(chat.Span{Text: "[1] "}, chat.Span{Text: "Understanding pain › Why does pain linger?", URL: "https://clinic.example/pain"}, chat.Span{Text: " (reviewed 12 Oct 2026)"}),
		note(chat.Span{Text: "– "}, chat.Span{Text: "Han 2004", URL: "https://doi.org/10.1016/S0304-3959(03)00200-1"}),
	)
	answer.Choices = []chat.Choice{
		{Label: "What is acute pain?", Value: "pe:pain/acute"},
		{Label: strings.Repeat("A very long question about pain ", 4), Value: "pe:pain/long"},
	}
	chinese := chat.NewReply("zh-Hant",
		chat.Block{Kind: chat.Paragraph, Spans: []chat.Span{{Text: "腎虛腰痛", Bold: true}, {Text: "是中醫的講法:腰部痠軟,勞累後加重。[1]"}}},
		chat.Text(chat.Item, "休息後會好一點"),
		chat.Text(chat.Note, "證據:傳統觀點"),
		chat.Text(chat.Heading, "資料來源"),
		note(chat.Span{Text: "[1] "}, chat.Span{Text: "四種腰痛 › 腎虛", URL: "https://clinic.example/zh/腰痛"}),
	)
	crisis := chat.NewReply("en",
		chat.Block{Kind: chat.Paragraph, Spans: []chat.Span{{Text: "Call 999 now.", Bold: true}}},
		chat.Text(chat.Paragraph, "You are not alone: call 2389 2222 at any hour."),
	)
	crisis.Private = true
	return map[string]chat.Reply{"answer.en": answer, "answer.zh-Hant": chinese, "crisis.en": crisis}
}

func TestGoldenCards(t *testing.T) {
	for name, card := range cards() {
		for _, embeds := range []bool{false, true} {
			file := name + ".plain.json"
			if embeds {
				file = name + ".embed.json"
			}
			t.Run(file, func(t *testing.T) {
				var got bytes.Buffer
				encoder := json.NewEncoder(&got)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				for _, p := range render(card, embeds) {
					if err := encoder.Encode(p.payload()); err != nil {
						t.Fatal(err)
					}
				}
				compareGolden(t, file, got.Bytes())
			})
		}
	}
}

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestPreviewIsWhatIsSent(t *testing.T) {
	card := cards()["answer.en"]
	var sent []string
	for _, p := range render(card, false) {
		sent = append(sent, p.payload().Content)
	}
	if diff := cmp.Diff(sent, Preview(card)); diff != "" {
		t.Errorf("Preview (-sent +preview):\n%s", diff)
	}
}

func TestButtons(t *testing.T) {
	reply := say("choose")
	for _, label := range "aba-cdefghijklmnopqrstuvwxyz" {
		value := strings.Trim(string(label), "-")
		reply.Choices = append(reply.Choices, chat.Choice{Label: value, Value: value})
	}
	parts := render(reply, false)
	var got []string
	for _, row := range parts[len(parts)-1].buttons {
		labels := ""
		for _, b := range row.(discordgo.ActionsRow).Components {
			labels += b.(discordgo.Button).Label
		}
		got = append(got, labels)
	}
	want := []string{"abcde", "fghij", "klmno", "pqrst", "uvwxy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"short", "short"},
		{"exactly10!", "exactly10!"},
		{"more than ten", "more than…"},
		{"腰痛腰痛腰痛腰痛腰痛腰痛", "腰痛腰痛腰痛腰痛腰…"},
		{"123456789😀", "123456789…"}, // an emoji is two units
	} {
		if got := shorten(test.text, 10); got != test.want {
			t.Errorf("shorten(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

// hostile makes replies out of pieces that want to break out of their place.
func hostile(r *rand.Rand) (reply chat.Reply, links []string) {
	pieces := []string{
		"**", "*", "__", "_", "~~", "`", "```\n", "||", "> ", "\n# ", "\n- ", "\n1. ", "[", "](", ")", "<", ">", "\\", "@everyone", "<@800>", "<@&9>",
		"https://evil.example/", "腰痛。", "不通則痛", "pain ", "lingers. ", strings.Repeat("x", 90), "😀", "é", "\u200d", "\x00", "\t", "a b c ",
	}
	text := func() string {
		var s strings.Builder
		for range r.IntN(40) {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		return s.String()
	}
	var blocks []chat.Block
	for range 1 + r.IntN(30) {
		b := chat.Block{Kind: chat.Kind(r.IntN(4))}
		for range 1 + r.IntN(4) {
			b.Spans = append(b.Spans, chat.Span{Text: text(), Bold: r.IntN(3) == 0, Italic: r.IntN(3) == 0})
		}
		if r.IntN(3) == 0 {
			address := "https://doi.org/10.1/" + strings.Repeat("(a)*b_", 1+r.IntN(20))
			label := "Han " + text()
			b.Spans = append(b.Spans, chat.Span{Text: label, URL: address})
			links = append(links, linkable(address))
		}
		blocks = append(blocks, b)
	}
	return chat.NewReply("en", blocks...), links
}

// Whatever a reply says: each message fits, is valid markdown, pings nobody,
// and the disclaimer and all addresses arrive.
func TestEveryPartIsSound(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 30
	}
	for seed := range uint64(rounds) {
		reply, links := hostile(rand.New(rand.NewPCG(seed, 0)))
		for _, embeds := range []bool{false, true} {
			all := checkParts(t, render(reply, embeds), embeds)
			for _, link := range links {
				if !slices.Contains(all.links, link) {
					t.Fatalf("seed %d: the address %q did not arrive", seed, link)
				}
			}
			if !strings.HasSuffix(squeeze(all.text), squeeze(chat.Disclaimer("en"))) {
				t.Fatalf("seed %d: the disclaimer is not last", seed)
			}
			var want strings.Builder
			for _, b := range reply.Blocks() {
				for _, s := range b.Spans {
					want.WriteString(squeeze(s.Text))
				}
			}
			if diff := cmp.Diff(want.String(), squeeze(all.text)); diff != "" {
				t.Fatalf("seed %d: not all the text arrived (-want +got):\n%s", seed, diff)
			}
		}
	}
}

// checkParts fails the test unless each part is sound, and returns what is read.
func checkParts(t *testing.T, parts []part, embeds bool) reading {
	t.Helper()
	var all reading
	for _, p := range parts {
		sent := p.payload()
		text, limit, footer := sent.Content, maxContent, ""
		if embeds {
			text, limit = sent.Embeds[0].Description, maxDescription
			if f := sent.Embeds[0].Footer; f != nil {
				footer = f.Text
			}
		}
		if n := units(text); n > limit || n+units(footer) > maxEmbed {
			t.Fatalf("a part has %d units", n)
		}
		r, err := read(text)
		if err != nil {
			t.Fatal(err)
		}
		all.text += r.text + footer
		all.links = append(all.links, r.links...)
		if pings := discordtest.Pings(text); len(pings) > 0 {
			t.Fatalf("%q pings %q", text, pings)
		}
	}
	return all
}

func FuzzRender(f *testing.F) {
	f.Add("text **b** [x](y)", "https://x.org/", 3)
	f.Fuzz(func(t *testing.T, text, address string, times int) {
		long := strings.Repeat(text, min(max(times, 1), 200))
		reply := chat.NewReply("zh-Hant",
			chat.Text(chat.Heading, text), chat.Text(chat.Paragraph, long),
			chat.Block{Kind: chat.Item, Spans: []chat.Span{{Text: long, Italic: true}, {Text: text, Bold: true, URL: address}}})
		for _, embeds := range []bool{false, true} {
			all := checkParts(t, render(reply, embeds), embeds)
			if !strings.HasSuffix(squeeze(all.text), squeeze(chat.Disclaimer("zh-Hant"))) {
				t.Fatal("the disclaimer is not last")
			}
		}
	})
}

func TestReplyWithoutWords(t *testing.T) {
	for _, embeds := range []bool{false, true} {
		all := checkParts(t, render(chat.Reply{}, embeds), embeds)
		if squeeze(all.text) != squeeze(chat.Disclaimer("en")) {
			t.Errorf("the zero reply shows %q", all.text)
		}
	}
}
