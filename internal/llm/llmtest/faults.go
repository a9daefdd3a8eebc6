package llmtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is one way in which a call goes wrong. The zero value is none.
type Fault struct {
	// Delay is how long nothing comes, not even the headers, and Stall how long
	// nothing comes in the middle of the body.
	Delay, Stall time.Duration
	// Drop breaks the connection before anything is answered.
	Drop bool
	// Status and Body are answered in place of the call; a Body alone with status 200.
	Status int
	Body   string
	// RetryAfter is the header of that name.
	RetryAfter string
	// Header is added to the answer's.
	Header http.Header
	// Edit changes the reply before it is sent.
	Edit func(reply map[string]any)
	// Trim ends the body in the middle, in good order; Break breaks the connection there.
	Trim, Break bool
}

// Limited is what a server answers to too many calls; retryAfter is in seconds
// or a date.
func Limited(retryAfter string) Fault {
	f := Refused(http.StatusTooManyRequests, "Rate limit reached for requests", "", "rate_limit_exceeded")
	f.RetryAfter = retryAfter
	return f
}

// Failed is a server that fails.
func Failed(status int) Fault {
	return Refused(status, "The server had an error while processing your request.", "", "server_error")
}

// Refused is an error in the words of the protocol. The field that is objected to
// and the code may be empty.
func Refused(status int, message, param, code string) Fault {
	_, reply := refuse(status, message, param, code)
	body, _ := json.Marshal(reply) // maps of strings always marshal
	return Fault{Status: status, Body: string(body)}
}

// Gateway is the error page of a proxy in front of the server.
func Gateway(status int) Fault {
	return Fault{
		Status: status, Body: "<html><body><h1>" + http.StatusText(status) + "</h1></body></html>",
		Header: http.Header{"Content-Type": {"text/html"}},
	}
}

// Finished ends an answer for another reason than that it is complete: "length",
// "content_filter", "tool_calls", or nil for none.
func Finished(reason any) Fault {
	return choice(func(c map[string]any) { c["finish_reason"] = reason })
}

// Says answers with a message of these fields, such as "content" or "refusal".
func Says(fields map[string]any) Fault {
	return choice(func(c map[string]any) { c["message"] = fields })
}

func choice(edit func(choice map[string]any)) Fault {
	return Fault{Edit: func(reply map[string]any) {
		choices, _ := reply["choices"].([]any)
		for _, c := range choices {
			edit(c.(map[string]any))
		}
	}}
}

// Without leaves a field of the reply out, such as "usage" or "choices".
func Without(field string) Fault {
	return Fault{Edit: func(reply map[string]any) { delete(reply, field) }}
}

// Counted tells another usage than the true one.
func Counted(prompt, completion int) Fault {
	return Fault{Edit: func(reply map[string]any) { reply["usage"] = counted(prompt, completion) }}
}

// Shuffled sends the vectors in the opposite order, rightly numbered.
func Shuffled() Fault {
	return Fault{Edit: func(reply map[string]any) {
		data, _ := reply["data"].([]any)
		slices.Reverse(data)
	}}
}

// Vectors changes the entries for vectors that are sent.
func Vectors(edit func(data []any) []any) Fault {
	return Fault{Edit: func(reply map[string]any) {
		data, _ := reply["data"].([]any)
		reply["data"] = edit(data)
	}}
}

// Fail lets the next calls of an endpoint ("chat/completions", "embeddings",
// "models") go wrong, one after another.
func (s *Server) Fail(endpoint string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script[endpoint] = append(s.script[endpoint], faults...)
}

// Break lets all calls of an endpoint go wrong from now on, after those that
// [Server.Fail] has in store. The zero Fault mends it.
func (s *Server) Break(endpoint string, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[endpoint] = fault
}

// nextFault returns what goes wrong with a call. s.mu is held.
func (s *Server) nextFault(endpoint string) Fault {
	if script := s.script[endpoint]; len(script) > 0 {
		s.script[endpoint] = script[1:]
		return script[0]
	}
	return s.always[endpoint]
}

// write sends a reply, or what goes wrong in its place.
func (f Fault) write(ctx context.Context, w http.ResponseWriter, status int, reply map[string]any) {
	if !wait(ctx, f.Delay) || f.Drop {
		panic(http.ErrAbortHandler) // closes the connection
	}
	if f.Edit != nil {
		f.Edit(reply)
	}
	body, err := json.Marshal(reply)
	if err != nil {
		panic(fmt.Sprintf("llmtest: a reply does not marshal: %v", err))
	}
	if f.Status != 0 || f.Body != "" {
		status, body = max(f.Status, 200), []byte(f.Body)
	}
	half := len(body) / 2
	if f.Trim {
		body = body[:half]
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if f.RetryAfter != "" {
		h.Set("Retry-After", f.RetryAfter)
	}
	for name, values := range f.Header {
		h[name] = values
	}
	w.WriteHeader(status)
	if f.Stall > 0 || f.Break {
		_, _ = w.Write(body[:half]) // nobody is left to tell
		_ = http.NewResponseController(w).Flush()
		if !wait(ctx, f.Stall) || f.Break {
			panic(http.ErrAbortHandler)
		}
		body = body[half:]
	}
	_, _ = w.Write(body)
}

// wait waits for d and reports whether the client did.
func wait(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
