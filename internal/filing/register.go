package filing

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/filing"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Appender takes acts that follow from others.
type Appender interface {
	Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error)
}

// Register tells regulators what becomes of what was filed, for package assessment. It asks no policy: whoever calls it has.
type Register struct{ log Appender }

// NewRegister makes the register.
func NewRegister(l Appender) *Register { return &Register{l} }

// Ended tells the regulators that have an assessment what became of it, inside a use case: SUPERSEDED, OUTDATED or REVOKED.
func (g *Register) Ended(ctx context.Context, tx *db.Tx, assessment uuid.UUID, to enum.ImpactAssessmentState) error {
	typ := map[enum.ImpactAssessmentState]string{
		enum.ImpactAssessmentStateSuperseded: "filing.superseded", enum.ImpactAssessmentStateOutdated: "filing.outdated",
		enum.ImpactAssessmentStateRevoked: "filing.revoked",
	}[to]
	if typ == "" {
		return nil
	}
	rows, err := tx.Filing.Query().Where(filing.AssessmentID(assessment), entsql.FieldNEQ(filing.FieldState, enum.FilingStateReturned)).Order(filing.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("look for filings: %w", err)
	}
	for _, row := range rows {
		if _, err := g.log.Append(ctx, tx, policy.SystemActor("filings"), entry(typ, row)); err != nil {
			return fmt.Errorf("tell the regulator: %w", err)
		}
	}
	return nil
}
