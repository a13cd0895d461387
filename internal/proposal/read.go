package proposal

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of proposals.
type Page = store.Page[*db.Proposal]

// Edge is a proposal in a list.
type Edge = store.Edge[*db.Proposal]

// VersionPage is a page of versions.
type VersionPage = store.Page[*db.ProposalVersion]

// VersionEdge is a version in a list.
type VersionEdge = store.Edge[*db.ProposalVersion]

// Table says how proposals are read.
var Table = store.Table[db.Proposal]{
	Name: "proposals",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "dialogue_id", "author_id", "member_id", "kind", "title", "summary", "body", "language",
		"state", "state_reason", "published", "version", "content_hash", "submitted_at", "opened_at",
	},
	Dest: func(p *db.Proposal) []any {
		return []any{
			&p.ID, &p.CreatedAt, &p.UpdatedAt, &p.Revision, &p.DialogueID, &p.AuthorID, &p.MemberID, &p.Kind, &p.Title, &p.Summary, &p.Body,
			&p.Language, &p.State, &p.StateReason, &p.Published, &p.Version, &p.ContentHash, &p.SubmittedAt, &p.OpenedAt,
		}
	},
	ID: func(p *db.Proposal) uuid.UUID { return p.ID },
}

var versions = store.Table[db.ProposalVersion]{
	Name:    "proposal_versions",
	Columns: []string{"id", "created_at", "proposal_id", "number", "title", "summary", "body", "language", "content_hash", "editor_id", "reason"},
	Dest: func(v *db.ProposalVersion) []any {
		return []any{
			&v.ID, &v.CreatedAt, &v.ProposalID, &v.Number, &v.Title, &v.Summary, &v.Body, &v.Language, &v.ContentHash, &v.EditorID, &v.Reason,
		}
	},
	ID: func(v *db.ProposalVersion) uuid.UUID { return v.ID },
}

// Filter says which proposals to list.
type Filter struct {
	State, Kind      []string
	Chamber          string
	Author, Practice *uuid.UUID
	Text             string
	ChangedSince     *time.Time
}

// own is the policy's filter on proposals alone, for a table of this alias; the dialogue must be visible as well.
func own(a policy.Actor, alias string) store.Cond {
	return store.Visible(policy.Visible(a, policy.Proposal), alias+".state", map[policy.Fact]store.Cond{
		policy.Own:       store.Where(alias+".author_id = ?", a.Stakeholder),
		policy.Published: store.Where(alias + ".published"),
		policy.Convenor: store.Where("EXISTS (SELECT 1 FROM dialogues c WHERE c.id = "+alias+".dialogue_id AND c.convenor_id = ?)",
			a.Stakeholder),
	})
}

func visible(a policy.Actor, alias string) store.Cond {
	return store.And(own(a, alias), dialogue.InVisible(a, alias+".dialogue_id"))
}

// InVisible asks for a column to name a proposal that the actor may see.
func InVisible(a policy.Actor, column string) store.Cond {
	in := visible(a, "q")
	return store.Where("EXISTS (SELECT 1 FROM proposals q WHERE q.id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// ByID reads proposals by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Proposal, error) {
	return store.ByID(ctx, s.store, Table, ids, visible(policy.ActorFrom(ctx), "t"))
}

// List reads a page of the proposals of all dialogues, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page, visible(policy.ActorFrom(ctx), "t"))
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

// Of reads a page of the proposals of each dialogue, newest first. The dialogues are visible already.
func (s *Service) Of(ctx context.Context, dialogues []uuid.UUID, f Filter, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, f, page, own(policy.ActorFrom(ctx), "t"))
	if err != nil {
		return nil, err
	}
	l.Parent, l.Told = "t.dialogue_id", true
	return store.Pages(ctx, s.store, l, dialogues)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs, visible store.Cond) (store.List[db.Proposal], error) {
	slice, err := page.Check()
	if err != nil {
		return store.List[db.Proposal]{}, err
	}
	if f.Chamber != "" {
		chamber := store.In("s.kind", []string{f.Chamber})
		visible = store.And(visible, store.Where("EXISTS (SELECT 1 FROM stakeholders s WHERE s.id = t.author_id AND "+chamber.SQL+")"))
	}
	where, err := s.store.Narrow(visible).In("t.state", f.State).In("t.kind", f.Kind).Is("t.author_id = ?", f.Author).
		Is(practice.Linked, f.Practice).Text(f.Text, "t.title", "t.summary").Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return store.List[db.Proposal]{}, err
	}
	return store.List[db.Proposal]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, nil
}

// VersionsOf reads a page of the versions of each proposal, newest first. The proposals are visible already; what was
// said before one was opened is for those who could read it then: its author, the convenor and auditors.
func (s *Service) VersionsOf(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*VersionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	return store.Pages(ctx, s.store, store.List[db.ProposalVersion]{
		Table: versions, Parent: "t.proposal_id", Told: true, Where: versionVisible(actor), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: actor.Key(),
	}, proposals)
}

// VersionsByID reads versions by their ids, under the same rule and with their proposal visible.
func (s *Service) VersionsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.ProposalVersion, error) {
	actor := policy.ActorFrom(ctx)
	return store.ByID(ctx, s.store, versions, ids, store.And(versionVisible(actor), InVisible(actor, "t.proposal_id")))
}

// versionVisible hides the versions from before a proposal was opened from those who could not read them then: the rules
// for a proposal that is submitted say who could. Opening shows the version of that moment and all later ones.
func versionVisible(a policy.Actor) store.Cond {
	var then []policy.Clause
	for _, c := range policy.Visible(a, policy.Proposal) {
		if c.States == nil || slices.Contains(c.States, "SUBMITTED") {
			then = append(then, policy.Clause{Facts: c.Facts})
		}
	}
	could := store.Visible(then, "", map[policy.Fact]store.Cond{
		policy.Own:      store.Where("v.author_id = ?", a.Stakeholder),
		policy.Convenor: store.Where("EXISTS (SELECT 1 FROM dialogues c WHERE c.id = v.dialogue_id AND c.convenor_id = ?)", a.Stakeholder),
	})
	return store.Where("EXISTS (SELECT 1 FROM proposals v WHERE v.id = t.proposal_id AND (t.number >= v.opened_version OR "+could.SQL+"))",
		could.Args...)
}

// Can tells what the viewer can do with each proposal.
func (s *Service) Can(ctx context.Context, rows []*db.Proposal) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.DialogueID
	}
	spaces, err := s.dialogues.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		if space, ok := spaces[row.DialogueID]; ok {
			out[i] = policy.Can(actor, subject(actor, row, space, now))
		}
	}
	return out, nil
}
