package risk

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

var accepting = store.TableOf[db.RiskAcceptance]()

// Accept accepts a risk as it is, until a time by the database's clock.
func (s *Service) Accept(ctx context.Context, id uuid.UUID, until time.Time, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	frame := s.Frame
	// The act does not say why: that may be withheld, and acts are for everybody.
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Payload = map[string]any{"number": p.Number, "treatment": p.Treatment, "until": until.UTC()}
		return e
	}
	return frame.Change(ctx, policy.AcceptRisk, id, expected, "risk.accepted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Risk, error) {
		if err := acceptable(p.Treatment); err != nil {
			return nil, err
		}
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		until = until.UTC().Truncate(time.Microsecond)
		if err := within(until, now.UTC()); err != nil {
			return nil, err
		}
		err = tx.RiskAcceptance.Create().SetRiskID(id).SetEdition(p.Edition).SetMemberID(policy.ActorFrom(ctx).Member).SetReason(optional.Text(reason)).
			SetAcceptedAt(s.clock.Now()).SetUntil(until).Exec(ctx)
		if err != nil {
			return nil, err
		}
		return s.revised(p.Update()).Save(ctx)
	})
}

// Accepted gives the acceptance of each risk that counts for what it says now; nil where there is none. It may have expired.
func (s *Service) Accepted(ctx context.Context, rows []*db.Risk) ([]*db.RiskAcceptance, error) {
	found, err := acceptances(ctx, s.Store, s.Store.Query, idsOf(rows))
	out := make([]*db.RiskAcceptance, len(rows))
	for i, row := range rows {
		out[i] = found[row.ID]
	}
	return out, err
}

// acceptances reads the last acceptance of each risk of those that count for what it says now.
func acceptances(ctx context.Context, s *store.Store, ask asking, risks []uuid.UUID) (map[uuid.UUID]*db.RiskAcceptance, error) {
	in, found := s.AnyOf("a.risk_id", risks), map[uuid.UUID]*db.RiskAcceptance{}
	text := "SELECT a." + strings.Join(accepting.Columns, ", a.") + " FROM risk_acceptances a JOIN risks r ON r.id = a.risk_id AND r.edition = a.edition WHERE " +
		in.SQL + " ORDER BY a.risk_id, a.id"
	err := ask(ctx, text, in.Args, func(r *sql.Rows) error {
		row := new(db.RiskAcceptance)
		err := accepting.Scan(r, row)
		found[row.RiskID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who accepted risks: %w", err)
	}
	return found, nil
}
