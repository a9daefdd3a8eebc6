package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Opcodes of the gateway.
const (
	opDispatch = iota
	opHeartbeat
	opIdentify
	_
	_
	_
	opResume
	opReconnect
	_
	opInvalidSession
	opHello
	opHeartbeatAck
)

// kept is how many events a session keeps to repeat them on resume.
const kept = 1024

// compressFrom is the size from which an event is compressed, for who asked.
const compressFrom = 1024

// An Opening is how the server treats one connection that a bot opens. The zero
// value treats it well.
type Opening struct {
	NoHello    bool // say nothing
	Reconnect  bool // op 7 instead of READY or RESUMED
	HelloIsOp7 bool // op 7 instead of HELLO
	Heartbeat  bool // op 1 before READY or RESUMED
	Invalid    bool // op 9 with false: the session is over
	TryAgain   bool // op 9 with true: the session may be resumed
	Close      int  // close with this code instead of READY or RESUMED
	NeverReady bool // HELLO, and then only heartbeats
	Refused    bool // HTTP 503 instead of a websocket
}

type session struct {
	id   string
	seq  int64
	log  []frame
	conn *conn // nil while nobody is connected
}

type frame struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  *int64 `json:"s"`
	Type string `json:"t,omitempty"`
}

// conn is one websocket. What is to be sent waits in a queue, so that the order
// of events is that in which they happened.
type conn struct {
	s        *Server
	ws       *websocket.Conn
	opening  Opening
	compress bool

	mu    sync.Mutex
	queue []any // frame, or int for a close code
	more  *sync.Cond
	over  bool
}

var upgrader = websocket.Upgrader{}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.stats.Connections++
	var opening Opening
	if len(s.openings) > 0 {
		opening, s.openings = s.openings[0], s.openings[1:]
	}
	s.touch()
	s.mu.Unlock()
	if opening.Refused {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{s: s, ws: ws, opening: opening}
	c.more = sync.NewCond(&c.mu)
	s.mu.Lock()
	s.open[c] = true
	s.mu.Unlock()
	s.conns.Go(c.write)
	s.conns.Go(c.read)
	switch {
	case opening.NoHello:
	case opening.HelloIsOp7:
		c.send(frame{Op: opReconnect})
	default:
		c.send(frame{Op: opHello, Data: map[string]any{"heartbeat_interval": s.config.Heartbeat.Milliseconds()}})
	}
}

func (c *conn) send(f any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, f)
	c.more.Signal()
}

// end drops the socket without a word.
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.more.Signal()
	_ = c.ws.Close()
}

func (c *conn) write() {
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.over {
			c.more.Wait()
		}
		if c.over {
			c.mu.Unlock()
			return
		}
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		if code, ok := next.(int); ok {
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
			continue
		}
		if c.writeFrame(next) != nil {
			c.end()
		}
	}
}

func (c *conn) writeFrame(f any) error {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // a fault of the test
	}
	c.mu.Lock()
	compress := c.compress
	c.mu.Unlock()
	if !compress || len(text) < compressFrom {
		return c.ws.WriteMessage(websocket.TextMessage, text)
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(text)
	_ = z.Close()
	return c.ws.WriteMessage(websocket.BinaryMessage, packed.Bytes())
}

func (c *conn) read() {
	defer c.leave()
	for {
		var f struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if err := c.ws.ReadJSON(&f); err != nil {
			if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
				c.s.forget(c) // so a bot says that it will not resume
			}
			return
		}
		switch f.Op {
		case opHeartbeat:
			c.s.mu.Lock()
			muted := c.s.muted
			c.s.mu.Unlock()
			if !muted {
				c.send(frame{Op: opHeartbeatAck})
			}
		case opIdentify:
			c.identify(f.Data)
		case opResume:
			c.resume(f.Data)
		}
	}
}

func (c *conn) leave() {
	c.end()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.s.open, c)
	if c.s.session != nil && c.s.session.conn == c {
		c.s.session.conn = nil
	}
	c.s.touch()
}

// turnedAway does what the opening says instead of letting the bot in.
func (c *conn) turnedAway() bool {
	o := c.opening
	c.opening = Opening{}
	if o.Heartbeat {
		c.send(frame{Op: opHeartbeat})
	}
	switch {
	case o.Reconnect:
		c.send(frame{Op: opReconnect})
	case o.Invalid:
		c.s.forget(nil)
		c.send(frame{Op: opInvalidSession, Data: false})
	case o.TryAgain:
		c.send(frame{Op: opInvalidSession, Data: true})
	case o.Close != 0:
		c.send(o.Close)
	default:
		return o.NeverReady
	}
	return true
}

// allIntents are the bits that mean something.
const allIntents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25

func (c *conn) identify(data json.RawMessage) {
	var d struct {
		Token    string           `json:"token"`
		Compress bool             `json:"compress"`
		Intents  discordgo.Intent `json:"intents"`
	}
	_ = json.Unmarshal(data, &d)
	s := c.s
	s.mu.Lock()
	s.stats.Identifies++
	s.stats.Intents = d.Intents
	s.touch()
	s.mu.Unlock()
	c.mu.Lock()
	c.compress = d.Compress
	c.mu.Unlock()
	switch {
	case d.Token != "Bot "+Token:
		c.send(4004)
	case d.Intents&^allIntents != 0:
		c.send(4013)
	case d.Intents&discordgo.IntentMessageContent != 0 && s.config.NoContentIntent:
		c.send(4014)
	case c.turnedAway():
	default:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.session = &session{id: s.newID(), conn: c}
		guilds := []any{}
		for _, id := range s.config.Guilds {
			guilds = append(guilds, map[string]any{"id": id, "unavailable": true})
		}
		s.dispatch("READY", map[string]any{
			"v": 9, "session_id": s.session.id, "guilds": guilds,
			"user":        map[string]any{"id": BotID, "username": "meridian", "bot": true},
			"application": map[string]any{"id": AppID, "flags": 0},
		})
	}
}

func (c *conn) resume(data json.RawMessage) {
	var d struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	_ = json.Unmarshal(data, &d)
	s := c.s
	s.mu.Lock()
	s.stats.Resumes++
	s.mu.Unlock()
	if d.Token != "Bot "+Token {
		c.send(4004)
		return
	}
	if c.turnedAway() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == nil || s.session.id != d.SessionID {
		c.send(frame{Op: opInvalidSession, Data: false})
		return
	}
	s.session.conn = c
	for _, f := range s.session.log {
		if *f.Seq > d.Seq-int64(s.again) {
			c.send(f)
		}
	}
	s.dispatch("RESUMED", map[string]any{})
}

// forget ends the session: of the connection, or whichever there is for nil.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != nil && (c == nil || s.session.conn == c) {
		s.session = nil
		s.touch()
	}
}

// dispatch sends an event, now or when the session is resumed. s.mu is held.
func (s *Server) dispatch(event string, data any) {
	if s.session == nil {
		return
	}
	s.session.seq++
	seq := s.session.seq
	f := frame{Op: opDispatch, Data: data, Seq: &seq, Type: event}
	s.session.log = append(s.session.log, f)
	if len(s.session.log) > kept {
		s.session.log = append([]frame(nil), s.session.log[kept/2:]...)
	}
	if s.session.conn != nil {
		s.session.conn.send(f)
	}
	s.touch()
}
