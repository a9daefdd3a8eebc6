package llm

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

const (
	// attempts is how often a call is made at most.
	attempts = 3
	// Between attempts without a wish of the server, a call waits at random up to
	// backoff, twice as long each time: "full jitter" spreads callers best (AWS
	// Architecture Blog, "Exponential Backoff And Jitter", 2015).
	backoff = 500 * time.Millisecond
)

// endpoint is one of the two things that a server is asked for. Each has its own
// breaker: slow embeddings must not silence the completions.
type endpoint struct {
	name    string
	model   string
	cost    func(Usage) Amount
	breaker breaker
}

func newEndpoint(name, model string, cost func(Usage) Amount, log *slog.Logger) *endpoint {
	return &endpoint{name: name, model: model, cost: cost, breaker: breaker{name: name, log: log}}
}

// task is a call to make, as often as it takes.
type task struct {
	*endpoint
	payer  string // who is charged besides the process; empty for nobody
	prompt int    // tokens that are sent, estimated
	// do makes one attempt. It returns what the server counted, also with an error;
	// the zero Usage when that is not known.
	do func(ctx context.Context, sdk *openai.Client) (Usage, error)
}

// call carries a task out, within the time limit. Its error is a [*callError].
func (c *Client) call(ctx context.Context, t task) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	for failures := 1; ; failures++ {
		failed := c.attempt(ctx, t)
		if failed == nil {
			return nil
		}
		failed.call = t.name
		wait := failed.asked
		if wait == 0 {
			wait = rand.N(backoff << (failures - 1))
		}
		if !failed.passing || failures == attempts || !fits(ctx, wait) {
			return failed
		}
		c.log.Info("model: call failed, trying again", "error", failed, "wait", wait)
		if !sleep(ctx, wait) {
			return failed
		}
	}
}

// attempt makes a call once, when there is a free place, money, and a server that
// is not known to fail. A call that waits for its next attempt takes no place.
func (c *Client) attempt(ctx context.Context, t task) *callError {
	if ctx.Err() != nil {
		return ended(ctx)
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		e := ended(ctx)
		e.detail = "waited for other calls to finish"
		return e
	}
	if whose, ok := c.budget.admit(t.payer); !ok {
		return &callError{why: ErrBudget, detail: whose}
	}
	leave, wait, ok := t.breaker.enter()
	if !ok {
		return &callError{why: ErrDown, passing: wait > 0, asked: wait}
	}
	x := &exchange{http: c.http}
	usage, err := t.do(ctx, c.sdk(x))
	var failed *callError
	if err != nil {
		failed = x.explain(ctx, err)
	}
	if open := leave(failed.outcome(), x.asked); open && failed != nil {
		failed.passing = false // the next attempt would not be let through
	}
	if usage == (Usage{}) && x.mayCost(failed) {
		usage = Usage{Input: t.prompt, Estimated: true}
	}
	c.charge(t.payer, t.cost(usage))
	return failed
}

// charge counts what an attempt cost and tells when that was the last for today.
func (c *Client) charge(payer string, cost Amount) {
	spent, reached := c.budget.charge(payer, cost)
	if !reached {
		return
	}
	c.log.Warn("model: the budget of the day is spent; it is not asked again before midnight UTC",
		"tokens", spent.Tokens, "dollars", spent.Dollars)
	if c.budget.Spent != nil {
		c.budget.Spent(spent)
	}
}

// fits reports whether there is time left after the wait. ctx has a deadline.
func fits(ctx context.Context, wait time.Duration) bool {
	deadline, _ := ctx.Deadline()
	return wait < time.Until(deadline)
}

// sleep waits for d and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
