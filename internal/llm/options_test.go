package llm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOptionsThatMakeNoSense(t *testing.T) {
	tests := []struct {
		name    string
		options Options
		says    string
	}{
		{"no model", Options{}, "no model is named"},
		{"no address", Options{Model: "m", BaseURL: "localhost:11434/v1"}, "base URL"},
		{"no host", Options{Model: "m", BaseURL: "https:///v1"}, "base URL"},
		{"Azure without address", Options{Model: "m", APIVersion: "2024-10-21"}, "Azure"},
		{"negative timeout", Options{Model: "m", Timeout: -1}, "negative"},
		{"negative concurrency", Options{Model: "m", Concurrency: -1}, "negative"},
		{"negative dimensions", Options{Model: "m", Profile: Profile{Dimensions: -1}}, "negative"},
		{"token field", Options{Model: "m", Profile: Profile{TokenField: "tokens"}}, `token field "tokens" is none of max_tokens, max_completion_tokens`},
		{"temperature", Options{Model: "m", Profile: Profile{Temperature: "0"}}, `temperature "0"`},
		{"seed", Options{Model: "m", Profile: Profile{Seed: "1"}}, `seed "1"`},
		{"JSON mode", Options{Model: "m", Profile: Profile{JSON: "yes"}}, `JSON mode "yes"`},
		{"negative limit", Options{Model: "m", Budget: Budget{Payer: Amount{Tokens: -1}}}, "negative"},
		{"dollars without prices", Options{Model: "m", Budget: Budget{Process: Amount{Dollars: 1}}}, "prices"},
		{"dollars without a price", Options{EmbeddingModel: "e", Budget: Budget{Payer: Amount{Dollars: 1}, Prices: Prices{Input: 1}}}, "prices"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := New(test.options); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want %q", err, test.says)
			}
		})
	}
}

// TestCredentialsInTheAddressAreNotShown: an address may hold a password.
func TestCredentialsInTheAddressAreNotShown(t *testing.T) {
	for _, base := range []string{"https://clinic:hush@model.test/v1", "https://model.test/v1?key=hush", "http://clinic:hush@/v1"} {
		c, err := New(Options{BaseURL: base, Model: "m"})
		if err != nil {
			if strings.Contains(err.Error(), "hush") {
				t.Error(err)
			}
			continue
		}
		if got := c.String(); got != "m at https://model.test/v1" {
			t.Error(got)
		}
	}
}

func TestProfileOf(t *testing.T) {
	reasoning := Profile{TokenField: MaxCompletionTokens, Temperature: TemperatureDefault, Seed: SeedNone, JSON: JSONSchema, Thinking: thinking, Effort: "low"}
	jsonObject := plain
	jsonObject.JSON = JSONObject
	tests := map[string]Profile{
		"":                             plain,
		"llama3.2:3b-instruct-q4_K_M":  plain,
		"Qwen/Qwen2.5-7B-Instruct":     plain,
		"gpt-4.1-mini":                 plain,
		"gpt-4-turbo-2024-04-09":       jsonObject,
		"gpt-5.2":                      reasoning,
		"openrouter/openai/gpt-5-nano": reasoning,
		"GPT-5-Mini":                   reasoning,
		"o3-mini":                      reasoning,
		"gpt-6-luna":                   reasoning,
	}
	for model, want := range tests {
		if diff := cmp.Diff(want, ProfileOf(model)); diff != "" {
			t.Errorf("%s: %s", model, diff)
		}
	}
}

// TestFamilyOfADeployment: a name that tells nothing is helped by a family, and
// single fields can be set on top.
func TestFamilyOfADeployment(t *testing.T) {
	c, err := New(Options{Model: "our-deployment", Family: "gpt-5-mini", EmbeddingModel: "bge-m3", Profile: Profile{Effort: "minimal"}})
	if err != nil {
		t.Fatal(err)
	}
	want := ProfileOf("gpt-5-mini")
	want.Effort, want.Dimensions = "minimal", 1024
	if diff := cmp.Diff(want, c.profile); diff != "" {
		t.Error(diff)
	}
}

// TestFamiliesCanBeReached: none stands behind one that is the beginning of it.
func TestFamiliesCanBeReached(t *testing.T) {
	for i, f := range families {
		for _, earlier := range families[:i] {
			if strings.HasPrefix(f.name, earlier.name) {
				t.Errorf("%s is never reached behind %s", f.name, earlier.name)
			}
		}
		if err := f.check(); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}
