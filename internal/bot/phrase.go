package bot

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"meridian/internal/answer"
	"meridian/internal/chat"
	"meridian/internal/faq"
	"meridian/internal/hanzi"
)

// Phrase turns an answer into the card a patient sees. Every kind of answer
// has the same shape: what there is to say, then evidence, sources and choices
// where there are any; the disclaimer comes with [chat.Reply].
func Phrase(a answer.Answer) chat.Reply {
	w := in(a.Lang)
	switch a.Kind {
	case answer.KindAnswer:
		return newReply(a.Lang, nil, card(a, w)...)
	case answer.KindEmergency, answer.KindCrisis, answer.KindUrgent:
		return privately(newReply(a.Lang, nil, safetyLines(a.Lines)...))
	case answer.KindDecline:
		blocks := withLead(paragraphs(a.Lines...), w.general, a.Suggestions)
		if len(a.Sentences) > 0 {
			blocks = append(append(blocks, chat.Text(chat.Paragraph, w.forAll)), card(a, w)...)
		}
		return newReply(a.Lang, a.Suggestions, blocks...)
	case answer.KindClarify:
		return newReply(a.Lang, a.Suggestions, withLead(nil, w.clarify, a.Suggestions)...)
	case answer.KindOffTopic:
		return newReply(a.Lang, a.Suggestions, withLead(paragraphs(w.offTopic), w.examples, a.Suggestions)...)
	case answer.KindSmallTalk:
		return smallTalk(a, w)
	default:
		return newReply(a.Lang, a.Suggestions, withLead(notCovered(a, w), w.nearest, a.Suggestions)...)
	}
}

// notCovered says plainly that there is no answer, and where help is: at
// once, when somebody says that something hurts.
func notCovered(a answer.Answer, w *words) []chat.Block {
	if len(a.AskClinic) > 0 {
		return paragraphs(w.askClinic, fmt.Sprintf(w.fillIn, "clinic."+strings.Join(a.AskClinic, ", clinic.")))
	}
	if a.Complaint {
		return paragraphs(w.notCovered, w.worse)
	}
	return paragraphs(w.notCovered, w.elsewhere)
}

// smallTalk answers a greeting with a greeting, and with examples where the
// person may not know what to ask.
func smallTalk(a answer.Answer, w *words) chat.Reply {
	text, examples := w.about, a.Suggestions
	switch a.Code {
	case "greeting":
		text = w.greeting
	case "thanks":
		text, examples = w.thanks, nil
	case "goodbye":
		text, examples = w.goodbye, nil
	case "person":
		text = w.person
	}
	return newReply(a.Lang, examples, withLead(paragraphs(text), w.examples, examples)...)
}

// card is the answer with its marks, how strong the evidence is, and the
// numbered sources.
func card(a answer.Answer, w *words) []chat.Block {
	marks := make(map[string]string, len(a.Sources))
	for _, s := range a.Sources {
		marks[s.Passage] = fmt.Sprintf("[%d]", s.N)
	}
	blocks := body(a.Sentences, marks)
	if a.Missing != "" {
		blocks = append(blocks, chat.Text(chat.Paragraph, a.Missing))
	}
	for _, s := range a.Sources {
		label, known := w.strengths[s.Evidence]
		if !known {
			continue
		}
		text := fmt.Sprintf(w.evidence, label[0], label[1])
		if len(a.Sources) > 1 {
			text = marks[s.Passage] + " " + text
		}
		blocks = append(blocks, chat.Text(chat.Note, text))
	}
	blocks = append(blocks, chat.Text(chat.Heading, w.sources))
	for _, s := range a.Sources {
		blocks = append(blocks, sourceLines(s, marks[s.Passage], w)...)
	}
	return blocks
}

// body writes the sentences as paragraphs and list points, each of which ends
// with the marks of what it rests on.
func body(sentences []answer.Sentence, marks map[string]string) []chat.Block {
	var blocks []chat.Block
	for i := 0; i < len(sentences); {
		first := sentences[i]
		var text strings.Builder
		var cited []string
		for ; i < len(sentences) && sentences[i].Block == first.Block; i++ {
			if text.Len() > 0 && !endsWide(text.String()) {
				text.WriteByte(' ')
			}
			text.WriteString(sentences[i].Text)
			for _, id := range sentences[i].Cites {
				if mark := marks[id]; len(cited) == 0 || cited[len(cited)-1] != mark {
					cited = append(cited, mark)
				}
			}
		}
		kind := chat.Paragraph
		if first.Item {
			kind = chat.Item
		}
		blocks = append(blocks, chat.Text(kind, text.String()+" "+strings.Join(cited, "")))
	}
	return blocks
}

// endsWide reports whether the text ends in full-width punctuation, which
// brings its own space.
func endsWide(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune("。！？；」）", last)
}

// sourceLines are the numbered line of a passage and, below it, what the
// passage itself rests on and how far that was checked.
func sourceLines(s answer.Source, mark string, w *words) []chat.Block {
	reviewed := fmt.Sprintf(w.reviewed, s.ReviewedOn.Format(w.dateFormat), s.ReviewedBy)
	blocks := []chat.Block{{Kind: chat.Note, Spans: []chat.Span{
		{Text: mark + " "},
		{Text: s.Article + " › " + s.Section, URL: s.ArticleURL},
		{Text: " (" + reviewed + ")"},
	}}}
	for _, r := range s.References {
		spans := []chat.Span{{Text: "– "}, {Text: r.Text, URL: r.URL}}
		switch r.Checked {
		case faq.Listed:
			spans = append(spans, chat.Span{Text: " " + w.notOpened})
		case faq.Corrected:
			spans = append(spans, chat.Span{Text: " " + w.corrected})
		}
		blocks = append(blocks, chat.Block{Kind: chat.Note, Spans: spans})
	}
	return blocks
}

// safetyLines puts the first line, which is the action, in bold.
func safetyLines(lines []string) []chat.Block {
	blocks := paragraphs(lines...)
	if len(blocks) > 0 {
		blocks[0].Spans[0].Bold = true
	}
	return blocks
}

func paragraphs(texts ...string) []chat.Block {
	var blocks []chat.Block
	for _, text := range texts {
		blocks = append(blocks, chat.Text(chat.Paragraph, text))
	}
	return blocks
}

// withLead adds the line that leads to the choices; nothing where there are none.
func withLead(blocks []chat.Block, lead string, choices []answer.Suggestion) []chat.Block {
	if len(choices) == 0 {
		return blocks
	}
	return append(blocks, chat.Text(chat.Paragraph, lead))
}

// topicList offers the articles.
func topicList(topics []answer.Topic, lang string) chat.Reply {
	r := newReply(lang, nil, chat.Text(chat.Paragraph, in(lang).topics))
	for _, t := range topics[:min(len(topics), chat.MaxChoices)] {
		r.Choices = append(r.Choices, chat.Choice{Label: t.Title, Value: choiceValue(chooseTopic, lang, t.Article)})
	}
	return r
}

// questionList offers the questions of one article.
func questionList(questions []answer.Suggestion, lang string) chat.Reply {
	questions = questions[:min(len(questions), chat.MaxChoices)]
	return newReply(lang, questions, chat.Text(chat.Paragraph, in(lang).questions))
}

// line is a reply of one line, in the language of the message.
func line(m chat.Message, pick func(*words) string) chat.Reply {
	lang := answer.Language(m.Text, m.Locale)
	return newReply(lang, nil, chat.Text(chat.Paragraph, pick(in(lang))))
}

// privately keeps a reply from other readers, with a neutral line for them.
func privately(r chat.Reply) chat.Reply {
	return r.Privately(inScript(r.Lang, paragraphs(in(r.Lang).aside))...)
}

// newReply makes the reply and its buttons.
func newReply(lang string, choices []answer.Suggestion, blocks ...chat.Block) chat.Reply {
	r := chat.NewReply(lang, inScript(lang, blocks)...)
	for _, c := range choices {
		r.Choices = append(r.Choices, chat.Choice{Label: c.Question, Value: choiceValue(choosePassage, lang, c.Passage)})
	}
	return r
}

// inScript writes blocks in the script of the language, in place: the bot's own
// Chinese words are Traditional, and need writing in one script only.
func inScript(lang string, blocks []chat.Block) []chat.Block {
	if lang != "zh-Hans" {
		return blocks
	}
	for _, b := range blocks {
		for i := range b.Spans {
			b.Spans[i].Text = hanzi.Simplify(b.Spans[i].Text)
		}
	}
	return blocks
}
