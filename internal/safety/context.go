package safety

// status tells why a sign that is named in a message may not be one that
// somebody has now.
type status uint8

const (
	negated  status = 1 << iota
	past            // long ago and over
	steady          // long-standing, usual, or tied to effort
	fleeting        // comes and goes, or is gone by now
	framed          // hypothetical, or asked about in general
	told            // in fiction, news or study
	denies          // a denial is part of the hit: "not" in the sign "inhaler not working"
)

// with returns the status of two hits that form a sign. A denial that is part
// of the sign does not deny it.
func (s status) with(o status) status {
	s |= o
	if s&denies != 0 {
		s &^= negated
	}
	return s
}

// The concepts that the program itself knows by name: they steer how the
// others are read and are no signs.
const (
	idiom        = iota // uses up a risk word: "my boss is a headache"
	negator             // "no", "without": what follows in the clause is not there
	negatorHan          // the Chinese ones, which reach less far
	negatorEver         // "never": no denial when "like this" follows
	likeThis            // see negatorEver
	listing             // "or", "nor": carries a denial over commas
	pastTime            // "years ago", "in 2019"
	pastVerb            // "had", "was"
	nowTime             // "now", "today", "since"
	presentVerb         // "is", "hurts"
	steadyTime          // "for years", "uphill"
	fleetingTime        // "comes and goes", "gone now"
	changed             // "worse", "suddenly": undoes the two
	frame               // "what are the signs of": what follows is general
	frameSoft           // "can acupuncture help": general unless about somebody's own body
	frameAfter          // "…有没有用": what stands in its clause is general, as for frameSoft
	frameAround         // "for my nursing assignment", "in the film"
	joint               // "but", "because": starts a clause
	jointAnd            // "and": starts one when a subject or verb follows
	personal            // "i", "my", "dad"
	pronoun             // "he", "her"
	leadIn              // "if", "in", "can": a subject behind them starts no clause
	controlCount
)

var controls = [controlCount]string{
	"IDIOM", "NEGATOR", "NEGATOR_HAN", "NEGATOR_EVER", "LIKE_THIS", "LISTING", "PAST_TIME", "PAST_VERB", "NOW_TIME", "PRESENT_VERB",
	"STEADY_TIME", "FLEETING_TIME", "CHANGED", "FRAME", "FRAME_SOFT", "FRAME_AFTER", "FRAME_AROUND", "JOINT", "JOINT_AND", "PERSONAL", "PRONOUN", "LEAD_IN",
}

// denials are the controls that deny what follows them.
const denials marks = 1<<negator | 1<<negatorHan | 1<<negatorEver

// How far a denial reaches, in half words.
const (
	negatorReach    = 9 * wordWidth
	negatorHanReach = 8 * hanWidth
)

// marks are the control concepts found at a token: bit k for control k.
type marks uint32

func (m marks) has(control int) bool { return m&(1<<control) != 0 }

// clause is a stretch of tokens that is read as one statement.
type clause struct {
	start, end int
	sentence   bool  // starts a sentence
	marks      marks // of all its tokens
	sign       bool  // something in it is a sign or a part of one
}

// reader works out the status of every token of a message.
type reader struct {
	tokens  []token
	starts  []marks // controls that start at the token
	inside  []marks // controls that cover the token
	signs   []bool  // a phrase of a rule covers the token
	denial  []int32 // end of the denial that starts at the token
	status  []status
	clauses []clause
}

func (r *reader) reset(tokens []token) {
	r.tokens = tokens
	r.starts = zeroed(r.starts, len(tokens))
	r.inside = zeroed(r.inside, len(tokens))
	r.signs = zeroed(r.signs, len(tokens))
	r.denial = zeroed(r.denial, len(tokens))
	r.status = zeroed(r.status, len(tokens))
	r.clauses = r.clauses[:0]
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// read fills in status from the marks.
func (r *reader) read() {
	r.cut()
	r.readFrames()
	r.readTime()
	r.readSteady()
	r.readNegation()
}

// cut divides the message into clauses.
func (r *reader) cut() {
	for i := range r.tokens {
		if i == 0 || r.startsClause(i) {
			r.clauses = append(r.clauses, clause{start: i, sentence: r.tokens[i].before == fullStop})
		}
		c := &r.clauses[len(r.clauses)-1]
		c.end = i + 1
		c.marks |= r.starts[i]
		c.sign = c.sign || r.signs[i]
	}
}

// Marks that let "and" start a clause, and those before which a subject starts none.
const (
	afterAnd      marks = 1<<personal | 1<<nowTime | 1<<presentVerb | 1<<negator | 1<<pastTime
	beforeSubject marks = 1<<leadIn | 1<<jointAnd | 1<<joint | 1<<personal
	verbs         marks = 1<<presentVerb | 1<<pastVerb
)

func (r *reader) startsClause(i int) bool {
	switch {
	case r.tokens[i].before != noPause, r.starts[i].has(joint):
		return true
	case r.starts[i].has(jointAnd):
		return i+1 < len(r.tokens) && r.starts[i+1]&afterAnd != 0
	case !r.starts[i].has(personal), r.inside[i-1]&beforeSubject != 0:
		return false
	}
	// Without punctuation a subject with its verb starts a clause ("no fever my
	// chest hurts"), unless something before it asks for it ("if my chest hurts").
	for j := i; j < min(i+5, len(r.tokens)); j++ {
		if j > i && r.tokens[j].before != noPause {
			return false
		}
		if r.starts[j]&verbs != 0 {
			return true
		}
	}
	return false
}

// readFrames marks what is said about people in general, in a study or in a
// story. A frame holds to the end of its sentence, one around for the
// sentences after it as well; a clause about somebody real ends it.
func (r *reader) readFrames() {
	ahead, around := false, false
	for n, c := range r.clauses {
		if c.sentence {
			ahead = false
		}
		if real, inStory := r.aboutSomebody(c); real {
			ahead, around = false, around && inStory
		}
		if c.marks.has(frameAround) {
			around = true
		}
		from := c.start
		if around {
			r.mark(c, told)
			continue
		}
		if !ahead {
			from = r.frameStart(c)
			soft := !c.marks.has(frame)
			if soft && r.goesOnChanged(n) {
				continue
			}
			ahead = from < c.end && !soft
		}
		for i := from; i < c.end; i++ {
			r.status[i] |= framed
		}
	}
}

// aboutSomebody tells that the clause has a subject of its own: the person or
// somebody near. A mere pronoun may be somebody in a story.
func (r *reader) aboutSomebody(c clause) (real, inStory bool) {
	for i := c.start; i < c.end; i++ {
		if r.inside[i].has(frame) || r.inside[i].has(frameAround) || r.inside[i].has(frameSoft) {
			return false, false
		}
		if r.starts[i].has(personal) && (i == c.start || !r.inside[i-1].has(leadIn)) {
			return true, r.starts[i].has(pronoun)
		}
	}
	return false, false
}

// frameStart returns the first token that a frame in the clause governs; the
// clause's end when there is none. A soft frame does not govern what is said
// of somebody's own body or of something new behind it.
func (r *reader) frameStart(c clause) int {
	if c.marks.has(frameAfter) && !c.marks.has(personal) && !c.marks.has(changed) {
		return c.start
	}
	soft := -1
	for i := c.start; i < c.end; i++ {
		switch {
		case r.starts[i].has(frame):
			return i
		case r.starts[i].has(frameSoft) && soft < 0:
			soft = i
		case soft >= 0 && (r.starts[i].has(personal) || r.starts[i].has(changed)) && !r.inside[i].has(frameSoft):
			return c.end
		}
	}
	if soft >= 0 {
		return soft
	}
	return c.end
}

// goesOnChanged tells that the sentence goes on with something new or worse
// ("can needles help a sore calf, came up today").
func (r *reader) goesOnChanged(n int) bool {
	return n+1 < len(r.clauses) && !r.clauses[n+1].sentence && r.clauses[n+1].marks.has(changed)
}

// readTime marks what is long over. A time long ago governs its clause unless
// something in it is said of now, and the neighbours in the sentence that go
// on in the past.
func (r *reader) readTime() {
	for i, c := range r.clauses {
		now := c.marks.has(nowTime) && !c.marks.has(fleetingTime) // "long ago, fine now"
		if !c.marks.has(pastTime) || now || c.marks.has(changed) || r.assertsNow(c) {
			continue
		}
		r.mark(c, past)
		for j := i + 1; j < len(r.clauses) && !r.clauses[j].sentence && r.inThePast(r.clauses[j]); j++ {
			r.mark(r.clauses[j], past)
		}
		for j := i - 1; j >= 0 && !r.clauses[j+1].sentence && r.inThePast(r.clauses[j]); j-- {
			r.mark(r.clauses[j], past)
		}
	}
}

func (r *reader) inThePast(c clause) bool {
	return c.marks.has(pastVerb) && !c.marks.has(nowTime) && !c.marks.has(presentVerb) && !c.marks.has(changed)
}

// assertsNow tells that somebody in the clause does or has something now.
func (r *reader) assertsNow(c clause) bool {
	return c.marks.has(presentVerb) && !c.marks.has(pastVerb)
}

// readSteady marks what is long-standing and what comes and goes or is gone:
// the clause that says so and, when it names no sign itself ("been like that
// for years"), the one before.
func (r *reader) readSteady() {
	for i, c := range r.clauses {
		var s status
		if c.marks.has(steadyTime) {
			s |= steady
		}
		if c.marks.has(fleetingTime) {
			s |= fleeting
		}
		if s == 0 || c.marks.has(changed) {
			continue
		}
		r.mark(c, s)
		if i > 0 && !c.sign && !c.sentence && !r.clauses[i-1].marks.has(changed) {
			r.mark(r.clauses[i-1], s)
		}
	}
}

func (r *reader) mark(c clause, s status) {
	for i := c.start; i < c.end; i++ {
		r.status[i] |= s
	}
}

// readNegation marks what is denied: from a negator to the end of its clause,
// but not further than its reach; over a comma when a list goes on to "or".
func (r *reader) readNegation() {
	for n, c := range r.clauses {
		for i := c.start; i < c.end; i++ {
			reach := int32(0)
			switch {
			case r.starts[i].has(negatorEver) && c.marks.has(likeThis):
			case r.starts[i].has(negator), r.starts[i].has(negatorEver):
				reach = negatorReach
			case r.starts[i].has(negatorHan):
				reach = negatorHanReach
			}
			if reach == 0 {
				continue
			}
			end := c.end
			for k := n + 1; k < len(r.clauses) && r.listGoesOn(k); k++ {
				end, reach = r.clauses[k].end, reach+int32(wordWidth*(r.clauses[k].end-r.clauses[k].start)+pauseWidth)
			}
			for j := i; j < end && r.tokens[j].at-r.tokens[i].at <= reach; j++ {
				r.status[j] |= negated
			}
		}
	}
}

// listGoesOn tells that clause k is a further item of a list that ends in
// "or" and holds nothing but items.
func (r *reader) listGoesOn(k int) bool {
	for ; k < len(r.clauses); k++ {
		c := r.clauses[k]
		if c.sentence || c.end-c.start > 5 || c.marks.has(personal) || c.marks.has(joint) || c.marks.has(presentVerb) {
			return false
		}
		if c.marks.has(listing) {
			return true
		}
	}
	return false
}
