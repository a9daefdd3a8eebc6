package main

import (
	"testing"
	"time"

	"meridian/internal/faq"
	"meridian/internal/safety"
)

// A question that the safety stop takes never reaches its passage. So no
// shipped phrasing may sound like a danger sign to it, but for those about
// stopping medicine, where the stop has the better answer.
func TestShippedPhrasingsAreNotStopped(t *testing.T) {
	library, problems, err := faq.Load("../../faq", time.Now())
	if err != nil || faq.HasErrors(problems) {
		t.Fatal(err, problems)
	}
	stop, err := safety.New()
	if err != nil {
		t.Fatal(err)
	}
	phrasings, declined := 0, 0
	for _, article := range library.Articles {
		for _, p := range article.Passages {
			for _, text := range append([]string{p.Question}, p.AlsoAsked...) {
				phrasings++
				v := stop.Check(text)
				if v.Level == safety.Decline {
					declined++
				} else if v.Level > safety.Decline && v.Code != "U-MED" {
					t.Errorf("%s: %q is stopped as %s", p.ID, text, v.Code)
				}
			}
		}
	}
	if 50*declined > phrasings {
		t.Errorf("%d of %d phrasings are declined, want at most one in fifty", declined, phrasings)
	}
}
