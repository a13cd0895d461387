package comment

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/comment"
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

// acts are the types of act about comments.
var acts = []act.Type{
	{Name: "comment.posted"},
	{Name: "comment.imported", By: "an import"},
	{Name: "comment.voted"},
	{Name: "comment.vote_retracted"},
	{Name: "comment.tallied", By: "the server"},
	{Name: "comment.edited"},
	{Name: "comment.withdrawn"},
	{Name: "comment.translated"},
	{Name: "comment.disposed"},
	{Name: "comment.left_group"},
	{Name: "comment.hidden"},
	{Name: "comment.restored"},
	{Name: "comment.reports_dismissed"},
}

// Commentable is a noun that can be commented on. Its domain implements it.
type Commentable interface {
	// Place loads a thing inside a use case.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Text gives what can be quoted now of a thing that was loaded.
	Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error)
	// Version gives the text of a numbered version; it is missing where there is none that may be quoted.
	Version(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (string, error)
}

// Kind is a noun with those that serve its comments.
type Kind struct {
	Resource policy.Resource
	Commentable
}

// Noun is the resource of the noun.
func (k Kind) Noun() policy.Resource { return k.Resource }

// Service holds the use cases of comments.
type Service struct {
	access.Frame[db.Comment, placed]
	store *store.Store
	clock clock.Clock
	kinds []Kind
	files access.Files

	moderation access.Moderation
}

// New makes the service for the kinds of thing that can be commented on.
func New(s *store.Store, l access.Log, c clock.Clock, f access.Files, m access.Moderation, kinds ...Kind) *Service {
	n := &Service{store: s, clock: c, kinds: kinds, files: f, moderation: m}
	n.Frame = access.Frame[db.Comment, placed]{Noun: nounOf(kinds), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Subject names what a comment is about.
type Subject struct {
	Type policy.Resource
	ID   uuid.UUID
}

// Place loads a comment as a place inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	c, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	at := asPlace(policy.ActorFrom(ctx), c)
	if !s.Reads(policy.ActorFrom(ctx), c) {
		at.Facts.Remove(policy.InSight)
	}
	return at, nil
}

func (s *Service) kind(r policy.Resource) (Commentable, error) { return access.KindOf(s.kinds, r) }

// Post says something on a subject, or in reply to a comment; exactly one of the two is given.
func (s *Service) Post(ctx context.Context, about *Subject, parent *uuid.UUID, d Draft, files []uuid.UUID) (*act.Result, error) {
	var at placed
	enter := func(ctx context.Context, tx *db.Tx) (access.Place, error) {
		if (about == nil) == (parent == nil) {
			return access.Place{}, fault.InvalidField("subject", enum.UserErrorCodeExclusive, "give the subject, or the comment to reply to")
		}
		var err error
		if at, err = s.enter(ctx, tx, about, parent); err == nil {
			err = at.place.Check()
		}
		return at.place, err
	}
	var hashes []string
	frame := s.Frame
	frame.Entry = func(typ string, c placed) act.Entry {
		return of(typ, c, map[string]any{"depth": c.Depth, "stance": c.Stance})
	}
	return frame.Attaching(&hashes).Create(ctx, policy.PostComment, "comment.posted", enter, func(ctx context.Context, tx *db.Tx) (placed, error) {
		d, err := d.Check()
		if err != nil {
			return placed{}, err
		}
		if at.Comment, err = s.create(ctx, tx, at, d); err != nil || len(files) == 0 {
			return at, err
		}
		hashes, _, err = s.files.Put(ctx, tx, policy.Comment, at.ID, 1, files)
		return at, err
	})
}

// enter loads what is to be commented on, with the beginning of the comment: what it is about, what it answers, how deep.
func (s *Service) enter(ctx context.Context, tx *db.Tx, about *Subject, parent *uuid.UUID) (placed, error) {
	row := &db.Comment{ParentID: parent}
	if parent != nil {
		above, err := s.Load(ctx, tx, *parent)
		if err != nil {
			return placed{}, err
		}
		row.SubjectType, row.SubjectID, row.Depth = above.SubjectType, above.SubjectID, above.Depth+1
		row.ThreadID, row.Path = above.ThreadID, above.Path
		if above.ThreadID == nil {
			row.ThreadID = &above.ID
		}
		return placed{Comment: row, place: asPlace(policy.ActorFrom(ctx), above)}, nil
	}
	row.SubjectType, row.SubjectID = policy.SubjectType(about.Type), about.ID
	kind, err := s.kind(about.Type)
	if err != nil {
		return placed{}, err
	}
	place, err := kind.Place(ctx, tx, about.ID)
	return placed{Comment: row, place: place}, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, at placed, d Draft) (*db.Comment, error) {
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("name the comment: %w", err)
	}
	c := tx.Comment.Create().SetID(id).SetSubjectType(at.SubjectType).SetSubjectID(at.SubjectID).SetNillableDialogueID(at.place.Dialogue).
		SetNillableParentID(at.ParentID).SetNillableVersion(at.place.Version).SetNillablePhaseID(at.place.Phase).SetLate(lateness(at.place)).SetOwed(at.ParentID == nil && at.place.Asks && !at.place.Late).SetDepth(at.Depth).SetAuthorID(actor.Stakeholder).SetMemberID(actor.Member).
		SetBody(optional.Text(d.Body)).SetStance(d.Stance).SetLanguage(d.Language).SetCreatedAt(now).SetUpdatedAt(now)
	if at.ThreadID != nil {
		c.SetThreadID(*at.ThreadID).SetPath(at.Path + hex.EncodeToString(id[:]))
	}
	if at.Depth == 0 {
		group, err := s.join(ctx, tx, id, at.SubjectID, d)
		if err != nil {
			return nil, err
		}
		c.SetGroupID(group)
	}
	if d.Quote != nil {
		text, version, err := s.quoted(ctx, tx, at, d.Quote.Version)
		if err != nil {
			return nil, err
		}
		q, err := d.Quote.In(text)
		if err != nil {
			return nil, err
		}
		c.SetQuoteStart(q.Start).SetQuoteEnd(q.End).SetNillableQuoteVersion(version).SetQuoteText(q.Text)
	}
	saved, err := c.Save(ctx)
	if err != nil {
		return nil, err
	}
	return saved, s.discuss(ctx, tx, 1, placed{Comment: saved, place: at.place})
}

// lateness is 1 for what is said when the phase that takes it is over.
func lateness(at access.Place) int {
	if at.Late {
		return 1
	}
	return 0
}

// parts is how many rows count the comments on one thing.
const parts = 32

// discuss counts comments that are shown from now on, or no longer. A dialogue does not count those on what is hidden.
func (s *Service) discuss(ctx context.Context, tx *db.Tx, by int, comments ...placed) error {
	things, dialogues := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, c := range comments {
		if c.DialogueID == nil || *c.DialogueID != c.SubjectID {
			things[c.SubjectID] += by
		}
		if c.DialogueID != nil && !c.place.Hidden {
			dialogues[*c.DialogueID] += by
		}
	}
	return s.addTo(ctx, tx, things, dialogues)
}

// Veil counts the comments on things no longer in their dialogues, because they are hidden from now on; or again.
func (s *Service) Veil(ctx context.Context, tx *db.Tx, dialogues map[uuid.UUID]uuid.UUID, hidden bool) error {
	of, counts, sign := s.store.AnyOf("subject_id", slices.Collect(maps.Keys(dialogues))), map[uuid.UUID]int{}, 1
	if hidden {
		sign = -1
	}
	text := "SELECT subject_id, SUM(comments) FROM discussions WHERE " + of.SQL + " GROUP BY subject_id"
	err := s.store.QueryTx(ctx, tx, text, of.Args, func(r *sql.Rows) error {
		var subject uuid.UUID
		n := 0
		err := r.Scan(&subject, &n)
		counts[dialogues[subject]] += sign * n
		return err
	})
	if err != nil {
		return fmt.Errorf("count the comments on what is hidden: %w", err)
	}
	return s.addTo(ctx, tx, counts)
}

// addTo moves numbers of comments: those of single things before those of dialogues, so that no two wait for each other.
func (s *Service) addTo(ctx context.Context, tx *db.Tx, all ...map[uuid.UUID]int) error {
	const count = `INSERT INTO discussions (id, subject_id, part, comments) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject_id, part) DO UPDATE SET comments = discussions.comments + excluded.comments`
	for _, counts := range all {
		ids := slices.SortedFunc(maps.Keys(counts), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
		for _, id := range ids {
			if _, err := s.store.Exec(ctx, tx, count, uuid.New(), id, rand.IntN(parts), counts[id]); err != nil {
				return fmt.Errorf("count comments: %w", err)
			}
		}
	}
	return nil
}

// Recount counts anew the comments that are shown on a dialogue into which many were imported.
func Recount(ctx context.Context, s *store.Store, tx *db.Tx, dialogue uuid.UUID) error {
	if _, err := s.Exec(ctx, tx, "DELETE FROM discussions WHERE subject_id = ?", dialogue); err != nil {
		return fmt.Errorf("forget the number of comments: %w", err)
	}
	const count = `INSERT INTO discussions (id, subject_id, part, comments)
		SELECT ?, ?, 0, COUNT(*) FROM comments WHERE dialogue_id = ? AND state = 'VISIBLE' AND ` + unveiled
	if _, err := s.Exec(ctx, tx, count, uuid.New(), dialogue, dialogue); err != nil {
		return fmt.Errorf("count the comments: %w", err)
	}
	return nil
}

// quoted gives the text that a comment quotes from: of a version, or the present one.
func (s *Service) quoted(ctx context.Context, tx *db.Tx, at placed, version *int) (string, *int, error) {
	kind, err := s.kind(policy.ResourceOf(at.SubjectType))
	if err != nil {
		return "", nil, err
	}
	if version == nil {
		text, err := kind.Text(ctx, tx, at.SubjectID)
		return text, at.place.Version, err
	}
	text, err := kind.Version(ctx, tx, at.SubjectID, *version)
	if db.IsNotFound(err) || fault.Is(err, fault.NotFound) {
		err = fault.InvalidField("quote.version", enum.UserErrorCodeNoSuchVersion, "there is no such version to quote")
	}
	return text, version, err
}

// Vote casts or replaces the actor's vote on a top-level comment. The last vote counts.
func (s *Service) Vote(ctx context.Context, id uuid.UUID, choice enum.VoteChoice, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Fetch = s.fetchToVote
	frame.Entry = func(typ string, c placed) act.Entry {
		e := of(typ, c, map[string]any{"choice": choice})
		e.Audience = act.ForActor
		return e
	}
	return frame.Change(ctx, policy.VoteOnComment, id, expected, "comment.voted", func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
		return c.Comment, s.cast(ctx, tx, c, policy.ActorFrom(ctx).Stakeholder, choice)
	})
}

// fetchToVote is fetch for a vote, of which there are more than of anything else. ent's own query takes three times as long, and
// gives a row that can be updated, which a vote does not need.
func (s *Service) fetchToVote(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, old := new(db.Comment), sql.NullString{}
	text := "SELECT t." + strings.Join(s.Table.Columns, ", t.") + ", (SELECT v.choice FROM votes v WHERE v.comment_id = t.id AND v.voter_id = ?) FROM comments t WHERE t.id = ?"
	if s.store.IsPostgres() {
		text += " FOR UPDATE OF t"
	}
	found := false
	err := s.store.QueryTx(ctx, tx, text, []any{policy.ActorFrom(ctx).Stakeholder, id}, func(r *sql.Rows) error {
		found = true
		return s.Table.Scan(r, row, &old)
	})
	if err == nil && !found {
		err = fault.Missing()
	}
	if err != nil {
		return placed{}, err
	}
	c, err := s.placed(ctx, tx, row)
	c.before = enum.VoteChoice(old.String)
	return c, err
}

// cast keeps the one vote of a participant and moves it in the tally. The comment's row is locked, so no other vote on it can come
// between.
func (s *Service) cast(ctx context.Context, tx *db.Tx, c placed, voter uuid.UUID, choice enum.VoteChoice) error {
	row := c.Comment
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("name the vote: %w", err)
	}
	now := s.clock.Now()
	const save = `INSERT INTO votes (id, comment_id, voter_id, choice, cast_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (comment_id, voter_id) DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at`
	saved := []any{id, row.ID, voter, string(choice), now}
	if s.store.IsPostgres() {
		return s.castTogether(ctx, tx, row, choice, now, save, saved)
	}
	if c.before != choice { // nobody else writes meanwhile, so it still is what was read
		agrees, disagrees, passes := Shift(c.before, choice)
		row.Agrees, row.Disagrees, row.Passes = row.Agrees+agrees, row.Disagrees+disagrees, row.Passes+passes
		row.UpdatedAt = now // who asks for what changed since hears of votes as well
		const move = "UPDATE comments SET updated_at = ?, agrees = ?, disagrees = ?, passes = ? WHERE id = ?"
		if _, err := s.store.Exec(ctx, tx, move, now, row.Agrees, row.Disagrees, row.Passes, row.ID); err != nil {
			return fmt.Errorf("move the tally: %w", err)
		}
	}
	_, err = s.store.Exec(ctx, tx, save, saved...)
	return err
}

// castTogether saves a vote and moves the tally in one statement: for PostgreSQL, where each is a way there and back. The tally is
// moved by what the vote was before the statement, which began with the comment locked; what was read with the comment may be older.
func (s *Service) castTogether(
	ctx context.Context, tx *db.Tx, row *db.Comment, choice enum.VoteChoice, now time.Time, save string, saved []any,
) error {
	const move = `UPDATE comments SET updated_at = ?, agrees = agrees + ? - CASE WHEN v.choice = 'AGREE' THEN 1 ELSE 0 END,
		disagrees = disagrees + ? - CASE WHEN v.choice = 'DISAGREE' THEN 1 ELSE 0 END, passes = passes + ? - CASE WHEN v.choice = 'PASS' THEN 1 ELSE 0 END
		FROM (SELECT COALESCE((SELECT choice FROM votes WHERE comment_id = ? AND voter_id = ?), '') AS choice) v
		WHERE comments.id = ? AND v.choice <> ? RETURNING agrees, disagrees, passes`
	agrees, disagrees, passes := Shift("", choice)
	moved := []any{now, agrees, disagrees, passes, row.ID, policy.ActorFrom(ctx).Stakeholder, row.ID, string(choice)}
	return s.store.QueryTx(ctx, tx, "WITH saved AS ("+save+") "+move, append(saved, moved...), func(r *sql.Rows) error {
		row.UpdatedAt = now // who asks for what changed since hears of votes as well
		return r.Scan(&row.Agrees, &row.Disagrees, &row.Passes)
	})
}

// Personal says what becomes of what customers wrote and voted.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "comments", Column: "author_id", Erasure: "The words go; that something was said here stays, with its answers and votes.",
			Erase: s.erase,
			Export: &personal.File{
				Name: "comments", Noun: "comment",
				Columns: []string{"id", "created_at", "updated_at", "subject_type", "subject_id", "subject_title", "body", "stance", "language", "state", "state_reason"},
				// What was commented on was shown then; only a proposal can have been hidden since.
				Query: `SELECT c.id, c.created_at, c.updated_at, c.subject_type, c.subject_id, COALESCE(d.title, p.title, r.title, a.title, f.title, n.statement, ''),
					c.body, c.stance, c.language, c.state, c.state_reason FROM comments c
					LEFT JOIN dialogues d ON d.id = c.subject_id LEFT JOIN proposals p ON p.id = c.subject_id AND p.state <> 'HIDDEN'
					LEFT JOIN practices r ON r.id = c.subject_id LEFT JOIN assessments a ON a.id = c.subject_id
					LEFT JOIN frameworks f ON f.id = c.subject_id LEFT JOIN principles n ON n.id = c.subject_id
					WHERE c.author_id = ? ORDER BY c.id`,
			},
			Kept: []personal.Kept{
				{Columns: []string{"language"}, Why: "It is the name of a language, and says nothing of what was said."},
				{Columns: []string{"state_reason"}, Why: "A moderator wrote it."},
				{Columns: []string{"path"}, Why: "It is made of ids, and says where in a thread something was said."},
			},
		},
		{
			Table: "comment_versions", Column: "author_id", Erasure: "The words go, with those of the comment.",
			Export: &personal.File{
				Name: "comment-versions", Noun: "comment", Columns: []string{"comment", "created_at", "number", "body", "stance", "language"},
				Query: "SELECT comment_id, created_at, number, body, stance, language FROM comment_versions WHERE author_id = ? ORDER BY comment_id, number",
			},
			Kept: []personal.Kept{{Columns: []string{"language"}, Why: "It is the name of a language, and says nothing of what was said."}},
		},
		{
			Table: "comments", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
		{
			Table: "comment_translations", Column: "party_id", Erasure: "The words go; that a translation was here stays. Those of what the party said itself go, too, whoever made them.",
			Export: &personal.File{
				Name: "comment-translations", Noun: "comment", Columns: []string{"comment", "created_at", "language", "body"},
				Query: "SELECT comment_id, created_at, language, body FROM comment_translations WHERE party_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{{Columns: []string{"language"}, Why: "It is the name of a language, and says nothing of what was said."}},
		},
		{
			Table: "comment_translations", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
		{
			Table: "dispositions", Column: "party_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "dispositions", Column: "member_id", Organisations: true, Erasure: "It stays: it names a member of an organisation.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
		{
			Table: "votes", Column: "voter_id", Erasure: "Votes stay counted, as nobody's.",
			Export: &personal.File{
				Name: "votes", Noun: "comment", Columns: []string{"comment", "cast_at", "choice"},
				Query: "SELECT comment_id, cast_at, choice FROM votes WHERE voter_id = ? ORDER BY comment_id",
			},
		},
	}
}

// erase takes away what a customer wrote, and leaves that something was said here, what was answered and how it was voted on.
func (s *Service) erase(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	const blank = "UPDATE comments SET body = '', quote_text = '', revision = revision + 1, updated_at = ? WHERE author_id = ?"
	if _, err := s.store.Exec(ctx, tx, blank, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank comments: %w", err)
	}
	if _, err := s.store.Exec(ctx, tx, "UPDATE comment_versions SET body = '' WHERE author_id = ?", author); err != nil {
		return fmt.Errorf("blank versions of comments: %w", err)
	}
	const translations = "UPDATE comment_translations SET body = '' WHERE party_id = ? OR comment_id IN (SELECT id FROM comments WHERE author_id = ?)"
	if _, err := s.store.Exec(ctx, tx, translations, author, author); err != nil {
		return fmt.Errorf("blank translations of comments: %w", err)
	}
	return s.ungroup(ctx, tx, author)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Comment.Query().Where(comment.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	return s.placed(ctx, tx, row)
}

// placed loads what a comment is on.
func (s *Service) placed(ctx context.Context, tx *db.Tx, row *db.Comment) (placed, error) {
	kind, err := s.kind(policy.ResourceOf(row.SubjectType))
	if err != nil {
		return placed{}, err
	}
	place, err := kind.Place(ctx, tx, row.SubjectID)
	return placed{Comment: row, place: place}, err
}

func entry(typ string, c placed) act.Entry {
	return of(typ, c, map[string]any{"depth": c.Depth, "stance": c.Stance})
}

func of(typ string, c placed, payload map[string]any) act.Entry {
	payload["subject"] = c.SubjectID
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Comment, ID: c.ID, Revision: c.Revision},
		Parent: act.Parent{Type: policy.ResourceOf(c.SubjectType), ID: c.SubjectID}, Payload: payload,
	}
	if c.DialogueID != nil {
		e.Dialogue = *c.DialogueID
	}
	return e
}
