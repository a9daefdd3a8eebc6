package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	testEngine(t, func(t *testing.T) string { return filepath.Join(t.TempDir(), "meridian.db") })
}

// testEngine is what any engine has to do. fresh returns the address of a new
// and empty database.
func testEngine(t *testing.T, fresh func(t *testing.T) string) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, url string)
	}{
		{"vectors come back as they were", testRoundTrip},
		{"models and dimensions are apart", testApart},
		{"more vectors than one query asks for", testMany},
		{"the later of two vectors counts", testReplace},
		{"a damaged vector is none", testDamaged},
		{"all or none are saved", testAllOrNone},
		{"vectors outlive the program", testReopen},
		{"nothing happens after ctx is done", testDone},
		{"many save at a time", testConcurrent},
		{"many open a new database at a time", testOpenConcurrently},
		{"a newer version's tables are left alone", testNewer},
		{"a failed migration leaves nothing", testMigrationFails},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func key(text string) Key { return sha256.Sum256([]byte(text)) }

// numbered returns n keys and a vector of three dimensions for each.
func numbered(n int) ([]Key, map[Key][]float32) {
	keys, vectors := make([]Key, n), make(map[Key][]float32, n)
	for i := range n {
		keys[i] = key(fmt.Sprint(i))
		vectors[keys[i]] = []float32{float32(i), -1, 0.5}
	}
	return keys, vectors
}

func save(t *testing.T, s *Store, model string, vectors map[Key][]float32) {
	t.Helper()
	if err := s.SaveVectors(t.Context(), model, 3, vectors); err != nil {
		t.Fatal(err)
	}
}

// check fails the test unless these vectors, and no others, are there under the keys.
func check(t *testing.T, s *Store, model string, keys []Key, want map[Key][]float32) {
	t.Helper()
	got, err := s.Vectors(t.Context(), model, 3, keys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("vectors of %s (-want +got):\n%s", model, diff)
	}
}

func testRoundTrip(t *testing.T, url string) {
	s := open(t, url)
	none := map[Key][]float32{}
	check(t, s, "m", nil, none)
	check(t, s, "m", []Key{key("a")}, none)
	save(t, s, "m", none)
	vectors := map[Key][]float32{
		key("a"): {1, -2.5, 1e-30},
		key("b"): {math.MaxFloat32, math.SmallestNonzeroFloat32, float32(math.Copysign(0, -1))},
	}
	save(t, s, "m", vectors)
	check(t, s, "m", []Key{key("a"), key("b"), key("c"), key("a")}, vectors)
	check(t, s, "m", []Key{key("b")}, map[Key][]float32{key("b"): vectors[key("b")]})
}

func testApart(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(2)
	save(t, s, "one", vectors)
	check(t, s, "ONE", keys, map[Key][]float32{})
	other := map[Key][]float32{keys[0]: {7, 7, 7}}
	save(t, s, "two", other)
	check(t, s, "one", keys, vectors)
	check(t, s, "two", keys, other)
	if got, err := s.Vectors(t.Context(), "one", 4, keys); err != nil || len(got) != 0 {
		t.Errorf("%d vectors of four dimensions, %v; none was saved", len(got), err)
	}
}

func testMany(t *testing.T, url string) {
	s := open(t, url)
	for _, n := range []int{keysAtOnce - 1, keysAtOnce, keysAtOnce + 1, 3*keysAtOnce + 7} {
		keys, vectors := numbered(n)
		save(t, s, "m", vectors)
		check(t, s, "m", keys, vectors)
	}
}

func testReplace(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(3)
	save(t, s, "m", vectors)
	save(t, s, "m", map[Key][]float32{keys[1]: {9, 9, 9}})
	vectors[keys[1]] = []float32{9, 9, 9}
	check(t, s, "m", keys, vectors)
}

func testDamaged(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(2)
	save(t, s, "m", vectors)
	if _, err := s.db.ExecContext(t.Context(), "UPDATE vectors SET vector = $1 WHERE key = $2", []byte{1, 2, 3}, keys[0][:]); err != nil {
		t.Fatal(err)
	}
	check(t, s, "m", keys, map[Key][]float32{keys[1]: vectors[keys[1]]})
	save(t, s, "m", vectors)
	check(t, s, "m", keys, vectors)
}

func testAllOrNone(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(3)
	vectors[keys[1]] = []float32{1, 2}
	if err := s.SaveVectors(t.Context(), "m", 3, vectors); err == nil {
		t.Error("a vector of another dimension was saved")
	}
	check(t, s, "m", keys, map[Key][]float32{})
}

func testReopen(t *testing.T, url string) {
	keys, vectors := numbered(5)
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, "m", vectors)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check(t, open(t, url), "m", keys, vectors)
}

func testDone(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveVectors(ctx, "m", 3, vectors); err == nil {
		t.Error("saved after ctx was done")
	}
	if _, err := s.Vectors(ctx, "m", 3, keys); err == nil {
		t.Error("read after ctx was done")
	}
	check(t, s, "m", keys, map[Key][]float32{})
}

func testConcurrent(t *testing.T, url string) {
	stores := []*Store{open(t, url), open(t, url)} // as two processes would
	keys, vectors := numbered(100)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			s := stores[i%2]
			if err := s.SaveVectors(t.Context(), "m", 3, vectors); err != nil {
				t.Error(err)
			}
			if _, err := s.Vectors(t.Context(), "m", 3, keys); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	check(t, stores[0], "m", keys, vectors)
}

func testOpenConcurrently(t *testing.T, url string) {
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			s, err := Open(t.Context(), url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func testNewer(t *testing.T, url string) {
	s := open(t, url)
	if _, err := s.db.ExecContext(t.Context(), "INSERT INTO schema_version (version) VALUES (1000)"); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), url)
	if err == nil || !strings.Contains(err.Error(), "newer Meridian") {
		t.Errorf("opening a newer version's tables: %v", err)
	}
}

func testMigrationFails(t *testing.T, url string) {
	s := open(t, url)
	keys, vectors := numbered(1)
	save(t, s, "m", vectors)
	if _, err := s.db.ExecContext(t.Context(), "DELETE FROM schema_version"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), url); err == nil || !strings.Contains(err.Error(), "0001_vectors.sql") {
		t.Errorf("making tables that are there: %v, want an error that names the migration", err)
	}
	check(t, s, "m", keys, vectors)
	var versions int
	if err := s.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM schema_version").Scan(&versions); err != nil || versions != 0 {
		t.Errorf("%d versions noted, %v; want none", versions, err)
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	files, err := migrations.ReadDir("migrations")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	for i, file := range files {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(file.Name(), want) {
			t.Errorf("migration %d is named %s, want %s…", i+1, file.Name(), want)
		}
	}
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	for _, test := range []struct{ name, url, want string }{
		{"nothing named", "", "name a file"},
		{"another engine", "mysql://u:hush@localhost/db", "no engine for mysql://"},
		{"no such folder", filepath.Join(t.TempDir(), "none", "m.db"), "make it first"},
		{"a folder", t.TempDir(), "opening"},
		{"not an address", "postgres://u:hush@host:port/db", "looks like"},
		{"nobody there", "postgres://u:hush@127.0.0.1:1/db", "db at 127.0.0.1:1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Open(t.Context(), test.url)
			if err == nil {
				s.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("error %q, want one with %q and without the password", err, test.want)
			}
		})
	}
}

func TestSQLiteTakesAnyName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a b?c=d&e.db", "100%.db", "#1.db", "資料.db", ":memory:"} {
		open(t, filepath.Join(dir, name))
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%q was not made: %v", name, err)
		}
	}
}
