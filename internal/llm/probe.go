package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// SetupError is what [Client.Probe] found wrong.
type SetupError struct {
	What   string // what happened, and where
	Remedy string // what the operator can do about it
	Err    error  // of the call; nil when the call succeeded
}

func (e *SetupError) Error() string { return e.What + "; " + e.Remedy }

func (e *SetupError) Unwrap() error { return e.Err }

// probeTokens bounds the answer to a probe. It leaves a model room for a few
// words that it was told not to say.
const probeTokens = 200

var probeRequest = Request{
	System:    `You are being tested. Reply with this JSON object and nothing else: {"ok": true}`,
	User:      "Test.",
	Schema:    json.RawMessage(`{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}`),
	MaxTokens: probeTokens,
}

// Probe makes the smallest call to each model that is named, with the fields that
// later calls have, and so tries out the key, the address, the models and the
// profile. Its error is a [*SetupError], or else ctx's.
func (c *Client) Probe(ctx context.Context) error {
	var err error
	if c.chat.model != "" {
		err = c.probeChat(ctx)
	}
	if err == nil && c.embedding.model != "" {
		_, err = c.Embed(ctx, []string{"test"})
	}
	failed, ok := errors.AsType[*callError](err)
	if !ok || failed.why == context.Canceled {
		return err
	}
	return &SetupError{What: fmt.Sprintf("%s: %v", c.address, err), Remedy: c.remedy(ctx, failed), Err: err}
}

func (c *Client) probeChat(ctx context.Context) error {
	got, err := c.Complete(ctx, probeRequest)
	if err != nil || c.profile.JSON == JSONNone {
		return err
	}
	var form struct {
		OK *bool `json:"ok"`
	}
	if json.Unmarshal([]byte(got.Text), &form) != nil || form.OK == nil {
		return &SetupError{
			What:   fmt.Sprintf("%s: %s was asked for JSON and answered something else", c.address, c.chat.model),
			Remedy: fmt.Sprintf("the server ignores the JSON mode %q: set model.json to %q", c.profile.JSON, JSONNone),
		}
	}
	return nil
}

// remedy says what to do about a failed probe.
func (c *Client) remedy(ctx context.Context, failed *callError) string {
	switch failed.why {
	case ErrKey:
		if !c.keyed {
			return "it wants a key: set OPENAI_API_KEY in the environment, or model.key_file"
		}
		return "check OPENAI_API_KEY (or model.key_file): the key must be one of this server's, not revoked, and allowed to use the model"
	case ErrNotFound:
		return c.missing(ctx, failed.call)
	case ErrQuota:
		return "pay for more with the provider, or use another key"
	case ErrRateLimit, ErrServer, ErrDown:
		return "try again in a minute; if it stays, ask the provider or look into the server's log"
	case ErrNetwork:
		return "check model.base_url, that the server runs, and that this machine reaches it"
	case ErrTimeout:
		return "a local server may still be loading the model: try again in a minute; if it stays, raise model.timeout or use a smaller model"
	case ErrMalformed:
		return "check model.base_url: it must be the address of the API, which mostly ends in /v1"
	case ErrTruncated:
		return fmt.Sprintf("%s does not come to an end: if it thinks before it answers, set model.thinking to %d; otherwise use another model", c.chat.model, thinking)
	case ErrDimension:
		return "set model.dimensions to the length that the model has, and model.embedding_model to the model that made the stored vectors"
	case ErrRefused:
		return refusedField(failed.field)
	case ErrBudget:
		return "the budget of the day is spent: wait for midnight UTC, or raise it"
	}
	return "the model is of no use for this; use another one"
}

// refusedField says what to set when a server refuses a field of the request.
func refusedField(field string) string {
	switch field {
	case string(MaxTokens):
		return fmt.Sprintf("set model.token_field to %q", MaxCompletionTokens)
	case string(MaxCompletionTokens):
		return fmt.Sprintf("set model.token_field to %q", MaxTokens)
	case "temperature":
		return fmt.Sprintf("set model.temperature to %q", TemperatureDefault)
	case "seed":
		return fmt.Sprintf("set model.seed to %q", SeedNone)
	case "response_format":
		return fmt.Sprintf("set model.json to %q, or %q where that is refused too", JSONObject, JSONNone)
	case "reasoning_effort":
		return `set model.effort to "default"`
	case "dimensions":
		return "leave model.dimensions out: the model cannot shorten its vectors"
	}
	return "check the name of the model, and the settings of its profile (model.token_field, temperature, seed, json)"
}

// modelShape is what the name of a model may look like to be shown.
var modelShape = regexp.MustCompile(`^[\w.:/@-]{1,80}$`)

// shownModels is how many models are named to choose from.
const shownModels = 8

// missing tells a wrong name of a model from a wrong address: where the models
// are listed, the address is right.
func (c *Client) missing(ctx context.Context, call string) string {
	const address = "check model.base_url: it must be the address of the API, which mostly ends in /v1"
	setting, model := "model.name", c.chat.model
	if call == c.embedding.name {
		setting, model = "model.embedding_model", c.embedding.model
	}
	if c.azure { // it lists models, not deployments
		return fmt.Sprintf("check that Azure has a deployment named %q (%s), and check model.base_url and model.api_version", model, setting)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	x := &exchange{http: c.http}
	list, err := c.sdk(x).ListModels(ctx)
	if err != nil || x.status != http.StatusOK || len(list.Models) == 0 {
		return address + "; if it is, the name of the model is wrong"
	}
	var names []string
	for _, m := range list.Models {
		if modelShape.MatchString(m.ID) && len(names) < shownModels {
			names = append(names, m.ID)
		}
	}
	slices.Sort(names)
	return fmt.Sprintf("the server has no model %q: set %s to one that it has, such as %s", model, setting, strings.Join(names, ", "))
}
