package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about proposals.
var acts = []act.Type{
	{Name: "proposal.drafted"},
	{Name: "proposal.edited"},
	{Name: "proposal.submitted"},
	{Name: "proposal.taken_up"},
	{Name: "proposal.returned"},
	{Name: "proposal.opened"},
	{Name: "proposal.withdrawn"},
	{Name: "proposal.sponsored"},
	{Name: "proposal.hidden"},
	{Name: "proposal.restored"},
	{Name: "proposal.reports_dismissed"},
	{Name: "proposal.sponsorship_withdrawn"},
	{Name: "proposal.commitment_accepted"},
}

// Service holds the use cases of proposals.
type Service struct {
	access.Frame[db.Proposal, placed]
	store     *store.Store
	clock     clock.Clock
	log       access.Appender
	dialogues Dialogues
	practices Practices
	binding   Outcomes // of proposals that bind one firm
	others    Outcomes
	settling  []Settling // before ballots open
	moderators
	files Files
}

// Dialogues are where proposals are made.
type Dialogues interface {
	// Place loads a dialogue inside a use case, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// PlaceWith loads the one that a row names, together with that row; false where they are to be loaded one after the other.
	PlaceWith(ctx context.Context, tx *db.Tx, with store.Beside) (access.Place, bool, error)
	// Places reads many.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// MaySponsor asks for a column to name one that asks for sponsors of the chamber of the actor's party.
	MaySponsor(a policy.Actor, column string) store.Cond
}

// Practices links proposals to what they are about.
type Practices interface {
	// Linkable checks them.
	Linkable(ctx context.Context, tx *db.Tx, practices []uuid.UUID) error
	Link(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) error
	// Relink says anew what a thing is about, and tells whether that changes it.
	Relink(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) (changed bool, err error)
	// FirmOf is the firm whose practices these are; nil where they are of several.
	FirmOf(ctx context.Context, tx *db.Tx, practices []uuid.UUID) (*uuid.UUID, error)
	// InVisibleID asks that a practice is one that the actor may see.
	InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond
}

// Files keep what is attached.
type Files interface {
	access.Files
	// Hashes gives those of the files that a thing has, inside a use case.
	Hashes(ctx context.Context, tx *db.Tx, subject uuid.UUID) ([]string, error)
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, d Dialogues, practices Practices, f Files) *Service {
	p := &Service{store: s, clock: c, log: l, dialogues: d, practices: practices, files: f}
	p.Frame = access.Frame[db.Proposal, placed]{Noun: nounOf(d), Store: s, Log: l, Acts: acts, Fetch: p.fetch, Entry: entry}
	p.AsPlace = p.placeOf
	return p
}

// Draft writes a proposal. Only its author's party sees it until it is submitted.
func (s *Service) Draft(ctx context.Context, dialogueID uuid.UUID, w Words, b Bond, practices, files []uuid.UUID) (*act.Result, error) {
	var place access.Place
	return s.Create(ctx, policy.DraftProposal, "proposal.drafted", access.In(s.dialogues, dialogueID, &place), func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check()
		var form fault.Form
		form.Add(err)
		form.Add(s.practices.Linkable(ctx, tx, practices))
		form.Add(s.bindable(ctx, tx, w.Kind, b.Firm, practices))
		form.Add(s.supersedable(ctx, tx, dialogueID, w.Kind, b.Supersedes))
		if err := form.Err(); err != nil {
			return placed{}, err
		}
		if b.Firm, err = s.bound(ctx, tx, w.Kind, b.Firm, practices); err != nil {
			return placed{}, err
		}
		id := uuid.Must(uuid.NewV7())
		if w.Files, _, err = s.files.Put(ctx, tx, policy.Proposal, id, 1, files); err != nil {
			return placed{}, err
		}
		row, err := s.draft(ctx, tx, id, dialogueID, w, b)
		if err != nil {
			return placed{}, err
		}
		return placed{Proposal: row, dialogue: place}, s.practices.Link(ctx, tx, policy.Proposal, row.ID, practices)
	})
}

// draft saves a proposal that only its author's party sees.
func (s *Service) draft(ctx context.Context, tx *db.Tx, id, dialogue uuid.UUID, w Words, b Bond) (*db.Proposal, error) {
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	return tx.Proposal.Create().SetID(id).SetDialogueID(dialogue).SetAuthorID(actor.Stakeholder).SetMemberID(actor.Member).
		SetKind(w.Kind).SetTitle(w.Title).SetSummary(optional.Text(w.Summary)).SetBody(w.Body).SetLanguage(w.Language).SetContentHash(w.Hash()).
		SetNillableFirmID(b.Firm).SetNillableSupersedesID(b.Supersedes).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
}

// Change holds the new words of an edit; nil keeps the old ones.
type Change struct {
	Title, Summary, Body *string
	Kind                 *enum.ProposalKind // of a draft only, as what follows
	Language             *string
	Practices            []uuid.UUID
	Files                []uuid.UUID // all that the version has
	Firm                 *uuid.UUID  // also of what is open
}

func (c Change) of(w Words) Words {
	for _, f := range []struct{ to, from *string }{{&w.Title, c.Title}, {&w.Summary, c.Summary}, {&w.Body, c.Body}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	return w
}

// Edit changes the words. Once submitted, every edit says why and makes a new version. The act says why if the proposal is open: an
// earlier reason stays with the versions of that time, which not all may see who see the act later.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, reason string, expected *int32) (*act.Result, error) {
	frame, told := s.Frame, ""
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Reason = told
		return e
	}
	return frame.Change(ctx, policy.EditProposal, id, expected, "proposal.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		var form fault.Form
		w, err := s.drafted(ctx, tx, p, c, &form).Check()
		form.Add(err)
		state, version := Edit(p.State, p.SubmittedAt != nil)
		if version {
			reason = form.Text("reason", reason, 2000)
		}
		if p.OpenedVersion != nil {
			told = reason
		}
		if err := form.Err(); err != nil {
			return nil, err
		}
		number := p.Version
		if version {
			number++
		}
		if w.Files, _, err = s.files.Put(ctx, tx, policy.Proposal, id, number, c.Files); err != nil {
			return nil, err
		}
		bound, err := s.rebound(ctx, tx, p, c, w.Kind)
		if err != nil {
			return nil, err
		}
		about := !same(bound, p.FirmID)
		if c.Practices != nil {
			moved, err := s.practices.Relink(ctx, tx, policy.Proposal, id, c.Practices)
			if err != nil {
				return nil, err
			}
			about = about || moved
		}
		if w.Hash() == p.ContentHash && !about && (state == p.State || Discussed(p.State)) { // what was voted on is opened again by other words only
			return nil, fault.NothingToDo("the proposal says this already")
		}
		update := p.Update().SetTitle(w.Title).SetSummary(optional.Text(w.Summary)).SetBody(w.Body).SetKind(w.Kind).SetLanguage(w.Language).SetContentHash(w.Hash()).SetState(state).
			SetStateReason("").AddRevision(1).SetUpdatedAt(s.clock.Now())
		if version {
			update.AddVersion(1)
		}
		if !same(bound, p.FirmID) {
			s.bind(update, bound)
		}
		row, err := update.Save(ctx)
		if err == nil && version {
			err = s.keepVersion(ctx, tx, row, reason)
		}
		return row, err
	})
}

// drafted are the words of an edit, with what only a draft can change.
func (s *Service) drafted(ctx context.Context, tx *db.Tx, p placed, c Change, form *fault.Form) Words {
	w := c.of(wordsOf(p.Proposal))
	draft := p.State == enum.ProposalStateDraft || p.State == enum.ProposalStateReturned
	for _, one := range []struct {
		field string
		given bool
	}{{"kind", c.Kind != nil}, {"language", c.Language != nil}, {"practices", c.Practices != nil}} {
		if one.given && !draft {
			form.Add((&fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeState, Field: one.field, Message: "you can change this only while the proposal is a draft or returned"}).
				With(fault.Values{State: optional.Text(p.State), States: []string{string(enum.ProposalStateDraft), string(enum.ProposalStateReturned)}}))
		}
	}
	if c.Kind != nil {
		w.Kind = *c.Kind
	}
	if c.Language != nil {
		w.Language = *c.Language
	}
	if c.Practices != nil && draft {
		form.Add(s.practices.Linkable(ctx, tx, c.Practices))
	}
	return w
}

// Submit hands a draft in; its words become version 1, or the next one. The first time it gets its number.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SubmitProposal, id, expected, "proposal.submitted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		update := s.moved(p, enum.ProposalStateSubmitted, "").SetSubmittedAt(s.clock.Now())
		if p.Reference == nil {
			reference, err := s.store.ReferenceWithin(ctx, tx, p.DialogueID, "P")
			if err != nil {
				return nil, err
			}
			update.SetNillableReference(reference)
		}
		row, err := update.Save(ctx)
		if err == nil && p.SubmittedAt == nil {
			err = s.keepVersion(ctx, tx, row, "")
		}
		return row, err
	})
}

// TakeUp takes a submitted proposal into review.
func (s *Service) TakeUp(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.move(ctx, policy.TakeUpProposal, id, expected, "proposal.taken_up", enum.ProposalStateUnderReview, "")
}

// Return sends a proposal back to its author.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.ReturnProposal, id, expected, "proposal.returned", enum.ProposalStateReturned, reason)
}

// Open opens a reviewed proposal to all. Whoever could open it hears what is missing.
func (s *Service) Open(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
		p, err := s.fetch(ctx, tx, id)
		if err != nil {
			return p, err
		}
		actor := policy.ActorFrom(ctx)
		whole := s.Subject(actor, p)
		whole.Facts.Add(policy.Complete)
		var form fault.Form
		if policy.Decide(actor, policy.OpenProposal, whole).Allowed {
			for _, lack := range p.part.lacks { // without the field and the values, which viewerCan does not say either
				form.Add(&fault.Fault{Kind: lack.Kind, Code: lack.Code, Message: lack.Message})
			}
		}
		return p, form.Err()
	}
	return frame.Change(ctx, policy.OpenProposal, id, expected, "proposal.opened", func(ctx context.Context, _ *db.Tx, p placed) (*db.Proposal, error) {
		return s.moved(p, enum.ProposalStateOpen, "").SetPublished(true).SetOpenedAt(s.clock.Now()).SetOpenedVersion(p.Version).Save(ctx)
	})
}

// Withdraw takes a proposal back.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.OptionalReason(reason)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.WithdrawProposal, id, expected, "proposal.withdrawn", enum.ProposalStateWithdrawn, reason)
}

func (s *Service) move(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, state enum.ProposalState, reason string,
) (*act.Result, error) {
	return s.Because(reason).Change(ctx, action, id, expected, typ, func(ctx context.Context, _ *db.Tx, p placed) (*db.Proposal, error) {
		return s.moved(p, state, reason).Save(ctx)
	})
}

func (s *Service) moved(p placed, state enum.ProposalState, reason string) *db.ProposalUpdateOne {
	return p.Update().SetState(state).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	return s.open(ctx, tx, id, s.store.ForUpdate)
}

func (s *Service) open(ctx context.Context, tx *db.Tx, id uuid.UUID, lock proposal.Predicate) (placed, error) {
	row, err := tx.Proposal.Query().Where(proposal.ID(id), lock).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	p := placed{Proposal: row}
	if p.dialogue, err = s.dialogues.Place(ctx, tx, row.DialogueID); err == nil {
		err = s.join(ctx, tx, &p)
	}
	return p, err
}

// join reads the actor's part in a proposal inside a use case.
func (s *Service) join(ctx context.Context, tx *db.Tx, p *placed) error {
	parts, err := s.parts(ctx, s.within(tx), []*db.Proposal{p.Proposal}, map[uuid.UUID]access.Place{p.DialogueID: p.dialogue})
	p.part = parts[p.ID]
	return err
}

func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, row *db.Proposal, reason string) error {
	err := tx.ProposalVersion.Create().SetProposalID(row.ID).SetNumber(row.Version).SetTitle(optional.Text(row.Title)).SetSummary(row.Summary).SetBody(optional.Text(row.Body)).
		SetLanguage(row.Language).SetContentHash(optional.Text(row.ContentHash)).SetEditorID(policy.ActorFrom(ctx).Stakeholder).SetReason(optional.Text(reason)).SetCreatedAt(s.clock.Now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d: %w", row.Version, err)
	}
	return nil
}

func wordsOf(row *db.Proposal) Words {
	return Words{Kind: row.Kind, Language: row.Language, Title: row.Title, Summary: string(row.Summary), Body: row.Body}
}

// Personal says what becomes of what customers proposed.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "proposals", Column: "author_id",
			Erasure: "Drafts lose their words; a proposal that was open to all stays without its author, as part of what was decided on.",
			Erase:   s.erase,
			Export: &personal.File{
				Name: "proposals", Noun: "proposal",
				Columns: []string{"id", "reference", "created_at", "updated_at", "kind", "title", "summary", "body", "state"},
				Query:   "SELECT id, COALESCE(reference, ''), created_at, updated_at, kind, title, summary, body, state FROM proposals WHERE author_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{
				{Columns: []string{"language"}, Why: "It is the name of a language, and says nothing of what was proposed."},
				{Columns: []string{"reference"}, Why: "It is a number, which others cite, and which nothing else may get."},
				{Columns: []string{"title", "summary", "body", "content_hash"}, Where: "published", Why: "Others discussed it and decided on it."},
			},
		},
		{
			Table: "proposals", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
		{
			Table: "proposals", Column: "firm_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "sponsors", Column: "party_id", Erasure: "It stays, and names a party that says nothing of itself any more.",
			Export: &personal.File{
				Name: "sponsorships", Noun: "proposal", Columns: []string{"proposal", "created_at", "version"},
				Query: "SELECT proposal_id, created_at, version FROM sponsors WHERE party_id = ? ORDER BY id",
			},
		},
		{
			Table: "proposal_versions", Column: "editor_id", Erasure: "Versions from before the opening lose their words, with those of the proposal.",
			Withheld: "The proposal is exported as it is now.",
			Kept: []personal.Kept{
				{Columns: []string{"language"}, Why: "It is the name of a language, and says nothing of what was proposed."},
				{
					Columns: []string{"title", "summary", "body", "content_hash", "reason"}, Why: "Others discussed it and decided on it.",
					Where: "EXISTS (SELECT 1 FROM proposals p WHERE p.id = proposal_id AND p.published AND (p.opened_version IS NULL OR number >= p.opened_version))",
				},
				{
					Columns: []string{"title", "summary", "body", "content_hash", "reason"}, Why: "It is the work of the party that proposes it, which a co-author has edited.",
					Where: "EXISTS (SELECT 1 FROM proposals p WHERE p.id = proposal_id AND p.author_id <> editor_id)",
				},
			},
		},
	}
}

// erase takes away what a customer wrote that was never put before the others. What was stays, as part of what they said and
// decided on, without its author; why it was withdrawn then goes, as the reason of the act does.
func (s *Service) erase(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	const versions = `UPDATE proposal_versions SET title = '', summary = '', body = '', reason = '', content_hash = ''
		WHERE EXISTS (SELECT 1 FROM proposals p WHERE p.id = proposal_versions.proposal_id AND
			p.author_id = ? AND (p.published = FALSE OR proposal_versions.number < p.opened_version))`
	if _, err := s.store.Exec(ctx, tx, versions, author); err != nil {
		return fmt.Errorf("blank versions: %w", err)
	}
	const rows = `UPDATE proposals SET title = '', summary = '', body = '', state = 'WITHDRAWN', state_reason = '', content_hash = '', revision = revision + 1,
			updated_at = ? WHERE author_id = ? AND published = FALSE`
	if _, err := s.store.Exec(ctx, tx, rows, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank proposals: %w", err)
	}
	const reasons = "UPDATE proposals SET state_reason = '', revision = revision + 1, updated_at = ? WHERE author_id = ? AND state_reason <> ''"
	if _, err := s.store.Exec(ctx, tx, reasons, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank reasons: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Proposal, ID: p.ID, Revision: p.Revision}, Dialogue: p.DialogueID, Owner: p.AuthorID,
		Payload: map[string]any{"state": p.State, "version": p.Version, "contentHash": p.ContentHash, "reference": p.Reference},
	}
}
