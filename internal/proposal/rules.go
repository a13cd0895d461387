package proposal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words are what a version of a proposal says.
type Words struct {
	Kind                           enum.ProposalKind
	Language, Title, Summary, Body string
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	w.Summary = f.OptionalText("summary", w.Summary, 2000)
	w.Body = f.Text("body", w.Body, 50_000)
	w.Language = f.Language("language", w.Language)
	return w, f.Err()
}

// Hash is SHA-256 over the fields in order, each after its length in eight bytes, so that no text can move from one field
// to the next without changing the hash. docs/hashes.md describes it for other implementations.
func (w Words) Hash() string {
	h := sha256.New()
	for _, s := range []string{string(w.Kind), w.Language, w.Title, w.Summary, w.Body} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Edit gives the state of a proposal after an edit, and whether the edit makes a new version. Once a proposal has been
// submitted, every edit makes one, also while it is a draft again.
func Edit(state enum.ProposalState, submitted bool) (next enum.ProposalState, version bool) {
	if state == enum.ProposalStateReturned {
		state = enum.ProposalStateDraft
	}
	return state, submitted
}
