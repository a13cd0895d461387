package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of objects and arrays; no claim of ours nests at all, and a JWK set nests three deep.
const maxDepth = 16

var (
	errNotBase64 = errors.New("a part is not base64url without padding")
	errNotUTF8   = errors.New("JSON is not UTF-8")
	errNotJSON   = errors.New("not exactly one JSON value")
	errNotObject = errors.New("JSON is not an object")
	errDuplicate = errors.New("JSON has a duplicate member")
	errTooDeep   = errors.New("JSON is nested too deeply")
	errBadRune   = errors.New("JSON has a string that is not Unicode")
)

// object is a JSON object with case-sensitive member names. Its values are object, []any, string, json.Number, bool and
// nil.
type object map[string]any

// decodeSegment decodes base64url without padding (RFC 7515, section 2). It refuses unused bits that are not zero in the
// last character, so that no two texts encode the same bytes.
func decodeSegment(s string) ([]byte, error) {
	// encoding/base64 skips line breaks even when it is strict.
	if strings.ContainsAny(s, "\r\n") {
		return nil, errNotBase64
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errNotBase64
	}
	return raw, nil
}

// parseObject reads one JSON object and refuses what two parsers could read differently: a duplicate member at any depth,
// data after the object, a string that is not Unicode.
func parseObject(raw []byte) (object, error) {
	if !utf8.Valid(raw) {
		return nil, errNotUTF8
	}
	if !json.Valid(raw) {
		return nil, errNotJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return nil, err
	}
	o, ok := value.(object)
	if !ok {
		return nil, errNotObject
	}
	return o, nil
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, errNotJSON
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, errTooDeep
		}
		if t == '{' {
			return readObject(decoder, depth+1)
		}
		return readArray(decoder, depth+1)
	case string:
		return readString(t)
	}
	return token, nil
}

func readObject(decoder *json.Decoder, depth int) (any, error) {
	o := object{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, errNotJSON
		}
		text, _ := token.(string)
		name, err := readString(text)
		if err != nil {
			return nil, err
		}
		if _, twice := o[name]; twice {
			return nil, errDuplicate
		}
		if o[name], err = readValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	return o, endOf(decoder)
}

func readArray(decoder *json.Decoder, depth int) (any, error) {
	values := []any{}
	for decoder.More() {
		value, err := readValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, endOf(decoder)
}

// readString refuses U+FFFD: encoding/json also puts it in place of half a surrogate pair, so two different names would
// become the same.
func readString(s string) (string, error) {
	if strings.ContainsRune(s, utf8.RuneError) {
		return "", errBadRune
	}
	return s, nil
}

func endOf(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return errNotJSON
	}
	return nil
}
