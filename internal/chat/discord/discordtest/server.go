// Package discordtest is a Discord to test against: gateway and REST API in
// this process, on a loopback port, speaking the wire protocol of version 9.
// It keeps what a bot sends, tells whom that would ping, and misbehaves when
// told to: see [Server.NextOpenings], [Server.FailNext] and [Server.FailRandomly].
package discordtest

import (
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Who the bot is.
const (
	Token = "MTA5ODc2NTQz.GfakeX.secret-of-the-fake-bot"
	BotID = "109876543"
	AppID = "209876543"
)

// patience is how long an Await waits before it fails the test.
const patience = 20 * time.Second

// Config says what the server is like. The zero value is a Discord in good health.
type Config struct {
	Heartbeat       time.Duration // what HELLO asks for; 0 stands for 30 s
	NoContentIntent bool          // the message content intent is switched off in the portal
	Shards          int           // advised number of connections; 0 stands for 1
	Guilds          []string      // IDs of the servers the bot is in
	Channels        []string      // IDs of the channels it can see through REST
	ClosedDoors     []string      // IDs of people who take no direct messages
	// Observe is called for each message and each answer to an interaction, and
	// again when one is edited. Messages are not kept then, and of what is needed
	// to answer the bot only the latest. It must not call the server.
	Observe func(Sent)
}

// Server is the fake. Make one with [New].
type Server struct {
	config Config
	http   *httptest.Server
	conns  sync.WaitGroup

	mu           sync.Mutex
	changed      chan struct{} // closed, and replaced, when anything below changes
	lastID       int64
	session      *session
	open         map[*conn]bool
	openings     []Opening
	muted        bool // heartbeats are not acknowledged
	again        int  // events before the missed ones that a resume repeats
	stats        Stats
	sent         []*Sent
	nonces       map[string]*Sent
	interactions map[string]*interaction // by token
	old          []func()                // forget something, oldest first
	commands     []*discordgo.ApplicationCommand
	scripts      []*script
	random       *chance
	limits       map[string]time.Time // exhausted routes, until when
}

// Stats counts what happened so far.
type Stats struct {
	Identifies, Resumes, Connections int
	Registrations                    int // times the commands were overwritten
	Typing                           int // typing calls
	Acknowledged                     int // interactions
	Early                            int // calls to a route that was exhausted
	Intents                          discordgo.Intent
}

// New starts a server.
func New(c Config) *Server {
	if c.Heartbeat == 0 {
		c.Heartbeat = 30 * time.Second
	}
	s := &Server{
		config:       c,
		changed:      make(chan struct{}),
		lastID:       1_000_000_000_000_000_000,
		open:         make(map[*conn]bool),
		nonces:       make(map[string]*Sent),
		interactions: make(map[string]*interaction),
		limits:       make(map[string]time.Time),
	}
	s.http = httptest.NewServer(s.handler())
	return s
}

// Close ends every connection and waits for the server's goroutines.
func (s *Server) Close() {
	s.Drop()
	s.http.CloseClientConnections()
	s.http.Close()
	s.Drop()
	s.conns.Wait()
}

// APIBase is the address of the REST API.
func (s *Server) APIBase() string { return s.http.URL + "/api/v9" }

// Stats returns what happened so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Sent returns every message the bot sent, oldest first, as they look now.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot()
}

func (s *Server) snapshot() []Sent {
	all := make([]Sent, len(s.sent))
	for i, m := range s.sent {
		all[i] = *m
	}
	return all
}

// Await waits until ok holds for what the bot sent, and returns that.
func (s *Server) Await(t testing.TB, what string, ok func([]Sent) bool) []Sent {
	t.Helper()
	var all []Sent
	s.await(t, what, func() bool { all = s.snapshot(); return ok(all) })
	return all
}

// AwaitSent waits until the bot has sent n messages that are there for people
// to read, and returns these.
func (s *Server) AwaitSent(t testing.TB, n int) []Sent {
	t.Helper()
	var there []Sent
	s.Await(t, strconv.Itoa(n)+" messages", func(all []Sent) bool {
		there = nil
		for _, m := range all {
			if !m.Thinking && !m.Deleted {
				there = append(there, m)
			}
		}
		return len(there) >= n
	})
	return there
}

// AwaitStats waits until ok holds for what happened.
func (s *Server) AwaitStats(t testing.TB, what string, ok func(Stats) bool) {
	t.Helper()
	s.await(t, what, func() bool { return ok(s.stats) })
}

// AwaitReady waits until the bot is connected and events reach it.
func (s *Server) AwaitReady(t testing.TB) {
	t.Helper()
	s.await(t, "a bot that is ready", func() bool { return s.session != nil && s.session.conn != nil })
}

func (s *Server) await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		done, changed := ok(), s.changed
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-timeout.C:
			t.Fatalf("discordtest: waited in vain for %s", what)
		}
	}
}

// memory is how much of what is needed later a server with Observe keeps.
const memory = 1024

// keep records a message. s.mu is held.
func (s *Server) keep(m *Sent) {
	if s.config.Observe == nil {
		s.sent = append(s.sent, m)
	}
}

// later has something forgotten when enough else has been added. s.mu is held.
func (s *Server) later(forget func()) {
	if s.config.Observe == nil {
		return
	}
	if s.old = append(s.old, forget); len(s.old) > memory {
		s.old[0]()
		s.old = s.old[1:]
	}
}

// show tells who observes what a message looks like now. s.mu is held.
func (s *Server) show(m *Sent) {
	if s.config.Observe != nil {
		s.config.Observe(*m)
	}
	s.touch()
}

// touch wakes up whoever waits. s.mu is held.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// newID returns an ID larger than all before. s.mu is held.
func (s *Server) newID() string {
	s.lastID++
	return strconv.FormatInt(s.lastID, 10)
}
