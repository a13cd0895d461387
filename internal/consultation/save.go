package consultation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// loading is an export that is being loaded.
type loading struct {
	store  *store.Store
	log    *actlog.Log
	count  Recount
	now    time.Time
	export *Export
	ids    identities // made before the transaction: PostgreSQL ends one that is idle for too long
	writer *writer    // after look
}

// Recount counts the comments of a dialogue anew.
type Recount = func(ctx context.Context, s *store.Store, tx *db.Tx, dialogue uuid.UUID) error

func load(s *store.Store, l *actlog.Log, count Recount, now time.Time, e *Export) *loading {
	return &loading{store: s, log: l, count: count, now: now, export: e, ids: identify(e)}
}

// look compares the export with what is there, and says what would come. It changes nothing.
func (l *loading) look(ctx context.Context, tx *db.Tx) (Report, error) {
	have, err := look(ctx, l.store, tx, l.export, l.ids)
	if err != nil {
		return Report{}, err
	}
	p := prepare(l.export, l.ids, have)
	l.writer = &writer{store: l.store, log: l.log, recount: l.count, tx: tx, now: l.now, export: l.export, ids: p.ids, have: have, plan: p}
	return l.writer.report(), nil
}

// write writes what look has found, in the same transaction.
func (l *loading) write(ctx context.Context, progress func(stage string, done, total int)) error {
	w := l.writer
	w.progress = func(done int) { progress(Saving, done, w.plan.rows()) }
	if w.plan.empty() {
		return nil
	}
	return w.write(ctx)
}

// report returns what was found and written.
func (w *writer) report() Report {
	e, p := w.export, w.plan
	r := Report{
		Dialogue: w.ids.dialogue, Title: titleOf(e.Topic, e.URL), Created: w.have.dialogue == nil,
		Comments:     Count{len(e.Statements), len(p.statements)},
		Participants: Count{len(e.Participants), len(p.people)}, Voters: e.Voters(),
		VoteEvents: Count{len(e.Events), len(p.events)}, Votes: Count{len(e.Votes), len(p.votes) + len(p.changed)},
		Moderated: len(p.moderated), Described: p.describe, Warnings: append(e.Warnings[:len(e.Warnings):len(e.Warnings)], p.warnings...),
	}
	r.count(e)
	return r
}

// count counts what is in an export, whatever is present.
func (r *Report) count(e *Export) {
	r.Superseded = len(e.Events) - len(e.Votes)
	for _, c := range e.Statements {
		if c.withheld() {
			r.Withheld++
		}
		if c.Seed {
			r.Seeds++
		}
		if c.Meta {
			r.Metas++
		}
		switch c.Moderation {
		case Unmoderated:
			r.Pending++
		case Rejected:
			r.Hidden++
		}
	}
}
