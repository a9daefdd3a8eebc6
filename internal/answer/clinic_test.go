package answer

import (
	"strings"
	"testing"

	"meridian/internal/faq"
)

// clinicAnswerer has one passage that only the clinic can fill, and one that
// names the clinic in passing.
func clinicAnswerer(t *testing.T, clinic Clinic) *Answerer {
	t.Helper()
	library := testLibrary()
	for _, article := range library.Articles {
		p := article.Passages[0]
		if p.ID == "help/migraine" {
			p.Blocks = append(p.Blocks, faq.Block{Sentences: []faq.Sentence{{Text: "Call {{clinic.phone}} for more."}}})
			p.Needs = []string{"phone"}
		}
	}
	for _, v := range []struct{ lang, question string }{{"en", "When is the clinic open?"}, {"zh-Hant", "診所幾點開門?"}} {
		a := &faq.Article{ID: "visit", Lang: v.lang, Title: "Our clinic"}
		a.Passages = []*faq.Passage{{
			ID: "visit/hours", Article: a, Question: v.question, AlsoAsked: []string{"opening hours", "營業時間"},
			Needs:  []string{"hours"},
			Blocks: []faq.Block{{Sentences: []faq.Sentence{{Text: "The clinic is open {{clinic.hours}}."}}}},
		}}
		library.Articles = append(library.Articles, a)
	}
	return New(testStop(), library, clinic)
}

func text(a Answer) string {
	var all []string
	for _, s := range a.Sentences {
		all = append(all, s.Text)
	}
	return strings.Join(all, " ")
}

func TestClinicFactsNotFilledIn(t *testing.T) {
	a := clinicAnswerer(t, Clinic{})
	for _, question := range []string{"when is the clinic open?", "診所幾點開門"} {
		got := ask(t, a, question)
		if got.Kind != KindNotCovered || strings.Join(got.AskClinic, " ") != "hours" {
			t.Errorf("%q: kind %s, ask the clinic for %q", question, got.Kind, got.AskClinic)
		}
	}
	if got := text(ask(t, a, "can acupuncture help with migraine")); strings.Contains(got, "Call") || !strings.Contains(got, "sham") {
		t.Errorf("a sentence with nothing filled in is said, or too much is left out: %q", got)
	}
	if _, ok := a.Open("visit/hours", "en"); ok {
		t.Error("a passage with nothing filled in can be opened")
	}
	if list := a.Questions("visit", "en"); len(list) != 0 {
		t.Errorf("offered although nothing is filled in: %v", list)
	}
	if got := ask(t, a, "what are your opening hours and can acupuncture help with migraine"); got.Kind == KindAnswer && text(got) == "" {
		t.Error("an answer without a sentence")
	}
}

func TestClinicFactsFilledIn(t *testing.T) {
	a := clinicAnswerer(t, Clinic{
		Facts:   map[string]string{"hours": "Mon to Fri 9–18", "phone": "5550 1234"},
		Chinese: map[string]string{"hours": "星期一至五 9–18 時"},
	})
	for question, want := range map[string]string{
		"when is the clinic open?":            "The clinic is open Mon to Fri 9–18.",
		"診所幾點開門":                              "The clinic is open 星期一至五 9–18 時.",
		"can acupuncture help with migraine?": "Call 5550 1234 for more.",
	} {
		if got := ask(t, a, question); got.Kind != KindAnswer || !strings.Contains(text(got), want) {
			t.Errorf("%q: kind %s, %q; want %q", question, got.Kind, text(got), want)
		}
	}
	if list := a.Questions("visit", "en"); len(list) != 1 {
		t.Errorf("offered: %v", list)
	}
}
