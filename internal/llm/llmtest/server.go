// Package llmtest is an OpenAI-compatible model server in memory for tests. It
// speaks the real wire protocol, refuses what such servers refuse in their words,
// and misbehaves on demand.
package llmtest

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Key is the API key that the server wants.
const Key = "sk-test-4242-never-to-be-seen-in-a-log"

// The models that a new server has. Those that reason refuse max_tokens and any
// temperature but 1, as OpenAI's do.
const (
	Model          = "llama3.2"
	ReasoningModel = "gpt-5-mini"
	EmbeddingModel = "text-embedding-test"
)

// Dimensions is the length of a new server's vectors.
const Dimensions = 8

// Server is the model server. Make one with [New] or [NewPipe], and set its
// fields before the first call.
type Server struct {
	// URL is the base address, with the version in it.
	URL string
	// Key is the API key it wants; empty for none.
	Key string
	// Models are the names of the models it has.
	Models []string
	// Answer completes a prompt. A new server's answers are [Echo].
	Answer func(Chat) string
	// Dimensions is the length of vectors, whatever a call asks for.
	Dimensions int

	http  *http.Server
	pipes *pipes
	done  sync.WaitGroup

	mu       sync.Mutex
	requests []Request
	script   map[string][]Fault
	always   map[string]Fault
}

// Chat is a prompt to complete.
type Chat struct {
	Model, System, User string
	JSON                bool // an answer in JSON was asked for
}

// Echo answers {"ok":true} where JSON is wanted, and else with what was asked.
func Echo(c Chat) string {
	if c.JSON {
		return `{"ok":true}`
	}
	return "You said: " + c.User
}

// Request is one call that came in.
type Request struct {
	Method, Path, Query string
	Header              http.Header
	Body                map[string]any
	Raw                 string // the body as it came
}

// New starts a server on loopback. Close it when done.
func New() *Server {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("llmtest: " + err.Error()) // as httptest does
	}
	s := newServer("http://" + listener.Addr().String() + "/v1")
	s.serve(listener)
	return s
}

// NewPipe starts a server that is reached through [Server.Dial] alone, with no
// network, so that it can run in a bubble of testing/synctest.
func NewPipe() *Server {
	s := newServer("http://model.test/v1")
	s.pipes = newPipes()
	s.serve(s.pipes)
	return s
}

func newServer(url string) *Server {
	return &Server{
		URL: url, Key: Key, Models: []string{Model, ReasoningModel, EmbeddingModel}, Answer: Echo, Dimensions: Dimensions,
		script: make(map[string][]Fault), always: make(map[string]Fault),
	}
}

func (s *Server) serve(l net.Listener) {
	s.http = &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	s.done.Go(func() { _ = s.http.Serve(l) }) // it returns when Close is called
}

// Close stops the server and drops all connections.
func (s *Server) Close() {
	_ = s.http.Close() // nothing is left to do about an error
	s.done.Wait()
}

// Dial connects to a server made with [NewPipe], whatever the address.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) { return s.pipes.dial(ctx) }

// Requests returns the calls that came in, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	call := Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header, Raw: string(raw)}
	_ = json.Unmarshal(raw, &call.Body) // what is not JSON has no fields, and is refused for that
	endpoint := call.endpoint()
	s.mu.Lock()
	s.requests = append(s.requests, call)
	fault := s.nextFault(endpoint)
	s.mu.Unlock()

	status, reply := s.reply(endpoint, call)
	fault.write(r.Context(), w, status, reply)
}

// reply is what the server says when nothing goes wrong.
func (s *Server) reply(endpoint string, call Request) (status int, reply map[string]any) {
	if !s.knows(call.Header) {
		return refuse(http.StatusUnauthorized, "Incorrect API key provided: "+call.Header.Get("Authorization"), "", "invalid_api_key")
	}
	switch endpoint {
	case "models":
		return http.StatusOK, s.list()
	case "chat/completions":
		return s.complete(call)
	case "embeddings":
		return s.embed(call)
	}
	return refuse(http.StatusNotFound, "Invalid URL ("+call.Method+" "+call.Path+")", "", "")
}

func (s *Server) knows(h http.Header) bool {
	return s.Key == "" || h.Get("Authorization") == "Bearer "+s.Key || h.Get("api-key") == s.Key
}

func (s *Server) list() map[string]any {
	var models []map[string]any
	for _, name := range s.Models {
		models = append(models, map[string]any{"id": name, "object": "model", "owned_by": "test"})
	}
	return map[string]any{"object": "list", "data": models}
}

// endpoint is the last of the path: "chat/completions", "embeddings" or "models";
// empty for what the server does not have.
func (r Request) endpoint() string {
	rest, ours := strings.CutPrefix(r.Path, "/v1/")
	if azure, ok := strings.CutPrefix(r.Path, "/openai/deployments/"); ok && strings.HasPrefix(r.Query, "api-version=") {
		_, rest, ours = strings.Cut(azure, "/")
	}
	want := map[string]string{"chat/completions": http.MethodPost, "embeddings": http.MethodPost, "models": http.MethodGet}
	if !ours || want[rest] != r.Method {
		return ""
	}
	return rest
}

// refuse is an error in the words of the protocol.
func refuse(status int, message, param, code string) (int, map[string]any) {
	said := map[string]any{"message": message, "type": "invalid_request_error", "param": nil, "code": nil}
	if param != "" {
		said["param"] = param
	}
	if code != "" {
		said["code"] = code
	}
	return status, map[string]any{"error": said}
}
