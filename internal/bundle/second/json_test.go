package second

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// strict checks that a text is one JSON value as section 5 requires.
func strict(text []byte) error {
	if !utf8.Valid(text) || !json.Valid(text) {
		return errors.New("not JSON in UTF-8")
	}
	if halfPair.Match(pairs.ReplaceAll(slashes.ReplaceAll(text, other), other)) {
		return errors.New("half a surrogate pair")
	}
	return walk(json.NewDecoder(bytes.NewReader(text)), 0)
}

// Escaped backslashes and whole pairs are replaced by another letter first.
var (
	other    = []byte("x")
	slashes  = regexp.MustCompile(`\\\\`)
	pairs    = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
	halfPair = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)
)

// walk reads one value and looks for duplicate members.
func walk(d *json.Decoder, depth int) error {
	d.UseNumber()
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, isDelim := t.(json.Delim)
	if !isDelim {
		return nil
	}
	if depth++; depth > 64 {
		return errors.New("nested too deeply")
	}
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			s, _ := name.(string)
			if names[s] {
				return fmt.Errorf("duplicate member %q", s)
			}
			names[s] = true
		}
		if err := walk(d, depth); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// object is a JSON object whose members are removed one by one.
type object map[string]json.RawMessage

func parse(text []byte) (object, error) {
	if err := strict(text); err != nil {
		return nil, err
	}
	var o object
	if err := json.Unmarshal(text, &o); err != nil || o == nil {
		return nil, errors.New("not an object")
	}
	return o, nil
}

// text reads a member whose decoded text must match a pattern; an absent one is empty.
func (o object) text(name string, pattern *regexp.Regexp) (string, error) {
	raw, ok := o[name]
	if !ok {
		return "", nil
	}
	delete(o, name)
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil || s == nil || !pattern.MatchString(*s) {
		return "", fmt.Errorf("%s does not have the right form", name)
	}
	return *s, nil
}

func (o object) must(name string, pattern *regexp.Regexp) (string, error) {
	if _, ok := o[name]; !ok {
		return "", fmt.Errorf("no %s", name)
	}
	return o.text(name, pattern)
}

var whole = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})$`)

func integer(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if !whole.MatchString(s) || err != nil || n > 9007199254740991 {
		return 0, fmt.Errorf("%s is not an integer", s)
	}
	return n, nil
}

func (o object) integer(name string) (int64, error) {
	raw, ok := o[name]
	if !ok {
		return 0, fmt.Errorf("no %s", name)
	}
	delete(o, name)
	return integer(string(raw))
}

func (o object) list(name string, pattern *regexp.Regexp) ([]string, error) {
	raw, ok := o[name]
	if !ok {
		return nil, fmt.Errorf("no %s", name)
	}
	delete(o, name)
	var all []*string
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return nil, fmt.Errorf("%s is not a list", name)
	}
	out := make([]string, len(all))
	for i, s := range all {
		if s == nil || !pattern.MatchString(*s) {
			return nil, fmt.Errorf("%s does not have the right form", name)
		}
		out[i] = *s
	}
	return out, nil
}

func (o object) none() error {
	for name := range o {
		return fmt.Errorf("unknown member %s", name)
	}
	return nil
}
