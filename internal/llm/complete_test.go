package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"meridian/internal/llm/llmtest"
)

// TestRequestOnTheWire: each family gets the fields that its servers take, and
// none that they refuse.
func TestRequestOnTheWire(t *testing.T) {
	const (
		object   = `{"type":"json_object"}`
		enforced = `{"type":"json_schema","json_schema":{"name":"answer","schema":` +
			`{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false},"strict":true}}`
	)
	tests := []struct {
		model   string
		profile Profile
		want    string // without model, messages and stream
	}{
		{"llama3.2", Profile{}, `{"max_tokens":100,"temperature":0,"seed":1,"response_format":` + enforced + `}`},
		{"gpt-4o-mini", Profile{}, `{"max_tokens":100,"temperature":0,"seed":1,"response_format":` + enforced + `}`},
		{"gpt-3.5-turbo", Profile{}, `{"max_tokens":100,"temperature":0,"seed":1,"response_format":` + object + `}`},
		{"gpt-5-mini", Profile{}, `{"max_completion_tokens":4196,"reasoning_effort":"low","response_format":` + enforced + `}`},
		{"openai/o4-mini", Profile{}, `{"max_completion_tokens":4196,"reasoning_effort":"low","response_format":` + enforced + `}`},
		{"gpt-5-chat-latest", Profile{}, `{"max_completion_tokens":100,"response_format":` + enforced + `}`},
		{"gpt-6-sol", Profile{Effort: "default"}, `{"max_completion_tokens":4196,"response_format":` + enforced + `}`},
		{"qwen3:8b", Profile{}, `{"max_tokens":4196,"seed":1,"response_format":` + enforced + `}`},
		{"mistral-small-latest", Profile{}, `{"max_tokens":100,"temperature":0,"response_format":` + enforced + `}`},
		{"claude-sonnet", Profile{}, `{"max_tokens":100,"temperature":0}`},
		{"our-own", Profile{TokenField: MaxCompletionTokens, Temperature: TemperatureDefault, Seed: SeedNone, JSON: JSONNone, Thinking: 5},
			`{"max_completion_tokens":105}`},
	}
	for _, test := range tests {
		t.Run(test.model, func(t *testing.T) {
			inBubble(t, Options{Model: test.model, Profile: test.profile}, func(b *bench) {
				b.Models = []string{test.model}
				got, err := b.request(b.Context(), Request{System: "Answer in JSON.", User: "Hello", Schema: schema, MaxTokens: 100})
				if err != nil {
					t.Fatal(err)
				}
				sent := b.last()
				wantMessages := []any{
					map[string]any{"role": "system", "content": "Answer in JSON."},
					map[string]any{"role": "user", "content": "Hello"},
				}
				if diff := cmp.Diff(wantMessages, sent["messages"]); diff != "" {
					t.Error(diff)
				}
				if sent["model"] != test.model || sent["stream"] != false {
					t.Errorf("model %v, stream %v", sent["model"], sent["stream"])
				}
				for _, common := range []string{"model", "messages", "stream"} {
					delete(sent, common)
				}
				var want map[string]any
				if err := json.Unmarshal([]byte(test.want), &want); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, sent); diff != "" {
					t.Error(diff)
				}
				if got.Usage.Estimated || got.Usage.Input == 0 {
					t.Errorf("usage %+v", got.Usage)
				}
			})
		})
	}
}

// TestZeroIsSentAsZero: the SDK's way round would send the smallest float there
// is, by which some servers divide. A text that looks like it is left alone.
func TestZeroIsSentAsZero(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		look := `"temperature":1e-45`
		got, err := b.request(b.Context(), Request{System: look, User: look})
		if err != nil || got.Text != "You said: "+look {
			t.Errorf("%q, %v", got.Text, err)
		}
		if raw := b.Requests()[0].Raw; strings.Count(raw, `"temperature":0`) != 1 || strings.Count(raw, "1e-45") != 2 {
			t.Error(raw)
		}
	})
}

func TestPlainText(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		got, err := b.request(b.Context(), Request{User: "Hello"})
		if err != nil || got.Text != "You said: Hello" {
			t.Errorf("%q, %v", got.Text, err)
		}
		sent := b.last()
		if sent["response_format"] != nil || sent["max_tokens"] != float64(defaultMaxTokens) || len(sent["messages"].([]any)) != 1 {
			t.Errorf("%v", sent)
		}
	})
}

func TestAnswerIsCleaned(t *testing.T) {
	tests := map[string]string{
		"  Yes.\n":                                 "Yes.",
		"A\x00B\x1b[31mC\u0085D\n\tE":              "AB[31mCD\n\tE",
		"<think>\nIs it?\n</think>\n\nIt is.":      "It is.",
		"Is it?\n</think>\n\nIt is.":               "It is.",
		"Think <think> again":                      "Think <think> again",
		"穴位按壓👩‍⚕️":                                 "穴位按壓👩‍⚕️",
		`{"sentences":[{"text":"A","cites":[1]}]}`: `{"sentences":[{"text":"A","cites":[1]}]}`,
	}
	for answer, want := range tests {
		t.Run(want, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.Answer = func(llmtest.Chat) string { return answer }
				if got, err := b.ask(b.Context()); err != nil || got.Text != want {
					t.Errorf("%q, %v; want %q", got.Text, err, want)
				}
			})
		})
	}
}

// TestNonsenseIsNotSent: what no server could answer makes no call.
func TestNonsenseIsNotSent(t *testing.T) {
	tests := map[string]struct {
		options Options
		request Request
	}{
		"empty prompt":       {Options{Model: "m"}, Request{System: "Answer.", User: " \n"}},
		"schema not JSON":    {Options{Model: "m"}, Request{User: "Hello", Schema: []byte(`{"type":`)}},
		"no model for it":    {Options{EmbeddingModel: "e"}, Request{User: "Hello"}},
		"refused by the SDK": {Options{Model: "gpt-5", Profile: Profile{TokenField: MaxTokens}}, Request{User: "Hello"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, test.options, func(b *bench) {
				if _, err := b.request(b.Context(), test.request); err == nil || b.calls() != 0 {
					t.Errorf("%v after %d calls", err, b.calls())
				}
			})
		})
	}
}

// TestAzure: the deployment is in the address, the key in a header of its own.
func TestAzure(t *testing.T) {
	const deployment = "our.gpt-3.5:turbo" // the SDK alone would drop the dots and the colon
	inBubble(t, Options{BaseURL: "http://clinic.test", APIVersion: "2024-10-21", Model: deployment}, func(b *bench) {
		b.Models = []string{deployment}
		if _, err := b.ask(b.Context()); err != nil {
			t.Fatal(err)
		}
		r := b.Requests()[0]
		if r.Path != "/openai/deployments/"+deployment+"/chat/completions" || r.Query != "api-version=2024-10-21" {
			t.Errorf("%s?%s", r.Path, r.Query)
		}
		if r.Header.Get("api-key") != llmtest.Key || r.Header.Get("Authorization") != "" {
			t.Error("the key is not where Azure wants it")
		}
	})
}

func TestNoKey(t *testing.T) {
	s := llmtest.New()
	defer s.Close()
	s.Key = ""
	c, err := New(Options{BaseURL: s.URL, Model: llmtest.Model})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Complete(t.Context(), Request{User: "Hello"}); err != nil {
		t.Error(err)
	}
	if h := s.Requests()[0].Header; h.Get("Authorization") != "" {
		t.Errorf("%v", h)
	}
}

// TestConcurrencyIsBounded: calls wait for a free place, and no longer than their
// deadline.
func TestConcurrencyIsBounded(t *testing.T) {
	inBubble(t, Options{Concurrency: 2}, func(b *bench) {
		free := make(chan struct{})
		b.Answer = func(llmtest.Chat) string { <-free; return "Yes." }
		answered := make(chan error, 3)
		for range 3 {
			go func() {
				_, err := b.ask(b.Context())
				answered <- err
			}()
		}
		synctest.Wait()
		if b.calls() != 2 {
			t.Errorf("%d calls are under way", b.calls())
		}
		ctx, cancel := context.WithTimeout(b.Context(), 1)
		defer cancel()
		if _, err := b.ask(ctx); !errors.Is(err, ErrTimeout) || !strings.Contains(err.Error(), "waited") {
			t.Error(err)
		}
		close(free)
		for range 3 {
			if err := <-answered; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestPrintingHidesTheKey: however a client is printed.
func TestPrintingHidesTheKey(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(format, b.client); strings.Contains(text, llmtest.Key) {
				t.Errorf("%s shows the key:\n%s", format, text)
			}
		}
		if got, want := b.client.String(), "llama3.2 and text-embedding-test at http://model.test/v1"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
