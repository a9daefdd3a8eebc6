package llm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Profile is what models, and the servers they run on, differ in. The zero
// value of a field leaves it to the model's family.
type Profile struct {
	// TokenField is the request field that bounds an answer's length.
	TokenField TokenField
	// Temperature says whether the temperature may be set to zero.
	Temperature Temperature
	// Seed says whether a fixed seed may be sent.
	Seed Seed
	// JSON is how the server is asked for JSON.
	JSON JSONMode
	// Thinking is how many tokens a model that thinks before it answers gets for
	// that, on top of those for the answer: servers count both together.
	Thinking int
	// Effort is the reasoning_effort to ask for, such as "low"; "default" sends none.
	Effort string
	// Dimensions is the length of the embedding model's vectors. Where it is not
	// the length that the family has, the server is asked for it.
	Dimensions int
}

// TokenField is the name of a request field.
type TokenField string

// The two names that servers know for the limit of an answer's length. Some
// ignore the newer, max_completion_tokens; OpenAI's reasoning models refuse the
// older.
const (
	MaxTokens           TokenField = "max_tokens"
	MaxCompletionTokens TokenField = "max_completion_tokens"
)

// Temperature is a choice of temperature.
type Temperature string

// Zero makes a model take the likeliest word each time. Reasoning models refuse
// it, or think in circles at it; they get the server's default.
const (
	TemperatureZero    Temperature = "zero"
	TemperatureDefault Temperature = "default"
)

// Seed is a choice of seed.
type Seed string

// A fixed seed makes sampling repeatable on most servers. Some refuse a request
// that has one.
const (
	SeedFixed Seed = "fixed"
	SeedNone  Seed = "none"
)

// JSONMode is a way to ask for JSON.
type JSONMode string

// The ways to ask for JSON, strictest first. Only JSONSchema makes the server
// hold the model to the schema; otherwise the prompt has to describe the form.
const (
	JSONSchema JSONMode = "schema"
	JSONObject JSONMode = "object"
	JSONNone   JSONMode = "none"
)

// thinking is enough for a short answer from a few passages at low effort.
const thinking = 4096

// plain is what most servers take: the older OpenAI models, and whatever runs
// on Ollama, vLLM, llama.cpp and LM Studio.
var plain = Profile{TokenField: MaxTokens, Temperature: TemperatureZero, Seed: SeedFixed, JSON: JSONSchema}

// Families that differ from plain. What a field leaves out is plain's.
var (
	openAIReasoning = Profile{TokenField: MaxCompletionTokens, Temperature: TemperatureDefault, Seed: SeedNone, Thinking: thinking, Effort: "low"}
	// openAIChat models neither reason nor take an effort, but the SDK holds them
	// to the rules of reasoning models by their name.
	openAIChat = Profile{TokenField: MaxCompletionTokens, Temperature: TemperatureDefault, Seed: SeedNone}
	// localThinking models run in circles at temperature zero (their makers' model
	// cards warn of it); with a seed they are repeatable all the same.
	localThinking = Profile{Temperature: TemperatureDefault, Thinking: thinking}
)

// families are tried in order; the first whose name is the beginning of the
// model's name is taken. Sources: OpenAI's, Azure's, Anthropic's, DeepSeek's
// API references, the model cards, and what servers answered to wrong fields.
var families = []struct {
	name string
	Profile
}{
	{"gpt-5-chat", openAIChat},
	{"gpt-5-pro", Profile{TokenField: MaxCompletionTokens, Temperature: TemperatureDefault, Seed: SeedNone, Thinking: thinking}},
	{"gpt-5", openAIReasoning},
	{"gpt-6", openAIReasoning},
	{"o1", openAIReasoning},
	{"o3", openAIReasoning},
	{"o4", openAIReasoning},
	{"gpt-4o-2024-05-13", Profile{JSON: JSONObject}},
	{"gpt-4o", plain},
	{"gpt-4.", plain},
	{"gpt-4-turbo", Profile{JSON: JSONObject}},
	{"gpt-4-0125", Profile{JSON: JSONObject}},
	{"gpt-4-1106", Profile{JSON: JSONObject}},
	{"gpt-4", Profile{JSON: JSONNone}},
	{"gpt-3.5", Profile{JSON: JSONObject}},
	{"gpt-oss", Profile{Temperature: TemperatureDefault, Thinking: thinking, Effort: "low"}},
	{"deepseek-r1", localThinking},
	{"qwen3-embedding", Profile{}},
	{"qwen3", localThinking},
	{"qwq", localThinking},
	{"deepseek-reasoner", Profile{Temperature: TemperatureDefault, Seed: SeedNone, JSON: JSONObject, Thinking: thinking}},
	{"deepseek-", Profile{Seed: SeedNone, JSON: JSONObject, Thinking: thinking}},
	{"magistral", Profile{Temperature: TemperatureDefault, Seed: SeedNone, Thinking: thinking}},
	{"mistral-", Profile{Seed: SeedNone}},
	{"ministral-", Profile{Seed: SeedNone}},
	{"gemini-", Profile{Seed: SeedNone, Thinking: thinking}},
	{"kimi-", Profile{Temperature: TemperatureDefault, Seed: SeedNone, JSON: JSONObject, Thinking: thinking}},
	{"claude-", Profile{Seed: SeedNone, JSON: JSONNone}},

	{"text-embedding-3-small", Profile{Dimensions: 1536}},
	{"text-embedding-3-large", Profile{Dimensions: 3072}},
	{"text-embedding-ada-002", Profile{Dimensions: 1536}},
	{"nomic-embed-text", Profile{Dimensions: 768}},
	{"mxbai-embed-large", Profile{Dimensions: 1024}},
	{"bge-m3", Profile{Dimensions: 1024}},
	{"all-minilm", Profile{Dimensions: 384}},
}

// ProfileOf returns the profile of the family that a model's name tells. What a
// router puts in front of it ("openai/gpt-5-mini") does not count. A model that
// is not known is taken to be of the plain kind.
func ProfileOf(model string) Profile {
	name := strings.ToLower(model[strings.LastIndex(model, "/")+1:])
	for _, f := range families {
		if strings.HasPrefix(name, f.name) {
			return f.over(plain)
		}
	}
	return plain
}

// over returns p with what it leaves out taken from base.
func (p Profile) over(base Profile) Profile {
	return Profile{
		TokenField:  cmp.Or(p.TokenField, base.TokenField),
		Temperature: cmp.Or(p.Temperature, base.Temperature),
		Seed:        cmp.Or(p.Seed, base.Seed),
		JSON:        cmp.Or(p.JSON, base.JSON),
		Thinking:    cmp.Or(p.Thinking, base.Thinking),
		Effort:      cmp.Or(p.Effort, base.Effort),
		Dimensions:  cmp.Or(p.Dimensions, base.Dimensions),
	}
}

// check refuses values that are none of the choices.
func (p Profile) check() error {
	choices := []struct {
		what, value string
		known       []string
	}{
		{"token field", string(p.TokenField), []string{string(MaxTokens), string(MaxCompletionTokens)}},
		{"temperature", string(p.Temperature), []string{string(TemperatureZero), string(TemperatureDefault)}},
		{"seed", string(p.Seed), []string{string(SeedFixed), string(SeedNone)}},
		{"JSON mode", string(p.JSON), []string{string(JSONSchema), string(JSONObject), string(JSONNone)}},
	}
	for _, c := range choices {
		if c.value != "" && !slices.Contains(c.known, c.value) {
			return fmt.Errorf("model: the %s %q is none of %s", c.what, c.value, strings.Join(c.known, ", "))
		}
	}
	if p.Thinking < 0 || p.Dimensions < 0 {
		return fmt.Errorf("model: thinking tokens and dimensions must not be negative")
	}
	return nil
}
