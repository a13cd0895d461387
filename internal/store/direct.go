package store

import (
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// direct gives a destination that takes the value of a driver without conversion. database/sql formats integers as text and
// parses them again, and uuid.UUID copies its text first: at a thousand columns a page that is a tenth of the time.
func direct(dest any) any {
	switch d := dest.(type) {
	case *uuid.UUID:
		return (*key)(d)
	case **uuid.UUID:
		return optional[uuid.UUID, *key]{d, func(v *uuid.UUID) *key { return (*key)(v) }}
	case *int:
		return (*integer)(d)
	case **int:
		return optional[int, *integer]{d, func(v *int) *integer { return (*integer)(v) }}
	case **time.Time:
		return optional[time.Time, *moment]{d, func(v *time.Time) *moment { return (*moment)(v) }}
	}
	return dest
}

type key uuid.UUID

// Scan takes 36 letters or 16 bytes.
func (k *key) Scan(src any) error {
	var err error
	var id uuid.UUID
	switch src := src.(type) {
	case []byte:
		if len(src) == len(id) {
			copy(k[:], src)
			return nil
		}
		id, err = uuid.ParseBytes(src)
	case string:
		id, err = uuid.Parse(src)
	default:
		return fmt.Errorf("a key column holds %T", src)
	}
	*k = key(id)
	return err
}

type integer int

// Scan takes an integer.
func (n *integer) Scan(src any) error {
	switch src := src.(type) {
	case int64:
		*n = integer(src)
		return nil
	case []byte:
		v, err := strconv.Atoi(string(src))
		*n = integer(v)
		return err
	}
	return fmt.Errorf("an integer column holds %T", src)
}

type moment time.Time

// Scan takes a time.
func (m *moment) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("a time column holds %T", src)
	}
	*m = moment(t)
	return nil
}

// optional is nil where the column is NULL.
type optional[T any, S sql.Scanner] struct {
	dest **T
	of   func(*T) S
}

// Scan allocates a new value if the column is not NULL.
func (o optional[T, S]) Scan(src any) error {
	if src == nil {
		*o.dest = nil
		return nil
	}
	*o.dest = new(T)
	return o.of(*o.dest).Scan(src)
}
