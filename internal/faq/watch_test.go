package faq

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// change is one call that a watcher made.
type change struct {
	articles []string
	problems []Problem
}

func load(t *testing.T, dir string) *Library {
	t.Helper()
	library, _, err := Load(dir, today)
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// startWatch watches until the test ends, when nothing of it may be left.
func startWatch(t *testing.T, library *Library) <-chan change {
	t.Helper()
	changes := make(chan change, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- library.Watch(ctx, slog.New(slog.DiscardHandler), func(l *Library, problems []Problem) {
			changes <- change{ids(l.Articles), problems}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t)
	})
	return changes
}

// await reads changes until one has these articles.
func await(t *testing.T, changes <-chan change, want ...string) change {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case c := <-changes:
			if cmp.Equal(want, c.articles) {
				return c
			}
		case <-timeout:
			t.Fatalf("no change brought the articles %v", want)
		}
	}
}

func TestWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "faq")
	mkdir(t, dir)
	write(t, dir, "a.md", good("a"))
	changes := startWatch(t, load(t, dir))

	write(t, dir, "b.md", good("b"))
	await(t, changes, "a en", "b en")

	// Editors save by writing another file and renaming it.
	write(t, dir, "b.md.tmp", good("b2"))
	rename(t, filepath.Join(dir, "b.md.tmp"), filepath.Join(dir, "b.md"))
	await(t, changes, "a en", "b2 en")

	write(t, dir, "b.md", strings.Replace(good("b"), "---", "--", 1))
	if c := await(t, changes, "a en"); !HasErrors(c.problems) {
		t.Errorf("a broken edit was not reported: %v", c)
	}

	write(t, dir, "b.md", good("b"))
	await(t, changes, "a en", "b en")

	if err := os.Remove(filepath.Join(dir, "b.md")); err != nil {
		t.Fatal(err)
	}
	await(t, changes, "a en")
}

func TestWatchSurvivesAnotherDirectoryInItsPlace(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "faq")
	mkdir(t, dir)
	write(t, dir, "a.md", good("a"))
	changes := startWatch(t, load(t, dir))

	// Moved away and replaced, as a deployment does.
	next := filepath.Join(parent, "next")
	mkdir(t, next)
	write(t, next, "b.md", good("b"))
	rename(t, dir, filepath.Join(parent, "previous"))
	rename(t, next, dir)
	await(t, changes, "b en")
	write(t, dir, "c.md", good("c"))
	await(t, changes, "b en", "c en")

	// Removed and made again, as a fresh checkout does.
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	mkdir(t, dir)
	write(t, dir, "d.md", good("d"))
	await(t, changes, "d en")
	write(t, dir, "e.md", good("e"))
	await(t, changes, "d en", "e en")
}

func TestWatchFindsAChangeMadeBeforeItBegan(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", good("a"))
	library := load(t, dir)
	write(t, dir, "b.md", good("b"))
	await(t, startWatch(t, library), "a en", "b en")
}

func TestWatchBeginsWhileTheDirectoryIsAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "faq")
	mkdir(t, dir)
	write(t, dir, "a.md", good("a"))
	library := load(t, dir)
	rename(t, dir, dir+".away")
	changes := startWatch(t, library)
	write(t, dir+".away", "b.md", good("b"))
	rename(t, dir+".away", dir)
	await(t, changes, "a en", "b en")
}

// fakeWatch runs a watcher over dir whose events and time are the test's. It
// must be called in a synctest bubble.
func fakeWatch(t *testing.T, dir string) (events chan<- fsnotify.Event, lost chan<- error, calls, armed *atomic.Int32) {
	t.Helper()
	e, l := make(chan fsnotify.Event), make(chan error)
	calls, armed = new(atomic.Int32), new(atomic.Int32)
	w := watcher{
		log: slog.New(slog.DiscardHandler), library: load(t, dir), directory: dir,
		events: e, errors: l, arm: func() { armed.Add(1) },
		changed: func(*Library, []Problem) { calls.Add(1) },
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go w.run(ctx)
	synctest.Wait()
	return e, l, calls, armed
}

// pass lets the bubble's time pass, and the watcher do what it then does.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWatchCallsOnceForABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "a.md", good("a"))
		events, _, calls, _ := fakeWatch(t, dir)
		for range 100 {
			write(t, dir, "b.md", good("b"))
			events <- fsnotify.Event{Name: filepath.Join(dir, "b.md"), Op: fsnotify.Write}
			pass(settleTime / 2)
		}
		if calls.Load() != 0 {
			t.Errorf("called %d times during the burst", calls.Load())
		}
		pass(2 * settleTime)
		if calls.Load() != 1 {
			t.Errorf("called %d times for a burst, want once", calls.Load())
		}
	})
}

func TestWatchIgnoresWhatChangesNoContent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "a.md", good("a"))
		events, _, calls, _ := fakeWatch(t, dir)
		for _, name := range []string{"a.md", ".a.md.swp", "a.md~"} {
			events <- fsnotify.Event{Name: filepath.Join(dir, name), Op: fsnotify.Write}
			pass(2 * settleTime)
		}
		if calls.Load() != 0 {
			t.Errorf("called %d times although no content changed", calls.Load())
		}
	})
}

func TestWatchFindsWhatWasNotReported(t *testing.T) {
	t.Run("events lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "a.md", good("a"))
			_, lost, calls, _ := fakeWatch(t, dir)
			write(t, dir, "b.md", good("b"))
			lost <- errors.New("queue overflow")
			pass(2 * settleTime)
			if calls.Load() != 1 {
				t.Errorf("called %d times, want once", calls.Load())
			}
		})
	})
	t.Run("no events at all", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "a.md", good("a"))
			_, _, calls, armed := fakeWatch(t, dir)
			write(t, dir, "b.md", good("b"))
			pass(recheckTime + 2*settleTime)
			if calls.Load() != 1 || armed.Load() != 1 {
				t.Errorf("called %d times, armed %d times; want once each", calls.Load(), armed.Load())
			}
		})
	})
}

func TestWatchKeepsContentWhileTheDirectoryIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "faq")
		mkdir(t, dir)
		write(t, dir, "a.md", good("a"))
		events, _, calls, armed := fakeWatch(t, dir)
		rename(t, dir, dir+".away")
		events <- fsnotify.Event{Name: dir, Op: fsnotify.Rename}
		pass(2 * settleTime)
		rename(t, dir+".away", dir)
		events <- fsnotify.Event{Name: dir, Op: fsnotify.Create}
		pass(2 * settleTime)
		if calls.Load() != 0 || armed.Load() != 1 {
			t.Errorf("called %d times, armed %d times; want no call and once", calls.Load(), armed.Load())
		}
	})
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
