package answer

import (
	"time"

	"meridian/internal/faq"
	"meridian/internal/retrieve"
)

// Kind tells what sort of reply an answer is.
type Kind string

// The kinds. They are part of the JSON contract of the ask command.
const (
	KindAnswer     Kind = "answer"
	KindClarify    Kind = "clarify"
	KindNotCovered Kind = "not_covered"
	KindEmergency  Kind = "emergency"
	KindCrisis     Kind = "crisis"
	KindUrgent     Kind = "urgent"
	KindDecline    Kind = "decline"
	KindOffTopic   Kind = "off_topic"
	KindSmallTalk  Kind = "smalltalk"
)

// resolved reports whether the person got what the message asked for.
func (k Kind) resolved() bool { return k == KindAnswer || k == KindSmallTalk }

// The engines, as [Answer.Engine] names them. They are part of the JSON contract.
const (
	EngineQuote = "quote" // the curated words themselves
	EngineModel = "model" // a model's words, each sentence checked against the curated ones
)

// Fallback tells why an answer quotes the passages although there is a model.
type Fallback string

// The reasons. An answer in the model's words has none, nor one that no model
// was asked for.
const (
	ModelFailed      Fallback = "failed"      // the call did
	ModelLate        Fallback = "late"        // the time was up
	ModelUnreadable  Fallback = "unreadable"  // not the JSON asked for
	ModelUnsupported Fallback = "unsupported" // said too much that the passages do not
	ModelRejected    Fallback = "rejected"    // by the second opinion
)

// Answer is what there is to say to a question, before it is phrased for chat.
type Answer struct {
	Kind        Kind
	Code        string       // safety class ("E-CARD"), or which small talk; may be empty
	Lang        string       // "en", "zh-Hant", "zh-Hans", and "es" for safety replies
	Lines       []string     // the fixed wording of a safety reply or a decline
	Sentences   []Sentence   // the answer, in reading order
	Sources     []Source     // what the sentences cite, numbered from 1
	Suggestions []Suggestion // questions the library can answer, nearest first
	Hits        []retrieve.Hit
	Complaint   bool     // not covered, and the person says that something hurts
	AskClinic   []string // not covered: the clinic's facts that would answer it and are not filled in
	Confidence  float64  // how far the library covers the question, 0 to 1
	Missing     string   // the line about a part of the question that is not covered; may be empty
	Engine      string   // what worded the reply
	Fallback    Fallback // why the model did not; empty when it did, or was not asked
	Took        time.Duration
}

// Stopped reports whether the safety stop took the message.
func (a Answer) Stopped() bool {
	return a.Kind == KindEmergency || a.Kind == KindCrisis || a.Kind == KindUrgent
}

// Sentence is one sentence of an answer.
type Sentence struct {
	Text  string
	Cites []string // IDs of the passages it rests on; never empty
	Block int      // sentences of one paragraph or list point share the number
	Item  bool     // the block is a list point
}

// Source is a passage that an answer rests on.
type Source struct {
	N          int    // its mark in the text
	Passage    string // ID
	Article    string // title
	Section    string // the passage's question
	ArticleURL string // where the article can be read; may be empty
	ReviewedOn time.Time
	ReviewedBy string
	Evidence   faq.Evidence
	References []faq.Reference // what the passage itself rests on
}

// URL returns where the source can be read: the article's address, or else the
// first address among the references it rests on; empty when there is neither.
// Both come from the curated entry.
func (s Source) URL() string {
	if s.ArticleURL != "" {
		return s.ArticleURL
	}
	for _, r := range s.References {
		if r.URL != "" {
			return r.URL
		}
	}
	return ""
}

// Suggestion is a question to tap.
type Suggestion struct {
	Passage  string // ID
	Question string
}
