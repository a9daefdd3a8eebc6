package llm

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

// FuzzAnswer: whatever a server writes, there is either a text that can be read
// or an error that quotes nothing of it but a code.
func FuzzAnswer(f *testing.F) {
	f.Add(200, `{"choices":[{"finish_reason":"stop","message":{"content":"Yes."}}],"usage":{"prompt_tokens":9}}`)
	f.Add(200, `{"choices":[{"finish_reason":"stop","message":{"content":[{"type":"text","text":"Yes."}]}}]}`)
	f.Add(200, `{"error":{"message":"no"}}`)
	f.Add(200, "data: {}\n\n")
	f.Add(400, `{"error":{"message":["no","max_tokens"],"type":"invalid_request_error","param":"seed","code":1e9,"innererror":{}}}`)
	f.Add(404, `[{"error":{"code":404}}]`)
	f.Add(429, `{"error":"insufficient_quota"}`)
	f.Add(502, `<html>`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			t.Skip()
		}
		c, err := New(Options{Model: "m"})
		if err != nil {
			t.Fatal(err)
		}
		x := &exchange{http: &http.Client{CheckRedirect: noRedirect, Transport: transportFunc(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}}
		r := Request{User: question}
		got, err := c.sdk(x).CreateChatCompletion(t.Context(), c.chatRequest(r))
		var response Response
		if err == nil {
			response, err = read(got, r)
		}
		if err != nil {
			failed := x.explain(t.Context(), err)
			if said := failed.Error(); failed.why == nil || len(said) > 200 || strings.ContainsFunc(said, unicode.IsControl) {
				t.Errorf("%q", said)
			}
			return
		}
		if response.Text == "" || response.Usage.Input <= 0 || response.Usage.Output < 0 ||
			strings.ContainsFunc(response.Text, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) {
			t.Errorf("%+v", response)
		}
	})
}
