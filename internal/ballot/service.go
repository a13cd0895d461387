package ballot

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbballot "github.com/plenary-dialogue/plenary/ent/db/ballot"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about ballots.
var acts = []act.Type{
	{Name: "ballot.opened"},
	{Name: "ballot.cast"},
	{Name: "ballot.proxy_appointed"},
	{Name: "ballot.proxy_revoked"},
	{Name: "ballot.recused"},
	{Name: "ballot.roll_objected"},
	{Name: "ballot.voided"},
	{Name: "ballot.counted"},
	{Name: "ballot.answered"},
}

// Proposals are what ballots are held on.
type Proposals interface {
	// Place loads one inside a use case, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// Lock loads one inside a use case, and locks it.
	Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Proposal, error)
	// Ready says what keeps a ballot from being opened on one that was locked.
	Ready(ctx context.Context, tx *db.Tx, p *db.Proposal) ([]*fault.Fault, error)
	// Decide takes one that was locked to a state that a ballot gives it.
	Decide(ctx context.Context, tx *db.Tx, p *db.Proposal, to enum.ProposalState) error
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Rules are what ballots are held under.
type Rules interface {
	// Ruled loads one inside a use case that a dialogue's convenor may use.
	Ruled(ctx context.Context, tx *db.Tx, id uuid.UUID) (*decision.Rule, error)
}

// Log is where use cases and the server itself write acts, and what signs receipts.
type Log interface {
	access.Appender
	// Sign signs a text with the log's keys, as a note.
	Sign(text string) (string, error)
	// WriteOf writes the acts of some types on a subject as a bundle, each with its proof, and what follows them.
	WriteOf(ctx context.Context, w io.Writer, subject uuid.UUID, types []string, from int64, then func(*bundle.Writer) error) error
	// OpenedOf returns the acts of some types on a subject, in order, with their sealed contents opened.
	OpenedOf(ctx context.Context, subject uuid.UUID, types ...string) ([]*bundle.Act, error)
	// Ended tells how an earlier origin of the log ended: the last checkpoint that was known when it did, and the place from which on its
	// acts were lost; 0 for an origin that has not ended.
	Ended(ctx context.Context, origin string) (last bundle.Checkpoint, lost int64, err error)
	// Ring holds the keys outside the database.
	Ring() *keys.Ring
}

// Service holds the use cases of ballots.
type Service struct {
	access.Frame[db.Ballot, placed]
	clock     clock.Clock
	log       Log
	proposals Proposals
	rules     Rules

	mu      sync.Mutex
	refused map[uuid.UUID]time.Time // ballots that could not be counted, and when this is tried again
}

// New makes the service.
func New(s *store.Store, l Log, c clock.Clock, of Proposals, rules Rules) *Service {
	n := &Service{clock: c, log: l, proposals: of, rules: rules, refused: map[uuid.UUID]time.Time{}}
	n.Frame = access.Frame[db.Ballot, placed]{Noun: nounOf(of), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// placed is a ballot where it is held, with the seat from which the actor acts.
type placed struct {
	*db.Ballot
	place   access.Place
	seat    *db.BallotSeat // nil for none
	proxies int            // how many proxies a party may hold by the rule, where the actor has a seat
	proxy   bool           // the actor casts for another party: whether it may, its paper says
	key     []byte         // of a secret ballot, sealed, where the actor has a seat
	now     time.Time      // by the clock of the database, after the locks
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	return s.load(ctx, tx, id, policy.ActorFrom(ctx).Stakeholder, s.Store.ForUpdate)
}

// load loads a ballot with the seat of a party. Whoever casts a paper only keeps the ballot as it is, so that many can at once; the seat is
// locked.
func (s *Service) load(ctx context.Context, tx *db.Tx, id, party uuid.UUID, lock dbballot.Predicate) (placed, error) {
	row, err := tx.Ballot.Query().Where(dbballot.ID(id), lock).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	p := placed{Ballot: row}
	if p.place, err = s.proposals.Place(ctx, tx, row.ProposalID); err != nil {
		return p, err
	}
	p.proxies = proxiesBy(row.Rule)
	if err := s.seat(ctx, tx, &p, party); err != nil || p.seat != nil {
		return p, err
	}
	now, err := s.Store.Now(ctx, tx)
	p.now = now.UTC().Truncate(time.Microsecond)
	return p, err
}

var seats = store.TableOf[db.BallotSeat]()

// seat loads the seat of a party, if it has one, and locks it; in the same statement the time after that lock, and the sealed key of a
// secret ballot.
func (s *Service) seat(ctx context.Context, tx *db.Tx, p *placed, party uuid.UUID) error {
	if party == uuid.Nil {
		return nil
	}
	text := "SELECT t." + strings.Join(seats.Columns, ", t.") + ", k.sealed AS ballot_key FROM ballot_seats t LEFT JOIN ballot_keys k ON k.id = t.ballot_id " +
		"WHERE t.ballot_id = ? AND t.party_id = ?"
	if s.Store.IsPostgres() {
		text += " FOR UPDATE OF t"
	}
	text = "SELECT x.*, " + s.Store.Clock() + " FROM (" + text + ") x"
	err := s.Store.QueryTx(ctx, tx, text, []any{p.ID, party}, func(r *sql.Rows) error {
		p.seat = new(db.BallotSeat)
		var now sql.NullTime
		err := seats.Scan(r, p.seat, &p.key, &now)
		p.now = s.Store.Told(now)
		return err
	})
	if err != nil {
		return fmt.Errorf("load the seat: %w", err)
	}
	return nil
}

// Void ends a ballot without a count: its papers and its key are destroyed unopened, and the proposal is open again.
func (s *Service) Void(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.unnamed(s.Because(reason)).Change(ctx, policy.VoidBallot, id, expected, "ballot.voided", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		return s.void(ctx, tx, b.Ballot, reason)
	})
}

func (s *Service) void(ctx context.Context, tx *db.Tx, b *db.Ballot, reason string) (*db.Ballot, error) {
	if err := s.destroy(ctx, tx, b.ID); err != nil {
		return nil, err
	}
	if _, err := s.Store.Exec(ctx, tx, "DELETE FROM ballot_papers WHERE ballot_id = ?", b.ID); err != nil {
		return nil, fmt.Errorf("destroy papers: %w", err)
	}
	p, err := s.proposals.Lock(ctx, tx, b.ProposalID)
	if err != nil {
		return nil, err
	}
	if err := s.proposals.Decide(ctx, tx, p, enum.ProposalStateOpen); err != nil {
		return nil, err
	}
	return s.revised(b).SetState(enum.BallotStateVoid).SetStateReason(optional.Text(reason)).SetShredded(b.Secrecy == enum.BallotSecrecyOpen).Save(ctx)
}

// Answer answers the objection on which the adoption waits. Then the proposal is adopted.
func (s *Service) Answer(ctx context.Context, id uuid.UUID, text string, expected *int32) (*act.Result, error) {
	var f fault.Form
	text = f.Text("text", text, 20_000)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Because(text).Change(ctx, policy.AnswerObjection, id, expected, "ballot.answered", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		p, err := s.proposals.Lock(ctx, tx, b.ProposalID)
		if err != nil {
			return nil, err
		}
		if err := s.proposals.Decide(ctx, tx, p, enum.ProposalStateAdopted); err != nil {
			return nil, err
		}
		return s.revised(b.Ballot).SetAnswer(optional.Text(text)).SetAnsweredAt(b.now).Save(ctx)
	})
}

// Recuse takes the actor's party out of every count, before its paper. It stays out.
func (s *Service) Recuse(ctx context.Context, id uuid.UUID, reason string) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.RecuseFromBallot, id, nil, "ballot.recused", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		return b.Ballot, s.recuse(ctx, tx, id, b.seat.ID, b.seat.PartyID, reason)
	})
}

func (s *Service) recuse(ctx context.Context, tx *db.Tx, ballot, seat, party uuid.UUID, reason string) error {
	const out = "UPDATE ballot_seats SET recused = TRUE, recusal = ?, holder_id = NULL WHERE id = ?"
	if _, err := s.Store.Exec(ctx, tx, out, reason, seat); err != nil {
		return fmt.Errorf("recuse a party: %w", err)
	}
	const back = "UPDATE ballot_seats SET holder_id = NULL WHERE ballot_id = ? AND holder_id = ?" // nor does it vote for others
	if _, err := s.Store.Exec(ctx, tx, back, ballot, party); err != nil {
		return fmt.Errorf("give proxies back: %w", err)
	}
	return nil
}

// Object says something against the roll, once for each party.
func (s *Service) Object(ctx context.Context, id uuid.UUID, text string) (*act.Result, error) {
	var f fault.Form
	text = f.Text("text", text, 5000)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Because(text).Change(ctx, policy.ObjectToRoll, id, nil, "ballot.roll_objected", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		const insert = `INSERT INTO roll_objections (id, ballot_id, party_id, text, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ballot_id, party_id) DO NOTHING`
		n, err := s.Store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), id, policy.ActorFrom(ctx).Stakeholder, text, s.clock.Now())
		if err != nil {
			return nil, fmt.Errorf("keep the objection: %w", err)
		}
		if n == 0 {
			return nil, fault.NothingToDo("your party has objected to this roll already")
		}
		return b.Ballot, nil
	})
}

// Appoint puts the paper of the actor's party into another's hands.
func (s *Service) Appoint(ctx context.Context, id, holder uuid.UUID) (*act.Result, error) {
	return s.own().Change(ctx, policy.AppointProxy, id, nil, "ballot.proxy_appointed", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		rule, err := ruleOf(b.Ballot)
		if err != nil {
			return nil, err
		}
		if b.seat.Revision > 0 { // whom it appointed now would learn that
			return nil, fault.InvalidField("holder", enum.UserErrorCodeAlreadyVoted, "a paper was cast for your party already: if the rule lets you change it, do so yourself")
		}
		party := policy.ActorFrom(ctx).Stakeholder
		p := Proxied{MaxProxies: rule.Document().Ballot.MaxProxies, Self: holder == party}
		const facts = `SELECT COUNT(CASE WHEN party_id = ? AND NOT recused THEN 1 END), COUNT(CASE WHEN holder_id = ? THEN 1 END),
			COUNT(CASE WHEN holder_id = ? THEN 1 END), COUNT(CASE WHEN party_id = ? AND holder_id IS NOT NULL THEN 1 END)
			FROM ballot_seats WHERE ballot_id = ? AND (party_id = ? OR holder_id IN (?, ?))`
		var seated, own, gave int
		err = s.Store.QueryTx(ctx, tx, facts, []any{holder, holder, party, holder, id, holder, holder, party}, func(r *sql.Rows) error {
			return r.Scan(&seated, &p.Held, &own, &gave)
		})
		if err != nil {
			return nil, fmt.Errorf("read the proxies: %w", err)
		}
		p.Seated, p.Holds, p.Gave = seated > 0, own > 0, gave > 0
		var f fault.Form
		p.Check(&f)
		if err := f.Err(); err != nil {
			return nil, err
		}
		return b.Ballot, s.hold(ctx, tx, b.seat.ID, &holder)
	})
}

// Revoke takes the paper of the actor's party back. A paper that the proxy has cast stays until the party casts its own.
func (s *Service) Revoke(ctx context.Context, id uuid.UUID) (*act.Result, error) {
	return s.own().Change(ctx, policy.RevokeProxy, id, nil, "ballot.proxy_revoked", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		if b.seat.HolderID == nil {
			return nil, fault.NothingToDo("your party has no proxy in this ballot")
		}
		return b.Ballot, s.hold(ctx, tx, b.seat.ID, nil)
	})
}

func (s *Service) hold(ctx context.Context, tx *db.Tx, seat uuid.UUID, holder *uuid.UUID) error {
	if _, err := s.Store.Exec(ctx, tx, "UPDATE ballot_seats SET holder_id = ? WHERE id = ?", holder, seat); err != nil {
		return fmt.Errorf("appoint a proxy: %w", err)
	}
	return nil
}

func (s *Service) revised(b *db.Ballot) *db.BallotUpdateOne {
	return b.Update().AddRevision(1).SetUpdatedAt(s.clock.Now())
}

// own is a frame whose acts are the actor's party's own business: whose hands hold its paper shows with the result, as far as it was cast.
func (s *Service) own() access.Frame[db.Ballot, placed] {
	frame := s.Frame
	frame.Entry = func(typ string, b placed) act.Entry {
		e := entry(typ, b)
		e.Audience = act.ForActor
		return e
	}
	return frame
}

// unnamed is a frame whose acts name no member: what they bind can be read after the member was erased.
func (s *Service) unnamed(frame access.Frame[db.Ballot, placed]) access.Frame[db.Ballot, placed] {
	entry := frame.Entry
	frame.Entry = func(typ string, b placed) act.Entry {
		e := entry(typ, b)
		e.Unnamed = true
		return e
	}
	return frame
}

// ruleOf is the rule that was frozen with a ballot.
func ruleOf(b *db.Ballot) (*decision.Rule, error) {
	rule, faults := decision.Parse([]byte(b.Rule))
	if len(faults) > 0 || rule.Hash() != b.RuleHash {
		return nil, fmt.Errorf("the rule of %s is not what it was when it opened", typeid.New("ballot", b.ID))
	}
	return rule, nil
}

func entry(typ string, b placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Ballot, ID: b.ID, Revision: b.Revision}, Parent: act.Parent{Type: policy.Proposal, ID: b.ProposalID},
		Dialogue: b.DialogueID, Owner: b.ConvenorID, Payload: map[string]any{"proposal": typeid.New("proposal", b.ProposalID).String(), "state": b.State},
	}
}
