package eval

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"meridian/internal/answer"
	"meridian/internal/hanzi"
)

// The bars that the judged questions of all files together have to reach, as
// shares. The report shows each file too: one that was looked at while tuning
// says less than one that was not.
const (
	barFirst      = 0.90 // the right passage comes first
	barAmongThree = 0.97 // it is among the first three
	barUnanswered = 0.95 // a question that no passage covers is not answered
)

// Tally counts outcomes.
type Tally struct {
	Covered       int // questions that a passage answers
	First         int // of those: a right passage ranked first
	AmongThree    int // … among the first three
	AnsweredRight int // … answered, citing a right passage
	Offered       int // … a choice of questions
	AnsweredWrong int // … answered from other passages only
	Marked        int // questions that no passage answers
	Kept          int // of those: got the kind of reply they should
}

func (t *Tally) add(o Outcome) {
	if o.Mark != "" {
		t.Marked++
		if o.keptMark() {
			t.Kept++
		}
		return
	}
	t.Covered++
	if o.among(1) {
		t.First++
	}
	if o.among(3) {
		t.AmongThree++
	}
	switch {
	case o.answeredRight():
		t.AnsweredRight++
	case o.Answer.Kind == answer.KindAnswer:
		t.AnsweredWrong++
	case o.Answer.Kind == answer.KindClarify:
		t.Offered++
	}
}

// Passed reports whether the counts reach the bars.
func (t Tally) Passed() bool {
	return share(t.First, t.Covered) >= barFirst && share(t.AmongThree, t.Covered) >= barAmongThree &&
		share(t.Kept, t.Marked) >= barUnanswered
}

// share is part of whole; 1 when there is nothing to share.
func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Report is the outcomes of judged questions, counted by file, language and article.
type Report struct {
	outcomes []Outcome
	total    Tally
	files    []string
	tallies  map[string]*Tally // by group
	groups   map[string][]string
}

// NewReport counts the outcomes.
func NewReport(outcomes []Outcome) Report {
	r := Report{outcomes: outcomes, tallies: make(map[string]*Tally), groups: make(map[string][]string)}
	for _, o := range outcomes {
		r.total.add(o)
		file := filepath.Base(o.File)
		if !slices.Contains(r.files, file) {
			r.files = append(r.files, file)
		}
		for _, group := range []string{"", language(o.Text), topic(o.Judged)} {
			key := file + "\x00" + group
			if r.tallies[key] == nil {
				r.tallies[key] = new(Tally)
				r.groups[file] = append(r.groups[file], group)
			}
			r.tallies[key].add(o)
		}
	}
	return r
}

func language(text string) string {
	if hanzi.Contains(text) {
		return "in Chinese"
	}
	return "in English"
}

func topic(j Judged) string {
	if j.Mark != "" {
		return "! " + strings.ReplaceAll(string(j.Mark), "_", " ")
	}
	article, _, _ := strings.Cut(j.Passages[0], "/")
	return article
}

// Passed reports whether all questions together reach the bars.
func (r Report) Passed() bool { return r.total.Passed() }

// Write prints the report; with misses, every question that got another reply
// than it should.
func (r Report) Write(w io.Writer, misses bool) {
	for _, file := range r.files {
		fmt.Fprintf(w, "%-28s %9s %7s %8s %9s %8s %7s │ %9s %7s\n", file,
			"questions", "first", "among 3", "answered", "offered", "wrong", "no answer", "kept")
		slices.Sort(r.groups[file])
		for _, group := range r.groups[file] {
			t := r.tallies[file+"\x00"+group]
			if group == "" {
				group = "all"
			}
			t.write(w, group)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "all files together")
	r.total.write(w, "all")
	fmt.Fprintf(w, "\nbars, all files together: right passage first ≥ %.0f %%, among three ≥ %.0f %%, not answered when not covered ≥ %.0f %%: ",
		100*barFirst, 100*barAmongThree, 100*barUnanswered)
	if r.Passed() {
		fmt.Fprintln(w, "reached")
	} else {
		fmt.Fprintln(w, "NOT reached")
	}
	if misses {
		r.writeMisses(w)
	}
}

func (t Tally) write(w io.Writer, group string) {
	fmt.Fprintf(w, "  %-26s %9d %7s %8s %9s %8s %7s │ %9d %7s\n", group, t.Covered,
		percent(t.First, t.Covered), percent(t.AmongThree, t.Covered), percent(t.AnsweredRight, t.Covered),
		percent(t.Offered, t.Covered), percent(t.AnsweredWrong, t.Covered), t.Marked, percent(t.Kept, t.Marked))
}

func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*share(part, whole))
}

func (r Report) writeMisses(w io.Writer) {
	for _, o := range r.outcomes {
		want, right := strings.Join(o.Passages, " or "), o.among(1) && o.Answer.Kind != answer.KindNotCovered
		if o.Mark != "" {
			want, right = "! "+string(o.Mark), o.keptMark()
		}
		if right {
			continue
		}
		fmt.Fprintf(w, "\n%s:%d: %s\n  want %s\n  got  %s, coverage %.2f", o.File, o.Line, o.Text, want, o.Answer.Kind, o.Answer.Confidence)
		for _, hit := range o.Answer.Hits[:min(3, len(o.Answer.Hits))] {
			fmt.Fprintf(w, "\n       %s %.2f", hit.ID, hit.Score)
		}
		fmt.Fprintln(w)
	}
}

// Write prints the report on a collection.
func (r CollectionReport) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "documents %d, queries %d\nP@1 %.3f   MRR@10 %.3f   nDCG@10 %.3f   recall@10 %.3f\nbuild %v, query p50 %v, p95 %v, p99 %v\n",
		r.Documents, r.Queries, r.P1, r.MRR10, r.NDCG10, r.Recall10, r.BuildTime.Round(time.Millisecond), r.P50, r.P95, r.P99)
	return err
}
