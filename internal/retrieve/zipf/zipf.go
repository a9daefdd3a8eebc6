// Package zipf makes up passages and questions of any number for benchmarks:
// no data has to be shipped, and every run and every engine gets the same.
//
// Words are drawn with a frequency of 1/(20+r)^1.4 for the word of rank r
// (Mandelbrot's form of Zipf's law). That gives the hundred commonest half of
// the text, as in English; they are English function words, the others are
// made up of syllables.
package zipf

import (
	"math/rand/v2"
	"strings"
)

// Passage is one made-up passage.
type Passage struct {
	Question string // 8 words
	Body     string // 100 words
}

const (
	exponent, shift = 1.4, 20
	ranks           = 100_000
	questionWords   = 8
	bodyWords       = 100
)

// common are the words of the first ranks.
var common = strings.Fields(`the of and to a in is it you that he was for on are with as i his they be
at one have this from or had by not but what some we can out other were all there when up use your
how said an each she which do their time if will way about many then them would like so these her
long make thing see him two has look more day could go come did my no most who over know than call
first people may down been now find any new take get place made where after back only`)

// Passages returns n passages, the same for every call.
func Passages(n int) []Passage {
	source := rand.New(rand.NewPCG(1, 2))
	draw := rand.NewZipf(source, exponent, shift, ranks)
	passages := make([]Passage, n)
	for i := range passages {
		passages[i] = Passage{text(draw, questionWords), text(draw, bodyWords)}
	}
	return passages
}

func text(draw *rand.Zipf, words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(draw.Uint64()))
	}
	return b.String()
}

// word returns the word of a rank: different ranks, different words. Made-up
// ones have three syllables at least, which no common word here is made of.
func word(rank uint64) string {
	if rank < uint64(len(common)) {
		return common[rank]
	}
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	const syllables = uint64(len(consonants) * len(vowels))
	b := make([]byte, 0, 10)
	for rest := rank + syllables*syllables; rest > 0; rest /= syllables {
		s := rest % syllables
		b = append(b, consonants[s%uint64(len(consonants))], vowels[s/uint64(len(consonants))])
	}
	return string(b)
}

// Questions returns n questions about the passages: some words of one of them
// among function words, in every tenth a letter wrong. They are the same for
// every call with as many passages.
func Questions(passages []Passage, n int) []string {
	source := rand.New(rand.NewPCG(3, 4))
	questions := make([]string, n)
	for i := range questions {
		p := passages[source.IntN(len(passages))]
		from := strings.Fields(p.Question + " " + p.Body)
		words := []string{"what", "can", "i", "do", "about"}
		for range 2 + source.IntN(5) {
			words = append(words, from[source.IntN(len(from))])
		}
		if i%10 == 0 {
			last := []byte(words[len(words)-1])
			last[len(last)/2] = 'x'
			words[len(words)-1] = string(last)
		}
		questions[i] = strings.Join(words, " ")
	}
	return questions
}
