package proposal

import (
	"slices"

	"github.com/plenary-dialogue/plenary/internal/content"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words are what a version of a proposal says.
type Words struct {
	Kind                           enum.ProposalKind
	Language, Title, Summary, Body string
	Files                          []string // the SHA-256 of each
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

// Hash identifies the words, with the files.
func (w Words) Hash() string {
	texts := []string{string(w.Kind), w.Language, w.Title, w.Summary, w.Body}
	if len(w.Files) > 0 {
		texts = append(texts, content.Listed(w.Files)...)
	}
	return content.Hash(texts...)
}

// Discussed tells whether those who take part in the dialogue see a proposal in a state, and may say what they think of it.
func Discussed(state enum.ProposalState) bool {
	switch state {
	case enum.ProposalStateOpen, enum.ProposalStateBallot, enum.ProposalStateAdopted, enum.ProposalStateRejected, enum.ProposalStateNoQuorum,
		enum.ProposalStateInImplementation, enum.ProposalStateImplemented, enum.ProposalStateLapsed, enum.ProposalStateSuperseded:
		return true
	}
	return false
}

// Votable tells whether a ballot can be opened on a proposal in a state.
func Votable(state enum.ProposalState) bool { return slices.Contains(votable, string(state)) }

var votable = []string{string(enum.ProposalStateOpen), string(enum.ProposalStateNoQuorum)}

// Commits tells whether a proposal of a kind binds one firm, if it is adopted.
func Commits(kind enum.ProposalKind) bool {
	return kind == enum.ProposalKindCommitment || kind == enum.ProposalKindPracticeChange
}

// Edit gives the state of a proposal after an edit, and whether the edit makes a new version. Once a proposal has been
// submitted, every edit makes one, also while it is a draft again.
func Edit(state enum.ProposalState, submitted bool) (next enum.ProposalState, version bool) {
	switch state {
	case enum.ProposalStateReturned:
		state = enum.ProposalStateDraft
	case enum.ProposalStateRejected, enum.ProposalStateNoQuorum:
		state = enum.ProposalStateOpen
	}
	return state, submitted
}
