package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const (
	// Version is the version of header and bundle.
	Version = 1
	// SaltLen is the length of an act's salt in bytes.
	SaltLen = 16
	// timeLayout has exactly six fractional digits, the precision that both databases store.
	timeLayout = "2006-01-02T15:04:05.000000Z"
	// entryDomain separates an act's hash from every other hash of the same bytes.
	entryDomain = "plenary/act/v1\n"
	// memberDomain separates the commitment to a member from that to a payload.
	memberDomain = "member"
)

// Header is the part of an act that the log commits to. It contains salted commitments instead of a person or content.
type Header struct {
	At            time.Time // to the microsecond
	Audience      string
	Commitment    [32]byte  // Commit of salt and payload
	Dialogue      uuid.UUID // Nil for none
	ID            uuid.UUID
	Member        [32]byte  // CommitMember of the member who acted; zero for none
	Parent        typeid.ID // what the subject belongs to; its Noun is empty for none
	PolicyVersion int
	Revision      int
	Stakeholder   uuid.UUID // Nil for none
	Subject       typeid.ID // its Noun is empty for none
	Type          string
}

// Canonical is the header in the canonical form of RFC 8785: members in order, without spaces.
func (h Header) Canonical() []byte { return h.AppendCanonical(make([]byte, 0, 640)) }

// AppendCanonical appends the canonical header to b. It is written by hand because every change calls it.
func (h Header) AppendCanonical(b []byte) []byte {
	b = append(b, `{"at":"`...)
	b = h.At.UTC().AppendFormat(b, timeLayout)
	b = appendText(append(b, `","audience":`...), h.Audience)
	b = hex.AppendEncode(append(b, `,"commitment":"`...), h.Commitment[:])
	b = append(b, '"')
	if h.Dialogue != uuid.Nil {
		b = appendID(append(b, `,"dialogue":`...), typeid.New("dialogue", h.Dialogue))
	}
	b = appendID(append(b, `,"id":`...), typeid.New("act", h.ID))
	if h.Member != [32]byte{} {
		b = hex.AppendEncode(append(b, `,"member":"`...), h.Member[:])
		b = append(b, '"')
	}
	if h.Parent.Noun != "" {
		b = appendID(append(b, `,"parent":`...), h.Parent)
	}
	b = strconv.AppendInt(append(b, `,"policyVersion":`...), int64(h.PolicyVersion), 10)
	b = strconv.AppendInt(append(b, `,"revision":`...), int64(h.Revision), 10)
	if h.Stakeholder != uuid.Nil {
		b = appendID(append(b, `,"stakeholder":`...), typeid.New("stakeholder", h.Stakeholder))
	}
	if h.Subject.Noun != "" {
		b = appendID(append(b, `,"subject":`...), h.Subject)
	}
	b = appendText(append(b, `,"type":`...), h.Type)
	return append(b, `,"v":1}`...)
}

// Entry is the record of the act in the log. It hides the header, because the header contains a salted commitment.
func (h Header) Entry() [32]byte {
	b := make([]byte, 0, 656)
	return sha256.Sum256(h.AppendCanonical(append(b, entryDomain...)))
}

// Commit binds an act to its payload without revealing it: once the salt is destroyed, the payload cannot be guessed.
func Commit(salt, payload []byte) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return [32]byte(h.Sum(nil))
}

// CommitMember binds an act to the member who acted, in the same way.
func CommitMember(salt []byte, member uuid.UUID) [32]byte {
	b := make([]byte, 0, 64)
	b = append(b, salt...)
	b = append(b, memberDomain...)
	return sha256.Sum256(append(b, member[:]...))
}

// appendID writes an id as a JSON string; it needs no escaping.
func appendID(b []byte, id typeid.ID) []byte { return append(id.Append(append(b, '"')), '"') }

// appendText writes a JSON string as RFC 8785 (3.2.2.2) requires: only necessary escapes, in their shortest form.
func appendText[T string | []byte](b []byte, s T) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
			if r == utf8.RuneError && n == 1 { // JSON cannot represent invalid UTF-8
				b = append(append(b, s[done:i]...), "\ufffd"...)
				done = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[done:i]...)
		b = append(b, escape(c)...)
		i++
		done = i
	}
	return append(append(b, s[done:]...), '"')
}

func escape(c byte) string {
	switch c {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	const digits = "0123456789abcdef"
	return `\u00` + string([]byte{digits[c>>4], digits[c&15]})
}
