package llm

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"meridian/internal/llm/llmtest"
)

func TestProbe(t *testing.T) {
	for _, o := range []Options{
		{},
		{Model: llmtest.Model},
		{Model: llmtest.ReasoningModel},
		{EmbeddingModel: llmtest.EmbeddingModel},
		{Model: llmtest.Model, Profile: Profile{JSON: JSONObject}},
	} {
		inBubble(t, o, func(b *bench) {
			if err := b.client.Probe(b.Context()); err != nil {
				t.Errorf("%v: %v", b.client, err)
			}
			if o.Model == "" && b.client.Dimensions() != llmtest.Dimensions {
				t.Errorf("%v: %d dimensions", b.client, b.client.Dimensions())
			}
		})
	}
}

// TestProbeTellsWhatToDo: each mistake in the set-up has its own remedy.
func TestProbeTellsWhatToDo(t *testing.T) {
	tests := []struct {
		name    string
		options Options
		set     func(*llmtest.Server)
		why     error
		remedy  string
	}{
		{name: "wrong key", options: Options{Model: llmtest.Model, Key: "sk-other"}, why: ErrKey, remedy: "OPENAI_API_KEY"},
		{name: "wrong model", options: Options{Model: "llama9"}, why: ErrNotFound, remedy: `no model "llama9": set model.name to one that it has, such as gpt-5-mini, llama3.2`},
		{name: "wrong embedding model", options: Options{EmbeddingModel: "vec"}, why: ErrNotFound, remedy: `no model "vec": set model.embedding_model`},
		{name: "wrong deployment", options: Options{Model: "ours", BaseURL: "http://model.test", APIVersion: "2024-10-21"}, why: ErrNotFound, remedy: `deployment named "ours" (model.name)`},
		{name: "wrong path", options: Options{Model: llmtest.Model, BaseURL: "http://model.test"}, why: ErrNotFound, remedy: "/v1"},
		{name: "not a model server", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Gateway(200)) }, why: ErrMalformed, remedy: "/v1"},
		{name: "no server", set: func(s *llmtest.Server) { s.Close() }, why: ErrNetwork, remedy: "model.base_url"},
		{name: "no credit", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Refused(429, "", "", "insufficient_quota")) }, why: ErrQuota, remedy: "pay"},
		{name: "busy", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Limited("60")) }, why: ErrRateLimit, remedy: "again in a minute"},
		{name: "silent", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Fault{Delay: time.Hour}) }, why: ErrTimeout, remedy: "model.timeout"},
		{name: "rambling", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Finished("length")) }, why: ErrTruncated, remedy: "model.thinking"},
		{name: "filtered", set: func(s *llmtest.Server) { s.Break(chat, llmtest.Finished("content_filter")) }, why: ErrFiltered, remedy: "another one"},
		{name: "no JSON", set: func(s *llmtest.Server) { s.Answer = func(llmtest.Chat) string { return "Sure! OK." } }, remedy: `model.json to "none"`},
		{name: "other vectors", options: Options{EmbeddingModel: llmtest.EmbeddingModel, Profile: Profile{Dimensions: 9}}, why: ErrDimension, remedy: "model.dimensions"},
		{name: "max_tokens refused", options: Options{Model: "router-gpt"}, why: ErrRefused, remedy: `model.token_field to "max_completion_tokens"`,
			set: objectsTo("max_tokens")},
		{name: "max_completion_tokens refused", options: Options{Model: llmtest.ReasoningModel}, why: ErrRefused, remedy: `model.token_field to "max_tokens"`,
			set: objectsTo("max_completion_tokens")},
		{name: "temperature refused", why: ErrRefused, remedy: `model.temperature to "default"`, set: objectsTo("temperature")},
		{name: "seed refused", why: ErrRefused, remedy: `model.seed to "none"`, set: objectsTo("seed")},
		{name: "JSON mode refused", why: ErrRefused, remedy: "model.json", set: objectsTo("response_format")},
		{name: "effort refused", why: ErrRefused, remedy: "model.effort", set: objectsTo("reasoning_effort")},
		{name: "something refused", why: ErrRefused, remedy: "name of the model", set: objectsTo("")},
		{name: "budget spent", options: Options{Model: llmtest.Model, Budget: Budget{Process: Amount{Tokens: 1}}}, why: ErrBudget, remedy: "midnight",
			set: func(s *llmtest.Server) { s.Break(chat, llmtest.Fault{Trim: true}) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.options, func(b *bench) {
				if test.set != nil {
					test.set(b.Server)
				}
				err := b.client.Probe(b.Context())
				found, ok := errors.AsType[*SetupError](err)
				if !ok || test.why != nil && !errors.Is(err, test.why) {
					t.Fatalf("%v", err)
				}
				discreet(t, err.Error())
				if !strings.Contains(found.Remedy, test.remedy) {
					t.Errorf("%v\nlacks %q", err, test.remedy)
				}
				if !strings.HasPrefix(found.What, "http://model.test") {
					t.Errorf("%q does not say where", found.What)
				}
			})
		})
	}
}

// objectsTo lets a server refuse a field of requests.
func objectsTo(field string) func(*llmtest.Server) {
	return func(s *llmtest.Server) {
		s.Break(chat, llmtest.Refused(400, "Unsupported", field, "unsupported_value"))
	}
}

// TestProbeWithoutKey: a server that wants one says so by its status alone.
func TestProbeWithoutKey(t *testing.T) {
	s := llmtest.New()
	defer s.Close()
	c, err := New(Options{BaseURL: s.URL, Model: llmtest.Model})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Probe(t.Context()); !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), "it wants a key") {
		t.Error(err)
	}
}

// TestProbeNoSuchHost: the name is told, by a resolver that knows none.
func TestProbeNoSuchHost(t *testing.T) {
	inBubble(t, Options{Model: "m"}, func(b *bench) {
		err := lost(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "PRIVATE.test", IsNotFound: true}})
		if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), "no server has that name") {
			t.Error(err)
		}
	})
}

func TestProbeCanBeGivenUp(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		if err := b.client.Probe(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
