package faq

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// compareGolden holds got against the golden file, or writes that with -update.
func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run the test with -update if it is right:\n%s", path, diff)
	}
}

func loadTestdata(t *testing.T) *Library {
	t.Helper()
	library, problems, err := Load("testdata/library", today)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		t.Fatalf("the test library has problems: %v", problems)
	}
	return library
}

func TestLoad(t *testing.T) {
	var dump strings.Builder
	for _, a := range loadTestdata(t).Articles {
		fmt.Fprintf(&dump, "article %s %s %q, %s, %s, %q, %s until %s, %s, %s\n", a.ID, a.Lang, a.Title, a.Publisher, a.Status, a.ReviewedBy,
			a.ReviewedOn.Format(time.DateOnly), a.ReviewDue.Format(time.DateOnly), a.URL, filepath.ToSlash(a.File))
		for _, p := range a.Passages {
			dumpPassage(&dump, p)
		}
	}
	compareGolden(t, "library.golden", dump.String())
}

func dumpPassage(w *strings.Builder, p *Passage) {
	fmt.Fprintf(w, "\npassage %s, line %d, evidence %q\n? %s\n", p.ID, p.Line, p.Evidence, p.Question)
	fmt.Fprintf(w, "also asked: %s\nnot: %s\n", strings.Join(p.AlsoAsked, " | "), strings.Join(p.Not, " | "))
	for _, b := range p.Blocks {
		if b.Item {
			fmt.Fprint(w, "point\n")
		} else {
			fmt.Fprint(w, "paragraph\n")
		}
		for _, s := range b.Sentences {
			fmt.Fprintf(w, "  %s %v\n", s.Text, s.Refs)
		}
	}
	for _, r := range p.References {
		fmt.Fprintf(w, "source %s: %s <%s> %s\n", r.Label, r.Text, r.URL, r.Checked)
	}
}

func TestPassageKnowsItsArticle(t *testing.T) {
	for _, a := range loadTestdata(t).Articles {
		for _, p := range a.Passages {
			if p.Article != a {
				t.Errorf("%s %s belongs to %v", p.ID, a.Lang, p.Article)
			}
		}
	}
}

func TestPassage(t *testing.T) {
	library := loadTestdata(t)
	tests := []struct {
		id, lang, want string // the question; empty when there is none
	}{
		{"understanding-pain/why-pain-lasts", "en", "Why can pain go on after an injury has healed?"},
		{"understanding-pain/why-pain-lasts", "zh-Hant", "為甚麼傷好了還會痛\uff1f"},
		{"understanding-pain/why-pain-lasts", "zh", ""},
		{"understanding-pain/why-pain-lasts", "", ""},
		{"understanding-pain/why-pain", "en", ""},
		{"understanding-pain", "en", ""},
		{"/", "en", ""},
		{"", "en", ""},
	}
	for _, test := range tests {
		p, ok := library.Passage(test.id, test.lang)
		if ok != (test.want != "") || ok && p.Question != test.want {
			t.Errorf("Passage(%q, %q) = %v, %t; want %q", test.id, test.lang, p, ok, test.want)
		}
	}
	if _, ok := new(Library).Passage("a/b", "en"); ok {
		t.Error("an empty library has a passage")
	}
}

func TestIn(t *testing.T) {
	library := loadTestdata(t)
	for _, lang := range []string{"en", "zh-Hant"} {
		articles := library.In(lang)
		if len(articles) != 1 || articles[0].Lang != lang {
			t.Errorf("In(%q) = %v", lang, articles)
		}
	}
	if articles := library.In("de"); len(articles) != 0 {
		t.Errorf("In(de) = %v", articles)
	}
}

func TestText(t *testing.T) {
	sentences := func(texts ...string) (list []Sentence) {
		for _, s := range texts {
			list = append(list, Sentence{Text: s})
		}
		return list
	}
	p := Passage{Blocks: []Block{
		{Sentences: sentences("One.", "Two.")},
		{Item: true, Sentences: sentences("Point (腎虛).", "And more.")},
		{Item: true, Sentences: sentences("一。", "二\uff01", "三")},
	}}
	want := "One. Two.\n- Point (腎虛). And more.\n- 一。二\uff01三"
	if diff := cmp.Diff(want, p.Text()); diff != "" {
		t.Errorf("Text (-want +got):\n%s", diff)
	}
}
