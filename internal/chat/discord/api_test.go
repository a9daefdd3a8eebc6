package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat/discord/discordtest"
)

// newTestAPI returns the REST side of a platform, and the server it calls.
func newTestAPI(t *testing.T) (*api, *discordtest.Server) {
	t.Helper()
	t.Parallel()
	server := discordtest.New(discordtest.Config{})
	p, err := New(Options{Token: discordtest.Token, APIBase: server.APIBase()})
	if err != nil {
		t.Fatal(err)
	}
	p.pace = hasty
	t.Cleanup(func() { p.api.close(); server.Close() })
	return p.api, server
}

func postOne(ctx context.Context, a *api, nonce string) error {
	return a.post(ctx, place{channel: channel, nonce: nonce}, render(say("hi"), false))
}

// A message arrives, and once, whatever a few attempts run into.
func TestCallsThatGoWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []discordtest.Fault
	}{
		{"rate limited", []discordtest.Fault{{Status: 429, RetryAfter: time.Millisecond}}},
		{"rate limited in all", []discordtest.Fault{{Status: 429, RetryAfter: time.Millisecond, Global: true}}},
		{"rate limited by a page", []discordtest.Fault{{Status: 429, HTML: true}}},
		{"bad gateway", []discordtest.Fault{{Status: 502}, {Status: 502, HTML: true}}},
		{"server errors", []discordtest.Fault{{Status: 500}, {Status: 503}, {Status: 504}}},
		{"connection breaks", []discordtest.Fault{{Drop: true}}},
		{"done, but bad gateway", []discordtest.Fault{{Done: true, Status: 502}}},
		{"done, but the connection breaks", []discordtest.Fault{{Done: true, Drop: true}, {Done: true, Drop: true}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, server := newTestAPI(t)
			server.FailNext("POST ", test.faults...)
			if err := postOne(t.Context(), a, "1"); err != nil {
				t.Fatal(err)
			}
			if n := len(server.Sent()); n != 1 {
				t.Errorf("%d messages arrived, want 1", n)
			}
		})
	}
}

func TestCallsThatFail(t *testing.T) {
	t.Parallel()
	many := func(f discordtest.Fault) []discordtest.Fault {
		all := make([]discordtest.Fault, 20)
		for i := range all {
			all[i] = f
		}
		return all
	}
	tests := []struct {
		name   string
		faults []discordtest.Fault
		want   string
		status int
	}{
		{"refused", many(discordtest.Fault{Status: 403, Code: 50013}), "403 Forbidden, 50013 Forbidden: give the bot", 403},
		{"token refused", many(discordtest.Fault{Status: 401}), "HTTP 401 Unauthorized", 401},
		{"always server errors", many(discordtest.Fault{Status: 500}), "HTTP 500", 500},
		{"always bad gateway", many(discordtest.Fault{Status: 502, HTML: true}), "502 Bad Gateway", 0},
		{"always limited", many(discordtest.Fault{Status: 429, RetryAfter: time.Millisecond}), "rate limited", 429},
		{"limited for long", many(discordtest.Fault{Status: 429, RetryAfter: time.Hour}), "rate limited for 1h", 429},
		{"limited for long by a page", many(discordtest.Fault{Status: 429, RetryAfter: time.Hour, HTML: true}), "rate limited for 1h", 429},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, server := newTestAPI(t)
			server.FailNext("POST ", test.faults...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := postOne(ctx, a, "1")
			failed, ok := errors.AsType[*callError](err)
			if !ok || !strings.Contains(err.Error(), test.want) || failed.status != test.status {
				t.Fatalf("error %q, status %d", err, failed.status)
			}
			if text := fmt.Sprintf("%v %+v %#v", err, err, failed); strings.Contains(text, secret) {
				t.Error("the token is in the error")
			}
		})
	}
}

func TestErrorsDoNotShowTheInteraction(t *testing.T) {
	a, server := newTestAPI(t)
	server.Close()
	err := a.call(t.Context(), endpoint{"POST", "interactions/1/token-of-1/callback", "acknowledge interaction"}, nil, nil)
	if err == nil || strings.Contains(err.Error(), "token-of-1") || !strings.Contains(err.Error(), "acknowledge interaction") {
		t.Errorf("error %v", err)
	}
}

// discordgo's own waits do not end with the context.
func TestWaitEndsWithTheContext(t *testing.T) {
	a, server := newTestAPI(t)
	server.FailNext("POST ", discordtest.Fault{Exhausted: time.Hour})
	if err := postOne(t.Context(), a, "1"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- postOne(ctx, a, "2") }()
	cancel()
	if err := <-done; err == nil {
		t.Error("an exhausted route was called")
	}
	if n := server.Stats().Early; n != 0 {
		t.Errorf("%d calls to an exhausted route", n)
	}
}

func TestExhaustedRouteIsLeftAlone(t *testing.T) {
	a, server := newTestAPI(t)
	server.FailNext("POST ", discordtest.Fault{Exhausted: 50 * time.Millisecond})
	for n := range 3 {
		if err := postOne(t.Context(), a, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.Stats().Early; n != 0 {
		t.Errorf("%d calls to an exhausted route", n)
	}
}

func TestPausesAreForgotten(t *testing.T) {
	a, server := newTestAPI(t)
	for n := range 50 {
		server.FailNext("POST ", discordtest.Fault{Exhausted: time.Nanosecond})
		if err := a.post(t.Context(), place{channel: fmt.Sprint(n), nonce: "1"}, render(say("hi"), false)); err != nil {
			t.Fatal(err)
		}
	}
	tr := a.client.Transport.(*transport)
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if n := len(tr.paused); n > 2 {
		t.Errorf("%d routes are remembered", n)
	}
}

// Each interaction has an address of its own, and discordgo never frees a bucket.
func TestNoBucketsAreLeft(t *testing.T) {
	a, _ := newTestAPI(t)
	for n := range 100 {
		e := endpoint{"POST", fmt.Sprintf("interactions/%d/x/callback", n), "acknowledge interaction"}
		if err := a.call(t.Context(), e, nil, nil); err == nil {
			t.Fatal("an unknown interaction was acknowledged")
		}
	}
	buckets := reflect.ValueOf(a.session.Ratelimiter).Elem().FieldByName("buckets")
	if n := buckets.Len(); n != 0 {
		t.Errorf("%d buckets", n)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, test := range []struct {
		header, body string
		want         time.Duration
	}{
		{"", "", 0},
		{"3", "", 3 * time.Second},
		{"3", `{"retry_after":1.5}`, 1500 * time.Millisecond},
		{"-1", "<html>", 0},
		{"NaN", "", 0},
		{"1e300", "", 24 * time.Hour},
	} {
		h := http.Header{}
		if test.header != "" {
			h.Set("Retry-After", test.header)
		}
		if got := retryAfter(h, []byte(test.body)); got != test.want {
			t.Errorf("retryAfter(%q, %q) = %s, want %s", test.header, test.body, got, test.want)
		}
	}
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		want    string // part of the error; empty for none
	}{
		{"token alone", Options{Token: "a.b.c"}, ""},
		{"token with Bot", Options{Token: " Bot a.b.c\n"}, ""},
		{"no token", Options{}, "token"},
		{"only Bot", Options{Token: "Bot "}, "token"},
		{"token with a space", Options{Token: "a.b .c"}, "token"},
		{"address", Options{Token: "a", APIBase: "discord.com"}, "https://discord.com/api/v9"},
		{"channel by name", Options{Token: "a", Channels: []string{"#general"}}, "Copy ID"},
		{"guild by name", Options{Token: "a", Guild: "Clinic"}, "Copy ID"},
	} {
		p, err := New(test.options)
		switch {
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want == "" && p.api.session.Token != "Bot a.b.c":
			t.Errorf("%s: the token is sent as %q", test.name, p.api.session.Token)
		}
	}
}

// The library must not do by itself what the adapter does better.
func TestLibraryIsKeptFromTrying(t *testing.T) {
	p, err := New(Options{Token: "a.b.c"})
	if err != nil {
		t.Fatal(err)
	}
	s := newLine(p, func(*discordgo.Session) {}).session
	if s.ShouldRetryOnRateLimit || s.MaxRestRetries != 0 || s.ShouldReconnectOnError || s.StateEnabled || !s.SyncEvents || s.LogLevel >= discordgo.LogDebug {
		t.Errorf("session %+v", s.LogLevel)
	}
}
