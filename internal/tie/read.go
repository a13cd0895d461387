package tie

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of ties.
type Page = store.Page[*db.Tie]

// Edge is an entry of a page of ties.
type Edge = store.Edge[*db.Tie]

// placed is a tie with the party that declared it.
type placed struct {
	*db.Tie
	party access.Place
}

// nounOf says what the policy needs to know of a tie of one of these parties.
func nounOf(parties Parties) access.Noun[db.Tie, placed] {
	return access.Noun[db.Tie, placed]{
		Resource: policy.Tie,
		Table:    store.TableOf[db.Tie](),
		Row:      func(p placed) *db.Tie { return p.Tie },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "party_id"),
			access.Around(policy.InSight, func(p placed) access.Place { return p.party }).WithSQL(func(a policy.Actor, t string) store.Cond {
				return parties.InVisible(a, t+".party_id")
			}),
		},
	}
}

// Of reads a page of the ties of each party, newest first.
func (s *Service) Of(ctx context.Context, parties []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "party_id", parties, page)
}

// Can tells what the viewer can do with each tie.
func (s *Service) Can(ctx context.Context, rows []*db.Tie) [][]*policy.Decision {
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, access.Place{Facts: policy.These(policy.InSight)}} // the rows are visible already
	}
	return s.Frame.Can(ctx, all)
}

// mostBeside bounds how many ties stand beside one thing.
const mostBeside = 20

// whose asks for the organisations that a thing of this id is about: whose practice or assessment it is, who proposed or convened it,
// and whose practices it is about.
const whose = `SELECT firm_id FROM practices WHERE id = %[1]s UNION SELECT firm_id FROM assessments WHERE id = %[1]s
	UNION SELECT author_id FROM proposals WHERE id = %[1]s UNION SELECT convenor_id FROM dialogues WHERE id = %[1]s
	UNION SELECT j.firm_id FROM touchpoints n JOIN journeys j ON j.id = n.journey_id WHERE n.id = %[1]s UNION SELECT author_id FROM frameworks WHERE id = %[1]s UNION SELECT f.author_id FROM principles n JOIN frameworks f ON f.id = n.framework_id WHERE n.id = %[1]s
	UNION SELECT p.firm_id FROM links l JOIN practices p ON p.id = l.object_id WHERE l.subject_id = %[1]s AND `

// BesideComments reads the ties that bind the author of each comment to those whose thing it is about, but for those that had ended
// when it was posted. The comments are visible already.
func (s *Service) BesideComments(ctx context.Context, comments []uuid.UUID) (map[uuid.UUID][]*db.Tie, error) {
	return s.beside(ctx, "comments", "s.subject_id", comments)
}

// BesideProposals reads the ties that bind the author of each proposal to those whose practices it is about.
func (s *Service) BesideProposals(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID][]*db.Tie, error) {
	return s.beside(ctx, "proposals", "s.id", proposals)
}

func (s *Service) beside(ctx context.Context, table, about string, ids []uuid.UUID) (map[uuid.UUID][]*db.Tie, error) {
	actor := policy.ActorFrom(ctx)
	shown, linked := s.Visible(actor, "t"), s.practices.InVisible(actor, "l.object_id")
	of := s.Store.AnyOf("s.id", ids)
	text := "SELECT s.id, t." + strings.Join(s.Table.Columns, ", t.") + " FROM " + table + " s JOIN ties t ON t.party_id = s.author_id WHERE " + of.SQL +
		" AND (t.ends_at IS NULL OR t.ends_at >= s.created_at) AND " + shown.SQL +
		" AND t.about_id IN (" + strings.ReplaceAll(whose, "%[1]s", about) + linked.SQL + ") ORDER BY s.id, t.id"
	found := map[uuid.UUID][]*db.Tie{}
	args := append(append(of.Args, shown.Args...), linked.Args...)
	err := s.Store.Query(ctx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		row := new(db.Tie)
		if err := r.Scan(append([]any{&id}, s.Table.Dest(row)...)...); err != nil {
			return err
		}
		if len(found[id]) < mostBeside {
			found[id] = append(found[id], row)
		}
		return nil
	})
	return found, err
}
