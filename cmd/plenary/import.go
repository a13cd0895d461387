package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/store"
)

type importCmd struct {
	Consultation importConsultationCmd `cmd:"" help:"Import a Polis open-data folder as a dialogue. Importing it again changes nothing."`
	Template     importTemplateCmd     `cmd:"" help:"Import a template of impact assessments as a draft."`
	Result       importResultCmd       `cmd:"" help:"Take the result of a ballot back from its file, after a restore that lost the count."`
	Journey      importJourneyCmd      `cmd:"" help:"Import a journey as a draft of its firm: a plan in CJML, or the paths of a log of events in XES or CSV."`
	Assessment   importAssessmentCmd   `cmd:"" help:"Import impact assessments of a practice or a proposal as drafts of its firm."`
}

// open opens a database for an import, with its log and its keys.
func (f databaseFlags) open(ctx context.Context) (*store.Store, *actlog.Log, *keys.Ring, error) {
	st, err := store.Open(ctx, f.Database, store.Options{Wait: f.DBWait})
	if err != nil {
		return nil, nil, nil, err
	}
	log, ring, err := f.log(ctx, st)
	if err != nil {
		return nil, nil, nil, errors.Join(err, st.Close())
	}
	return st, log, ring, nil
}

func (f databaseFlags) log(ctx context.Context, st *store.Store) (*actlog.Log, *keys.Ring, error) {
	if _, err := st.Migrate(ctx); err != nil {
		return nil, nil, err
	}
	ring, err := keys.Open(app.KeysFolder(f.Database, f.Keys), true)
	if err != nil {
		return nil, nil, misconfigured{err}
	}
	log := actlog.New(st, systemClock, ring)
	if err := log.CheckKeys(ctx); err != nil {
		return nil, nil, err
	}
	return log, ring, log.Examine(ctx) // nothing is added to a log that has lost acts
}

// drain completes the log after an import.
func drain(ctx context.Context, log *actlog.Log) error {
	if _, err := log.Drain(ctx); err != nil {
		return fmt.Errorf("everything was imported, but the log is not up to date; the server will complete it: %w", err)
	}
	return nil
}

// progress draws a bar on a terminal, and nothing elsewhere.
func progress(w io.Writer) func(stage string, done, total int) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	last := ""
	return func(stage string, done, total int) {
		if stage != last {
			if bar != nil {
				_ = bar.Finish()
			}
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(stage),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(40))
			last = stage
		}
		_ = bar.Set(done)
	}
}
