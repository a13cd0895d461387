package synthesis

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbsynthesis "github.com/plenary-dialogue/plenary/ent/db/synthesis"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about syntheses.
var acts = []act.Type{{Name: "synthesis.published"}, {Name: "synthesis.objected"}, {Name: "synthesis.answered"}}

// Dialogues are where something was heard.
type Dialogues interface {
	access.Places
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Service holds the use cases of syntheses.
type Service struct {
	access.Frame[db.Synthesis, placed]
	clock     clock.Clock
	dialogues Dialogues
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, d Dialogues) *Service {
	n := &Service{clock: c, dialogues: d}
	n.Frame = access.Frame[db.Synthesis, placed]{Noun: nounOf(d), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Publish publishes what was heard in a phase. What was published for it before is kept.
func (s *Service) Publish(ctx context.Context, p Plan) (*act.Result, error) {
	var at access.Place
	frame := s.Frame
	frame.Entry = func(typ string, y placed) act.Entry {
		e := entry(typ, y)
		cited := 0
		for _, one := range p.Sentences {
			cited += len(one.Citations)
		}
		e.Payload = map[string]any{"phase": p.Phase, "number": y.Number, "sentences": len(p.Sentences), "citations": cited, "contentHash": y.ContentHash}
		return e
	}
	return frame.Create(ctx, policy.PublishSynthesis, "synthesis.published", access.In(s.dialogues, p.Dialogue, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		var err error
		if p, err = p.Check(); err != nil {
			return placed{}, err
		}
		now, err := s.now(ctx, tx)
		if err != nil {
			return placed{}, err
		}
		phase, err := s.heard(ctx, tx, p, now)
		if err != nil {
			return placed{}, err
		}
		if err := s.citable(ctx, tx, p, phase); err != nil {
			return placed{}, err
		}
		row, err := s.keep(ctx, tx, p, phase, now)
		return placed{Synthesis: row, place: at, now: now}, err
	})
}

// now is the time by the clock of the database, as precise as it is stored.
func (s *Service) now(ctx context.Context, tx *db.Tx) (time.Time, error) {
	now, err := s.Store.Now(ctx, tx)
	return now.UTC().Truncate(time.Microsecond), err
}

// heard finds the phase and locks it, so that versions are numbered one after the other. It must be over.
func (s *Service) heard(ctx context.Context, tx *db.Tx, p Plan, now time.Time) (id uuid.UUID, err error) {
	const text = `SELECT p.id, p.closes_at, (SELECT n.opens_at FROM phases n WHERE n.dialogue_id = p.dialogue_id AND n.round = p.round AND n.position > p.position
		ORDER BY n.position LIMIT 1), (d.state = 'CLOSED' OR d.round > p.round) FROM phases p JOIN dialogues d ON d.id = p.dialogue_id
		WHERE p.dialogue_id = ? AND p.position = ?`
	var closes, next sql.NullTime
	var term Term
	err = s.Store.QueryTx(ctx, tx, text, []any{p.Dialogue, p.Phase - 1}, func(r *sql.Rows) error { return r.Scan(&id, &closes, &next, &term.Ended) })
	if err != nil {
		return id, fmt.Errorf("find the phase: %w", err)
	}
	term.Closes, term.NextOpens = timeOf(closes), timeOf(next)
	switch {
	case id == uuid.Nil:
		return id, fault.MissingField("phase")
	case !term.Over(now):
		return id, fault.InvalidField("phase", enum.UserErrorCodeTooEarly, "this phase is not over: what was heard in it is published at its end")
	}
	return id, s.Store.Lock(ctx, tx, "phases", id)
}

func timeOf(t sql.NullTime) *time.Time {
	if !t.Valid {
		return nil
	}
	return new(t.Time.UTC())
}

// cited is a comment as it is when it is cited.
type cited struct {
	phase uuid.NullUUID
	shown bool // to all who read the dialogue
}

// citable refuses what was not said in the phase, or is not shown.
func (s *Service) citable(ctx context.Context, tx *db.Tx, p Plan, phase uuid.UUID) error {
	var ids []uuid.UUID
	for _, one := range p.Sentences {
		ids = append(ids, one.Citations...)
	}
	of, found := s.Store.AnyOf("c.id", ids), map[uuid.UUID]cited{}
	text := `SELECT c.id, c.phase_id, c.state = 'VISIBLE' AND (c.subject_type = 'DIALOGUE' OR c.subject_type = 'PROPOSAL'
		AND EXISTS (SELECT 1 FROM proposals r WHERE r.id = c.subject_id AND r.published)) FROM comments c WHERE c.dialogue_id = ? AND ` + of.SQL
	err := s.Store.QueryTx(ctx, tx, text, append([]any{p.Dialogue}, of.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		var one cited
		err := r.Scan(&id, &one.phase, &one.shown)
		found[id] = one
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is cited: %w", err)
	}
	var f fault.Form
	for i, sentence := range p.Sentences {
		for j, id := range sentence.Citations {
			switch at, one := citation(fmt.Sprintf("sentences.%d", i), j), found[id]; {
			case !one.shown:
				f.Add(fault.MissingField(at))
			case one.phase.UUID != phase:
				f.Refuse(at, enum.UserErrorCodeIneligible, "this comment was not made in that phase")
			}
		}
	}
	return f.Err()
}

// keep writes a version, which takes the place of the one before.
func (s *Service) keep(ctx context.Context, tx *db.Tx, p Plan, phase uuid.UUID, now time.Time) (*db.Synthesis, error) {
	before, number := uuid.NullUUID{}, 0
	const last = "SELECT id, number FROM syntheses WHERE phase_id = ? ORDER BY number DESC LIMIT 1"
	if err := s.Store.QueryTx(ctx, tx, last, []any{phase}, func(r *sql.Rows) error { return r.Scan(&before, &number) }); err != nil {
		return nil, fmt.Errorf("find the version before: %w", err)
	}
	if before.Valid {
		const replaced = "UPDATE syntheses SET state = 'REPLACED', revision = revision + 1, updated_at = ? WHERE id = ?"
		if _, err := s.Store.Exec(ctx, tx, replaced, now, before.UUID); err != nil {
			return nil, fmt.Errorf("replace the version before: %w", err)
		}
	}
	row, err := tx.Synthesis.Create().SetDialogueID(p.Dialogue).SetPhaseID(phase).SetConvenorID(policy.ActorFrom(ctx).Stakeholder).SetNumber(number + 1).
		SetContentHash(p.Hash(number + 1)).SetObjectionsUntil(now.Add(ObjectFor)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range p.Sentences {
		sentence, err := tx.SynthesisSentence.Create().SetSynthesisID(row.ID).SetText(one.Text).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("keep a sentence: %w", err)
		}
		rows := make([]*db.CitationCreate, len(one.Citations))
		for i, id := range one.Citations {
			rows[i] = tx.Citation.Create().SetSentenceID(sentence.ID).SetSynthesisID(row.ID).SetCommentID(id)
		}
		if err := tx.Citation.CreateBulk(rows...).Exec(ctx); err != nil {
			return nil, fmt.Errorf("keep what a sentence cites: %w", err)
		}
	}
	return row, nil
}

// Object says that the actor's party was not heard.
func (s *Service) Object(ctx context.Context, id uuid.UUID, text string, expected *int32) (*act.Result, error) {
	var f fault.Form
	text = f.Text("text", text, longestWords)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Change(ctx, policy.ObjectNotHeard, id, expected, "synthesis.objected", func(ctx context.Context, tx *db.Tx, y placed) (*db.Synthesis, error) {
		const insert = `INSERT INTO synthesis_objections (id, synthesis_id, party_id, text, created_at, answer) VALUES (?, ?, ?, ?, ?, '')`
		if _, err := s.Store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), id, policy.ActorFrom(ctx).Stakeholder, text, y.now); err != nil {
			return nil, fmt.Errorf("keep the objection: %w", err)
		}
		return y.Update().AddRevision(1).SetUpdatedAt(y.now).Save(ctx)
	})
}

// Answer answers a party that was not heard.
func (s *Service) Answer(ctx context.Context, id, party uuid.UUID, text string, expected *int32) (*act.Result, error) {
	var f fault.Form
	text = f.Text("text", text, longestWords)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Because(text).Change(ctx, policy.AnswerNotHeard, id, expected, "synthesis.answered", func(ctx context.Context, tx *db.Tx, y placed) (*db.Synthesis, error) {
		const answer = "UPDATE synthesis_objections SET answer = ?, answered_at = ? WHERE synthesis_id = ? AND party_id = ? AND answered_at IS NULL"
		n, err := s.Store.Exec(ctx, tx, answer, text, y.now, id, party)
		switch {
		case err != nil:
			return nil, fmt.Errorf("keep the answer: %w", err)
		case n == 0:
			return nil, fault.MissingField("party")
		}
		return y.Update().AddRevision(1).SetUpdatedAt(y.now).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Synthesis.Query().Where(dbsynthesis.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the dialogue, as whoever publishes does.
	at, err := s.dialogues.Place(ctx, tx, row.DialogueID)
	if err != nil {
		return placed{}, err
	}
	y := placed{place: at}
	if y.Synthesis, err = tx.Synthesis.Query().Where(dbsynthesis.ID(id), s.Store.ForUpdate).Only(ctx); err != nil {
		return placed{}, err
	}
	if y.now, err = s.now(ctx, tx); err != nil { // once it is locked: whoever waited for that is late
		return placed{}, err
	}
	text, args := s.factsOf(ctx, []uuid.UUID{id})
	err = s.Store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error { return r.Scan(&id, &y.commented, &y.objected, &y.unanswered) })
	return y, err
}

// Personal says what an erasure and an export do with objections.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "syntheses", Column: "convenor_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "synthesis_objections", Column: "party_id", Erasure: "The words go; that a party was not heard stays, with the answer.", Erase: s.erase,
			Export: &personal.File{
				Name: "not-heard", Noun: "synthesis", Columns: []string{"synthesis", "created_at", "text", "answer", "answered_at"},
				Query: "SELECT synthesis_id, created_at, text, answer, answered_at FROM synthesis_objections WHERE party_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{{Columns: []string{"answer"}, Why: "The convenor wrote it."}},
		},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	const blank = "UPDATE synthesis_objections SET text = '' WHERE party_id = ?"
	if _, err := s.Store.Exec(ctx, tx, blank, party); err != nil {
		return fmt.Errorf("blank objections: %w", err)
	}
	return nil
}

func entry(typ string, y placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Synthesis, ID: y.ID, Revision: y.Revision}, Parent: act.Parent{Type: policy.Dialogue, ID: y.DialogueID},
		Dialogue: y.DialogueID, Owner: y.ConvenorID, Payload: map[string]any{"number": y.Number, "state": y.State},
	}
}
