package proposal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// part is what the actor's party has in a proposal beside having written it, and what the proposal lacks to be opened, if the actor's
// party could open it.
type part struct {
	author  enum.AuthorshipState // empty for none
	writer  bool                 // the acting member has accepted for its party to be a co-author, whether or not the party has left since
	sponsor bool
	lacks   []*fault.Fault
}

// asking runs a query, inside a use case or outside.
type asking func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error

func (s *Service) within(tx *db.Tx) asking {
	return func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
		return s.store.QueryTx(ctx, tx, text, args, scan)
	}
}

// parts reads the actor's part in proposals.
func (s *Service) parts(ctx context.Context, ask asking, rows []*db.Proposal, places map[uuid.UUID]access.Place) (map[uuid.UUID]part, error) {
	found := make(map[uuid.UUID]part, len(rows))
	actor := policy.ActorFrom(ctx)
	if actor.Stakeholder == uuid.Nil || len(rows) == 0 {
		return found, nil
	}
	ids, openable := make([]uuid.UUID, len(rows)), []uuid.UUID(nil)
	for i, row := range rows {
		ids[i] = row.ID
		if row.State == enum.ProposalStateUnderReview && places[row.DialogueID].Facts.Has(policy.Convenor) {
			openable = append(openable, row.ID)
		}
	}
	of := s.store.AnyOf("proposal_id", ids)
	text := "SELECT proposal_id, state, member_id FROM authorships WHERE party_id = ? AND " + of.SQL +
		" UNION ALL SELECT proposal_id, '', NULL FROM sponsors WHERE party_id = ? AND " + of.SQL
	args := slices.Concat([]any{actor.Stakeholder}, of.Args, []any{actor.Stakeholder}, of.Args)
	err := ask(ctx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		var state enum.AuthorshipState
		var member uuid.NullUUID
		err := r.Scan(&id, &state, &member)
		one := found[id]
		if state == "" {
			one.sponsor = true
		} else {
			one.author, one.writer = state, member.Valid && member.UUID == actor.Member
		}
		found[id] = one
		return err
	})
	if err != nil || len(openable) == 0 {
		return found, err
	}
	standings, err := s.standings(ctx, ask, openable)
	for id, standing := range standings {
		one := found[id]
		one.lacks = lacking(standing)
		found[id] = one
	}
	return found, err
}

// standings tells how proposals stand to what their dialogues ask of sponsors; those are left out whose dialogue asks for none.
func (s *Service) standings(ctx context.Context, ask asking, ids []uuid.UUID) (map[uuid.UUID]sponsorship.Standing, error) {
	type one struct {
		rule     sponsorship.Rule
		proposer enum.StakeholderKind
		sponsors map[enum.StakeholderKind]int
	}
	all := map[uuid.UUID]one{}
	of := s.store.AnyOf("p.id", ids)
	text := `SELECT p.id, d.sponsors, d.sponsor_chambers, a.kind, COALESCE(k.kind, ''), COUNT(k.id) FROM proposals p JOIN dialogues d ON d.id = p.dialogue_id
		JOIN stakeholders a ON a.id = p.author_id LEFT JOIN sponsors s ON s.proposal_id = p.id AND s.version = p.version
		LEFT JOIN stakeholders k ON k.id = s.party_id WHERE d.sponsors > 0 AND ` + of.SQL + ` GROUP BY p.id, d.sponsors, d.sponsor_chambers, a.kind, k.kind`
	err := ask(ctx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var found one
		var chambers []byte
		var kind enum.StakeholderKind
		var n int
		if err := r.Scan(&id, &found.rule.Sponsors, &chambers, &found.proposer, &kind, &n); err != nil {
			return err
		}
		if len(chambers) > 0 {
			if err := json.Unmarshal(chambers, &found.rule.Chambers); err != nil {
				return fmt.Errorf("read the chambers of sponsors: %w", err)
			}
		}
		if found.sponsors = all[id].sponsors; found.sponsors == nil {
			found.sponsors = map[enum.StakeholderKind]int{}
		}
		found.sponsors[kind] += n
		all[id] = found
		return nil
	})
	standings := make(map[uuid.UUID]sponsorship.Standing, len(all))
	for id, found := range all {
		standings[id] = found.rule.Of(found.proposer, found.sponsors)
	}
	return standings, err
}

// lacking says in sentences what is missing of sponsors.
func lacking(s sponsorship.Standing) []*fault.Fault {
	if s.Missing == 0 {
		return nil
	}
	sponsors := "1 more sponsor is needed"
	if s.Missing > 1 {
		sponsors = fmt.Sprintf("%d more sponsors are needed", s.Missing)
	}
	var roles []policy.Role
	var chambers []string
	for _, kind := range s.MissingChambers {
		if role, ok := policy.ChamberRole(string(kind)); ok {
			roles, chambers = append(roles, role), append(chambers, string(role))
		}
	}
	values := fault.Values{Minimum: &s.Needed, Actual: &s.Have}
	if len(chambers) > 0 {
		sponsors += ", with one of each of these chambers: " + strings.Join(chambers, ", ")
		values.Roles = policy.Words(roles)
	}
	return []*fault.Fault{(&fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: "sponsors", Message: sponsors}).With(values)}
}

// seeking is the fact that a proposal waits to be opened and that the actor's party may sponsor it: that party reads it then.
func seeking(dialogues Dialogues) access.Fact[placed] {
	states := []enum.ProposalState{enum.ProposalStateSubmitted, enum.ProposalStateUnderReview}
	return access.Fact[placed]{
		Fact: policy.Seeking,
		Holds: func(_ policy.Actor, p placed) bool {
			return slices.Contains(states, p.State) && p.dialogue.Facts.Has(policy.MaySponsor)
		},
		SQL: func(a policy.Actor, t string) store.Cond {
			return store.And(store.OneOf(store.Unindexed(t+".state"), states), dialogues.MaySponsor(a, t+".dialogue_id"))
		},
	}
}

// authoring is the fact that the actor's party is a co-author, or is asked to be one.
func authoring(fact policy.Fact, state enum.AuthorshipState) access.Fact[placed] {
	return access.Fact[placed]{
		Fact:  fact,
		Holds: func(_ policy.Actor, p placed) bool { return p.part.author == state },
		SQL: func(a policy.Actor, t string) store.Cond {
			return store.Where("EXISTS (SELECT 1 FROM authorships w WHERE w.proposal_id = "+t+".id AND w.party_id = ? AND w.state = '"+string(state)+"' "+store.EachRow+")", a.Stakeholder)
		},
	}
}

// edited are the states in which the text of a proposal can change.
var edited = []enum.ProposalState{
	enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateReturned, enum.ProposalStateOpen, enum.ProposalStateRejected, enum.ProposalStateNoQuorum,
}
