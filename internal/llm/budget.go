package llm

import (
	"errors"
	"sync"
	"time"
)

// Amount is what calls cost, in tokens and in dollars. As a limit, zero means
// that there is none.
type Amount struct {
	Tokens  int64
	Dollars float64
}

func (a Amount) plus(b Amount) Amount {
	return Amount{Tokens: a.Tokens + b.Tokens, Dollars: a.Dollars + b.Dollars}
}

func (a Amount) reaches(limit Amount) bool {
	return limit.Tokens > 0 && a.Tokens >= limit.Tokens || limit.Dollars > 0 && a.Dollars >= limit.Dollars
}

// Prices are in dollars for a million tokens.
type Prices struct {
	Input, Output, Embedding float64
}

// Budget bounds what the calls of one process may cost in a day, which begins
// at midnight UTC. Calls under way when a limit is reached are finished, so it
// can be passed by as many calls as may be under way.
type Budget struct {
	// Process is the limit for all calls together.
	Process Amount
	// Payer is the limit for each payer that a [Request] names.
	Payer Amount
	// Prices turn tokens into dollars; needed for limits in dollars.
	Prices Prices
	// Spent, when set, is called once a day: when the limit for all is reached, with
	// what was spent. It must return soon.
	Spent func(Amount)
}

// check refuses limits that could not work.
func (b Budget) check(completes bool) error {
	p := b.Prices
	if min(b.Process.Tokens, b.Payer.Tokens) < 0 || min(b.Process.Dollars, b.Payer.Dollars, p.Input, p.Output, p.Embedding) < 0 {
		return errors.New("model: limits and prices must not be negative")
	}
	inDollars := b.Process.Dollars > 0 || b.Payer.Dollars > 0
	if unpriced := completes && (p.Input == 0 || p.Output == 0) || !completes && p.Embedding == 0; inDollars && unpriced {
		return errors.New("model: a limit in dollars needs the model's prices, in dollars for a million tokens")
	}
	return nil
}

// budget counts what is spent against the limits of a day.
type budget struct {
	Budget

	mu     sync.Mutex
	day    time.Time // midnight UTC
	all    Amount
	payers map[string]Amount // kept only where payers have a limit
}

// turn begins a new day when it is time. b.mu is held.
func (b *budget) turn() {
	if day := time.Now().UTC().Truncate(24 * time.Hour); !day.Equal(b.day) {
		b.day, b.all = day, Amount{}
		clear(b.payers)
	}
}

// admit reports whether a limit leaves room for another call: ok, or else whose
// limit it is that does not.
func (b *budget) admit(payer string) (whose string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn()
	if b.all.reaches(b.Process) {
		return "everybody's", false
	}
	if b.payers[payer].reaches(b.Payer) {
		return "this person's", false
	}
	return "", true
}

// charge counts what a call cost. It reports what was spent so far, and whether
// this call reached the limit for all.
func (b *budget) charge(payer string, cost Amount) (spent Amount, reached bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn()
	before := b.all
	b.all = before.plus(cost)
	if b.Payer != (Amount{}) && payer != "" {
		b.payers[payer] = b.payers[payer].plus(cost)
	}
	return b.all, b.all.reaches(b.Process) && !before.reaches(b.Process)
}

func (b *budget) today() Amount {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn()
	return b.all
}

// chat returns what the tokens of a completion cost.
func (p Prices) chat(u Usage) Amount {
	return Amount{
		Tokens:  int64(u.Input + u.Output),
		Dollars: (float64(u.Input)*p.Input + float64(u.Output)*p.Output) / 1e6,
	}
}

// embedding returns what the tokens of an embedding cost.
func (p Prices) embedding(u Usage) Amount {
	return Amount{Tokens: int64(u.Input), Dollars: float64(u.Input) * p.Embedding / 1e6}
}
