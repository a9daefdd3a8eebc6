package answer

import (
	"context"
	"errors"
	"testing"
)

func TestJudge(t *testing.T) {
	first, second, third := "It may prevent some migraine attacks.", "Acupuncture may prevent some attacks of migraine.", "The difference from sham needling is small."
	three := worded("full", first, second, third)
	for _, tc := range []struct {
		name, words string
		judge       CompleteFunc
		want        string // what is said; empty for the extractive card
		why         Fallback
	}{
		{"finds nothing", three, says(`{"unsupported":[]}`), first + " " + second + " " + third, ""},
		{"rejects one", three, says(`{"unsupported":[2]}`), first + " " + third, ""},
		{"rejects the first", three, says(`{"unsupported":[1]}`), "", ModelRejected},
		{"rejects more than a third", three, says(`{"unsupported":[2,3]}`), "", ModelRejected},
		{"numbers out of range", three, says(`{"unsupported":[0,9]}`), first + " " + second + " " + third, ""},
		{"cannot be heard", three, func(context.Context, Prompt) (string, error) { return "", errors.New("503") }, "", ModelFailed},
		{"talks", three, says("All fine!"), "", ModelUnreadable},
		{"rescues nothing", worded("full", first, "It cures migraine.", third), says(`{"unsupported":[]}`), first + " " + third, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ask(t, newTestAnswerer(t).With(Model{Complete: says(tc.words), Judge: tc.judge}), migraine)
			if tc.want == "" {
				sameCard(t, got, migraine, tc.why)
			} else if text(got) != tc.want || got.Engine != EngineModel {
				t.Errorf("engine %s, %q; want %q", got.Engine, text(got), tc.want)
			}
		})
	}
}
