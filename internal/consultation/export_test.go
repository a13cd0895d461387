package consultation

import (
	"context"
	"fmt"
	"os"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	comments "github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Options say what to load and how to report progress.
type Options struct {
	Dir      string                              // with summary.csv, comments.csv, votes.csv and participants-votes.csv
	Progress func(stage string, done, total int) // nil for none; called from the loading goroutine
	Clock    clock.Clock                         // nil for the machine's
}

func (o Options) complete() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return o
}

// Load reads, checks and saves the consultation in a folder. It returns errors in the folder as Problems.
func Load(ctx context.Context, s *store.Store, l *actlog.Log, o Options) (Report, error) {
	o = o.complete()
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return Report{}, fmt.Errorf("open the consultation: %w", err)
	}
	defer root.Close()
	export, err := Read(ctx, root.FS(), o.Clock.Now(), o.Progress)
	if err != nil {
		return Report{}, err
	}
	return Save(ctx, s, l, o, export)
}

// Save writes a checked export in one transaction. If it fails, or ctx ends first, nothing is written.
func Save(ctx context.Context, s *store.Store, l *actlog.Log, o Options, e *Export) (Report, error) {
	o = o.complete()
	ctx = policy.WithActor(ctx, policy.SystemActor("import"))
	var report Report
	loading := load(s, l, comments.Recount, o.Clock.Now(), e)
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if report, err = loading.look(ctx, tx); err == nil {
			err = loading.write(ctx, o.Progress)
		}
		return err
	})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause // clearer than the database's error
		}
		return Report{}, fmt.Errorf("load the consultation: %w", err)
	}
	if !report.AlreadyLoaded() {
		l.Wake()
	}
	return report, nil
}
