package retrieve

import "meridian/internal/hanzi"

// A builder reads the documents twice, so that no text and no list of
// occurrences has to be kept: the first time it counts, which gives every term
// its idf and its place; the second time it writes the impacts there.
type builder struct {
	x       *Index
	docs    []Document
	version [][]int32 // passage: its documents
	idf     []float64 // by term, from layOut on
	next    []uint32  // by list: where its next passage goes

	size           []uint32            // by list
	seen           []uint32            // by term: the last passage that counted it, plus one
	phrasingLength [scripts]lengthMean // of the phrasings in each script
	wholeLength    [scripts]lengthMean // of the versions in each script
}

// Texts are compared in length with texts in the same kind of script only.
const (
	latin = iota
	chinese
	scripts
)

// lengthMean gathers the mean idf length of one kind of text.
type lengthMean struct {
	texts       int
	occurrences []uint32 // by term
	mean        float64
}

func newBuilder(docs []Document) *builder {
	b := &builder{
		x: &Index{
			words:     make(map[string]word),
			terms:     make(map[string]uint32),
			phrasings: make(map[uint32]*choice),
			exact:     make(map[uint64]uint32),
		},
		docs: docs,
	}
	number := make(map[string]int)
	for i := range docs {
		n, ok := number[docs[i].ID]
		if !ok {
			n = len(b.x.ids)
			number[docs[i].ID] = n
			b.x.ids = append(b.x.ids, docs[i].ID)
			b.version = append(b.version, nil)
		}
		b.version[n] = append(b.version[n], int32(i))
	}
	return b
}

// scriptOf returns the kind of script a document is written in.
func scriptOf(d *Document) int {
	if hanzi.Contains(d.Question) || d.Question == "" && hanzi.Contains(d.Body) {
		return chinese
	}
	return latin
}

// lookUp returns the term of a word and reports whether it has one.
func (b *builder) lookUp(w []byte, k kind) (uint32, bool) {
	known, ok := b.x.words[string(w)]
	if !ok {
		known = b.learn(string(w), k)
	}
	return known.term, !known.stop
}

func (b *builder) learn(w string, k kind) word {
	term, class := termOf(w, k)
	known := word{stop: class == stop}
	if !known.stop {
		n, ok := b.x.terms[term]
		if !ok {
			n = uint32(len(b.x.names))
			b.x.terms[term] = n
			b.x.names = append(b.x.names, term)
			b.x.class = append(b.x.class, class)
			b.size = append(b.size, 0, 0)
			b.seen = append(b.seen, 0)
		}
		known.term = n
	}
	b.x.words[w] = known
	return known
}

// count reads every document once: how long the lists will be, how long texts
// are, and which passage has which phrasing.
func (b *builder) count() {
	c := counter{builder: b}
	c.scan.emit = c.add
	for p, versions := range b.version {
		for _, i := range versions { // the phrasings of every version first
			d := &b.docs[i]
			length := &b.phrasingLength[scriptOf(d)]
			for _, text := range phrasingsOf(d) {
				length.texts++
				c.hash.reset()
				c.read(text)
				c.list(uint32(p), asked)
				c.measure(length)
				if _, taken := b.x.exact[c.hash.sum]; !taken && c.hash.words > 0 {
					b.x.exact[c.hash.sum] = uint32(p)
				}
			}
		}
		for _, i := range versions {
			d := &b.docs[i]
			length := &b.wholeLength[scriptOf(d)]
			length.texts++
			for _, text := range []string{d.Title, d.Question, d.Body} {
				c.read(text)
				c.list(uint32(p), told)
				c.measure(length)
			}
			for _, text := range d.Not {
				c.read(text) // in no passage, but a term
			}
		}
	}
}

// A counter counts the terms of one text after the other.
type counter struct {
	*builder
	scan  scanner
	hash  hasher
	terms []uint32 // of the text
}

func (c *counter) add(w []byte, k kind) {
	c.hash.add(w)
	if t, ok := c.lookUp(w, k); ok {
		c.terms = append(c.terms, t)
	}
}

func (c *counter) read(text string) {
	c.terms = c.terms[:0]
	c.scan.scan(text)
}

// list makes room in a list for the terms that the passage is not yet listed for.
func (c *counter) list(passage uint32, list uint32) {
	for _, t := range c.terms {
		if c.seen[t] != passage+1 {
			c.seen[t] = passage + 1
			c.size[lists*t+list]++
		}
	}
}

func (c *counter) measure(length *lengthMean) {
	for _, t := range c.terms {
		if n := int(t) + 1 - len(length.occurrences); n > 0 {
			length.occurrences = append(length.occurrences, make([]uint32, n)...)
		}
		length.occurrences[t]++
	}
}

// phrasingsOf returns the question of a document and its alternatives, the
// question first.
func phrasingsOf(d *Document) []string {
	return append([]string{d.Question}, d.Alternatives...)
}

// layOut turns the counts into idf, mean lengths and places for the impacts.
func (b *builder) layOut() {
	x := b.x
	n := len(b.size)
	x.start = make([]uint32, n+1)
	x.bound = make([]impact, n)
	for l, size := range b.size {
		x.start[l+1] = x.start[l] + size
	}
	x.passages = make([]uint32, x.start[n])
	x.impacts = make([]impact, x.start[n])
	x.asking = make([]float32, len(x.ids))
	b.next = append(b.next, x.start[:n]...)
	b.idf = make([]float64, len(x.names))
	for t := range b.idf {
		b.idf[t] = x.idf(x.df(uint32(t)))
	}
	for s := range scripts {
		b.phrasingLength[s].settle(b.idf)
		b.wholeLength[s].settle(b.idf)
	}
	b.size, b.seen = nil, nil

	phrasings := 0
	for s := range scripts {
		phrasings += b.phrasingLength[s].texts
	}
	if phrasings > len(x.ids) {
		x.chorus = 1 - float64(len(x.ids))/float64(phrasings)
	}
}

// settle computes the mean, 1 at least so that it can be divided by.
func (m *lengthMean) settle(idf []float64) {
	total := 0.0
	for t, n := range m.occurrences {
		total += float64(n) * idf[t]
	}
	m.mean = 1
	if total > 0 {
		m.mean = total / float64(m.texts)
	}
	m.occurrences = nil
}
