package llm

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"
)

// defaultMaxTokens is room for an answer of some 600 English words.
const defaultMaxTokens = 800

// Request is a prompt to complete.
type Request struct {
	// System says what the model is to do; empty for nothing.
	System string
	// User is what it is to do that with.
	User string
	// Schema is the JSON schema of the answer; nil for plain text. For strict
	// servers each object in it must list all its properties as required and allow no
	// others. Few servers hold a model to a schema, and some demand that the prompt
	// says "JSON": it has to describe the form all the same, and the answer has to be
	// checked.
	Schema json.RawMessage
	// MaxTokens bounds the answer; 0 for 800. Tokens for thinking come on top.
	MaxTokens int
	// Payer is the key of whom the call is charged to besides the process; empty for
	// nobody. It is not sent, and held in memory for the day alone.
	Payer string
}

// Response is a complete answer.
type Response struct {
	// Text is the answer without what the model thought before it, and without
	// control characters other than newlines and tabs. It is still a model's, and not
	// to be trusted.
	Text string
	// Usage is what this answer took, without the attempts that failed.
	Usage Usage
}

// Complete asks the model for an answer, the likeliest one where the profile
// allows. An answer that is not whole is an error: see [ErrTruncated] and those
// after it.
func (c *Client) Complete(ctx context.Context, r Request) (Response, error) {
	switch {
	case c.chat.model == "":
		return Response{}, errors.New("chat completion: no model is named")
	case strings.TrimSpace(r.User) == "":
		return Response{}, errors.New("chat completion: the prompt is empty")
	case r.Schema != nil && !json.Valid(r.Schema):
		return Response{}, errors.New("chat completion: the schema is not JSON")
	}
	var response Response
	err := c.call(ctx, task{
		endpoint: c.chat,
		payer:    r.Payer,
		prompt:   tokens(r.System + r.User),
		do: func(ctx context.Context, sdk *openai.Client) (Usage, error) {
			got, err := sdk.CreateChatCompletion(ctx, c.chatRequest(r))
			if err != nil {
				return Usage{}, err
			}
			response, err = read(got, r)
			return response.Usage, err
		},
	})
	if err != nil {
		return Response{}, err
	}
	return response, nil
}

// chatRequest writes a request as the profile says.
func (c *Client) chatRequest(r Request) openai.ChatCompletionRequest {
	q := openai.ChatCompletionRequest{Model: c.chat.model}
	if r.System != "" { // an empty message would lose its content on the wire
		q.Messages = append(q.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleSystem, Content: r.System})
	}
	q.Messages = append(q.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: r.User})
	limit := r.MaxTokens
	if limit <= 0 {
		limit = defaultMaxTokens
	}
	if limit += c.profile.Thinking; c.profile.TokenField == MaxCompletionTokens {
		q.MaxCompletionTokens = limit
	} else {
		//lint:ignore SA1019 deprecated by OpenAI alone; other servers know no other field
		q.MaxTokens = limit
	}
	if c.profile.Temperature == TemperatureZero {
		q.Temperature = math.SmallestNonzeroFloat32 // see zeroTemperature
	}
	if c.profile.Seed == SeedFixed {
		q.Seed = new(1)
	}
	if c.profile.Effort != "default" {
		q.ReasoningEffort = c.profile.Effort
	}
	switch {
	case r.Schema == nil:
	case c.profile.JSON == JSONSchema:
		q.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: "answer", Schema: r.Schema, Strict: true},
		}
	case c.profile.JSON == JSONObject:
		q.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	return q
}

// read takes the answer out of what the server sent, and refuses it unless the
// server said that it is complete.
func read(got openai.ChatCompletionResponse, r Request) (Response, error) {
	if len(got.Choices) == 0 {
		return Response{}, &callError{why: ErrEmpty, passing: true, detail: "no choices"}
	}
	choice := got.Choices[0]
	prompt := r.System + r.User
	response := Response{Usage: usage(got.Usage, prompt, choice.Message.Content)}
	switch reason := choice.FinishReason; {
	case reason == openai.FinishReasonContentFilter || choice.Message.Refusal != "":
		return response, &callError{why: ErrFiltered}
	case reason == openai.FinishReasonLength:
		return response, &callError{why: ErrTruncated, detail: "cut off at the token limit"}
	case reason != openai.FinishReasonStop:
		return response, &callError{why: ErrTruncated, detail: "the server did not say that it is"}
	case got.Usage.PromptTokens > 0 && got.Usage.PromptTokens < fewestTokens(prompt):
		// Ollama cuts a prompt to its context window without a word.
		return response, &callError{why: ErrTooLong, detail: "the server read only a part of it"}
	}
	text := strings.TrimSpace(strings.Map(printable, answer(choice.Message.Content)))
	switch {
	case text == "":
		return response, &callError{why: ErrEmpty}
	case strings.ContainsRune(text, utf8.RuneError):
		return response, &callError{why: ErrMalformed, detail: "characters were lost"}
	}
	response.Text = text
	return response, nil
}

// answer cuts off what local models think aloud first, between <think> and
// </think>. With some prompt templates the first mark is not in the answer.
func answer(text string) string {
	if _, after, ok := strings.Cut(text, "</think>"); ok {
		return after
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<think>") {
		return ""
	}
	return text
}

func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' {
		return -1
	}
	return r
}
