package faq

import "regexp"

// Limits on an answer. 150 words fill the screen of a phone; below 40 there is
// hardly room for what, who says so and what to do.
//
// The Chinese ones are in characters: translators reckon 1.5 to 1.7 of them to
// an English word, so 1.5 for the lower limit, and 2 for the upper one, to be
// lenient.
const (
	minWords, maxWords           = 40, 150
	minCharacters, maxCharacters = 60, 300
)

// Limits on how hard an answer is to read: in English as a school grade (grade
// 7 is a reading age of 12), leaving room for the medical words that cannot be
// helped. In Chinese, where no such formula is settled, as the average length
// of a sentence: 25 and 40 English words at 1.6 characters a word; 25 is the
// longest sentence that the style guide of GOV.UK advises.
const (
	hardGrade, maxGrade         = 8.5, 11.0
	hardCharacters, maxPerSplit = 40, 64
)

// promises are words that content must not use: no treatment earns them.
var promises = map[string]*regexp.Regexp{
	"en":      regexp.MustCompile(`(?i)\b(cures|cured|guarantee[ds]?|miracle|miraculous|risk[- ]free|(completely|totally|100 ?%) safe|no side[- ]effects|without side[- ]effects|lasting relief|always works|drug[- ]free)\b`),
	"zh-Hant": regexp.MustCompile(`根治|治癒|斷尾|包醫|保證|神效|奇蹟|百分百|絕對(有效|安全)|無副作用|沒有副作用|藥到病除`),
}

// denials before a promise turn it into its opposite: "no one can guarantee".
var denials = regexp.MustCompile(`(?i)\b(not?|never|no one|nobody|nothing|cannot|without|anyone|promises?|claims?)\b|n['’]t\b|[不未非勿無沒別]|聲稱|宣稱`)

// checkPassages checks the answers of the article one by one.
func (m *manuscript) checkPassages() {
	familiar := make(map[string]bool)
	for _, w := range latinWords(m.article.Title) {
		familiar[w] = true
	}
	for _, p := range m.article.Passages {
		for _, q := range append([]string{p.Question}, p.AlsoAsked...) {
			for _, w := range latinWords(q) {
				familiar[w] = true
			}
		}
	}
	for _, p := range m.article.Passages {
		var sentences []string
		for _, b := range p.Blocks {
			for _, s := range b.Sentences {
				sentences = append(sentences, s.Text)
			}
		}
		if len(sentences) == 0 {
			continue // reported where it was read
		}
		switch m.article.Lang {
		case "en":
			m.checkEnglish(p, sentences, familiar)
		case "zh-Hant":
			m.checkChinese(p, sentences)
		}
		m.checkPromises(p, sentences)
	}
}

func (m *manuscript) checkEnglish(p *Passage, sentences []string, familiar map[string]bool) {
	words := 0
	for _, s := range sentences {
		words += len(latinWords(s))
	}
	m.checkLength(p, words, minWords, maxWords, "words")
	const remedy = "shorten the sentences, and use everyday words in place of long ones"
	switch g := grade(sentences, familiar); {
	case g > maxGrade:
		m.errorf(p.Line, "the answer is too hard to read (school grade %.1f, at most %.0f): %s", g, maxGrade, remedy)
	case g > hardGrade:
		m.warnf(p.Line, "the answer is hard to read (school grade %.1f, better below %.1f): %s", g, hardGrade, remedy)
	}
}

func (m *manuscript) checkChinese(p *Passage, sentences []string) {
	characters := 0
	for _, s := range sentences {
		characters += hanCount(s) + len(latinWords(s))
	}
	m.checkLength(p, characters, minCharacters, maxCharacters, "characters")
	const remedy = "end a sentence where a new thought begins"
	switch average := characters / len(sentences); {
	case average > maxPerSplit:
		m.errorf(p.Line, "the sentences are too long (%d characters on average, at most %d): %s", average, maxPerSplit, remedy)
	case average > hardCharacters:
		m.warnf(p.Line, "the sentences are long (%d characters on average, better below %d): %s", average, hardCharacters, remedy)
	}
}

func (m *manuscript) checkLength(p *Passage, n, least, most int, unit string) {
	switch {
	case n > most:
		m.errorf(p.Line, "the answer has %d %s, at most %d fit a chat reply: shorten it, or make two questions of it", n, unit, most)
	case n < least && !p.OnlyClinic():
		m.warnf(p.Line, "the answer has only %d %s, at least %d are usual: say what it is, who says so, and what to do", n, unit, least)
	}
}

func (m *manuscript) checkPromises(p *Passage, sentences []string) {
	pattern := promises[m.article.Lang]
	if pattern == nil {
		return
	}
	for _, s := range sentences {
		if at := pattern.FindStringIndex(s); at != nil && !denials.MatchString(s[:at[0]]) {
			m.warnf(p.Line, "%q promises too much: write what a source found, as in \"may help\"", s[at[0]:at[1]])
		}
	}
}
