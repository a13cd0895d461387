package framework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/principle"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// put gives a framework these principles, in this order, and no others.
func put(ctx context.Context, tx *db.Tx, framework uuid.UUID, all []Principle, now time.Time) error {
	there, err := tx.Principle.Query().Where(principle.FrameworkID(framework)).All(ctx)
	if err != nil {
		return fmt.Errorf("read the principles: %w", err)
	}
	for _, row := range there {
		if row.State == enum.PrincipleStatePresent && !slices.ContainsFunc(all, func(w Principle) bool { return w.Key == row.Key }) {
			if err := row.Update().SetState(enum.PrincipleStateRemoved).AddRevision(1).SetUpdatedAt(now).Exec(ctx); err != nil {
				return fmt.Errorf("take a principle out: %w", err)
			}
		}
	}
	for i, w := range all {
		at := slices.IndexFunc(there, func(row *db.Principle) bool { return row.Key == w.Key })
		if err := putOne(ctx, tx, framework, w, i+1, there, at, now); err != nil {
			return fmt.Errorf("keep a principle: %w", err)
		}
	}
	return nil
}

func putOne(ctx context.Context, tx *db.Tx, framework uuid.UUID, w Principle, position int, there []*db.Principle, at int, now time.Time) error {
	var requirement *enum.Requirement
	var value *string
	if w.Requirement != "" {
		requirement = &w.Requirement
	}
	if w.Value != "" {
		value = &w.Value
	}
	if at < 0 {
		return tx.Principle.Create().SetFrameworkID(framework).SetKey(w.Key).SetPosition(position).SetStatement(optional.Text(w.Statement)).
			SetNillableRequirement(requirement).SetNillableValue(value).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	}
	row := there[at]
	if principleOf(row) == w && row.Position == position && row.State == enum.PrincipleStatePresent {
		return nil
	}
	update := row.Update().SetPosition(position).SetStatement(optional.Text(w.Statement)).SetState(enum.PrincipleStatePresent).
		ClearRequirement().ClearValue().AddRevision(1).SetUpdatedAt(now)
	if requirement != nil {
		update.SetRequirement(*requirement)
	}
	if value != nil {
		update.SetValue(*value)
	}
	return update.Exec(ctx)
}

// principlesOf gives what the principles of a framework say, in their order.
func principlesOf(ctx context.Context, tx *db.Tx, framework uuid.UUID) ([]Principle, error) {
	rows, err := tx.Principle.Query().Where(principle.FrameworkID(framework)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the principles: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(row *db.Principle) bool { return row.State == enum.PrincipleStateRemoved })
	slices.SortFunc(rows, func(a, b *db.Principle) int { return a.Position - b.Position })
	return saying(rows), nil
}

// saying are what principles say.
func saying(rows []*db.Principle) []Principle {
	all := make([]Principle, len(rows))
	for i, row := range rows {
		all[i] = principleOf(row)
	}
	return all
}

func principleOf(row *db.Principle) Principle {
	w := Principle{Key: row.Key, Statement: string(row.Statement)}
	if row.Requirement != nil {
		w.Requirement = *row.Requirement
	}
	if row.Value != nil {
		w.Value = *row.Value
	}
	return w
}
