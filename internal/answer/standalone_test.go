package answer

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// joiner is a model that makes the given question of a follow-up, and cannot word
// answers.
func joiner(question string) Model {
	return Model{Complete: func(_ context.Context, p Prompt) (string, error) {
		if p.System != standAloneTask {
			return "", context.DeadlineExceeded
		}
		data, err := json.Marshal(map[string]string{"question": question})
		return string(data), err
	}}
}

func TestFollowUpByModel(t *testing.T) {
	const before = "i get migraine attacks, can acupuncture help"
	for _, tc := range []struct {
		name, before, text, joined string
		kind                       Kind
		passage                    string
	}{
		{"made clear", before, "does that do any good", "can acupuncture help with migraine attacks", KindAnswer, "help/migraine"},
		{"in Chinese", "我有偏頭痛", "真係得㗎?", "偏頭痛針灸有冇用", KindAnswer, "help/migraine"},
		{"still not covered", before, "does that do any good", "does acupuncture do any good", KindClarify, ""},
		{"not the person's words", before, "does that do any good", "can acupuncture help with low back pain and lumbago", KindClarify, ""},
		{"an emergency comes out", "my chest and my left arm", "it's crushing pain there and it is numb", "crushing pain in my chest and my left arm is numb", KindEmergency, ""},
		{"a link comes out", before, "does that do any good", "can acupuncture help with migraine attacks www.x.com", KindClarify, ""},
		{"nothing comes out", before, "does that do any good", "", KindClarify, ""},
		{"a long message stands alone", before, strings.Repeat("does that do any good ", 8), "can acupuncture help with migraine attacks", KindNotCovered, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ask(t, newTestAnswerer(t).With(joiner(tc.joined)), tc.text, tc.before)
			if got.Kind != tc.kind && !(tc.passage == "" && tc.kind != KindEmergency && got.Kind != KindAnswer) {
				t.Fatalf("kind %s, want %s", got.Kind, tc.kind)
			}
			if tc.passage != "" && (len(got.Sources) != 1 || got.Sources[0].Passage != tc.passage) {
				t.Errorf("sources %+v, want %s", got.Sources, tc.passage)
			}
		})
	}
}

// A question that the model makes of a follow-up is worded as that question.
func TestFollowUpIsWordedAsJoined(t *testing.T) {
	var asked []string
	a := newTestAnswerer(t).With(Model{Complete: func(_ context.Context, p Prompt) (string, error) {
		asked = append(asked, p.User)
		if p.System == standAloneTask {
			return `{"question":"can acupuncture help with migraine attacks"}`, nil
		}
		return worded("full", "It may prevent some migraine attacks."), nil
	}})
	got := ask(t, a, "does that do any good", "i get migraine attacks, can acupuncture help")
	if got.Engine != EngineModel || len(asked) != 2 || !strings.Contains(asked[1], `"can acupuncture help with migraine attacks"`) {
		t.Errorf("engine %s, asked %q", got.Engine, asked)
	}
}

// What the rules join needs no model, and what was said too long ago is no topic.
func TestFollowUpIsNotJoinedByModel(t *testing.T) {
	a := newTestAnswerer(t).With(Model{Complete: func(_ context.Context, p Prompt) (string, error) {
		if p.System == standAloneTask {
			t.Error("the model is asked to join")
		}
		return worded("full", "It may prevent some migraine attacks."), nil
	}})
	ask(t, a, migraine, "i get migraine attacks")
	ask(t, a, "hi there", "i get migraine attacks")
	if _, err := a.Answer(t.Context(), Question{Text: "does that do any good", Earlier: []Turn{{Text: migraine, Age: time.Hour}}}); err != nil {
		t.Fatal(err)
	}
}

// A danger in the raw message is never waited for, and no joining lowers it.
func TestFollowUpNeverLowersTheStop(t *testing.T) {
	a := newTestAnswerer(t).With(joiner("can acupuncture help with migraine attacks"))
	for text, kind := range map[string]Kind{
		"crushing pain in my chest and my left arm is numb": KindEmergency,
		"i want to end my life":                             KindCrisis,
		"should i stop my warfarin before acupuncture?":     KindDecline,
	} {
		if got := ask(t, a, text, "i get migraine attacks"); got.Kind != kind {
			t.Errorf("%q got %s, want %s", text, got.Kind, kind)
		}
	}
}

// Joining that hangs takes a third of the model's time, and leaves the rest.
func TestJoiningThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newTestAnswerer(t).With(Model{AtMost: 6 * time.Second, Complete: func(ctx context.Context, _ Prompt) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}})
		began := time.Now()
		got := ask(t, a, "does that do any good", "i get migraine attacks, can acupuncture help")
		if took := time.Since(began); took != 2*time.Second || got.Kind == KindAnswer {
			t.Errorf("took %v, got %s", took, got.Kind)
		}
	})
}

// What the safety stop took is never sent to a model, not as what came before
// either, and the reply to it waits for none.
func TestStoppedTurnsAreNotSent(t *testing.T) {
	const cry = "i want to kill myself"
	a := newTestAnswerer(t).With(Model{Complete: func(_ context.Context, p Prompt) (string, error) {
		if strings.Contains(p.User, cry) {
			t.Errorf("sent: %s", p.User)
		}
		return "", context.DeadlineExceeded
	}})
	ask(t, a, "does that do any good", "can acupuncture help with migraine attacks", cry)
	ask(t, a, "can acupuncture help with migraine", cry)
	if got := ask(t, a, "should i wait till the morning", cry); got.Kind != KindCrisis {
		t.Errorf("kind %s right behind a cry for help", got.Kind)
	}
}
