package proposal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Words are what a version of a proposal says.
type Words struct{ Kind, Language, Title, Summary, Body string }

// Check gives the words normalised, or says which field is wrong.
func (w Words) Check() (Words, error) {
	var err error
	if w.Title, err = fault.Line("title", w.Title, 200); err != nil {
		return w, err
	}
	if w.Summary, err = fault.OptionalText("summary", w.Summary, 2000); err != nil {
		return w, err
	}
	if w.Body, err = fault.Text("body", w.Body, 50_000); err != nil {
		return w, err
	}
	w.Language, err = fault.Language("language", w.Language)
	return w, err
}

// Hash is SHA-256 over the fields in order, each after its length in eight bytes, so that no text can move from one field
// to the next without changing the hash. docs/hashes.md describes it for other implementations.
func (w Words) Hash() string {
	h := sha256.New()
	for _, s := range []string{w.Kind, w.Language, w.Title, w.Summary, w.Body} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Edit gives the state of a proposal after an edit, and whether the edit makes a new version. Once a proposal has been
// submitted, every edit makes one, even while it is a draft again.
func Edit(state string, submitted bool) (next string, version bool) {
	if state == "RETURNED" {
		state = "DRAFT"
	}
	return state, submitted
}
