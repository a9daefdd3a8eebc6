package discordtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

func (s *Server) handler() http.Handler {
	rest := http.NewServeMux()
	public := func(pattern string, h http.HandlerFunc) { rest.HandleFunc(pattern, h) }
	private := func(pattern string, h http.HandlerFunc) {
		rest.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bot "+Token {
				reply(w, http.StatusUnauthorized, map[string]any{"message": "401: Unauthorized", "code": 0})
				return
			}
			h(w, r)
		})
	}
	const v = "/api/v9/"
	public("GET "+v+"gateway", s.gateway)
	private("GET "+v+"gateway/bot", s.gateway)
	private("GET "+v+"users/@me", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, map[string]any{"id": BotID, "username": "meridian", "bot": true})
	})
	private("GET "+v+"users/@me/guilds", s.listGuilds)
	private("GET "+v+"applications/@me", s.application)
	private("POST "+v+"users/@me/channels", s.openDirect)
	private("GET "+v+"channels/{channel}", s.seeChannel)
	private("POST "+v+"channels/{channel}/messages", s.createMessage)
	private("POST "+v+"channels/{channel}/typing", s.typing)
	private("GET "+v+"applications/{app}/commands", s.listCommands)
	private("PUT "+v+"applications/{app}/commands", s.putCommands)
	private("GET "+v+"applications/{app}/guilds/{guild}/commands", s.listCommands)
	private("PUT "+v+"applications/{app}/guilds/{guild}/commands", s.putCommands)
	public("POST "+v+"interactions/{id}/{token}/callback", s.callback)
	public("GET "+v+"webhooks/{app}/{token}/messages/{message}", s.seeAnswer)
	public("PATCH "+v+"webhooks/{app}/{token}/messages/{message}", s.editAnswer)
	public("DELETE "+v+"webhooks/{app}/{token}/messages/{message}", s.deleteAnswer)
	public("POST "+v+"webhooks/{app}/{token}", s.followUp)

	all := http.NewServeMux()
	all.HandleFunc("GET /gateway/", s.serveGateway)
	all.Handle("/api/", s.misbehave(rest))
	return all
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// fail answers with an error of Discord's.
func fail(w http.ResponseWriter, status, code int, message string) {
	reply(w, status, map[string]any{"message": message, "code": code})
}

func (s *Server) gateway(w http.ResponseWriter, _ *http.Request) {
	reply(w, 200, map[string]any{
		"url":                 strings.Replace(s.http.URL, "http://", "ws://", 1) + "/gateway/",
		"shards":              max(s.config.Shards, 1),
		"session_start_limit": map[string]any{"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1},
	})
}

func (s *Server) application(w http.ResponseWriter, _ *http.Request) {
	flags := 1 << 19
	if s.config.NoContentIntent {
		flags = 0
	}
	reply(w, 200, map[string]any{"id": AppID, "name": "Meridian", "flags": flags})
}

func (s *Server) listGuilds(w http.ResponseWriter, _ *http.Request) {
	guilds := []any{}
	for _, id := range s.config.Guilds {
		guilds = append(guilds, map[string]any{"id": id, "name": "a server"})
	}
	reply(w, 200, guilds)
}

func (s *Server) seeChannel(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("channel")
	if !slices.Contains(s.config.Channels, id) {
		fail(w, 404, discordgo.ErrCodeUnknownChannel, "Unknown Channel")
		return
	}
	reply(w, 200, map[string]any{"id": id, "type": 0})
}

// openDirect makes the channel's ID from that of the person: see [DirectChannel].
func (s *Server) openDirect(w http.ResponseWriter, r *http.Request) {
	var in struct {
		RecipientID string `json:"recipient_id"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.RecipientID == "" {
		fail(w, 400, 50035, "Invalid Form Body")
		return
	}
	reply(w, 200, map[string]any{"id": DirectChannel(in.RecipientID), "type": 1})
}

// DirectChannel returns the ID of the channel that a bot opens to write to a person.
func DirectChannel(person string) string { return "777" + person }

func (s *Server) typing(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.stats.Typing++
	s.touch()
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) listCommands(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply(w, 200, append([]*discordgo.ApplicationCommand{}, s.commands...))
}

func (s *Server) putCommands(w http.ResponseWriter, r *http.Request) {
	var commands []*discordgo.ApplicationCommand
	if err := json.NewDecoder(r.Body).Decode(&commands); err != nil {
		fail(w, 400, 50035, "Invalid Form Body")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range commands {
		if n := len([]rune(c.Description)); c.Type == discordgo.ChatApplicationCommand && (n == 0 || n > 100) {
			fail(w, 400, 50035, "Invalid Form Body")
			return
		}
		c.ID, c.ApplicationID, c.Version = s.newID(), AppID, s.newID()
	}
	s.commands = commands
	s.stats.Registrations++
	s.touch()
	reply(w, 200, commands)
}

// Commands returns the registered commands.
func (s *Server) Commands() []*discordgo.ApplicationCommand {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands
}

func (s *Server) createMessage(w http.ResponseWriter, r *http.Request) {
	channel := r.PathValue("channel")
	if person, direct := strings.CutPrefix(channel, "777"); direct && slices.Contains(s.config.ClosedDoors, person) {
		fail(w, 403, discordgo.ErrCodeCannotSendMessagesToThisUser, "Cannot send messages to this user")
		return
	}
	in, problem := readOutgoing(r)
	if problem != "" {
		fail(w, 400, 50035, problem)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := channel + "/" + in.Nonce
	if m := s.nonces[key]; m != nil && in.EnforceNonce {
		reply(w, 200, wire(m))
		return
	}
	m := &Sent{ID: s.newID(), Channel: channel}
	m.take(in)
	if in.EnforceNonce {
		s.nonces[key] = m
		s.later(func() { delete(s.nonces, key) })
	}
	s.keep(m)
	s.show(m)
	reply(w, 200, wire(m))
}

// wire is a message as an answer shows it.
func wire(m *Sent) map[string]any {
	flags := discordgo.MessageFlags(0)
	if m.Ephemeral {
		flags |= discordgo.MessageFlagsEphemeral
	}
	return map[string]any{
		"id": m.ID, "channel_id": m.Channel, "content": m.Content, "flags": flags,
		"author": map[string]any{"id": BotID, "bot": true},
	}
}
