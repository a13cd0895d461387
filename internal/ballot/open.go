package ballot

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Plan is a ballot that is about to be opened.
type Plan struct {
	Proposal, Rule uuid.UUID
	ContentHash    string // of the version that the convenor has read
	ClosesAt       time.Time
	Listed         []decision.Listing
}

// Open opens a ballot: from now on proposal, rule and roll are what they are.
func (s *Service) Open(ctx context.Context, p Plan) (*act.Result, error) {
	var at access.Place
	frame := s.unnamed(s.Frame)
	var binds recount.Opened
	plain := frame.Entry
	frame.Entry = func(typ string, b placed) act.Entry {
		e := plain(typ, b)
		e.Payload = binds
		return e
	}
	var proposal *db.Proposal
	enter := func(ctx context.Context, tx *db.Tx) (_ access.Place, err error) {
		if proposal, err = s.proposals.Lock(ctx, tx, p.Proposal); err != nil {
			return at, err
		}
		return access.In(s.proposals, p.Proposal, &at)(ctx, tx)
	}
	return frame.Create(ctx, policy.OpenBallot, "ballot.opened", enter, func(ctx context.Context, tx *db.Tx) (placed, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return placed{}, err
		}
		now = now.UTC().Truncate(time.Microsecond)
		rule, err := s.rules.Ruled(ctx, tx, p.Rule)
		if err != nil {
			return placed{}, err
		}
		roll, without, err := s.check(ctx, tx, p, proposal, rule, now)
		if err != nil {
			return placed{}, err
		}
		row, err := s.keep(ctx, tx, p, proposal, rule, roll, without, now)
		if err != nil {
			return placed{}, err
		}
		if err := s.proposals.Decide(ctx, tx, proposal, enum.ProposalStateBallot); err != nil {
			return placed{}, err
		}
		binds = opened(row)
		return placed{Ballot: row, place: at, now: now}, nil
	})
}

// check refuses a ballot that cannot be held so, and gives its roll and how many electors have no seat.
func (s *Service) check(
	ctx context.Context, tx *db.Tx, p Plan, proposal *db.Proposal, rule *decision.Rule, now time.Time,
) (roll []recount.Seat, without int, err error) {
	var f fault.Form
	if p.ContentHash != proposal.ContentHash {
		f.Refuse("contentHash", enum.UserErrorCodeContentChanged, "this is not the present version of the proposal: read it again")
	}
	f.Add(s.again(ctx, tx, proposal))
	lacks, err := s.proposals.Ready(ctx, tx, proposal)
	if err != nil {
		return nil, 0, err
	}
	for _, lack := range lacks {
		f.Add(lack)
	}
	end, err := s.phaseEnd(ctx, tx, proposal.DialogueID, now)
	if err != nil {
		return nil, 0, err
	}
	Times{now, p.ClosesAt, end, rule.Document().Ballot.MinDays}.Check(&f)
	roll, without, err = s.roll(ctx, tx, proposal.DialogueID, rule, p.Listed, &f)
	if err != nil {
		return nil, 0, err
	}
	seats := map[string]int64{}
	for _, seat := range roll {
		seats[seat.Leaf]++
	}
	if err := decision.KeepsSecret(rule, seats); err != nil {
		f.Refuse("rule", enum.UserErrorCodeNotSecret, "%s", err)
	} else if err := decision.Passable(rule, seats); err != nil {
		f.Refuse("rule", enum.UserErrorCodeNotPassable, "%s", err)
	}
	return roll, without, f.Err()
}

// again refuses a second ballot on words that were rejected.
func (s *Service) again(ctx context.Context, tx *db.Tx, p *db.Proposal) error {
	const text = "SELECT COUNT(*) FROM ballots WHERE proposal_id = ? AND content_hash = ? AND outcome = 'REJECTED'"
	n := 0
	if err := s.Store.QueryTx(ctx, tx, text, []any{p.ID, p.ContentHash}, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
		return fmt.Errorf("look for earlier ballots: %w", err)
	}
	if n > 0 {
		return fault.InvalidField("proposal", enum.UserErrorCodeState, "these words were rejected: a new ballot needs a version with others").
			With(fault.Values{State: optional.Text(p.State)})
	}
	return nil
}

// phaseEnd is when the phase ends that holds now; nil for no planned end. It need not be the one that takes comments, which may be late.
func (s *Service) phaseEnd(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, now time.Time) (end *time.Time, err error) {
	const text = `SELECT p.closes_at, (SELECT n.opens_at FROM phases n WHERE n.dialogue_id = p.dialogue_id AND n.round = p.round AND n.position > p.position
		ORDER BY n.position LIMIT 1) FROM phases p JOIN dialogues d ON d.id = p.dialogue_id AND d.round = p.round
		WHERE p.dialogue_id = ? AND p.opens_at <= ? ORDER BY p.position DESC LIMIT 1`
	var own, next sql.NullTime
	if err := s.Store.QueryTx(ctx, tx, text, []any{dialogue, now}, func(r *sql.Rows) error { return r.Scan(&own, &next) }); err != nil {
		return nil, fmt.Errorf("read the end of the phase: %w", err)
	}
	for _, t := range []sql.NullTime{own, next} {
		if t.Valid {
			utc := t.Time.UTC()
			return &utc, nil
		}
	}
	return nil, nil
}

// elector is a party that may sit on a roll.
type elector struct {
	id            uuid.UUID
	handle, kind  string
	jurisdictions []string
}

// parties are the columns of a party that a roll needs.
var parties = store.TableOf[db.Stakeholder]().Only("id", "handle", "kind", "jurisdictions")

// electors are the active parties of a dialogue: those invited, or all of a public one.
func (s *Service) electors(ctx context.Context, tx *db.Tx, dialogue uuid.UUID) (all []elector, err error) {
	may := access.Electors("t", dialogue)
	text := "SELECT t." + strings.Join(parties.Columns, ", t.") + " FROM stakeholders t WHERE " + may.SQL + " ORDER BY t.id"
	err = s.Store.QueryTx(ctx, tx, text, may.Args, func(r *sql.Rows) error {
		row := new(db.Stakeholder)
		err := parties.Scan(r, row)
		all = append(all, elector{row.ID, row.Handle, string(row.Kind), row.Jurisdictions})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who may vote: %w", err)
	}
	return all, nil
}

// roll gives each elector the seat that the rule has for it.
func (s *Service) roll(
	ctx context.Context, tx *db.Tx, dialogue uuid.UUID, rule *decision.Rule, listed []decision.Listing, f *fault.Form,
) (roll []recount.Seat, without int, err error) {
	electors, err := s.electors(ctx, tx, dialogue)
	if err != nil {
		return nil, 0, err
	}
	leaves, there := rule.Seating(listed, f), map[string]bool{}
	for _, e := range electors {
		there[e.handle] = true
		leaf, ok := leaves[e.handle]
		if !ok {
			leaf, ok = rule.Seat(e.kind, e.jurisdictions)
		}
		if !ok {
			without++
			continue
		}
		roll = append(roll, recount.Seat{Leaf: leaf, Party: typeid.New("stakeholder", e.id).String()})
	}
	decision.Unseated(listed, func(handle string) bool { return there[handle] }, f)
	recount.SortSeats(roll, rule.Leaves())
	for i := range roll { // so that lists by id are in the order of the roll
		id, err := uuid.NewV7()
		if err != nil {
			return nil, 0, fmt.Errorf("name a seat: %w", err)
		}
		roll[i].ID = typeid.New("seat", id).String()
	}
	return roll, without, nil
}

// keep writes the ballot with its roll and, if it is secret, with its key.
func (s *Service) keep(
	ctx context.Context, tx *db.Tx, p Plan, proposal *db.Proposal, rule *decision.Rule, roll []recount.Seat, without int, now time.Time,
) (*db.Ballot, error) {
	root, err := recount.RollRoot(roll)
	if err != nil {
		return nil, err
	}
	terms := rule.Document().Ballot
	row, err := tx.Ballot.Create().SetProposalID(p.Proposal).SetDialogueID(proposal.DialogueID).SetConvenorID(policy.ActorFrom(ctx).Stakeholder).
		SetVersion(proposal.Version).SetContentHash(proposal.ContentHash).SetRuleID(p.Rule).SetRule(string(rule.Bytes())).SetRuleHash(rule.Hash()).
		SetSecrecy(enum.BallotSecrecy(terms.Secrecy)).SetAtOnce(terms.Reveal == decision.AtOnce).SetClosesAt(p.ClosesAt).SetRollRoot(root).
		SetSeats(len(roll)).SetWithoutSeat(without).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	const atOnce = 200
	for some := range slices.Chunk(roll, atOnce) {
		args := make([]any, 0, 4*len(some))
		for _, seat := range some {
			id, err := typeid.Parse("seat", seat.ID)
			if err != nil {
				return nil, err
			}
			party, err := typeid.Parse("stakeholder", seat.Party)
			if err != nil {
				return nil, err
			}
			args = append(args, id, row.ID, party, seat.Leaf)
		}
		text := "INSERT INTO ballot_seats (id, ballot_id, party_id, leaf) VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?), ", len(some)), ", ")
		if _, err := s.Store.Exec(ctx, tx, text, args...); err != nil {
			return nil, fmt.Errorf("keep the roll: %w", err)
		}
	}
	if row.Secrecy == enum.BallotSecrecySecret {
		sealed := s.log.Ring().Seal(keyContext(row.ID), keys.NewKey())
		if _, err := s.Store.Exec(ctx, tx, "INSERT INTO ballot_keys (id, sealed) VALUES (?, ?)", row.ID, sealed); err != nil {
			return nil, fmt.Errorf("keep the key of the ballot: %w", err)
		}
	}
	return row, nil
}

// keyContext binds the key of a ballot to it.
func keyContext(ballot uuid.UUID) string { return "ballot-key/" + ballot.String() }
