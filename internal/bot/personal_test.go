package bot

import (
	"strings"
	"testing"

	"meridian/internal/answer"
	"meridian/internal/chat"
)

func TestHasPersonalDetails(t *testing.T) {
	for text, want := range map[string]bool{
		"mail me at jo.b@example.org about my knee":        true,
		"call me on 0161 496 0123":                         true,
		"my number is +852 9123 4567":                      true,
		"HKID A123456(3), does it help":                    true,
		"NHS number: 4857773456":                           true,
		"I was born 3/4/1971 and have back pain":           true,
		"My name is Alice Wong and I have lupus":           true,
		"I am pregnant and on fluoxetine, is it ok":        true,
		"我叫陳大文,有糖尿病":                                       true,
		"我懷孕而且食緊薄血丸":                                       true,
		"電話 91234567":                                      true,
		"does it help with knee pain":                      false,
		"10 sessions over 4 weeks, 2 per week":             false,
		"my pain is 8 out of 10":                           false,
		"is it safe in pregnancy":                          false,
		"腎虛腰痛係點":                                           false,
		"my name for it is the gremlin knee, does it work": false,
	} {
		if got := hasPersonalDetails(text); got != want {
			t.Errorf("hasPersonalDetails(%q) = %v", text, got)
		}
	}
}

func TestPersonalDetailsInPublicAreAnsweredPrivatelyAndForgotten(t *testing.T) {
	b, _ := newTestBot(func(answer.Question) (answer.Answer, error) { return sampleAnswer("en"), nil })
	m := chat.Message{Public: true, Person: "p", Text: "my name is Alice Wong, does it help migraine"}
	if r := b.Handle(t.Context(), m); !r.Private || !strings.Contains(r.PlainText(), "delete") {
		t.Errorf("private %v: %s", r.Private, r.PlainText())
	}
	if len(b.memory.people) != 0 {
		t.Error("a message with personal details is remembered")
	}
	m.Public = false
	if r := b.Handle(t.Context(), m); r.Private || strings.Contains(r.PlainText(), "delete") {
		t.Error("a direct message got the warning for public channels")
	}
}
