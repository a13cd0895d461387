package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// Frozen is a version of an assessment as everybody was consulted on it. It never changes, whatever became of the assessment since.
type Frozen struct {
	Version   *db.AssessmentVersion
	Template  *questionnaire.Template
	Under     uuid.UUID // the template
	Reference string    // its key and version
	Document  *Document
	Whole     bool // the reader is given all of it
	answers   []*Answer
	files     map[string]uuid.UUID // by question, hash and name
}

// Frozen reads the version with a number of an assessment; nil if there is none. The caller has seen to who may read it.
func (s *Service) Frozen(ctx context.Context, row *db.Assessment, number int, whole bool) (*Frozen, error) {
	templates, err := s.templatesOf(ctx, []*db.Assessment{row})
	if err != nil {
		return nil, err
	}
	f := &Frozen{Template: templates[row.TemplateID], Under: row.TemplateID, Whole: whole}
	if f.Template == nil {
		return nil, fault.Missing()
	}
	const text = "SELECT v.id, v.assessment_id, v.number, v.document, v.content_hash, v.created_at, k.reference FROM assessment_versions v " +
		"JOIN assessments t ON t.id = v.assessment_id JOIN templates k ON k.id = t.template_id WHERE v.assessment_id = ? AND v.number = ?"
	err = s.store.Query(ctx, text, []any{row.ID, number}, func(r *sql.Rows) error {
		f.Version, f.Document = new(db.AssessmentVersion), new(Document)
		v := f.Version
		if err := r.Scan(&v.ID, &v.AssessmentID, &v.Number, &v.Document, &v.ContentHash, &v.CreatedAt, &f.Reference); err != nil {
			return err
		}
		return json.Unmarshal([]byte(v.Document), f.Document)
	})
	if err != nil {
		return nil, fmt.Errorf("read version %d of %s: %w", number, row.ID, err)
	}
	if f.Version == nil {
		return nil, nil
	}
	return f, nil
}

// answersUntil reads what was saved last for each question when a version was handed in.
func (s *Service) answersUntil(ctx context.Context, id uuid.UUID, number int) ([]*Answer, error) {
	latest := map[string]*Answer{}
	text := "SELECT " + strings.Join(answers.Columns, ", ") + " FROM answers WHERE assessment_id = ? AND version <= ? ORDER BY question, revision"
	err := s.store.Query(ctx, text, []any{id, number}, func(r *sql.Rows) error {
		row := new(db.Answer)
		if err := answers.Scan(r, row); err != nil {
			return err
		}
		a, err := answerOf(row)
		latest[row.Question] = a
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the answers of a version: %w", err)
	}
	return slices.Collect(maps.Values(latest)), nil
}

// Set compiles the answers.
func (f *Frozen) Set() (*questionnaire.Set, error) {
	given, err := f.Document.answers()
	if err != nil {
		return nil, err
	}
	return f.Template.Set(given), nil
}

// Form is what was filled in, in a language, without what the reader is not given.
func (f *Frozen) Form(language string) (*Form, error) {
	set, err := f.Set()
	if err != nil {
		return nil, err
	}
	form := formAt(f.Template, set, f.answers, f.Document.evidenced(), language)
	if form.Unplaced = []*Unplaced{}; !f.Whole {
		form.withhold(f.Document.Redactions)
	}
	return form, nil
}

// Risks are what the version says of its risks, and what of it the reader is not given.
func (f *Frozen) Risks() ([]hazard.Risk, hazard.Withheld, error) {
	all, err := f.Document.risks()
	if f.Whole {
		return all, nil, err
	}
	return all, risksWithheld(f.Document.Redactions), err
}

// Evidence are the files of an answer, as the version has them; none where the reader is not given them.
func (f *Frozen) Evidence(question string) ([]EvidenceFile, error) {
	if !f.Whole && slices.Contains(answersWithheld(f.Document.Redactions)[question], partEvidence) {
		return nil, nil
	}
	var all []EvidenceFile
	for _, e := range f.Document.byQuestion()[question].Evidence {
		var one EvidenceFile
		if err := json.Unmarshal([]byte(e.Words), &one); err != nil {
			return nil, fmt.Errorf("read what is said of a file: %w", err)
		}
		all = append(all, one)
	}
	return all, nil
}

// EvidenceFile is what a version says of a file.
type EvidenceFile struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
}

func (f *Frozen) side() side {
	one := side{version: f.Version, template: f.Template, under: f.Under, document: f.Document, hidden: map[string][]string{}}
	if !f.Whole {
		one.hidden, one.withheld = answersWithheld(f.Document.Redactions), risksWithheld(f.Document.Redactions)
	}
	return one
}
