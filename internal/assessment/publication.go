package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessmentversion"
)

// public is a document as everybody reads it: a commitment stands in the place of what is withheld, so that who reads it can check it
// against the hash that was signed.
func (d *Document) public() ([]byte, error) {
	text, err := canonical(d)
	if err != nil {
		return nil, err
	}
	var out Document
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("read the document again: %w", err)
	}
	for _, part := range out.people() {
		part.withheld = true
	}
	for _, r := range d.Redactions {
		for _, part := range out.part(r) {
			part.withheld = true
		}
	}
	return canonical(&out)
}

// people are the words that name members of the firm, which only the firm may know.
func (d *Document) people() []*Sealed {
	var all []*Sealed
	for _, r := range d.Risks {
		if r.Accepted != nil {
			all = append(all, &r.Accepted.By)
		}
		for _, m := range r.Mitigations {
			if m.Owner != nil {
				all = append(all, m.Owner)
			}
		}
	}
	return all
}

// freeze keeps the version of an assessment as everybody reads it from its publication on.
func (s *Service) freeze(ctx context.Context, tx *db.Tx, p placed) error {
	kept, err := tx.AssessmentVersion.Query().Where(assessmentversion.AssessmentID(p.ID), assessmentversion.Number(p.Version)).Only(ctx)
	if err != nil {
		return fmt.Errorf("read version %d: %w", p.Version, err)
	}
	var d Document
	if err := json.Unmarshal([]byte(kept.Document), &d); err != nil {
		return fmt.Errorf("read version %d: %w", p.Version, err)
	}
	text, err := d.public()
	if err != nil {
		return err
	}
	return kept.Update().SetPublished(string(text)).Exec(ctx)
}

// Published reads the documents of assessments as they were published; nil for one that was not.
func (s *Service) Published(ctx context.Context, rows []*db.Assessment) ([]*string, error) {
	in := s.store.AnyOf("v.assessment_id", idsOf(rows))
	found := map[uuid.UUID]string{}
	const text = `SELECT v.assessment_id, v.published FROM assessment_versions v JOIN assessments a ON a.id = v.assessment_id AND a.version = v.number
		WHERE v.published <> '' AND `
	err := s.store.Query(ctx, text+in.SQL, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var document string
		err := r.Scan(&id, &document)
		found[id] = document
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was published: %w", err)
	}
	out := make([]*string, len(rows))
	for i, row := range rows {
		if document, ok := found[row.ID]; ok {
			out[i] = &document
		}
	}
	return out, nil
}
