package questionnaire

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// MaxAnswer is how many characters a text may have.
const MaxAnswer = 20_000

// Value is an answer: exactly one of its members is there. As JSON it tells by its member what it is.
type Value struct {
	Choices []string `json:"choices,omitempty"` // of SINGLE one, of MULTI one or more
	Text    *string  `json:"text,omitempty"`
	Number  *int64   `json:"number,omitempty"` // from -MaxNumber to MaxNumber
	Boolean *bool    `json:"boolean,omitempty"`
	Date    *string  `json:"date,omitempty"` // 2026-11-28
}

// Chosen is a value of options.
func Chosen(options ...string) Value { return Value{Choices: options} }

// Said is a value of text.
func Said(s string) Value { return Value{Text: &s} }

// Counted is a value of a number.
func Counted(n int64) Value { return Value{Number: &n} }

// True is a value of true or false.
func True(b bool) Value { return Value{Boolean: &b} }

// On is a value of a date.
func On(day string) Value { return Value{Date: &day} }

// members tells which are there.
func (v Value) members() []string {
	var names []string
	for _, m := range []struct {
		name  string
		there bool
	}{
		{"choices", v.Choices != nil},
		{"text", v.Text != nil},
		{"number", v.Number != nil},
		{"boolean", v.Boolean != nil},
		{"date", v.Date != nil},
	} {
		if m.there {
			names = append(names, m.name)
		}
	}
	return names
}

// Same tells whether two values say the same, options in any order.
func (v Value) Same(w Value) bool {
	a, b := slices.Sorted(slices.Values(v.Choices)), slices.Sorted(slices.Values(w.Choices))
	return slices.Equal(a, b) && same(v.Text, w.Text) && same(v.Number, w.Number) && same(v.Boolean, w.Boolean) && same(v.Date, w.Date)
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// takes is the member of a value that a type of question wants.
var takes = map[Type]string{Single: "choices", Multi: "choices", Text: "text", Number: "number", Boolean: "boolean", Date: "date"}

// CheckValue checks the answer to a question and gives it in its usual form: options in the order of the template, characters
// composed. Faults have the path of the value and its members.
func (t *Template) CheckValue(path, question string, v Value) (Value, []Fault) {
	var faults Faults
	at, ok := t.at[question]
	if !ok {
		faults.At(nil, path, source.NoSuchKey, "the template has no such question")
		return v, faults.Listed
	}
	v = t.questions[at].check(path, v, &faults)
	return v, faults.Listed
}

func (q *question) check(path string, v Value, faults *Faults) Value {
	want := takes[q.doc.Type]
	switch there := v.members(); {
	case len(there) == 0:
		faults.At(nil, path, source.Required, "give a value, as %s", want)
		return v
	case len(there) > 1:
		faults.At(nil, path, source.Invalid, "give one value, not %s", strings.Join(there, " and "))
		return v
	case there[0] != want:
		faults.At(nil, source.Join(path, there[0]), source.WrongType, "this question is %s: give %s", q.doc.Type, want)
		return v
	}
	path = source.Join(path, want)
	switch q.doc.Type {
	case Single, Multi:
		v.Choices = q.choose(path, v.Choices, faults)
	case Text:
		s := norm.NFC.String(*v.Text)
		checkAnswer(path, s, faults)
		v.Text = &s
	case Number:
		if *v.Number > MaxNumber || *v.Number < -MaxNumber {
			faults.At(nil, path, source.OutOfRange, "give a number from %d to %d", -int64(MaxNumber), int64(MaxNumber))
		}
	case Date:
		if _, ok := dayOf(*v.Date); !ok {
			faults.At(nil, path, source.Invalid, "give a date such as 2026-11-28")
		}
	}
	return v
}

func checkAnswer(path, s string, faults *Faults) {
	switch n := utf8.RuneCountInString(s); {
	case strings.TrimSpace(s) == "":
		faults.At(nil, path, source.Required, "this must not be blank")
	case n > MaxAnswer:
		faults.At(nil, path, source.TooLong, "at most %d characters; this has %d", MaxAnswer, n)
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		faults.At(nil, path, source.Invalid, "this is not text")
	}
}

// choose checks options and puts them in the order of the template.
func (q *question) choose(path string, options []string, faults *Faults) []string {
	switch {
	case len(options) == 0:
		faults.At(nil, path, source.TooFew, "choose at least one option")
	case len(options) > 1 && q.doc.Type == Single:
		faults.At(nil, path, source.TooMany, "choose one option; this has %d", len(options))
	case len(options) > len(q.doc.Options):
		faults.At(nil, path, source.TooMany, "the question has %d options; this has %d", len(q.doc.Options), len(options))
		return options
	}
	out := make([]string, len(options))
	for i, o := range options {
		out[i] = norm.NFC.String(o)
		_, ok := q.values[out[i]]
		switch {
		case !ok:
			faults.At(nil, source.Join(path, i), source.NoSuchOption, "the question has no such option")
		case slices.Contains(out[:i], out[i]):
			faults.At(nil, source.Join(path, i), source.Duplicate, "this option is chosen twice")
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return q.values[a] - q.values[b] })
	return out
}
