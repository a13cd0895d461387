package reporting

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/report"
)

// compose makes the document of a report over a place of the log. Where the audience could not read then what the scope names, the report
// is empty and says so. Beside it are the parties that it may name.
func (s *Service) compose(ctx context.Context, scope Scope, seq int64, at time.Time, heard func(done, total int)) (*report.Document, []uuid.UUID, error) {
	p, err := s.past(ctx, scope, seq, at)
	if err != nil {
		return nil, nil, err
	}
	p.heard = heard
	d := &report.Document{Type: scope.Type, Audience: scope.Audience, Language: scope.Language}
	name := ""
	switch scope.Type {
	case report.TypeAssessment:
		var a *assessed
		if a, err = p.assessed(ctx, scope.Assessment, false); err == nil && a != nil {
			name = named(text(a.Reference), a.said.Title)
			d.Assessment, err = p.assessment(ctx, a)
		}
	case report.TypeConsultation:
		name, err = p.consultation(ctx, d)
	case report.TypeDiff:
		if d.Diff, err = p.diff(ctx); err == nil && d.Diff != nil {
			name = fmt.Sprintf("%s, %d - %d", d.Diff.To.Reference, d.Diff.From.Number, d.Diff.To.Number)
		}
	case report.TypePortfolio:
		d.Portfolio, err = p.portfolio(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	d.Title = titles[scope.Language][scope.Type]
	if name != "" {
		d.Title += colons[scope.Language] + name
	}
	d.Scope = report.Scope{Text: scope.words(d.Title), IDs: scope.names()}
	return d, slices.Collect(maps.Keys(p.parties)), nil
}

func named(reference, title string) string {
	if reference == "" {
		return title
	}
	return reference + ", " + title
}

// consultation composes what was said about an assessment or in a dialogue, and names that.
func (p *past) consultation(ctx context.Context, d *report.Document) (name string, err error) {
	if p.scope.Dialogue != uuid.Nil {
		if d.Consultation, err = p.inDialogue(ctx, p.scope.Dialogue); err != nil || d.Consultation == nil {
			return "", err
		}
		return named(d.Consultation.About.Reference, d.Consultation.About.Title), nil
	}
	a, err := p.assessed(ctx, p.scope.Assessment, false)
	if err != nil || a == nil {
		return "", err
	}
	d.Consultation, err = p.onAssessment(ctx, a)
	return named(text(a.Reference), a.said.Title), err
}

// colons stand between what a report is and what it is about.
var colons = map[string]string{"en": ": ", "fr": "\u00a0: "}

// titles are what reports are called.
var titles = map[string]map[report.Type]string{
	"en": {
		report.TypeAssessment: "Impact assessment", report.TypePortfolio: "Impact assessments", report.TypeConsultation: "Consultation",
		report.TypeDiff: "What changed in an impact assessment",
	},
	"fr": {
		report.TypeAssessment: "Évaluation d’impact", report.TypePortfolio: "Évaluations d’impact", report.TypeConsultation: "Consultation",
		report.TypeDiff: "Ce qui a changé dans une évaluation d’impact",
	},
}
