package answer

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"meridian/internal/faq"
	"meridian/internal/retrieve"
)

// labelled is a sentence about a passage, with what a careful reader says of
// it: "true", or what is wrong with it.
type labelled struct {
	Passage, Lang, Kind, Text string
}

func readLabelled(t testing.TB, name string) []labelled {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []labelled
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// frozenLibrary is the library as it was when the sentences were written, with
// ten other phrasings a passage: an edit of the shipped one must not change what
// is measured.
func frozenLibrary(t testing.TB) *faq.Library {
	t.Helper()
	library, _, err := faq.Load("testdata/library", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return library
}

func groundOf(p *faq.Passage) *ground { return newGround(p, (&content{}).said(p, p.Article.Lang)) }

// counts of sentences: all and those the check judged wrongly.
type counts struct{ through, falsified, rejected, supported int }

func (c *counts) add(l labelled, v verdict) {
	switch held := v.why == supported; {
	case l.Kind == "true" && held:
		c.supported++
	case l.Kind == "true":
		c.supported++
		c.rejected++
	case held:
		c.falsified++
		c.through++
	default:
		c.falsified++
	}
}

// The sentences were parted by line before anything was tuned: the thresholds
// and support.txt were set on the odd lines and on the further file; the even
// lines were never looked at. The bars are what the check reached, for the next
// change not to fall behind it. Run with -v for the figures, and for each
// sentence of the development files that is judged wrongly.
func TestSupport(t *testing.T) {
	library := frozenLibrary(t)
	grounds := make(map[string]*ground)
	measure := func(l labelled) verdict {
		lang := "en"
		if isChinese(l.Lang) {
			lang = "zh-Hant"
		}
		g := grounds[l.Passage+lang]
		if g == nil {
			p, ok := library.Passage(l.Passage, lang)
			if !ok {
				t.Fatalf("no passage %s in %s", l.Passage, lang)
			}
			g = groundOf(p)
			grounds[l.Passage+lang] = g
		}
		return check(l.Text, []*ground{g})
	}
	halves := [2]counts{}
	for i, l := range readLabelled(t, "support.jsonl") {
		v := measure(l)
		halves[i%2].add(l, v)
		if i%2 == 0 && (v.why == supported) != (l.Kind == "true") {
			t.Logf("line %d, %s: %q: found %q", i+1, l.Kind, l.Text, v.why)
		}
	}
	var more counts
	for i, l := range readLabelled(t, "support-more.jsonl") {
		v := measure(l)
		more.add(l, v)
		if (v.why == supported) != (l.Kind == "true") {
			t.Logf("further line %d, %s: %q: found %q", i+1, l.Kind, l.Text, v.why)
		}
	}
	for _, part := range []struct {
		name              string
		got               counts
		through, rejected float64 // at most
	}{
		{"odd lines (development)", halves[0], 0.01, 0.08},
		{"further file (development)", more, 0.03, 0.11},
		{"even lines (test)", halves[1], 0.05, 0.18},
	} {
		through := float64(part.got.through) / float64(part.got.falsified)
		rejected := float64(part.got.rejected) / float64(part.got.supported)
		t.Logf("%s: falsified let through %d of %d (%.1f %%), supported rejected %d of %d (%.1f %%)", part.name,
			part.got.through, part.got.falsified, 100*through, part.got.rejected, part.got.supported, 100*rejected)
		if through > part.through || rejected > part.rejected {
			t.Errorf("%s: worse than %.0f %% let through, %.0f %% rejected", part.name, 100*part.through, 100*part.rejected)
		}
	}
}

// A sentence of the library itself always holds, and its reasons are told apart.
func TestFindings(t *testing.T) {
	p, _ := frozenLibrary(t).Passage("what-it-may-help/low-back-pain", "en")
	g := groundOf(p)
	for _, s := range g.statements {
		if v := check(s.plain, []*ground{g}); v.why != supported {
			t.Errorf("a quotation is rejected: %q: %s", s.plain, v.why)
		}
	}
	for text, want := range map[string]finding{
		"It may help some people, see www.example.com.":             badForm,
		"It may help some people with low back pain, or does it?":   badForm,
		"A Cochrane review of 34 trials looked at it.":              badNumber,
		"The FDA says not to offer it.":                             badName,
		"In my experience it may help some people.":                 badSelf,
		"You have low back pain.":                                   badSelf,
		"Yes, it may help some people.":                             badSelf,
		"You should have it for long-term back pain.":               badOrder,
		"It may help some people with toothache.":                   badWords,
		"NICE, in the UK, says to offer it.":                        badDenial,
		"It may help all people.":                                   badDirection,
		"It helps some people.":                                     badHedge,
		"...":                                                       badClause,
		"It may help some people, but the guidelines do not agree.": supported,
	} {
		if v := check(text, []*ground{g}); v.why != want {
			t.Errorf("%q: found %q, want %q", text, v.why, want)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p, _ := frozenLibrary(b).Passage("what-it-may-help/headache-migraine", "en")
	b.Run("reading a passage", func(b *testing.B) {
		for b.Loop() {
			groundOf(p)
		}
	})
	g := groundOf(p)
	b.Run("a sentence", func(b *testing.B) {
		for b.Loop() {
			check("NICE says that up to ten sessions over 5 to 8 weeks may be considered for chronic tension headache.", []*ground{g})
		}
	})
}

// What is added to the model's own time: the budget is a p95 of 5 ms. Reading the
// passages is not part of it, for that is done while the model works.
func BenchmarkWorded(b *testing.B) {
	library := frozenLibrary(b)
	c := &content{library: library, index: retrieve.Build(documents(library))}
	card := c.quote([]string{"what-it-may-help/headache-migraine"}, "en")
	card.Hits = []retrieve.Hit{{ID: "what-it-may-help/headache-migraine", Score: 3}, {ID: "headache-and-joints/migraine", Score: 2.5}, {ID: "headache-and-joints/tension-headache", Score: 2}}
	passages := c.give(card)
	for _, g := range passages {
		g.ground = newGround(g.passage, g.sentences)
	}
	reply := strings.ReplaceAll(worded("full",
		"It may help to prevent headaches and migraine, and this is one of the better-supported uses.",
		"It is not meant to stop an attack that is under way.",
		"Headaches were halved for 41 in 100 people, and for 17 in 100 without acupuncture.",
		"Compared with sham, the gap was small: 50 and 41.",
		"NICE says that up to ten sessions over 5 to 8 weeks may be considered for chronic tension headache.",
		"A sudden, very bad headache needs emergency help."), "[1]", "[1,2,3]")
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		began := time.Now()
		var w wording
		if err := decode(reply, &w); err != nil {
			b.Fatal(err)
		}
		said, why := supportedSentences(w, passages, "en")
		if why != "" {
			b.Fatal(why)
		}
		c.cite(said, passages, card)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[int(0.95*float64(len(took)-1))].Microseconds())/1000, "p95-ms")
}

// FuzzCheck looks for a sentence that the check cannot read, or that it finds
// supported although a number in it is in no passage.
func FuzzCheck(f *testing.F) {
	p, _ := frozenLibrary(f).Passage("what-it-may-help/low-back-pain", "en")
	zh, _ := frozenLibrary(f).Passage("what-it-may-help/low-back-pain", "zh-Hant")
	cited := []*ground{groundOf(p), groundOf(zh)}
	for _, l := range readLabelled(f, "support.jsonl") {
		if l.Passage == p.ID {
			f.Add(l.Text)
		}
	}
	for _, seed := range []string{"", "…", "41 in 100", "第三十三項試驗，約五成", "n't not-", "１２％ of ٣٤", "三分之", "I'm you've 1st 2nd,000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := check(text, cited)
		if v.why == supported && len(v.grounds) == 0 {
			t.Errorf("%q rests on nothing", text)
		}
		if v := check(text+" 7919 people.", cited); v.why == supported {
			t.Errorf("%q: a number that no passage has is supported", text)
		}
	})
}
