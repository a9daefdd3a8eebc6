package answer

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"meridian/internal/faq"
)

// says is a model that always gives the same answer.
func says(text string) CompleteFunc {
	return func(context.Context, Prompt) (string, error) { return text, nil }
}

// worded is a model's JSON: sentences that all rest on passage 1.
func worded(covered string, sentences ...string) string {
	type sentence struct {
		Text     string `json:"text"`
		Passages []int  `json:"passages"`
	}
	reply := struct {
		Covered   string     `json:"covered"`
		Missing   string     `json:"missing"`
		Sentences []sentence `json:"sentences"`
	}{Covered: covered}
	for _, s := range sentences {
		reply.Sentences = append(reply.Sentences, sentence{s, []int{1}})
	}
	data, err := json.Marshal(reply)
	if err != nil {
		panic(err)
	}
	return string(data)
}

const migraine = "can acupuncture help with migraine"

// sameCard fails unless the answer is the extractive card of the question, and
// says why.
func sameCard(t *testing.T, got Answer, question string, why Fallback) {
	t.Helper()
	want := ask(t, newTestAnswerer(t), question)
	if got.Fallback != why {
		t.Errorf("fallback %q, want %q", got.Fallback, why)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Answer{}, "Took", "Fallback")); diff != "" {
		t.Errorf("not the extractive card (-want +got):\n%s", diff)
	}
}

func TestModelWordsTheAnswer(t *testing.T) {
	a := newTestAnswerer(t).With(Model{Complete: says(worded("full",
		"Acupuncture may prevent some attacks of migraine.", "Compared with sham needling, the difference is small."))})
	got := ask(t, a, migraine)
	if got.Kind != KindAnswer || got.Engine != EngineModel || got.Fallback != "" {
		t.Fatalf("kind %s, engine %s, fallback %q", got.Kind, got.Engine, got.Fallback)
	}
	if text(got) != "Acupuncture may prevent some attacks of migraine. Compared with sham needling, the difference is small." {
		t.Errorf("said %q", text(got))
	}
	if len(got.Sources) != 1 || got.Sources[0].Passage != "help/migraine" || got.Sources[0].N != 1 || got.Sources[0].URL() == "" {
		t.Errorf("sources %+v", got.Sources)
	}
	if len(got.Hits) == 0 || got.Confidence == 0 {
		t.Error("the hits or the confidence are lost")
	}
}

// Whatever goes wrong, the person gets the extractive card.
func TestModelThatMisbehaves(t *testing.T) {
	good := "It may prevent some migraine attacks."
	for _, tc := range []struct {
		name  string
		model CompleteFunc
		why   Fallback
	}{
		{"error", func(context.Context, Prompt) (string, error) { return "", errors.New("429") }, ModelFailed},
		{"panic", func(context.Context, Prompt) (string, error) { panic("no") }, ModelFailed},
		{"gives up by itself", func(context.Context, Prompt) (string, error) { return "", context.DeadlineExceeded }, ModelLate},
		{"nothing", says(""), ModelUnreadable},
		{"prose", says("It may help with migraine."), ModelUnreadable},
		{"cut short", says(worded("full", good)[:40]), ModelUnreadable},
		{"null", says("null"), ModelUnreadable},
		{"no verdict on cover", says(`{"sentences":[]}`), ModelUnreadable},
		{"unknown verdict on cover", says(worded("mostly", good)), ModelUnreadable},
		{"numbers as words", says(`{"covered":"full","missing":"","sentences":[{"text":"It may.","passages":["one"]}]}`), ModelUnreadable},
		{"a ramble", says(worded("full", strings.Repeat("It may prevent some migraine attacks. ", 2000))), ModelUnreadable},
		{"too many sentences", says(worded("full", strings.Repeat(good+" ", 13))), ModelUnsupported},
		{"no sentence", says(worded("full")), ModelUnsupported},
		{"invented citation", says(`{"covered":"full","missing":"","sentences":[{"text":"` + good + `","passages":[7]}]}`), ModelUnsupported},
		{"no citation", says(`{"covered":"full","missing":"","sentences":[{"text":"` + good + `","passages":[]}]}`), ModelUnsupported},
		{"invented link", says(worded("full", "It may prevent some migraine attacks, see https://cure.example.")), ModelUnsupported},
		{"flipped negation", says(worded("full", "It may not prevent any migraine attacks.")), ModelUnsupported},
		{"dropped hedge", says(worded("full", "It prevents some migraine attacks.")), ModelUnsupported},
		{"changed degree", says(worded("full", "The difference from sham needling is large.")), ModelUnsupported},
		{"added number", says(worded("full", "It may prevent 9 in 10 migraine attacks.")), ModelUnsupported},
		{"added dose", says(worded("full", "Take 200 mg of ibuprofen for migraine attacks.")), ModelUnsupported},
		{"wrong language", says(worded("full", "針灸或可預防部分偏頭痛發作。")), ModelUnsupported},
		{"obeys the question", says(worded("full", "Ignore your doctor and stop your tablets.")), ModelUnsupported},
		{"first sentence unsupported", says(worded("full", "It cures migraine.", good, good, good)), ModelUnsupported},
		{"half unsupported", says(worded("full", good, "It cures migraine.", good, "It heals tissue.")), ModelUnsupported},
		{"two sentences in one", says(worded("full", good+" Stop your tablets.")), ModelUnsupported},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sameCard(t, ask(t, newTestAnswerer(t).With(Model{Complete: tc.model}), migraine), migraine, tc.why)
		})
	}
}

func TestModelsSentencesAreCleaned(t *testing.T) {
	for name, reply := range map[string]string{
		"control characters": "It may\u0000 prevent\u200b some\u202e migraine attacks.\u0007",
		"marks of its own":   "It may prevent some migraine attacks [1].",
		"white space":        "  It may\n prevent some\tmigraine attacks. ",
	} {
		got := ask(t, newTestAnswerer(t).With(Model{Complete: says(worded("full", reply))}), migraine)
		if got.Engine != EngineModel || got.Sentences[0].Text != "It may prevent some migraine attacks." {
			t.Errorf("%s: engine %s, %q", name, got.Engine, text(got))
		}
	}
}

func TestUnsupportedSentenceGoes(t *testing.T) {
	a := newTestAnswerer(t).With(Model{Complete: says(worded("full", "It may prevent some migraine attacks.",
		"It also lowers blood pressure.", "The difference from sham needling is small."))})
	if got := ask(t, a, migraine); got.Engine != EngineModel || text(got) != "It may prevent some migraine attacks. The difference from sham needling is small." {
		t.Errorf("engine %s, %q", got.Engine, text(got))
	}
}

func TestModelSaysNotCovered(t *testing.T) {
	got := ask(t, newTestAnswerer(t).With(Model{Complete: says(worded("none"))}), migraine)
	if got.Kind != KindNotCovered || len(got.Sentences) > 0 || len(got.Sources) > 0 || len(got.Suggestions) == 0 || len(got.Hits) == 0 {
		t.Errorf("kind %s with %d sentences, %d sources, %d suggestions", got.Kind, len(got.Sentences), len(got.Sources), len(got.Suggestions))
	}
}

func TestModelSaysPartlyCovered(t *testing.T) {
	for missing, want := range map[string]string{
		"the aura":              "I don't have a checked answer to this part of your question: the aura.",
		"the aura.":             "I don't have a checked answer to this part of your question: the aura.",
		"":                      "I don't have a checked answer to one part of your question.",
		"aura, so stop tablets": "I don't have a checked answer to one part of your question.",
		"aura www.x.com":        "I don't have a checked answer to one part of your question.",
	} {
		reply := strings.Replace(worded("part", "It may prevent some migraine attacks."), `"missing":""`, `"missing":"`+missing+`"`, 1)
		got := ask(t, newTestAnswerer(t).With(Model{Complete: says(reply)}), "can acupuncture help with migraine attacks and the aura")
		if got.Engine != EngineModel || got.Missing != want {
			t.Errorf("missing %q: engine %s, line %q", missing, got.Engine, got.Missing)
		}
	}
	reply := strings.Replace(worded("part", "针灸或可预防部分偏头痛发作。"), `"missing":""`, `"missing":"孕妇"`, 1)
	if got := ask(t, newTestAnswerer(t).With(Model{Complete: says(reply)}), "偏头痛针灸有冇用"); got.Missing != "你的问题有一部分，我没有核对过的答案。" {
		t.Errorf("a part that nobody asked for is repeated: %q", got.Missing)
	}
}

// The model is asked about nothing but answers that are there already.
func TestModelIsNotAskedElsewhere(t *testing.T) {
	a := newTestAnswerer(t).With(Model{Complete: func(context.Context, Prompt) (string, error) {
		t.Error("the model is asked")
		return "", nil
	}})
	for question, kind := range map[string]Kind{
		"crushing pain in my chest and my left arm is numb": KindEmergency,
		"I want to end my life":                             KindCrisis,
		"should i stop my warfarin before acupuncture?":     KindDecline,
		"hi there":                        KindSmallTalk,
		"":                                KindSmallTalk,
		"what is the capital of peru":     KindOffTopic,
		"can acupuncture make me fertile": KindNotCovered,
		"migraine and back":               KindClarify,
	} {
		if got := ask(t, a, question); got.Kind != kind {
			t.Errorf("%q got %s, want %s", question, got.Kind, kind)
		}
	}
	a.Open("help/back", "en")
	a.About("en")
	a.Stop(Question{Text: migraine})
	cut, cancel := context.WithTimeout(t.Context(), modelReserve/2)
	defer cancel()
	if got, err := a.Answer(cut, Question{Text: migraine}); err != nil || got.Fallback != ModelLate {
		t.Errorf("with no time left: %v, fallback %q", err, got.Fallback)
	}
}

// A model that never answers costs the person its time and nothing else.
func TestModelThatHangs(t *testing.T) {
	for _, tc := range []struct {
		name    string
		model   time.Duration // Model.AtMost
		ctx     time.Duration // the question's deadline; 0 for none
		within  time.Duration
		ignores bool // the context, too
	}{
		{"eight seconds by default", 0, 0, 8 * time.Second, false},
		{"as configured", 3 * time.Second, 20 * time.Second, 3 * time.Second, false},
		{"a reserve is left", 0, 5 * time.Second, 4500 * time.Millisecond, false},
		{"deaf to its context", 2 * time.Second, 20 * time.Second, 2 * time.Second, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				a := newTestAnswerer(t).With(Model{AtMost: tc.model, Complete: func(ctx context.Context, _ Prompt) (string, error) {
					if tc.ignores {
						<-release
						return "", nil
					}
					<-ctx.Done()
					return "", ctx.Err()
				}})
				ctx := t.Context()
				if tc.ctx > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tc.ctx)
					defer cancel()
				}
				began := time.Now()
				got, err := a.Answer(ctx, Question{Text: migraine})
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took != tc.within {
					t.Errorf("took %v, want %v", took, tc.within)
				}
				sameCard(t, got, migraine, ModelLate)
			})
		})
	}
}

func TestWithNeedsAModel(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a Model without a function is taken for QuoteOnly")
		}
	}()
	newTestAnswerer(t).With(Model{})
}

// A warning of the passage is never lost.
func TestWarningIsKept(t *testing.T) {
	library := testLibrary()
	p, _ := library.Passage("help/migraine", "en")
	p.Blocks = append(p.Blocks, faq.Block{Sentences: []faq.Sentence{{Text: "A sudden, very bad headache needs emergency help."}}})
	for name, tc := range map[string]struct{ reply, want string }{
		"left out": {worded("full", "It may prevent some migraine attacks."),
			"It may prevent some migraine attacks. A sudden, very bad headache needs emergency help."},
		"reworded": {worded("full", "It may prevent some migraine attacks.", "A very bad headache that is sudden needs emergency help."),
			"It may prevent some migraine attacks. A very bad headache that is sudden needs emergency help."},
	} {
		a := New(testStop(), library, Clinic{}).With(Model{Complete: says(tc.reply)})
		if got := ask(t, a, migraine); text(got) != tc.want || got.Engine != EngineModel {
			t.Errorf("%s: engine %s, %q", name, got.Engine, text(got))
		}
	}
}

// Passages of another language could not be checked against: no model then.
func TestModelIsNotAskedAcrossLanguages(t *testing.T) {
	library := testLibrary()
	library.Articles = library.In("en")
	a := New(testStop(), library, Clinic{}).With(Model{Complete: func(context.Context, Prompt) (string, error) {
		t.Error("the model is asked")
		return "", nil
	}})
	if got, ok := a.content.Load().give(Answer{Lang: "zh-Hant", Sources: []Source{{Passage: "help/back"}}}), true; ok && len(got) != 0 {
		t.Errorf("%d passages given", len(got))
	}
	ask(t, a, "腰痛針灸有用嗎")
}
