package fault

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Form collects everything that is wrong with an input, so that a person hears of all mistakes at once. Each method gives the
// value as it is kept. These checks are the same for every noun: a rule about text is written once.
type Form struct {
	faults faults
	err    error // the first that is no fault
}

// Err is what is wrong; nil when nothing is.
func (f *Form) Err() error {
	switch {
	case f.err != nil:
		return f.err
	case len(f.faults) == 0:
		return nil
	}
	return f.faults
}

// Add notes what is wrong, if anything is.
func (f *Form) Add(err error) {
	found := All(err)
	if err != nil && found == nil && f.err == nil {
		f.err = err
	}
	f.faults = append(f.faults, found...)
}

// Refuse notes that a field breaks a rule.
func (f *Form) Refuse(field string, code enum.UserErrorCode, format string, args ...any) {
	f.Add(InvalidField(field, code, format, args...))
}

// Line checks a name or title: one line, not blank, no direction controls that would make it read as another. It returns
// the text without surrounding spaces.
func (f *Form) Line(field, s string, most int) string {
	if blank(s) {
		f.Add(Required(field))
		return ""
	}
	return f.OptionalLine(field, s, most)
}

// OptionalLine is Line for text that may be empty.
func (f *Form) OptionalLine(field, s string, most int) string {
	if blank(s) {
		return ""
	}
	s = strings.TrimSpace(s)
	switch {
	case strings.ContainsAny(s, "\n\r\t"):
		f.Refuse(field, enum.UserErrorCodeNotOneLine, "this must be one line")
	case strings.ContainsFunc(s, hidden):
		f.Refuse(field, enum.UserErrorCodeInvisibleCharacters, "this contains invisible or direction-changing characters")
	default:
		f.atMost(field, s, most)
	}
	return s
}

// Text checks text of any number of lines that must not be blank.
func (f *Form) Text(field, s string, most int) string {
	if blank(s) {
		f.Add(Required(field))
		return ""
	}
	return f.OptionalText(field, s, most)
}

// OptionalText is Text for text that may be empty. Direction marks belong to some languages' prose and are allowed.
func (f *Form) OptionalText(field, s string, most int) string {
	if blank(s) {
		return ""
	}
	f.atMost(field, s, most)
	return s
}

// Lines checks a list of names.
func (f *Form) Lines(field string, list []string, most, each int) []string {
	if !f.Count(field, len(list), 0, most) {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f.Line(fmt.Sprintf("%s.%d", field, i), s, each)
	}
	return out
}

// Count checks how many entries a list has, and tells whether it is right.
func (f *Form) Count(field string, n, least, most int) bool {
	switch {
	case n > most:
		f.Add(TooLong(field, n, most))
	case n < least:
		f.Add(InvalidField(field, enum.UserErrorCodeTooFew, "at least %d entries; this has %d", least, n).With(Values{Minimum: &least, Actual: &n}))
	default:
		return true
	}
	return false
}

// Between checks a number.
func (f *Form) Between(field string, n, least, most int) {
	if n < least || n > most {
		f.Add(InvalidField(field, enum.UserErrorCodeOutOfRange, "give a number from %d to %d", least, most).
			With(Values{Minimum: &least, Limit: &most, Actual: &n}))
	}
}

// Ahead checks that a time is in the future.
func (f *Form) Ahead(field string, t, now time.Time) {
	if !t.After(now) {
		f.Add(InvalidField(field, enum.UserErrorCodeInThePast, "this time is over already: give one in the future").With(Values{Date: &now}))
	}
}

// Languages checks a list of BCP 47 tags, and that none comes twice.
func (f *Form) Languages(field string, tags []string, most int) []string {
	return f.set(field, tags, most, f.language)
}

// Language checks a BCP 47 tag and gives it in its usual form; English if there is none.
func (f *Form) Language(field, s string) string {
	if s == "" {
		return "en"
	}
	return f.language(field, s)
}

func (f *Form) language(field, s string) string {
	tag, err := language.Parse(s)
	if err != nil || len(s) > 35 || strings.Contains(s, "_") {
		f.Refuse(field, enum.UserErrorCodeInvalidLanguage, "this must be a language tag such as en or zh-TW")
		return s
	}
	return tag.String()
}

// set checks each entry of a list, and that none comes twice.
func (f *Form) set(field string, list []string, most int, check func(field, s string) string) []string {
	if !f.Count(field, len(list), 0, most) {
		return nil
	}
	out := make([]string, 0, len(list))
	for i, s := range list {
		at := fmt.Sprintf("%s.%d", field, i)
		if s = check(at, s); slices.Contains(out, s) {
			f.Refuse(at, enum.UserErrorCodeDuplicate, "%s is named twice", s)
		}
		out = append(out, s)
	}
	return out
}

func (f *Form) atMost(field, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		f.Add(InvalidField(field, enum.UserErrorCodeTooLong, "at most %d characters; this has %d", most, n).With(Values{Limit: &most, Actual: &n}))
	}
}

// NothingToDo is the fault of a change that changes nothing.
func NothingToDo(format string, args ...any) *Fault {
	return Coded(State, enum.UserErrorCodeNothingToDo, format, args...)
}

// Required is the fault of a field that must not be empty.
func Required(field string) *Fault {
	return InvalidField(field, enum.UserErrorCodeRequired, "this must not be empty")
}

// TooLong is the fault of a list with too many entries.
func TooLong(field string, n, most int) *Fault {
	return InvalidField(field, enum.UserErrorCodeTooMany, "at most %d entries; this has %d", most, n).With(Values{Limit: &most, Actual: &n})
}

// With adds values to a fault.
func (f *Fault) With(v Values) *Fault {
	f.Values = v
	return f
}

// Search checks a text to search for.
func Search(field, s string) (string, error) {
	var f Form
	s = f.OptionalText(field, strings.TrimSpace(s), 100)
	return s, f.Err()
}

// Reason checks a reason that will be published; it must not be blank.
func Reason(s string) (string, error) {
	var f Form
	s = f.Text("reason", s, 2000)
	return s, f.Err()
}

// OptionalReason is Reason for one that may be left out.
func OptionalReason(s string) (string, error) {
	var f Form
	s = f.OptionalText("reason", s, 2000)
	return s, f.Err()
}

// blank reports whether nothing can be seen of a text: it has spaces and characters that Unicode makes invisible, such as zero-width
// spaces, joiners, variation selectors, tags and fillers. Of the controls of format those are seen that are written around numbers.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && r != 0x2800 && !unicode.In(r, unicode.Cc, unicode.Zs, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
			(!unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r))
	})
}

// hidden reports whether a character is invisible or reorders the text: bidirectional controls (U+202A to U+202E, U+2066 to
// U+2069, marks), zero-width characters and the byte order mark. The zero-width joiners are allowed: scripts and emoji need
// them between letters, and names are compared by handle, not by sight.
func hidden(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
		return true
	case r == 0x2028, r == 0x2029: // they break lines
		return true
	case r == 0x200B, r == 0x2060, r == 0xFEFF, r == 0x180E:
		return true
	}
	return r < 0x20 || r == 0x7F || r >= 0x80 && r <= 0x9F
}
