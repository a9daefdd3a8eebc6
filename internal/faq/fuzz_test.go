package faq

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// checkInvariants holds what is promised for any bytes in a file.
func checkInvariants(t *testing.T, path, text string) {
	articles, problems := check([]file{{path: path, data: []byte(text)}}, today)
	for _, p := range problems {
		if p.File != path || p.Line < 1 || p.Line > 1+strings.Count(text, "\n")+strings.Count(text, "\r") || p.Message == "" {
			t.Errorf("problem without its place: %#v", p)
		}
		if _, hidden := invisible(p.Message); hidden {
			t.Errorf("problem with an invisible character: %#v", p)
		}
	}
	for _, a := range articles {
		if !idPattern.MatchString(a.ID) || a.Title == "" || a.Publisher == "" || a.ReviewedBy == "" || a.Status != Published ||
			a.ReviewedOn.IsZero() || a.ReviewDue.IsZero() || len(a.Passages) == 0 {
			t.Errorf("article served without what it needs: %+v", a)
		}
		for _, p := range a.Passages {
			checkPassageInvariants(t, p)
		}
	}
}

func checkPassageInvariants(t *testing.T, p *Passage) {
	name, ok := strings.CutPrefix(p.ID, p.Article.ID+"/")
	if !ok || !idPattern.MatchString(name) || len(p.ID) > maxIDLength || p.Question == "" || p.Line < 1 {
		t.Errorf("passage served without what it needs: %+v", p)
	}
	if len(p.Blocks) == 0 || len(p.References) == 0 {
		t.Errorf("passage served without answer or source: %+v", p)
	}
	known := make(map[string]bool)
	for _, r := range p.References {
		known[r.Label] = true
		if r.Text == "" || r.Checked != Opened && r.Checked != Listed && r.Checked != Corrected || r.URL != "" && !isWebAddress(r.URL) {
			t.Errorf("bad source: %+v", r)
		}
	}
	for _, b := range p.Blocks {
		if len(b.Sentences) == 0 {
			t.Errorf("empty block in %s", p.ID)
		}
		for _, s := range b.Sentences {
			if _, hidden := invisible(s.Text); hidden || strings.TrimSpace(s.Text) == "" || !utf8.ValidString(s.Text) {
				t.Errorf("bad sentence %q in %s", s.Text, p.ID)
			}
			for _, label := range s.Refs {
				if !known[label] {
					t.Errorf("sentence with an unknown source %q in %s", label, p.ID)
				}
			}
		}
	}
}

func FuzzArticle(f *testing.F) {
	for _, text := range readLibrary(f) {
		f.Add(text)
	}
	f.Add(good("a"))
	f.Add("\ufeff" + strings.ReplaceAll(good("a"), "\n", "\r\n"))
	f.Fuzz(func(t *testing.T, text string) { checkInvariants(t, "a.md", text) })
}

func FuzzFrontMatter(f *testing.F) {
	f.Add("title: Pain: what it is")
	f.Add("id: &a x\ntitle: *a")
	f.Add("? {a: [b]}\n: |\n  text")
	f.Add("id: !!binary YQ==\n\"lang\": 'en'")
	f.Fuzz(func(t *testing.T, front string) {
		checkInvariants(t, "a.md", "---\n"+front+"\n---\n"+question("What?", "what"))
	})
}

// FuzzAnswer starts from an article that is served, to get past the checks.
func FuzzAnswer(f *testing.F) {
	f.Add("More words\uff1f「[^a]」 and “more.”[^a] Not. e.g. 1.5")
	f.Add("- list\nNot:\n- a\n\n[^b]: B. https://b.example (checked: listed)")
	f.Fuzz(func(t *testing.T, words string) {
		checkInvariants(t, "a.md", good("a")+"\n"+words)
		checkInvariants(t, "a.md", strings.Replace(good("a"), "sentence.[^a]", words, 1))
	})
}
