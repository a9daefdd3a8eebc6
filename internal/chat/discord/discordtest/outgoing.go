package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
)

// Sent is a message that the bot sent.
type Sent struct {
	ID          string
	Channel     string
	Interaction string // ID of the interaction it answers; empty for none
	ReplyTo     string // ID of the message it replies to; empty for none
	Content     string
	Embeds      []*discordgo.MessageEmbed
	Buttons     [][]Button
	Nonce       string
	Pings       []string // whom it pings: "everyone", "here", a user's or role's ID, "author" of what it replies to
	Ephemeral   bool     // shown to one person alone
	Quiet       bool     // link previews are suppressed
	Thinking    bool     // only acknowledged so far
	Deleted     bool
	Edits       int
}

// A Button is below a message.
type Button struct{ Label, Value string }

// outgoing is what a bot sends for a message, an edit or a follow-up.
type outgoing struct {
	Content    *string                   `json:"content"`
	Embeds     []*discordgo.MessageEmbed `json:"embeds"`
	Components []struct {
		Type       int `json:"type"`
		Components []struct {
			Type     int    `json:"type"`
			Label    string `json:"label"`
			CustomID string `json:"custom_id"`
		} `json:"components"`
	} `json:"components"`
	AllowedMentions *struct {
		Parse       []string `json:"parse"`
		Roles       []string `json:"roles"`
		Users       []string `json:"users"`
		RepliedUser bool     `json:"replied_user"`
	} `json:"allowed_mentions"`
	Flags     discordgo.MessageFlags `json:"flags"`
	Reference *struct {
		MessageID string `json:"message_id"`
	} `json:"message_reference"`
	Nonce        string `json:"nonce"`
	EnforceNonce bool   `json:"enforce_nonce"`
}

func readOutgoing(r *http.Request) (in outgoing, problem string) {
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return in, "The request body contains invalid JSON."
	}
	return in, in.problem()
}

// problem says what Discord would refuse the message for; empty for nothing.
func (o outgoing) problem() string {
	text := ""
	if o.Content != nil {
		text = *o.Content
	}
	total := 0
	for _, e := range o.Embeds {
		n := utf8.RuneCountInString(e.Description)
		if n > 4096 {
			return "embed description too long"
		}
		total += n
		if e.Footer != nil {
			if f := utf8.RuneCountInString(e.Footer.Text); f > 2048 {
				return "embed footer too long"
			} else {
				total += f
			}
		}
		if total == 0 {
			return "empty embed"
		}
	}
	switch {
	case utf8.RuneCountInString(text) > 2000:
		return "Must be 2000 or fewer in length."
	case text == "" && len(o.Embeds) == 0:
		return "Cannot send an empty message"
	case total > 6000:
		return "embeds too long"
	case len(o.Nonce) > 25:
		return "nonce too long"
	}
	return o.buttonProblem()
}

func (o outgoing) buttonProblem() string {
	seen := make(map[string]bool)
	if len(o.Components) > 5 {
		return "too many rows"
	}
	for _, row := range o.Components {
		if row.Type != 1 || len(row.Components) == 0 || len(row.Components) > 5 {
			return "bad row"
		}
		for _, b := range row.Components {
			label := utf8.RuneCountInString(b.Label)
			if b.Type != 2 || label == 0 || label > 80 || b.CustomID == "" || len(b.CustomID) > 100 || seen[b.CustomID] {
				return fmt.Sprintf("bad button %q", b.CustomID)
			}
			seen[b.CustomID] = true
		}
	}
	return ""
}

// take makes the message what the bot sent. An edit replaces what it names.
func (m *Sent) take(o outgoing) {
	if o.Content != nil {
		m.Content = *o.Content
	}
	m.Embeds, m.Nonce, m.Buttons = o.Embeds, o.Nonce, nil
	for _, row := range o.Components {
		var buttons []Button
		for _, b := range row.Components {
			buttons = append(buttons, Button{b.Label, b.CustomID})
		}
		m.Buttons = append(m.Buttons, buttons)
	}
	m.Quiet = o.Flags&discordgo.MessageFlagsSuppressEmbeds != 0
	if o.Reference != nil {
		m.ReplyTo = o.Reference.MessageID
	}
	m.Pings = o.pings()
}

var pingMark = regexp.MustCompile(`@(everyone|here)|<@(!|&|)([0-9]+)>`)

// pings tells whom the message would ping: everybody it mentions, unless
// allowed_mentions says less.
func (o outgoing) pings() []string {
	var all []string
	allowed := o.AllowedMentions
	may := func(kind string, ids []string, id string) bool {
		return allowed == nil || slices.Contains(allowed.Parse, kind) || slices.Contains(ids, id)
	}
	if o.Content != nil {
		for _, m := range pingMark.FindAllStringSubmatch(*o.Content, -1) {
			switch {
			case m[1] != "":
				if may("everyone", nil, "") {
					all = append(all, m[1])
				}
			case m[2] == "&":
				if may("roles", allowedRoles(o), m[3]) {
					all = append(all, m[3])
				}
			case may("users", allowedUsers(o), m[3]):
				all = append(all, m[3])
			}
		}
	}
	if o.Reference != nil && (allowed == nil || allowed.RepliedUser) {
		all = append(all, "author")
	}
	return all
}

func allowedRoles(o outgoing) []string {
	if o.AllowedMentions == nil {
		return nil
	}
	return o.AllowedMentions.Roles
}

func allowedUsers(o outgoing) []string {
	if o.AllowedMentions == nil {
		return nil
	}
	return o.AllowedMentions.Users
}

// Pings tells whom a text would ping if nothing forbade it.
func Pings(text string) []string { return outgoing{Content: &text}.pings() }
