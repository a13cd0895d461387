// Package view holds the Go types behind SDL types that are no rows: scalars, payloads, permissions. It decides nothing.
package view

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/text/unicode/norm"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// The scalars are strict, so that both databases keep the same value: no "7" for 7, no NUL, which PostgreSQL refuses and
// SQLite stores, no lone surrogates, and one form of each accented letter.

// MarshalString writes a string.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString takes a string in Unicode's composed form.
func UnmarshalString(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", fault.New(fault.Invalid, "expected a string")
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", fault.New(fault.Invalid, "the text is not valid Unicode")
	}
	for i := range len(s) {
		if s[i] < 0x20 && s[i] != '\n' && s[i] != '\t' && s[i] != '\r' || s[i] == 0x7F {
			return "", fault.New(fault.Invalid, "the text holds control characters")
		}
	}
	return norm.NFC.String(s), nil
}

// MarshalID writes an id.
func MarshalID(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalID takes an id; ids are strings here, never numbers.
func UnmarshalID(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", fault.New(fault.Invalid, "an id is a string")
	}
	return s, nil
}

// MarshalInt writes an integer that the server made.
func MarshalInt(i int) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var b [20]byte
		_, _ = w.Write(strconv.AppendInt(b[:0], int64(i), 10))
	})
}

// UnmarshalInt takes an integer of 32 bits, as GraphQL has it.
func UnmarshalInt(v any) (int, error) {
	i, err := UnmarshalInt32(v)
	return int(i), err
}

// MarshalInt32 writes an integer.
func MarshalInt32(i int32) graphql.Marshaler { return MarshalInt(int(i)) }

// UnmarshalInt32 takes an integer of 32 bits, as GraphQL has it; a number with a fraction or a string is none.
func UnmarshalInt32(v any) (int32, error) {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int32:
		return v, nil
	case int64:
		n = v
	case float64:
		if v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
			return 0, fault.New(fault.Invalid, "expected a 32-bit integer")
		}
		n = int64(v)
	case json.Number:
		parsed, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return 0, fault.New(fault.Invalid, "expected a 32-bit integer")
		}
		n = parsed
	default:
		return 0, fault.New(fault.Invalid, "expected an integer")
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, fault.New(fault.Invalid, "expected a 32-bit integer")
	}
	return int32(n), nil
}

// MarshalDateTime writes a time as RFC 3339 in UTC. It writes every time, also one that could not be given today: a null in
// place of a time that must be there would take with it the whole list that shows it.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var b [40]byte
		_, _ = w.Write(append(t.UTC().AppendFormat(append(b[:0], '"'), time.RFC3339Nano), '"'))
	})
}

// The times that are taken. Before and after them time zones lead out of the years that RFC 3339 can write, and Go's zero time
// looks like none.
const firstYear, lastYear = 1970, 2199

// UnmarshalDateTime takes RFC 3339, in whole microseconds, that in UTC is in the years 1970 to 2199.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, fault.New(fault.Invalid, "expected a time such as 2026-03-01T09:30:00Z")
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "expected a time such as 2026-03-01T09:30:00Z")
	}
	t = t.UTC().Truncate(time.Microsecond)
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, fault.New(fault.Invalid, "expected a time that in UTC is in the years %d to %d", firstYear, lastYear)
	}
	return t, nil
}

// mostWhole is the largest whole number that JSON holds without loss in every reader.
const mostWhole = 1<<53 - 1

// MarshalWholeNumber writes a whole number.
func MarshalWholeNumber(n int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var b [20]byte
		_, _ = w.Write(strconv.AppendInt(b[:0], n, 10))
	})
}

// UnmarshalWholeNumber takes a whole number that JSON holds without loss.
func UnmarshalWholeNumber(v any) (int64, error) {
	n, ok := int64(0), false
	switch v := v.(type) {
	case json.Number:
		parsed, err := strconv.ParseInt(string(v), 10, 64)
		n, ok = parsed, err == nil
	case int64:
		n, ok = v, true
	case int:
		n, ok = int64(v), true
	}
	if !ok || n > mostWhole || n < -mostWhole {
		return 0, fault.New(fault.Invalid, "expected a whole number from -%d to %d", int64(mostWhole), int64(mostWhole))
	}
	return n, nil
}
