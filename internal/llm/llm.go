// Package llm speaks to one OpenAI-compatible server: OpenAI, Azure, Ollama,
// vLLM, llama.cpp and their like. It completes a prompt and embeds texts.
//
// A model only makes wording and search better, so every call may fail, and
// fails early: within its deadline, at once while the server is down (a circuit
// breaker), and at once when the day's budget is spent. An answer that was cut
// off, filtered or is empty is an error, never a short answer.
//
// Three invariants hold. No call is made that was not asked for: [New] makes
// none. Neither what is sent nor what the server writes gets into an error or a
// log; of the server's words only short codes do. And the key is not kept where
// printing a [Client] could show it.
//
// What models and servers differ in is a [Profile]; [Client.Probe] tries it out.
package llm

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// DefaultBaseURL is the address of OpenAI's own API.
const DefaultBaseURL = "https://api.openai.com/v1"

const (
	defaultTimeout     = 10 * time.Second
	defaultConcurrency = 8
)

// Options are what a [Client] needs to know. At least one of the two models
// must be named.
type Options struct {
	// BaseURL is the server's address with the version in it, such as
	// "http://localhost:11434/v1"; empty for [DefaultBaseURL]. With APIVersion it is
	// the address of the Azure resource alone.
	BaseURL string
	// APIVersion is Azure's api-version. It switches to Azure's addresses, in which
	// a model is the name of a deployment. Azure's newer addresses, which end in
	// /openai/v1, need none.
	APIVersion string
	// Key is the API key; empty where the server wants none.
	Key string
	// Model completes prompts; empty when none does.
	Model string
	// EmbeddingModel makes vectors; empty when none does. Vectors of two models
	// cannot be compared: changing it means embedding everything again.
	EmbeddingModel string
	// Family is the name of a model to take the profile of, where Model's own name
	// does not tell, as with deployments and aliases; empty for Model.
	Family string
	// Profile overrides that of the family, field by field.
	Profile Profile
	// Timeout bounds one call, retries included; 0 for ten seconds. An earlier
	// deadline of the caller comes first.
	Timeout time.Duration
	// Concurrency is how many calls may be under way; more wait. 0 for eight.
	Concurrency int
	// Budget bounds what a day may cost; the zero value does not.
	Budget Budget
	// Log takes what the operator should know; nil for nothing.
	Log *slog.Logger
}

// Client makes calls to one server. Make one with [New]. It may be used by
// several goroutines at once.
type Client struct {
	chat      *endpoint
	embedding *endpoint
	profile   Profile
	shorten   int          // the vector length to ask for; 0 for the model's own
	dimension atomic.Int64 // of all vectors; 0 before it is known

	http    *http.Client
	sdk     func(openai.HTTPDoer) *openai.Client // a closure, so that the key is in no field
	address string                               // for errors: without credentials or query
	keyed   bool                                 // there is a key
	azure   bool                                 // models are deployments
	timeout time.Duration
	slots   chan struct{} // one element for each call under way
	budget  budget
	log     *slog.Logger
}

// New returns a client. It makes no call yet; an error says which option to mend.
func New(o Options) (*Client, error) {
	base := cmp.Or(o.BaseURL, DefaultBaseURL)
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("model: the base URL is not a web address such as " + DefaultBaseURL)
	}
	if o.APIVersion != "" && o.BaseURL == "" {
		return nil, errors.New("model: an API version is for Azure: set the base URL to the resource's address, such as https://NAME.openai.azure.com")
	}
	if o.Model == "" && o.EmbeddingModel == "" {
		return nil, errors.New("model: no model is named; name one, such as gpt-4o-mini or llama3.2, or leave the whole section out")
	}
	if err := errors.Join(o.Profile.check(), o.Budget.check(o.Model != "")); err != nil {
		return nil, err
	}
	if o.Timeout < 0 || o.Concurrency < 0 {
		return nil, errors.New("model: the timeout and the concurrency must not be negative")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	family := ProfileOf(cmp.Or(o.Family, o.Model))
	family.Dimensions = ProfileOf(o.EmbeddingModel).Dimensions
	c := &Client{
		chat:      newEndpoint("chat completion", o.Model, o.Budget.Prices.chat, o.Log),
		embedding: newEndpoint("embedding", o.EmbeddingModel, o.Budget.Prices.embedding, o.Log),
		profile:   o.Profile.over(family),
		http:      &http.Client{Transport: newTransport(cmp.Or(o.Concurrency, defaultConcurrency)), CheckRedirect: noRedirect},
		sdk:       newSDK(base, o.APIVersion, o.Key),
		address:   u.Scheme + "://" + u.Host + u.Path,
		keyed:     o.Key != "",
		azure:     o.APIVersion != "",
		timeout:   cmp.Or(o.Timeout, defaultTimeout),
		slots:     make(chan struct{}, cmp.Or(o.Concurrency, defaultConcurrency)),
		budget:    budget{Budget: o.Budget, payers: make(map[string]Amount)},
		log:       o.Log,
	}
	if o.Profile.Dimensions != family.Dimensions {
		c.shorten = o.Profile.Dimensions
	}
	c.dimension.Store(int64(c.profile.Dimensions))
	return c, nil
}

// newSDK returns what makes the SDK's client for one attempt.
func newSDK(base, apiVersion, key string) func(openai.HTTPDoer) *openai.Client {
	return func(x openai.HTTPDoer) *openai.Client {
		c := openai.DefaultConfig(key)
		c.BaseURL = base
		if apiVersion != "" {
			c = openai.DefaultAzureConfig(key, base)
			c.APIVersion = apiVersion
			// A deployment's name is taken as it stands; the SDK would drop characters.
			c.AzureModelMapperFunc = func(deployment string) string { return deployment }
		}
		c.HTTPClient = x
		return openai.NewClientWithConfig(c)
	}
}

// newTransport returns a transport that keeps a connection for each call under
// way. There is no time limit in it: deadlines are the callers'.
func newTransport(connections int) *http.Transport {
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSHandshakeTimeout: defaultTimeout,
		MaxIdleConnsPerHost: connections,
		IdleConnTimeout:     time.Minute,
		// HTTP/1 has a connection for each call: one that went dead holds up one call, not all.
		Protocols: new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// noRedirect keeps the key and what patients wrote from following a redirect to another host.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Spent returns what was spent since midnight UTC.
func (c *Client) Spent() Amount { return c.budget.today() }

// Dimensions returns the length of the vectors that [Client.Embed] returns: what
// is known of the model, or else what its first answer showed; 0 before that.
func (c *Client) Dimensions() int { return int(c.dimension.Load()) }

// String names the models and the server, for operators.
func (c *Client) String() string {
	models := []string{c.chat.model, c.embedding.model}
	if c.chat.model == "" || c.embedding.model == "" {
		models = []string{c.chat.model + c.embedding.model}
	}
	return fmt.Sprintf("%s at %s", strings.Join(models, " and "), c.address)
}
