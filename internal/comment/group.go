package comment

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/campaign"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Top-level comments on one thing that take the same stance and say nearly the same are one group, as internal/campaign finds it. A comment
// joins its group, or begins one, when it is posted, in the same transaction: so a group has all that was posted before it is read, and
// nothing is owed to a job after a crash. A group is shown once two of its comments are.

// group is what makes comments candidates for one group.
type group struct {
	subject uuid.UUID
	stance  enum.Stance
	words   campaign.Signature
}

// bands are the keys by which groups of the kind are found.
func (g *group) bands() []int64 {
	all := g.words.Bands()
	keys := make([]int64, len(all))
	for i, band := range all {
		b := append(binary.BigEndian.AppendUint64(g.subject[:], band), g.stance...)
		sum := sha256.Sum256(b)
		keys[i] = int64(binary.BigEndian.Uint64(sum[:8]))
	}
	return keys
}

// join gives the group that a comment belongs to by its words, and begins it where there is none.
func (s *Service) join(ctx context.Context, tx *db.Tx, comment, subject uuid.UUID, d Draft) (uuid.UUID, error) {
	g := &group{subject, d.Stance, campaign.Sign(d.Body)}
	found, err := s.findGroup(ctx, tx, g)
	if err != nil || found != uuid.Nil {
		return found, err
	}
	if s.store.IsPostgres() { // or two that are posted at once would each begin one
		if err := s.alone(ctx, tx, g.kind()); err != nil {
			return uuid.Nil, err
		}
		if found, err = s.findGroup(ctx, tx, g); err != nil || found != uuid.Nil {
			return found, err
		}
	}
	return s.beginGroup(ctx, tx, comment, g)
}

// kind names the groups that stand beside each other.
func (g *group) kind() string { return "comment group " + string(g.stance) + " " + g.subject.String() }

// alone waits on PostgreSQL until nobody else does what has this name, until the transaction ends. SQLite has one writer at a time.
func (s *Service) alone(ctx context.Context, tx *db.Tx, what string) error {
	if !s.store.IsPostgres() {
		return nil
	}
	key := sha256.Sum256([]byte(what))
	if _, err := s.store.Exec(ctx, tx, "SELECT pg_advisory_xact_lock(?)", int64(binary.BigEndian.Uint64(key[:8]))); err != nil {
		return fmt.Errorf("wait for the groups of comments: %w", err)
	}
	return nil
}

// findGroup gives the earliest group whose first text the words are like, and keeps it from being ended; none if there is no such group.
func (s *Service) findGroup(ctx context.Context, tx *db.Tx, g *group) (found uuid.UUID, err error) {
	bands, keys := s.store.AnyInt("b.band", g.bands())
	text := "SELECT g.id, g.signature FROM comment_groups g WHERE g.id IN (SELECT b.group_id FROM comment_bands b WHERE " + bands +
		") AND g.subject_id = ? AND g.stance = ? ORDER BY g.id"
	if s.store.IsPostgres() {
		text += " FOR KEY SHARE OF g"
	}
	err = s.store.QueryTx(ctx, tx, text, []any{keys, g.subject, string(g.stance)}, func(r *sql.Rows) error {
		var id uuid.UUID
		var b []byte
		if err := r.Scan(&id, &b); err != nil || found != uuid.Nil {
			return err
		}
		var first campaign.Signature
		if err := first.UnmarshalBinary(b); err != nil {
			return fmt.Errorf("read the signature of group %s: %w", id, err)
		}
		if g.words.Alike(&first) {
			found = id
		}
		return nil
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("find the group of a comment: %w", err)
	}
	return found, nil
}

func (s *Service) beginGroup(ctx context.Context, tx *db.Tx, comment uuid.UUID, g *group) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("name a group of comments: %w", err)
	}
	b, err := g.words.MarshalBinary()
	if err != nil {
		return uuid.Nil, err
	}
	if err := tx.CommentGroup.Create().SetID(id).SetSubjectID(g.subject).SetStance(g.stance).SetFirstID(comment).SetSignature(b).Exec(ctx); err != nil {
		return uuid.Nil, fmt.Errorf("begin a group of comments: %w", err)
	}
	return id, s.indexGroup(ctx, tx, id, g)
}

// indexGroup makes a group to be found by its first text.
func (s *Service) indexGroup(ctx context.Context, tx *db.Tx, id uuid.UUID, g *group) error {
	text := "INSERT INTO comment_bands (group_id, band) SELECT ?, value FROM json_each(?)"
	if s.store.IsPostgres() {
		text = "INSERT INTO comment_bands (group_id, band) SELECT CAST(? AS uuid), unnest(CAST(? AS bigint[]))"
	}
	_, keys := s.store.AnyInt("band", g.bands())
	if _, err := s.store.Exec(ctx, tx, text, id, keys); err != nil {
		return fmt.Errorf("index a group of comments: %w", err)
	}
	return nil
}

// LeaveGroup takes a comment out of its group, for good.
func (s *Service) LeaveGroup(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.LeaveCommentGroup, id, expected, "comment.left_group", func(ctx context.Context, _ *db.Tx, c placed) (*db.Comment, error) {
		if c.GroupID == nil {
			return nil, fault.NothingToDo("the comment is in no group")
		}
		return c.Update().ClearGroupID().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// ungroup takes what an author wrote out of the groups. A group that began with it is found by the next text in it from then on. Authors
// are taken out one after the other: the next text may be of one who is erased at the same time, and would be handed to the group meanwhile.
func (s *Service) ungroup(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	if err := s.alone(ctx, tx, "take authors out of comment groups"); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "UPDATE comments SET group_id = NULL WHERE author_id = ?", author); err != nil {
		return fmt.Errorf("take comments out of groups: %w", err)
	}
	begun := map[uuid.UUID]*group{}
	const text = `SELECT g.id, g.subject_id, g.stance FROM comment_groups g JOIN comments c ON c.id = g.first_id WHERE c.author_id = ?`
	err := s.store.QueryTx(ctx, tx, text, []any{author}, func(r *sql.Rows) error {
		var id uuid.UUID
		g := new(group)
		err := r.Scan(&id, &g.subject, &g.stance)
		begun[id] = g
		return err
	})
	if err != nil {
		return fmt.Errorf("find the groups that an author began: %w", err)
	}
	for id, g := range begun {
		if err := s.hand(ctx, tx, id, g); err != nil {
			return err
		}
	}
	return nil
}

// hand gives a group the next text as its first, or ends it where there is none. Nobody joins it, or begins one beside it, meanwhile.
func (s *Service) hand(ctx context.Context, tx *db.Tx, id uuid.UUID, g *group) error {
	if err := s.alone(ctx, tx, g.kind()); err != nil {
		return err
	}
	if err := s.store.Lock(ctx, tx, "comment_groups", id); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM comment_bands WHERE group_id = ?", id); err != nil {
		return fmt.Errorf("forget the first text of a group: %w", err)
	}
	next, body := uuid.Nil, ""
	const text = "SELECT id, body FROM comments WHERE group_id = ? AND body <> '' ORDER BY id LIMIT 1"
	if err := s.store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { return r.Scan(&next, &body) }); err != nil {
		return fmt.Errorf("find the next text of a group: %w", err)
	}
	if next == uuid.Nil {
		_, err := s.store.Exec(ctx, tx, "DELETE FROM comment_groups WHERE id = ?", id)
		return err
	}
	g.words = campaign.Sign(body)
	b, err := g.words.MarshalBinary()
	if err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "UPDATE comment_groups SET first_id = ?, signature = ? WHERE id = ?", next, b, id); err != nil {
		return fmt.Errorf("hand a group on: %w", err)
	}
	return s.indexGroup(ctx, tx, id, g)
}

// mostOfGroup is how many comments of a group are disposed of at once.
const mostOfGroup = 10_000

// DisposeGroup says what became of the comments of a group that are shown. Of more than 10,000, those that await it come first.
func (s *Service) DisposeGroup(ctx context.Context, id uuid.UUID, d Decision) (*act.Result, error) {
	d, err := d.Check()
	if err != nil {
		return nil, err
	}
	frame := s.disposing(d)
	return frame.Log.WriteAll(ctx, func(ctx context.Context, tx *db.Tx) ([]act.Entry, error) {
		all, err := s.members(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if err := policy.Check(ctx, policy.DisposeComment, s.Subject(policy.ActorFrom(ctx), c)); err != nil {
				return nil, err
			}
		}
		if err := s.shownTo(ctx, tx, all, d.Version); err != nil {
			return nil, err
		}
		if err := s.dispose(ctx, tx, all, d); err != nil {
			return nil, err
		}
		entries := make([]act.Entry, len(all))
		for i, c := range all {
			entries[i] = frame.Entry("comment.disposed", c)
		}
		return entries, nil
	})
}

// members loads and locks the comments of a group that are shown, without their words. Where the actor does not see two of them, there is no
// group.
func (s *Service) members(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]placed, error) {
	table, all := s.Table.Without("body", "quote_text", "state_reason"), []placed(nil)
	text := "SELECT t." + strings.Join(table.Columns, ", t.") + ` FROM comments t WHERE t.id IN (SELECT m.id FROM comments m WHERE m.group_id = ?
		AND m.state = 'VISIBLE' ORDER BY m.outcome IS NOT NULL OR NOT m.owed, m.id LIMIT ?) AND t.group_id = ? AND t.state = 'VISIBLE' ORDER BY t.id`
	if s.store.IsPostgres() {
		text += " FOR UPDATE"
	}
	err := s.store.QueryTx(ctx, tx, text, []any{id, mostOfGroup, id}, func(r *sql.Rows) error {
		row := new(db.Comment)
		err := table.Scan(r, row)
		all = append(all, placed{Comment: row})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load the comments of a group: %w", err)
	}
	if len(all) < 2 {
		return nil, fault.Missing()
	}
	first, err := s.placed(ctx, tx, all[0].Comment) // they are all in one place
	if err != nil {
		return nil, err
	}
	if !s.Reads(policy.ActorFrom(ctx), first) {
		return nil, fault.Missing()
	}
	for i := range all {
		all[i].place = first.place
	}
	return all, nil
}

var groups = store.TableOf[db.CommentGroup]().Without("signature")

// GroupsByID reads groups of which the viewer may see two comments that are shown.
func (s *Service) GroupsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.CommentGroup, error) {
	seen := s.Visible(policy.ActorFrom(ctx), "m")
	two := store.Where("(SELECT COUNT(*) FROM (SELECT 1 FROM comments m WHERE m.group_id = t.id AND m.state = 'VISIBLE' AND "+seen.SQL+" LIMIT 2) shown) > 1", seen.Args...)
	return store.ByID(ctx, s.store, groups, ids, two)
}

// SizesOf counts the comments of each group that are shown. The groups are visible already.
func (s *Service) SizesOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]int32, error) {
	return s.countIn(ctx, ids, "state = 'VISIBLE'")
}

// AwaitingIn counts the comments of each group that await a disposition. The groups are visible already.
func (s *Service) AwaitingIn(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]int32, error) {
	return s.countIn(ctx, ids, awaited)
}

func (s *Service) countIn(ctx context.Context, groups []uuid.UUID, which string) (map[uuid.UUID]int32, error) {
	sizes := make(map[uuid.UUID]int32, len(groups))
	of := s.store.AnyOf("group_id", groups)
	text := "SELECT group_id, COUNT(*) FROM comments WHERE " + of.SQL + " AND " + which + " GROUP BY group_id"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var n int32
		err := r.Scan(&id, &n)
		sizes[id] = n
		return err
	})
	return sizes, err
}

// GroupText is one of the texts of a group.
type GroupText struct {
	Text  string
	Count int
	first string
}

// Hunks are what the text changes of the first one that is shown.
func (t *GroupText) Hunks() []*textdiff.Hunk {
	all := []*textdiff.Hunk{}
	for _, h := range textdiff.Between(t.first, t.Text) {
		all = append(all, &h)
	}
	return all
}

// TextsOf reads the first texts of each group that are shown, oldest first. The groups are visible already.
func (s *Service) TextsOf(ctx context.Context, ids []uuid.UUID, page store.PageArgs) (map[uuid.UUID][]*GroupText, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	texts := make(map[uuid.UUID][]*GroupText, len(ids))
	for _, id := range ids {
		texts[id] = []*GroupText{}
	}
	of := s.store.AnyOf("c.group_id", ids)
	text := `SELECT group_id, body, n FROM (
		SELECT c.group_id, c.body, COUNT(*) AS n, ROW_NUMBER() OVER (PARTITION BY c.group_id ORDER BY MIN(CAST(c.id AS text))) AS place
		FROM comments c WHERE ` + of.SQL + ` AND c.state = 'VISIBLE' GROUP BY c.group_id, c.body) listed WHERE place <= ? ORDER BY group_id, place`
	err = s.store.Query(ctx, text, append(of.Args, slice.Size()), func(r *sql.Rows) error {
		var id uuid.UUID
		t := new(GroupText)
		if err := r.Scan(&id, &t.Text, &t.Count); err != nil {
			return err
		}
		texts[id] = append(texts[id], t)
		t.first = texts[id][0].Text
		return nil
	})
	return texts, err
}
