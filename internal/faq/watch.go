package faq

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch waits for the directory that l was loaded from to change, and calls
// changed with what it then holds: once for a burst of changes, when it is
// over, and only if the content of a file is another. It is not called for l
// itself, but for a change made since l was loaded. The caller goes on serving
// the last good library when [HasErrors] is true for the problems.
//
// changed is called from the goroutine of Watch, never twice at once. Watch
// returns nil when ctx is done; an error says that watching could not begin.
// While the directory is away or cannot be read there is no call.
func (l *Library) Watch(ctx context.Context, log *slog.Logger, changed func(*Library, []Problem)) error {
	directory, err := filepath.Abs(l.dir)
	if err != nil {
		return fmt.Errorf("watching articles: %w", err)
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching articles in %s: %w", l.dir, err)
	}
	defer notify.Close()
	if err := arm(notify, directory); err != nil {
		log.Warn("changes to articles are seen late", "dir", l.dir, "within", recheckTime, "error", err)
	}
	w := watcher{
		log: log, library: l, directory: directory, changed: changed,
		events: notify.Events, errors: notify.Errors,
		arm: func() { _ = arm(notify, directory) }, // tried again at the next recheck
	}
	w.run(ctx)
	return nil
}

const (
	// settleTime without a change ends a burst: an editor that saves by
	// renaming needs some milliseconds, a copy of many files little more.
	settleTime = 200 * time.Millisecond
	// recheckTime is between looks that no event asked for. They find what is
	// not reported: changes on a network share, a parent directory replaced.
	recheckTime = time.Minute
)

// arm watches the directory, and its parent to learn when the directory is
// replaced. It may be called again at any time.
func arm(notify *fsnotify.Watcher, directory string) error {
	// A watch stays with a directory that was moved away: begin anew. This
	// fails where nothing is watched, which is just as well.
	_ = notify.Remove(directory)
	return errors.Join(notify.Add(filepath.Dir(directory)), notify.Add(directory))
}

type watcher struct {
	log       *slog.Logger
	library   *Library // as loaded last, good or not
	directory string   // absolute, as events name it
	changed   func(*Library, []Problem)
	events    <-chan fsnotify.Event
	errors    <-chan error
	arm       func()
	missing   bool // the directory could not be read the last time
}

func (w *watcher) run(ctx context.Context) {
	settled := time.NewTimer(0) // look at once: something may have changed before the watch began
	defer settled.Stop()
	recheck := time.NewTicker(recheckTime)
	defer recheck.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-w.events:
			if e.Name == w.directory && e.Has(fsnotify.Create) {
				w.arm()
			}
			if w.concerns(e) {
				settled.Reset(settleTime)
			}
		case err := <-w.errors: // events were lost
			w.log.Warn("watching articles", "dir", w.library.dir, "error", err)
			settled.Reset(settleTime)
		case <-recheck.C:
			w.arm()
			settled.Reset(settleTime)
		case <-settled.C:
			w.look()
		}
	}
}

// concerns reports whether the event may be about an article. Articles may be
// links into a directory that is swapped as a whole (Kubernetes does so), so
// that any name in the directory counts.
func (w *watcher) concerns(e fsnotify.Event) bool {
	return e.Name == w.directory || filepath.Dir(e.Name) == w.directory && e.Op != fsnotify.Chmod
}

// look loads the directory and passes it on if it is not what it was.
func (w *watcher) look() {
	library, problems, err := Load(w.library.dir, time.Now())
	if err != nil {
		if !w.missing {
			w.log.Warn("articles cannot be read, the last good ones stay", "dir", w.library.dir, "error", err)
		}
		w.missing = true
		return
	}
	w.missing = false
	if library.fingerprint != w.library.fingerprint {
		w.library = library
		w.changed(library, problems)
	}
}
