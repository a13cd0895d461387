package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/touchpoint"
	"github.com/plenary-dialogue/plenary/internal/eventlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// rows are the touchpoints of a journey, those that were taken out too, in their order.
func (s *Service) rows(ctx context.Context, tx *db.Tx, journey uuid.UUID) ([]*db.Touchpoint, error) {
	rows, err := tx.Touchpoint.Query().Where(touchpoint.JourneyID(journey), s.Store.ForUpdate).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the touchpoints: %w", err)
	}
	slices.SortFunc(rows, func(a, b *db.Touchpoint) int { return a.Position - b.Position })
	return rows, nil
}

// saying are what touchpoints say.
func saying(rows []*db.Touchpoint) []Step {
	steps := make([]Step, len(rows))
	for i, row := range rows {
		steps[i] = StepOf(row)
	}
	return steps
}

// StepOf is what a touchpoint says.
func StepOf(row *db.Touchpoint) Step {
	return Step{
		ID: row.ID, Name: row.Name, Kind: row.Kind, Initiator: row.Initiator, Channel: row.Channel, ServiceCategory: string(row.ServiceCategory),
		Weight: row.Weight, Stimulus: string(row.Stimulus), CollectedBy: string(row.CollectedBy), DataCategories: row.DataCategories,
		ReactsWithin: string(row.ReactsWithin), KeepsDays: row.KeepsDays, GapGoal: string(row.GapGoal), GapGoalDueAt: row.GapGoalDueAt,
	}
}

// put gives a journey these steps, in this order, and no others of the touchpoints that there are, and tells whether that changes anything.
func (s *Service) put(ctx context.Context, tx *db.Tx, journey uuid.UUID, rows []*db.Touchpoint, steps []Step, now time.Time) (changed bool, err error) {
	for _, row := range rows {
		if row.State == enum.TouchpointStatePresent && !slices.ContainsFunc(steps, func(step Step) bool { return step.ID == row.ID }) {
			changed = true
			if err := row.Update().SetState(enum.TouchpointStateRemoved).AddRevision(1).SetUpdatedAt(now).Exec(ctx); err != nil {
				return false, fmt.Errorf("take a touchpoint out: %w", err)
			}
		}
	}
	for i, step := range steps {
		at := slices.IndexFunc(rows, func(row *db.Touchpoint) bool { return row.ID == step.ID })
		var row *db.Touchpoint
		if at >= 0 {
			row = rows[at]
		}
		one, err := s.putOne(ctx, tx, journey, step, i+1, row, now)
		if err != nil {
			return false, fmt.Errorf("keep a touchpoint: %w", err)
		}
		changed = changed || one
	}
	return changed, nil
}

func (s *Service) putOne(ctx context.Context, tx *db.Tx, journey uuid.UUID, step Step, position int, row *db.Touchpoint, now time.Time) (changed bool, err error) {
	id := step.ID
	switch {
	case row == nil:
		changed, id = true, uuid.Must(uuid.NewV7())
		err = tx.Touchpoint.Create().SetID(id).SetJourneyID(journey).SetPosition(position).SetName(step.Name).SetKind(step.Kind).SetInitiator(step.Initiator).
			SetChannel(step.Channel).SetServiceCategory(optional.Text(step.ServiceCategory)).SetWeight(step.Weight).SetStimulus(optional.Text(step.Stimulus)).
			SetCollectedBy(optional.Text(step.CollectedBy)).SetDataCategories(step.DataCategories).SetReactsWithin(optional.Text(step.ReactsWithin)).
			SetNillableKeepsDays(step.KeepsDays).SetGapGoal(optional.Text(step.GapGoal)).SetNillableGapGoalDueAt(step.GapGoalDueAt).
			SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	case !same(StepOf(row), step) || row.Position != position || row.State != enum.TouchpointStatePresent:
		changed = true
		update := row.Update().SetPosition(position).SetName(step.Name).SetKind(step.Kind).SetInitiator(step.Initiator).
			SetChannel(step.Channel).SetServiceCategory(optional.Text(step.ServiceCategory)).SetWeight(step.Weight).SetStimulus(optional.Text(step.Stimulus)).
			SetCollectedBy(optional.Text(step.CollectedBy)).SetDataCategories(step.DataCategories).SetReactsWithin(optional.Text(step.ReactsWithin)).
			ClearKeepsDays().SetGapGoal(optional.Text(step.GapGoal)).ClearGapGoalDueAt().SetState(enum.TouchpointStatePresent).AddRevision(1).SetUpdatedAt(now)
		if step.KeepsDays != nil {
			update.SetKeepsDays(*step.KeepsDays)
		}
		if step.GapGoalDueAt != nil {
			update.SetGapGoalDueAt(*step.GapGoalDueAt)
		}
		err = update.Exec(ctx)
	}
	if err != nil || step.Practices == nil {
		return changed, err
	}
	others, err := s.practices.Relink(ctx, tx, policy.Touchpoint, id, step.Practices)
	return changed || others, err
}

func same(a, b Step) bool {
	goal := func(s Step) time.Time {
		if s.GapGoalDueAt == nil {
			return time.Time{}
		}
		return *s.GapGoalDueAt
	}
	days := func(s Step) int {
		if s.KeepsDays == nil {
			return -1
		}
		return *s.KeepsDays
	}
	return a.Name == b.Name && a.Kind == b.Kind && a.Initiator == b.Initiator && a.Channel == b.Channel && a.ServiceCategory == b.ServiceCategory &&
		a.Weight == b.Weight && a.Stimulus == b.Stimulus && a.CollectedBy == b.CollectedBy && slices.Equal(a.DataCategories, b.DataCategories) &&
		a.ReactsWithin == b.ReactsWithin && days(a) == days(b) && a.GapGoal == b.GapGoal && goal(a).Equal(goal(b))
}

// linkable checks the practices of steps: those of the journey's firm that the actor may see.
func (s *Service) linkable(ctx context.Context, tx *db.Tx, firm uuid.UUID, steps []Step) error {
	var form fault.Form
	for i, step := range steps {
		if len(step.Practices) == 0 {
			continue
		}
		at := fmt.Sprintf("touchpoints.%d", i)
		switch err := s.practices.Linkable(ctx, tx, step.Practices); {
		case fault.Of(err) != nil:
			for _, f := range fault.All(err) {
				named := *f
				named.Field = at + "." + f.Field
				form.Add(&named)
			}
			continue
		case err != nil:
			return err
		}
		of, err := s.practices.FirmOf(ctx, tx, step.Practices)
		if err != nil {
			return err
		}
		if of == nil || *of != firm {
			form.Refuse(at+".practices", enum.UserErrorCodeOwner, "customers meet practices of the firm there whose journey it is")
		}
	}
	return form.Err()
}

// pathsOf are the paths of a journey; none of one without a log.
func pathsOf(row *db.Journey) ([]eventlog.Path, error) {
	if len(row.Walked) == 0 {
		return nil, nil
	}
	var paths []eventlog.Path
	if err := json.Unmarshal(row.Walked, &paths); err != nil {
		return nil, fmt.Errorf("read the paths of a journey: %w", err)
	}
	return paths, nil
}
