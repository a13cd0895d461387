// Package csvtext writes rows of CSV that DuckDB, R and spreadsheets read without being told how: UTF-8 without a mark, CRLF, every text
// in quotes from the first row on, numbers bare, nothing where there is nothing.
//
// A spreadsheet runs what begins like a formula. So a text that begins with = + - @, a tab, a carriage return or ' has a ' in front: to
// take one away gives it back, whatever it was.
package csvtext

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Row collects the fields of a row.
type Row struct {
	text []byte
	some bool // fields
}

// On is a row that is appended to a text.
func On(text []byte) *Row { return &Row{text: text} }

// End ends the row, and gives the text with it.
func (r *Row) End() []byte {
	r.some = false
	r.text = append(r.text, '\r', '\n')
	return r.text
}

func (r *Row) next() {
	if r.some {
		r.text = append(r.text, ',')
	}
	r.some = true
}

// Null is a field without a value.
func (r *Row) Null() *Row {
	r.next()
	return r
}

// Text is a text, also if it is empty.
func (r *Row) Text(s string) *Row {
	r.next()
	r.text = append(r.text, '"')
	if s != "" && strings.IndexByte("=+-@\t\r'", s[0]) >= 0 {
		r.text = append(r.text, '\'')
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		r.text = append(append(r.text, s[:i]...), '"', '"')
		s = s[i+1:]
	}
	r.text = append(append(r.text, s...), '"')
	return r
}

// Some is a text that may be missing; the empty one is.
func (r *Row) Some(s string) *Row {
	if s == "" {
		return r.Null()
	}
	return r.Text(s)
}

// Int is a number.
func (r *Row) Int(n int64) *Row {
	r.next()
	r.text = strconv.AppendInt(r.text, n, 10)
	return r
}

// Bool is true or false.
func (r *Row) Bool(b bool) *Row { return r.Bare(strconv.FormatBool(b)) }

// Bare is something without quotes that is written already, such as a number.
func (r *Row) Bare(written string) *Row {
	r.next()
	r.text = append(r.text, written...)
	return r
}

// Time is a time as RFC 3339 has it; nil for none.
func (r *Row) Time(t *time.Time) *Row {
	if t == nil || t.IsZero() {
		return r.Null()
	}
	return r.Text(t.UTC().Format(time.RFC3339Nano))
}

// List is a list of texts as JSON; nil for none.
func (r *Row) List(all []string) *Row {
	if all == nil {
		return r.Null()
	}
	text, _ := json.Marshal(all) // texts always marshal
	return r.Text(string(text))
}

// Restored is a text of a field as it was before it was written.
func Restored(field string) string { return strings.TrimPrefix(field, "'") }
