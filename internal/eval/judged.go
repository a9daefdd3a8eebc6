// Package eval measures Meridian: judged questions through the real pipeline,
// public collections through retrieval.
package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"meridian/internal/answer"
)

// Judged is a question with the reply it should get.
type Judged struct {
	File     string
	Line     int
	Text     string
	Passages []string    // any of them is right; empty when Mark is set
	Mark     answer.Kind // the kind of reply, where no passage answers
}

// marks are what may stand after "!" in a file of judged questions.
var marks = map[string]answer.Kind{
	"not covered": answer.KindNotCovered,
	"off topic":   answer.KindOffTopic,
	"smalltalk":   answer.KindSmallTalk,
	"decline":     answer.KindDecline,
	"urgent":      answer.KindUrgent,
	"crisis":      answer.KindCrisis,
	"emergency":   answer.KindEmergency,
}

// ReadJudged reads every .txt file of the folder. A file is plain text: blocks
// parted by blank lines, the question on the first line of a block, below it
// the IDs of the passages that answer it or one mark such as "! not covered".
// A line that starts with # is a comment. Every malformed block is named in the error.
func ReadJudged(dir string) ([]Judged, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, fmt.Errorf("judged questions in %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no judged questions in %s: write some into a .txt file there", dir)
	}
	var all []Judged
	var problems []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			problems = append(problems, fmt.Errorf("judged questions: %w", err))
			continue
		}
		questions, err := parseJudged(file, string(text))
		all, problems = append(all, questions...), append(problems, err)
	}
	return all, errors.Join(problems...)
}

func parseJudged(file, text string) ([]Judged, error) {
	var list []Judged
	var problems []error
	open := false // the last block can still grow
	end := func() {
		if open && list[len(list)-1].Mark == "" && len(list[len(list)-1].Passages) == 0 {
			problems = append(problems, fmt.Errorf("%s:%d: nothing is said about the answer; below the question write a passage ID or \"! not covered\"",
				file, list[len(list)-1].Line))
		}
		open = false
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			end()
		case !open:
			list = append(list, Judged{File: file, Line: n, Text: line})
			open = true
		default:
			if err := list[len(list)-1].expect(line); err != nil {
				problems = append(problems, fmt.Errorf("%s:%d: %w", file, n, err))
			}
		}
	}
	end()
	return list, errors.Join(problems...)
}

// expect adds one line below the question.
func (j *Judged) expect(line string) error {
	if mark, ok := strings.CutPrefix(line, "!"); ok {
		kind, known := marks[strings.TrimSpace(mark)]
		if !known {
			return fmt.Errorf("unknown mark %q; write one of: not covered, off topic, smalltalk, decline, urgent, crisis, emergency", line)
		}
		j.Mark = kind
	} else if strings.Count(line, "/") == 1 && !strings.ContainsAny(line, " ?") {
		j.Passages = append(j.Passages, line)
	} else {
		return fmt.Errorf("%q is no passage ID; it looks like article/section, or leave a blank line before the next question", line)
	}
	if j.Mark != "" && len(j.Passages) > 0 {
		return errors.New("a question has either passages or a mark, not both")
	}
	return nil
}

// Outcome is a judged question and the answer it got.
type Outcome struct {
	Judged
	Answer answer.Answer
}

// AnswerFunc answers a question; [answer.Answerer.Answer] is one.
type AnswerFunc func(context.Context, answer.Question) (answer.Answer, error)

// Judge asks every question.
func Judge(ctx context.Context, ask AnswerFunc, questions []Judged) ([]Outcome, error) {
	outcomes := make([]Outcome, 0, len(questions))
	for _, q := range questions {
		a, err := ask(ctx, answer.Question{Text: q.Text})
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", q.File, q.Line, err)
		}
		outcomes = append(outcomes, Outcome{Judged: q, Answer: a})
	}
	return outcomes, nil
}

// among reports whether a right passage is among the first n found.
func (o Outcome) among(n int) bool {
	for _, hit := range o.Answer.Hits[:min(n, len(o.Answer.Hits))] {
		if slices.Contains(o.Passages, hit.ID) {
			return true
		}
	}
	return false
}

// answeredRight reports whether the answer cites a right passage.
func (o Outcome) answeredRight() bool {
	for _, s := range o.Answer.Sources {
		if slices.Contains(o.Passages, s.Passage) {
			return true
		}
	}
	return false
}

// keptMark reports whether a marked question got the kind of reply it should.
// Not covered and off topic are the same to a patient, and a choice of
// questions is no answer either.
func (o Outcome) keptMark() bool {
	switch o.Mark {
	case answer.KindNotCovered, answer.KindOffTopic:
		return o.Answer.Kind != answer.KindAnswer
	default:
		return o.Answer.Kind == o.Mark
	}
}
