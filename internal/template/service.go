package template

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/template"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about templates.
var acts = []act.Type{{Name: "template.imported"}, {Name: "template.activated"}, {Name: "template.retired"}}

// Service holds the use cases of templates.
type Service struct {
	access.Frame[db.Template, *db.Template]
	clock clock.Clock
	kept  kept
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock) *Service {
	n := &Service{clock: c}
	n.Frame = access.Frame[db.Template, *db.Template]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Import keeps a template as a draft: the first version of its key, or the next one. The same content is not imported twice.
func (s *Service) Import(ctx context.Context, q *questionnaire.Template) (*act.Result, error) {
	at := func(ctx context.Context, tx *db.Tx) (access.Place, error) {
		return s.claims(ctx, tx, q.Document().Jurisdiction)
	}
	return s.Create(ctx, policy.ImportTemplate, "template.imported", at, func(ctx context.Context, tx *db.Tx) (*db.Template, error) {
		wrong, err := s.wrong(ctx, tx, q)
		if err != nil {
			return nil, err
		}
		var f fault.Form
		for _, one := range wrong {
			f.Add(one)
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		return s.save(ctx, tx, q)
	})
}

// wrong are the reasons for which the database does not take a template.
func (s *Service) wrong(ctx context.Context, tx *db.Tx, q *questionnaire.Template) ([]*fault.Fault, error) {
	var f fault.Form
	if code := q.Document().Jurisdiction; code != "" {
		f.Jurisdictions("jurisdiction", []string{code}, 1)
	}
	same, err := tx.Template.Query().Where(template.ContentHash(q.Hash())).First(ctx)
	switch {
	case err == nil:
		f.Add(fault.Coded(fault.State, enum.UserErrorCodeDuplicate, "this content is there already, as %s", same.Reference))
	case !db.IsNotFound(err):
		return nil, err
	}
	return fault.All(f.Err()), nil
}

// claims says whether a jurisdiction is one of the actor's party's, or lies in one.
func (s *Service) claims(ctx context.Context, tx *db.Tx, jurisdiction string) (access.Place, error) {
	own, err := access.Jurisdictions(ctx, tx)
	if err == nil && jurisdiction != "" && fault.Among(own, jurisdiction) {
		return access.Place{Facts: policy.These(policy.InJurisdiction)}, nil
	}
	return access.Place{}, err
}

// save writes the next version of a key. Of two imports of one key at once the unique index refuses the second, which then tries
// again.
func (s *Service) save(ctx context.Context, tx *db.Tx, q *questionnaire.Template) (*db.Template, error) {
	version := 1
	const next = "SELECT COALESCE(MAX(version), 0) + 1 FROM templates WHERE key = ?"
	err := s.Store.QueryTx(ctx, tx, next, []any{q.Document().Key}, func(r *sql.Rows) error { return r.Scan(&version) })
	if err != nil {
		return nil, fmt.Errorf("number the version: %w", err)
	}
	d, now := q.Document(), s.clock.Now()
	create := tx.Template.Create().SetKey(d.Key).SetVersion(version).SetReference(fmt.Sprintf("%s@%d", d.Key, version)).SetTitle(d.Title[d.Languages[0]]).
		SetLanguages(d.Languages).SetDocument(string(q.Bytes())).SetContentHash(q.Hash()).SetCreatedAt(now).SetUpdatedAt(now)
	if d.Jurisdiction != "" {
		create.SetJurisdictions([]string{d.Jurisdiction})
	}
	if d.Source != "" {
		create.SetSource(d.Source)
	}
	if d.Licence != "" {
		create.SetLicence(d.Licence)
	}
	if a := policy.ActorFrom(ctx); a.Stakeholder != uuid.Nil && a.Has(policy.Regulator) {
		create.SetImporterID(a.Stakeholder)
	}
	return create.Save(ctx)
}

// Activate puts a draft in use.
func (s *Service) Activate(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.ActivateTemplate, id, expected, "template.activated", func(ctx context.Context, _ *db.Tx, row *db.Template) (*db.Template, error) {
		return s.activated(ctx, row)
	})
}

func (s *Service) activated(ctx context.Context, row *db.Template) (*db.Template, error) {
	now := s.clock.Now()
	return row.Update().SetState(enum.AssessmentTemplateStateActive).SetActivatedAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
}

// Retire takes a template out of use for new assessments.
func (s *Service) Retire(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RetireTemplate, id, expected, "template.retired", func(ctx context.Context, _ *db.Tx, row *db.Template) (*db.Template, error) {
		now := s.clock.Now()
		return row.Update().SetState(enum.AssessmentTemplateStateRetired).SetRetiredAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Template, error) {
	return tx.Template.Query().Where(template.ID(id), s.Store.ForUpdate).Only(ctx)
}

// Asked reads a template inside a use case, with what it asks. It may be in any state.
func (s *Service) Asked(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Template, *questionnaire.Template, error) {
	row := new(db.Template)
	table, found := heads, false
	q, _ := s.kept.have([]uuid.UUID{id})
	if q[id] == nil {
		table = noun.Table
	}
	text := "SELECT " + strings.Join(table.Columns, ", ") + " FROM templates WHERE id = ?"
	err := s.Store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { found = true; return table.Scan(r, row) })
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("load the template: %w", err)
	case !found:
		return nil, nil, fault.Missing()
	case q[id] != nil:
		return row, q[id], nil
	}
	compiled, err := s.compile(row)
	return row, compiled, err
}

// Questions reads what a template asks inside a use case. It never changes, so it is read once.
func (s *Service) Questions(ctx context.Context, tx *db.Tx, id uuid.UUID) (*questionnaire.Template, error) {
	if q, _ := s.kept.have([]uuid.UUID{id}); q[id] != nil {
		return q[id], nil
	}
	_, q, err := s.Asked(ctx, tx, id)
	return q, err
}

// Personal says that templates are of regulators.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "templates", Column: "importer_id", Organisations: true, Erasure: "It stays: it names a regulator, not a person.",
		Withheld: "What a regulator imports is its own, not its member's.",
	}}
}

func entry(typ string, row *db.Template) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Template, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"state": row.State, "reference": row.Reference, "contentHash": row.ContentHash},
	}
	if row.ImporterID != nil {
		e.Owner = *row.ImporterID
	}
	return e
}
