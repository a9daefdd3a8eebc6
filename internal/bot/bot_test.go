package bot

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/answer"
	"meridian/internal/chat"
	"meridian/internal/faq"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// scripted answers every question with what reply returns.
type scripted struct {
	reply func(answer.Question) (answer.Answer, error)
}

func (s scripted) Answer(_ context.Context, q answer.Question) (answer.Answer, error) {
	return s.reply(q)
}

func (s scripted) Stop(q answer.Question) (answer.Answer, bool) {
	a, err := s.reply(q)
	return a, err == nil && a.Stopped()
}

func (s scripted) Open(passage, lang string) (answer.Answer, bool) {
	a := sampleAnswer(lang)
	return a, passage == a.Sources[0].Passage
}

func (s scripted) About(lang string) answer.Answer {
	return answer.Answer{Kind: answer.KindSmallTalk, Code: "about", Lang: lang, Suggestions: sampleSuggestions}
}

func (s scripted) Topics(string) []answer.Topic {
	return []answer.Topic{{Article: "pain", Title: "Understanding pain"}, {Article: "help", Title: "What it may help"}}
}

func (s scripted) Questions(article, _ string) []answer.Suggestion {
	if article != "pain" {
		return nil
	}
	return sampleSuggestions
}

var sampleSuggestions = []answer.Suggestion{
	{Passage: "pain/what", Question: "What is pain?"},
	{Passage: "pain/kinds", Question: "What kinds of pain are there?"},
}

func sampleAnswer(lang string) answer.Answer {
	return answer.Answer{
		Kind: answer.KindAnswer, Lang: lang, Engine: answer.EngineQuote, Confidence: 0.8,
		Sentences: []answer.Sentence{
			{Text: "It may prevent some migraine attacks.", Cites: []string{"help/migraine"}},
			{Text: "The difference from sham needling is small.", Cites: []string{"help/migraine"}},
			{Text: "It is not for stopping an attack.", Cites: []string{"help/migraine"}, Block: 1, Item: true},
			{Text: "Nerves can stay on alert.", Cites: []string{"pain/lasting"}, Block: 2},
		},
		Sources: []answer.Source{
			{N: 1, Passage: "help/migraine", Article: "What it may help", Section: "Can it help with migraine?", ArticleURL: "https://example.org/help",
				ReviewedOn: time.Date(2026, 10, 12, 0, 0, 0, 0, time.UTC), ReviewedBy: "no clinician yet", Evidence: faq.Mixed,
				References: []faq.Reference{
					{Text: "Linde K. Acupuncture for migraine. 2016.", URL: "https://doi.org/10.1002/x", Checked: faq.Listed},
					{Text: "Han JS. Acupuncture and endorphins. 2004.", URL: "https://doi.org/10.1016/y", Checked: faq.Opened},
					{Text: "Sandberg M. 2003.", Checked: faq.Corrected}}},
			{N: 2, Passage: "pain/lasting", Article: "Understanding pain", Section: "Why can pain last?",
				ReviewedOn: time.Date(2026, 10, 12, 0, 0, 0, 0, time.UTC), ReviewedBy: "Dr Test"},
		},
	}
}

func newTestBot(reply func(answer.Question) (answer.Answer, error)) (*Bot, *bytes.Buffer) {
	var log bytes.Buffer
	return New(scripted{reply}, time.Minute, slog.New(slog.NewTextHandler(&log, nil))), &log
}

func lastLine(r chat.Reply) string {
	text := strings.TrimSpace(r.PlainText())
	return text[strings.LastIndex(text, "\n")+1:]
}

func TestCards(t *testing.T) {
	partly := sampleAnswer("en")
	partly.Sentences, partly.Sources, partly.Missing = partly.Sentences[:1], partly.Sources[1:], "I don't have a checked answer to this part of your question: the aura."
	cases := map[string]answer.Answer{
		"partly.en":           partly,
		"answer.en":           sampleAnswer("en"),
		"answer.zh-Hant":      sampleAnswer("zh-Hant"),
		"answer.zh-Hans":      sampleAnswer("zh-Hans"),
		"clarify.en":          {Kind: answer.KindClarify, Lang: "en", Suggestions: sampleSuggestions},
		"not-covered.en":      {Kind: answer.KindNotCovered, Lang: "en", Suggestions: sampleSuggestions},
		"not-covered.zh-Hans": {Kind: answer.KindNotCovered, Lang: "zh-Hans"},
		"off-topic.zh-Hant":   {Kind: answer.KindOffTopic, Lang: "zh-Hant", Suggestions: sampleSuggestions},
		"greeting.en":         {Kind: answer.KindSmallTalk, Code: "greeting", Lang: "en", Suggestions: sampleSuggestions},
		"thanks.zh-Hant":      {Kind: answer.KindSmallTalk, Code: "thanks", Lang: "zh-Hant", Suggestions: sampleSuggestions},
		"person.en":           {Kind: answer.KindSmallTalk, Code: "person", Lang: "en"},
		"emergency.en":        {Kind: answer.KindEmergency, Code: "E-CARD", Lang: "en", Lines: []string{"Call now.", "Sit and rest."}},
		"crisis.es":           {Kind: answer.KindCrisis, Code: "K-ACTIVE", Lang: "es", Lines: []string{"Gracias por decirlo."}},
		"decline.en":          {Kind: answer.KindDecline, Code: "D-MED", Lang: "en", Lines: []string{"I can't say."}, Suggestions: sampleSuggestions[:1]},
	}
	for name, a := range cases {
		t.Run(name, func(t *testing.T) {
			got := Phrase(a).PlainText() + "\n"
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Every reply that the bot can give ends with the disclaimer in its language.
func TestEveryReplyEndsWithTheDisclaimer(t *testing.T) {
	b, _ := newTestBot(func(q answer.Question) (answer.Answer, error) {
		switch q.Text {
		case "panic":
			panic("the patient's words")
		case "fail":
			return answer.Answer{}, errors.New("broken")
		}
		return sampleAnswer("en"), nil
	})
	for name, m := range map[string]chat.Message{
		"question": {Text: "migraine?"},
		"panic":    {Text: "panic"},
		"failure":  {Text: "fail"},
		"help":     {Command: "help", Locale: "zh-TW"},
		"topics":   {Command: "topics", Locale: "zh-CN"},
		"unknown":  {Command: "nonsense"},
		"passage":  {Choice: "pe:help/migraine"},
		"topic":    {Choice: "ts:pain"},
		"gone":     {Choice: "pe:no/such"},
		"forged":   {Choice: "x"},
		"nothing":  {},
	} {
		for _, r := range []chat.Reply{b.Handle(t.Context(), m), b.Waiting(m), b.Overloaded(m)} {
			if got, want := lastLine(r), chat.Disclaimer(r.Lang); got != want {
				t.Errorf("%s: ends with %q, want %q", name, got, want)
			}
			if len(r.Blocks()) < 2 {
				t.Errorf("%s: says nothing but the disclaimer", name)
			}
			for _, c := range r.Choices {
				if len(c.Value) > chat.MaxChoiceValue {
					t.Errorf("%s: the button %q is longer than a platform carries", name, c.Value)
				}
			}
		}
	}
}

func TestLogsHoldNoWords(t *testing.T) {
	b, log := newTestBot(func(q answer.Question) (answer.Answer, error) {
		if strings.Contains(q.Text, "panic") {
			panic(q.Text)
		}
		return sampleAnswer("en"), nil
	})
	for _, text := range []string{"secretword", "panic secretword"} {
		b.Handle(t.Context(), chat.Message{Text: text, Person: "secretperson"})
	}
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log quotes the patient:\n%s", log)
	}
	if !strings.Contains(log.String(), "panic while answering") {
		t.Errorf("the panic is not in the log:\n%s", log)
	}
}

func TestSafetyRepliesArePrivateAndNeverTurnedAway(t *testing.T) {
	b, _ := newTestBot(func(answer.Question) (answer.Answer, error) {
		return answer.Answer{Kind: answer.KindEmergency, Lang: "en", Lines: []string{"Call now."}}, nil
	})
	m := chat.Message{Text: "help", Public: true}
	for _, r := range []chat.Reply{b.Handle(t.Context(), m), b.Overloaded(m)} {
		if !r.Private || !strings.Contains(r.PlainText(), "Call now.") {
			t.Errorf("safety reply: private %v, text %q", r.Private, r.PlainText())
		}
	}
}

func TestMemoryIsOfOnePerson(t *testing.T) {
	var asked answer.Question
	b, _ := newTestBot(func(q answer.Question) (answer.Answer, error) { asked = q; return sampleAnswer("en"), nil })
	say := func(person, text string) {
		b.Handle(t.Context(), chat.Message{Platform: "p", Conversation: "group", Person: person, Text: text})
	}
	say("a", "first")
	say("b", "other")
	say("a", "second")
	if len(asked.Earlier) != 1 || asked.Earlier[0].Text != "first" {
		t.Errorf("earlier messages = %+v, want the person's own only", asked.Earlier)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	now := time.Now()
	m := newMemory(func() time.Time { return now })
	for i := range turnsKept + 3 {
		m.add("a", string(rune('0'+i)))
	}
	if got := m.recall("a"); len(got) != turnsKept || got[0].Text != "3" {
		t.Errorf("kept %+v", got)
	}
	m.add("long", strings.Repeat("痛", 5000))
	if got := m.recall("long"); len(got[0].Text) > longestMemory {
		t.Errorf("kept %d bytes of one message", len(got[0].Text))
	}
	for i := range 2 * peopleKept {
		m.add(string(rune(i+1000)), "x")
	}
	if len(m.people) > peopleKept || m.recent.Len() != len(m.people) {
		t.Errorf("remembers %d people, list of %d", len(m.people), m.recent.Len())
	}
	now = now.Add(turnsFor + time.Second)
	m.add("new", "x")
	if len(m.people) != 1 {
		t.Errorf("remembers %d people after a quarter of an hour, want only the new one", len(m.people))
	}
}
