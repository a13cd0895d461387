package decisionrule

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Ruled loads a rule inside the use case of a convenor that holds a ballot under it: one that came with the server, or one of its own party.
func (s *Service) Ruled(ctx context.Context, tx *db.Tx, id uuid.UUID) (*decision.Rule, error) {
	row, err := tx.DecisionRule.Get(ctx, id)
	switch {
	case db.IsNotFound(err):
		return nil, fault.MissingField("rule")
	case err != nil:
		return nil, err
	case row.OwnerID != nil && *row.OwnerID != policy.ActorFrom(ctx).Stakeholder:
		return nil, fault.InvalidField("rule", enum.UserErrorCodeOwner, "this rule is another party's: define it for your own")
	}
	return compiled(row)
}
