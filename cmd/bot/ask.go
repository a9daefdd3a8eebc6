package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"meridian/internal/answer"
	"meridian/internal/bot"
)

// ask answers one question as a patient would see it, or many as JSON.
func ask(ctx context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("ask", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	asJSON := flags.Bool("json", false, "print the answer as one JSON object")
	lines := flags.Bool("jsonl", false, `read {"id","text","history"} objects from standard input, one a line, and print an answer a line`)
	args, err := parse(flags, args, env)
	if err != nil {
		return err
	}
	if *lines == (len(args) > 0) {
		return usageError{errors.New("give a question in quotation marks, or -jsonl and questions on standard input")}
	}
	p, err := wire(env, *configPath, slog.LevelError)
	if err != nil {
		return err
	}
	p.tryMeaning(ctx, env)
	if *lines {
		return askLines(ctx, p.answers, env)
	}
	a, err := p.answers.Answer(ctx, answer.Question{Text: strings.Join(args, " ")})
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(env.stdout).Encode(toRecord("", a))
	}
	_, err = fmt.Fprintln(env.stdout, bot.Phrase(a).PlainText())
	return err
}

// request is one line of ask -jsonl.
type request struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	History []string `json:"history"`
}

// askLines answers every line in order. A line that is no request is reported
// with its number; the others are answered all the same.
func askLines(ctx context.Context, answers *answer.Answerer, env environment) error {
	in := bufio.NewReaderSize(env.stdin, 64<<10)
	out := bufio.NewWriter(env.stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	var failed error
	for n := 1; ; n++ {
		line, readErr := in.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			var r request
			if err := json.Unmarshal(line, &r); err != nil {
				fmt.Fprintf(env.stderr, "standard input:%d: %v; a line looks like {\"id\":\"1\",\"text\":\"does it hurt?\"}\n", n, err)
				failed = errFailed
			} else if err := askLine(ctx, answers, r, encoder); err != nil {
				return err
			}
		}
		if readErr == io.EOF {
			return failed
		}
		if readErr != nil {
			return fmt.Errorf("standard input: %w", readErr)
		}
	}
}

func askLine(ctx context.Context, answers *answer.Answerer, r request, encoder *json.Encoder) error {
	q := answer.Question{Text: r.Text}
	for _, earlier := range r.History {
		q.Earlier = append(q.Earlier, answer.Turn{Text: earlier})
	}
	a, err := answers.Answer(ctx, q)
	if err != nil {
		return err
	}
	return encoder.Encode(toRecord(r.ID, a))
}

// record is an answer in JSON. Its fields are a contract: other programs read them.
type record struct {
	ID         string           `json:"id"`
	Kind       answer.Kind      `json:"kind"`
	Code       string           `json:"code"`
	Lang       string           `json:"lang"`
	Text       string           `json:"text"`
	Sentences  []sentenceRecord `json:"sentences"`
	Sources    []sourceRecord   `json:"sources"`
	Hits       []hitRecord      `json:"hits"`
	Confidence float64          `json:"confidence"`
	Engine     string           `json:"engine"`
	TookUS     int64            `json:"took_us"`
}

type sentenceRecord struct {
	Text  string   `json:"text"`
	Cites []string `json:"cites"`
}

type sourceRecord struct {
	N          int    `json:"n"`
	Passage    string `json:"passage"`
	Article    string `json:"article"`
	Section    string `json:"section"`
	URL        string `json:"url"`
	ReviewedOn string `json:"reviewed_on"`
	Evidence   string `json:"evidence"`
}

type hitRecord struct {
	Passage string  `json:"passage"`
	Score   float64 `json:"score"`
}

func toRecord(id string, a answer.Answer) record {
	r := record{
		ID: id, Kind: a.Kind, Code: a.Code, Lang: a.Lang, Text: bot.Phrase(a).PlainText(),
		Sentences: []sentenceRecord{}, Sources: []sourceRecord{}, Hits: []hitRecord{},
		Confidence: a.Confidence, Engine: a.Engine, TookUS: a.Took.Microseconds(),
	}
	for _, s := range a.Sentences {
		r.Sentences = append(r.Sentences, sentenceRecord{s.Text, s.Cites})
	}
	for _, s := range a.Sources {
		r.Sources = append(r.Sources, sourceRecord{
			N: s.N, Passage: s.Passage, Article: s.Article, Section: s.Section, URL: s.URL(),
			ReviewedOn: s.ReviewedOn.Format("2006-01-02"), Evidence: string(s.Evidence),
		})
	}
	for _, h := range a.Hits {
		r.Hits = append(r.Hits, hitRecord{h.ID, h.Score})
	}
	return r
}
