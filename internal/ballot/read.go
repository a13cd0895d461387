package ballot

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of ballots.
type Page = store.Page[*db.Ballot]

// Edge is an entry of a page of ballots.
type Edge = store.Edge[*db.Ballot]

// SeatPage is a page of seats.
type SeatPage = store.Page[*db.BallotSeat]

// SeatEdge is an entry of a page of seats.
type SeatEdge = store.Edge[*db.BallotSeat]

// PaperPage is a page of papers.
type PaperPage = store.Page[*db.BallotPaper]

// PaperEdge is an entry of a page of papers.
type PaperEdge = store.Edge[*db.BallotPaper]

// nounOf says what the policy needs to know of a ballot on one of these proposals.
func nounOf(of Proposals) access.Noun[db.Ballot, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(b placed) access.Place { return b.place })
	}
	return access.Noun[db.Ballot, placed]{
		Resource: policy.Ballot, Table: store.TableOf[db.Ballot]().Without("rule"), Row: func(b placed) *db.Ballot { return b.Ballot },
		Around: func(b placed) access.Place { return b.place },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Convenor, "convenor_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
			around(policy.DialogueOpen),
			{Fact: policy.Seated, Holds: func(_ policy.Actor, b placed) bool { return b.proxy || b.seat != nil && !b.seat.Recused }},
			{Fact: policy.Polling, Holds: func(_ policy.Actor, b placed) bool { return b.now.Before(b.ClosesAt) }},
			{Fact: policy.Uncast, Holds: func(_ policy.Actor, b placed) bool { return b.seat == nil || b.seat.Revision == 0 }},
			{Fact: policy.Contestable, Holds: func(_ policy.Actor, b placed) bool { return b.now.Before(b.ClosesAt.Add(-rollOpenUntil)) }},
			{Fact: policy.Delegable, Holds: func(_ policy.Actor, b placed) bool { return b.proxies > 0 }},
			{Fact: policy.AnswerOwed, Holds: func(_ policy.Actor, b placed) bool {
				return b.Outcome == enum.DecisionOutcomeAdoptedOnceAnswered && b.AnsweredAt == nil
			}},
		},
	}
}

// Of reads a page of the ballots on each proposal, newest first. The proposals are visible already.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "proposal_id", proposals, page)
}

// Waiting reads the ballots that wait for the viewer: those in which its party has a seat and no paper was cast from it, and those of
// which its party owes an answer, longest first.
func (s *Service) Waiting(ctx context.Context, most int) ([]*db.Ballot, error) {
	const wait = `(t.outcome = 'ADOPTED_ONCE_ANSWERED' AND t.answered_at IS NULL OR t.state = 'OPEN' AND EXISTS (SELECT 1 FROM ballot_seats w
		WHERE w.ballot_id = t.id AND w.party_id = ? AND w.revision = 0 AND NOT w.recused))`
	return s.WaitingIf(ctx, most, store.Where(wait, policy.ActorFrom(ctx).Stakeholder))
}

// Can tells what the viewer can do with each ballot.
func (s *Service) Can(ctx context.Context, rows []*db.Ballot) ([][]*policy.Decision, error) {
	all, err := s.place(ctx, rows)
	if err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

func (s *Service) place(ctx context.Context, rows []*db.Ballot) ([]placed, error) {
	proposals, ids := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	for i, row := range rows {
		proposals[i], ids[i] = row.ProposalID, row.ID
	}
	places, err := s.proposals.Places(ctx, proposals)
	if err != nil {
		return nil, err
	}
	own, err := s.seatsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{Ballot: row, place: places[row.ProposalID], now: s.clock.Now()}
		if seat := own[row.ID]; seat != nil {
			all[i].seat, all[i].proxies = &seat.BallotSeat, proxiesBy(seat.rule)
		}
	}
	return all, nil
}

// ruled is a seat with the rule of its ballot.
type ruled struct {
	db.BallotSeat
	rule string
}

// seatsOf reads the seat of the viewer's party in each ballot.
func (s *Service) seatsOf(ctx context.Context, ballots []uuid.UUID) (map[uuid.UUID]*ruled, error) {
	own := map[uuid.UUID]*ruled{}
	party := policy.ActorFrom(ctx).Stakeholder
	if party == uuid.Nil {
		return own, nil
	}
	in := s.Store.AnyOf("t.ballot_id", ballots)
	text := "SELECT t." + strings.Join(seats.Columns, ", t.") + ", b.rule FROM ballot_seats t JOIN ballots b ON b.id = t.ballot_id WHERE t.party_id = ? AND " + in.SQL
	err := s.Store.Query(ctx, text, append([]any{party}, in.Args...), func(r *sql.Rows) error {
		row := new(ruled)
		err := seats.Scan(r, &row.BallotSeat, &row.rule)
		own[row.BallotID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the seats of a party: %w", err)
	}
	return own, nil
}

// shown asks of a ballot b that what was cast may be seen: it was counted, or its rule shows papers at once.
const shown = "(b.state = 'COUNTED' OR b.at_once)"

// Roll reads a page of the seats of each ballot. The ballots are visible already.
func (s *Service) Roll(ctx context.Context, ballots []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*SeatPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.Store, store.List[db.BallotSeat]{
		Table: seats, Parent: "t.ballot_id", ActsNameParent: true, Where: store.Always(), Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, ballots)
}

var papers = store.TableOf[db.BallotPaper]()

// Papers reads a page of the papers of each ballot: none while they may not be seen. The ballots are visible already.
func (s *Service) Papers(ctx context.Context, ballots []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*PaperPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.Store, store.List[db.BallotPaper]{
		Table: papers, Parent: "t.ballot_id", ActsNameParent: true, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
		Where: store.Where("EXISTS (SELECT 1 FROM ballots b WHERE b.id = t.ballot_id AND " + shown + ")"),
	}, ballots)
}

// Done is what was done from a seat, once it may be seen.
type Done struct {
	Cast  bool
	Proxy *uuid.UUID
}

// DoneFrom tells what was done from each seat; nil for one of a ballot that does not show it yet.
func (s *Service) DoneFrom(ctx context.Context, rows []*db.BallotSeat) ([]*Done, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	in := s.Store.AnyOf("t.id", ids)
	found := map[uuid.UUID]*Done{}
	text := "SELECT t.id, t.revision, t.proxy_id FROM ballot_seats t JOIN ballots b ON b.id = t.ballot_id WHERE " + shown + " AND " + in.SQL
	err := s.Store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var revision int
		var proxy uuid.NullUUID
		err := r.Scan(&id, &revision, &proxy)
		one := &Done{Cast: revision > 0}
		if proxy.Valid {
			one.Proxy = &proxy.UUID
		}
		found[id] = one
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was cast: %w", err)
	}
	out := make([]*Done, len(rows))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// Turnout is how many of a leaf have cast. While a ballot is open, the number is rounded down to fives, so that no single paper shows.
type Turnout struct {
	Leaf     string
	Eligible int32
	Cast     int32
}

// TurnoutOf counts the papers of each ballot, by leaf in the order of the roll.
func (s *Service) TurnoutOf(ctx context.Context, rows []*db.Ballot) ([][]*Turnout, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	in := s.Store.AnyOf("t.ballot_id", ids)
	found := map[uuid.UUID][]*Turnout{}
	text := `SELECT t.ballot_id, t.leaf, COUNT(CASE WHEN NOT t.recused THEN 1 END), COUNT(CASE WHEN NOT t.recused AND t.revision > 0 THEN 1 END), ` +
		"MAX(CASE WHEN " + shown + " THEN 1 ELSE 0 END) FROM ballot_seats t JOIN ballots b ON b.id = t.ballot_id WHERE " + in.SQL +
		" GROUP BY t.ballot_id, t.leaf ORDER BY t.ballot_id, t.leaf"
	err := s.Store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		one, exact, cast := &Turnout{}, 0, 0
		if err := r.Scan(&id, &one.Leaf, &one.Eligible, &cast, &exact); err != nil {
			return err
		}
		if exact == 0 {
			cast = Steps(cast)
		}
		one.Cast = int32(cast)
		found[id] = append(found[id], one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the turnout: %w", err)
	}
	out := make([][]*Turnout, len(rows))
	for i, id := range ids {
		if out[i] = found[id]; out[i] == nil {
			out[i] = []*Turnout{}
		}
	}
	return out, nil
}

// OwnSeat is the viewer's party in a ballot.
type OwnSeat struct {
	Leaf     string
	Weight   string // what its paper weighs if everybody casts
	Revision int32
	Choice   *string // of an open ballot
	Reason   optional.Text
	ByProxy  *uuid.UUID // who cast its last paper
	Holder   *uuid.UUID // who may cast for it
	HoldsFor []typeid.ID
	Recused  bool
	Notices  []string // what the viewer should know before it votes
}

// OwnSeats reads what each ballot tells the viewer's party alone.
func (s *Service) OwnSeats(ctx context.Context, rows []*db.Ballot) ([]*OwnSeat, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	out := make([]*OwnSeat, len(rows))
	own, err := s.seatsOf(ctx, ids)
	if err != nil || len(own) == 0 {
		return out, err
	}
	store.KeepNothing(ctx) // it is for one party, and changes with what others do
	turnout, err := s.TurnoutOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	held, err := s.heldBy(ctx, ids)
	if err != nil {
		return nil, err
	}
	told, err := s.toldTo(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		seat := own[row.ID]
		if seat == nil {
			continue
		}
		t := told[row.ID]
		out[i] = &OwnSeat{
			Leaf: seat.Leaf, Weight: weight(t.rule, seat.Leaf, turnout[i]), Revision: int32(seat.Revision), Choice: t.choice.Pointer(), Reason: t.reason,
			ByProxy: seat.ProxyID, Holder: seat.HolderID, HoldsFor: held[row.ID], Recused: seat.Recused, Notices: notices(t.rule, seat.Leaf),
		}
		if out[i].HoldsFor == nil {
			out[i].HoldsFor = []typeid.ID{}
		}
	}
	return out, nil
}

// heldBy are the parties whose papers are in the hands of the viewer's, by ballot.
func (s *Service) heldBy(ctx context.Context, ballots []uuid.UUID) (map[uuid.UUID][]typeid.ID, error) {
	in, held := s.Store.AnyOf("ballot_id", ballots), map[uuid.UUID][]typeid.ID{}
	text := "SELECT ballot_id, party_id FROM ballot_seats WHERE holder_id = ? AND " + in.SQL + " ORDER BY ballot_id, party_id"
	err := s.Store.Query(ctx, text, append([]any{policy.ActorFrom(ctx).Stakeholder}, in.Args...), func(r *sql.Rows) error {
		var ballot, party uuid.UUID
		err := r.Scan(&ballot, &party)
		held[ballot] = append(held[ballot], typeid.New(string(policy.Stakeholder), party))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read whose papers a party holds: %w", err)
	}
	return held, nil
}

// toSeat is what a ballot tells a seat: its rule, and of an open ballot the paper.
type toSeat struct {
	rule           *decision.Rule
	choice, reason optional.Text
}

func (s *Service) toldTo(ctx context.Context, ballots []uuid.UUID) (map[uuid.UUID]toSeat, error) {
	in, told := s.Store.AnyOf("b.id", ballots), map[uuid.UUID]toSeat{}
	text := `SELECT b.id, b.rule, COALESCE(p.choice, ''), COALESCE(p.reason, '') FROM ballots b
		LEFT JOIN ballot_papers p ON p.ballot_id = b.id AND p.party_id = ? WHERE ` + in.SQL
	err := s.Store.Query(ctx, text, append([]any{policy.ActorFrom(ctx).Stakeholder}, in.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		var document string
		var t toSeat
		if err := r.Scan(&id, &document, &t.choice, &t.reason); err != nil {
			return err
		}
		rule, faults := decision.Parse([]byte(document))
		if len(faults) > 0 {
			return fmt.Errorf("read the rule of %s: %w", typeid.New("ballot", id), faults[0])
		}
		t.rule = rule
		told[id] = t
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what a seat is told: %w", err)
	}
	return told, nil
}

// weight is what one paper of a leaf weighs if everybody on the roll casts, who is not recused.
func weight(rule *decision.Rule, leaf string, roll []*Turnout) string {
	members := map[string]int64{}
	for _, t := range roll {
		members[t.Leaf] = int64(t.Eligible)
	}
	share := rule.ShareOf(leaf, members)
	if members[leaf] == 0 || share == nil {
		return "0"
	}
	return new(big.Rat).Quo(share, big.NewRat(members[leaf], 1)).RatString()
}

// notices are what a voter should know before it votes.
func notices(rule *decision.Rule, leaf string) []string {
	b := rule.Document().Ballot
	var all []string
	if b.Secrecy == decision.Secret {
		all = append(all,
			"Nobody can tell afterwards what you chose. The published roll says that your party has cast a paper.",
			fmt.Sprintf("If fewer than %d parties of %s cast, their papers are destroyed unopened: they count as cast, and for no choice. A blank paper counts as cast.",
				b.SecrecyFloor, leaf),
			"Keep the nonce and the receipt: with them you find your paper in the published result. Whoever has the nonce can prove what you chose.")
	} else if b.Reveal == decision.AtOnce {
		all = append(all, "Your choice and its reason are public as soon as you cast.")
	} else {
		all = append(all, "Your choice and its reason are hidden until the ballot closes, and public with your party's name afterwards.")
	}
	if !b.Changeable {
		all = append(all, "A paper cannot be changed once it is cast.")
	}
	if len(b.ReasonsFor) > 0 {
		all = append(all, "These choices count only with a reason: "+strings.Join(b.ReasonsFor, ", ")+".")
	}
	return all
}

// AnswerDue is until when the convenor has to answer an objection; nil where none is owed.
func AnswerDue(b *db.Ballot) *time.Time {
	if b.Outcome != enum.DecisionOutcomeAdoptedOnceAnswered || b.CountedAt == nil {
		return nil
	}
	return new(b.CountedAt.Add(answerWithin))
}

var objections = store.TableOf[db.RollObjection]()

// Objections reads what parties say against the roll of each ballot, oldest first. The ballots are visible already.
func (s *Service) Objections(ctx context.Context, ballots []uuid.UUID) (map[uuid.UUID][]*db.RollObjection, error) {
	found := make(map[uuid.UUID][]*db.RollObjection, len(ballots))
	in := s.Store.AnyOf("ballot_id", ballots)
	text := "SELECT " + strings.Join(objections.Columns, ", ") + " FROM roll_objections WHERE " + in.SQL + " ORDER BY ballot_id, id"
	err := s.Store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		row := new(db.RollObjection)
		err := objections.Scan(r, row)
		found[row.BallotID] = append(found[row.BallotID], row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read objections to a roll: %w", err)
	}
	return found, nil
}
