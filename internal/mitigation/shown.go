package mitigation

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Shown is what the viewer reads of the words of a mitigation.
type Shown struct {
	Title, Description optional.Text
	Due                *time.Time
	Withheld           bool
}

// Shown reads of each mitigation, which are visible already, what the viewer reads of its words. Nothing is read where nothing is withheld.
func (s *Service) Shown(ctx context.Context, rows []*db.Mitigation) ([]*Shown, error) {
	var of []uuid.UUID
	for _, row := range rows {
		if row.Withheld {
			of = append(of, row.RiskID)
		}
	}
	whole, err := s.risks.Whole(ctx, of)
	if err != nil {
		return nil, err
	}
	out := make([]*Shown, len(rows))
	for i, row := range rows {
		if row.Withheld && !whole[row.RiskID] {
			out[i] = &Shown{Withheld: true}
			continue
		}
		out[i] = &Shown{Title: optional.Text(row.Title), Description: row.Description, Due: row.DueAt}
	}
	return out, nil
}

var steps = store.TableOf[db.MitigationStep]()

// Record is what became of a mitigation at a time, as the viewer reads it.
type Record struct {
	State  enum.MitigationState
	Note   optional.Text
	Party  uuid.UUID
	Member uuid.UUID
	At     time.Time
}

// History reads the last records of each mitigation, which are visible already, oldest first.
func (s *Service) History(ctx context.Context, rows []*db.Mitigation, last int) ([][]*Record, error) {
	shown, err := s.Shown(ctx, rows)
	if err != nil {
		return nil, err
	}
	ids, at, out := make([]uuid.UUID, len(rows)), make(map[uuid.UUID]int, len(rows)), make([][]*Record, len(rows))
	for i, row := range rows {
		ids[i], at[row.ID], out[i] = row.ID, i, []*Record{}
	}
	in := s.Store.AnyOf("mitigation_id", ids)
	columns := strings.Join(steps.Columns, ", ")
	text := "SELECT " + columns + " FROM (SELECT " + columns + ", ROW_NUMBER() OVER (PARTITION BY mitigation_id ORDER BY id DESC) AS place " +
		"FROM mitigation_steps WHERE " + in.SQL + ") s WHERE place <= ? ORDER BY mitigation_id, place DESC"
	err = s.Store.Query(ctx, text, append(in.Args, last), func(r *sql.Rows) error {
		step := new(db.MitigationStep)
		if err := steps.Scan(r, step); err != nil {
			return err
		}
		i := at[step.MitigationID]
		if shown[i].Withheld {
			step.Note = ""
		}
		out[i] = append(out[i], &Record{State: step.State, Note: step.Note, Party: step.PartyID, Member: step.MemberID, At: step.TakenAt})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what became of mitigations: %w", err)
	}
	return out, nil
}
