package faq

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// good returns a whole article without problems.
func good(id string) string {
	return frontMatter(id) + question("What is "+id+"?", id)
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func ids(articles []*Article) []string {
	var list []string
	for _, a := range articles {
		list = append(list, a.ID+" "+a.Lang)
	}
	return list
}

func TestLoadServesOnlyPublishedArticlesWithoutErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b.md", good("b"))
	write(t, dir, "a.md", good("a"))
	write(t, dir, "broken.md", strings.Replace(good("broken"), "lang: en", "lang: xx", 1))
	write(t, dir, "draft.md", strings.Replace(good("draft"), "published", "draft", 1))
	write(t, dir, "withdrawn.md", strings.Replace(good("withdrawn"), "published", "withdrawn", 1))

	library, problems, err := Load(dir, today)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a en", "b en"}, ids(library.Articles)); diff != "" {
		t.Errorf("articles (-want +got):\n%s", diff)
	}
	if !HasErrors(problems) {
		t.Error("the broken article is not reported")
	}
}

func TestLoadReadsArticlesOnly(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", good("a"))
	for _, name := range []string{"README.md", ".a.md", "a.md~", "a.txt"} {
		write(t, dir, name, "no article")
	}
	for _, name := range []string{"eval", "folder.md"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), "questions.md", "no article")
	}
	library, problems, err := Load(dir, today)
	if err != nil || len(problems) > 0 || len(library.Articles) != 1 {
		t.Errorf("Load = %v, %v, %v; want one article", ids(library.Articles), problems, err)
	}
}

func TestLoadFollowsLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	write(t, elsewhere, "a.md", good("a"))
	if err := os.Symlink(filepath.Join(elsewhere, "a.md"), filepath.Join(dir, "a.md")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	library, problems, err := Load(dir, today)
	if err != nil || len(problems) > 0 || len(library.Articles) != 1 {
		t.Errorf("Load = %v, %v, %v; want one article", ids(library.Articles), problems, err)
	}
}

func TestLoadOfAMissingDirectory(t *testing.T) {
	library, _, err := Load(filepath.Join(t.TempDir(), "none"), today)
	if err == nil {
		t.Errorf("Load = %v, want an error", library)
	}
}

// An emptied folder is an accident, so it must not empty the bot; taking the
// last article back is a decision, so it must take effect.
func TestLoadOfNothing(t *testing.T) {
	dir := t.TempDir()
	if _, problems, err := Load(dir, today); err != nil || !HasErrors(problems) {
		t.Errorf("empty folder: %v, %v; want an error for staff", problems, err)
	}
	write(t, dir, "a.md", strings.Replace(good("a"), "published", "withdrawn", 1))
	_, problems, err := Load(dir, today)
	if err != nil || HasErrors(problems) || len(problems) != 1 {
		t.Errorf("all withdrawn: %v, %v; want one warning", problems, err)
	}
}

func TestLoadReportsAnUnreadableFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", good("a"))
	write(t, dir, "b.md", good("b"))
	if err := os.Chmod(filepath.Join(dir, "b.md"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(filepath.Join(dir, "b.md")); err == nil {
		t.Skip("this user may read every file")
	}
	library, problems, err := Load(dir, today)
	if err != nil || !HasErrors(problems) || len(library.Articles) != 1 {
		t.Errorf("Load = %v, %v, %v; want a, and b reported", ids(library.Articles), problems, err)
	}
}

func TestADraftHasWarningsOnly(t *testing.T) {
	text := strings.Replace(good("a"), "published", "draft", 1)
	_, problems := check([]file{{path: "a.md", data: []byte(strings.ReplaceAll(text, "{#", "{"))}}, today)
	if len(problems) == 0 || HasErrors(problems) {
		t.Errorf("problems: %v; want warnings", problems)
	}
}

func TestABrokenOriginalKeepsItsTranslation(t *testing.T) {
	articles, problems := checkEdited(t, edit{english, "(checked: opened)", ""}, edit{english, "Evidence: Moderate", "Evidence: none"})
	if diff := cmp.Diff([]string{"understanding-pain zh-Hant"}, ids(articles)); diff != "" {
		t.Errorf("articles (-want +got):\n%s\n%v", diff, problems)
	}
}

func TestLineEndsAndByteOrderMark(t *testing.T) {
	want, _ := checkEdited(t)
	for name, change := range map[string]func(string) string{
		"CRLF":            func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"CR":              func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
		"byte order mark": func(s string) string { return "\ufeff" + s },
	} {
		t.Run(name, func(t *testing.T) {
			var files []file
			for path, text := range readLibrary(t) {
				files = append(files, file{path: path, data: []byte(change(text))})
			}
			got, problems := check(files, today)
			if len(problems) > 0 {
				t.Errorf("problems: %v", problems)
			}
			if diff := cmp.Diff(fmt.Sprint(texts(want)), fmt.Sprint(texts(got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func texts(articles []*Article) []string {
	var list []string
	for _, a := range articles {
		for _, p := range a.Passages {
			list = append(list, p.ID, p.Question, p.Text(), fmt.Sprint(p.Line))
		}
	}
	return list
}

func TestSuggest(t *testing.T) {
	known := []string{"title", "status", "reviewed_by", "reviewed_on"}
	for written, want := range map[string]string{
		"Title": "title", "titel": "title", "reviewedby": "reviewed_by", "reviewed-on": "reviewed_on",
		"colour": "", "": "", "x": "",
	} {
		if want != "" {
			want = fmt.Sprintf("; did you mean %q?", want)
		}
		if got := suggest(written, known); got != want {
			t.Errorf("suggest(%q) = %q, want %q", written, got, want)
		}
	}
}

// The page for staff shows a whole article; it must be a good one.
func TestTheDocumentedExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/content-format.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```markdown\n")
	example, _, _ = strings.Cut(example, "```\n")
	articles, problems := check([]file{{path: "heat-and-cold.md", data: []byte(example)}}, today)
	if len(articles) != 1 || len(problems) > 0 {
		t.Errorf("articles %v, problems %v", ids(articles), problems)
	}
}
