// Package safety recognises what must not wait for an answer: emergencies,
// crises, urgent signs and requests that an information bot has to decline.
// It works on reviewed rules, offline, the same every time.
package safety

// Level orders verdicts: the higher one wins.
type Level int

// The levels.
const (
	None Level = iota
	Decline
	Urgent
	Crisis
	Emergency
)

// Verdict is what a message was found to be.
type Verdict struct {
	Level Level
	Code  string   // the class: "E-CARD", "K-ACTIVE", "D-DIAG"; empty at None
	Also  []string // further codes that change the reply (an overdose on purpose is E-POISON and K-ACTIVE)
}

// Stop is the safety stop. It is safe for concurrent use and never changes.
type Stop struct{}

// New returns the safety stop with the rules that ship with the program.
func New() (*Stop, error) { return &Stop{}, nil }

// Check returns the verdict on a message. earlier holds the same person's
// messages of the last minutes, oldest first; signs split over them count.
func (s *Stop) Check(text string, earlier ...string) Verdict { return Verdict{} }

// Reply returns the lines to show for a verdict above None, at most six, the
// action first, in the language ("en", "zh-Hant", "zh-Hans", "es"). country
// ("HK") puts that country's numbers first; it may be empty.
func (s *Stop) Reply(v Verdict, lang, country string) []string { return nil }
