package discordtest

import (
	"encoding/json"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// An Interaction is a command that somebody uses, or a button they tap.
type Interaction struct {
	Channel, User, Locale string
	Guild                 string            // empty for a direct message
	Command               string            // a slash command, with
	Options               map[string]string // its options
	Target                *string           // for the context menu: what the message says
	Tap                   string            // the button's value
	Late                  bool              // it comes too late to be acknowledged
	Acknowledged          bool              // somebody else acknowledged it
	Twice                 bool              // the event comes twice
}

type interaction struct {
	Interaction
	id       string
	acked    bool
	expired  bool
	loading  bool // the first follow-up still takes the acknowledgement's place
	original *Sent
	others   []*Sent
}

// Interact brings the interaction to the bot and returns its ID.
func (s *Server) Interact(in Interaction) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	token := "token-of-" + id
	s.interactions[token] = &interaction{Interaction: in, id: id, acked: in.Acknowledged, expired: in.Late}
	s.later(func() { delete(s.interactions, token) })
	user := map[string]any{"id": in.User, "username": "somebody"}
	event := map[string]any{
		"id": id, "application_id": AppID, "token": token, "version": 1,
		"channel_id": in.Channel, "locale": in.Locale, "app_permissions": "0",
	}
	if in.Guild != "" {
		event["guild_id"], event["context"] = in.Guild, 0
		event["member"] = map[string]any{"user": user}
	} else {
		event["user"], event["context"] = user, 1
	}
	event["type"], event["data"] = s.interactionData(in)
	s.dispatch("INTERACTION_CREATE", event)
	if in.Twice {
		s.dispatch("INTERACTION_CREATE", event)
	}
	return id
}

// interactionData returns the event's type and data. s.mu is held.
func (s *Server) interactionData(in Interaction) (discordgo.InteractionType, map[string]any) {
	switch {
	case in.Tap != "":
		return discordgo.InteractionMessageComponent, map[string]any{"custom_id": in.Tap, "component_type": 2}
	case in.Target != nil:
		target := s.newID()
		message := map[string]any{"id": target, "content": *in.Target, "author": map[string]any{"id": "31", "username": "other"}}
		return discordgo.InteractionApplicationCommand, map[string]any{
			"id": "5", "name": in.Command, "type": discordgo.MessageApplicationCommand, "target_id": target,
			"resolved": map[string]any{"messages": map[string]any{target: message}},
		}
	}
	options := []any{}
	for name, value := range in.Options {
		options = append(options, map[string]any{"name": name, "type": 3, "value": value})
	}
	return discordgo.InteractionApplicationCommand, map[string]any{
		"id": "4", "name": in.Command, "type": discordgo.ChatApplicationCommand, "options": options,
	}
}

// Expire makes the interaction too old to be answered.
func (s *Server) Expire(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interactions["token-of-"+id].expired = true
}

func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Type discordgo.InteractionResponseType `json:"type"`
		Data outgoing                          `json:"data"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, 400, 50035, "Invalid Form Body")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[r.PathValue("token")]
	switch {
	case i == nil || i.id != r.PathValue("id") || i.expired:
		fail(w, 404, discordgo.ErrCodeUnknownInteraction, "Unknown interaction")
		return
	case i.acked:
		fail(w, 400, discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged, "Interaction has already been acknowledged.")
		return
	case in.Type != discordgo.InteractionResponseDeferredChannelMessageWithSource:
		fail(w, 400, 50035, "this fake knows deferred answers only")
		return
	}
	i.acked, i.loading = true, true
	i.original = &Sent{
		ID: s.newID(), Channel: i.Channel, Interaction: i.id, Thinking: true,
		Ephemeral: in.Data.Flags&discordgo.MessageFlagsEphemeral != 0,
	}
	s.stats.Acknowledged++
	s.keep(i.original)
	s.touch()
	w.WriteHeader(http.StatusNoContent)
}

// answerOf returns the interaction of a webhook call and the message it names,
// or answers with the error. s.mu is held.
func (s *Server) answerOf(w http.ResponseWriter, r *http.Request) (*interaction, *Sent) {
	i := s.interactions[r.PathValue("token")]
	switch {
	case i == nil || r.PathValue("app") != AppID:
		fail(w, 404, discordgo.ErrCodeUnknownWebhook, "Unknown Webhook")
		return nil, nil
	case i.expired:
		fail(w, 401, discordgo.ErrCodeInvalidWebhookTokenProvided, "Invalid Webhook Token")
		return nil, nil
	}
	name := r.PathValue("message")
	if name == "@original" {
		if i.original == nil && i.Acknowledged { // by somebody else, so this is theirs
			i.original = &Sent{ID: s.newID(), Channel: i.Channel, Interaction: i.id, Thinking: true}
			s.keep(i.original)
		}
		if i.original != nil && !i.original.Deleted {
			return i, i.original
		}
	}
	for _, m := range i.others {
		if m.ID == name && !m.Deleted {
			return i, m
		}
	}
	fail(w, 404, discordgo.ErrCodeUnknownMessage, "Unknown Message")
	return nil, nil
}

func (s *Server) seeAnswer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, m := s.answerOf(w, r); m != nil {
		reply(w, 200, wire(m))
	}
}

func (s *Server) editAnswer(w http.ResponseWriter, r *http.Request) {
	in, problem := readOutgoing(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	i, m := s.answerOf(w, r)
	if m == nil {
		return
	}
	if problem != "" {
		fail(w, 400, 50035, problem)
		return
	}
	i.loading = i.loading && m != i.original
	m.take(in)
	m.Thinking = false
	m.Edits++
	s.show(m)
	reply(w, 200, wire(m))
}

func (s *Server) deleteAnswer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, m := s.answerOf(w, r)
	if m == nil {
		return
	}
	i.loading = i.loading && m != i.original
	m.Deleted = true
	s.touch()
	w.WriteHeader(http.StatusNoContent)
}

// followUp adds a message. The first one after a deferred acknowledgement takes
// its place, with its visibility, as Discord's does.
func (s *Server) followUp(w http.ResponseWriter, r *http.Request) {
	in, problem := readOutgoing(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[r.PathValue("token")]
	switch {
	case i == nil || r.PathValue("app") != AppID:
		fail(w, 404, discordgo.ErrCodeUnknownWebhook, "Unknown Webhook")
		return
	case i.expired:
		fail(w, 401, discordgo.ErrCodeInvalidWebhookTokenProvided, "Invalid Webhook Token")
		return
	case problem != "":
		fail(w, 400, 50035, problem)
		return
	}
	m := &Sent{ID: s.newID(), Channel: i.Channel, Interaction: i.id, Ephemeral: in.Flags&discordgo.MessageFlagsEphemeral != 0}
	if i.loading {
		m, i.loading = i.original, false
		m.Thinking = false
	} else {
		s.keep(m)
	}
	m.take(in)
	i.others = append(i.others, m)
	s.show(m)
	reply(w, 200, wire(m))
}
