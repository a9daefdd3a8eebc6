package answer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"meridian/internal/faq"
	"meridian/internal/safety"
)

// testLibrary is a small library in two languages.
func testLibrary() *faq.Library {
	date := time.Date(2026, 10, 12, 0, 0, 0, 0, time.UTC)
	article := func(id, lang, title string, passages ...*faq.Passage) *faq.Article {
		a := &faq.Article{ID: id, Lang: lang, Title: title, Status: faq.Published, ReviewedBy: "Dr Test", ReviewedOn: date, Passages: passages}
		for _, p := range passages {
			p.ID, p.Article = id+"/"+p.ID, a
		}
		return a
	}
	passage := func(section, question, alsoAsked string, evidence faq.Evidence, sentences ...string) *faq.Passage {
		p := &faq.Passage{ID: section, Question: question, AlsoAsked: strings.Split(alsoAsked, "|"), Evidence: evidence,
			References: []faq.Reference{{Label: "a2001", Text: "A. A study. 2001.", URL: "https://doi.org/10.1000/1", Checked: faq.Opened}}}
		for _, s := range sentences {
			p.Blocks = append(p.Blocks, faq.Block{Sentences: []faq.Sentence{{Text: s, Refs: []string{"a2001"}}}})
		}
		return p
	}
	return &faq.Library{Articles: []*faq.Article{
		article("help", "en", "What it may help",
			passage("migraine", "Can acupuncture help with migraine?", "does it work for migraine attacks|needles for bad headaches", faq.Mixed,
				"It may prevent some migraine attacks.", "The difference from sham needling is small."),
			passage("back", "Can acupuncture help with low back pain?", "lumbago and needles|my lower back aches all the time", faq.Mixed,
				"Guidelines disagree about low back pain.")),
		article("help", "zh-Hant", "針灸或可幫助什麼",
			passage("migraine", "針灸可以幫助偏頭痛嗎?", "偏頭痛針灸有冇用|頭痛針得好唔好", faq.Mixed, "針灸或可預防部分偏頭痛發作。"),
			passage("back", "針灸可以幫助腰痛嗎?", "腰痛針灸有用嗎|條腰成日痛", faq.Mixed, "各地指引對腰痛的建議不一。")),
		article("pain", "en", "Understanding pain",
			passage("lasting", "Why can pain go on after healing?", "why does it still hurt months later|healed but still sore", faq.Moderate,
				"Nerves can stay on alert after the tissue has healed.")),
		article("pain", "zh-Hant", "認識疼痛",
			passage("lasting", "為什麼傷好了還會痛?", "點解好返咗都仲痛|傷口癒合後仍然疼痛", faq.Moderate, "組織癒合後,神經仍可能保持警覺。")),
	}}
}

// testStop is made once: it takes longer than a test.
var testStop = sync.OnceValue(func() *safety.Stop {
	stop, err := safety.New()
	if err != nil {
		panic(err)
	}
	return stop
})

func newTestAnswerer(t testing.TB) *Answerer {
	t.Helper()
	return New(testStop(), testLibrary(), Clinic{Country: "HK"})
}

func ask(t testing.TB, a *Answerer, text string, earlier ...string) Answer {
	t.Helper()
	q := Question{Text: text}
	for _, e := range earlier {
		q.Earlier = append(q.Earlier, Turn{Text: e, Age: time.Minute})
	}
	got, err := a.Answer(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAnswerKinds(t *testing.T) {
	a := newTestAnswerer(t)
	for _, tc := range []struct {
		text, lang string
		kind       Kind
		passages   string
	}{
		{"can acupuncture help with migraine", "en", KindAnswer, "help/migraine"},
		{"does it work for migrane attacks?", "en", KindAnswer, "help/migraine"},
		{"hello! why does it still hurt months later", "en", KindAnswer, "pain/lasting"},
		{"偏頭痛針灸有冇用", "zh-Hant", KindAnswer, "help/migraine"},
		{"腰痛针灸有用吗", "zh-Hans", KindAnswer, "help/back"},
		{"can acupuncture help with migraine? and why does it still hurt months later?", "en", KindAnswer, "help/migraine pain/lasting"},
		{"can acupuncture make me fertile", "en", KindNotCovered, ""},
		{"what is the capital of peru", "en", KindOffTopic, ""},
		{"hi there", "en", KindSmallTalk, ""},
		{"唔該晒", "zh-Hant", KindSmallTalk, ""},
		{"", "en", KindSmallTalk, ""},
		{"🙂", "en", KindOffTopic, ""},
		{"crushing pain in my chest and my left arm is numb", "en", KindEmergency, ""},
		{"hello thanks crushing pain in my chest and my left arm is numb", "en", KindEmergency, ""},
		{"I want to end my life", "en", KindCrisis, ""},
	} {
		t.Run(tc.text, func(t *testing.T) {
			got := ask(t, a, tc.text)
			var cited []string
			for _, s := range got.Sources {
				cited = append(cited, s.Passage)
			}
			if got.Kind != tc.kind || got.Lang != tc.lang || strings.Join(cited, " ") != tc.passages {
				t.Errorf("kind %s, lang %s, cites %q; want %s, %s, %q (coverage %.2f)",
					got.Kind, got.Lang, strings.Join(cited, " "), tc.kind, tc.lang, tc.passages, got.Confidence)
			}
		})
	}
}

// Whatever is asked: each sentence cites a numbered source, and a safety reply
// carries nothing of the library.
func TestAnswerInvariants(t *testing.T) {
	a := newTestAnswerer(t)
	for _, text := range []string{"can acupuncture help with migraine", "腰痛針灸有用嗎", "my chest hurts so bad and i cant breathe",
		"migraine", "what", "should I stop my tablets", strings.Repeat("pain ", 2000), "\x00\xff"} {
		got := ask(t, a, text)
		cited := make(map[string]bool)
		for i, s := range got.Sources {
			cited[s.Passage] = true
			if s.N != i+1 || s.URL() == "" {
				t.Errorf("%.20q: source %d has number %d and address %q", text, i, s.N, s.URL())
			}
		}
		for _, s := range got.Sentences {
			if len(s.Cites) == 0 || !cited[s.Cites[0]] {
				t.Errorf("%.20q: sentence without a source: %q", text, s.Text)
			}
		}
		if got.Stopped() && (len(got.Sources)+len(got.Suggestions)+len(got.Hits) > 0 || len(got.Lines) == 0) {
			t.Errorf("%.20q: a safety reply holds more than its lines: %+v", text, got)
		}
		if (got.Kind == KindAnswer) != (len(got.Sentences) > 0) {
			t.Errorf("%.20q: kind %s with %d sentences", text, got.Kind, len(got.Sentences))
		}
	}
}

func TestFollowUp(t *testing.T) {
	a := newTestAnswerer(t)
	for _, tc := range []struct{ before, text, passage string }{
		{"can acupuncture help with migraine", "and what about my lower back?", "help/back"},
		{"i get migraine attacks", "does it really work for them?", "help/migraine"},
		{"針灸可以幫助腰痛嗎", "咁有冇用?", "help/back"},
	} {
		got := ask(t, a, tc.text, tc.before)
		if len(got.Hits) == 0 || got.Hits[0].ID != tc.passage {
			t.Errorf("%q after %q found %+v, want %s first", tc.text, tc.before, got.Hits, tc.passage)
		}
		if got.Kind != KindAnswer && got.Kind != KindClarify {
			t.Errorf("%q after %q got %s", tc.text, tc.before, got.Kind)
		}
	}
}

func TestDangerInEarlierMessages(t *testing.T) {
	a := newTestAnswerer(t)
	const danger = "crushing pain in my chest and my left arm is numb"
	if got := ask(t, a, "should I wait till morning?", danger); got.Kind != KindEmergency {
		t.Errorf("a vague message after a danger sign got %s, want the safety reply again", got.Kind)
	}
	if got := ask(t, a, "thanks", danger); got.Kind != KindSmallTalk {
		t.Errorf("thanks after a danger sign got %s", got.Kind)
	}
	if got := ask(t, a, "can acupuncture help with migraine", danger); got.Kind != KindAnswer {
		t.Errorf("a covered question after a danger sign got %s", got.Kind)
	}
	old, err := a.Answer(t.Context(), Question{Text: "should I wait till morning?", Earlier: []Turn{{Text: danger, Age: time.Hour}}})
	if err != nil || old.Stopped() {
		t.Errorf("a danger sign of an hour ago: %s, %v", old.Kind, err)
	}
}

func TestStopAlone(t *testing.T) {
	a := newTestAnswerer(t)
	got, ok := a.Stop(Question{Text: "crushing pain in my chest and my left arm is numb"})
	if !ok || got.Kind != KindEmergency || len(got.Lines) == 0 || got.Engine != EngineQuote {
		t.Errorf("an emergency: %v, %+v", ok, got)
	}
	if got, ok := a.Stop(Question{Text: "can acupuncture help with migraine"}); ok {
		t.Errorf("a question is stopped: %+v", got)
	}
}

func TestAnswerStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newTestAnswerer(t).Answer(ctx, Question{Text: "migraine"}); err == nil {
		t.Error("no error although the context is done")
	}
}

// An answer never mixes two versions of the library.
func TestUseSwapsAtOnce(t *testing.T) {
	a := newTestAnswerer(t)
	versions := []*faq.Library{testLibrary(), testLibrary()}
	for _, article := range versions[1].Articles {
		article.Title = "second"
		for _, p := range article.Passages {
			p.Question = "second " + p.Question
		}
	}
	var swapping sync.WaitGroup
	swapping.Go(func() {
		for i := range 50 {
			a.Use(versions[i%2])
		}
	})
	for range 200 {
		got := ask(t, a, "can acupuncture help with migraine attacks")
		for _, s := range got.Sources {
			if (s.Article == "second") != strings.HasPrefix(s.Section, "second") {
				t.Fatalf("an answer mixes versions: %q, %q", s.Article, s.Section)
			}
		}
	}
	swapping.Wait()
}

func TestBrowse(t *testing.T) {
	a := newTestAnswerer(t)
	if topics := a.Topics("zh-Hans"); len(topics) != 2 || topics[0].Title != "针灸或可帮助什么" {
		t.Errorf("Topics = %+v", topics)
	}
	if questions := a.Questions("help", "en"); len(questions) != 2 {
		t.Errorf("Questions = %+v", questions)
	}
	if got, ok := a.Open("help/back", "zh-Hant"); !ok || got.Sentences[0].Text != "各地指引對腰痛的建議不一。" {
		t.Errorf("Open = %+v, %v", got, ok)
	}
	if _, ok := a.Open("help/gone", "en"); ok {
		t.Error("a passage that is not there was opened")
	}
}

// The budget is a p99 of 1 ms for a whole answer, safety stop to card, at 1,000 passages.
func BenchmarkAnswer(b *testing.B) {
	library := testLibrary()
	for i := range 200 {
		for _, article := range testLibrary().Articles {
			article.ID = fmt.Sprintf("%s%d", article.ID, i)
			for _, p := range article.Passages {
				p.ID = fmt.Sprintf("%s-%d", p.ID, i)
				p.Question += fmt.Sprintf(" case w%d", i)
			}
			library.Articles = append(library.Articles, article)
		}
	}
	a := New(testStop(), library, Clinic{})
	questions := []string{"does acupuncture help with my migraine attacks please", "條腰成日痛點算好", "why is it still hurting me months after i fell",
		"hi i was wondering whether needles could do anything for lumbago, i have had it for years now and nothing works"}
	took := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		got, err := a.Answer(b.Context(), Question{Text: questions[i%len(questions)]})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, got.Took)
	}
	reportPercentiles(b, took)
}

// "May I?" is never answered with yes or no, but with what holds for everybody.
func TestPersonalClearanceGetsTheGeneralPassage(t *testing.T) {
	a := newTestAnswerer(t)
	got := ask(t, a, "i'm on warfarin, am i ok to have acupuncture for low back pain?")
	if got.Kind != KindDecline || got.Code != personalClearance || len(got.Lines) == 0 {
		t.Fatalf("kind %s, code %s, %d lines", got.Kind, got.Code, len(got.Lines))
	}
	if len(got.Sources) != 1 || got.Sources[0].Passage != "help/back" || len(got.Sentences) == 0 {
		t.Errorf("cites %v", got.Sources)
	}
	if got := ask(t, a, "should i stop my warfarin for the low back pain needles?"); got.Kind != KindDecline || len(got.Sentences) > 0 {
		t.Errorf("kind %s with %d sentences, want a decline that only offers", got.Kind, len(got.Sentences))
	}
}
