package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	maxAttempts = 6       // of one call
	maxBody     = 4 << 20 // bytes of an answer; a list of all commands has some 100 kB
	// longestRetry is the longest wait for a call that has no deadline of its own.
	longestRetry = 30 * time.Second
)

// transport carries discordgo's calls to the configured address, and does what
// discordgo does badly: it waits for rate limits and tries again, within
// bounds and within the call's context. discordgo is told to do neither.
type transport struct {
	base *url.URL
	next *http.Transport
	pace *pace

	mu     sync.Mutex
	paused map[string]time.Time // routes that are to be left alone until then; "" stands for all
}

func newTransport(base *url.URL, p *pace) *transport {
	next := http.DefaultTransport.(*http.Transport).Clone()
	return &transport{base: base, next: next, pace: p, paused: make(map[string]time.Time)}
}

// CloseIdleConnections lets go of connections that carry no call.
func (t *transport) CloseIdleConnections() { t.next.CloseIdleConnections() }

// RoundTrip makes one call. A call that may or may not have arrived is made
// again: messages carry a nonce, so that Discord drops the second.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if req.Body != nil {
		defer req.Body.Close()
	}
	route := req.Method + " " + req.URL.Path
	for attempt := 1; ; attempt++ {
		if !t.await(ctx, route) {
			return nil, ctx.Err()
		}
		resp, err := t.once(req)
		if ctx.Err() != nil {
			return resp, err
		}
		wait, again := t.judge(route, resp, err, attempt)
		if !again || attempt == maxAttempts || !worthWaiting(ctx, wait) || !sleep(ctx, wait) {
			return resp, err
		}
	}
}

// once makes one attempt and reads the whole answer.
func (t *transport) once(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.pace.attempt)
	defer cancel()
	out := req.Clone(ctx)
	if rest, ok := strings.CutPrefix(req.URL.String(), discordgo.EndpointAPI); ok {
		u, err := url.Parse(t.base.String() + "/" + rest)
		if err != nil {
			return nil, err
		}
		out.URL, out.Host = u, ""
	}
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 400 && !json.Valid(body) {
		// A page of a proxy, which discordgo would take for a broken answer.
		body = fmt.Appendf(nil, `{"retry_after":%g}`, retryAfter(resp.Header, nil).Seconds())
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	if resp.StatusCode == http.StatusTooManyRequests {
		resp.Header.Set("Retry-After", strconv.FormatFloat(retryAfter(resp.Header, body).Seconds(), 'f', -1, 64))
	}
	return resp, nil
}

// judge reports whether to try again, after what wait, and remembers what the
// answer says about limits.
func (t *transport) judge(route string, resp *http.Response, err error, attempt int) (wait time.Duration, again bool) {
	backoff := jitter(doubled(t.pace.retry, attempt-1, longestRetry))
	switch {
	case err != nil || resp.StatusCode >= 500:
		return backoff, true
	case resp.StatusCode == http.StatusTooManyRequests:
		wait := cmp.Or(retryAfter(resp.Header, nil), backoff)
		// Without the header the limit was set in front of Discord, for all calls.
		if resp.Header.Get("X-RateLimit-Global") != "" || resp.Header.Get("X-RateLimit-Bucket") == "" {
			route = ""
		}
		t.pause(route, wait)
		return wait, true
	case resp.Header.Get("X-RateLimit-Remaining") == "0":
		t.pause(route, seconds(resp.Header.Get("X-RateLimit-Reset-After")))
	}
	return 0, false
}

// pause leaves the route alone for a while.
func (t *transport) pause(route string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for r, until := range t.paused {
		if !until.After(now) {
			delete(t.paused, r)
		}
	}
	if until := now.Add(d); until.After(t.paused[route]) {
		t.paused[route] = until
	}
}

// await waits until the route may be called, and reports whether ctx let it.
func (t *transport) await(ctx context.Context, route string) bool {
	for {
		t.mu.Lock()
		wait := max(time.Until(t.paused[route]), time.Until(t.paused[""]))
		t.mu.Unlock()
		if wait <= 0 {
			return ctx.Err() == nil
		}
		if !sleep(ctx, wait) {
			return false
		}
	}
}

// worthWaiting reports whether the call can still be made after the wait.
func worthWaiting(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	if !ok {
		return wait <= longestRetry
	}
	return wait < time.Until(deadline)
}

// retryAfter reads the wait that an answer asks for: more exact in the body
// than in the header. It is 0 when neither says.
func retryAfter(h http.Header, body []byte) time.Duration {
	var said struct {
		RetryAfter float64 `json:"retry_after"`
	}
	if json.Unmarshal(body, &said) == nil && said.RetryAfter > 0 {
		return fromSeconds(said.RetryAfter)
	}
	return seconds(h.Get("Retry-After"))
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) { // NaN is neither
		return 0
	}
	return fromSeconds(f)
}

// fromSeconds takes nothing longer than a day at its word.
func fromSeconds(f float64) time.Duration {
	return time.Duration(min(f, 24*60*60) * float64(time.Second))
}
