package faq

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxFileSize in bytes is some 200 passages: more is no article but an accident.
const maxFileSize = 256 << 10

// file is one article as it lies on the disk.
type file struct {
	path    string
	data    []byte
	problem string // why there is no data to read
}

// fingerprint tells one state of a directory from another.
type fingerprint [sha256.Size]byte

// Load reads and checks every article that lies directly in dir: the files
// named *.md, without README.md and hidden files. today is the date that
// reviews are due against.
//
// The library holds the published articles that have no error, so that one
// broken file cannot keep the others from patients at the first start. A
// running bot swaps a library in only when [HasErrors] is false for its
// problems, and goes on serving the last good one otherwise. Problems come by
// file and line. The error is about dir itself, which could not be read.
func Load(dir string, today time.Time) (*Library, []Problem, error) {
	files, err := readDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("reading articles: %w", err)
	}
	articles, problems := check(files, today)
	if len(files) == 0 {
		problems = append(problems, Problem{dir, 1, Error, "no article in this folder: put the files named *.md here"})
	} else if len(articles) == 0 {
		problems = append(problems, Problem{dir, 1, Warning, "no article in this folder can be shown: mend the errors, and set status: published"})
	}
	return &Library{Articles: articles, dir: dir, fingerprint: fingerprintOf(files)}, problems, nil
}

// readDir returns the articles in dir, by name.
func readDir(dir string) ([]file, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".md" || strings.HasPrefix(name, ".") || strings.EqualFold(name, "readme.md") {
			continue
		}
		f := file{path: filepath.Join(dir, name)}
		info, err := os.Stat(f.path) // of what a link points to
		if err == nil && !info.Mode().IsRegular() {
			continue // a folder may be called anything
		}
		if err == nil {
			f.data, err = readFile(f.path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // an editor replaced it since the directory was listed
		}
		if err != nil {
			f.problem = fmt.Sprintf("the file cannot be read (%v): check that the bot may read it", err)
		}
		files = append(files, f)
	}
	return files, nil
}

// readFile reads one article, no further than is needed to see that it is too
// large.
func readFile(path string) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}

func fingerprintOf(files []file) fingerprint {
	h := sha256.New()
	for _, f := range files {
		for _, part := range [][]byte{[]byte(f.path), f.data, []byte(f.problem)} {
			var size [8]byte
			binary.BigEndian.PutUint64(size[:], uint64(len(part)))
			h.Write(size[:])
			h.Write(part)
		}
	}
	return fingerprint(h.Sum(nil))
}

// check reads the articles in files, checks each of them and all of them
// together, and returns those that may be served, sorted.
func check(files []file, today time.Time) ([]*Article, []Problem) {
	manuscripts := make([]*manuscript, len(files))
	var reading sync.WaitGroup
	for i, f := range files {
		reading.Go(func() { manuscripts[i] = read(f, today) })
	}
	reading.Wait()
	compareAll(manuscripts)

	var articles []*Article
	var problems []Problem
	for _, m := range manuscripts {
		if m.article.Status == Draft || m.article.Status == Withdrawn {
			// No patient sees it, so it must not hold up what patients see.
			for i := range m.problems {
				m.problems[i].Severity = Warning
			}
		} else if !HasErrors(m.problems) {
			articles = append(articles, m.article)
		}
		problems = append(problems, m.problems...)
	}
	slices.SortFunc(articles, compareArticles)
	sortProblems(problems)
	return articles, slices.Compact(problems)
}

// manuscript is one file on its way to an article.
type manuscript struct {
	report
	text        []byte // UTF-8, line ends "\n", no byte order mark
	article     *Article
	fieldLines  map[string]int // where the front matter's fields stand
	definitions map[string]*definition
}

// read parses one file and checks what can be checked without the others.
func read(f file, today time.Time) *manuscript {
	m := &manuscript{report: report{file: f.path}, article: &Article{File: f.path}, fieldLines: make(map[string]int)}
	if f.problem != "" {
		m.errorf(1, "%s", f.problem)
		return m
	}
	if len(f.data) > maxFileSize {
		m.errorf(1, "the file is larger than %d KiB: split it into several articles", maxFileSize>>10)
		return m
	}
	m.text = bytes.TrimPrefix(f.data, []byte("\ufeff"))
	m.text = bytes.ReplaceAll(m.text, []byte("\r\n"), []byte("\n"))
	m.text = bytes.ReplaceAll(m.text, []byte("\r"), []byte("\n"))
	if !utf8.Valid(m.text) {
		valid := bytes.ToValidUTF8(m.text, nil)
		m.errorf(1+firstDifference(m.text, valid), "the file is not UTF-8 text: save it again with the encoding UTF-8")
		return m
	}
	m.checkInvisible()
	front, body, ok := m.splitFrontMatter()
	if !ok {
		return m
	}
	m.readFrontMatter(front)
	m.checkDates(today)
	m.readBody(body)
	m.checkPassages()
	return m
}

// firstDifference returns how many line ends lie before the first byte in
// which a and b differ.
func firstDifference(a, b []byte) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return bytes.Count(a[:i], []byte("\n"))
}

// line returns the line that the byte at offset is in.
func (m *manuscript) line(offset int) int {
	offset = min(max(offset, 0), len(m.text))
	return 1 + bytes.Count(m.text[:offset], []byte("\n"))
}

// checkInvisible finds characters that no one can see: they hide words from
// the reviewer, turn the reading direction, or keep a word from being found.
func (m *manuscript) checkInvisible() {
	number := 0
	for line := range bytes.Lines(m.text) {
		number++
		if r, ok := invisible(string(line)); ok {
			m.errorf(number, "invisible character U+%04X: delete it (type the words around it again)", r)
		}
	}
}

// invisible returns the first character of s that no one can see.
func invisible(s string) (rune, bool) {
	for _, r := range s {
		if isInvisible(r) {
			return r, true
		}
	}
	return 0, false
}

// isInvisible reports whether r shows nothing when it is printed and is no
// plain white space.
func isInvisible(r rune) bool {
	return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == utf8.RuneError
}
