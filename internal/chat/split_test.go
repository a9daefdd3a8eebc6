package chat

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/google/go-cmp/cmp"
)

// within returns a fits that allows so many UTF-16 units of plain text, as
// Telegram counts them.
func within(limit int) func([]Block) bool {
	return func(blocks []Block) bool {
		return len(utf16.Encode([]rune(PlainText(blocks)))) <= limit
	}
}

func link(text, url string) Span { return Span{Text: text, URL: url} }

func TestSplit(t *testing.T) {
	para := func(text string) Block { return Text(Paragraph, text) }
	item := func(text string) Block { return Text(Item, text) }
	note := func(text string) Block { return Text(Note, text) }
	head := func(text string) Block { return Text(Heading, text) }
	for _, tc := range []struct {
		name  string
		limit int
		in    []Block
		want  [][]Block
	}{
		{"nothing", 10, nil, nil},
		{"blank blocks are left out", 10, []Block{para(" \n"), {}}, nil},
		{"one part", 20, []Block{para("Pain."), para("Rest.")}, [][]Block{{para("Pain."), para("Rest.")}}},
		{"between blocks", 20, []Block{para("It hurts here."), para("It hurts there.")},
			[][]Block{{para("It hurts here.")}, {para("It hurts there.")}}},
		{"a list stays whole", 30, []Block{para("Some signs of it are"), item("numb"), item("weak")},
			[][]Block{{para("Some signs of it are")}, {item("numb"), item("weak")}}},
		{"a list too long for one part starts at once", 19, []Block{para("Signs"), item("numbness"), item("weakness"), item("a fever")},
			[][]Block{{para("Signs"), item("numbness")}, {item("weakness")}, {item("a fever")}}},
		{"notes stay together", 40, []Block{para("It helps a little."), note("[1] Han 2004"), note("Not advice.")},
			[][]Block{{para("It helps a little.")}, {note("[1] Han 2004"), note("Not advice.")}}},
		{"a heading goes with its text", 30, []Block{para("It helps a little."), head("Sources"), para("Han 2004")},
			[][]Block{{para("It helps a little.")}, {head("Sources"), para("Han 2004")}}},
		{"a heading takes the first sentence along", 20, []Block{head("Sources"), para("Han 2004. Lee 1999.")},
			[][]Block{{head("Sources"), para("Han 2004.")}, {para("Lee 1999.")}}},
		{"a heading takes the first words along", 16, []Block{head("Sources"), para("Han and others")},
			[][]Block{{head("Sources"), para("Han and")}, {para("others")}}},
		{"a heading does not break a word", 10, []Block{head("Sources"), para("Pomeranz")},
			[][]Block{{head("Sources")}, {para("Pomeranz")}}},
		{"a heading takes the first list points along", 20, []Block{head("Signs"), item("numb"), item("weak"), item("hot")},
			[][]Block{{head("Signs"), item("numb"), item("weak")}, {item("hot")}}},
		{"between sentences", 20, []Block{para("It hurts. It lasts. It comes back.")},
			[][]Block{{para("It hurts. It lasts.")}, {para("It comes back.")}}},
		{"between Chinese sentences", 8, []Block{para("腰會痛。會持續嗎？會復發！")},
			[][]Block{{para("腰會痛。")}, {para("會持續嗎？")}, {para("會復發！")}}},
		{"a long block starts where there is room", 22, []Block{para("Yes."), para("It hurts. It lasts for weeks.")},
			[][]Block{{para("Yes."), para("It hurts.")}, {para("It lasts for weeks.")}}},
		{"between words", 12, []Block{para("pain that lasts and/or comes back")},
			[][]Block{{para("pain that")}, {para("lasts and/or")}, {para("comes back")}}},
		{"no Chinese part starts with a comma", 4, []Block{para("氣血瘀阻，寒濕痹")},
			[][]Block{{para("氣血瘀")}, {para("阻，寒濕")}, {para("痹")}}},
		{"no Chinese part ends with an opening bracket", 5, []Block{para("氣血瘀阻（寒濕）")},
			[][]Block{{para("氣血瘀阻")}, {para("（寒濕）")}}},
		{"inside a word that does not fit", 5, []Block{para("a pneumonia")},
			[][]Block{{para("a")}, {para("pneum")}, {para("onia")}}},
		{"an emoji family stays together", 12, []Block{para("👨‍👩‍👧👨‍👩‍👧")},
			[][]Block{{para("👨‍👩‍👧")}, {para("👨‍👩‍👧")}}},
		{"an emoji family too long for a part", 5, []Block{para("👨‍👩‍👧")},
			[][]Block{{para("👨\u200d👩")}, {para("\u200d👧")}}},
		{"a code point that does not fit is sent all the same", 1, []Block{para("👧a")},
			[][]Block{{para("👧")}, {para("a")}}},
		{"white space that does not fit is dropped", 4, []Block{para("pain        ")}, [][]Block{{para("pain")}}},
		{"a space that carries a mark is kept", 3, []Block{para("abc \u0301de")},
			[][]Block{{para("abc")}, {para(" \u0301d")}, {para("e")}}},
		{"styles go on behind the cut", 8,
			[]Block{{Spans: []Span{{Text: "so "}, {Text: "very bold words", Bold: true}}}},
			[][]Block{
				{{Spans: []Span{{Text: "so "}, {Text: "very", Bold: true}}}},
				{{Spans: []Span{{Text: "bold", Bold: true}}}},
				{{Spans: []Span{{Text: "words", Bold: true}}}},
			}},
		{"a link stays whole", 34,
			[]Block{{Spans: []Span{{Text: "You can read about it in "}, link("the whole article", "http://a.b")}}},
			[][]Block{
				{{Spans: []Span{{Text: "You can read about it in"}}}},
				{{Spans: []Span{link("the whole article", "http://a.b")}}},
			}},
		{"a link in two styles stays whole", 34,
			[]Block{{Spans: []Span{{Text: "You can read about it in "}, {Text: "the ", URL: "http://a.b"}, {Text: "whole one", URL: "http://a.b", Bold: true}}}},
			[][]Block{
				{{Spans: []Span{{Text: "You can read about it in"}}}},
				{{Spans: []Span{{Text: "the ", URL: "http://a.b"}, {Text: "whole one", URL: "http://a.b", Bold: true}}}},
			}},
		{"a link too long for a part is cut between words", 22,
			[]Block{{Spans: []Span{link("all about a sore back", "http://a.b")}}},
			[][]Block{
				{{Spans: []Span{link("all about", "http://a.b")}}},
				{{Spans: []Span{link("a sore", "http://a.b")}}},
				{{Spans: []Span{link("back", "http://a.b")}}},
			}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Split(tc.in, within(tc.limit))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSplitProperties cuts made-up replies at many limits.
func TestSplitProperties(t *testing.T) {
	vocabulary := []string{
		"pain", "acupuncture", "lasts.", "Why?", "e.g.", "3.5", "and/or", "(maybe)", "**bold**", "<b>", "",
		"氣血瘀阻，不通則痛。", "針灸", "「腎虛」", "いたみ", "통증이", "ألم الظهر", "כאב", "ความเจ็บปวด",
		"👨‍👩‍👧‍👦", "🇭🇰🇨🇦", "e\u0301\u0323\u0308", "\u0301", "a\u200db", "https://example.org/" + strings.Repeat("x", 70),
		strings.Repeat("ab", 60), " ", "\n", "\t ", "\r\n", "\u2028", "\xff\xfe", "\u202e", "\x00",
	}
	r := rand.New(rand.NewPCG(2, 26))
	for range 1000 {
		var blocks []Block
		for range r.IntN(9) {
			b := Block{Kind: Kind(r.IntN(4))}
			for range r.IntN(5) {
				span := Span{Bold: r.IntN(4) == 0, Italic: r.IntN(4) == 0}
				if r.IntN(5) == 0 {
					span.URL = fmt.Sprintf("https://a.b/%d", r.IntN(2))
				}
				for range r.IntN(8) {
					span.Text += vocabulary[r.IntN(len(vocabulary))] + []string{"", " "}[r.IntN(2)]
				}
				b.Spans = append(b.Spans, span)
			}
			blocks = append(blocks, b)
		}
		checkSplit(t, blocks, 1+r.IntN(120))
		if t.Failed() {
			return
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("It hurts. It lasts.", "氣血瘀阻，不通則痛。", "https://example.org/a", 12)
	f.Add("👨‍👩‍👧‍👦 🇭🇰", "e\u0301\u0323", "\u202eabc\xff", 1)
	f.Add("\xa8\u200d", "\xe2", "\xe2\x80", 1) // half a character on each side of a span's end
	f.Add("a \u0301b\r\n\r\n", strings.Repeat("ab", 90), "", 33)
	f.Fuzz(func(t *testing.T, a, b, c string, limit int) {
		blocks := []Block{
			{Kind: Heading, Spans: []Span{{Text: a, Bold: true}}},
			{Spans: []Span{{Text: b}, {Text: c, URL: "https://a.b"}, {Text: a, URL: "https://a.b", Bold: true}}},
			Text(Item, c), Text(Item, a), {Kind: Item, Spans: []Span{{Text: b, Italic: true}, {Text: c}}},
			Text(Note, b), Text(Note, a),
		}
		checkSplit(t, blocks, limit&0xff)
	})
}

// checkSplit checks what must hold whatever is split.
func checkSplit(t *testing.T, blocks []Block, limit int) {
	t.Helper()
	fits := within(limit)
	before := fmt.Sprintf("%#v", blocks)
	parts := Split(blocks, fits)
	if fmt.Sprintf("%#v", blocks) != before {
		t.Error("Split changed the blocks it was given")
	}
	if got, want := styledText(slices.Concat(parts...)), styledText(blocks); got != want {
		t.Errorf("limit %d: text or styles changed\n got %q\nwant %q", limit, got, want)
	}
	whole := linkBlocks(slices.Concat(parts...))
	for _, b := range linkBlocks(blocks) {
		same := func(other Block) bool { return other.text() == b.text() }
		if len(b.Spans) > 0 && fits([]Block{b}) && !slices.ContainsFunc(whole, same) {
			t.Errorf("limit %d: link %q was cut", limit, b.text())
		}
	}
	for i, part := range parts {
		if strings.TrimSpace(styledText(part)) == "" {
			t.Errorf("limit %d: part %d is blank", limit, i)
		}
		if !fits(part) && !oneRune(part) {
			t.Errorf("limit %d: part %d does not fit: %q", limit, i, PlainText(part))
		}
		if i+1 < len(parts) && part[len(part)-1].Kind == Heading && parts[i+1][0].Kind != Heading {
			checkLoneHeading(t, part, parts[i+1][0], limit)
		}
	}
	if all := slices.DeleteFunc(slices.Clone(blocks), func(b Block) bool { return strings.TrimSpace(b.text()) == "" }); fits(all) && len(parts) > 1 {
		t.Errorf("limit %d: cut without need", limit)
	}
}

// checkLoneHeading allows a heading to end a part only where the first word of
// the next does not fit beside it.
func checkLoneHeading(t *testing.T, part []Block, next Block, limit int) {
	t.Helper()
	first := 0
	for part[max(0, len(part)-1-first)].Kind == Heading && first < len(part) {
		first++
	}
	heads := part[len(part)-first:]
	if at := cutWithin(heads, next, levels[wordLevel], within(limit)); at > 0 {
		t.Errorf("limit %d: lone heading %q, though %q fits beside it", limit, PlainText(heads), next.text()[:at])
	}
}

// styledText writes the text without white space, each rune in its style.
func styledText(blocks []Block) string {
	var s strings.Builder
	for _, b := range blocks {
		for _, span := range b.Spans {
			for _, r := range strings.ToValidUTF8(span.Text, "\ufffd") {
				if !unicode.IsSpace(r) {
					fmt.Fprintf(&s, "%c%d%t%t%s", r, b.Kind, span.Bold, span.Italic, span.URL)
				}
			}
		}
	}
	return s.String()
}

// linkBlocks returns each link as a block of its own.
func linkBlocks(blocks []Block) []Block {
	var all []Block
	for _, b := range blocks {
		b = b.valid()
		for _, bounds := range b.links() {
			all = append(all, b.slice(bounds[0], bounds[1]))
		}
	}
	return all
}

func oneRune(part []Block) bool {
	return len(part) == 1 && utf8.RuneCountInString(strings.TrimSpace(part[0].text())) == 1
}

func TestSplitKeepsGraphemesWhereTheyFit(t *testing.T) {
	text := strings.Repeat("👨‍👩‍👧e\u0301🇭🇰", 20)
	want := clusters(text)
	for limit := 8; limit < 40; limit++ {
		var got []string
		for _, part := range Split([]Block{Text(Paragraph, text)}, within(limit)) {
			got = append(got, clusters(part[0].text())...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("limit %d: -want +got:\n%s", limit, diff)
		}
	}
}

func clusters(s string) []string {
	var all []string
	for it := graphemes.FromString(s); it.Next(); {
		all = append(all, it.Value())
	}
	return all
}

func TestSplitAsksLittle(t *testing.T) {
	asked, looked := 0, 0
	text := strings.Repeat("It hurts a little on the left side. ", 10_000)
	parts := Split([]Block{Text(Paragraph, text)}, func(blocks []Block) bool {
		asked++
		plain := PlainText(blocks)
		looked += len(plain)
		return len(plain) <= 4096
	})
	if limit := 20 * len(parts); asked > limit {
		t.Errorf("fits was called %d times for %d parts, more than %d", asked, len(parts), limit)
	}
	// Each part looks at the whole rest twice; all else stays near one part's size.
	if limit := len(parts) * (2*len(text) + 20*4096); looked > limit {
		t.Errorf("fits looked at %d bytes, more than %d", looked, limit)
	}
}

func BenchmarkSplit(b *testing.B) {
	blocks := []Block{Text(Heading, "Pain")}
	for range 20 {
		blocks = append(blocks, Text(Paragraph, strings.Repeat("It hurts a little on the left side. ", 30)))
	}
	for b.Loop() {
		Split(blocks, within(4096))
	}
}
