package consultation

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/phase"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// convenorHandle is the handle of the party that is the convenor of every dialogue that the operator imports, or an admin who convenes
// none. Nobody acts for it.
const convenorHandle = "imported-consultations"

// writer writes a plan.
type writer struct {
	store    *store.Store
	log      *actlog.Log
	recount  Recount
	tx       *db.Tx
	now      time.Time
	export   *Export
	ids      identities
	have     *present
	plan     plan
	dialogue *db.Dialogue
	progress func(done int)
	done     int
}

func (w *writer) write(ctx context.Context) error {
	ctx = act.Collecting(ctx)
	for _, step := range []struct {
		what  string
		write func(context.Context) error
	}{
		{"dialogue", w.writeDialogue},
		{"participants", w.writePeople},
		{"statements", w.writeStatements},
		{"moderation", w.writeModerated},
		{"number of statements", func(ctx context.Context) error { return w.recount(ctx, w.store, w.tx, w.dialogue.ID) }},
		{"votes", w.writeVotes},
		{"changed votes", w.writeChanged},
		{"reference number", w.writeReference},
		{"acts", w.writeActs},
	} {
		if err := step.write(ctx); err != nil {
			return fmt.Errorf("save the %s: %w", step.what, err)
		}
	}
	return nil
}

// writeDialogue creates the dialogue or updates its description, and appends the one act that says what was loaded.
func (w *writer) writeDialogue(ctx context.Context) error {
	var err error
	switch w.dialogue = w.have.dialogue; {
	case w.dialogue == nil:
		err = w.createDialogue(ctx)
	case w.plan.describe:
		err = w.describeDialogue(ctx)
	}
	if err != nil {
		return err
	}
	_, err = w.log.Append(ctx, w.tx, policy.ActorFrom(ctx), act.Entry{
		Type:     "dialogue.imported",
		Subject:  act.Subject{Type: policy.Dialogue, ID: w.dialogue.ID, Revision: w.dialogue.Revision},
		Dialogue: w.dialogue.ID,
		Payload: map[string]any{
			"state": w.dialogue.State, "round": w.dialogue.Round, "source": w.dialogue.Source, "statements": len(w.export.Statements),
			"participants": len(w.export.Participants), "voters": w.export.Voters(), "votes": len(w.export.Votes), "cast": len(w.export.Events),
		},
	})
	return err
}

// writeReference gives a new dialogue its number, late: from then on nobody else gets one before this transaction ends.
func (w *writer) writeReference(ctx context.Context) error {
	if w.have.dialogue != nil {
		return nil
	}
	reference, err := w.store.YearReference(ctx, w.tx, "")
	if err != nil {
		return err
	}
	return w.tx.Dialogue.UpdateOneID(w.dialogue.ID).SetReference(reference).Exec(ctx)
}

func (w *writer) createDialogue(ctx context.Context) error {
	convenor, own := ownConvenor(ctx)
	if !own {
		var err error
		if convenor, err = w.convenor(ctx); err != nil {
			return err
		}
	}
	var err error
	d := describe(w.export)
	w.dialogue, err = w.tx.Dialogue.Create().SetID(w.ids.dialogue).SetTitle(d.title).SetBrief(optional.Text(d.brief)).SetConvenorID(convenor).
		SetVisibility("PUBLIC").SetState("CLOSED").SetOutcome(optional.Text(d.outcome)).SetOpenedAt(d.opened).SetClosedAt(d.closed).
		SetSource(optional.Text(w.export.source())).SetCreatedAt(d.opened).SetUpdatedAt(w.now).Save(ctx)
	if err != nil {
		return err
	}
	return w.tx.Phase.Create().SetID(w.ids.phase).SetDialogueID(w.dialogue.ID).SetPosition(0).SetKind("CONSULTATION").
		SetOpensAt(d.opened).SetClosesAt(d.ends()).SetMayComment(true).SetMayVote(true).Exec(ctx)
}

func (w *writer) describeDialogue(ctx context.Context) (err error) {
	d := describe(w.export)
	w.dialogue, err = w.dialogue.Update().SetTitle(d.title).SetBrief(optional.Text(d.brief)).SetOutcome(optional.Text(d.outcome)).SetOpenedAt(d.opened).
		SetClosedAt(d.closed).AddRevision(1).SetUpdatedAt(w.now).Save(ctx)
	if err != nil {
		return err
	}
	return w.tx.Phase.Update().Where(phase.DialogueID(w.dialogue.ID), phase.Position(0)).SetOpensAt(d.opened).SetClosesAt(d.ends()).Exec(ctx)
}

// ownConvenor is the actor's own party, where the actor could convene a dialogue for it.
func ownConvenor(ctx context.Context) (party uuid.UUID, own bool) {
	actor := policy.ActorFrom(ctx)
	own = policy.Decide(actor, policy.ConveneDialogue, policy.Subject{Resource: policy.Dialogue}).Allowed
	return actor.Stakeholder, own
}

// convenor returns the party that represents those who held consultations elsewhere. The first load creates it.
func (w *writer) convenor(ctx context.Context) (uuid.UUID, error) {
	id := source("").id(earliest.UnixMilli(), "convenor", convenorHandle)
	const insert = `INSERT INTO stakeholders (id, created_at, updated_at, revision, issuer, kind, name, handle, status, mission)
		VALUES (?, ?, ?, 1, '', 'NGO', 'Imported consultations', ?, 'ACTIVE', 'Stands for those who held a consultation elsewhere.')
		ON CONFLICT (handle) DO NOTHING`
	n, err := w.store.Exec(ctx, w.tx, insert, id, w.now, w.now, convenorHandle)
	if err != nil {
		return id, err
	}
	row, err := w.tx.Stakeholder.Get(ctx, id)
	if db.IsNotFound(err) {
		return id, taken(convenorHandle)
	}
	if err != nil || n == 0 {
		return id, err
	}
	_, err = w.log.Append(ctx, w.tx, policy.ActorFrom(ctx), act.Entry{
		Type:    "stakeholder.registered",
		Subject: act.Subject{Type: policy.Stakeholder, ID: id, Revision: row.Revision},
		Payload: map[string]any{"kind": row.Kind, "status": row.Status},
	})
	return id, err
}

func (w *writer) writePeople(ctx context.Context) error {
	const into = "stakeholders (kind, status, revision, issuer, id, created_at, updated_at, name, handle)"
	return w.insert(ctx, into, "('CUSTOMER', 'ACTIVE', 1, '', ?, ?, ?, ?, ?)", len(w.plan.people), func(args []any, i int) []any {
		place := w.plan.people[i]
		p := w.export.Participants[place]
		first := at(p.First)
		return append(args, w.ids.people[place], first, first, "Participant "+strconv.FormatInt(p.ID, 10), w.export.source().handle(p.ID))
	})
}

func (w *writer) writeStatements(ctx context.Context) error {
	const into = `comments (subject_type, depth, revision, stance, language, id, created_at, updated_at, subject_id, dialogue_id, author_id, body,
		state, state_reason, agrees, disagrees, passes)`
	const row = "('DIALOGUE', 0, 1, 'NEUTRAL', 'und', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	tallies := Tallies(len(w.export.Statements), w.export.Votes)
	return w.insert(ctx, into, row, len(w.plan.statements), func(args []any, i int) []any {
		place := w.plan.statements[i]
		c, t, said := w.export.Statements[place], tallies[place], at(w.export.Statements[place].At)
		state, reason := c.Moderation.State()
		if c.withheld() {
			reason = reasonWithheld
		}
		return append(args, w.ids.statements[place], said, said, w.dialogue.ID, w.dialogue.ID, w.ids.people[c.Author], c.Body,
			state, reason, t.Agrees, t.Disagrees, t.Passes)
	})
}

func (w *writer) writeModerated(ctx context.Context) error {
	for _, place := range w.plan.moderated {
		state, reason := w.export.Statements[place].Moderation.State()
		_, err := w.store.Exec(ctx, w.tx, "UPDATE comments SET state = ?, state_reason = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
			state, reason, w.now, w.ids.statements[place])
		if err != nil {
			return err
		}
		c := w.have.statements[place]
		c.revision++
		w.have.statements[place] = c
		w.wrote(1)
	}
	return nil
}

// revision returns the current revision of a statement.
func (w *writer) revision(place int32) int {
	if c, before := w.have.statements[place]; before {
		return c.revision
	}
	return 1
}

func (w *writer) writeVotes(ctx context.Context) error {
	const into = "votes (id, comment_id, voter_id, choice, cast_at)"
	return w.insert(ctx, into, "(?, ?, ?, ?, ?)", len(w.plan.votes), func(args []any, i int) []any {
		place := w.plan.votes[i]
		v := w.export.Votes[place]
		return append(args, w.ids.votes[place], w.ids.statements[v.Statement], w.ids.people[v.Voter], v.Choice.Word(), at(v.At))
	})
}

// writeChanged replaces votes of an earlier load, and then recounts the votes on statements that were present before:
// others may have voted on them here.
func (w *writer) writeChanged(ctx context.Context) error {
	for _, place := range w.plan.changed {
		v := w.export.Votes[place]
		_, err := w.store.Exec(ctx, w.tx, "UPDATE votes SET choice = ?, cast_at = ? WHERE id = ?",
			v.Choice.Word(), at(v.At), w.have.votes[v.Pair()].id)
		if err != nil {
			return err
		}
		w.wrote(1)
	}
	const recount = `UPDATE comments SET
		agrees = (SELECT COUNT(*) FROM votes v WHERE v.comment_id = comments.id AND v.choice = 'AGREE'),
		disagrees = (SELECT COUNT(*) FROM votes v WHERE v.comment_id = comments.id AND v.choice = 'DISAGREE'),
		passes = (SELECT COUNT(*) FROM votes v WHERE v.comment_id = comments.id AND v.choice = 'PASS')
		WHERE id = ?`
	for _, place := range w.touched() {
		if _, err := w.store.Exec(ctx, w.tx, recount, w.ids.statements[place]); err != nil {
			return err
		}
	}
	return nil
}

// touched returns the statements that were present before and now have other votes.
func (w *writer) touched() []int32 {
	var places []int32
	seen := map[int32]bool{}
	for _, votes := range [][]int32{w.plan.votes, w.plan.changed} {
		for _, i := range votes {
			place := w.export.Votes[i].Statement
			if _, before := w.have.statements[place]; before && !seen[place] {
				seen[place] = true
				places = append(places, place)
			}
		}
	}
	return places
}

// writeActs queues one act for each statement written and one for each vote cast: nothing else records replaced votes. What else was
// written has no act of its own: participants, the number of the dialogue, and other votes on statements that were there.
func (w *writer) writeActs(ctx context.Context) error {
	also := []act.Subject{{Type: policy.Dialogue, ID: w.dialogue.ID}}
	for _, place := range w.plan.people {
		also = append(also, act.Subject{Type: policy.Stakeholder, ID: w.ids.people[place]})
	}
	for _, place := range w.touched() {
		also = append(also, act.Subject{Type: policy.Comment, ID: w.ids.statements[place]})
	}
	if err := act.Also(ctx, also...); err != nil {
		return err
	}
	statements := slices.Concat(w.plan.statements, w.plan.moderated)
	err := w.queue(ctx, "comment.imported", act.ForSubject, len(statements), func(i int) deed {
		place := statements[i]
		c := w.export.Statements[place]
		state, _ := c.Moderation.State()
		payload := map[string]any{"depth": 0, "number": c.ID, "state": state, "subject": w.dialogue.ID}
		if c.Seed {
			payload["seed"] = true
		}
		if c.Meta {
			payload["meta"] = true
		}
		return deed{id: uuid.Must(uuid.NewV7()), subject: w.ids.statements[place], revision: w.revision(place), at: at(c.At), payload: payload}
	})
	if err != nil {
		return err
	}
	return w.queue(ctx, "comment.voted", act.ForActor, len(w.plan.events), func(i int) deed {
		place := w.plan.events[i]
		v := w.export.Events[place]
		return deed{
			id: w.ids.acts[place], stakeholder: w.ids.people[v.Voter], subject: w.ids.statements[v.Statement],
			revision: w.revision(v.Statement), at: at(v.At),
			payload: map[string]any{"choice": v.Choice.Word(), "subject": w.dialogue.ID},
		}
	})
}
