package risk

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// MatrixFilter says which risks to count.
type MatrixFilter struct {
	Firm                              *uuid.UUID
	Jurisdiction, Sector, TemplateKey []string
}

// Matrix counts risks by how likely and how severe they are.
type Matrix struct {
	Cells []*Cell // all 16, by likelihood and then by severity
	Total int
}

// Cell counts the risks that are as likely and as severe.
type Cell struct{ Likelihood, Severity, Inherent, Residual int }

// Matrix counts the risks in assessments that the viewer may see and the filter keeps. One statement counts them all, by what they are
// and by how much of it verified mitigations take away.
func (s *Service) Matrix(ctx context.Context, f MatrixFilter) (*Matrix, error) {
	n := s.Store.Narrow(s.Visible(policy.ActorFrom(ctx), "t")).And(store.Where("t.state = '"+string(enum.RiskStatePresent)+"'")).
		Is("a.firm_id = ?", f.Firm).And(access.OfSector(s.Store, "a.firm_id", f.Sector)).
		Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "a.firm_id", codes) })
	if len(f.TemplateKey) > 0 {
		of := s.Store.AnyText("k.key", f.TemplateKey)
		n.And(store.Where("EXISTS (SELECT 1 FROM templates k WHERE k.id = a.template_id AND "+of.SQL+" "+store.EachRow+")", of.Args...))
	}
	where, err := n.All()
	if err != nil {
		return nil, err
	}
	text := "SELECT g.likelihood, g.severity, g.l, g.s, COUNT(*) FROM (SELECT t.likelihood, t.severity, " + fmt.Sprintf(lowering, "lowers_likelihood", "t") +
		" AS l, " + fmt.Sprintf(lowering, "lowers_severity", "t") + " AS s FROM risks t JOIN assessments a ON a.id = t.assessment_id WHERE " + where.SQL +
		") g GROUP BY g.likelihood, g.severity, g.l, g.s"
	m := emptyMatrix()
	err = s.Store.Query(ctx, text, where.Args, func(r *sql.Rows) error {
		var inherent Grade
		var lowers Step
		var count int
		if err := r.Scan(&inherent.Likelihood, &inherent.Severity, &lowers.LowersLikelihood, &lowers.LowersSeverity, &count); err != nil {
			return err
		}
		lowers.State = enum.MitigationStateVerified
		m.add(inherent, Residual(inherent, []Step{lowers}), count)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count risks: %w", err)
	}
	return m, nil
}

func emptyMatrix() *Matrix {
	m := &Matrix{Cells: make([]*Cell, 16)}
	for i := range m.Cells {
		m.Cells[i] = &Cell{Likelihood: i/4 + 1, Severity: i%4 + 1}
	}
	return m
}

func (m *Matrix) add(inherent, residual Grade, count int) {
	at := func(g Grade) *Cell { return m.Cells[(g.Likelihood-1)*4+g.Severity-1] }
	at(inherent).Inherent += count
	at(residual).Residual += count
	m.Total += count
}
