package ballot

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbballot "github.com/plenary-dialogue/plenary/ent/db/ballot"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	lookEvery = 2 * time.Second
	// leaseFor is longer than a count of a large ballot takes, and how long a count waits that a server left when it was killed.
	leaseFor = time.Minute
	// mostAtOnce is how many ballots are counted in one look.
	mostAtOnce = 50
	// againAfter is how long a count that failed waits.
	againAfter = time.Minute
	// rowsAtOnce keeps a statement at about 1,000 arguments.
	rowsAtOnce = 250
)

// Run counts the ballots that have closed until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "ballots", lookEvery, s.Turn) }

// Turn counts the ballots that have closed, if this server holds the lease, and then removes what counts have left in files.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	now, held, err := s.Store.Lease(ctx, "ballots", holder, leaseFor)
	if err != nil || !held {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("ballots"))
	if err := s.voidRestored(ctx); err != nil {
		return 0, err
	}
	closed, err := s.closed(ctx, now)
	if err != nil {
		return 0, err
	}
	for _, id := range closed {
		if s.paused(id, now) {
			continue
		}
		did := false
		wrong := s.Store.InTx(act.Collecting(ctx), func(ctx context.Context, tx *db.Tx) (err error) { did, err = s.count(ctx, tx, id); return err })
		if wrong != nil {
			wrong = fmt.Errorf("count %s: %w", typeid.New("ballot", id), wrong)
			s.pause(id, now.Add(againAfter))
		} else if did {
			n++
		}
		err = errors.Join(err, wrong)
	}
	return n, errors.Join(err, s.shred(ctx))
}

// paused tells whether the count of a ballot failed a moment ago: it reads all of it, and what is wrong with it does not mend itself.
func (s *Service) paused(id uuid.UUID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.refused[id])
}

func (s *Service) pause(id uuid.UUID, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[id] = until
}

// restored is why the server itself voids a ballot.
const restored = "The database was restored while this ballot was open: papers that were cast since may be lost."

// voidRestored ends the ballots that were open when the log was reopened after a restore: papers that were cast since are lost, and their
// receipts would prove a fraud that was none.
func (s *Service) voidRestored(ctx context.Context) error {
	var ids []uuid.UUID
	const text = `SELECT b.id FROM ballots b WHERE b.state = 'OPEN' AND EXISTS (SELECT 1 FROM acts a WHERE a.type = 'log.reopened' AND a.at > b.created_at) ORDER BY b.id`
	err := s.Store.Query(ctx, text, nil, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for ballots from before a restore: %w", err)
	}
	for _, id := range ids {
		err := s.Store.InTx(act.Collecting(ctx), func(ctx context.Context, tx *db.Tx) error {
			b, err := s.fetch(ctx, tx, id)
			if err != nil || b.State != enum.BallotStateOpen {
				return err
			}
			if err := policy.Check(ctx, policy.VoidBallot, s.Subject(policy.ActorFrom(ctx), b)); err != nil {
				return err
			}
			if b.Ballot, err = s.void(ctx, tx, b.Ballot, restored); err != nil {
				return err
			}
			_, err = s.log.Append(ctx, tx, policy.ActorFrom(ctx), s.unnamed(s.Because(restored)).Entry("ballot.voided", b))
			return err
		})
		if err != nil {
			return fmt.Errorf("void %s: %w", typeid.New("ballot", id), err)
		}
	}
	return nil
}

func (s *Service) closed(ctx context.Context, now time.Time) (ids []uuid.UUID, err error) {
	const text = "SELECT id FROM ballots WHERE state = 'OPEN' AND closes_at <= ? ORDER BY closes_at, id LIMIT ?"
	err = s.Store.Query(ctx, text, []any{now, mostAtOnce}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for ballots that have closed: %w", err)
	}
	return ids, nil
}

// count opens the papers of a ballot and keeps what they decide, in one transaction: it has happened or has not. Whoever casts a paper
// keeps the row of the ballot, so that no paper comes between.
func (s *Service) count(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	row, err := tx.Ballot.Query().Where(dbballot.ID(id), s.Store.ForUpdate).Only(ctx)
	if err != nil {
		return false, fmt.Errorf("load the ballot: %w", err)
	}
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return false, err
	}
	now = now.UTC().Truncate(time.Microsecond)
	if row.State != enum.BallotStateOpen || now.Before(row.ClosesAt) {
		return false, nil
	}
	actor := policy.SystemActor("ballots")
	if err := policy.Check(policy.WithActor(ctx, actor), policy.CountBallot, s.Subject(actor, placed{Ballot: row, now: now})); err != nil {
		return false, err
	}
	proposal, err := s.proposals.Lock(ctx, tx, row.ProposalID)
	if err != nil {
		return false, err
	}
	rule, err := ruleOf(row)
	if err != nil {
		return false, err
	}
	roll, err := s.rollOf(ctx, s.within(tx), row, rule)
	if err != nil {
		return false, err
	}
	if err := same(row, proposal, roll); err != nil {
		return false, err
	}
	if err := s.bound(ctx, row); err != nil {
		return false, err
	}
	papers, err := s.papersOf(ctx, tx, row, rule, roll)
	if err != nil {
		return false, err
	}
	return true, s.decide(ctx, tx, row, proposal, rule, roll, papers, now)
}

// same refuses to count what is not what the ballot was opened on.
func same(b *db.Ballot, p *db.Proposal, roll []recount.Seat) error {
	root, err := recount.RollRoot(roll)
	switch {
	case err != nil:
		return err
	case p.Version != b.Version || p.ContentHash != b.ContentHash:
		return errors.New("the proposal is not the version that the ballot is on")
	case root != b.RollRoot || len(roll) != b.Seats:
		return errors.New("the roll is not what it was when the ballot opened")
	}
	return nil
}

// bound refuses to count what the act that opened the ballot does not bind, once it has its place in the log.
func (s *Service) bound(ctx context.Context, b *db.Ballot) error {
	acts, err := s.log.OpenedOf(ctx, b.ID, "ballot.opened")
	if err != nil {
		return fmt.Errorf("read the act that opened the ballot: %w", err)
	}
	for _, a := range acts {
		var o recount.Opened
		if a.Payload == nil {
			return errors.New("the act that opened the ballot was changed")
		}
		if err := json.Unmarshal(a.Payload, &o); err != nil {
			return fmt.Errorf("read the act that opened the ballot: %w", err)
		}
		if o != opened(b) {
			return errors.New("the ballot is not what the act that opened it binds")
		}
	}
	return nil
}

// opened is what the act that opens a ballot binds.
func opened(b *db.Ballot) recount.Opened {
	return recount.Opened{
		Proposal: typeid.New("proposal", b.ProposalID).String(), Version: b.Version, ContentHash: b.ContentHash, RuleHash: b.RuleHash,
		RollRoot: b.RollRoot, Seats: b.Seats, Secrecy: string(b.Secrecy), ClosesAt: b.ClosesAt.UTC().Format(time.RFC3339Nano),
	}
}

// asks is how rows are read: inside a transaction, or outside of any.
type asks = func(ctx context.Context, text string, args []any, each func(*sql.Rows) error) error

func (s *Service) within(tx *db.Tx) asks {
	return func(ctx context.Context, text string, args []any, each func(*sql.Rows) error) error {
		return s.Store.QueryTx(ctx, tx, text, args, each)
	}
}

// rollOf reads the roll, in its order, with what was done from each seat.
func (s *Service) rollOf(ctx context.Context, ask asks, b *db.Ballot, rule *decision.Rule) (roll []recount.Seat, err error) {
	text := "SELECT " + strings.Join(seats.Columns, ", ") + " FROM ballot_seats WHERE ballot_id = ?"
	err = ask(ctx, text, []any{b.ID}, func(r *sql.Rows) error {
		row := new(db.BallotSeat)
		if err := seats.Scan(r, row); err != nil {
			return err
		}
		seat := recount.Seat{
			ID: typeid.New("seat", row.ID).String(), Leaf: row.Leaf, Party: typeid.New("stakeholder", row.PartyID).String(),
			Revision: row.Revision, Recused: row.Recused,
		}
		if row.ProxyID != nil {
			seat.Proxy = typeid.New("stakeholder", *row.ProxyID).String()
		}
		roll = append(roll, seat)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the roll: %w", err)
	}
	recount.SortSeats(roll, rule.Leaves())
	return roll, nil
}

// papersOf are the papers that are counted, in their order. Those of a secret ballot are opened here.
func (s *Service) papersOf(ctx context.Context, tx *db.Tx, b *db.Ballot, rule *decision.Rule, roll []recount.Seat) (papers []recount.Paper, err error) {
	if b.Secrecy == enum.BallotSecrecySecret {
		papers, err = s.unseal(ctx, tx, b, rule, roll)
	} else {
		papers, err = s.keptPapers(ctx, s.within(tx), b)
	}
	recount.SortPapers(papers)
	return papers, err
}

// keptPapers are the papers that are kept as they are: of an open ballot, or of one that was counted. One whose reason was erased with its
// author counts as it did.
func (s *Service) keptPapers(ctx context.Context, ask asks, b *db.Ballot) (papers []recount.Paper, err error) {
	const text = "SELECT id, tracker, leaf, choice, CASE WHEN reasoned THEN 1 ELSE 0 END FROM ballot_papers WHERE ballot_id = ?"
	err = ask(ctx, text, []any{b.ID}, func(r *sql.Rows) error {
		var seat uuid.UUID
		var p recount.Paper
		reasoned := 0
		if err := r.Scan(&seat, &p.Tracker, &p.Leaf, &p.Choice, &reasoned); err != nil {
			return err
		}
		if p.Reasoned = reasoned == 1; p.Tracker == "" {
			p.Seat = typeid.New("seat", seat).String()
		}
		papers = append(papers, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the papers: %w", err)
	}
	recount.SortPapers(papers)
	return papers, nil
}

// unseal opens the papers of a secret ballot, but for those of a leaf in which fewer parties than the floor have cast.
func (s *Service) unseal(ctx context.Context, tx *db.Tx, b *db.Ballot, rule *decision.Rule, roll []recount.Seat) (papers []recount.Paper, err error) {
	key, err := s.keyOf(ctx, tx, b.ID)
	if err != nil {
		return nil, err
	}
	bySeat := make(map[uuid.UUID]recount.Seat, len(roll))
	casters := map[string]map[string]bool{}
	for _, seat := range roll {
		id, err := typeid.Parse("seat", seat.ID)
		if err != nil {
			return nil, err
		}
		bySeat[id] = seat
		if seat.Revision > 0 && !seat.Recused {
			if casters[seat.Leaf] == nil {
				casters[seat.Leaf] = map[string]bool{}
			}
			casters[seat.Leaf][or(seat.Proxy, seat.Party)] = true
		}
	}
	cast, err := s.castBy(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	opened := 0
	const text = "SELECT id, revision, sealed FROM sealed_papers WHERE ballot_id = ?"
	err = s.Store.QueryTx(ctx, tx, text, []any{b.ID}, func(r *sql.Rows) error {
		var id uuid.UUID
		var revision int
		var sealed []byte
		if err := r.Scan(&id, &revision, &sealed); err != nil {
			return err
		}
		opened++
		seat, there := bySeat[id]
		if !there || seat.Revision != revision {
			return fmt.Errorf("the sealed paper of %s is not its last one", typeid.New("seat", id))
		}
		if sum := sha256.Sum256(sealed); cast[seat.ID].Revision == revision && cast[seat.ID].Sealed != hex.EncodeToString(sum[:]) {
			return fmt.Errorf("the sealed paper of %s is not the one that its act names", seat.ID)
		}
		if seat.Recused || len(casters[seat.Leaf]) < rule.Document().Ballot.SecrecyFloor {
			return nil
		}
		plain, err := key.Open(paperContext(b.ID, id, revision), sealed)
		if err != nil {
			return fmt.Errorf("the sealed paper of %s was changed: %w", typeid.New("seat", id), err)
		}
		choice, nonce, err := unpadded(plain)
		if err != nil {
			return err
		}
		papers = append(papers, recount.Paper{Tracker: tracker(b.ID, id, nonce), Leaf: seat.Leaf, Choice: choice})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the papers: %w", err)
	}
	given := 0
	for _, seat := range roll {
		if seat.Revision > 0 {
			given++
		}
	}
	if opened != given {
		return nil, fmt.Errorf("%d seats have cast a paper, and %d sealed papers are there", given, opened)
	}
	return papers, nil
}

// mark is what the act of a cast says of what was sealed.
type mark struct {
	Seat     string `json:"seat"`
	Revision int    `json:"revision"`
	Sealed   string `json:"sealed"`
}

// castBy is what the last act of each seat says, as far as it has its place in the log and can still be opened.
func (s *Service) castBy(ctx context.Context, ballot uuid.UUID) (map[string]mark, error) {
	acts, err := s.log.OpenedOf(ctx, ballot, "ballot.cast")
	if err != nil {
		return nil, fmt.Errorf("read the acts of casts: %w", err)
	}
	last := make(map[string]mark, len(acts))
	for _, a := range acts {
		var m mark
		if a.Payload == nil || json.Unmarshal(a.Payload, &m) != nil {
			continue
		}
		if m.Revision > last[m.Seat].Revision {
			last[m.Seat] = m
		}
	}
	return last, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// decide keeps what the papers decide, with the act that binds it, and destroys what is not kept.
func (s *Service) decide(
	ctx context.Context, tx *db.Tx, b *db.Ballot, p *db.Proposal, rule *decision.Rule, roll []recount.Seat, papers []recount.Paper, now time.Time,
) error {
	result, err := recount.Count(rule, roll, papers)
	if err != nil {
		return err
	}
	counted := recount.Counted{Papers: len(papers), Outcome: result.Outcome}
	if counted.PapersRoot, err = recount.Root(papers); err != nil {
		return err
	}
	if counted.SeatsRoot, err = recount.Root(roll); err != nil {
		return err
	}
	if counted.ResultHash, err = recount.Hash(result); err != nil {
		return err
	}
	return s.conclude(ctx, tx, b, p, conclusion{result: result, counted: counted, papers: papers, at: now})
}

// conclusion is what a count has led to.
type conclusion struct {
	result  *decision.Result
	counted recount.Counted
	papers  []recount.Paper
	at      time.Time
	reason  string // why it is kept only now; empty for a count
}

// conclude keeps the outcome of a count with the act that binds it, destroys what was sealed, and takes the proposal to where it leads.
func (s *Service) conclude(ctx context.Context, tx *db.Tx, b *db.Ballot, p *db.Proposal, c conclusion) error {
	text, err := recount.Canonical(c.result)
	if err != nil {
		return err
	}
	secret := b.Secrecy == enum.BallotSecrecySecret
	if secret {
		if err := s.keepCounted(ctx, tx, b.ID, c.papers); err != nil {
			return err
		}
	}
	if err := s.destroy(ctx, tx, b.ID); err != nil {
		return err
	}
	outcome := enum.DecisionOutcome(c.result.Outcome)
	row, err := s.revised(b).SetState(enum.BallotStateCounted).SetStateReason("").SetOutcome(outcome).SetResult(optional.Text(text)).
		SetPapers(len(c.papers)).SetCountedAt(c.at).SetShredded(!secret).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep the result: %w", err)
	}
	e := entry("ballot.counted", placed{Ballot: row})
	e.Payload, e.Reason = c.counted.Members(), c.reason
	if _, err := s.log.Append(ctx, tx, policy.SystemActor("ballots"), e); err != nil {
		return fmt.Errorf("say what was decided: %w", err)
	}
	return s.proposals.Decide(ctx, tx, p, After(outcome))
}

// keepCounted writes papers in the order of their trackers, in which nothing shows whose they are.
func (s *Service) keepCounted(ctx context.Context, tx *db.Tx, ballot uuid.UUID, papers []recount.Paper) error {
	for some := range slices.Chunk(papers, rowsAtOnce) {
		args := make([]any, 0, 5*len(some))
		for _, p := range some {
			id, err := nameOf(p.Tracker)
			if err != nil {
				return err
			}
			args = append(args, id, ballot, p.Tracker, p.Leaf, p.Choice)
		}
		text := "INSERT INTO ballot_papers (id, ballot_id, tracker, leaf, choice) VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?), ", len(some)), ", ")
		if _, err := s.Store.Exec(ctx, tx, text, args...); err != nil {
			return fmt.Errorf("keep the counted papers: %w", err)
		}
	}
	return nil
}

// nameOf is the id of a counted paper of a secret ballot: it tells nothing that its tracker does not.
func nameOf(tracker string) (id uuid.UUID, err error) {
	b, err := hex.DecodeString(tracker)
	if err == nil && len(b) < len(id) {
		err = errors.New("a tracker is too short")
	}
	if err == nil {
		copy(id[:], b)
	}
	return id, err
}

// destroy deletes the sealed papers and the key of a ballot; shred removes what is left of them in files.
func (s *Service) destroy(ctx context.Context, tx *db.Tx, ballot uuid.UUID) error {
	for _, text := range []string{"DELETE FROM sealed_papers WHERE ballot_id = ?", "DELETE FROM ballot_keys WHERE id = ?"} {
		if _, err := s.Store.Exec(ctx, tx, text, ballot); err != nil {
			return fmt.Errorf("destroy sealed papers and the key: %w", err)
		}
	}
	return nil
}

// shred removes from the files of the database what was destroyed, and notes for which ballots this is done.
func (s *Service) shred(ctx context.Context) error {
	var ids []uuid.UUID
	err := s.Store.Query(ctx, "SELECT id FROM ballots WHERE shredded = FALSE", nil, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := s.Store.ShredColumn(ctx, "sealed", "sealed_papers", "ballot_keys"); err != nil {
		return fmt.Errorf("remove destroyed papers and keys from the files of the database: %w", err)
	}
	done := s.Store.AnyOf("id", ids) // another server may have ended a ballot meanwhile
	return s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Store.Exec(ctx, tx, "UPDATE ballots SET shredded = TRUE WHERE "+done.SQL, done.Args...)
		return err
	})
}
