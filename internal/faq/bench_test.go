package faq

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkLoad loads 1,000 passages: 50 articles of ten, each in two languages.
func BenchmarkLoad(b *testing.B) {
	texts := readLibrary(b)
	dir := b.TempDir()
	size := 0
	for i := range 50 {
		for source, suffix := range map[string]string{english: ".md", chinese: ".zh-Hant.md"} {
			text := manyPassages(texts[source], i, 10)
			size += len(text)
			write(b, dir, fmt.Sprintf("article-%d%s", i, suffix), text)
		}
	}
	library, problems, err := Load(dir, today)
	if err != nil || len(problems) > 0 || len(library.Articles) != 100 {
		b.Fatalf("%d articles, %v, %v", len(library.Articles), problems, err)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		if _, _, err := Load(dir, today); err != nil {
			b.Fatal(err)
		}
	}
}

// manyPassages makes an article of n passages, each with questions of its own,
// out of the one in the test library, which has two.
func manyPassages(text string, article, n int) string {
	head, rest, _ := strings.Cut(text, "\n## ")
	passages, notes, _ := strings.Cut(rest, "\n[^")
	var out strings.Builder
	out.WriteString(strings.Replace(head, "id: understanding-pain", fmt.Sprintf("id: article-%d", article), 1))
	for i := range n / 2 {
		own := strings.NewReplacer(
			"{#", fmt.Sprintf("no. %d of %d {#n%d-", i, article, i),
			"\n- ", fmt.Sprintf("\n- no. %d of %d ", i, article),
			"\n* ", fmt.Sprintf("\n* no. %d of %d ", i, article))
		out.WriteString(own.Replace("\n## " + passages))
	}
	return out.String() + "\n[^" + notes
}
