package discord

import (
	"context"
	"math/rand/v2"
	"time"
)

// pace holds the waits of the adapter. Tests shorten them.
type pace struct {
	backoff time.Duration // the first wait before connecting again
	longest time.Duration // the longest such wait
	invalid time.Duration // least wait after an invalid session; as much again and more at random
	open    time.Duration // how long opening a connection may take, READY included
	close   time.Duration // how long closing one may take; the library alone sleeps 1 s
	silence time.Duration // a connection on which nothing comes for so long is dead
	retry   time.Duration // the first wait before a failed call is made again
	attempt time.Duration // how long one attempt of a call may take
	ack     time.Duration // how long acknowledging an interaction may take, retries included
	typing  time.Duration // how long one typing call may take
	drain   time.Duration // how long messages may take to finish on shutdown
}

var realPace = pace{
	backoff: time.Second,
	longest: time.Minute,
	invalid: time.Second, // Discord asks for 1 to 5 s at random
	open:    30 * time.Second,
	close:   3 * time.Second,
	silence: 90 * time.Second, // Discord's heartbeat comes every 41.25 s, and each is answered
	retry:   500 * time.Millisecond,
	attempt: 10 * time.Second,
	// Discord drops an interaction that is not acknowledged within 3 s.
	ack:    2900 * time.Millisecond,
	typing: 3 * time.Second,
	drain:  8 * time.Second,
}

// wait returns how long to wait before connecting again: twice as long for
// each failure, with jitter.
func (p *pace) wait(failures int) time.Duration {
	return jitter(doubled(p.backoff, failures, p.longest))
}

// doubled returns first doubled n times, at most longest.
func doubled(first time.Duration, n int, longest time.Duration) time.Duration {
	if n > 16 {
		return longest
	}
	return min(first<<n, longest)
}

// jitter returns half of d to the whole of it, at random.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

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
