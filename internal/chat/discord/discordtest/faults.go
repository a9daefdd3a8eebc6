package discordtest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Fault is how one REST call goes wrong.
type Fault struct {
	Status     int           // answer with it; 0 to answer properly
	Code       int           // Discord's own code in the answer
	RetryAfter time.Duration // with 429
	Global     bool          // with 429: the limit is for all calls
	HTML       bool          // answer with the page of a proxy
	Done       bool          // the call is carried out all the same
	Drop       bool          // the connection breaks instead of an answer
	Hang       bool          // no answer until the caller goes away
	Exhausted  time.Duration // proper answer, and the route is exhausted for so long
}

type script struct {
	match  string
	faults []Fault
}

type chance struct {
	*rand.Rand
	share  float64
	match  string
	faults []Fault
}

// FailNext makes the next calls go wrong whose "METHOD /path" has match in it,
// one for each fault.
func (s *Server) FailNext(match string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts = append(s.scripts, &script{match: match, faults: faults})
}

// FailRandomly makes a share of the calls go wrong whose "METHOD /path" has
// match in it, each with one of the faults. The seed decides which.
func (s *Server) FailRandomly(seed uint64, share float64, match string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.random = &chance{Rand: rand.New(rand.NewPCG(seed, 0)), share: share, match: match, faults: faults}
}

// NextOpenings decides about the next connections to the gateway.
func (s *Server) NextOpenings(openings ...Opening) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openings = append(s.openings, openings...)
}

// RepeatOnResume makes every resume repeat n events that had arrived.
func (s *Server) RepeatOnResume(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again = n
}

// IgnoreHeartbeats stops or starts acknowledging heartbeats.
func (s *Server) IgnoreHeartbeats(ignore bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = ignore
}

// Drop breaks every connection without a word.
func (s *Server) Drop() {
	for _, c := range s.connections() {
		c.end()
	}
}

// CloseGateway closes every connection with the code.
func (s *Server) CloseGateway(code int) { s.say(code) }

// AskReconnect sends op 7.
func (s *Server) AskReconnect() { s.say(frame{Op: opReconnect}) }

// AskHeartbeat sends op 1.
func (s *Server) AskHeartbeat() { s.say(frame{Op: opHeartbeat}) }

// EndSession sends op 9 with false, after which only a new session is possible.
func (s *Server) EndSession() {
	s.forget(nil)
	s.say(frame{Op: opInvalidSession, Data: false})
}

func (s *Server) say(f any) {
	for _, c := range s.connections() {
		c.send(f)
	}
}

func (s *Server) connections() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*conn
	for c := range s.open {
		all = append(all, c)
	}
	return all
}

// nextFault returns what goes wrong with a call; the zero Fault for nothing.
// s.mu is held.
func (s *Server) nextFault(call string) Fault {
	for _, script := range s.scripts {
		if len(script.faults) > 0 && strings.Contains(call, script.match) {
			f := script.faults[0]
			script.faults = script.faults[1:]
			return f
		}
	}
	if r := s.random; r != nil && strings.Contains(call, r.match) && r.Float64() < r.share {
		return r.faults[r.IntN(len(r.faults))]
	}
	return Fault{}
}

// misbehave wraps the handler of proper answers.
func (s *Server) misbehave(proper http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := r.Method + " " + r.URL.Path
		s.mu.Lock()
		f := s.nextFault(call)
		early := time.Now().Before(s.limits[call])
		if early {
			s.stats.Early++
		}
		if f.Exhausted > 0 {
			s.limits[call] = time.Now().Add(f.Exhausted)
		}
		s.mu.Unlock()
		if f.Done {
			proper.ServeHTTP(discard{}, r)
		}
		switch {
		case f.Hang:
			_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the caller goes
			<-r.Context().Done()
		case f.Drop:
			panic(http.ErrAbortHandler)
		case early:
			refuse(w, Fault{Status: http.StatusTooManyRequests, RetryAfter: 10 * time.Millisecond})
		case f.Status != 0:
			refuse(w, f)
		default:
			if f.Exhausted > 0 {
				w.Header().Set("X-RateLimit-Remaining", "0")
				w.Header().Set("X-RateLimit-Reset-After", seconds(f.Exhausted))
			}
			proper.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, f Fault) {
	limited := f.Status == http.StatusTooManyRequests
	if limited && f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())+1)) // whole seconds, as Discord's
	}
	if f.HTML {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		fmt.Fprintf(w, "<html><body><h1>%d</h1>error code: 1015</body></html>", f.Status)
		return
	}
	if limited {
		w.Header().Set("X-RateLimit-Bucket", "fake")
		if f.Global {
			w.Header().Set("X-RateLimit-Global", "true")
		}
		reply(w, f.Status, map[string]any{"message": "You are being rate limited.", "retry_after": f.RetryAfter.Seconds(), "global": f.Global})
		return
	}
	reply(w, f.Status, map[string]any{"message": http.StatusText(f.Status), "code": f.Code})
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// discard takes the answer of a call whose caller gets another.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
