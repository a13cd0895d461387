package hiding

import (
	"context"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/worker"
)

// Run notes which appeals are overdue until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "appeals", access.NoteEvery, s.Turn) }

// Turn writes an act for each appeal that has waited too long, if this server holds the lease. Each is written with the mark that it was.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	return access.Noting[db.Hiding, placed]{
		Frame: s.Frame, Log: s.log, Name: "appeals", Action: policy.NoteOverdueAppeal, Type: "hiding.overdue",
		Due: "SELECT id FROM hidings WHERE state = 'APPEALED' AND overdue_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?",
		Note: func(ctx context.Context, _ *db.Tx, p placed, now time.Time) (*db.Hiding, error) {
			if !Overdue(p.State, p.DueAt, p.OverdueAt, now) {
				return nil, nil
			}
			return s.revised(p.Update()).SetOverdueAt(now).Save(ctx)
		},
	}.Turn(ctx, holder)
}
