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
	Workers     int           // answers worked on at the same time; 8
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

const (
	// noticeTime bounds the delivery of a notice: it is worth little when late.
	noticeTime = 5 * time.Second
	// typingAfter is how long an answer may take before typing is shown. Most
	// take a millisecond, and a call to the platform would only slow them down.
	typingAfter = 300 * time.Millisecond
	// laneShare is the part of the queue, one in so many, that a single
	// conversation may fill, so that somebody who floods shuts nobody else out.
	laneShare = 4
)

// Desk stands between a platform and the [Handler]. It answers each message
// once, the messages of one conversation in the order they were taken, and
// different conversations side by side, so that one slow question never holds
// up another patient. Workers and queue are bounded, and a panic becomes a log
// line and a reply. A desk must be closed.
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
// answered, given up, turned away, dropped, a duplicate, or the desk is closed.
//
// A message that finds the queue full, or its conversation's share of it, is
// turned away with a line that says so; at twice the bound even that is not
// tried, and the message is dropped with a log line.
func (d *Desk) Take(m Message, out Outlet, done func()) {
	if done == nil {
		done = func() {}
	}
	if !d.admit(job{message: m, outlet: out, done: done}) {
		done()
	}
}

// admit puts the job on its way; false tells that nothing will happen for it.
func (d *Desk) admit(j job) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.isDuplicate(j.message.ID) {
		return false
	}
	if d.taken >= 2*d.options.Queue {
		d.log.Error("message dropped: the queue is full", "platform", j.message.Platform, "waiting", d.taken)
		return false
	}
	conversation := j.message.Conversation
	waiting, busy := d.lanes[conversation]
	full := d.taken >= d.options.Queue || len(waiting) >= max(1, d.options.Queue/laneShare)
	j.queued = d.taken >= d.options.LongQueue
	d.taken++
	d.running.Add(1)
	switch {
	case full:
		go d.turnAway(j)
	case busy:
		d.lanes[conversation] = append(waiting, j)
	default:
		d.lanes[conversation] = nil
		go d.serve(conversation, j)
	}
	return true
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
	for more := true; more; j, more = d.nextIn(conversation) {
		d.attend(j)
	}
}

// nextIn returns what waits longest in the conversation, and ends the
// conversation when nothing does.
func (d *Desk) nextIn(conversation string) (j job, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting := d.lanes[conversation]
	if len(waiting) == 0 {
		delete(d.lanes, conversation)
		return job{}, false
	}
	d.lanes[conversation] = waiting[1:]
	j = waiting[0]
	j.queued = false // one notice a conversation is enough
	return j, true
}

// attend sees one message through: notice, answer, delivery.
func (d *Desk) attend(j job) {
	defer d.finish(j)
	defer d.recoverFrom(j.message)
	if j.queued && d.ctx.Err() == nil {
		d.notify(j)
	}
	if reply, ok := d.answer(j); ok {
		d.deliver(j, reply)
	}
}

// answer waits for a worker and asks the handler. It lets go of the worker
// before delivery, so that a platform that makes one conversation wait does not
// hold up the others. ok is false when Close gave up first.
func (d *Desk) answer(j job) (r Reply, ok bool) {
	select {
	case d.workers <- struct{}{}:
	case <-d.ctx.Done():
		return Reply{}, false
	}
	defer func() { <-d.workers }()
	if d.ctx.Err() != nil { // select picks at random when both are ready
		return Reply{}, false
	}
	ctx, cancel := context.WithCancel(d.ctx)
	var typing sync.WaitGroup
	defer typing.Wait()
	defer cancel()
	typing.Go(func() { d.keepTyping(ctx, j) })
	return d.handle(ctx, j.message), true
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

// keepTyping shows typing until ctx is done.
func (d *Desk) keepTyping(ctx context.Context, j job) {
	defer d.recoverFrom(j.message)
	next := time.NewTimer(typingAfter)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			j.outlet.Typing(ctx)
			next.Reset(d.options.TypingEvery)
		}
	}
}

// notify delivers the line for somebody who has to queue.
func (d *Desk) notify(j job) {
	defer d.recoverFrom(j.message)
	ctx, cancel := context.WithTimeout(d.ctx, noticeTime)
	defer cancel()
	if err := j.outlet.Notice(ctx, d.handler.Waiting(j.message)); err != nil {
		d.log.Warn("notice not delivered", "platform", j.message.Platform, "message", j.message.ID, "error", err)
	}
}

// turnAway says that the message can not be answered now.
func (d *Desk) turnAway(j job) {
	defer d.finish(j)
	defer d.recoverFrom(j.message)
	d.deliver(j, d.handler.Overloaded(j.message))
}

// deliver sends the reply, unless Close gave up: then the platform is being
// taken down, and Close counts the message as not answered.
func (d *Desk) deliver(j job, r Reply) {
	if d.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(d.ctx, d.options.Delivery)
	defer cancel()
	if err := j.outlet.Send(ctx, r); err != nil {
		d.log.Error("reply not delivered", "platform", j.message.Platform, "message", j.message.ID, "error", err)
	}
}

// finish forgets the job and tells the platform.
func (d *Desk) finish(j job) {
	defer d.running.Done()
	defer d.recoverFrom(j.message)
	d.mu.Lock()
	d.taken--
	d.mu.Unlock()
	j.done()
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
	if left == 0 {
		return nil
	}
	return fmt.Errorf("messages not answered in time: %d", left)
}
