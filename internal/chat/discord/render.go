package discord

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"meridian/internal/chat"
)

// What Discord accepts. It counts code points; UTF-16 units, of which there are
// never fewer, are on the safe side.
const (
	maxContent     = 2000 // content of a message
	maxDescription = 4096 // description of an embed
	maxEmbed       = 6000 // all the text of a message's embeds
	maxLabel       = 80   // label of a button
	buttonsPerRow  = 5
)

// A part is one message of a reply.
type part struct {
	text    string                  // markdown; empty when there is an embed
	embed   *discordgo.MessageEmbed // nil for plain text
	buttons []discordgo.MessageComponent
}

// render writes a reply as the messages that deliver it. Buttons are below the last.
func render(r chat.Reply, embeds bool) []part {
	var parts []part
	if embeds {
		parts = embedParts(r.Blocks())
	} else {
		parts = textParts(r.Blocks())
	}
	parts[len(parts)-1].buttons = buttons(r.Choices)
	return parts
}

// Preview returns the markdown of the messages that would deliver the reply as
// plain text.
func Preview(r chat.Reply) []string {
	var texts []string
	for _, p := range render(r, false) {
		texts = append(texts, p.text)
	}
	return texts
}

func textParts(blocks []chat.Block) []part {
	var parts []part
	for _, text := range inMessage.split(blocks, maxContent) {
		parts = append(parts, part{text: text})
	}
	return parts
}

// embedParts puts the last block, the disclaimer, into the footer.
func embedParts(blocks []chat.Block) []part {
	body, disclaimer := blocks[:len(blocks)-1], blocks[len(blocks)-1:]
	footer := &discordgo.MessageEmbedFooter{Text: chat.PlainText(disclaimer)}
	texts := inEmbed.split(body, min(maxDescription, maxEmbed-units(footer.Text)))
	if len(texts) == 0 {
		texts = []string{""}
	}
	var parts []part
	for _, text := range texts {
		parts = append(parts, part{embed: &discordgo.MessageEmbed{Type: discordgo.EmbedTypeRich, Description: text}})
	}
	parts[len(parts)-1].embed.Footer = footer
	return parts
}

// split writes blocks as markdown, in pieces of at most limit units.
func (f flavour) split(blocks []chat.Block, limit int) []string {
	var texts []string
	for _, piece := range chat.Split(blocks, func(b []chat.Block) bool { return units(f.markdown(b)) <= limit }) {
		texts = append(texts, f.markdown(piece))
	}
	return texts
}

// units counts UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// buttons lays the choices out in rows. Discord refuses a message that has two
// buttons of one value, or one without a label.
func buttons(choices []chat.Choice) []discordgo.MessageComponent {
	rows := []discordgo.MessageComponent{}
	var row []discordgo.MessageComponent
	seen := make(map[string]bool)
	for _, c := range choices {
		if c.Label == "" || c.Value == "" || seen[c.Value] || len(seen) == chat.MaxChoices {
			continue
		}
		seen[c.Value] = true
		row = append(row, discordgo.Button{Label: shorten(c.Label, maxLabel), Style: discordgo.SecondaryButton, CustomID: c.Value})
		if len(row) == buttonsPerRow {
			rows, row = append(rows, discordgo.ActionsRow{Components: row}), nil
		}
	}
	if len(row) > 0 {
		rows = append(rows, discordgo.ActionsRow{Components: row})
	}
	return rows
}

// shorten cuts text to at most limit units, with an ellipsis where it was cut.
func shorten(text string, limit int) string {
	if units(text) <= limit {
		return text
	}
	for units(text) > limit-1 {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text + "…"
}
