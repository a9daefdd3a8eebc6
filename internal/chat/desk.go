package chat

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Outlet is where the reply to one message goes. A platform makes one for each
// message it takes. Its methods are called one at a time.
type Outlet interface {
	// Typing shows that an answer is being written. It returns at once or when
	// ctx is done, and is called again every few seconds while the answer is on its way.
	Typing(ctx context.Context)
	// Notice delivers the line for somebody who has to queue, beside the reply
	// that is still to come.
	Notice(ctx context.Context, r Reply) error
	// Send delivers the reply, all parts of it, with the platform's own retries.
	Send(ctx context.Context, r Reply) error
}

// DeskOptions bound a [Desk]. The zero value of a field stands for its default.
type DeskOptions struct {
	Workers     int           // messages answered at the same time; 8
	Queue       int           // messages taken and not yet answered, all conversations together; 256
	LongQueue   int           // with so many before it a message gets a notice; 16
	Delivery    time.Duration // how long one reply may take to deliver, retries included; 60 s
	TypingEvery time.Duration // 4 s: Telegram shows typing for five seconds, Discord for ten
	Remember    int           // messages remembered so that a duplicate is not answered again; 8192
}

func (o DeskOptions) withDefaults() DeskOptions {
	o.Workers = cmp.Or(o.Workers, 8)
	o.Queue = cmp.Or(o.Queue, 256)
	o.LongQueue = cmp.Or(o.LongQueue, 16)
	o.Delivery = cmp.Or(o.Delivery, time.Minute)
	o.TypingEvery = cmp.Or(o.TypingEvery, 4*time.Second)
	o.Remember = cmp.Or(o.Remember, 8192)
	return o
}

// noticeTime bounds the delivery of a notice: it is worth little when late.
const noticeTime = 5 * time.Second

// Desk stands between a platform and the [Handler]. It answers each message
// once, the messages of one conversation in the order they were taken, and
// different conversations side by side, so that one slow question never holds
// up another patient. Workers and queue are bounded, and a panic becomes a log
// line and a reply.
type Desk struct {
	handler Handler
	options DeskOptions
	log     *slog.Logger
	workers chan struct{} // holds a token for each message being answered
	running sync.WaitGroup
	abandon context.CancelFunc
	ctx     context.Context // done when Close gives up waiting

	mu     sync.Mutex
	closed bool
	taken  int              // taken and not yet done
	lanes  map[string][]job // what waits in each conversation that is being served
	seen   map[string]bool  // IDs of recent messages
	recent []string         // the same IDs, a ring in the order they came
	next   int              // where the next ID goes in recent
}

type job struct {
	message Message
	outlet  Outlet
	done    func()
	queued  bool // it found a long queue
}

// NewDesk returns a desk that is ready to take messages.
func NewDesk(h Handler, o DeskOptions, log *slog.Logger) *Desk {
	o = o.withDefaults()
	ctx, abandon := context.WithCancel(context.Background())
	return &Desk{
		handler: h, options: o, log: log,
		workers: make(chan struct{}, o.Workers),
		ctx:     ctx, abandon: abandon,
		lanes:  make(map[string][]job),
		seen:   make(map[string]bool, o.Remember),
		recent: make([]string, o.Remember),
	}
}

// Room returns how many messages can be taken before the queue is full. A
// platform that can leave messages with its server asks for no more than that.
func (d *Desk) Room() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return max(0, d.options.Queue-d.taken)
}

// Take accepts one message and returns at once. done, which may be nil, is
// called exactly once, when nothing more will happen for the message: it was
// answered, given up, turned away, a duplicate, or the desk is closed.
//
// A message that finds the queue full is turned away with a line that says so;
// at twice the bound even that is not tried, and the message is dropped with a
// log line.
func (d *Desk) Take(m Message, out Outlet, done func()) {
	if done == nil {
		done = func() {}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.isDuplicate(m.ID) {
		done()
		return
	}
	if d.taken >= 2*d.options.Queue {
		d.log.Error("message dropped: the queue is full", "platform", m.Platform, "waiting", d.taken)
		done()
		return
	}
	j := job{message: m, outlet: out, done: done, queued: d.taken >= d.options.LongQueue}
	full := d.taken >= d.options.Queue
	d.taken++
	d.running.Add(1)
	waiting, busy := d.lanes[m.Conversation]
	switch {
	case full:
		go d.turnAway(j)
	case busy:
		d.lanes[m.Conversation] = append(waiting, j)
	default:
		d.lanes[m.Conversation] = nil
		go d.serve(m.Conversation, j)
	}
}

// isDuplicate reports whether the ID was seen before, and remembers it. An
// empty ID is never a duplicate. d.mu is held.
func (d *Desk) isDuplicate(id string) bool {
	if id == "" {
		return false
	}
	if d.seen[id] {
		return true
	}
	delete(d.seen, d.recent[d.next])
	d.recent[d.next] = id
	d.next = (d.next + 1) % len(d.recent)
	d.seen[id] = true
	return false
}

// serve answers the messages of one conversation until none waits. It is the
// only goroutine of that conversation.
func (d *Desk) serve(conversation string, j job) {
	for {
		if j.queued {
			d.notify(j)
		}
		d.workers <- struct{}{}
		d.answer(j)
		<-d.workers

		d.mu.Lock()
		waiting := d.lanes[conversation]
		if len(waiting) == 0 {
			delete(d.lanes, conversation)
			d.mu.Unlock()
			return
		}
		j = waiting[0]
		j.queued = false // one notice a conversation is enough
		d.lanes[conversation] = waiting[1:]
		d.mu.Unlock()
	}
}

// answer sees one message through: typing, the handler, delivery.
func (d *Desk) answer(j job) {
	defer d.finish(j)
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	var typing sync.WaitGroup
	typing.Go(func() { d.keepTyping(ctx, j) })
	reply := d.handle(ctx, j.message)
	cancel()
	typing.Wait()
	d.deliver(j, reply)
}

// handle calls the handler and turns a panic in it into a reply.
func (d *Desk) handle(ctx context.Context, m Message) (r Reply) {
	defer func() {
		if p := recover(); p != nil {
			d.logPanic(m, p)
			r = d.handler.Overloaded(m)
		}
	}()
	return d.handler.Handle(ctx, m)
}

func (d *Desk) keepTyping(ctx context.Context, j job) {
	defer d.recoverFrom(j.message)
	tick := time.NewTicker(d.options.TypingEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		j.outlet.Typing(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func (d *Desk) notify(j job) {
	defer d.recoverFrom(j.message)
	ctx, cancel := context.WithTimeout(d.ctx, noticeTime)
	defer cancel()
	if err := j.outlet.Notice(ctx, d.handler.Waiting(j.message)); err != nil {
		d.log.Warn("notice not delivered", "platform", j.message.Platform, "error", err)
	}
}

func (d *Desk) turnAway(j job) {
	defer d.finish(j)
	defer d.recoverFrom(j.message)
	d.deliver(j, d.handler.Overloaded(j.message))
}

func (d *Desk) deliver(j job, r Reply) {
	defer d.recoverFrom(j.message)
	ctx, cancel := context.WithTimeout(d.ctx, d.options.Delivery)
	defer cancel()
	if err := j.outlet.Send(ctx, r); err != nil {
		d.log.Error("reply not delivered", "platform", j.message.Platform, "message", j.message.ID, "error", err)
	}
}

func (d *Desk) finish(j job) {
	d.mu.Lock()
	d.taken--
	d.mu.Unlock()
	j.done()
	d.running.Done()
}

func (d *Desk) recoverFrom(m Message) {
	if p := recover(); p != nil {
		d.logPanic(m, p)
	}
}

// logPanic leaves out the panic's value: it may quote the patient.
func (d *Desk) logPanic(m Message, p any) {
	d.log.Error("panic while answering", "platform", m.Platform, "message", m.ID,
		"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
}

// Close stops taking messages and waits until those taken are done. When ctx
// is done first it cancels them, waits until they have let go, and returns an
// error that says how many there were.
func (d *Desk) Close(ctx context.Context) error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	defer d.abandon()
	idle := make(chan struct{})
	go func() { d.running.Wait(); close(idle) }()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	d.mu.Lock()
	left := d.taken
	d.mu.Unlock()
	d.abandon()
	<-idle
	return fmt.Errorf("%d messages were not answered in time", left)
}
