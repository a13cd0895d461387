package risk

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Shown is what the viewer reads of the words of a risk.
type Shown struct {
	Title, Description optional.Text
	Withheld           []enum.RiskPart
}

// shows tells whether the viewer reads a part.
func (s *Shown) shows(part enum.RiskPart) bool { return !slices.Contains(s.Withheld, part) }

// Whole tells of which risks, which are visible already, nothing of their assessment is withheld from the actor.
func (s *Service) Whole(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	if !policy.ActorFrom(ctx).SignedIn() || len(ids) == 0 {
		return map[uuid.UUID]bool{}, nil
	}
	found, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	of := make([]uuid.UUID, 0, len(found))
	for _, row := range found {
		of = append(of, row.AssessmentID)
	}
	whole, err := s.assessments.Whole(ctx, of)
	out := make(map[uuid.UUID]bool, len(found))
	for id, row := range found {
		out[id] = whole[row.AssessmentID]
	}
	return out, err
}

// Shown reads of each risk, which are visible already, what the viewer reads of its words. Nothing is read where nothing is withheld.
func (s *Service) Shown(ctx context.Context, rows []*db.Risk) ([]*Shown, error) {
	var of []uuid.UUID
	for _, row := range rows {
		if len(row.Withheld) > 0 {
			of = append(of, row.AssessmentID)
		}
	}
	whole, err := s.assessments.Whole(ctx, of)
	if err != nil {
		return nil, err
	}
	out := make([]*Shown, len(rows))
	for i, row := range rows {
		out[i] = &Shown{Title: optional.Text(row.Title), Description: row.Description, Withheld: []enum.RiskPart{}}
		if len(row.Withheld) == 0 || whole[row.AssessmentID] {
			continue
		}
		out[i].Withheld = row.Withheld
		if !out[i].shows(enum.RiskPartTitle) {
			out[i].Title = ""
		}
		if !out[i].shows(enum.RiskPartDescription) {
			out[i].Description = ""
		}
	}
	return out, nil
}

// AcceptedBecause gives why each risk was accepted, as far as the viewer reads it.
func (s *Service) AcceptedBecause(ctx context.Context, rows []*db.Risk) ([]*string, error) {
	shown, err := s.Shown(ctx, rows)
	if err != nil {
		return nil, err
	}
	accepted, err := s.Accepted(ctx, rows)
	out := make([]*string, len(rows))
	for i, a := range accepted {
		if a != nil && shown[i].shows(enum.RiskPartAcceptance) {
			out[i] = a.Reason.Pointer()
		}
	}
	return out, err
}
