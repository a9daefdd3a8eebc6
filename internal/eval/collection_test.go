package eval

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"meridian/internal/retrieve"
)

// writeCollection writes the three files of a collection and returns where.
func writeCollection(t *testing.T, corpus, queries, qrels string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "qrels"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels/test.tsv": qrels} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	tinyCorpus = `{"_id": "knee", "title": "Does it help a sore knee?", "text": "Often."}
{"_id": "back", "title": "", "text": "For a sore back it may help."}

{"_id": "sleep", "title": "Will I sleep better?", "text": "Some people do."}
`
	tinyQueries = `{"_id": "q1", "text": "sore knee"}
{"_id": "q2", "text": "sore", "metadata": {"answerable": true}}
{"_id": "q3", "text": "passport"}
{"_id": "q4", "text": "sleep"}
`
	tinyQrels = "query-id\tcorpus-id\tscore\nq1\tknee\t1\nq1\tsleep\t0\nq2\tback\t2\nq4\tsleep\t1\nq4\tgone\t1\nq9\tknee\t1\n"
)

func TestReadCollection(t *testing.T) {
	got, err := ReadCollection(writeCollection(t, tinyCorpus, tinyQueries, tinyQrels))
	if err != nil {
		t.Fatal(err)
	}
	want := &Collection{
		Documents: []retrieve.Document{
			{ID: "knee", Question: "Does it help a sore knee?", Body: "Often."},
			{ID: "back", Body: "For a sore back it may help."},
			{ID: "sleep", Question: "Will I sleep better?", Body: "Some people do."},
		},
		Queries: []CollectionQuery{
			{ID: "q1", Text: "sore knee", Relevant: map[string]bool{"knee": true}},
			{ID: "q2", Text: "sore", Relevant: map[string]bool{"back": true}},
			{ID: "q3", Text: "passport"},
			{ID: "q4", Text: "sleep", Relevant: map[string]bool{"sleep": true, "gone": true}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("collection (-want +got):\n%s", diff)
	}
}

func TestReadCollectionNamesFileAndLine(t *testing.T) {
	for _, tc := range []struct{ name, corpus, queries, qrels, want string }{
		{"broken JSON", tinyCorpus + "{", tinyQueries, tinyQrels, "corpus.jsonl:5: "},
		{"no _id", tinyCorpus, `{"text": "pain"}`, tinyQrels, "queries.jsonl:1: no _id"},
		{"columns", tinyCorpus, tinyQueries, "header\nq1 knee 1\n", "test.tsv:2: 1 columns instead of 3"},
		{"grade", tinyCorpus, tinyQueries, "header\nq1\tknee\tyes\n", `test.tsv:2: grade "yes" is not a whole number`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ReadCollection(writeCollection(t, tc.corpus, tc.queries, tc.qrels))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want %q in it", err, tc.want)
			}
		})
	}
	_, err := ReadCollection(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "corpus.jsonl") || !strings.Contains(err.Error(), "test.tsv") {
		t.Errorf("error = %v, want every missing file in it", err)
	}
}

func TestScoreCollection(t *testing.T) {
	c, err := ReadCollection(writeCollection(t, tinyCorpus, tinyQueries, tinyQrels))
	if err != nil {
		t.Fatal(err)
	}
	// q1 and q4 have the right passage first, q2 second (a question weighs more
	// than a text); of q4's two relevant documents one does not exist.
	second, both := 1/math.Log2(3), 1+1/math.Log2(3)
	want := CollectionReport{
		Documents: 3,
		Queries:   3,
		P1:        2.0 / 3,
		MRR10:     (1 + 1.0/2 + 1) / 3,
		NDCG10:    (1 + second + 1/both) / 3,
		Recall10:  (1 + 1 + 1.0/2) / 3,
	}
	got := ScoreCollection(c)
	times := cmpopts.IgnoreFields(CollectionReport{}, "BuildTime", "P50", "P95", "P99")
	if diff := cmp.Diff(want, got, times, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if got.P50 <= 0 || got.P95 < got.P50 || got.P99 < got.P95 {
		t.Errorf("quantiles = %v, %v, %v", got.P50, got.P95, got.P99)
	}
	if got := ScoreCollection(&Collection{}); got.P1 != 0 || got.P99 != 0 {
		t.Errorf("report on nothing = %+v", got)
	}
}

func TestQuantile(t *testing.T) {
	times := []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for part, want := range map[float64]time.Duration{0.5: 5, 0.95: 10, 0.99: 10, 0.1: 1} {
		if got := quantile(times, part); got != want {
			t.Errorf("quantile(%v) = %d, want %d", part, got, want)
		}
	}
}
