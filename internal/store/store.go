// Package store keeps what outlives a start of the program, in a SQLite file or
// a PostgreSQL database. So far that is the vectors of the library's texts: no
// message, no name, nothing that a patient wrote.
//
// Both engines get the same SQL, with $1 for placeholders, UTC seconds for times
// and bytes for vectors. What they differ in is in this file.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the engine "sqlite", in pure Go
)

// Store is an open database. It may be used by several goroutines, and several
// processes may use one database.
type Store struct {
	db   *sql.DB
	name string // for errors: without a password
	lock string // SQL that keeps other processes from migrating at the same time
}

// connections bounds how many a process holds open; what is kept here is read
// and written in bulk, at load.
const connections = 4

// Open opens the database at url, which is "postgres://user:password@host/name"
// or else the path of a SQLite file, made when it is not there, and brings its
// tables up to date. An error says which of these failed, and never holds a password.
func Open(ctx context.Context, url string) (*Store, error) {
	open := openSQLite
	if scheme, _, ok := strings.Cut(url, "://"); ok {
		if scheme != "postgres" && scheme != "postgresql" {
			return nil, fmt.Errorf("store: there is no engine for %s://; use postgres://user:password@host/name, or the path of a file such as meridian.db", scheme)
		}
		open = openPostgres
	}
	s, err := open(url)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s.db.SetMaxOpenConns(connections)
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", s.name, err), s.db.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// openSQLite opens a file. Its transactions lock it when they begin and wait ten
// seconds for one another. The journal stays the default one: switching a new
// file to a write-ahead log fails at once, without waiting, when two open it at
// the same time.
func openSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("no database is named; name a file such as meridian.db")
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(whole)); err != nil { // SQLite's own word for it is "out of memory"
		return nil, fmt.Errorf("the folder of %s: %w; make it first", path, err)
	}
	address := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(whole), "/"), RawQuery: url.Values{
		"_pragma": {"busy_timeout(10000)"},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", address.String())
	return &Store{db: db, name: path, lock: "SELECT 1"}, err
}

// migrationLock is a number that no other program should take for its own
// advisory locks in the same database.
const migrationLock = "7092416630211"

func openPostgres(url string) (*Store, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the postgres:// address cannot be read; it looks like postgres://user:password@host:5432/name")
	}
	return &Store{
		db:   stdlib.OpenDB(*config),
		name: fmt.Sprintf("%s at %s:%d", config.Database, config.Host, config.Port),
		lock: "SELECT pg_advisory_xact_lock(" + migrationLock + ")",
	}, nil
}
