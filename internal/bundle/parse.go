package bundle

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// members reads the members of an object with a known form.
type members struct {
	fields []field
	err    error
}

// has removes and returns a member; those that remain at the end are unknown.
func (m *members) has(name string) ([]byte, bool) {
	for i, f := range m.fields {
		if string(f.name) == name {
			m.fields = slices.Delete(m.fields, i, i+1)
			return f.raw, true
		}
	}
	return nil, false
}

// opt reads an optional member, want one that is required.
func opt[T any](m *members, name string, read func(raw []byte) (T, error)) (v T, ok bool) {
	raw, ok := m.has(name)
	if !ok || m.err != nil {
		return v, false
	}
	v, err := read(raw)
	if err != nil {
		m.err = fmt.Errorf("has a member %q that %w", name, err)
	}
	return v, err == nil
}

func want[T any](m *members, name string, read func(raw []byte) (T, error)) T {
	before := len(m.fields)
	v, _ := opt(m, name, read)
	if len(m.fields) == before && m.err == nil {
		m.err = fmt.Errorf("has no %s", name)
	}
	return v
}

func (m *members) end() error {
	if m.err == nil && len(m.fields) > 0 {
		return fmt.Errorf("has an unknown member %.64q", m.fields[0].name)
	}
	return m.err
}

func asString(raw []byte) (string, error) {
	b, err := asText(raw)
	return string(b), err
}

var errWord = errors.New("is not a word of 1 to 64 letters, digits, dots, hyphens and underscores")

func asWord(raw []byte) (string, error) {
	b, err := asText(raw)
	if err != nil || len(b) == 0 || len(b) > 64 {
		return "", errWord
	}
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return "", errWord
		}
	}
	return string(b), nil
}

var errOrigin = errors.New("is not the name of a log: 1 to 200 visible characters, without spaces and plus signs")

// IsOrigin reports whether a name is valid for a log and its keys, and safe to print.
func IsOrigin(s string) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r == '+' || r == ' ' || !unicode.IsPrint(r) }) < 0
}

func asOrigin(raw []byte) (string, error) {
	b, err := asText(raw)
	if err != nil || !IsOrigin(string(b)) {
		return "", errOrigin
	}
	return string(b), nil
}

var errTime = errors.New("is not a time in UTC with six fractional digits")

func asTime(raw []byte) (time.Time, error) {
	b, err := asText(raw)
	if err != nil || len(b) != len(timeLayout) {
		return time.Time{}, errTime
	}
	// Package time accepts a comma as the decimal point, RFC 3339 does not.
	if b[19] != '.' {
		return time.Time{}, errTime
	}
	at, err := time.Parse(timeLayout, string(b))
	if err != nil {
		return at, errTime
	}
	return at, nil
}

func asHash(raw []byte) (h [32]byte, err error) {
	err = asHex(raw, h[:])
	return h, err
}

var errID = errors.New("is not an id of the right kind")

func asID(raw []byte) (typeid.ID, error) {
	b, err := asText(raw)
	if err != nil {
		return typeid.ID{}, errID
	}
	id, err := typeid.ParseAny(string(b))
	if err != nil {
		return id, errID
	}
	return id, nil
}

func idOf(noun string) func(raw []byte) (uuid.UUID, error) {
	return func(raw []byte) (uuid.UUID, error) {
		id, err := asID(raw)
		if err != nil || id.Noun != noun || id.UUID == uuid.Nil {
			return uuid.Nil, errID
		}
		return id.UUID, nil
	}
}

var asAct, asMember, asDialogue, asStakeholder = idOf("act"), idOf("member"), idOf("dialogue"), idOf("stakeholder")

var errVersion = errors.New("is a version that this program does not know")

func asVersion(raw []byte) (int64, error) {
	if v, err := asInt(raw); err != nil || v != Version {
		return 0, errVersion
	}
	return Version, nil
}

// parseInfo reads the first line, which describes the file.
func parseInfo(line []byte) (i Info, err error) {
	fields, err := split(line, nil)
	if err != nil {
		return i, err
	}
	m := members{fields: fields}
	if kind := want(&m, "kind", asString); m.err == nil && kind != "bundle" {
		return i, errors.New("is not the first line of a bundle")
	}
	want(&m, "v", asVersion)
	i.Origin = want(&m, "origin", asOrigin)
	i.Keys = want(&m, "keys", func(raw []byte) (keys []string, err error) {
		list, err := asList(raw, nil)
		for _, r := range list {
			key, kerr := asString(r)
			err = errors.Join(err, kerr)
			keys = append(keys, key)
		}
		return keys, err
	})
	i.MadeAt = want(&m, "madeAt", asTime)
	i.Complete = want(&m, "complete", asBool)
	return i, m.end()
}

// parseHeader reads a header. Its result has the same canonical form as the text, because each value has only one spelling.
func parseHeader(raw []byte, buf []field) (h Header, err error) {
	fields, err := split(raw, buf)
	if err != nil {
		return h, err
	}
	m := members{fields: fields}
	h.At = want(&m, "at", asTime)
	h.Audience = want(&m, "audience", asWord)
	h.Commitment = want(&m, "commitment", asHash)
	h.Dialogue, _ = opt(&m, "dialogue", asDialogue)
	h.ID = want(&m, "id", asAct)
	h.Member, _ = opt(&m, "member", func(raw []byte) ([32]byte, error) {
		member, err := asHash(raw)
		if err == nil && member == [32]byte{} {
			err = errHex // the zero commitment stands for none
		}
		return member, err
	})
	h.Parent, _ = opt(&m, "parent", asID)
	h.PolicyVersion = int(want(&m, "policyVersion", asInt))
	h.Revision = int(want(&m, "revision", asInt))
	h.Stakeholder, _ = opt(&m, "stakeholder", asStakeholder)
	h.Subject, _ = opt(&m, "subject", asID)
	h.Type = want(&m, "type", asWord)
	want(&m, "v", asVersion)
	return h, m.end()
}

// parseAct reads the fields of an act's line, without kind, into a. It reuses the memory of a.Proof.
func parseAct(fields []field, buf []field, complete bool, a *Act) error {
	proof := a.Proof
	*a = Act{}
	m := members{fields: fields}
	a.Seq = want(&m, "seq", asInt)
	if m.err == nil && a.Seq == 0 {
		return errors.New("seq must start at 1")
	}
	a.Entry = want(&m, "entry", asHash)
	if raw, ok := m.has("header"); ok && m.err == nil {
		h, err := parseHeader(raw, buf)
		if err != nil {
			return fmt.Errorf("has a header that %w", err)
		}
		a.Header = &h
	}
	a.Salt, _ = opt(&m, "salt", func(raw []byte) ([]byte, error) {
		salt := make([]byte, SaltLen)
		return salt, asHex(raw, salt)
	})
	a.Member, _ = opt(&m, "member", asMember)
	a.Payload, _ = opt(&m, "payload", asText)
	a.Erased, _ = opt(&m, "erased", asMember)
	if !complete {
		a.Proof = want(&m, "proof", func(raw []byte) (tlog.RecordProof, error) {
			hashes, err := asHashes(raw, proof)
			return hashes, err
		})
	}
	return m.end()
}

func parseConsistency(fields []field) (from, to int64, p tlog.TreeProof, err error) {
	m := members{fields: fields}
	from, to = want(&m, "from", asInt), want(&m, "to", asInt)
	p = want(&m, "hashes", func(raw []byte) (tlog.TreeProof, error) {
		hashes, err := asHashes(raw, nil)
		return hashes, err
	})
	return from, to, p, m.end()
}

// kindOf removes and returns the kind of a line.
func kindOf(fields []field) (kind string, rest []field, err error) {
	m := members{fields: fields}
	kind = want(&m, "kind", asWord)
	return kind, m.fields, m.err
}
