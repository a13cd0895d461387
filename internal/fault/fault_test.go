package fault

import (
	"errors"
	"fmt"
	"strings"
	"testing"
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
			if _, err := Line("f", row.in, 10); (err == nil) != row.ok && len([]rune(row.in)) <= 11 {
				t.Errorf("Line(%q) = %v, want ok %t", row.in, err, row.ok)
			}
		})
	}
}

func TestLanguageTags(t *testing.T) {
	for tag, ok := range map[string]bool{"": true, "en": true, "zh-TW": true, "zh-Hant-TW": true, "und": true, "e": false, "1n": false, "en_US": false, "en-": false, "a b": false} {
		if _, err := Language("l", tag); (err == nil) != ok {
			t.Errorf("Language(%q) = %v, want ok %t", tag, err, ok)
		}
	}
}
