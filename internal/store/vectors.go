package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key names a text by its content: its SHA-256.
type Key = [sha256.Size]byte

// keysAtOnce is how many vectors one query asks for.
const keysAtOnce = 200

// Vectors returns the vectors that were saved for the model and dimension under
// the keys. Keys that have none are left out.
func (s *Store) Vectors(ctx context.Context, model string, dimension int, keys []Key) (map[Key][]float32, error) {
	vectors := make(map[Key][]float32, len(keys))
	for some := range slices.Chunk(keys, keysAtOnce) {
		if err := s.addVectors(ctx, vectors, model, dimension, some); err != nil {
			return nil, fmt.Errorf("store %s: reading vectors: %w", s.name, err)
		}
	}
	return vectors, nil
}

func (s *Store) addVectors(ctx context.Context, to map[Key][]float32, model string, dimension int, keys []Key) error {
	query := "SELECT key, vector FROM vectors WHERE model = $1 AND dimension = $2 AND key IN ($3"
	args := []any{model, dimension}
	var more strings.Builder
	for i, key := range keys {
		args = append(args, key[:])
		if i > 0 {
			more.WriteString(", $" + strconv.Itoa(len(args)))
		}
	}
	rows, err := s.db.QueryContext(ctx, query+more.String()+")", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, vector sql.RawBytes
		if err := rows.Scan(&key, &vector); err != nil {
			return err
		}
		if len(vector) == 4*dimension { // a damaged one is as good as none: it is made anew
			to[Key(key)] = decode(vector)
		}
	}
	return rows.Err()
}

// SaveVectors keeps vectors of the model, each of the given dimension, under
// their keys, in place of those that were there: all of them or, with an error, none.
func (s *Store) SaveVectors(ctx context.Context, model string, dimension int, vectors map[Key][]float32) error {
	for _, vector := range vectors {
		if len(vector) != dimension {
			return fmt.Errorf("store %s: a vector has %d dimensions, not %d", s.name, len(vector), dimension)
		}
	}
	if err := s.saveVectors(ctx, model, dimension, vectors); err != nil {
		return fmt.Errorf("store %s: saving vectors: %w", s.name, err)
	}
	return nil
}

func (s *Store) saveVectors(ctx context.Context, model string, dimension int, vectors map[Key][]float32) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	save, err := tx.PrepareContext(ctx, `INSERT INTO vectors (model, dimension, key, vector, saved_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (model, dimension, key) DO UPDATE SET vector = excluded.vector, saved_at = excluded.saved_at`)
	if err != nil {
		return err
	}
	defer save.Close()
	now := time.Now().Unix()
	// In one order, so that two processes that save the same never wait for each other.
	keys := slices.SortedFunc(maps.Keys(vectors), func(a, b Key) int { return bytes.Compare(a[:], b[:]) })
	for _, key := range keys {
		if _, err := save.ExecContext(ctx, model, dimension, key[:], encode(vectors[key]), now); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func encode(vector []float32) []byte {
	b := make([]byte, 0, 4*len(vector))
	for _, x := range vector {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func decode(b []byte) []float32 {
	vector := make([]float32, len(b)/4)
	for i := range vector {
		vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return vector
}
