package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/gowebpki/jcs"
)

// canonical is a tree in the form of RFC 8785.
func canonical(tree any) ([]byte, error) {
	b, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("write as JSON: %w", err)
	}
	if b, err = jcs.Transform(b); err != nil {
		return nil, fmt.Errorf("write in canonical form: %w", err)
	}
	return b, nil
}

// documentTree is the document as JSON has it.
func documentTree(d *Document) any {
	whole := *d
	whole.Schema, whole.Empty = SchemaVersion, d.isEmpty()
	return tree(reflect.ValueOf(whole), false)
}

// isEmpty says whether the scope holds nothing.
func (d *Document) isEmpty() bool {
	switch {
	case d.Assessment != nil, d.Diff != nil:
		return false
	case d.Portfolio != nil:
		p := d.Portfolio
		return len(p.Assessments)+len(p.Commitments)+len(p.OfficialResponses) == 0 && p.Call == nil
	case d.Consultation != nil:
		c := d.Consultation
		return len(c.Opinions)+len(c.Comments)+len(c.Proposals)+len(c.Outcomes) == 0
	}
	return true
}

// Hash identifies the document: SHA-256 over its canonical form, unsigned, in hexadecimal.
func (d *Document) Hash() (string, error) {
	b, err := canonical(documentTree(d))
	if err != nil {
		return "", err
	}
	return hexSum(b), nil
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// signed is the JSON file: the canonical document, and beside it the note over its hash if there are keys that sign. It is canonical, too.
func signed(document, note []byte) ([]byte, error) {
	file := append([]byte(`{"document":`), document...)
	if note != nil {
		text, err := canonical(string(note))
		if err != nil {
			return nil, err
		}
		file = append(append(file, `,"note":`...), text...)
	}
	return append(file, '}'), nil
}

// openJSON splits a JSON file into its canonical document and its note. It accepts only the very bytes that signed writes.
func openJSON(file []byte) (document, note []byte, err error) {
	var parts struct {
		Document json.RawMessage `json:"document"`
		Note     *string         `json:"note"`
	}
	if err := json.Unmarshal(file, &parts); err != nil {
		return nil, nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if parts.Document == nil {
		return nil, nil, fmt.Errorf("it has no member named document")
	}
	if document, err = jcs.Transform(parts.Document); err != nil {
		return nil, nil, fmt.Errorf("its document is not JSON of RFC 8785: %w", err)
	}
	if parts.Note != nil {
		note = []byte(*parts.Note)
	}
	if again, err := signed(document, note); err != nil || !bytes.Equal(again, file) {
		return nil, nil, fmt.Errorf("it is not in the canonical form of RFC 8785, or has more in it than a document and its note")
	}
	return document, note, nil
}
