package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// callTime bounds one call other than a poll.
	callTime = 15 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes. The largest, a
	// hundred updates, is cut at 4 MiB by Telegram's server.
	maxAnswer = 16 << 20
	// maxIdle is how many connections are kept open between calls.
	maxIdle = 32
)

// client makes calls to one Bot API server. The SDK writes the requests and
// reads the answers; the client adds what it lacks: contexts, time limits,
// errors that can be judged, and silence about the token.
type client struct {
	token    string
	endpoint string // as the SDK wants it: a format for token and method
	http     *http.Client
}

// silenceSDK stops the SDK's own log, which quotes addresses with the token.
var silenceSDK = sync.OnceFunc(func() { _ = tgbotapi.SetLogger(silence{}) })

type silence struct{}

func (silence) Println(...any)        {}
func (silence) Printf(string, ...any) {}

func newClient(token, endpoint string) *client {
	silenceSDK()
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSHandshakeTimeout: callTime,
		MaxIdleConnsPerHost: maxIdle,
		IdleConnTimeout:     time.Minute,
		// HTTP/1 has a connection for each call under way: one that went dead holds
		// up one call, not all.
		Protocols: new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(true)
	return &client{
		token:    token,
		endpoint: strings.ReplaceAll(strings.TrimRight(endpoint, "/"), "%", "%%") + "/bot%s/%s",
		http: &http.Client{
			Transport: transport,
			// A redirect would carry the token to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// call makes one call and decodes what it returns into result, which may be
// nil. Every error is a [*callError].
func (c *client) call(ctx context.Context, method string, params tgbotapi.Params, result any) error {
	return c.callWithin(ctx, callTime, method, params, result)
}

func (c *client) callWithin(ctx context.Context, limit time.Duration, method string, params tgbotapi.Params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	x := &exchange{ctx: ctx, http: c.http}
	bot := &tgbotapi.BotAPI{Token: c.token, Client: x}
	bot.SetAPIEndpoint(c.endpoint)
	answer, err := bot.MakeRequest(method, params)
	if err == nil && result != nil {
		err = json.Unmarshal(answer.Result, result)
	}
	if err == nil {
		return nil
	}
	failed := &callError{method: method, code: x.status, text: c.redact(err.Error())}
	if refusal, ok := errors.AsType[*tgbotapi.Error](err); ok {
		failed.refused = true
		failed.retryAfter = refusal.RetryAfter
		failed.migrateTo = refusal.MigrateToChatID
		if refusal.Code != 0 {
			failed.code = refusal.Code
		}
	}
	return failed
}

// redact takes the secret half of the token out of a text, where a server or a
// proxy may have quoted it.
func (c *client) redact(text string) string {
	_, secret, _ := strings.Cut(c.token, ":")
	return strings.ReplaceAll(text, secret, "[token]")
}

// exchange is the SDK's HTTP client for one call.
type exchange struct {
	ctx    context.Context
	http   *http.Client
	status int // of the answer; 0 when there was none
}

// Do sends the request. It lets only answers of a Bot API server through: the
// SDK reports an error page of a proxy as a broken letter, without the status.
func (x *exchange) Do(r *http.Request) (*http.Response, error) {
	response, err := x.http.Do(r.WithContext(x.ctx))
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // without the address, which holds the token
		}
		return nil, err
	}
	defer response.Body.Close()
	x.status = response.StatusCode
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	var answer struct {
		OK *bool `json:"ok"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.OK == nil {
		return nil, fmt.Errorf("HTTP status %d with an answer that is not a Bot API server's", x.status)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// callError is a call that did not succeed.
type callError struct {
	method     string
	code       int    // Telegram's error code, or else the HTTP status, or 0 without an answer
	text       string // what went wrong, without the token
	refused    bool   // a Bot API server said so itself
	retryAfter int    // seconds to wait before the next try; 0 for none asked
	migrateTo  int64  // the group's new ID; 0 for none
}

func (e *callError) Error() string {
	if e.refused {
		return fmt.Sprintf("telegram %s: %d %s", e.method, e.code, e.text)
	}
	return fmt.Sprintf("telegram %s: %s", e.method, e.text)
}

// passing tells whether the same call may succeed later.
func (e *callError) passing() bool {
	return !e.refused || e.retryAfter > 0 || e.code == http.StatusTooManyRequests || e.code < 400 || e.code >= 500
}

// markupRefused tells whether Telegram could not read the markup of a text.
func (e *callError) markupRefused() bool {
	return e.refused && e.code == http.StatusBadRequest && strings.Contains(e.text, "can't parse entities")
}
