package safety

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkCheck measures messages as patients write them.
func BenchmarkCheck(b *testing.B) {
	for _, m := range []struct{ name, text string }{
		{"question", "does acupuncture help with lower back pain after sitting all day"},
		{"chinese", "針灸對慢性腰痛有冇用,大概要做幾多次先見效"},
		{"emergency", "lol my chest feels like an elephant is on it and my left arm is going numb"},
		{"chat", "hi, I've had a dodgy lower back for about ten years after lifting a washing machine, physio helped a bit but it keeps coming back when I sit at the desk too long. A friend at work swears by acupuncture and says it sorted her out in four goes. Is there any proof it works for this sort of thing, and roughly how many sessions do people need before they notice?"},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				shipped.Check(m.text)
			}
		})
	}
}

// BenchmarkCheckLength shows that the time grows with the length and no faster:
// ns/rune stays the same up to the cap.
func BenchmarkCheckLength(b *testing.B) {
	const text = "no chest pain but my back hurts and I took some tablets, is it ok to come in? 我條腰好痛,但係冇發燒。 "
	for _, n := range []int{500, 1000, 2000, 4000} {
		long := strings.Repeat(text, n/len([]rune(text))+1)
		long = string([]rune(long)[:n])
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				shipped.Check(long)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rune")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
