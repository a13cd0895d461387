package questionnaire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// ReadSet compiles the JSON of a Given without making it: scoring ten thousand documents needs their options, not their prose. What
// the template does not know is left out, as SetOf does.
func (t *Template) ReadSet(given []byte) (*Set, error) {
	r := scanner{text: given}
	b := t.Begin()
	r.object(func(kind []byte) {
		switch string(kind) {
		case "choices":
			r.answers(b, (*scanner).choices)
		case "booleans":
			r.answers(b, (*scanner).truth)
		case "numbers":
			r.answers(b, (*scanner).number)
		case "dates":
			r.answers(b, (*scanner).date)
		case "texts":
			r.answers(b, (*scanner).said)
		default:
			r.fail("answers have no member %q", kind)
		}
	})
	if r.space(); r.failed == nil && r.at < len(r.text) {
		r.fail("something follows the answers")
	}
	if r.failed != nil {
		return nil, r.failed
	}
	return b.Set(), nil
}

// scanner reads the JSON of a Given. After the first failure every method returns at once.
type scanner struct {
	text   []byte
	at     int
	failed error
}

func (r *scanner) fail(format string, args ...any) {
	if r.failed == nil {
		r.failed = fmt.Errorf("read answers at byte %d: "+format, append([]any{r.at}, args...)...)
	}
}

func (r *scanner) space() {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\n' || r.text[r.at] == '\t' || r.text[r.at] == '\r') {
		r.at++
	}
}

// take takes a sign if it comes next.
func (r *scanner) take(c byte) bool {
	r.space()
	if r.failed != nil || r.at >= len(r.text) || r.text[r.at] != c {
		return false
	}
	r.at++
	return true
}

func (r *scanner) need(c byte) {
	if !r.take(c) {
		r.fail("%q is missing", c)
	}
}

func (r *scanner) object(member func(name []byte)) {
	r.need('{')
	for first := true; r.failed == nil && !r.take('}'); first = false {
		if !first {
			r.need(',')
		}
		name := r.quoted()
		r.need(':')
		if r.failed == nil {
			member(name)
		}
	}
}

// answers reads the answers of one kind.
func (r *scanner) answers(b Builder, read func(r *scanner, b Builder, place int)) {
	r.object(func(key []byte) {
		place, ok := b.t.at[string(key)]
		if !ok || b.s.answered.has(place) {
			place = none
		}
		read(r, b, place)
	})
}

func (r *scanner) choices(b Builder, place int) {
	r.need('[')
	for first := true; r.failed == nil && !r.take(']'); first = false {
		if !first {
			r.need(',')
		}
		if option := r.quoted(); r.failed == nil && place != none {
			b.choose(place, option)
		}
	}
}

// choose puts an option into a set. Of a single choice the first one counts.
func (b Builder) choose(place int, option []byte) {
	q := &b.t.questions[place]
	if bit, ok := q.values[string(option)]; ok && (q.doc.Type == Multi || !b.s.answered.has(place)) {
		b.s.chosen.put(bit)
		b.s.answered.put(place)
	}
}

func (r *scanner) truth(b Builder, place int) {
	switch rest := r.rest(); {
	case bytes.HasPrefix(rest, []byte("true")):
		r.at += len("true")
		b.at(place, True(true))
	case bytes.HasPrefix(rest, []byte("false")):
		r.at += len("false")
		b.at(place, True(false))
	default:
		r.fail("true or false is missing")
	}
}

func (r *scanner) rest() []byte {
	r.space()
	return r.text[r.at:]
}

func (r *scanner) number(b Builder, place int) {
	rest := r.rest()
	end := 0
	for end < len(rest) && (rest[end] == '-' || rest[end] >= '0' && rest[end] <= '9') {
		end++
	}
	n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	if err != nil {
		r.fail("a whole number is missing")
		return
	}
	r.at += end
	b.at(place, Counted(n))
}

func (r *scanner) date(b Builder, place int) {
	if s := r.quoted(); r.failed == nil {
		b.at(place, On(string(s)))
	}
}

// said reads a text, of which most questions need only that there is one.
func (r *scanner) said(b Builder, place int) {
	s := r.quoted()
	switch {
	case r.failed != nil || place == none || len(s) == 0:
	case b.t.questions[place].compare || b.t.questions[place].doc.Type != Text:
		b.at(place, Said(string(s)))
	default:
		b.s.answered.put(place)
	}
}

// at puts the answer to a question into the set; none stands for one that the template does not have.
func (b Builder) at(place int, v Value) {
	if place != none {
		b.t.put(b.s, place, v)
	}
}

// quoted reads a text. Without escapes it is a part of what is read, not a copy.
func (r *scanner) quoted() []byte {
	if r.need('"'); r.failed != nil {
		return nil
	}
	rest := r.text[r.at:]
	end := bytes.IndexByte(rest, '"')
	if end >= 0 && bytes.IndexByte(rest[:end], '\\') < 0 {
		r.at += end + 1
		return rest[:end]
	}
	return r.escaped(rest)
}

func (r *scanner) escaped(rest []byte) []byte {
	for end := 0; end < len(rest); end++ {
		switch rest[end] {
		case '\\':
			end++
		case '"':
			var s string
			if err := json.Unmarshal(r.text[r.at-1:r.at+end+1], &s); err != nil {
				r.fail("%s", err)
			}
			r.at += end + 1
			return []byte(s)
		}
	}
	r.failed = errors.New("read answers: a text is cut off")
	return nil
}
