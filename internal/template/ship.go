package template

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/template"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Ship puts in use the templates that come with the server and that the database does not have. What an operator has retired stays
// retired. The actor is the server itself.
func (s *Service) Ship(ctx context.Context) error {
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return fmt.Errorf("read the templates that are shipped: %w", err)
	}
	if policy.ActorFrom(ctx).System == "" {
		ctx = policy.WithActor(ctx, policy.SystemActor("templates"))
	}
	for _, q := range shipped {
		if err := s.ship(ctx, q); err != nil {
			return fmt.Errorf("ship the template %s: %w", q.Document().Key, err)
		}
	}
	return nil
}

func (s *Service) ship(ctx context.Context, q *questionnaire.Template) error {
	row, err := s.Store.Client().Template.Query().Where(template.ContentHash(q.Hash())).First(ctx)
	if db.IsNotFound(err) {
		if _, err = s.Import(ctx, q); err != nil {
			return err
		}
		row, err = s.Store.Client().Template.Query().Where(template.ContentHash(q.Hash())).First(ctx)
	}
	if err != nil || row.State != enum.AssessmentTemplateStateDraft || row.ImporterID != nil {
		return err
	}
	_, err = s.Activate(ctx, row.ID, nil)
	return err
}
