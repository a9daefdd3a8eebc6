package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

// migrations are numbered from 0001 on without a gap. They only go forward: one
// that was ever released is not changed, and nothing undoes it.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date, in one transaction: all of it or nothing.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql") // in the order of their names
	if err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	defer tx.Rollback()
	version, err := s.version(ctx, tx)
	if err != nil {
		return err
	}
	if version > len(files) {
		return fmt.Errorf("its tables are of version %d, this program knows versions up to %d: a newer Meridian made them; run that one, or name another database", version, len(files))
	}
	for i, file := range files[version:] {
		statements, err := migrations.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES ($1)", version+i+1); err != nil {
			return fmt.Errorf("noting the tables' version: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("bringing the tables up to date: %w", err)
	}
	return nil
}

// version returns the tables' version, 0 in a new database. No other process
// migrates from then on until the transaction ends.
func (s *Store) version(ctx context.Context, tx *sql.Tx) (int, error) {
	for _, statement := range []string{s.lock, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)"} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return 0, fmt.Errorf("preparing the tables: %w", err)
		}
	}
	var version int
	err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("reading the tables' version: %w", err)
	}
	return version, nil
}
