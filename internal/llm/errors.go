package llm

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// Why a call brought no answer. Each error of [Client.Complete] and
// [Client.Embed] wraps one of these, or else context.Canceled, unless what was
// asked made no sense.
var (
	// The answer is of no use. Another question may well get one.
	ErrTruncated = errors.New("the answer is not complete")
	ErrFiltered  = errors.New("the server filtered or the model refused the answer")
	ErrEmpty     = errors.New("the answer is empty")
	ErrTooLong   = errors.New("the prompt is longer than the model takes")
	ErrRefused   = errors.New("the server refuses the request")
	// The vectors have another length than those before, or than the model's.
	ErrDimension = errors.New("the vectors have the wrong length")

	// The server cannot be used until somebody mends the set-up.
	ErrKey      = errors.New("the server refuses the key")
	ErrNotFound = errors.New("the server does not know the model or the address")
	ErrQuota    = errors.New("the account has no credit left")

	// It may work again by itself.
	ErrRateLimit = errors.New("the server takes no more calls for now")
	ErrServer    = errors.New("the server failed")
	ErrMalformed = errors.New("the answer is not that of a model server")
	ErrNetwork   = errors.New("the server was not reached or broke off")
	ErrTimeout   = errors.New("there was no answer in time")

	// No call was made.
	ErrDown   = errors.New("the server kept failing or asked for a pause and is left alone for now")
	ErrBudget = errors.New("the budget of the day is spent")
)

// callError is a call that brought no answer. It holds nothing that was sent and
// of what the server wrote nothing but short codes: messages quote keys and
// questions.
type callError struct {
	call   string // "chat completion"
	why    error  // one of the errors above, or context.Canceled
	status int    // of HTTP; 0 without an answer
	code   string // the server's own name for it; may be empty
	field  string // the request field that the server objects to; may be empty
	detail string // more, in our own words; may be empty

	passing bool          // the same call may succeed when it is made again
	asked   time.Duration // how long the server asks to be left alone
}

func (e *callError) Error() string {
	var more []string
	if e.status != 0 {
		more = append(more, fmt.Sprintf("HTTP status %d", e.status))
	}
	if e.field != "" {
		more = append(more, "field "+e.field)
	}
	for _, s := range []string{e.code, e.detail} {
		if s != "" {
			more = append(more, s)
		}
	}
	if len(more) == 0 {
		return fmt.Sprintf("%s: %v", e.call, e.why)
	}
	return fmt.Sprintf("%s: %v (%s)", e.call, e.why, strings.Join(more, ", "))
}

func (e *callError) Unwrap() error { return e.why }

// outcome tells what the error says of the server.
func (e *callError) outcome() outcome {
	if e == nil {
		return works
	}
	switch e.why {
	case context.Canceled:
		return unknown
	case ErrTruncated, ErrFiltered, ErrTooLong, ErrRefused:
		return works
	case ErrEmpty:
		if !e.passing {
			return works
		}
	}
	return fails
}

// codeShape is what a server's code may look like to be repeated. Keys have digits.
var codeShape = regexp.MustCompile(`^[A-Za-z_]{3,40}$`)

// requestFields are those that servers object to, in the order they are looked for.
var requestFields = []string{
	string(MaxCompletionTokens), string(MaxTokens), "temperature", "seed",
	"response_format", "reasoning_effort", "dimensions",
}

// refusal reads an error status. The SDK wraps an empty APIError in the error for
// a body that it could not read, so the status is the exchange's own.
func refusal(status int, err error) *callError {
	e := &callError{status: status}
	said := openai.APIError{}
	if api, ok := errors.AsType[*openai.APIError](err); ok {
		said = *api
	}
	for _, code := range []string{fmt.Sprint(said.Code), said.Type} {
		if e.code == "" && codeShape.MatchString(code) {
			e.code = code
		}
	}
	message := strings.ToLower(said.Message)
	switch {
	case status == http.StatusPaymentRequired || e.code == "insufficient_quota" || said.Type == "insufficient_quota":
		e.why = ErrQuota
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.why = ErrKey
	case status == http.StatusNotFound || status < 400:
		e.why = ErrNotFound
	case status == http.StatusTooManyRequests:
		e.why, e.passing = ErrRateLimit, true
	case status == http.StatusRequestTimeout || status == http.StatusConflict || status >= 500:
		e.why, e.passing = ErrServer, true
	case e.code == "content_filter":
		e.why = ErrFiltered
	case status == http.StatusRequestEntityTooLarge || e.code == "context_length_exceeded" ||
		strings.Contains(message, "context length") || strings.Contains(message, "context size"):
		e.why = ErrTooLong
	default:
		e.why, e.field = ErrRefused, objection(said.Param, message)
	}
	return e
}

// objection returns the request field that a server objects to: the one it
// names, or else the one its message mentions first.
func objection(param *string, message string) string {
	first, found := len(message), ""
	for _, field := range requestFields {
		if param != nil && *param == field {
			return field
		}
		if i := strings.Index(message, field); i >= 0 && i < first {
			first, found = i, field
		}
	}
	return found
}

// lost reads a network error. Its own text may hold an address with a password,
// or what a server wrote.
func lost(err error) *callError {
	e := &callError{why: ErrNetwork, passing: true, detail: "the connection failed or broke off"}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		e.detail = "no server has that name"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.detail = "nothing listens there"
	case errors.As(err, &certificate):
		e.detail, e.passing = "its certificate is not trusted", false
	case errors.Is(err, http.ErrSchemeMismatch):
		e.detail, e.passing = "it speaks http, not https", false
	}
	return e
}
