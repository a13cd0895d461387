package dialogue

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of dialogues.
type Page = store.Page[*db.Dialogue]

// Edge is a dialogue in a list.
type Edge = store.Edge[*db.Dialogue]

// Table says how dialogues are read.
var Table = store.Table[db.Dialogue]{
	Name: "dialogues",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "title", "brief", "convenor_id", "visibility", "state", "languages", "round", "outcome",
		"opened_at", "closed_at", "source",
	},
	Dest: func(d *db.Dialogue) []any {
		return []any{
			&d.ID, &d.CreatedAt, &d.UpdatedAt, &d.Revision, &d.Title, &d.Brief, &d.ConvenorID, &d.Visibility, &d.State,
			store.JSON(&d.Languages), &d.Round, &d.Outcome, &d.OpenedAt, &d.ClosedAt, &d.Source,
		}
	},
	ID: func(d *db.Dialogue) uuid.UUID { return d.ID },
}

// Filter says which dialogues to list.
type Filter struct {
	State        []string
	Convenor     *uuid.UUID
	Practice     *uuid.UUID
	Text         string
	ChangedSince *time.Time
}

// Visible is the policy's filter on dialogues in SQL, for a table of this alias. What happens in a dialogue is visible
// only where the dialogue is, so other domains ask for it too.
func Visible(a policy.Actor, alias string) store.Cond {
	return store.Visible(policy.Visible(a, policy.Dialogue), alias+".state", map[policy.Fact]store.Cond{
		policy.PublicSpace: store.Where(store.Unsought(alias+".visibility") + " = 'PUBLIC'"),
		policy.Convenor:    store.Where(alias+".convenor_id = ?", a.Stakeholder),
		policy.Invited: store.Where("EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = "+alias+".id AND v.stakeholder_id = ?)",
			a.Stakeholder),
	})
}

// InVisible asks for a column to name a dialogue that the actor may see. The limit keeps SQLite from making a join of it,
// and from walking all dialogues where a page of something else was asked for.
func InVisible(a policy.Actor, column string) store.Cond {
	in := Visible(a, "d")
	return store.Where("EXISTS (SELECT 1 FROM dialogues d WHERE d.id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// ByID reads dialogues by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Dialogue, error) {
	return store.ByID(ctx, s.store, Table, ids, Visible(policy.ActorFrom(ctx), "t"))
}

// List reads a page of dialogues, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

// About reads a page of the dialogues about each practice, newest first.
func (s *Service) About(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.subject_id = t.id", "l.practice_id"
	return store.Pages(ctx, s.store, l, practices)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Dialogue], error) {
	actor := policy.ActorFrom(ctx)
	slice, err := page.Check()
	if err != nil {
		return store.List[db.Dialogue]{}, err
	}
	where, err := s.store.Narrow(Visible(actor, "t")).In("t.state", f.State).Is("t.convenor_id = ?", f.Convenor).
		Is(practice.Linked, f.Practice).Text(f.Text, "t.title", "t.brief").Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return store.List[db.Dialogue]{}, err
	}
	return store.List[db.Dialogue]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	}, nil
}

// phaseColumns say how phases are read.
var phaseColumns = []string{
	"id", "dialogue_id", "position", "kind", "opens_at", "closes_at", "may_comment", "may_vote", "may_propose", "may_amend", "may_ballot",
}

func phaseDest(p *db.Phase) []any {
	return []any{
		&p.ID, &p.DialogueID, &p.Position, &p.Kind, &p.OpensAt, &p.ClosesAt, &p.MayComment, &p.MayVote, &p.MayPropose, &p.MayAmend, &p.MayBallot,
	}
}

// PhasesOf reads the phases of each dialogue, in order.
func (s *Service) PhasesOf(ctx context.Context, dialogues []uuid.UUID) (map[uuid.UUID][]*db.Phase, error) {
	phases := make(map[uuid.UUID][]*db.Phase, len(dialogues))
	of := s.store.AnyOf("dialogue_id", dialogues)
	text := "SELECT " + strings.Join(phaseColumns, ", ") + " FROM phases WHERE " + of.SQL + " ORDER BY dialogue_id, position"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		p := new(db.Phase)
		err := r.Scan(phaseDest(p)...)
		phases[p.DialogueID] = append(phases[p.DialogueID], p)
		return err
	})
	return phases, err
}

// Now gives the phase that holds in each dialogue; none where there is none.
func (s *Service) Now(phases []*db.Phase) *db.Phase {
	return Space{Phases: phases}.Phase(s.clock.Now())
}

// Can tells what the viewer can do with each dialogue.
func (s *Service) Can(ctx context.Context, rows []*db.Dialogue) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	spaces, err := s.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		if space, ok := spaces[row.ID]; ok {
			out[i] = policy.Can(actor, space.Subject(actor, now))
		}
	}
	return out, nil
}
