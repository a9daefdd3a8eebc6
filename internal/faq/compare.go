package faq

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// compareAll finds what is wrong between articles. Of two that clash the later
// one is reported: published articles come first, then drafts, each by file,
// so that a draft never puts the blame on what is being served.
func compareAll(manuscripts []*manuscript) {
	var ordered []*manuscript
	for _, status := range []Status{Published, Draft, Withdrawn} {
		for _, m := range manuscripts {
			if m.article.Status == status {
				ordered = append(ordered, m)
			}
		}
	}
	compareIDs(ordered)
	compareQuestions(ordered)
	compareTranslations(ordered)
}

type articleKey struct{ id, lang string }

func compareIDs(manuscripts []*manuscript) {
	first := make(map[articleKey]*manuscript)
	for _, m := range manuscripts {
		key := articleKey{m.article.ID, m.article.Lang}
		if other, ok := first[key]; ok && key.id != "" {
			m.errorf(m.fieldLines["id"], "id %q is used by %s too: give this article another id, or remove one of the files", key.id, other.file)
			continue
		}
		first[key] = m
	}
}

// compareQuestions finds two passages that answer the same question: it would
// be chance which of them a patient gets.
func compareQuestions(manuscripts []*manuscript) {
	type asked struct {
		passage *Passage
		file    string
	}
	type key struct{ question, lang string }
	first := make(map[key]asked)
	for _, m := range manuscripts {
		if m.article.Status == Withdrawn {
			continue // its successor may well ask the same
		}
		for _, p := range m.article.Passages {
			for _, q := range append([]string{p.Question}, p.AlsoAsked...) {
				k := key{normalise(q), m.article.Lang}
				other, ok := first[k]
				switch {
				case k.question == "": // reported where it was read
				case !ok:
					first[k] = asked{p, m.file}
				case other.passage != p:
					m.errorf(p.Line, "%q is asked at %s:%d too: keep it in the passage that answers it best", q, other.file, other.passage.Line)
				default:
					m.warnf(p.Line, "%q stands here twice: remove one", q)
				}
			}
		}
	}
}

// normalise returns the letters and digits of a question, so that spelling
// alone does not make it another one.
func normalise(question string) string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(question)), func(r rune) bool { return !isWordRune(r) })
	return strings.Join(words, " ")
}

// compareTranslations holds each translation against its original, unless that
// has errors of its own: they must not keep the translation from patients.
func compareTranslations(manuscripts []*manuscript) {
	originals := make(map[string]*manuscript)
	for _, m := range manuscripts {
		if _, ok := originals[m.article.ID]; !ok && m.article.Lang == languages[0] && m.article.ID != "" {
			originals[m.article.ID] = m
		}
	}
	for _, m := range manuscripts {
		original, ok := originals[m.article.ID]
		if !ok || m.article.Lang == languages[0] || HasErrors(original.problems) {
			continue
		}
		if m.article.Status == Published && original.article.Status != Published {
			m.warnf(m.fieldLines["status"], "the translation is published but %s is %s: give both the same status", original.file, original.article.Status)
		}
		compareTranslation(m, original)
	}
}

func compareTranslation(translation, original *manuscript) {
	translated := make(map[string]*Passage)
	for _, p := range translation.article.Passages {
		translated[p.ID] = p
	}
	for _, o := range original.article.Passages {
		p, ok := translated[o.ID]
		if !ok {
			translation.warnf(1, "the passage %s (%s:%d) is not translated: add it", o.ID, original.file, o.Line)
			continue
		}
		delete(translated, o.ID)
		if p.Evidence != o.Evidence {
			translation.errorf(p.Line, "evidence is %q but %q at %s:%d: write the same in both", p.Evidence, o.Evidence, original.file, o.Line)
		}
		compareReferences(translation, p, o, original.file)
	}
	for _, p := range translation.article.Passages {
		if _, extra := translated[p.ID]; extra && p.ID != "" {
			translation.warnf(p.Line, "the passage %s is not in %s: add it there, or correct its name", p.ID, original.file)
		}
	}
}

func compareReferences(translation *manuscript, p, o *Passage, originalFile string) {
	for _, r := range p.References {
		i := slices.IndexFunc(o.References, func(other Reference) bool { return other.Label == r.Label })
		if i < 0 {
			translation.errorf(p.Line, "footnote [^%s] is used here but not at %s:%d: use the same footnotes in both", r.Label, originalFile, o.Line)
		} else if other := o.References[i]; other.URL != r.URL || other.Checked != r.Checked {
			translation.errorf(translation.definitions[r.Label].line, "footnote [^%s] has another address or (checked: ...) than in %s: write the same in both", r.Label, originalFile)
		}
	}
	for _, other := range o.References {
		if !slices.ContainsFunc(p.References, func(r Reference) bool { return r.Label == other.Label }) {
			translation.errorf(p.Line, "footnote [^%s] is used at %s:%d but not here: use the same footnotes in both", other.Label, originalFile, o.Line)
		}
	}
}
