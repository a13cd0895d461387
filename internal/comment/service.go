package comment

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/comment"
	"github.com/plenary-dialogue/plenary/ent/db/proposalversion"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of comments.
type Service struct {
	store       *store.Store
	log         *actlog.Log
	clock       clock.Clock
	dialogues   *dialogue.Service
	proposals   *proposal.Service
	practices   *practice.Service
	assessments *assessment.Service
}

// New makes the service.
func New(
	s *store.Store, l *actlog.Log, c clock.Clock, d *dialogue.Service, p *proposal.Service, r *practice.Service, a *assessment.Service,
) *Service {
	return &Service{store: s, log: l, clock: c, dialogues: d, proposals: p, practices: r, assessments: a}
}

// Subject names what a comment is about.
type Subject struct {
	Type policy.Resource
	ID   uuid.UUID
}

// place is where something is said: the subject as the policy sees it, and its text for quoting.
type place struct {
	subject  Subject
	dialogue *uuid.UUID
	facts    policy.Fact
	text     string
	version  *int
}

// openPlace is what holds outside of dialogues: discussion is open, and any facilitator that acts for a party stands in
// for the convenor.
func openPlace(a policy.Actor) policy.Fact {
	facts := policy.DialogueOpen | policy.MayComment | policy.MayVote | policy.Shown
	if a.Stakeholder != uuid.Nil {
		facts |= policy.Convenor
	}
	return facts
}

// words of the stored subject types.
var words = map[policy.Resource]string{
	policy.Dialogue: "DIALOGUE", policy.Proposal: "PROPOSAL", policy.Practice: "PRACTICE", policy.Assessment: "ASSESSMENT",
}

// ResourceOf gives the resource of a stored subject type.
func ResourceOf(word string) policy.Resource {
	for r, w := range words {
		if w == word {
			return r
		}
	}
	return ""
}

// Post says something on a subject, or in reply to a comment; exactly one of the two is given.
func (s *Service) Post(ctx context.Context, about *Subject, parent *uuid.UUID, d Draft) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		if (about == nil) == (parent == nil) {
			return actlog.Entry{}, fault.InvalidField("subject", "give the subject, or the comment to reply to")
		}
		depth := 0
		if parent != nil {
			above, _, err := s.load(ctx, tx, *parent)
			if err != nil {
				return actlog.Entry{}, err
			}
			if depth, err = Depth(above.Depth); err != nil {
				return actlog.Entry{}, err
			}
			about = &Subject{ResourceOf(above.SubjectType), above.SubjectID}
		}
		place, err := s.enter(ctx, tx, *about)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, policy.PostComment, policy.Subject{Resource: policy.Comment, Facts: place.facts}); err != nil {
			return actlog.Entry{}, err
		}
		d, err := d.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		row, err := s.create(ctx, tx, place, parent, depth, d)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("post comment: %w", err)
		}
		e := entry("comment.posted", row, map[string]any{"depth": row.Depth, "stance": row.Stance})
		return shown(policy.ActorFrom(ctx), e, row, place), nil
	})
}

func (s *Service) create(ctx context.Context, tx *db.Tx, at place, parent *uuid.UUID, depth int, d Draft) (*db.Comment, error) {
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	c := tx.Comment.Create().SetSubjectType(words[at.subject.Type]).SetSubjectID(at.subject.ID).SetNillableDialogueID(at.dialogue).
		SetNillableParentID(parent).SetDepth(depth).SetAuthorID(actor.Stakeholder).SetMemberID(actor.Member).
		SetBody(d.Body).SetStance(d.Stance).SetLanguage(d.Language).SetCreatedAt(now).SetUpdatedAt(now)
	if d.Quote != nil {
		text, version := at.text, at.version
		if d.Quote.Version != nil {
			v, err := s.version(ctx, tx, at, *d.Quote.Version)
			if err != nil {
				return nil, err
			}
			text, version = v.Body, d.Quote.Version
		}
		passage, err := Passage(text, d.Quote.Start, d.Quote.End)
		if err != nil {
			return nil, err
		}
		c.SetQuoteStart(d.Quote.Start).SetQuoteEnd(d.Quote.End).SetNillableQuoteVersion(version).SetQuoteText(passage)
	}
	return c.Save(ctx)
}

// version gives a version of a proposal that its readers may read.
func (s *Service) version(ctx context.Context, tx *db.Tx, at place, number int) (*db.ProposalVersion, error) {
	missing := fault.InvalidField("quote.version", "there is no such version to quote")
	if at.subject.Type != policy.Proposal {
		return nil, missing
	}
	v, err := tx.ProposalVersion.Query().Where(proposalversion.ProposalID(at.subject.ID), proposalversion.Number(number)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	row, err := tx.Proposal.Get(ctx, at.subject.ID)
	if err != nil {
		return nil, err
	}
	if row.OpenedVersion == nil || number < *row.OpenedVersion {
		return nil, missing
	}
	return v, nil
}

// enter loads what is to be commented on; what the actor may not see is missing.
func (s *Service) enter(ctx context.Context, tx *db.Tx, about Subject) (place, error) {
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	at := place{subject: about}
	switch about.Type {
	case policy.Dialogue:
		space, err := s.dialogues.Enter(ctx, tx, about.ID)
		if err != nil {
			return at, err
		}
		at.dialogue, at.text, at.facts = &space.Row.ID, space.Row.Brief, space.Facts(actor, now)|policy.Shown
	case policy.Proposal:
		row, space, err := s.proposals.Read(ctx, tx, about.ID)
		if err != nil {
			return at, err
		}
		at.dialogue, at.text, at.version, at.facts = &row.DialogueID, row.Body, &row.Version, space.Facts(actor, now)
		if row.State == "OPEN" {
			at.facts |= policy.Shown
		}
	case policy.Practice:
		row, err := s.practices.Load(ctx, tx, about.ID)
		if err != nil {
			return at, err
		}
		at.text, at.facts = row.Description, openPlace(actor)
		if row.State == "PROPOSED" {
			at.facts &^= policy.Shown
		}
	case policy.Assessment:
		row, err := s.assessments.Load(ctx, tx, about.ID)
		if err != nil {
			return at, err
		}
		at.facts = openPlace(actor)
		if row.State != "PUBLISHED" {
			at.facts &^= policy.Shown
		}
	default:
		return at, fault.Missing()
	}
	return at, nil
}

// Vote casts or replaces the actor's vote on a top-level comment. The last vote counts.
func (s *Service) Vote(ctx context.Context, id uuid.UUID, choice string) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		actor := policy.ActorFrom(ctx)
		row, at, err := s.load(ctx, tx, id)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, policy.VoteOnComment, subject(actor, row, at)); err != nil {
			return actlog.Entry{}, err
		}
		if row.Depth > 0 {
			return actlog.Entry{}, fault.InvalidField("id", "you can vote only on a top-level comment, not on a reply")
		}
		before, err := s.replaceVote(ctx, tx, id, actor.Stakeholder, choice)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("vote on comment: %w", err)
		}
		if err := s.count(ctx, tx, row, before, choice); err != nil {
			return actlog.Entry{}, fmt.Errorf("save tally: %w", err)
		}
		e := entry("comment.voted", row, map[string]any{"choice": choice})
		e.Audience = actlog.ForActor
		return shown(actor, e, row, at), nil
	})
}

// replaceVote keeps the one vote of a participant and tells what it was before. The comment's row is locked, so no other
// vote of the same participant can come between.
func (s *Service) replaceVote(ctx context.Context, tx *db.Tx, comment, voter uuid.UUID, choice string) (before string, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("name the vote: %w", err)
	}
	const old = "SELECT choice FROM votes WHERE comment_id = ? AND voter_id = ?"
	const save = `INSERT INTO votes (id, comment_id, voter_id, choice, cast_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (comment_id, voter_id) DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at`
	args := []any{id, comment, voter, choice, s.clock.Now()}
	scan := func(r *sql.Rows) error { return r.Scan(&before) }
	if s.store.IsPostgres() { // where each statement is a way there and back; what it finds is from before it writes
		const both = "WITH old AS (" + old + ") " + save + " RETURNING COALESCE((SELECT choice FROM old), '')"
		err = s.store.QueryTx(ctx, tx, both, append([]any{comment, voter}, args...), scan)
		return before, err
	}
	if err := s.store.QueryTx(ctx, tx, old, []any{comment, voter}, scan); err != nil {
		return "", err
	}
	_, err = s.store.Exec(ctx, tx, save, args...)
	return before, err
}

// count moves a vote from one choice to another in the tally of a comment whose row is locked.
func (s *Service) count(ctx context.Context, tx *db.Tx, row *db.Comment, before, choice string) error {
	if before == choice {
		return nil
	}
	agrees, disagrees, passes := Shift(before, choice)
	row.Agrees, row.Disagrees, row.Passes = row.Agrees+agrees, row.Disagrees+disagrees, row.Passes+passes
	row.UpdatedAt = s.clock.Now() // who asks for what changed since hears of votes as well
	_, err := s.store.Exec(ctx, tx, "UPDATE comments SET agrees = ?, disagrees = ?, passes = ?, updated_at = ? WHERE id = ?",
		row.Agrees, row.Disagrees, row.Passes, row.UpdatedAt, row.ID)
	return err
}

// Hide takes a comment down.
func (s *Service) Hide(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	return s.moderate(ctx, policy.HideComment, id, reason, expected, "comment.hidden", "HIDDEN")
}

// Restore shows a comment again.
func (s *Service) Restore(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	return s.moderate(ctx, policy.RestoreComment, id, reason, expected, "comment.restored", "VISIBLE")
}

func (s *Service) moderate(
	ctx context.Context, action policy.Action, id uuid.UUID, reason string, expected *int32, act, state string,
) (*actlog.Receipt, error) {
	reason, err := fault.Text("reason", reason, 2000)
	if err != nil {
		return nil, err
	}
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		row, at, err := s.load(ctx, tx, id)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, action, subject(policy.ActorFrom(ctx), row, at)); err != nil {
			return actlog.Entry{}, err
		}
		if err := store.SameRevision(row.Revision, expected); err != nil {
			return actlog.Entry{}, err
		}
		wasShown := row.State == "VISIBLE"
		row, err = row.Update().SetState(state).SetStateReason(reason).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("save comment: %w", err)
		}
		e := shown(policy.ActorFrom(ctx), entry(act, row, map[string]any{"state": state, "reason": reason}), row, at)
		if wasShown && state != "VISIBLE" {
			e.Audience = actlog.ForPlace // or those who keep a copy would never hear that it is gone
		}
		return e, nil
	})
}

// Blank takes away what an author wrote, and leaves that something was said here, what was answered and how it was voted on.
func (s *Service) Blank(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	const blank = "UPDATE comments SET body = '', quote_text = '', revision = revision + 1, updated_at = ? WHERE author_id = ?"
	if _, err := s.store.Exec(ctx, tx, blank, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank comments: %w", err)
	}
	return nil
}

// load keeps a comment as it is inside a transaction and gives it with its place. One that the actor may not see, or on
// something it may not see, is missing.
func (s *Service) load(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Comment, place, error) {
	row, err := tx.Comment.Query().Where(comment.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return nil, place{}, err
	}
	at, err := s.enter(ctx, tx, Subject{ResourceOf(row.SubjectType), row.SubjectID})
	if err != nil {
		return nil, at, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, policy.ReadComment, subject(actor, row, at)).Allowed {
		return nil, at, fault.Missing()
	}
	return row, at, nil
}

// shown adds the comment as it now is to its act, for the answer to an actor that may still read it.
func shown(a policy.Actor, e actlog.Entry, row *db.Comment, at place) actlog.Entry {
	if policy.Decide(a, policy.ReadComment, subject(a, row, at)).Allowed {
		e.Row = row
	}
	return e
}

func subject(a policy.Actor, row *db.Comment, at place) policy.Subject {
	s := policy.Subject{Resource: policy.Comment, State: row.State, Facts: at.facts}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == row.AuthorID {
		s.Facts |= policy.Own
	}
	return s
}

func entry(act string, row *db.Comment, payload map[string]any) actlog.Entry {
	e := actlog.Entry{
		Type: act, Subject: actlog.Subject{Type: policy.Comment, ID: row.ID, Revision: row.Revision},
		Parent: actlog.Parent{Type: ResourceOf(row.SubjectType), ID: row.SubjectID},
	}
	payload["subject"] = row.SubjectID
	if row.DialogueID != nil {
		e.Dialogue = *row.DialogueID
	}
	e.Payload = payload
	return e
}
