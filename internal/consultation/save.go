package consultation

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// save is the use case: everything happens in one transaction.
func save(ctx context.Context, s *store.Store, l *actlog.Log, o Options, e *Export) (Report, error) {
	ctx = policy.WithActor(ctx, policy.SystemActor("import"))
	ids := identify(e) // before the transaction: PostgreSQL ends one that is idle for too long
	var report Report
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := policy.Check(ctx, policy.ImportDialogue, policy.Subject{Resource: policy.Dialogue}); err != nil {
			return err
		}
		have, err := look(ctx, s, tx, e, ids)
		if err != nil {
			return err
		}
		p := prepare(e, ids, have)
		w := writer{store: s, log: l, tx: tx, now: o.Clock.Now(), export: e, ids: p.ids, have: have, plan: p}
		w.progress = func(done int) { o.Progress(Saving, done, p.rows()) }
		if !p.empty() {
			if err := w.write(ctx); err != nil {
				return err
			}
		}
		report = w.report()
		return nil
	})
	return report, err
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
	return r
}
