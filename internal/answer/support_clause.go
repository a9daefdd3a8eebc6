package answer

import (
	"slices"
	"strings"

	"meridian/internal/hanzi"
)

// clause is a part of a sentence that makes one statement.
type clause struct {
	terms []term
	told  bool // somebody's word, here or earlier in the sentence
	far   bool // the word of somebody whose word is no fact
}

// clausesOf cuts the terms of a sentence into clauses and marks what each of
// them denies. A piece too small to say anything stays with the one before it.
func clausesOf(terms []term) []clause {
	if len(terms) == 0 {
		return nil
	}
	chinese := slices.ContainsFunc(terms, func(t term) bool { return hanzi.Contains(t.text) })
	var list []clause
	start, told, far := 0, false, false
	for i := 1; i <= len(terms); i++ {
		if i < len(terms) && !opensClause(terms, i, chinese) {
			continue
		}
		c := clause{terms: terms[start:i]}
		c.markDenied(chinese)
		if turns(c.terms) {
			told, far = false, false
		}
		told, far = told || c.has(telling|distant), far || c.has(distant)
		c.told, c.far = told, far
		list, start = append(list, c), i
	}
	if last := list[len(list)-1]; last.has(telling) && last.newWords() < 2 {
		for i := range list {
			list[i].told = true // "…, says NICE": the whole sentence
			list[i].far = list[i].far || last.far
		}
	}
	return mergeSmall(list)
}

// opensClause reports whether a clause begins at the term. Every comma of
// Chinese parts clauses; one of English does before a joining word.
func opensClause(terms []term, i int, chinese bool) bool {
	t, before := &terms[i], &terms[i-1]
	if before.mark != 0 && strings.ContainsRune(";:.!?。；！？—", before.mark) {
		return true
	}
	word := strings.ToLower(t.text)
	if slices.Contains([]string{"but", "while", "whereas", "although", "though", "however", "unless", "except", "because"}, word) || t.known.is(inquires) && !chinese {
		return true
	}
	return before.mark == ',' && (chinese ||
		slices.Contains([]string{"and", "so", "which", "who", "or", "as", "where", "if", "yet"}, word))
}

// turns reports whether the clause opens with a word that ends what somebody
// was said to say.
func turns(terms []term) bool {
	return len(terms) > 0 && slices.Contains([]string{"but", "while", "whereas", "although", "though", "however", "yet",
		"但", "但是", "可是", "不过", "然而", "虽然"}, strings.ToLower(terms[0].text))
}

// markDenied marks the terms behind a denial, up to a comma of English that
// does not go on with "or".
func (c clause) markDenied(chinese bool) {
	denied := false
	for i := range c.terms {
		t := &c.terms[i]
		switch {
		case t.known.is(plain):
		case t.known.is(denies):
			denied = true
		case chinese && slices.Contains([]string{"也", "却", "都", "就"}, t.text):
			denied = false
		case t.mark == ',' && !chinese:
			denied = denied && i+1 < len(c.terms) && strings.EqualFold(c.terms[i+1].text, "or")
		default:
			t.denied = denied
		}
	}
}

// mergeSmall joins clauses with fewer than two terms of content to the one
// before them, the first one to the one behind it; not those that say that
// something is not known.
func mergeSmall(list []clause) []clause {
	var merged []clause
	for _, c := range list {
		if last := len(merged) - 1; last >= 0 && (c.small() || merged[last].small()) {
			merged[last] = clause{terms: slices.Concat(merged[last].terms, c.terms), told: merged[last].told || c.told,
				far: merged[last].far || c.far}
			continue
		}
		merged = append(merged, c)
	}
	return merged
}

// small reports whether the clause is too small to say anything by itself.
func (c clause) small() bool {
	return c.size() < 2 && !c.claimsEffect() && !c.ignorant() && !c.has(inquires)
}

// claimsEffect reports whether the clause, however short, says that something
// works or changes: "it helps".
func (c clause) claimsEffect() bool {
	for d := range c.directions() {
		if slices.Contains([]string{"good", "amount", "works", "treats", "proof"}, d.pair) {
			return true
		}
	}
	return false
}

// newWords is the number of terms with content that are not everyday words.
func (c clause) newWords() int {
	n := 0
	for i := range c.terms {
		if t := &c.terms[i]; t.content() && !t.known.is(everyday|telling) {
			n++
		}
	}
	return n
}

// ignorant reports whether the clause says that something is not known.
func (c clause) ignorant() bool {
	return slices.ContainsFunc(c.terms, func(t term) bool { return t.known.is(ignorance) || t.denied && t.known.is(knowing) })
}

// hedged reports whether the clause says less than a fact.
func (c clause) hedged() bool { return c.told || c.has(possible|notional) || c.ignorant() }

// size is the number of terms with content.
func (c clause) size() int {
	n := 0
	for i := range c.terms {
		if c.terms[i].content() {
			n++
		}
	}
	return n
}

// has reports whether a term of the clause has one of the traits.
func (c clause) has(t trait) bool {
	return slices.ContainsFunc(c.terms, func(x term) bool { return x.known.is(t) })
}
