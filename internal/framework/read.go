package framework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of frameworks.
type Page = store.Page[*db.Framework]

// Edge is an entry of a page of frameworks.
type Edge = store.Edge[*db.Framework]

// placed is a framework with what is known of it where somebody could adopt it.
type placed struct {
	*db.Framework
	lacking bool // something is missing that it takes to be adopted
}

// noun says what the policy needs to know of a framework.
var noun = access.Noun[db.Framework, placed]{
	Resource: policy.Framework,
	Table:    store.TableOf[db.Framework](),
	Row:      func(p placed) *db.Framework { return p.Framework },
	Facts: []access.Fact[placed]{
		access.Party[placed](policy.Own, "author_id"),
		{Fact: policy.Common, Holds: func(_ policy.Actor, p placed) bool { return p.OwnerID == nil }},
		{Fact: policy.Writer, Holds: func(a policy.Actor, p placed) bool { return slices.Contains(writers(p.Framework), a.Member) }},
		{Fact: policy.Complete, Holds: func(_ policy.Actor, p placed) bool { return !p.lacking }},
	},
}

// Filter says which frameworks to list.
type Filter struct {
	State        []enum.FrameworkState
	Owner        *uuid.UUID
	Commons      *bool
	Text         string
	ChangedSince *time.Time
}

// List reads a page of frameworks, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.owner_id = ?", f.Owner).Text(f.Text, "t.title", "t.scope").Since("t.updated_at", f.ChangedSince)
		switch {
		case f.Commons == nil:
		case *f.Commons:
			n.And(store.Where("t.owner_id IS NULL"))
		default:
			n.And(store.Where("t.owner_id IS NOT NULL"))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string]{}, "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// VersionsOf reads a page of all versions of each framework, newest first.
func (s *Service) VersionsOf(ctx context.Context, ids []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN frameworks v ON v.lineage_id = t.lineage_id", "v.id"
	return store.Pages(ctx, s.Store, l, ids)
}

// NextVersions reads the version that came after each of these.
func (s *Service) NextVersions(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Framework, error) {
	one := int32(1)
	l, err := s.Newest(ctx, store.PageArgs{First: &one}, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN frameworks v ON v.lineage_id = t.lineage_id AND t.version > v.version", "v.id"
	l.Order = store.Order{}
	return access.First(store.Pages(ctx, s.Store, l, ids))
}

// Overdue tells of each framework whether its review is overdue.
func (s *Service) Overdue(rows []*db.Framework) []bool {
	now, all := s.clock.Now(), make([]bool, len(rows))
	for i, row := range rows {
		all[i] = Overdue(row.State, row.ReviewDueAt, now)
	}
	return all
}

// Can tells what the viewer can do with each framework, and toward it.
func (s *Service) Can(ctx context.Context, rows []*db.Framework) ([][]*policy.Decision, error) {
	actor, all := policy.ActorFrom(ctx), make([]placed, len(rows))
	var near []*db.Framework // only to those who could adopt it it matters what is missing
	for i, row := range rows {
		all[i] = placed{Framework: row}
		if actor.Stakeholder != uuid.Nil && row.State == enum.FrameworkStateInReview && (row.AuthorID == actor.Stakeholder || row.OwnerID == nil) {
			near = append(near, row)
		}
	}
	if len(near) > 0 {
		lacks, err := s.missing(ctx, nil, near)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if at := slices.Index(near, all[i].Framework); at >= 0 {
				all[i].lacking = len(lacks[at]) > 0
			}
		}
	}
	return s.Frame.Can(ctx, all), nil
}

// Missing says of each framework what it lacks to be adopted; nothing of one that is not in review.
func (s *Service) Missing(ctx context.Context, rows []*db.Framework) ([][]*fault.Fault, error) {
	return s.missing(ctx, nil, rows)
}

// missing looks in a transaction, or outside if it is nil.
func (s *Service) missing(ctx context.Context, tx *db.Tx, rows []*db.Framework) ([][]*fault.Fault, error) {
	ids, all := []uuid.UUID{}, make([][]*fault.Fault, len(rows))
	for _, row := range rows {
		if row.State == enum.FrameworkStateInReview {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	input, owners, err := s.input(ctx, tx, ids)
	for i, row := range rows {
		if row.State == enum.FrameworkStateInReview {
			all[i] = MissingToAdopt(owners[row.ID], input[row.ID])
		}
	}
	return all, err
}

// InputOf gives what each chamber has said of each framework while it was in review. The frameworks are visible already.
func (s *Service) InputOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]Input, error) {
	found, _, err := s.input(ctx, nil, ids)
	for _, id := range ids {
		if found[id] == nil {
			found[id] = []Input{}
		}
	}
	return found, err
}

// input counts the comments at the top that were asked for, on frameworks and on their principles, by chamber; and tells of which chamber
// the owner of each framework is. It looks in a transaction, or outside if it is nil.
func (s *Service) input(ctx context.Context, tx *db.Tx, ids []uuid.UUID) (map[uuid.UUID][]Input, map[uuid.UUID]enum.StakeholderKind, error) {
	of := s.Store.AnyOf("f.id", ids)
	const members = "CASE WHEN c.author_id = f.owner_id AND c.member_id <> f.writer_id AND (f.editor_id IS NULL OR c.member_id <> f.editor_id) THEN c.member_id END"
	text := `SELECT f.id, COALESCE(o.kind, ''), COALESCE(p.kind, ''), COUNT(c.id), COUNT(DISTINCT c.author_id), COUNT(c.outcome), COUNT(DISTINCT ` + members + `)
		FROM frameworks f LEFT JOIN stakeholders o ON o.id = f.owner_id
		LEFT JOIN (SELECT r.id AS subject, r.framework_id AS of FROM principles r UNION ALL SELECT w.id, w.id FROM frameworks w) s ON s.of = f.id
		LEFT JOIN comments c ON c.subject_id = s.subject AND c.depth = 0 AND c.owed AND c.state = 'VISIBLE'
		LEFT JOIN stakeholders p ON p.id = c.author_id
		WHERE ` + of.SQL + ` GROUP BY f.id, o.kind, p.kind ORDER BY p.kind`
	input, owners := map[uuid.UUID][]Input{}, map[uuid.UUID]enum.StakeholderKind{}
	scan := func(r *sql.Rows) error {
		var id uuid.UUID
		var owner enum.StakeholderKind
		var one Input
		err := r.Scan(&id, &owner, &one.Kind, &one.Comments, &one.Parties, &one.Disposed, &one.members)
		if owners[id] = owner; one.Kind != "" {
			input[id] = append(input[id], one)
		}
		return err
	}
	var err error
	if tx != nil {
		err = s.Store.QueryTx(ctx, tx, text, of.Args, scan)
	} else {
		err = s.Store.Query(ctx, text, of.Args, scan)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("count the input: %w", err)
	}
	return input, owners, nil
}
