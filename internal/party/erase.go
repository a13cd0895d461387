package party

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Revoke takes back every token of a member that is being erased. What the row keeps is a keyed hash, not who it is.
func (s *Service) Revoke(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	lookup, err := s.vault.LookupOf(ctx, tx, id)
	if err != nil || lookup == nil {
		return err
	}
	now := s.clock.Now()
	// Those that no living token can meet any more tell nothing, and go.
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM revocations WHERE issuer = '' AND created_at < ?", now.Add(-longestToken)); err != nil {
		return fmt.Errorf("drop old revocations: %w", err)
	}
	err = tx.Revocation.Create().SetIssuer("").SetSubject(hex.EncodeToString(lookup)).SetNotBefore(now.Add(time.Second)).SetCreatedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoke the member's tokens: %w", err)
	}
	return unlearn(ctx, tx, id, "")
}

// Anonymise takes from a customer all that it said of itself, and says whether it was one: an organisation stays as it is
// when a person leaves it.
func (s *Service) Anonymise(ctx context.Context, tx *db.Tx, id uuid.UUID) (customer bool, err error) {
	if err := s.store.Lock(ctx, tx, noun.Table.Name, id); err != nil {
		return false, err
	}
	row, err := tx.Stakeholder.Get(ctx, id)
	if err != nil || row.Kind != enum.StakeholderKindCustomer {
		return false, err
	}
	b := make([]byte, 6)
	if _, err := rand.Read(b); err != nil {
		return false, fmt.Errorf("make a handle: %w", err)
	}
	return true, row.Update().SetName("Erased participant").ClearNameKey().ClearNameSkeleton().SetIssuer("").SetHandle("erased-" + hex.EncodeToString(b)).SetDescription("").
		SetJurisdictions(nil).SetLegalName("").SetSectorCode("").SetSectorLabel("").SetRegistrationNumber("").SetWebsite("").
		SetLegalBasis("").SetMission("").SetFocusAreas(nil).SetDisciplines(nil).SetStatus(enum.StakeholderStatusErased).SetStatusReason("").AddRevision(1).SetUpdatedAt(s.clock.Now()).Exec(ctx)
}

// Personal says what becomes of the link between members and parties.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "members", Column: "stakeholder_id", Erasure: "It stays; a customer says nothing of itself any more, and the member has no identity.",
		Withheld: "The profile of the export holds the party.",
	}}
}

// Forget drops what is remembered of a member that was erased.
func (s *Service) Forget(id uuid.UUID) {
	s.cache.forget(id)
	s.revoked.expire()
}

func (r *revocations) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = time.Time{}
}

// gone refuses to enter one again who was erased and whose token is from before.
func (s *Service) gone(ctx context.Context, tx *db.Tx, c Claims) error {
	erased := false
	hash := hex.EncodeToString(s.vault.Lookup(c.Issuer, c.Subject))
	const text = "SELECT 1 FROM revocations WHERE issuer = '' AND role = '' AND subject = ? AND not_before > ?"
	err := s.store.QueryTx(ctx, tx, text, []any{hash, c.IssuedAt}, func(*sql.Rows) error {
		erased = true
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for revocations: %w", err)
	}
	if erased {
		return fault.New(fault.Unauthenticated, "the access token was revoked")
	}
	return nil
}
