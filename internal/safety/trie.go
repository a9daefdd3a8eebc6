package safety

import "slices"

// trie finds the phrases of all concepts in one walk from every token.
type trie struct {
	next    map[edge]int32
	numbers [][]numberEdge // of each node
	found   [][]int32      // concepts whose phrase ends in each node
	deep    []bool         // node has an edge
}

type edge struct{ node, word int32 }

type numberEdge struct {
	low, high float64
	node      int32
}

// step is one token of a phrase: a word or a number in a range.
type step struct {
	id        int32
	number    bool
	low, high float64
}

func newTrie() *trie {
	t := &trie{next: map[edge]int32{}}
	t.node()
	return t
}

func (t *trie) node() int32 {
	t.numbers = append(t.numbers, nil)
	t.found = append(t.found, nil)
	t.deep = append(t.deep, false)
	return int32(len(t.found) - 1)
}

// extend follows every choice from every node and returns where they end.
func (t *trie) extend(nodes []int32, choices [][]step) []int32 {
	out := make([]int32, 0, len(nodes)*len(choices))
	for _, from := range nodes {
		for _, steps := range choices {
			at := from
			for _, s := range steps {
				at = t.child(at, s)
			}
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mark makes the phrases that end in the nodes name the concept.
func (t *trie) mark(nodes []int32, concept int32) {
	for _, n := range nodes {
		if !slices.Contains(t.found[n], concept) {
			t.found[n] = append(t.found[n], concept)
		}
	}
}

func (t *trie) child(at int32, s step) int32 {
	t.deep[at] = true
	if s.number {
		for _, e := range t.numbers[at] {
			if e.low == s.low && e.high == s.high {
				return e.node
			}
		}
		to := t.node()
		t.numbers[at] = append(t.numbers[at], numberEdge{s.low, s.high, to})
		return to
	}
	if to, ok := t.next[edge{at, s.id}]; ok {
		return to
	}
	to := t.node()
	t.next[edge{at, s.id}] = to
	return to
}

// match is a phrase found in a message: its tokens and its concept.
type match struct {
	concept    int32
	start, end int32 // tokens, end excluded
}

// find appends all phrases in tokens. A phrase does not reach over punctuation.
func (t *trie) find(dst []match, tokens []token) []match {
	for i := range tokens {
		dst = t.walk(dst, tokens, 0, int32(i), int32(i))
	}
	return dst
}

func (t *trie) walk(dst []match, tokens []token, node, start, i int32) []match {
	for _, c := range t.found[node] {
		dst = append(dst, match{c, start, i})
	}
	if !t.deep[node] || int(i) == len(tokens) || i > start && tokens[i].before != noPause {
		return dst
	}
	tok := &tokens[i]
	if tok.number {
		for _, e := range t.numbers[node] {
			if e.low <= tok.value && tok.value <= e.high {
				dst = t.walk(dst, tokens, e.node, start, i+1)
			}
		}
		return dst
	}
	if tok.id == 0 {
		return dst
	}
	if to, ok := t.next[edge{node, tok.id}]; ok {
		dst = t.walk(dst, tokens, to, start, i+1)
	}
	return dst
}
