package ballot

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Paper is a paper that is about to be cast.
type Paper struct {
	For      *uuid.UUID // whose paper a proxy casts; nil for the actor's own party
	Choice   string
	Reason   string
	Nonce    string // hexadecimal; of a secret ballot
	Revision *int32 // of the seat, as its party has read it: 0 at first
}

// given is a paper that was checked.
type given struct {
	choice, reason string
	nonce          []byte
}

// Cast casts a paper, or replaces the one that the seat has. What it was is in no act: the payload has the seat and its revision, and for a
// secret ballot a hash of what was sealed. The act is for the party whose paper it is, too, if another one has cast it.
func (s *Service) Cast(ctx context.Context, id uuid.UUID, p Paper) (result *act.Result, receipt string, err error) {
	frame := s.Frame
	party := policy.ActorFrom(ctx).Stakeholder
	if p.For != nil && *p.For == party {
		p.For = nil
	}
	if p.For != nil {
		party = *p.For
	}
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
		b, err := s.load(ctx, tx, id, party, s.Store.ForShare)
		b.proxy = p.For != nil
		return b, err
	}
	payload := map[string]any{}
	frame.Entry = func(typ string, b placed) act.Entry {
		e := entry(typ, b)
		e.Audience, e.Owner, e.Payload, e.Unkept = act.ForParties, party, payload, true
		if b.seat != nil {
			e.Told = told{b.ID, b.seat.ID, b.seat.Revision, b.seat.Leaf, b.Secrecy}
		}
		return e
	}
	result, err = frame.Change(ctx, policy.CastBallot, id, nil, "ballot.cast", func(ctx context.Context, tx *db.Tx, b placed) (*db.Ballot, error) {
		if err := s.holds(ctx, tx, b.seat, p); err != nil { // first: the revision is not for everybody
			return nil, err
		}
		if err := store.SameRevision(b.seat.Revision, p.Revision); err != nil {
			return nil, err
		}
		rule, err := ruleOf(b.Ballot)
		if err != nil {
			return nil, err
		}
		g, err := p.check(rule.Document().Ballot, b.seat)
		if err != nil {
			return nil, err
		}
		b.seat.Revision++
		payload["seat"], payload["revision"] = typeid.New("seat", b.seat.ID).String(), b.seat.Revision
		if err := s.put(ctx, tx, b, g, payload); err != nil {
			return nil, err
		}
		// A party's own paper takes it out of the hands of its proxy. Whether it was that or a revocation, the proxy does not learn.
		holder := proxyOf(ctx, p)
		const mark = "UPDATE ballot_seats SET revision = ?, proxy_id = ?, holder_id = ? WHERE id = ?"
		if _, err := s.Store.Exec(ctx, tx, mark, b.seat.Revision, holder, holder, b.seat.ID); err != nil {
			return nil, fmt.Errorf("mark the seat: %w", err)
		}
		receipt, err = s.receipt(told{b.ID, b.seat.ID, b.seat.Revision, b.seat.Leaf, b.Secrecy}, g)
		return b.Ballot, err
	})
	if err == nil && receipt == "" { // the request was sent again, and says itself what its paper was
		var t told
		if err := json.Unmarshal(result.Told, &t); err != nil {
			return nil, "", fmt.Errorf("read what the first answer said: %w", err)
		}
		nonce, _ := hex.DecodeString(p.Nonce)
		receipt, err = s.receipt(t, given{choice: p.Choice, reason: p.Reason, nonce: nonce})
	}
	return result, receipt, err
}

// told is what an answer keeps with an idempotency key, so that a receipt can be made again: nothing of what was chosen.
type told struct {
	Ballot   uuid.UUID          `json:"ballot"`
	Seat     uuid.UUID          `json:"seat"`
	Revision int                `json:"revision"`
	Leaf     string             `json:"leaf"`
	Secrecy  enum.BallotSecrecy `json:"secrecy"`
}

// SeatRevision reads from the payload of an act of a cast which paper of its seat it was; nil where there is none.
func SeatRevision(payload []byte) (*int32, error) {
	if payload == nil {
		return nil, nil
	}
	var m mark
	if err := json.Unmarshal(payload, &m); err != nil {
		return nil, fmt.Errorf("read the act of a cast: %w", err)
	}
	return new(int32(m.Revision)), nil
}

func proxyOf(ctx context.Context, p Paper) *uuid.UUID {
	if p.For == nil {
		return nil
	}
	return new(policy.ActorFrom(ctx).Stakeholder)
}

// holds refuses a proxy that the seat's party has not appointed, or has taken its paper back from, and one for a suspended party.
func (s *Service) holds(ctx context.Context, tx *db.Tx, seat *db.BallotSeat, p Paper) error {
	if p.For == nil {
		return nil
	}
	notHeld := fault.InvalidField("for", enum.UserErrorCodeNotAppointed, "this party has not put its paper into your hands")
	if seat == nil { // whether there is such a party is not told
		return notHeld
	}
	actor := policy.ActorFrom(ctx).Stakeholder // one that is recused holds nothing any more
	party, err := tx.Stakeholder.Get(ctx, seat.PartyID)
	if err != nil {
		return fmt.Errorf("load the party: %w", err)
	}
	switch {
	case seat.HolderID == nil || *seat.HolderID != actor:
		return notHeld
	case party.Status != enum.StakeholderStatusActive:
		return fault.InvalidField("for", enum.UserErrorCodePartyInactive, "this party is not active: nobody casts for it")
	}
	return nil
}

// check gives a paper normalised, or says what is wrong with it.
func (p Paper) check(b decision.Ballot, seat *db.BallotSeat) (g given, err error) {
	var f fault.Form
	g.choice = p.Choice
	if !slices.Contains(b.Choices, p.Choice) {
		f.Add(fault.InvalidField("choice", enum.UserErrorCodeUnknownOption, "the ballot has no such choice: take one of %v", b.Choices))
	}
	if seat.Revision > 0 && !b.Changeable {
		f.Refuse("choice", enum.UserErrorCodeAlreadyVoted, "this seat has cast its paper, and the rule lets nobody change it")
	}
	g.reason = f.OptionalText("reason", p.Reason, longestReason)
	secret := b.Secrecy == decision.Secret
	switch {
	case secret && g.reason != "":
		f.Refuse("reason", enum.UserErrorCodeExclusive, "a secret paper has no reason: it could tell whose it is")
	case slices.Contains(b.ReasonsFor, p.Choice) && g.reason == "":
		f.Refuse("reason", enum.UserErrorCodeRequired, "this choice counts only with its reason: give one")
	}
	nonce, wrong := hex.DecodeString(p.Nonce)
	switch {
	case secret && (wrong != nil || len(nonce) != nonceBytes):
		f.Refuse("nonce", enum.UserErrorCodeInvalid, "give %d random bytes in hexadecimal: nobody but you should know them before the count", nonceBytes)
	case !secret && p.Nonce != "":
		f.Refuse("nonce", enum.UserErrorCodeExclusive, "a paper of an open ballot has no nonce")
	}
	g.nonce = nonce
	return g, f.Err()
}

// put keeps the paper of a seat in place of the one before.
func (s *Service) put(ctx context.Context, tx *db.Tx, b placed, g given, payload map[string]any) error {
	if b.Secrecy == enum.BallotSecrecyOpen {
		return s.keepPaper(ctx, tx, b.seat.ID, b.ID, b.seat.PartyID, b.seat.Leaf, g.choice, g.reason, g.reason != "")
	}
	key, err := s.openKey(b.ID, b.key)
	if err != nil {
		return err
	}
	plain, err := padded(g.choice, g.nonce)
	if err != nil {
		return err
	}
	sealed := key.Seal(paperContext(b.ID, b.seat.ID, b.seat.Revision), plain)
	sum := sha256.Sum256(sealed)
	payload["sealed"] = hex.EncodeToString(sum[:])
	const save = `INSERT INTO sealed_papers (id, ballot_id, revision, sealed) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed`
	if _, err := s.Store.Exec(ctx, tx, save, b.seat.ID, b.ID, b.seat.Revision, sealed); err != nil {
		return fmt.Errorf("keep the sealed paper: %w", err)
	}
	return nil
}

// keepPaper keeps the paper of a seat in an open ballot, in the columns of the statement.
func (s *Service) keepPaper(ctx context.Context, tx *db.Tx, values ...any) error {
	const save = `INSERT INTO ballot_papers (id, ballot_id, party_id, leaf, choice, reason, reasoned) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET choice = excluded.choice, reason = excluded.reason, reasoned = excluded.reasoned`
	if _, err := s.Store.Exec(ctx, tx, save, values...); err != nil {
		return fmt.Errorf("keep the paper: %w", err)
	}
	return nil
}

// paperContext binds a sealed paper to its seat and revision: an older one put back into its row cannot be opened.
func paperContext(ballot, seat uuid.UUID, revision int) string {
	return fmt.Sprintf("ballot-paper/%s/%s/%d", ballot, seat, revision)
}

// keyOf opens the key of a ballot.
func (s *Service) keyOf(ctx context.Context, tx *db.Tx, ballot uuid.UUID) (keys.Key, error) {
	var sealed []byte
	err := s.Store.QueryTx(ctx, tx, "SELECT sealed FROM ballot_keys WHERE id = ?", []any{ballot}, func(r *sql.Rows) error { return r.Scan(&sealed) })
	if err != nil {
		return keys.Key{}, fmt.Errorf("read the key of the ballot: %w", err)
	}
	return s.openKey(ballot, sealed)
}

// openKey opens a key that was read; nil for none.
func (s *Service) openKey(ballot uuid.UUID, sealed []byte) (keys.Key, error) {
	if sealed == nil {
		return keys.Key{}, fault.New(fault.State, "the key of this ballot is gone: it cannot go on, and is void")
	}
	plain, err := s.log.Ring().Open(keyContext(ballot), sealed)
	if err != nil {
		return keys.Key{}, fmt.Errorf("open the key of the ballot: %w", err)
	}
	return keys.UseKey(plain)
}

// tracker names a counted paper for its voter alone.
func tracker(ballot, seat uuid.UUID, nonce []byte) string {
	h := sha256.New()
	h.Write([]byte("plenary/tracker/v1\n"))
	h.Write(ballot[:])
	h.Write(seat[:])
	h.Write(nonce)
	return hex.EncodeToString(h.Sum(nil))
}

// receipt is what the voter gets, signed: with it, it finds its paper in the published result. It is stored nowhere.
func (s *Service) receipt(t told, g given) (string, error) {
	seat := typeid.New("seat", t.Seat).String()
	paper := recount.Paper{Seat: seat, Leaf: t.Leaf, Choice: g.choice, Reasoned: g.reason != ""}
	r := recount.Receipt{Ballot: typeid.New("ballot", t.Ballot).String(), Seat: seat, Revision: t.Revision}
	if t.Secrecy == enum.BallotSecrecySecret {
		r.Tracker = tracker(t.Ballot, t.Seat, g.nonce)
		paper = recount.Paper{Tracker: r.Tracker, Leaf: t.Leaf, Choice: g.choice}
	}
	var err error
	if r.Paper, err = recount.Hash(paper); err != nil {
		return "", err
	}
	return s.log.Sign(r.Text())
}
