package peers

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en" // the English analyzer
	index "github.com/blevesearch/bleve_index_api"
	_ "modernc.org/sqlite"

	"meridian/internal/retrieve"
	"meridian/internal/retrieve/zipf"
)

// engine finds the ten best passages for a question.
type engine struct {
	name   string
	open   func(b *testing.B, passages []zipf.Passage) func(question string)
	rounds int // how often the questions are asked: slow engines are asked less
}

var engines = []engine{
	{"meridian", openMeridian, 2_000},
	{"bleve-tfidf", openBleve(index.DefaultScoringModel), 300},
	{"bleve-bm25", openBleve(index.BM25Scoring), 300},
	{"fts5", openFTS5, 40},
}

// BenchmarkSearch asks every engine the same questions about the same
// passages, one at a time, and reports the quantiles of the time. PASSAGES
// says how many, "10000" unless set; several with commas between.
func BenchmarkSearch(b *testing.B) {
	sizes := os.Getenv("PASSAGES")
	if sizes == "" {
		sizes = "10000"
	}
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatalf("PASSAGES=%q: want numbers with commas between", sizes)
		}
		passages := zipf.Passages(n)
		for _, e := range engines {
			b.Run(fmt.Sprintf("%d/%s", n, e.name), func(b *testing.B) {
				start := time.Now()
				search := e.open(b, passages)
				build := time.Since(start)
				var times []time.Duration
				for b.Loop() {
					times = times[:0]
					for _, q := range zipf.Questions(passages, e.rounds) {
						start := time.Now()
						search(q)
						times = append(times, time.Since(start))
					}
				}
				slices.Sort(times)
				for _, q := range []int{50, 95, 99} {
					b.ReportMetric(float64(times[(len(times)-1)*q/100].Nanoseconds())/1e3, fmt.Sprintf("p%d-µs", q))
				}
				b.ReportMetric(build.Seconds(), "build-s")
				b.ReportMetric(0, "ns/op") // of a whole round, and so misleading
			})
		}
	}
}

func openMeridian(_ *testing.B, passages []zipf.Passage) func(string) {
	docs := make([]retrieve.Document, len(passages))
	for i, p := range passages {
		docs[i] = retrieve.Document{ID: strconv.Itoa(i), Question: p.Question, Body: p.Body}
	}
	x := retrieve.Build(docs)
	return func(question string) { x.Search(question, 10) }
}

// openBleve indexes with the English analyzer into scorch on disk, bleve's
// default index, and asks a match query over all fields.
func openBleve(scoring string) func(*testing.B, []zipf.Passage) func(string) {
	return func(b *testing.B, passages []zipf.Passage) func(string) {
		mapping := bleve.NewIndexMapping()
		mapping.DefaultAnalyzer = "en"
		mapping.ScoringModel = scoring
		x, err := bleve.New(filepath.Join(b.TempDir(), "bleve"), mapping)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { x.Close() })
		batch := x.NewBatch()
		for i, p := range passages {
			if err := batch.Index(strconv.Itoa(i), p); err != nil {
				b.Fatal(err)
			}
			if batch.Size() == 1_000 || i == len(passages)-1 {
				if err := x.Batch(batch); err != nil {
					b.Fatal(err)
				}
				batch.Reset()
			}
		}
		return func(question string) {
			if _, err := x.Search(bleve.NewSearchRequest(bleve.NewMatchQuery(question))); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// openFTS5 indexes both fields with SQLite's porter tokenizer, in pure Go, and
// asks for any of the words, by bm25.
func openFTS5(b *testing.B, passages []zipf.Passage) func(string) {
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "fts5.db"))
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { db.Close() })
	if _, err := db.Exec(`CREATE VIRTUAL TABLE passages USING fts5(question, body, tokenize = 'porter unicode61')`); err != nil {
		b.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	insert, err := tx.Prepare(`INSERT INTO passages (rowid, question, body) VALUES (?, ?, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	for i, p := range passages {
		if _, err := insert.Exec(i+1, p.Question, p.Body); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	find, err := db.Prepare(`SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT 10`)
	if err != nil {
		b.Fatal(err)
	}
	return func(question string) {
		words := strings.Fields(question)
		rows, err := find.Query(`"` + strings.Join(words, `" OR "`) + `"`)
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			if err := rows.Scan(&id); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
	}
}
