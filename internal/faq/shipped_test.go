package faq

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// latinName is a word in Latin letters. Digits that hang on one belong to
	// it: PC6 and IL-6 are names and not numbers.
	latinName = regexp.MustCompile(`\p{Latin}[\p{Latin}\p{Greek}\d]*(?:[-'’.][\p{Latin}\p{Greek}\d]+)*`)

	// initialism is a name that is not translated, but for the few words
	// (UK, GP) that Chinese has its own for: those have two letters.
	initialism = regexp.MustCompile(`^[A-Z]{3,}|\d`)

	digits = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

	// dated is a month beside its year, which Chinese writes as a number.
	dated = regexp.MustCompile(`(January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})`)

	months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

// loadShipped loads the library that the project ships.
func loadShipped(t *testing.T) *Library {
	t.Helper()
	library, problems, err := Load("../../faq", today)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		t.Fatalf("the library has problems; go run ./cmd/bot check lists them: %v", problems)
	}
	return library
}

// numbersIn returns the numbers in the text as they are written, each once.
func numbersIn(text string) map[string]bool {
	text = placeholder.ReplaceAllString(text, " ")
	text = dated.ReplaceAllStringFunc(text, func(s string) string {
		found := dated.FindStringSubmatch(s)
		return fmt.Sprint(slices.Index(months, found[1])+1, " ", found[2])
	})
	set := make(map[string]bool)
	for _, n := range digits.FindAllString(latinName.ReplaceAllString(text, " "), -1) {
		set[n] = true
	}
	return set
}

// namesIn returns the Latin words of the text that have more than one letter,
// without the s of the plural and of the genitive.
func namesIn(text string) map[string]bool {
	set := make(map[string]bool)
	for _, n := range latinName.FindAllString(placeholder.ReplaceAllString(text, " "), -1) {
		n = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(n, "'s"), "’s"), "s")
		if len(n) > 1 {
			set[n] = true
		}
	}
	return set
}

// missing returns what is in the one set and not in the other, sorted.
func missing(from, in map[string]bool) []string {
	var list []string
	for _, s := range slices.Sorted(maps.Keys(from)) {
		if !in[s] {
			list = append(list, s)
		}
	}
	return list
}

// A number that stands alone cannot be traced to who says it.
func TestShippedNumbersHaveASource(t *testing.T) {
	for _, article := range loadShipped(t).Articles {
		for _, p := range article.Passages {
			if p.OnlyClinic() {
				continue
			}
			for _, block := range p.Blocks {
				for _, s := range block.Sentences {
					if n := missing(numbersIn(s.Text), nil); len(n) > 0 && len(s.Refs) == 0 {
						t.Errorf("%s:%d: %s stands in a sentence without a footnote: put the mark of its source behind %q",
							article.File, p.Line, strings.Join(n, ", "), s.Text)
					}
				}
			}
		}
	}
}

// A translation that has another number, name or source than its original
// tells half of the patients something that nobody checked.
func TestShippedTranslationsSayTheSame(t *testing.T) {
	library := loadShipped(t)
	for _, article := range library.In("en") {
		for _, p := range article.Passages {
			chinese, ok := library.Passage(p.ID, "zh-Hant")
			if !ok {
				t.Errorf("%s:%d: %s has no translation", article.File, p.Line, p.ID)
				continue
			}
			for _, difference := range append(differencesInText(p, chinese), differencesInSources(p, chinese)...) {
				t.Errorf("%s:%d and %s:%d: %s", article.File, p.Line, chinese.Article.File, chinese.Line, difference)
			}
		}
	}
}

func differencesInText(english, chinese *Passage) []string {
	textEN := english.Question + "\n" + english.Text()
	textZH := chinese.Question + "\n" + chinese.Text()
	var list []string
	note := func(what string, found []string) {
		if len(found) > 0 {
			list = append(list, what+" "+strings.Join(found, ", "))
		}
	}
	note("only the English text has the number", missing(numbersIn(textEN), numbersIn(textZH)))
	note("only the Chinese text has the number", missing(numbersIn(textZH), numbersIn(textEN)))
	note("only the Chinese text has the name", missing(namesIn(textZH), namesIn(textEN)))
	note("only the English text has the name", slices.DeleteFunc(missing(namesIn(textEN), namesIn(textZH)),
		func(name string) bool { return !initialism.MatchString(name) }))
	return list
}

func differencesInSources(english, chinese *Passage) []string {
	records := func(p *Passage) map[string]string {
		set := make(map[string]string)
		for _, r := range p.References {
			set[r.Label] = r.Text
		}
		return set
	}
	var list []string
	en, zh := records(english), records(chinese)
	for _, label := range slices.Sorted(maps.Keys(en)) {
		text, ok := zh[label]
		switch {
		case !ok:
			list = append(list, fmt.Sprintf("only the English text cites [^%s]", label))
		case text != en[label] && !sameRecord(en[label], text):
			list = append(list, fmt.Sprintf("[^%s] is %q in English and %q in Chinese", label, en[label], text))
		}
	}
	for _, label := range slices.Sorted(maps.Keys(zh)) {
		if _, ok := en[label]; !ok {
			list = append(list, fmt.Sprintf("only the Chinese text cites [^%s]", label))
		}
	}
	return list
}

// sameRecord reports whether the Chinese record is the English one up to a
// note in Chinese.
func sameRecord(english, chinese string) bool {
	record := strings.TrimSpace(chinese[:max(0, strings.IndexFunc(chinese, isWide))])
	return record != "" && strings.HasPrefix(english, record)
}
