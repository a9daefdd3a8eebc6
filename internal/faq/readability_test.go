package faq

import (
	"math"
	"strings"
	"testing"
)

func TestSyllableCount(t *testing.T) {
	words := map[int]string{
		1: "pain ache aches? the I needle's? friend nerve nerves healed fixed people's? 20 don't relief? rhythm? a",
		2: "needle needles nurses treated moving being patient relief people science quiet diet movement body doctor's helpful safety",
		3: "acupuncture? idea medicine energy however history injury create? related reaction",
		4: "acupuncture deficiency? mechanism? traditional anxiety society",
		5: "inflammatory? university electricity",
	}
	// The words that the estimate gets wrong are marked with "?": they are here
	// to show what it does.
	wrong := map[string]int{"needle's": 2, "people's": 2, "relief": 2, "rhythm": 1, "aches": 2, "acupuncture": 4, "create": 2, "deficiency": 4, "mechanism": 4, "inflammatory": 5}
	for want, list := range words {
		for _, word := range strings.Fields(list) {
			word, isWrong := strings.CutSuffix(word, "?")
			w := want
			if isWrong {
				w = wrong[word]
			}
			if got := syllableCount(latinWords(word)[0]); got != w {
				t.Errorf("syllableCount(%q) = %d, want %d", word, got, w)
			}
		}
	}
}

func TestGrade(t *testing.T) {
	familiar := map[string]bool{"acupuncture": true}
	tests := []struct {
		name, text string
		want       float64
	}{
		// Counted by hand: words a sentence, syllables a word.
		{"plain", "The cat sat on the mat. It was a good cat.", 0.39*11/2 + 11.8*11/11 - 15.59},
		{"long words", "Traditional societies anticipated electricity.", 0.39*4 + 11.8*18/4 - 15.59},
		{"familiar words", "Acupuncture may help.", 0.39*3 + 11.8*4/3 - 15.59},
		{"numbers and Chinese terms", "In 2020 it was 腎虛.", 0.39*4 + 11.8*4/4 - 15.59},
		{"no words", "腎虛。", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var sentences []string
			for _, s := range (prose{text: test.text}).split() {
				sentences = append(sentences, s.Text)
			}
			if got := grade(sentences, familiar); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("grade = %.2f, want %.2f", got, test.want)
			}
		})
	}
}
