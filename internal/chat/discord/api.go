package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// api makes REST calls through discordgo.
type api struct {
	session *discordgo.Session // for calls only, never opened
	token   string
	client  *http.Client
}

func newAPI(token string, base *url.URL, p *pace) *api {
	a := &api{token: token, client: &http.Client{Transport: newTransport(base, p)}}
	a.session = a.newSession()
	return a
}

// newSession returns a session that has the token and makes its calls like all others.
func (a *api) newSession() *discordgo.Session {
	s, _ := discordgo.New("Bot " + a.token) // it has no error to return
	s.Client = a.client
	s.ShouldRetryOnRateLimit = false
	s.MaxRestRetries = 0
	return s
}

// close lets go of idle connections.
func (a *api) close() { a.client.CloseIdleConnections() }

// An endpoint is what to call. Its name stands in errors instead of the path,
// which holds the token of an interaction.
type endpoint struct{ method, path, name string }

// call makes one call: in is sent, out is filled, and each may be nil. Any
// error is a *callError.
//
// Each call gets a rate limit bucket of its own, for discordgo's shared ones
// make calls wait for each other with no regard to ctx, and are never freed.
func (a *api) call(ctx context.Context, e endpoint, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return &callError{name: e.name, reason: err.Error()}
		}
	}
	bucket := discordgo.NewRatelimiter().LockBucket("")
	answer, err := a.session.RequestWithLockedBucket(e.method, discordgo.EndpointAPI+e.path, "application/json", body, bucket, 0, discordgo.WithContext(ctx))
	if err != nil {
		return a.explain(e.name, err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return &callError{name: e.name, reason: "the answer can not be read: " + err.Error()}
	}
	return nil
}

// A callError says which call failed and why. It quotes neither the address,
// which may hold a token, nor what was sent.
type callError struct {
	name   string
	status int // HTTP status; 0 when there was no answer
	code   int // Discord's own code; 0 when it gave none
	reason string
}

func (e *callError) Error() string {
	s := "discord: " + e.name + ": " + e.reason
	if e.code == discordgo.ErrCodeMissingPermissions || e.code == discordgo.ErrCodeMissingAccess {
		s += ": give the bot View Channel, Send Messages, Send Messages in Threads and Embed Links in that channel"
	}
	return s
}

// gone reports whether an interaction can not be answered any more: it is
// unknown or too old, or the message that stood for its answer was deleted.
func gone(err error) bool {
	failed, ok := errors.AsType[*callError](err)
	return ok && (failed.status == http.StatusNotFound || failed.code == discordgo.ErrCodeInvalidWebhookTokenProvided)
}

// refused reports whether Discord answered that it will not do what it was
// asked, however often.
func refused(err error) bool {
	failed, ok := errors.AsType[*callError](err)
	return ok && failed.status >= 400 && failed.status < 500 && failed.status != http.StatusTooManyRequests
}

// explain turns an error of discordgo into one that is safe to show.
func (a *api) explain(name string, err error) *callError {
	failed := &callError{name: name}
	if rest, ok := errors.AsType[*discordgo.RESTError](err); ok {
		failed.status, failed.reason = rest.Response.StatusCode, "HTTP "+rest.Response.Status
		if rest.Message != nil && rest.Message.Code != 0 {
			failed.code = rest.Message.Code
			failed.reason += fmt.Sprintf(", %d %s", rest.Message.Code, rest.Message.Message)
		}
		return failed
	}
	if limited, ok := errors.AsType[*discordgo.RateLimitError](err); ok {
		failed.status = http.StatusTooManyRequests
		failed.reason = fmt.Sprintf("rate limited for %s more", limited.RetryAfter)
		return failed
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the address
	}
	failed.reason = a.redact(err.Error())
	return failed
}

// redact takes the token out of a text that is not ours.
func (a *api) redact(text string) string { return strings.ReplaceAll(text, a.token, "(token)") }

func (a *api) gateway(ctx context.Context) (discordgo.GatewayBotResponse, error) {
	var g discordgo.GatewayBotResponse
	err := a.call(ctx, endpoint{"GET", "gateway/bot", "gateway address"}, nil, &g)
	return g, err
}
