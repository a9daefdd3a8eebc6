package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"meridian/internal/retrieve"
)

// Collection is a public test collection for retrieval: documents, queries,
// and which document answers which query.
type Collection struct {
	Documents []retrieve.Document
	Queries   []CollectionQuery // all that the collection has, judged or not
}

// CollectionQuery is one query of a collection.
type CollectionQuery struct {
	ID       string
	Text     string
	Relevant map[string]bool // IDs of the documents that answer it; empty when none is known
}

// ReadCollection reads a collection in BEIR layout from dir: corpus.jsonl
// (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (a header
// line, then query, document and grade with tabs between; a grade of 1 or more
// is relevant). The title becomes the question and the text the body.
//
// Documents that share an _id are taken as versions of one. Judgements are
// read as trec_eval does: one on a query that is not there is passed over, and
// a relevant document that is not there is one that is never found.
func ReadCollection(dir string) (*Collection, error) {
	c := &Collection{}
	relevant := make(map[string]map[string]bool)
	err := errors.Join(
		readLines(filepath.Join(dir, "corpus.jsonl"), func(_ int, line []byte) error {
			d, err := parseEntry(line)
			c.Documents = append(c.Documents, retrieve.Document{ID: d.ID, Question: d.Title, Body: d.Text})
			return err
		}),
		readLines(filepath.Join(dir, "queries.jsonl"), func(_ int, line []byte) error {
			q, err := parseEntry(line)
			if relevant[q.ID] == nil {
				relevant[q.ID] = make(map[string]bool)
			}
			c.Queries = append(c.Queries, CollectionQuery{ID: q.ID, Text: q.Text, Relevant: relevant[q.ID]})
			return err
		}),
		readLines(filepath.Join(dir, "qrels", "test.tsv"), func(n int, line []byte) error {
			if n == 1 {
				return nil
			}
			query, document, grade, err := parseJudgement(string(line))
			if grade >= 1 && relevant[query] != nil {
				relevant[query][document] = true
			}
			return err
		}))
	if err != nil {
		return nil, fmt.Errorf("reading collection: %w", err)
	}
	return c, nil
}

// collectionEntry is one line of corpus.jsonl or queries.jsonl.
type collectionEntry struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

func parseEntry(line []byte) (collectionEntry, error) {
	var e collectionEntry
	if err := json.Unmarshal(line, &e); err != nil {
		return e, err
	}
	if e.ID == "" {
		return e, errors.New("no _id")
	}
	return e, nil
}

func parseJudgement(line string) (query, document string, grade int, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 3 {
		return "", "", 0, fmt.Errorf("%d columns instead of 3 (query, document, grade, with tabs between)", len(fields))
	}
	grade, err = strconv.Atoi(strings.TrimSpace(fields[2]))
	if err != nil {
		return "", "", 0, fmt.Errorf("grade %q is not a whole number", fields[2])
	}
	return fields[0], fields[1], grade, nil
}

// readLines calls f with each line of a file that is not blank, numbered from
// 1. It stops at the first error and names the file and line in it.
func readLines(name string, f func(n int, line []byte) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := f(n, line); err != nil {
				return fmt.Errorf("%s:%d: %w", name, n, err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// CollectionReport is how well retrieval does on a collection. The four
// measures are means over the queries that have a relevant document.
type CollectionReport struct {
	Documents int     `json:"documents"`
	Queries   int     `json:"queries"`      // with a relevant document
	P1        float64 `json:"p_at_1"`       // the first hit is relevant
	MRR10     float64 `json:"mrr_at_10"`    // one over the rank of the first relevant of ten
	NDCG10    float64 `json:"ndcg_at_10"`   // gain 1 for each relevant one, over log2(1 + rank)
	Recall10  float64 `json:"recall_at_10"` // part of the relevant documents among ten

	BuildTime time.Duration `json:"build_ns"`
	P50       time.Duration `json:"query_p50_ns"` // of all queries, one at a time
	P95       time.Duration `json:"query_p95_ns"`
	P99       time.Duration `json:"query_p99_ns"`
}

// ScoreCollection builds an index of the collection's documents and asks it
// every query.
func ScoreCollection(c *Collection) CollectionReport {
	const depth = 10
	r := CollectionReport{Documents: len(c.Documents)}
	start := time.Now()
	index := retrieve.Build(c.Documents)
	r.BuildTime = time.Since(start)
	runtime.GC() // what building left behind is not to be paid by the queries

	times := make([]time.Duration, 0, len(c.Queries))
	for _, q := range c.Queries {
		start := time.Now()
		hits := index.Search(q.Text, depth).Hits
		times = append(times, time.Since(start))
		if len(q.Relevant) == 0 {
			continue
		}
		r.Queries++
		r.judge(hits, q.Relevant)
	}
	if r.Queries > 0 {
		for _, sum := range []*float64{&r.P1, &r.MRR10, &r.NDCG10, &r.Recall10} {
			*sum /= float64(r.Queries)
		}
	}
	slices.Sort(times)
	r.P50, r.P95, r.P99 = quantile(times, 0.50), quantile(times, 0.95), quantile(times, 0.99)
	return r
}

// judge adds one query's measures to the sums in r.
func (r *CollectionReport) judge(hits []retrieve.Hit, relevant map[string]bool) {
	gain, found := 0.0, 0
	for i, h := range hits {
		if !relevant[h.ID] {
			continue
		}
		if found == 0 {
			r.MRR10 += 1 / float64(i+1)
			if i == 0 {
				r.P1++
			}
		}
		found++
		gain += 1 / math.Log2(float64(i+2))
	}
	ideal := 0.0
	for i := range min(len(relevant), 10) {
		ideal += 1 / math.Log2(float64(i+2))
	}
	r.NDCG10 += gain / ideal
	r.Recall10 += float64(found) / float64(len(relevant))
}

// quantile returns the smallest time that is not exceeded by the given part of
// them; 0 when there are none. times are sorted.
func quantile(times []time.Duration, part float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[int(math.Ceil(part*float64(len(times))))-1]
}
