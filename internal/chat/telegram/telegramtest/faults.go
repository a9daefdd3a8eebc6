package telegramtest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
)

// Fault is one way in which a call goes wrong. The zero value is none.
type Fault struct {
	Status     int             // answered in place of the call, with Body
	Body       string          // as it is, JSON or not
	Drop       bool            // the connection breaks before the call is carried out
	LoseAnswer bool            // the connection breaks after the call was carried out
	Hold       <-chan struct{} // nothing happens before it is closed
}

// Flood is what Telegram answers to too many calls.
func Flood(seconds int) Fault {
	return Fault{Status: http.StatusTooManyRequests, Body: fmt.Sprintf(
		`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`,
		seconds, seconds)}
}

// Refuse is an answer of the server itself.
func Refuse(code int, text string) Fault {
	return Fault{Status: code, Body: fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, code, text)}
}

// Gateway is the error page of a proxy in front of the server.
func Gateway(status int) Fault {
	return Fault{Status: status, Body: "<html><body><h1>" + http.StatusText(status) + "</h1></body></html>"}
}

// Fail lets the next calls of a method go wrong, one after another.
func (s *Server) Fail(method string, faults ...Fault) {
	s.change(func() { s.script[method] = append(s.script[method], faults...) })
}

// Misbehave lets calls go wrong at random: each with the probability rate (0 to
// 1) meets a flood limit of one second, an error page, a server error or a
// broken connection, and answers of getUpdates repeat old updates. What goes
// wrong was not carried out, so that no message is rightly sent twice. The same
// seed gives the same faults for the same sequence of calls.
func (s *Server) Misbehave(seed uint64, rate float64) {
	s.change(func() { s.random, s.rate = rand.New(rand.NewPCG(seed, seed)), rate })
}

// nextFault returns what goes wrong with a call. s.mu is held.
func (s *Server) nextFault(method string) Fault {
	if script := s.script[method]; len(script) > 0 {
		s.script[method] = script[1:]
		return script[0]
	}
	if !s.unlucky() {
		return Fault{}
	}
	faults := []Fault{Flood(1), Gateway(http.StatusBadGateway), Refuse(http.StatusInternalServerError, "Internal Server Error"), {Drop: true}}
	return faults[s.random.IntN(len(faults))]
}

func (s *Server) unlucky() bool { return s.random != nil && s.random.Float64() < s.rate }

// repeat puts an old update in front of a batch, now and then. s.mu is held.
func (s *Server) repeat(batch []queued) []queued {
	if old := s.updates.acknowledged; len(old) > 0 && s.unlucky() {
		return slices.Insert(batch, 0, old[s.random.IntN(len(old))])
	}
	return batch
}
