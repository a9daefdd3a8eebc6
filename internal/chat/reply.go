package chat

import "slices"

// Reply is what the bot says back. Make one with [NewReply]; read it with
// [Reply.Blocks]. Even the zero Reply carries the disclaimer.
type Reply struct {
	// Lang is the language of the reply: "en", "zh-Hant", "zh-Hans" or "es".
	Lang string
	// Choices are offered as buttons below the text, at most [MaxChoices].
	Choices []Choice
	// Private asks the platform to show the reply to the asker alone where it can.
	Private bool

	body  []Block
	aside []Block
}

// MaxChoices is the largest number of buttons below one reply: Discord's five
// rows of five.
const MaxChoices = 25

// Choice is a button. Tapping it comes back as [Message.Choice].
type Choice struct {
	Label string // what the person reads
	Value string // what the bot gets back: at most [MaxChoiceValue] bytes, opaque to platforms
}

// MaxChoiceValue is what the smallest platform carries in a button (Telegram's callback_data).
const MaxChoiceValue = 64

// Kind tells what a block is for.
type Kind int

// The kinds of block.
const (
	Paragraph Kind = iota
	Heading        // a short line that names what follows
	Item           // one point of a list; neighbours form one list
	Note           // secondary: evidence, sources, disclaimer
)

// Block is one paragraph, heading, list point or note.
type Block struct {
	Kind  Kind
	Spans []Span
}

// Span is a run of text in one style. Text is plain: whatever it holds, a
// platform shows those very characters and nothing in it is markup.
type Span struct {
	Text         string
	Bold, Italic bool
	URL          string // where it links to, http or https; empty for none
}

// Text returns a block of the kind with one plain span.
func Text(kind Kind, text string) Block {
	return Block{Kind: kind, Spans: []Span{{Text: text}}}
}

// NewReply returns a reply in the language. The disclaimer is not among the
// blocks given: reading the reply adds it.
func NewReply(lang string, body ...Block) Reply {
	return Reply{Lang: lang, body: slices.Clone(body)}
}

// With returns the reply with more blocks at its end, before the disclaimer.
func (r Reply) With(more ...Block) Reply {
	r.body = slices.Concat(r.body, more)
	return r
}

// Privately returns the reply for the asker alone. aside is what may stay in
// public in its place: a neutral line that tells nothing of what was asked.
func (r Reply) Privately(aside ...Block) Reply {
	r.Private, r.aside = true, slices.Clone(aside)
	return r
}

// Aside returns what a platform leaves in public after it delivered the reply
// to the asker alone; false when there is nothing to leave.
func (r Reply) Aside() (Reply, bool) { return NewReply(r.Lang, r.aside...), len(r.aside) > 0 }

// Blocks returns the whole reply in reading order. Its last block is always
// the disclaimer in the reply's language: this is the one place that puts it
// there, and there is no other way to read a reply.
func (r Reply) Blocks() []Block {
	blocks := make([]Block, 0, len(r.body)+1)
	blocks = append(blocks, r.body...)
	return append(blocks, Block{Kind: Note, Spans: []Span{{Text: Disclaimer(r.Lang), Italic: true}}})
}

// PlainText returns the whole reply as plain text, for where there are no
// buttons: the choices stand as a list before the disclaimer.
func (r Reply) PlainText() string {
	var choices []Block
	for _, c := range r.Choices {
		choices = append(choices, Text(Item, c.Label))
	}
	blocks := r.Blocks()
	return PlainText(slices.Insert(blocks, len(blocks)-1, choices...))
}

var disclaimers = map[string]string{
	"en":      "General information, not medical advice. For your own situation, ask a doctor or a registered practitioner.",
	"zh-Hant": "以上是一般資訊，並非醫療建議。關於你自己的情況，請向醫生或註冊治療師查詢。",
	"zh-Hans": "以上是一般信息，不是医疗建议。关于你自己的情况，请咨询医生或注册治疗师。",
	"es":      "Información general, no es consejo médico. Sobre su caso, consulte a un médico o a un profesional registrado.",
}

// Disclaimer returns the line that ends every reply in the language; the
// English one for a language that has none.
func Disclaimer(lang string) string {
	if text, ok := disclaimers[lang]; ok {
		return text
	}
	return disclaimers["en"]
}
