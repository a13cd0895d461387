package opinion

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/opinion"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about opinions.
var acts = []act.Type{{Name: "opinion.given"}, {Name: "opinion.answered"}, {Name: "opinion.marked_read"}}

// Assessments are what opinions are about.
type Assessments interface {
	// Place loads an assessment inside a use case, with the number of its version.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Asks tells whether an assessment, which was loaded, asks a question.
	Asks(ctx context.Context, tx *db.Tx, id uuid.UUID, question string) (bool, error)
}

// Risks are what opinions are about, beside questions.
type Risks interface {
	// In tells whether a risk is in an assessment, which was loaded, and not taken out of it.
	In(ctx context.Context, tx *db.Tx, id, assessment uuid.UUID) (bool, error)
	// InVisibleID asks that the risk with an id is one that the actor may see.
	InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond
}

// Service holds the use cases of opinions.
type Service struct {
	access.Frame[db.Opinion, placed]
	clock       clock.Clock
	assessments Assessments
	risks       Risks
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, on Assessments, r Risks) *Service {
	n := &Service{clock: c, assessments: on, risks: r}
	n.Frame = access.Frame[db.Opinion, placed]{Noun: nounOf(on), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Give says what the actor's party thinks of the answer to a question, or of a risk. It replaces what the party said before, unless that was answered.
func (s *Service) Give(ctx context.Context, assessment uuid.UUID, risk *uuid.UUID, w Words) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.GiveOpinion, "opinion.given", access.In(s.assessments, assessment, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check(risk != nil)
		if err != nil {
			return placed{}, err
		}
		if err := s.there(ctx, tx, assessment, risk, w); err != nil {
			return placed{}, err
		}
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		const before = `UPDATE opinions SET state = 'REPLACED', revision = revision + 1, updated_at = ?
			WHERE assessment_id = ? AND version = ? AND party_id = ? AND state = 'GIVEN' AND `
		about := about(risk, w)
		args := append([]any{now, assessment, *at.Version, actor.Stakeholder}, about.Args...)
		err = s.Store.QueryTx(ctx, tx, before+about.SQL+" RETURNING id", args, func(r *sql.Rows) error { return act.AlsoOne(ctx, policy.Opinion, r.Scan) })
		if err != nil {
			return placed{}, fmt.Errorf("replace the opinion before: %w", err)
		}
		row, err := tx.Opinion.Create().SetAssessmentID(assessment).SetVersion(*at.Version).SetQuestion(w.question()).SetNillableRiskID(risk).SetPartyID(actor.Stakeholder).
			SetMemberID(actor.Member).SetStance(w.Stance).SetText(optional.Text(w.Text)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		return placed{row, at}, err
	})
}

// there refuses an opinion on a question or a risk that the assessment, which was loaded, does not have.
func (s *Service) there(ctx context.Context, tx *db.Tx, assessment uuid.UUID, risk *uuid.UUID, w Words) error {
	if risk != nil {
		in, err := s.risks.In(ctx, tx, *risk, assessment)
		if err == nil && !in {
			err = fault.MissingField("risk")
		}
		return err
	}
	asks, err := s.assessments.Asks(ctx, tx, assessment, *w.Question)
	if err == nil && !asks {
		err = fault.InvalidField("question", enum.UserErrorCodeUnknownQuestion, "the template has no such question")
	}
	return err
}

// about asks for an opinion to be on the same question or risk.
func about(risk *uuid.UUID, w Words) store.Cond {
	if risk != nil {
		return store.Where("risk_id = ?", *risk)
	}
	return store.Where("risk_id IS NULL AND question = ?", *w.Question)
}

func (w Words) question() optional.Text {
	if w.Question == nil {
		return ""
	}
	return optional.Text(*w.Question)
}

// Reply answers an opinion in words.
func (s *Service) Reply(ctx context.Context, id uuid.UUID, reply string, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.ReplyToOpinion, id, expected, "opinion.answered", func(ctx context.Context, _ *db.Tx, p placed) (*db.Opinion, error) {
		var f fault.Form
		reply := f.Text("reply", reply, longest)
		if err := f.Err(); err != nil {
			return nil, err
		}
		return s.answered(ctx, p).SetState(enum.OpinionStateAnswered).SetReply(optional.Text(reply)).Save(ctx)
	})
}

// MarkRead says that the firm has read an opinion.
func (s *Service) MarkRead(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.MarkOpinionRead, id, expected, "opinion.marked_read", func(ctx context.Context, _ *db.Tx, p placed) (*db.Opinion, error) {
		return s.answered(ctx, p).SetState(enum.OpinionStateRead).Save(ctx)
	})
}

func (s *Service) answered(ctx context.Context, p placed) *db.OpinionUpdateOne {
	now := s.clock.Now()
	return p.Update().SetReplierID(policy.ActorFrom(ctx).Member).SetAnsweredAt(now).AddRevision(1).SetUpdatedAt(now)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Opinion.Query().Where(opinion.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the assessment, then the opinion: whoever gives one locks them in this order, too.
	at, err := s.assessments.Place(ctx, tx, row.AssessmentID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Opinion.Query().Where(opinion.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

// Personal says what an erasure and an export do with opinions of customers.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "opinions", Column: "party_id", Erasure: "A customer's words go; that somebody had this opinion stays, with what the firm replied.", Erase: s.erase,
			Export: &personal.File{
				Name: "opinions", Noun: "opinion", Columns: []string{"id", "created_at", "assessment", "version", "question", "risk", "stance", "text", "state", "reply"},
				Query: `SELECT o.id, o.created_at, COALESCE(a.reference, ''), o.version, o.question, COALESCE(CAST(r.number AS TEXT), ''), o.stance, o.text, o.state, o.reply FROM opinions o
					JOIN assessments a ON a.id = o.assessment_id LEFT JOIN risks r ON r.id = o.risk_id WHERE o.party_id = ? ORDER BY o.id`,
			},
			Kept: []personal.Kept{
				{Columns: []string{"question"}, Why: "It names a question of a template."},
				{Columns: []string{"reply"}, Why: "The firm wrote it."},
			},
		},
		{
			Table: "opinions", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
		{
			Table: "opinions", Column: "replier_id", Organisations: true, Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "What a firm says is its own, not its member's.",
		},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	const blank = "UPDATE opinions SET text = '', revision = revision + 1, updated_at = ? WHERE party_id = ?"
	if _, err := s.Store.Exec(ctx, tx, blank, s.clock.Now(), customer); err != nil {
		return fmt.Errorf("erase opinions: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	payload := map[string]any{"state": p.State, "version": p.Version, "question": p.Question, "stance": p.Stance}
	if p.RiskID != nil {
		payload["risk"] = typeid.New(string(policy.Risk), *p.RiskID).String()
	}
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Opinion, ID: p.ID, Revision: p.Revision}, Owner: p.PartyID,
		Parent:  act.Parent{Type: policy.Assessment, ID: p.AssessmentID},
		Payload: payload,
	}
}
