package openapi

import (
	"maps"
	"slices"
)

// Schema is a JSON Schema of the draft 2020-12: Inline, or a Component.
type Schema interface{ written(*writer) any }

// Inline is a schema that is written where it is used. Schemas inside of it may be components.
type Inline map[string]any

// Component is a schema that has a name, by which others refer to it.
type Component struct {
	Name string
	Of   Inline
}

// Fields are the members of an object.
type Fields map[string]Schema

// Text is a text.
func Text(description string) Inline { return described("string", description) }

// Number is a whole number from 0.
func Number(description string) Inline {
	s := described("integer", description)
	s["minimum"] = 0
	return s
}

// Truth is true or false.
func Truth(description string) Inline { return described("boolean", description) }

// Time is a time of RFC 3339.
func Time(description string) Inline {
	return described("string", description).with("format", "date-time")
}

// ID is the id of a noun.
func ID(noun, description string) Inline {
	return described("string", description).with("pattern", "^"+noun+"_[0-7][0-9a-hjkmnp-tv-z]{25}$")
}

// Hash is a SHA-256 in hexadecimal digits.
func Hash(description string) Inline {
	return described("string", description).with("pattern", "^[0-9a-f]{64}$")
}

// Word is one of some words.
func Word[W ~string](description string, words ...W) Inline {
	return described("string", description).with("enum", words)
}

// Bytes is a body that is no text, or not one that a schema describes.
func Bytes(media string) Inline { return Inline{"type": "string", "contentMediaType": media} }

// Lines are lines of JSON, each of one of some forms.
func Lines(description string, forms ...Schema) Inline {
	return Inline{
		"type": "string", "description": description, "contentMediaType": "application/jsonl",
		"contentSchema": Inline{"type": "array", "items": Inline{"anyOf": forms}},
	}
}

// List is a list.
func List(description string, of Schema) Inline {
	return described("array", description).with("items", of)
}

// Null is a simple schema whose value may be null as well.
func Null(s Inline) Inline {
	s = maps.Clone(s)
	s["type"] = []any{s["type"], "null"}
	if words, ok := s["enum"]; ok {
		delete(s, "enum")
		delete(s, "type")
		s["anyOf"] = []any{Inline{"type": "string", "enum": words}, Inline{"type": "null"}}
	}
	return s
}

// Object is an object with all of some members, but for those that are optional.
func Object(description string, fields Fields, optional ...string) Inline {
	required := []string{}
	for name := range fields {
		if !slices.Contains(optional, name) {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	s := described("object", description).with("properties", fields)
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// Any is an object of which no more is said here.
func Any(description string) Inline {
	return described("object", description).with("additionalProperties", true)
}

func described(typ, description string) Inline {
	s := Inline{"type": typ}
	if description != "" {
		s["description"] = description
	}
	return s
}

// Like is a text of a form, as a regular expression says it.
func (s Inline) Like(pattern string) Inline { return s.with("pattern", pattern) }

func (s Inline) with(key string, value any) Inline {
	s[key] = value
	return s
}
