package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// maxAnswer bounds what is read of an answer, in bytes. A batch of the longest
// common vectors takes about 6 MiB.
const maxAnswer = 16 << 20

// exchange is the SDK's HTTP client for one attempt. It notes what the SDK
// loses, and lets through only what the SDK reads right: to the SDK an answer
// in the form of a stream is an empty one.
type exchange struct {
	http   *http.Client
	sent   bool
	status int           // of the answer; 0 when there was none
	read   bool          // the whole of it
	asked  time.Duration // how long the server asks to be left alone
}

var errNotJSON = errors.New("not JSON")

// Do sends the request and reads the whole answer.
func (x *exchange) Do(r *http.Request) (*http.Response, error) {
	if err := zeroTemperature(r); err != nil {
		return nil, err
	}
	x.sent = true
	response, err := x.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	x.status, x.asked = response.StatusCode, retryAfter(response.Header)
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	x.read = true
	if x.status < 400 && (x.status >= 300 || !json.Valid(body)) {
		return nil, errNotJSON
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// zeroTemperature writes the temperature zero as zero. The SDK leaves a zero
// out, and its way round, the smallest float there is, makes servers that divide
// by it answer nonsense or nothing. No text in the body can look like the field:
// within a JSON string its quotes would be escaped.
func zeroTemperature(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	body = bytes.Replace(body, []byte(`"temperature":1e-45`), []byte(`"temperature":0`), 1)
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, err = r.GetBody()
	return err
}

// retryAfter reads how long a server asks to be left alone: in milliseconds, as
// OpenAI and Azure put it too, in seconds, or until a date. 0 when it does not ask.
func retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return span(ms, time.Millisecond)
	}
	value := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(value, 64); err == nil {
		return span(s, time.Second)
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}

// span returns n units, between none and a year.
func span(n float64, unit time.Duration) time.Duration {
	const year = 365 * 24 * time.Hour
	if !(n > 0) { // NaN as well
		return 0
	}
	return time.Duration(min(n*float64(unit), float64(year)))
}

// explain says why an attempt failed: err is what the SDK returned, or a verdict
// on an answer that did come.
func (x *exchange) explain(ctx context.Context, err error) *callError {
	verdict, judged := errors.AsType[*callError](err)
	var e *callError
	switch {
	case judged:
		e = verdict
	case x.status >= 300:
		e = refusal(x.status, err)
	case ctx.Err() != nil:
		e = ended(ctx)
	case !x.sent:
		e = unsendable(err)
	case !x.read:
		e = lost(err)
	default:
		e = &callError{why: ErrMalformed, passing: true}
	}
	e.asked = x.asked
	return e
}

// mayCost reports whether the server may have worked on a call of which it told
// no usage: it did not refuse it, and it was not out of reach.
func (x *exchange) mayCost(failed *callError) bool {
	return x.status == http.StatusOK ||
		x.sent && x.status == 0 && failed != nil && (failed.why == ErrTimeout || failed.why == context.Canceled)
}

// ended says how a context ended.
func ended(ctx context.Context) *callError {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &callError{why: ErrTimeout}
	}
	return &callError{why: context.Canceled}
}

// unsendable reads an error of the SDK about the request itself. It holds some
// models to rules by their names, whatever the profile says.
func unsendable(err error) *callError {
	e := &callError{why: ErrRefused, detail: "the OpenAI library refuses it for a model of this name"}
	switch {
	case errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated):
		e.field = string(MaxTokens)
	case errors.Is(err, openai.ErrReasoningModelLimitationsOther), errors.Is(err, openai.ErrReasoningSamplingUnsupported):
		e.field = "temperature"
	case errors.Is(err, openai.ErrReasoningEffortUnsupported):
		e.field = "reasoning_effort"
	}
	return e
}
