package llmtest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
)

// complete answers a call for a completion.
func (s *Server) complete(call Request) (int, map[string]any) {
	chat := Chat{Model: text(call.Body["model"])}
	if status, refusal := s.unknown(chat.Model); refusal != nil {
		return status, refusal
	}
	messages, _ := call.Body["messages"].([]any)
	if len(messages) == 0 || call.Body["stream"] == true {
		return refuse(http.StatusBadRequest, "messages must be there, and stream must not be true.", "messages", "")
	}
	for _, m := range messages {
		message, _ := m.(map[string]any)
		content := text(message["content"])
		if content == "" {
			return refuse(http.StatusBadRequest, "Invalid value for 'content': expected a string, got null.", "messages", "")
		}
		if message["role"] == "system" {
			chat.System += content
		} else {
			chat.User += content
		}
	}
	if status, refusal := reasoning(chat.Model, call.Body); refusal != nil {
		return status, refusal
	}
	format, _ := call.Body["response_format"].(map[string]any)
	chat.JSON = format != nil
	answer := s.Answer(chat)
	return http.StatusOK, map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": chat.Model,
		"choices": []any{map[string]any{
			"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": answer},
		}},
		"usage": counted(count(chat.System+chat.User), count(answer)),
	}
}

// reasoning refuses what models that reason refuse.
func reasoning(model string, body map[string]any) (int, map[string]any) {
	if !strings.HasPrefix(model, "gpt-5") {
		return 0, nil
	}
	if body["max_tokens"] != nil {
		return refuse(http.StatusBadRequest, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
			"max_tokens", "unsupported_parameter")
	}
	if t, set := body["temperature"]; set && t != 1.0 {
		return refuse(http.StatusBadRequest, "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
			"temperature", "unsupported_value")
	}
	return 0, nil
}

// embed answers a call for vectors: the same one for the same text.
func (s *Server) embed(call Request) (int, map[string]any) {
	if status, refusal := s.unknown(text(call.Body["model"])); refusal != nil {
		return status, refusal
	}
	input, _ := call.Body["input"].([]any)
	if len(input) == 0 {
		return refuse(http.StatusBadRequest, "'$.input' is invalid.", "input", "")
	}
	var data []any
	read := 0
	for i, t := range input {
		read += count(text(t))
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": Vector(text(t), s.Dimensions)})
	}
	return http.StatusOK, map[string]any{
		"object": "list", "model": call.Body["model"], "data": data, "usage": counted(read, 0),
	}
}

// Vector is what the server makes of a text. It is not of length one.
func Vector(text string, dimensions int) []float32 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // it never fails
	random := rand.New(rand.NewPCG(h.Sum64(), 0))
	v := make([]float32, dimensions)
	for i := range v {
		v[i] = 2*random.Float32() - 1
	}
	return v
}

// unknown refuses a model that the server does not have.
func (s *Server) unknown(model string) (int, map[string]any) {
	if slices.Contains(s.Models, model) {
		return 0, nil
	}
	return refuse(http.StatusNotFound, fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", model), "", "model_not_found")
}

// count stands in for a tokenizer: four bytes to a token, and a few for the form.
func count(text string) int { return len(text)/4 + 4 }

func counted(prompt, completion int) map[string]any {
	return map[string]any{"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
