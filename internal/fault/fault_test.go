package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestOfFindsAWrappedFault(t *testing.T) {
	inner := InvalidField("title", "too %s", "long")
	err := fmt.Errorf("save: %w", inner)
	if got := Of(err); got != inner {
		t.Errorf("Of = %v, want %v", got, inner)
	}
	if !Is(err, Invalid) || Is(errors.New("x"), Internal) {
		t.Errorf("Is does not tell a fault from another error")
	}
}

func TestTheCauseIsForTheLogOnly(t *testing.T) {
	cause := errors.New("pq: relation secrets")
	f := Wrap(Unavailable, cause, "try again")
	if strings.Contains(f.Message, "secrets") || !strings.Contains(f.Error(), "secrets") || !errors.Is(f, cause) {
		t.Errorf("Wrap keeps the cause for the log and out of the message: %q, %q", f.Message, f.Error())
	}
}

func TestTexts(t *testing.T) {
	for _, row := range []struct {
		name, in string
		ok       bool
	}{
		{"plain", "A title", true},
		{"accents and other scripts", "Été 台灣 עברית", true},
		{"emoji with joiners", "👩‍👧", true},
		{"blank", "   ", false},
		{"two lines", "a\nb", false},
		{"right-to-left override", "abc\u202ecba", false},
		{"isolates", "a\u2066b", false},
		{"zero-width space", "a\u200bb", false},
		{"byte order mark", "\ufeffa", false},
		{"C1 control", "a\u0085b", false},
		{"too long", strings.Repeat("ä", 11), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			var f Form
			f.Line("f", row.in, 10)
			if err := f.Err(); (err == nil) != row.ok && len([]rune(row.in)) <= 11 {
				t.Errorf("Line(%q) = %v, want ok %t", row.in, err, row.ok)
			}
		})
	}
}

func TestAFormCollectsEverythingThatIsWrong(t *testing.T) {
	var f Form
	f.Line("title", strings.Repeat("x", 201), 200)
	f.Text("body", "  ", 10)
	f.Lines("groups", []string{"a", "b\nc"}, 5, 10)
	f.Between("likelihood", 5, 1, 4)
	err := fmt.Errorf("draft: %w", f.Err())
	want := []string{"TOO_LONG title", "REQUIRED body", "NOT_ONE_LINE groups.1", "OUT_OF_RANGE likelihood"}
	var got []string
	for _, one := range All(err) {
		got = append(got, string(one.UserCode())+" "+one.Field)
	}
	if !slices.Equal(got, want) {
		t.Errorf("All = %v, want %v", got, want)
	}
	if v := Of(err).Says(); v == nil || *v.Limit != 200 || *v.Actual != 201 {
		t.Errorf("the values of %v are %+v, want a limit of 200 and 201 in fact", Of(err), v)
	}
}

func TestLanguageTags(t *testing.T) {
	for tag, want := range map[string]string{
		"": "en", "en": "en", "EN": "en", "en-gb": "en-GB", "zh-tw": "zh-TW", "zh-Hant-TW": "zh-Hant-TW", "und": "und", "iw": "he", "sr-latn": "sr-Latn",
		"e": "", "1n": "", "en_US": "", "en-": "", "a b": "", "??": "", "xx": "", "english": "", "e\u200bn": "",
	} {
		var f Form
		if got, err := f.Language("l", tag), f.Err(); got != want && want != "" || (err == nil) != (want != "") {
			t.Errorf("Language(%q) = %q, %v, want %q", tag, got, err, want)
		}
	}
}

// What nobody can see is nothing, in every form of text.
func TestWhatCannotBeSeenIsEmpty(t *testing.T) {
	for _, row := range []struct {
		name, text string
		blank      bool
	}{
		{"spaces", " \t\n\u00a0\u3000", true},
		{"zero-width spaces", "\u200b\ufeff\u2060", true},
		{"joiners", "\u200d\u200c", true},
		{"direction marks", "\u200e\u200f\u202e\u2066", true},
		{"a soft hyphen", "\u00ad", true},
		{"variation selectors", "\ufe0f\U000e0101", true},
		{"tags", "\U000e0041\U000e007f", true},
		{"fillers", "\u3164\u115f\uffa0\u2800\u034f", true},
		{"controls", "\u0001\u0085", true},
		{"a letter among them", "\u200bx", false},
		{"an emoji", "\U0001f695\ufe0f", false},
		{"a sign around Arabic numbers", "\u0600", false},
		{"an accent alone", "\u0301", false},
	} {
		for form, check := range map[string]func(f *Form) string{
			"Text": func(f *Form) string { return f.Text("x", row.text, 100) }, "Line": func(f *Form) string { return f.Line("x", row.text, 100) },
		} {
			var f Form
			check(&f)
			found := All(f.Err())
			if required := len(found) == 1 && found[0].UserCode() == enum.UserErrorCodeRequired; required != row.blank {
				t.Errorf("%s(%s) = %v, want REQUIRED: %v", form, row.name, f.Err(), row.blank)
			}
		}
		for form, check := range map[string]func(f *Form) string{
			"OptionalText": func(f *Form) string { return f.OptionalText("x", row.text, 100) }, "OptionalLine": func(f *Form) string { return f.OptionalLine("x", row.text, 100) },
		} {
			var f Form
			if got := check(&f); f.Err() == nil && (got == "") != row.blank {
				t.Errorf("%s(%s) = %q, want nothing: %v", form, row.name, got, row.blank)
			}
		}
	}
}

func TestAhead(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name    string
		due     time.Time
		refused bool
	}{
		{"a time in the future is taken", now.Add(1), false},
		{"this moment is not", now, true},
		{"nor is the past", now.Add(-1), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			var f Form
			f.Ahead("dueAt", row.due, now)
			if err := f.Err(); (err != nil) != row.refused {
				t.Errorf("Ahead = %v, want refused: %t", err, row.refused)
			}
		})
	}
}
