package assessment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// hands are who signs an assessment, and what the policy asks about the actor's own part in it.
type hands struct {
	signers []*db.Signer
	signed  []*db.SignOff
	wrote   bool // the actor has written some of it
	tied    bool // the actor's party and the firm are bound by a tie
	consume bool // the actor's party is a customer or speaks for consumers
	filed   bool // it was filed with the actor's party
}

var (
	signers  = store.TableOf[db.Signer]()
	signOffs = store.TableOf[db.SignOff]()
)

// asking runs a query, inside a use case or outside.
type asking func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error

// inside asks inside a use case.
func (s *Service) inside(tx *db.Tx) asking {
	return func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
		return s.store.QueryTx(ctx, tx, text, args, scan)
	}
}

// tied tells of the firm of an assessment a whether a tie binds it and a party, whichever of the two has declared it. One that has ended
// binds nobody. Its arguments are the time, and the party twice.
const tied = `EXISTS (SELECT 1 FROM ties t WHERE t.state = 'DECLARED' AND (t.ends_at IS NULL OR t.ends_at > ?)
	AND (t.party_id = ? AND t.about_id = a.firm_id OR t.party_id = a.firm_id AND t.about_id = ?))`

// filedWith tells whether the assessment that a column names was filed with a party, and not sent back.
func filedWith(column string) string {
	return "EXISTS (SELECT 1 FROM filings g WHERE g.assessment_id = " + column + " AND g.regulator_id = ? AND g.state <> 'RETURNED' " + store.EachRow + ")"
}

// handsOf reads who has a hand in assessments, as far as the policy asks for it. While an assessment is written nobody signs it, and a
// visitor has no part in any: neither costs a statement. The statements are as many for one as for all.
func (s *Service) handsOf(ctx context.Context, ask asking, rows []*db.Assessment) (map[uuid.UUID]*hands, error) {
	all := make(map[uuid.UUID]*hands, len(rows))
	var ids []uuid.UUID
	for _, row := range rows {
		all[row.ID] = new(hands)
		if row.State != enum.ImpactAssessmentStateDraft {
			ids = append(ids, row.ID)
		}
	}
	actor := policy.ActorFrom(ctx)
	if len(ids) == 0 || !actor.SignedIn() {
		return all, nil
	}
	if err := s.signatures(ctx, ask, ids, all); err != nil {
		return nil, err
	}
	in := s.store.AnyOf("a.id", ids)
	own := `SELECT a.id,
		EXISTS (SELECT 1 FROM answers v WHERE v.assessment_id = a.id AND v.author_id = ?)
			OR EXISTS (SELECT 1 FROM assessment_authors w WHERE w.assessment_id = a.id AND w.member_id = ?),
		` + tied + `,
		` + filedWith("a.id") + `
		FROM assessments a WHERE `
	args := append([]any{actor.Member, actor.Member, s.clock.Now(), actor.Stakeholder, actor.Stakeholder, actor.Stakeholder}, in.Args...)
	err := ask(ctx, own+in.SQL, args, func(r *sql.Rows) error {
		var id uuid.UUID
		var wrote, tied, filed bool
		err := r.Scan(&id, &wrote, &tied, &filed)
		all[id].wrote, all[id].tied, all[id].filed = wrote, tied, filed
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the actor's part in assessments: %w", err)
	}
	consume, err := s.forConsumers(ctx, ask, actor)
	for _, h := range all {
		h.consume = consume
	}
	return all, err
}

// signatures reads signers and what they have signed.
func (s *Service) signatures(ctx context.Context, ask asking, ids []uuid.UUID, all map[uuid.UUID]*hands) error {
	if err := s.signersIn(ctx, ask, ids, store.Always(), all); err != nil {
		return err
	}
	in := s.store.AnyOf("assessment_id", ids)
	text := "SELECT " + strings.Join(signOffs.Columns, ", ") + " FROM sign_offs WHERE " + in.SQL + " ORDER BY assessment_id, id"
	err := ask(ctx, text, in.Args, func(r *sql.Rows) error {
		row := new(db.SignOff)
		err := signOffs.Scan(r, row)
		all[row.AssessmentID].signed = append(all[row.AssessmentID].signed, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("read signatures: %w", err)
	}
	return nil
}

// signersIn reads the signers of assessments who meet a condition.
func (s *Service) signersIn(ctx context.Context, ask asking, ids []uuid.UUID, who store.Cond, all map[uuid.UUID]*hands) error {
	in := store.And(s.store.AnyOf("assessment_id", ids), who)
	text := "SELECT " + strings.Join(signers.Columns, ", ") + " FROM signers WHERE " + in.SQL + " ORDER BY assessment_id, id"
	err := ask(ctx, text, in.Args, func(r *sql.Rows) error {
		row := new(db.Signer)
		err := signers.Scan(r, row)
		all[row.AssessmentID].signers = append(all[row.AssessmentID].signers, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("read signers: %w", err)
	}
	return nil
}

// speakingFor is the focus area of an NGO that speaks for consumers.
const speakingFor = "CONSUMER"

// forConsumers tells whether the actor's party is a customer or speaks for consumers.
func (s *Service) forConsumers(ctx context.Context, ask asking, actor policy.Actor) (bool, error) {
	switch {
	case actor.Has(policy.Customer):
		return true, nil
	case !actor.Has(policy.NGO):
		return false, nil
	}
	p, err := s.partyOf(ctx, ask, actor.Stakeholder)
	return p.forConsumers(), err
}

// aParty is what is asked of a party that is to sign.
type aParty struct {
	kind, status string
	focus        string // the JSON of its focus areas
}

func (p aParty) forConsumers() bool {
	return p.kind == string(enum.StakeholderKindCustomer) ||
		p.kind == string(enum.StakeholderKindNgo) && strings.Contains(strings.ToUpper(p.focus), `"`+speakingFor+`"`)
}

func (s *Service) partyOf(ctx context.Context, ask asking, id uuid.UUID) (p aParty, err error) {
	const text = "SELECT kind, status, focus_areas FROM stakeholders WHERE id = ?"
	err = ask(ctx, text, []any{id}, func(r *sql.Rows) error {
		var focus sql.NullString
		err := r.Scan(&p.kind, &p.status, &focus)
		p.focus = focus.String
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read a party: %w", err)
	}
	return p, nil
}

// is tells whether somebody who is to sign is the actor.
func is(a policy.Actor, row *db.Signer) bool {
	return a.Stakeholder != uuid.Nil && row.PartyID == a.Stakeholder && (row.MemberID == nil || *row.MemberID == a.Member)
}

// appointed tells whether the actor is to sign, in a capacity or in any.
func (h *hands) appointed(a policy.Actor, as enum.Capacity) bool {
	return slices.ContainsFunc(h.signers, func(row *db.Signer) bool {
		return row.State == enum.SignerStateAppointed && is(a, row) && (as == "" || row.Capacity == as)
	})
}

// conflicted tells whether the actor has declared a conflict, or its party is tied to the firm. A firm has no tie to itself.
func (h *hands) conflicted(a policy.Actor) bool {
	return h.tied || slices.ContainsFunc(h.signers, func(row *db.Signer) bool { return row.State == enum.SignerStateConflicted && is(a, row) })
}

// signedBy tells whether the acting member has signed the present content.
func (h *hands) signedBy(a policy.Actor, hash *string) bool {
	return slices.ContainsFunc(h.signed, func(row *db.SignOff) bool {
		return a.Member != uuid.Nil && row.MemberID == a.Member && hash != nil && row.ContentHash == *hash
	})
}

// current are the signatures that count: under the present content, and of nobody who has declared a conflict since.
func (h *hands) current(hash *string) []*db.SignOff {
	return slices.DeleteFunc(slices.Clone(h.signed), func(row *db.SignOff) bool { return !h.counts(row, hash) })
}

func (h *hands) counts(row *db.SignOff, hash *string) bool {
	steppedDown := func(one *db.Signer) bool {
		return one.State == enum.SignerStateConflicted && one.PartyID == row.PartyID && (one.MemberID == nil || *one.MemberID == row.MemberID)
	}
	return hash != nil && row.ContentHash == *hash && !slices.ContainsFunc(h.signers, steppedDown)
}

// filedIn tells which assessments were filed with the actor's party. Only a regulator has a statement run for it.
func (s *Service) filedIn(ctx context.Context, ask asking, a policy.Actor, ids []uuid.UUID, all map[uuid.UUID]*hands) error {
	if !a.Has(policy.Regulator) {
		return nil
	}
	in := s.store.AnyOf("a.id", ids)
	err := ask(ctx, "SELECT a.id FROM assessments a WHERE "+filedWith("a.id")+" AND "+in.SQL, append([]any{a.Stakeholder}, in.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		if h := all[id]; h != nil {
			h.filed = true
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read what was filed: %w", err)
	}
	return nil
}
