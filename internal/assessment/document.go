package assessment

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Document is a version of an assessment as it was handed in. What can be withheld from a reader stands in its hash as a commitment,
// the SHA-256 of a salt and the words: who reads a version without them can check it against the same hash, and nobody can test a
// guess. docs/hashes.md has the form.
type Document struct {
	Version  int              `json:"v"` // of this form
	Template string           `json:"template"`
	Subject  DocumentSubject  `json:"subject"`
	Title    Sealed           `json:"title"`
	Answers  []DocumentAnswer `json:"answers"` // in the order of the template
	Risks    []DocumentRisk   `json:"risks"`
	// Redactions are what is withheld from most readers, with the reasons.
	Redactions []Redaction `json:"redactions,omitempty"`
}

// DocumentSubject names what is assessed.
type DocumentSubject struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// DocumentAnswer is an answer. Its value is open if it scores or a condition reads it: without it the form and the score could not be
// checked.
type DocumentAnswer struct {
	Question string               `json:"question"`
	Open     *questionnaire.Value `json:"open,omitempty"`
	Sealed   *Sealed              `json:"sealed,omitempty"` // the value in the form of RFC 8785
	Note     *Sealed              `json:"note,omitempty"`
	Evidence []Sealed             `json:"evidence,omitempty"` // of each file the bytes, mediaType, name and sha256, as an object in the form of RFC 8785
}

// DocumentRisk is a risk, with what had become of it when the document was written.
type DocumentRisk struct {
	Number        int                     `json:"number"`
	Likelihood    int                     `json:"likelihood"`
	Severity      int                     `json:"severity"`
	Reversibility *enum.RiskReversibility `json:"reversibility,omitempty"`
	Scope         *enum.RiskScope         `json:"scope,omitempty"`
	Treatment     enum.RiskTreatment      `json:"treatment"`
	Title         Sealed                  `json:"title"`
	Description   *Sealed                 `json:"description,omitempty"`
	Mitigations   []DocumentMitigation    `json:"mitigations,omitempty"` // in the order of their numbers
	Residual      hazard.Grade            `json:"residual"`
	Accepted      *DocumentAcceptance     `json:"accepted,omitempty"`
}

// DocumentMitigation is a mitigation.
type DocumentMitigation struct {
	Number           int                  `json:"number"`
	Title            Sealed               `json:"title"`
	Description      *Sealed              `json:"description,omitempty"`
	Owner            *Sealed              `json:"owner,omitempty"` // the id of a member
	Due              *Sealed              `json:"due,omitempty"`   // as RFC 3339 has it
	LowersLikelihood int                  `json:"lowersLikelihood"`
	LowersSeverity   int                  `json:"lowersSeverity"`
	State            enum.MitigationState `json:"state"`
}

// DocumentAcceptance is who accepted a risk.
type DocumentAcceptance struct {
	By    Sealed    `json:"by"` // the id of a member
	Until time.Time `json:"until"`
}

// Sealed are words that can be withheld.
type Sealed struct {
	Salt  string `json:"salt"` // 16 bytes in hexadecimal
	Words string `json:"words"`

	withheld bool // its commitment is written in its place
}

// MarshalJSON writes the words with their salt, or what stands for them.
func (s Sealed) MarshalJSON() ([]byte, error) {
	if s.withheld {
		return json.Marshal(map[string]string{"sha256": s.Commitment()})
	}
	return json.Marshal(map[string]string{"salt": s.Salt, "words": s.Words})
}

// Commitment is what stands for the words in the hash.
func (s Sealed) Commitment() string {
	salt, _ := hex.DecodeString(s.Salt)
	sum := sha256.Sum256(append(salt, s.Words...))
	return hex.EncodeToString(sum[:])
}

func seal(words string) Sealed {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // it never fails
	return Sealed{Salt: hex.EncodeToString(salt), Words: words}
}

// sealed is seal for words that may be missing.
func sealed(words string) *Sealed {
	if words == "" {
		return nil
	}
	s := seal(words)
	return &s
}

// documentForm is the form of documents that is written now; the first one had answers as plain texts, the second one risks without numbers.
const documentForm = 3

// compose writes the document of an assessment as it is now.
func compose(t *questionnaire.Template, subject DocumentSubject, w Words, answers []*Answer, evidence []*db.File, risks []hazard.Risk) (*Document, error) {
	d := &Document{Version: documentForm, Template: t.Hash(), Subject: subject, Title: seal(w.Title), Answers: []DocumentAnswer{}, Risks: sealedRisks(risks)}
	byKey := make(map[string]*Answer, len(answers))
	for _, a := range answers {
		byKey[a.Question] = a
	}
	files, err := sealedFiles(evidence)
	if err != nil {
		return nil, err
	}
	for _, key := range t.Keys() {
		a := byKey[key]
		if a == nil || a.Value == nil && a.Note == "" && files[key] == nil {
			continue
		}
		row := DocumentAnswer{Question: key, Note: sealed(string(a.Note)), Evidence: files[key]}
		switch {
		case a.Value != nil && (t.Scores(key) || t.Read(key)):
			row.Open = &a.Value.Value
		case a.Value != nil:
			text, err := canonical(a.Value.Value)
			if err != nil {
				return nil, err
			}
			row.Sealed = sealed(string(text))
		}
		d.Answers = append(d.Answers, row)
	}
	return d, nil
}

// sealedFiles are files by the question that they belong to. Their hashes are sealed, too: whoever guesses a file could compare it.
func sealedFiles(evidence []*db.File) (map[string][]Sealed, error) {
	all := map[string][]Sealed{}
	for _, f := range evidence {
		text, err := canonical(map[string]any{"name": f.Name, "mediaType": f.MediaType, "bytes": f.Bytes, "sha256": f.Sha256})
		if err != nil {
			return nil, err
		}
		all[f.Part] = append(all[f.Part], seal(string(text)))
	}
	return all, nil
}

// Hash identifies the content of a version: SHA-256 over its form of RFC 8785 with commitments in the place of what can be withheld.
func (d *Document) Hash() (string, error) {
	text, err := canonical(d)
	if err != nil {
		return "", err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return "", fmt.Errorf("read the document again: %w", err)
	}
	if text, err = canonical(committed(tree)); err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// committed puts a commitment in the place of each member with a salt.
func committed(tree any) any {
	switch tree := tree.(type) {
	case []any:
		for i := range tree {
			tree[i] = committed(tree[i])
		}
	case map[string]any:
		if salt, ok := tree["salt"].(string); ok {
			words, _ := tree["words"].(string)
			return map[string]any{"sha256": Sealed{Salt: salt, Words: words}.Commitment()}
		}
		for name := range tree {
			tree[name] = committed(tree[name])
		}
	}
	return tree
}

func canonical(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	if text, err = jcs.Transform(text); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return text, nil
}
