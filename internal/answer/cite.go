package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// citeMarks are marks of sources that a model puts into its sentences; the card
// has its own.
var citeMarks = regexp.MustCompile(`\s*[\[【]\d+(?:\s*[,，、]\s*\d+)*[\]】]`)

// cite makes the answer of sentences that hold. Each cites the passages that
// support it; a warning that the model left out is added as the passage has it.
func (c *content) cite(said []claim, passages []*given, card Answer) Answer {
	answer := Answer{
		Kind: KindAnswer, Lang: card.Lang, Engine: EngineModel,
		Hits: card.Hits, Confidence: card.Confidence,
	}
	block := -1
	var cites []string
	for i, s := range said {
		ids := idsOf(s.grounds)
		if i == 0 || !slices.Equal(ids, cites) {
			block++
		}
		cites = ids
		answer.Sentences = append(answer.Sentences, Sentence{Text: s.text, Cites: ids, Block: block})
	}
	for _, g := range passages {
		if !slices.ContainsFunc(said, func(s claim) bool { return slices.Contains(s.grounds, g.ground) }) {
			continue
		}
		for _, text := range g.warningsLeftOut(said) {
			block++
			answer.Sentences = append(answer.Sentences, Sentence{
				Text: text, Cites: []string{g.passage.ID}, Block: block,
			})
		}
	}
	for _, s := range answer.Sentences {
		for _, id := range s.Cites {
			if !slices.ContainsFunc(answer.Sources, func(s Source) bool { return s.Passage == id }) {
				p, _ := c.passage(id, card.Lang)
				answer.Sources = append(answer.Sources, source(len(answer.Sources)+1, p, card.Lang))
			}
		}
	}
	return answer
}

func idsOf(grounds []*ground) []string {
	var ids []string
	for _, g := range grounds {
		ids = append(ids, g.id)
	}
	return ids
}

// warnings are the words by which a sentence of a passage tells when to get help.
var warnings = regexp.MustCompile(`(?i)\b(at once|emergency|urgent(ly)?|same day|without delay|medical help|call an ambulance|` +
	`(see|seen by|checked by|ask|tell) (a|your|the) (doctor|clinician|nurse|pharmacist|midwife)|see a doctor|by a doctor)\b` +
	`|立即|馬上|緊急|求醫|當天看|盡快看|盡快找|看醫生|找醫生|請醫護|找醫護|立刻|马上|紧急|求医|当天看|尽快看|尽快找|看医生|找医生|请医护|找医护`)

// warningsLeftOut returns the warnings of the passage that no sentence repeats.
func (g *given) warningsLeftOut(said []claim) []string {
	var list []string
	for _, s := range g.sentences {
		if !warnings.MatchString(s.Text) {
			continue
		}
		plain := plainForm(s.Text)
		if !slices.ContainsFunc(said, func(s claim) bool {
			return slices.ContainsFunc(s.means, func(m *statement) bool { return m.plain == plain })
		}) {
			list = append(list, s.Text)
		}
	}
	return list
}

// uncovered says that the passages found do not answer the question after all.
func (c *content) uncovered(asked string, card Answer) Answer {
	return Answer{
		Kind: KindNotCovered, Lang: card.Lang, Complaint: isComplaint(asked),
		Suggestions: c.suggest(card.Hits, suggestions, card.Lang), Hits: card.Hits, Confidence: card.Confidence,
	}
}

// missingLines say that a part of the question is not covered: without and
// with the part.
var missingLines = map[bool][2]string{
	false: {"I don't have a checked answer to one part of your question.", "I don't have a checked answer to this part of your question: "},
	true:  {"你的問題有一部分，我沒有核對過的答案。", "你的問題這一部分，我沒有核對過的答案："},
}

// longestMissing is how many characters of the part are shown at most.
const longestMissing = 80

// missing is the line about the part that is not covered. What a model says it
// is, is only repeated when it is in the person's own words.
func missing(part, asked, lang string) string {
	lines := missingLines[isChinese(lang)]
	part = strings.Trim(clean(part), " .。?？!！,，:：\"“”「」")
	if part == "" || utf8.RuneCountInString(part) > longestMissing || forms.MatchString(part) || !ownWords(part, asked) {
		return inScript(lines[0], lang)
	}
	end := "."
	if isChinese(lang) {
		end = "。"
	}
	return inScript(lines[1]+part+end, lang)
}

// ownWords reports whether every word with content is one that the person used.
func ownWords(part, asked string) bool {
	used := make(map[string]bool)
	collect(used, readTerms(asked))
	folded := fold(asked)
	for _, t := range readTerms(part) {
		if t.mark == 0 && !t.known.is(glue) && !used[t.key] && !strings.Contains(folded, fold(t.text)) {
			return false
		}
	}
	return true
}
