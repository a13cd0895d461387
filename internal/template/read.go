package template

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of templates.
type Page = store.Page[*db.Template]

// Edge is an entry of a page of templates.
type Edge = store.Edge[*db.Template]

// noun says what the policy needs to know of a template.
var noun = access.Noun[db.Template, *db.Template]{
	Resource: policy.Template,
	Table:    store.TableOf[db.Template](),
	Facts:    []access.Fact[*db.Template]{access.Party[*db.Template](policy.Own, "importer_id")},
}

// Filter says which templates to list.
type Filter struct {
	State                       []enum.AssessmentTemplateState
	Key, Jurisdiction, Language []string
	Text                        string
	ChangedSince                *time.Time
}

// List reads a page of templates, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Text(f.Text, "t.title", "t.key").Since("t.updated_at", f.ChangedSince).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return s.Store.Shares("t.jurisdictions", codes) }).
			Languages(f.Language, func(tags []string) store.Cond { return s.Store.Shares("t.languages", tags) })
		if len(f.Key) > 0 {
			n.And(s.Store.AnyText("t.key", f.Key))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string]{}, "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// AnsweredBy reads the templates of assessments that are visible: who may read an assessment may read what it was asked.
func (s *Service) AnsweredBy(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Template, error) {
	return store.ByID(ctx, s.Store, noun.Table, ids, store.Always())
}

// Questionnaires gives what templates ask, by their ids, whoever may see them: the caller has the right to those that it names.
func (s *Service) Questionnaires(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*questionnaire.Template, error) {
	found, missing := s.kept.have(ids)
	if len(missing) == 0 {
		return found, nil
	}
	rows, err := store.ByID(ctx, s.Store, documents, missing, store.Always())
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if found[row.ID], err = s.compile(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// documents reads templates with no more than their document.
var documents = noun.Table.Only("id", "document")

// heads reads them without it.
var heads = noun.Table.Only("id", "state", "reference", "title")

// compile reads the document of a row, and keeps the result: it never changes.
func (s *Service) compile(row *db.Template) (*questionnaire.Template, error) {
	q, err := questionnaire.Read([]byte(row.Document))
	if err != nil {
		return nil, fmt.Errorf("read the template %s: %w", row.ID, err)
	}
	s.kept.keep(row.ID, q)
	return q, nil
}
