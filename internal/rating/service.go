package rating

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbrating "github.com/plenary-dialogue/plenary/ent/db/rating"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about ratings.
var acts = []act.Type{{Name: "rating.given"}}

// Risks are what is rated.
type Risks interface {
	// Place loads a risk inside a use case, with the number of its assessment's version, and locks both.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
}

// Service holds the use cases of ratings.
type Service struct {
	access.Frame[db.Rating, *db.Rating]
	clock clock.Clock
	risks Risks
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, of Risks) *Service {
	n := &Service{clock: c, risks: of}
	n.Frame = access.Frame[db.Rating, *db.Rating]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Give rates a risk. It replaces what the actor's party thought of it before, on the same version.
func (s *Service) Give(ctx context.Context, risk uuid.UUID, likelihood, severity int) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.GiveRating, "rating.given", access.In(s.risks, risk, &at), func(ctx context.Context, tx *db.Tx) (*db.Rating, error) {
		if err := check(likelihood, severity); err != nil {
			return nil, err
		}
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		const before = `UPDATE ratings SET state = 'REPLACED', revision = revision + 1, updated_at = ?
			WHERE risk_id = ? AND version = ? AND party_id = ? AND state = 'GIVEN'`
		err := s.Store.QueryTx(ctx, tx, before+" RETURNING id", []any{now, risk, *at.Version, actor.Stakeholder}, func(r *sql.Rows) error {
			return act.AlsoOne(ctx, policy.Rating, r.Scan)
		})
		if err != nil {
			return nil, fmt.Errorf("replace the rating before: %w", err)
		}
		return tx.Rating.Create().SetRiskID(risk).SetVersion(*at.Version).SetSide(sideOf(actor)).SetPartyID(actor.Stakeholder).
			SetMemberID(actor.Member).SetLikelihood(likelihood).SetSeverity(severity).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Rating, error) {
	return tx.Rating.Query().Where(dbrating.ID(id), s.Store.ForUpdate).Only(ctx)
}

// Personal says what an erasure and an export do with ratings of customers.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "ratings", Column: "party_id",
			Erasure: "It stays, as nobody's: what customers think together is shown already, and would tell what this one thought if it changed.",
			Export: &personal.File{
				Name: "ratings", Noun: "rating", Columns: []string{"id", "created_at", "assessment", "risk", "version", "side", "likelihood", "severity", "state"},
				Query: `SELECT g.id, g.created_at, COALESCE(a.reference, ''), r.number, g.version, g.side, g.likelihood, g.severity, g.state FROM ratings g
					JOIN risks r ON r.id = g.risk_id JOIN assessments a ON a.id = r.assessment_id WHERE g.party_id = ? ORDER BY g.id`,
			},
		},
		{
			Table: "ratings", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
	}
}

// entry is the act of a rating. It does not say what was thought: only who gave it sees it, and oversight that it was given.
func entry(typ string, row *db.Rating) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Rating, ID: row.ID, Revision: row.Revision}, Owner: row.PartyID,
		Parent: act.Parent{Type: policy.Risk, ID: row.RiskID}, Audience: act.ForActor, Payload: map[string]any{"version": row.Version},
	}
}

func sideOf(a policy.Actor) enum.RatingSide {
	if a.Has(policy.Customer) {
		return enum.RatingSideCustomers
	}
	return enum.RatingSideReviewers
}
