package faq

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Severity tells whether a problem keeps content from being served.
type Severity int

// An article with an error is not served; a warning is advice.
const (
	Warning Severity = iota
	Error
)

// Problem is one thing that staff should mend in a file.
type Problem struct {
	File     string // as it was loaded; never empty
	Line     int    // from 1
	Severity Severity
	Message  string // what is wrong and how to mend it, in plain words
}

// String returns "file:line: message", where a warning says that it is one.
func (p Problem) String() string {
	if p.Severity == Warning {
		return fmt.Sprintf("%s:%d: warning: %s", p.File, p.Line, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// HasErrors reports whether any of the problems is an error. Content that has
// one must not take the place of content that is being served.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// report collects the problems of one file.
type report struct {
	file     string
	problems []Problem
}

func (r *report) errorf(line int, format string, args ...any) {
	r.add(line, Error, fmt.Sprintf(format, args...))
}

func (r *report) warnf(line int, format string, args ...any) {
	r.add(line, Warning, fmt.Sprintf(format, args...))
}

// add stores a problem. What it quotes from the file is shown as it is, but
// for characters that would garble the message.
func (r *report) add(line int, severity Severity, message string) {
	message = strings.Map(func(c rune) rune {
		if isInvisible(c) {
			return '?'
		}
		return c
	}, message)
	r.problems = append(r.problems, Problem{r.file, line, severity, message})
}

// sortProblems orders problems as a reader mends them: file by file, downwards.
func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// suggest returns `; did you mean "x"?` with the known word nearest to the one
// that was written, or nothing when none is near: one slip in four letters.
func suggest(written string, known []string) string {
	best, bestDistance := "", utf8.RuneCountInString(written)/4+2
	for _, k := range known {
		if d := editDistance(strings.ToLower(written), k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// editDistance is the Levenshtein distance of a and b, in runes.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			substitute := diagonal
			if r != s {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
