package assessment

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Figures are counts of assessments.
type Figures struct {
	Groups        []*Figure
	Others, Total int
}

// Figure is a group of assessments that have something in common: what they are counted by, and nothing else, is set.
type Figure struct {
	Level          *enum.ImpactLevel
	State          *enum.ImpactAssessmentState
	Template, Firm uuid.UUID
	Count          int
}

// mostGroups is how many groups are listed.
const mostGroups = 100

// Figures counts the assessments that the actor may see and that a filter keeps: the same that List has.
func (s *Service) Figures(ctx context.Context, by enum.AssessmentGrouping, f Filter) (*Figures, error) {
	where, err := s.exportable(ctx, f)
	if err != nil {
		return nil, err
	}
	var level sql.NullInt64
	var state sql.NullString
	var id uuid.NullUUID
	column, dest := "t.level", any(&level)
	switch by {
	case enum.AssessmentGroupingLevel:
	case enum.AssessmentGroupingState:
		column, dest = "t.state", &state
	case enum.AssessmentGroupingTemplate:
		column, dest = "t.template_id", &id
	case enum.AssessmentGroupingFirm:
		column, dest = "t.firm_id", &id
	}
	out := &Figures{Groups: []*Figure{}}
	text := "SELECT " + column + ", COUNT(*) AS n FROM assessments t WHERE " + where.SQL + " GROUP BY " + column + " ORDER BY n DESC, " + column
	err = s.store.Query(ctx, text, where.Args, func(r *sql.Rows) error {
		one := &Figure{}
		if err := r.Scan(dest, &one.Count); err != nil {
			return err
		}
		out.Total += one.Count
		if len(out.Groups) == mostGroups {
			out.Others += one.Count
			return nil
		}
		switch by {
		case enum.AssessmentGroupingLevel:
			one.Level = levelOf(questionnaire.Level(level.Int64))
		case enum.AssessmentGroupingState:
			word := enum.ImpactAssessmentState(state.String)
			one.State = &word
		case enum.AssessmentGroupingTemplate:
			one.Template = id.UUID
		case enum.AssessmentGroupingFirm:
			one.Firm = id.UUID
		}
		out.Groups = append(out.Groups, one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count assessments: %w", err)
	}
	return out, nil
}

// Kept tells which of some assessments a filter keeps, whoever sees them.
func (s *Service) Kept(ctx context.Context, f Filter, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	n := s.store.Narrow(s.store.AnyOf("t.id", ids))
	s.narrow(n, policy.ActorFrom(ctx), f)
	where, err := n.All()
	if err != nil {
		return nil, err
	}
	kept := map[uuid.UUID]bool{}
	err = s.store.Query(ctx, "SELECT t.id FROM assessments t WHERE "+where.SQL, where.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		kept[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ask which assessments a filter keeps: %w", err)
	}
	return kept, nil
}
