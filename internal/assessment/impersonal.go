package assessment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// What stands in a document in the form of RFC 8785. A quotation mark inside a text is escaped there, so that these bytes are nothing else.
var (
	saltMark    = []byte(`{"salt":"`)
	wordsMark   = []byte(`","words":`)
	subjectMark = []byte(`,"subject":{"id":"`)
	peopleMarks = [][]byte{[]byte(`"by":`), []byte(`"owner":`)} // before what names a member of the firm; see people
)

// impersonal is a whole document for another reader than its firm: commitments stand in the place of what names the firm's members, so
// that it still checks against the hash. It writes the bytes anew in one pass: to decode a document and write it again takes ten times as
// long. Where the reader may not know what is assessed, that is null.
func impersonal(document []byte, subject bool) []byte {
	out := resealed(document, func(before, salt, words []byte) []byte {
		for _, mark := range peopleMarks {
			if bytes.HasSuffix(before, mark) {
				return []byte(`{"sha256":"` + commitment(salt, words) + `"`)
			}
		}
		return nil
	})
	if !subject {
		out = anonymous(out)
	}
	return out
}

// unsalted is a document of which nothing was kept, so that there is nothing to check it against.
func unsalted(document []byte) []byte {
	return resealed(document, func(_, _, words []byte) []byte { return append([]byte(`{"words":`), words...) })
}

// resealed is a document with something else in the place of what is sealed in it; nil keeps it as it is.
func resealed(document []byte, other func(before, salt, words []byte) []byte) []byte {
	out := make([]byte, 0, len(document))
	for {
		i := bytes.Index(document, saltMark)
		if i < 0 {
			return append(out, document...)
		}
		start := i + len(saltMark)
		salted := bytes.Index(document[start:], wordsMark)
		if salted < 0 {
			return append(out, document...) // no document of ours
		}
		words := document[start+salted+len(wordsMark):]
		words = words[:textLength(words)]
		end := start + salted + len(wordsMark) + len(words)
		out = append(out, document[:i]...)
		if text := other(out, document[start:start+salted], words); text != nil {
			out = append(out, text...)
		} else {
			out = append(out, document[i:end]...)
		}
		document = document[end:]
	}
}

// textLength is the length of the text of JSON with which some bytes begin.
func textLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// commitment is that of words as JSON has them.
func commitment(salt, words []byte) string {
	var text string
	if err := json.Unmarshal(words, &text); err != nil {
		return hex.EncodeToString(make([]byte, sha256.Size)) // no document of ours has such words
	}
	return Sealed{Salt: string(salt), Words: text}.Commitment()
}

// anonymous is a document that does not tell what is assessed.
func anonymous(document []byte) []byte {
	i := bytes.Index(document, subjectMark)
	if i < 0 {
		return document
	}
	end := bytes.IndexByte(document[i:], '}')
	if end < 0 {
		return document
	}
	out := append([]byte{}, document[:i]...)
	out = append(out, `,"subject":null`...)
	return append(out, document[i+end+1:]...)
}
