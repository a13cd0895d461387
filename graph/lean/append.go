package lean

import (
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const hexDigits = "0123456789ABCDEF"

// String appends a JSON string as gqlgen's marshaler writes it: only quotes, backslashes and control characters are escaped.
func String(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		case '\n':
			b = append(b, '\\', 'n')
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}

// Optional appends a text, or tells that there is none.
func Optional(b []byte, s string) ([]byte, bool) {
	if s == "" {
		return b, false
	}
	return String(b, s), true
}

// ID appends an id, which needs no escaping.
func ID(b []byte, id typeid.ID) []byte { return append(id.Append(append(b, '"')), '"') }

// Int appends an integer.
func Int(b []byte, i int64) []byte { return strconv.AppendInt(b, i, 10) }

// Boolean appends true or false.
func Boolean(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// DateTime appends a time as RFC 3339 in UTC.
func DateTime(b []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// Marshal appends what a marshaler writes.
func Marshal(b []byte, m graphql.Marshaler) ([]byte, bool) {
	if m == graphql.Null {
		return b, false
	}
	w := writer{b}
	m.MarshalGQL(&w)
	return w.b, true
}

type writer struct{ b []byte }

func (w *writer) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}
