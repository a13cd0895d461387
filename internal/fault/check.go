package fault

import (
	"strings"
	"unicode/utf8"
)

// These checks are the same for every noun, so that a rule about text is written once.

// Line checks a name or title: one line, not blank, no direction controls that would make it read as another. It returns
// the text without surrounding spaces.
func Line(field, s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", InvalidField(field, "this must not be empty")
	}
	return OptionalLine(field, s, most)
}

// OptionalLine is Line for text that may be empty.
func OptionalLine(field, s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "\n\r\t") {
		return "", InvalidField(field, "this must be one line")
	}
	if strings.ContainsFunc(s, hidden) {
		return "", InvalidField(field, "this contains invisible or direction-changing characters")
	}
	return s, atMost(field, s, most)
}

// Text checks text of any number of lines that must not be blank.
func Text(field, s string, most int) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", InvalidField(field, "this must not be empty")
	}
	return OptionalText(field, s, most)
}

// OptionalText is Text for text that may be empty. Direction marks belong to some languages' prose and are allowed.
func OptionalText(field, s string, most int) (string, error) { return s, atMost(field, s, most) }

// Lines checks a list of names.
func Lines(field string, list []string, most, each int) ([]string, error) {
	if len(list) > most {
		return nil, InvalidField(field, "at most %d entries", most)
	}
	out := make([]string, 0, len(list))
	for _, s := range list {
		s, err := Line(field, s, each)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Language checks the form of a BCP 47 tag.
func Language(field, s string) (string, error) {
	if s == "" {
		return "en", nil
	}
	for i, part := range strings.Split(s, "-") {
		letters := strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
		if !letters || len(part) < 1 || len(part) > 8 || i == 0 && (len(part) < 2 || strings.ContainsAny(part, "0123456789")) || len(s) > 35 {
			return "", InvalidField(field, "this must be a language tag such as en or zh-TW")
		}
	}
	return s, nil
}

// Search checks a text to search for.
func Search(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	return s, atMost(field, s, 100)
}

func atMost(field, s string, most int) error {
	if n := utf8.RuneCountInString(s); n > most {
		return InvalidField(field, "at most %d characters; this has %d", most, n)
	}
	return nil
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
