package reporting

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// diff composes what changed between two versions; nil where the audience could not read both.
func (p *past) diff(ctx context.Context) (*report.Diff, error) {
	from, a, err := p.versionOf(ctx, p.scope.From)
	if err != nil || from == nil {
		return nil, err
	}
	to, b, err := p.versionOf(ctx, p.scope.To)
	if err != nil || to == nil {
		return nil, err
	}
	out, err := p.assessments.SaysBetween(ctx, from.Assessment, a.Number, to.Assessment, b.Number, from.whole, to.whole, p.scope.Language)
	if err != nil || out == nil {
		return nil, err
	}
	out.From, out.To = versionRef(a, from.Assessment), versionRef(b, to.Assessment)
	return out, nil
}

// versionOf reads a version that the audience could read.
func (p *past) versionOf(ctx context.Context, id uuid.UUID) (*assessed, *db.AssessmentVersion, error) {
	found, _, err := rows[db.AssessmentVersion](ctx, p.store, store.Where("t.id = ?", id))
	v := found[id]
	if err != nil || v == nil {
		return nil, nil, err
	}
	a, err := p.assessed(ctx, v.AssessmentID, true)
	if err != nil || a == nil || v.Number > a.said.Version || !a.whole && !v.Consulted {
		return nil, nil, err
	}
	return a, v, nil
}
