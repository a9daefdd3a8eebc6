package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

var (
	errDropped  = errors.New("the connection broke")
	errNotReady = errors.New("the connection did not get ready in time")
	errStuck    = errors.New("discordgo hangs")
)

// A line is one session of discordgo and the connection under it. It can be
// opened again after it was lost, and resumes its session then. Its methods are
// called one at a time.
type line struct {
	session *discordgo.Session
	pace    *pace
	calls   http.RoundTripper
	ready   chan struct{} // gets a value when events flow: READY or RESUMED came
	dropped chan struct{} // gets a value when the connection is lost
	up      bool          // it got ready the last time it was opened

	mu   sync.Mutex
	conn net.Conn // the latest
}

// newLine returns a line that is not open yet. listen adds the handlers of events.
func newLine(p *Platform, listen func(*discordgo.Session)) *line {
	hearLibrary()
	s := p.api.newSession()
	s.LogLevel = discordgo.LogInformational // what hear needs; never LogDebug, which prints the token
	s.ShouldReconnectOnError = false
	s.StateEnabled = false
	s.SyncEvents = true // handlers run one at a time, in the order of the events
	s.Identify.Intents = intents(p.options)
	l := &line{
		session: s, pace: &p.pace, calls: p.api.client.Transport,
		ready: make(chan struct{}, 1), dropped: make(chan struct{}, 1),
	}
	listen(s)
	s.AddHandler(func(*discordgo.Session, *discordgo.Ready) { signal(l.ready) })
	s.AddHandler(func(*discordgo.Session, *discordgo.Resumed) { signal(l.ready) })
	s.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { signal(l.dropped) })
	return l
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// wasReady reports whether events flowed after the line was last opened.
func (l *line) wasReady() bool { return l.up }

// open connects, and returns when events flow. After errStuck the line must not
// be used any more: something in discordgo waits for ever.
func (l *line) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.pace.open)
	defer cancel()
	l.up = false
	for _, stale := range []chan struct{}{l.ready, l.dropped} {
		select {
		case <-stale:
		default:
		}
	}
	l.session.Client = &http.Client{Transport: bounded{ctx, l.calls}}
	l.session.Dialer = l.dialer(ctx)
	opened := make(chan error, 1)
	go func() { opened <- l.tryOpen() }()
	var err error
	select {
	case err = <-opened:
	case <-ctx.Done():
		l.cut()
		select {
		case err = <-opened:
		case <-time.After(l.pace.close):
			return errStuck
		}
	}
	switch {
	case errors.Is(err, discordgo.ErrWSAlreadyOpen):
		return nil // the signal that it was lost was about the connection before
	case errors.As(err, new(interruption)):
		l.cut() // a proper close would end the session
		return errors.Join(err, l.close())
	case err != nil:
		return err
	}
	return l.awaitReady(ctx)
}

// tryOpen opens the session, and survives what it panics with.
func (l *line) tryOpen() (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case interruption:
			err = p
		default:
			err = fmt.Errorf("discordgo panicked with a %T", p)
		}
	}()
	return l.session.Open()
}

// awaitReady waits for READY or RESUMED. They may come later than discordgo
// says it is connected.
func (l *line) awaitReady(ctx context.Context) error {
	select {
	case <-l.ready:
		l.up = true
		return nil
	case <-l.dropped:
		return errDropped
	case <-ctx.Done():
		l.cut()
		return errors.Join(errNotReady, l.close())
	}
}

// close ends the connection and every goroutine of the session, or returns errStuck.
func (l *line) close() error {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = l.session.Close() // its errors are about a connection that is gone anyway
	}()
	for range 2 {
		select {
		case <-closed:
			return nil
		case <-time.After(l.pace.close):
			l.cut()
		}
	}
	return errStuck
}

// cut ends the connection under the session, whatever discordgo is doing.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// dialer makes connections that never wait for ever.
func (l *line) dialer(ctx context.Context) *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: l.pace.open,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.conn = &watchedConn{Conn: conn, silence: l.pace.silence}
			return l.conn, nil
		},
	}
}

// A watchedConn fails when nothing was read, or nothing could be written, for
// so long. It is closed then at once: a close message of discordgo, which would
// end the session for good, does not get out any more.
type watchedConn struct {
	net.Conn
	silence time.Duration
}

func (c *watchedConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if err != nil {
		_ = c.Close()
	}
	return n, err
}

func (c *watchedConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// bounded gives calls that discordgo makes on its own a context.
type bounded struct {
	ctx  context.Context
	next http.RoundTripper
}

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	return b.next.RoundTrip(req.WithContext(b.ctx))
}
