package llmtest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// call makes one call and returns the status and the body.
func call(t *testing.T, s *Server, method, path, key, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body) // a body that breaks off is what some tests want
	return response.StatusCode, string(text)
}

// TestRefusals: the server refuses what real ones refuse.
func TestRefusals(t *testing.T) {
	const chat, vectors = "/chat/completions", "/embeddings"
	tests := []struct {
		name, method, path, key, body string
		status                        int
		says                          string
	}{
		{"right", "POST", chat, Key, `{"model":"llama3.2","messages":[{"role":"user","content":"hi"}]}`, 200, "You said: hi"},
		{"wrong key", "POST", chat, "other", `{}`, 401, "invalid_api_key"},
		{"wrong path", "POST", "/chat", Key, `{}`, 404, "Invalid URL"},
		{"wrong method", "GET", chat, Key, ``, 404, "Invalid URL"},
		{"not JSON", "POST", chat, Key, `hello`, 404, "model_not_found"},
		{"no such model", "POST", vectors, Key, `{"model":"x","input":["a"]}`, 404, "model_not_found"},
		{"no messages", "POST", chat, Key, `{"model":"llama3.2"}`, 400, "messages"},
		{"stream", "POST", chat, Key, `{"model":"llama3.2","messages":[{"role":"user","content":"hi"}],"stream":true}`, 400, "stream"},
		{"no content", "POST", chat, Key, `{"model":"llama3.2","messages":[{"role":"user"}]}`, 400, "content"},
		{"max_tokens", "POST", chat, Key, `{"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}],"max_tokens":9}`, 400, `"param":"max_tokens"`},
		{"temperature", "POST", chat, Key, `{"model":"gpt-5-mini","messages":[{"role":"user","content":"hi"}],"temperature":0}`, 400, `"param":"temperature"`},
		{"no input", "POST", vectors, Key, `{"model":"text-embedding-test"}`, 400, "input"},
		{"models", "GET", "/models", Key, ``, 200, `"gpt-5-mini"`},
	}
	s := New()
	defer s.Close()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, body := call(t, s, test.method, test.path, test.key, test.body)
			if status != test.status || !strings.Contains(body, test.says) {
				t.Errorf("%d %s; want %d with %q", status, body, test.status, test.says)
			}
		})
	}
}

// TestFaultsComeInTurn: those in store first, then the one that stays, then none.
func TestFaultsComeInTurn(t *testing.T) {
	s := New()
	defer s.Close()
	s.Fail("models", Failed(500), Fault{Drop: true}, Gateway(502))
	s.Break("models", Limited("7"))
	for i, want := range []int{500, 0, 502, 429, 429} {
		if got, _ := call(t, s, "GET", "/models", Key, ""); got != want {
			t.Errorf("call %d: %d, want %d", i, got, want)
		}
	}
	s.Break("models", Fault{})
	if got, _ := call(t, s, "GET", "/models", Key, ""); got != 200 || len(s.Requests()) != 6 {
		t.Errorf("%d after %d calls", got, len(s.Requests()))
	}
}
