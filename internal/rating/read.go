package rating

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// noun says what the policy needs to know of a rating.
var noun = access.Noun[db.Rating, *db.Rating]{
	Resource: policy.Rating,
	Table:    store.TableOf[db.Rating](),
	Facts:    []access.Fact[*db.Rating]{access.Party[*db.Rating](policy.Own, "party_id")},
}

// onPresent asks for a rating, of this alias, to be on the present version of the assessment.
const onPresent = "EXISTS (SELECT 1 FROM risks r JOIN assessments a ON a.id = r.assessment_id WHERE r.id = t.risk_id AND a.version = t.version)"

// OfViewer reads the viewer's own rating of each risk, on the present version.
func (s *Service) OfViewer(ctx context.Context, risks []*db.Risk) ([]*db.Rating, error) {
	ids := idsOf(risks)
	in, seen, found := s.Store.AnyOf("t.risk_id", ids), s.Visible(policy.ActorFrom(ctx), "t"), make(map[uuid.UUID]*db.Rating, len(ids))
	text := "SELECT t." + strings.Join(s.Table.Columns, ", t.") + " FROM ratings t WHERE t.state = 'GIVEN' AND " + onPresent + " AND " + in.SQL + " AND " + seen.SQL
	err := s.Store.Query(ctx, text, append(in.Args, seen.Args...), func(r *sql.Rows) error {
		row := new(db.Rating)
		err := s.Table.Scan(r, row)
		found[row.RiskID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the viewer's ratings: %w", err)
	}
	out := make([]*db.Rating, len(risks))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// Together gives how each side rates each risk on the present version, the firm first, as far as anybody may know.
func (s *Service) Together(ctx context.Context, risks []*db.Risk) ([][]*SideRating, error) {
	type place struct {
		risk uuid.UUID
		side enum.RatingSide
	}
	in, shown := s.Store.AnyOf("t.risk_id", idsOf(risks)), map[place]*SideRating{}
	text := `SELECT t.risk_id, t.side, a.state, SUM(t.likelihood), SUM(t.severity), COUNT(*) FROM ratings t JOIN risks r ON r.id = t.risk_id
		JOIN assessments a ON a.id = r.assessment_id WHERE t.state = 'GIVEN' AND a.version = t.version AND ` + in.SQL + " GROUP BY t.risk_id, t.side, a.state"
	err := s.Store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		var at place
		var state enum.ImpactAssessmentState
		var given sums
		err := r.Scan(&at.risk, &at.side, &state, &given.likelihood, &given.severity, &given.n)
		shown[at] = given.together(at.side, closed(state))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add up ratings: %w", err)
	}
	out := make([][]*SideRating, len(risks))
	for i, row := range risks {
		out[i] = []*SideRating{{enum.RatingSideFirm, 100 * row.Likelihood, 100 * row.Severity, 1}}
		for _, side := range []enum.RatingSide{enum.RatingSideReviewers, enum.RatingSideCustomers} {
			if one := shown[place{row.ID, side}]; one != nil {
				out[i] = append(out[i], one)
			}
		}
	}
	return out, nil
}

func idsOf(rows []*db.Risk) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}
