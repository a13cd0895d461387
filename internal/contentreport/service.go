package contentreport

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbreport "github.com/plenary-dialogue/plenary/ent/db/contentreport"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// acts are the types of act about reports.
var acts = []act.Type{{Name: "contentreport.filed"}}

// Reportable is a noun of which something can be reported. Its domain implements it.
type Reportable interface {
	// Report locks a thing at the revision that the actor saw, if the actor may report it.
	Report(ctx context.Context, tx *db.Tx, id uuid.UUID, expected *int32) (access.Said, error)
}

// Service holds the use cases of reports.
type Service struct {
	access.Frame[db.ContentReport, placed]
	clock clock.Clock
	where []access.Where
}

// New makes the service for the kinds of thing on which something can be said that is reported.
func New(s *store.Store, l access.Log, c clock.Clock, where ...access.Where) *Service {
	n := &Service{clock: c, where: where}
	n.Frame = access.Frame[db.ContentReport, placed]{Noun: nounOf(where), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// fetch loads a report with where it was said what is reported.
func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.ContentReport.Query().Where(dbreport.ID(id), s.Store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	at, err := access.PlaceOf(ctx, tx, s.where, access.On{Type: row.SubjectType, ID: row.SubjectID})
	return placed{row, at}, err
}

// File reports something, or says in other words why the actor's party has.
func (s *Service) File(ctx context.Context, of Reportable, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		r, err := of.Report(ctx, tx, id, expected)
		if err != nil {
			return act.Entry{}, err
		}
		row, err := s.file(ctx, tx, r, reason)
		if err != nil {
			return act.Entry{}, fmt.Errorf("report: %w", err)
		}
		e := entry("contentreport.filed", placed{ContentReport: row})
		e.Row = row
		return e, nil
	})
}

func (s *Service) file(ctx context.Context, tx *db.Tx, r access.Said, reason string) (*db.ContentReport, error) {
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	if err := s.within(ctx, tx, actor.Stakeholder); err != nil {
		return nil, err
	}
	before, err := tx.ContentReport.Query().Where(dbreport.ReportedID(r.ID), dbreport.PartyID(actor.Stakeholder), s.Store.ForUpdate).Only(ctx)
	switch {
	case err == nil:
		if err := Reworded(before.State, string(before.Reason), reason); err != nil {
			return nil, err
		}
		return before.Update().SetReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	case !db.IsNotFound(err):
		return nil, err
	}
	return tx.ContentReport.Create().SetReportedType(policy.SubjectType(r.Type)).SetReportedID(r.ID).SetSubjectType(policy.SubjectType(r.On)).SetSubjectID(r.OnID).
		SetNillableDialogueID(r.Dialogue).SetAuthorID(r.Author).SetPartyID(actor.Stakeholder).SetMemberID(actor.Member).SetReason(optional.Text(reason)).
		SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
}

// within counts what the party has reported, and said in other words. Its row is locked: two reports at once are counted one after the other.
func (s *Service) within(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	if err := s.Store.Lock(ctx, tx, "stakeholders", party); err != nil {
		return err
	}
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return err
	}
	made := 0
	// What is open has a revision more for each time that it was said in other words.
	const text = `SELECT COALESCE(SUM(CASE WHEN created_at > ? THEN 1 ELSE 0 END + CASE WHEN state = 'OPEN' THEN revision - 1 ELSE 0 END), 0)
		FROM content_reports WHERE party_id = ? AND updated_at > ?`
	since := now.UTC().Add(-24 * time.Hour)
	if err := s.Store.QueryTx(ctx, tx, text, []any{since, party, since}, func(r *sql.Rows) error { return r.Scan(&made) }); err != nil {
		return fmt.Errorf("count reports: %w", err)
	}
	return Within(made)
}

// Personal says what an erasure and an export do with reports.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "content_reports", Column: "party_id", Erasure: "The words go; that something was reported stays.", Erase: s.erase,
			Export: &personal.File{
				Name: "content-reports", Noun: "contentreport", Columns: []string{"id", "created_at", "reported", "reason", "state"},
				Query: "SELECT id, created_at, reported_id, reason, state FROM content_reports WHERE party_id = ? ORDER BY id",
			},
		},
		{
			Table: "content_reports", Column: "author_id", Erasure: "It stays, and names a party that says nothing of itself any more.",
			Withheld: "Others have written it, and who reports is not told to those whose words are reported.",
		},
		{
			Table: "content_reports", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	const blank = "UPDATE content_reports SET reason = '', revision = revision + 1, updated_at = ? WHERE party_id = ?"
	if _, err := s.Store.Exec(ctx, tx, blank, s.clock.Now(), party); err != nil {
		return fmt.Errorf("blank reports: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.ContentReport, ID: p.ID, Revision: p.Revision},
		Parent: act.Parent{Type: policy.ResourceOf(p.SubjectType), ID: p.SubjectID}, Payload: map[string]any{"reported": p.ReportedID},
	}
	if p.DialogueID != nil {
		e.Dialogue = *p.DialogueID
	}
	return e
}
