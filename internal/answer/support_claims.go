package answer

import "slices"

// pointsOtherwise reports whether the clause turns a direction round ("small"
// to "large"), speaks of another of several things, or makes a strong claim that
// the sentence of the passage does not.
func pointsOtherwise(c clause, s *statement, meant match) bool {
	passage, whole := meant.clause.directions(), meant.statement.whole()
	whole.terms = append(slices.Clone(whole.terms), meant.goneOn()...)
	sentence := whole.directions()
	for d := range c.directions() {
		opposite := direction{d.pair, !d.up}
		if passage[opposite] && !passage[d] || sentence[opposite] && !sentence[d] {
			return true
		}
	}
	for d := range c.asserted() {
		if opposite := (direction{d.pair, !d.up}); !sentence[d] && meant.ground.directions[opposite] && !meant.ground.directions[d] {
			return true
		}
	}
	there := append(meant.around(), meant.ground.heading.whole().members()...)
	for _, m := range c.members() {
		if !slices.Contains(there, m) && (alternative(there, m) || meant.ground.speaks(m)) {
			return true
		}
	}
	return c.claims(whole) || meant.statement.directions()[inAnimals] && !s.directions()[inAnimals] && !c.hedged()
}

// inAnimals is a limit that may not be lost: seen in animals or a laboratory.
var inAnimals = direction{"being", false}

// directions returns the directions of the clause, turned round where denied:
// "not better" points down.
func (c clause) directions() map[direction]bool {
	found := make(map[direction]bool)
	for i := range c.terms {
		if c.terms[i].known == nil {
			continue
		}
		for _, d := range c.terms[i].known.directions {
			if c.terms[i].denied {
				d.up = !d.up
			}
			found[d] = true
		}
	}
	return found
}

// asserted returns the directions that no denial turns round.
func (c clause) asserted() map[direction]bool {
	found := make(map[direction]bool)
	for i := range c.terms {
		if t := &c.terms[i]; t.known != nil && !t.denied {
			for _, d := range t.known.directions {
				found[d] = true
			}
		}
	}
	return found
}

// claims reports whether the clause makes a strong claim, not denied, that the
// other words do not make.
func (c clause) claims(words clause) bool {
	made := words.directions()
	for i := range c.terms {
		t := &c.terms[i]
		if t.known == nil || t.denied || words.find(t) != nil {
			continue
		}
		for _, d := range t.known.directions {
			if loadLexicon().strong[d] && !made[d] {
				return true
			}
		}
	}
	return false
}

// members returns which of several things the clause names.
func (c clause) members() []member {
	var list []member
	for i := range c.terms {
		if c.terms[i].known != nil {
			list = append(list, c.terms[i].known.members...)
		}
	}
	return list
}

// losesDegree reports whether a small good became a good.
func losesDegree(reply, passage map[direction]bool) bool {
	good, small := direction{"good", true}, direction{"size", false}
	return passage[good] && passage[small] && reply[good] && !reply[small]
}

// losesHedge reports whether what the passage says to be possible, to be so
// mostly or only if something holds, or somebody to have said, became a fact.
func losesHedge(c, passage clause, s *statement) bool {
	switch {
	case passage.has(possible):
		return !c.has(possible)
	case passage.has(notional):
		return !c.has(possible | notional)
	case passage.far:
		return !c.told && !c.has(possible|notional)
	case passage.has(oughts):
		return !c.ordersOrAdvises() && !c.hedged()
	case passage.has(mostly):
		return !c.has(mostly | partial | possible | notional)
	}
	return passage.has(conditional) && !s.whole().has(conditional)
}

// losesAdviser reports whether what somebody advises became advice of nobody's.
func losesAdviser(c clause, s *statement, meant match) bool {
	stance := c.directions()
	return (stance[direction{"stance", true}] || stance[direction{"stance", false}]) &&
		len(namesOf(meant.statement.terms)) > 0 && len(namesOf(s.terms)) == 0 && !c.told
}

// overclaims reports whether the clause says as a fact that the treatment does
// something, when the passages say of nothing but that it may, or only what was
// counted in a study.
func overclaims(c clause, cited []*ground) bool {
	if c.hedged() || c.has(origin) || len(quantities(c.terms)) > 0 {
		return false
	}
	treats := slices.ContainsFunc(c.terms, func(t term) bool { return t.key == "=needle" })
	for d := range c.directions() {
		if (d == direction{"good", true} || treats && d.pair == "amount") && !slices.ContainsFunc(cited, func(g *ground) bool { return g.claims(d) }) {
			return true
		}
	}
	return false
}

// claims reports whether a clause of the passage points in the direction as a fact.
func (g *ground) claims(d direction) bool {
	for _, s := range g.statements {
		for _, p := range s.clauses {
			if p.directions()[d] && !p.hedged() && len(quantities(p.terms)) == 0 {
				return true
			}
		}
	}
	return false
}
