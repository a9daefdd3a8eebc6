package answer

import (
	"context"
	_ "embed"
	"slices"
)

//go:embed prompts/judge.txt
var judgeTask string

//go:embed prompts/judge.schema.json
var judgeSchema []byte

// judged asks for a second opinion on sentences that were found to hold. It can
// only reject: the sentences are used when the judge, too, finds most of them
// supported, and not when it cannot be heard.
func (a *Answerer) judged(ctx context.Context, payer string, said []claim, passages []*given) ([]claim, Fallback) {
	if a.model.Judge == nil {
		return said, ""
	}
	var opinion struct {
		Unsupported []int `json:"unsupported"`
	}
	p := Prompt{System: judgeTask, User: judgeData(said, passages), Schema: judgeSchema, Payer: payer}
	if err := start(ctx, a.model.Judge, p).read(&opinion); err != nil {
		return nil, fallback(err)
	}
	var kept []claim
	for i, s := range said {
		if !slices.Contains(opinion.Unsupported, i+1) {
			kept = append(kept, s)
		}
	}
	if slices.Contains(opinion.Unsupported, 1) || 3*(len(said)-len(kept)) > len(said) {
		return nil, ModelRejected
	}
	return kept, ""
}

func judgeData(said []claim, passages []*given) string {
	type sentence struct {
		N        int    `json:"n"`
		Text     string `json:"text"`
		Passages []int  `json:"passages"`
	}
	var list []sentence
	for i, s := range said {
		next := sentence{N: i + 1, Text: s.text}
		for n, g := range passages {
			if slices.Contains(s.grounds, g.ground) {
				next.Passages = append(next.Passages, n+1)
			}
		}
		list = append(list, next)
	}
	return toJSON(struct {
		Passages  []passageData `json:"passages"`
		Sentences []sentence    `json:"sentences"`
	}{passagesData(passages, ""), list})
}
