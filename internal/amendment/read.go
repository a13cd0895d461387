package amendment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of amendments.
type Page = store.Page[*db.Amendment]

// Edge is an entry of a page of amendments.
type Edge = store.Edge[*db.Amendment]

// placed is an amendment with the proposal that it changes.
type placed struct {
	*db.Amendment
	at access.Place
}

// nounOf says what the policy needs to know of an amendment.
func nounOf(of Proposals) access.Noun[db.Amendment, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Amendment, placed]{
		Resource: policy.Amendment,
		Table:    store.TableOf[db.Amendment](),
		Row:      func(p placed) *db.Amendment { return p.Amendment },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "author_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
			{
				Fact:  policy.Proposer,
				Holds: func(_ policy.Actor, p placed) bool { return p.at.Facts.Has(policy.Own) },
				SQL: func(a policy.Actor, t string) store.Cond {
					return store.Where("EXISTS (SELECT 1 FROM proposals x WHERE x.id = "+t+".proposal_id AND x.author_id = ? "+store.EachRow+")", a.Stakeholder)
				},
			},
			around(policy.Convenor).WithSQL(func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM proposals x JOIN dialogues c ON c.id = x.dialogue_id WHERE x.id = "+t+".proposal_id AND c.convenor_id = ? "+store.EachRow+")", a.Stakeholder)
			}),
			around(policy.DialogueOpen),
			around(policy.MayAmend),
			around(policy.MayPropose),
			around(policy.Editable),
			around(policy.Shown),
		},
	}
}

// Of reads a page of the amendments of each proposal, newest first.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID, states []enum.AmendmentState, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) { n.And(store.Any("t.state", states)) }, policy.InSight)
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.proposal_id", true
	return store.Pages(ctx, s.Store, l, proposals)
}

// Can tells what the viewer can do with each amendment.
func (s *Service) Can(ctx context.Context, rows []*db.Amendment) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ProposalID
	}
	places, err := s.proposals.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.ProposalID]}
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

// bases are the texts that amendments change, and the present texts of their proposals, by the id of the amendment. Whoever sees an
// amendment has seen both: it is of a version that was open, and its proposal still is, or was.
func (s *Service) bases(ctx context.Context, rows []*db.Amendment) (base, present map[uuid.UUID]string, err error) {
	base, present = map[uuid.UUID]string{}, map[uuid.UUID]string{}
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	of := s.Store.AnyOf("t.id", ids)
	text := `SELECT t.id, v.body, n.body FROM amendments t JOIN proposals p ON p.id = t.proposal_id
		JOIN proposal_versions v ON v.proposal_id = p.id AND v.number = t.base JOIN proposal_versions n ON n.proposal_id = p.id AND n.number = p.version WHERE `
	err = s.Store.Query(ctx, text+of.SQL, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var before, now string
		err := r.Scan(&id, &before, &now)
		base[id], present[id] = before, now
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read what amendments change: %w", err)
	}
	return base, present, nil
}

// Hunks tells what each amendment changes in its version; nil where a text was erased.
func (s *Service) Hunks(ctx context.Context, rows []*db.Amendment) ([][]*textdiff.Hunk, error) {
	base, _, err := s.bases(ctx, rows)
	if err != nil {
		return nil, err
	}
	return compared(ctx, rows, func(row *db.Amendment) (string, string) { return base[row.ID], string(row.Body) })
}

// NewerHunks tells what has changed in the proposal since the version that each amendment changes; nothing while that is the present one,
// and nil where a text was erased.
func (s *Service) NewerHunks(ctx context.Context, rows []*db.Amendment) ([][]*textdiff.Hunk, error) {
	base, present, err := s.bases(ctx, rows)
	if err != nil {
		return nil, err
	}
	return compared(ctx, rows, func(row *db.Amendment) (string, string) { return base[row.ID], present[row.ID] })
}

// compared tells what differs between two texts of each amendment. Two that are the same give nothing, and an erased one nil.
func compared(ctx context.Context, rows []*db.Amendment, texts func(*db.Amendment) (before, after string)) ([][]*textdiff.Hunk, error) {
	out := make([][]*textdiff.Hunk, len(rows))
	for i, row := range rows {
		before, after := texts(row)
		if before == "" || after == "" {
			continue
		}
		if out[i] = []*textdiff.Hunk{}; before == after {
			continue
		}
		for _, h := range textdiff.Between(before, after) {
			out[i] = append(out[i], &h)
		}
		if err := ctx.Err(); err != nil { // each comparison takes its time
			return nil, err
		}
	}
	return out, nil
}

// mostRivals is how many amendments each is compared with, the newest ones.
const mostRivals = 50

// Conflicts gives, for each amendment that waits for an answer, the others that do, on the same version, and change the same words.
func (s *Service) Conflicts(ctx context.Context, rows []*db.Amendment) ([][]*db.Amendment, error) {
	var ids []uuid.UUID
	for _, row := range rows {
		if !slices.Contains(ids, row.ProposalID) {
			ids = append(ids, row.ProposalID)
		}
	}
	rivals, err := s.rivals(ctx, ids)
	if err != nil {
		return nil, err
	}
	base, _, err := s.bases(ctx, rows)
	if err != nil {
		return nil, err
	}
	edits := map[uuid.UUID]textdiff.Edited{}
	edit := func(base string, row *db.Amendment) textdiff.Edited { // each comparison takes its time
		made, ok := edits[row.ID]
		if !ok {
			made = textdiff.Edit(base, string(row.Body))
			edits[row.ID] = made
		}
		return made
	}
	out := make([][]*db.Amendment, len(rows))
	for i, row := range rows {
		out[i] = []*db.Amendment{}
		if row.State != enum.AmendmentStateDraft && row.State != enum.AmendmentStateProposed {
			continue
		}
		for _, other := range rivals[row.ProposalID] {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if other.ID != row.ID && other.Base == row.Base && len(edit(base[row.ID], row).Conflicts(edit(base[row.ID], other))) > 0 {
				out[i] = append(out[i], other)
			}
		}
	}
	return out, nil
}

// rivals are the amendments of proposals that wait for an answer, newest first.
func (s *Service) rivals(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID][]*db.Amendment, error) {
	first := int32(mostRivals)
	pages, err := s.Of(ctx, proposals, []enum.AmendmentState{enum.AmendmentStateProposed}, store.PageArgs{First: &first})
	found := make(map[uuid.UUID][]*db.Amendment, len(pages))
	for id, page := range pages {
		found[id] = page.Nodes
	}
	return found, err
}
