package file

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbfile "github.com/plenary-dialogue/plenary/ent/db/file"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Options say where the content of files lies, and how much of it there may be. The zero value is the database and 200 MiB.
type Options struct {
	Folder     string // for the content of files; empty for the database
	PerSubject int64  // bytes of the files on one thing, and of those of a party that are attached to nothing
}

const (
	usualMost = 200 << 20
	// mostParts is how many files belong to one part of a thing, such as an answer.
	mostParts = 20
	// mostFiles is how many files belong to a thing without parts, such as a comment.
	mostFiles = 10
)

// Cabinet keeps files for the domains whose things have some. It asks nobody for leave: the use cases of these domains have done so.
type Cabinet struct {
	store   *store.Store
	clock   clock.Clock
	content content
	most    int64
}

// NewCabinet makes the cabinet of a store. Until Use is called, content lies in the database.
func NewCabinet(s *store.Store, c clock.Clock) *Cabinet {
	return &Cabinet{store: s, clock: c, content: content{store: s}, most: usualMost}
}

// Use says where content lies.
func (c *Cabinet) Use(o Options) {
	c.content.folder = o.Folder
	if o.PerSubject > 0 {
		c.most = o.PerSubject
	}
}

var files = store.TableOf[db.File]()

// Attach gives a file of the actor's party to a part of a thing, inside a use case. It can be attached once.
func (c *Cabinet) Attach(ctx context.Context, tx *db.Tx, id uuid.UUID, to policy.Resource, subject uuid.UUID, part string, version int) (*db.File, error) {
	return c.attach(ctx, tx, "file", id, to, subject, part, version)
}

func (c *Cabinet) attach(
	ctx context.Context, tx *db.Tx, field string, id uuid.UUID, to policy.Resource, subject uuid.UUID, part string, version int,
) (*db.File, error) {
	row, err := c.load(ctx, tx, id)
	switch {
	case err != nil:
		return nil, err
	case row == nil || row.PartyID != policy.ActorFrom(ctx).Stakeholder:
		return nil, fault.MissingField(field)
	case row.State != enum.FileStateUploaded:
		f := fault.Coded(fault.State, enum.UserErrorCodeState, "this file is attached already: send it again").With(fault.Values{
			State: optional.Text(row.State), States: []string{string(enum.FileStateUploaded)},
		})
		f.Field = field
		return nil, f
	}
	if err := c.room(ctx, tx, field, subject, part, int64(row.Bytes)); err != nil {
		return nil, err
	}
	return row.Update().SetState(enum.FileStateAttached).SetSubjectType(policy.SubjectType(to)).SetSubjectID(subject).SetPart(part).
		SetFromVersion(version).AddRevision(1).SetUpdatedAt(c.clock.Now()).Save(ctx)
}

// room refuses more than a thing, or a part of it, may have. What was removed and stays with older versions counts for the thing.
func (c *Cabinet) room(ctx context.Context, tx *db.Tx, field string, subject uuid.UUID, part string, bytes int64) error {
	var present, used int64
	const sum = "SELECT COALESCE(SUM(CASE WHEN state = 'ATTACHED' AND part = ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(bytes), 0) FROM files WHERE subject_id = ?"
	err := c.store.QueryTx(ctx, tx, sum, []any{part, subject}, func(r *sql.Rows) error { return r.Scan(&present, &used) })
	if err != nil {
		return fmt.Errorf("add up the files of a thing: %w", err)
	}
	if present >= mostParts {
		return fault.TooLong(field, int(present)+1, mostParts)
	}
	return full(field, used+bytes, c.most)
}

// full refuses bytes past a limit.
func full(field string, bytes, most int64) error {
	if bytes <= most {
		return nil
	}
	actual, limit := int(bytes), int(most)
	f := fault.Coded(fault.State, enum.UserErrorCodeLimitReached, "with this file there would be more than %d MiB", most>>20).
		With(fault.Values{Limit: &limit, Actual: &actual})
	f.Field = field
	return f
}

// Remove takes a file from a thing, inside a use case. One that only the version that is being written has is deleted.
func (c *Cabinet) Remove(ctx context.Context, tx *db.Tx, id, subject uuid.UUID, version int) (*db.File, error) {
	row, err := c.load(ctx, tx, id)
	switch {
	case err != nil:
		return nil, err
	case row == nil || row.State != enum.FileStateAttached || row.SubjectID == nil || *row.SubjectID != subject:
		return nil, fault.MissingField("file")
	case row.FromVersion == version:
		_, err := c.delete(ctx, tx, "id = ?", row.ID)
		return row, err
	}
	return row.Update().SetState(enum.FileStateRemoved).SetUntilVersion(version).AddRevision(1).SetUpdatedAt(c.clock.Now()).Save(ctx)
}

// Put gives a thing without parts the files that a list names, inside a use case: those of the actor's party that are attached to nothing, and
// those that it has. What it has and the list lacks is removed; nil leaves it as it is. The field of the list is files. It returns the SHA-256 of
// each file that the thing has then, oldest first, and whether they are others than before.
func (c *Cabinet) Put(
	ctx context.Context, tx *db.Tx, to policy.Resource, subject uuid.UUID, version int, list []uuid.UUID,
) (hashes []string, changed bool, err error) {
	before, err := c.In(ctx, tx, subject)
	if err != nil || list == nil {
		return hashesOf(before), false, err
	}
	if n, limit := len(list), mostFiles; n > limit {
		f := fault.InvalidField("files", enum.UserErrorCodeLimitReached, "at most %d files belong to one thing; these are %d", limit, n)
		return nil, false, f.With(fault.Values{Limit: &limit, Actual: &n})
	}
	has := map[uuid.UUID]bool{}
	for _, row := range before {
		if has[row.ID] = slices.Contains(list, row.ID); has[row.ID] {
			continue
		}
		if _, err := c.Remove(ctx, tx, row.ID, subject, version); err != nil {
			return nil, false, err
		}
		changed = true
	}
	var form fault.Form
	for i, id := range list {
		at := fmt.Sprintf("files.%d", i)
		switch {
		case slices.Contains(list[:i], id):
			form.Refuse(at, enum.UserErrorCodeDuplicate, "this is named twice")
		case !has[id]:
			_, err := c.attach(ctx, tx, at, id, to, subject, "", version)
			form.Add(err)
			changed = true
		}
	}
	if err := form.Err(); err != nil {
		return nil, false, err
	}
	after, err := c.In(ctx, tx, subject)
	return hashesOf(after), changed, err
}

// Hashes gives the SHA-256 of each file that a thing has, oldest first, inside a use case.
func (c *Cabinet) Hashes(ctx context.Context, tx *db.Tx, subject uuid.UUID) ([]string, error) {
	present, err := c.In(ctx, tx, subject)
	return hashesOf(present), err
}

func hashesOf(files []*db.File) []string {
	hashes := make([]string, len(files))
	for i, row := range files {
		hashes[i] = row.Sha256
	}
	return hashes
}

// Copy gives a thing the files that another has in some parts, inside a use case. What they hold is kept once.
func (c *Cabinet) Copy(ctx context.Context, tx *db.Tx, from, to uuid.UUID, parts []string) error {
	present, err := c.In(ctx, tx, from)
	if err != nil {
		return err
	}
	now := c.clock.Now()
	for _, f := range present {
		if !slices.Contains(parts, f.Part) {
			continue
		}
		err := tx.File.Create().SetPartyID(f.PartyID).SetMemberID(f.MemberID).SetName(f.Name).SetMediaType(f.MediaType).SetBytes(f.Bytes).SetSha256(f.Sha256).
			SetState(enum.FileStateAttached).SetNillableSubjectType(f.SubjectType).SetSubjectID(to).SetPart(f.Part).SetWithheld(f.Withheld).SetFromVersion(1).
			SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("copy a file: %w", err)
		}
	}
	return nil
}

// Withhold withholds the files of some parts of a thing, and of no others, inside a use case.
func (c *Cabinet) Withhold(ctx context.Context, tx *db.Tx, subject uuid.UUID, parts []string) error {
	in := c.store.AnyText("part", parts)
	text := "UPDATE files SET withheld = (" + in.SQL + ") WHERE subject_id = ?"
	if len(parts) == 0 {
		text = "UPDATE files SET withheld = false WHERE subject_id = ?"
		in.Args = nil
	}
	if _, err := c.store.Exec(ctx, tx, text, append(in.Args, subject)...); err != nil {
		return fmt.Errorf("withhold files: %w", err)
	}
	return nil
}

// Restore gives a thing the files back that a version of it had, and takes those away that came later, inside a use case.
func (c *Cabinet) Restore(ctx context.Context, tx *db.Tx, subject uuid.UUID, version int) error {
	if _, err := c.delete(ctx, tx, "subject_id = ? AND from_version > ?", subject, version); err != nil {
		return err
	}
	const back = "UPDATE files SET state = 'ATTACHED', until_version = 0, revision = revision + 1, updated_at = ? WHERE subject_id = ? AND state = 'REMOVED' AND until_version > ?"
	if _, err := c.store.Exec(ctx, tx, back, c.clock.Now(), subject, version); err != nil {
		return fmt.Errorf("put files back: %w", err)
	}
	return nil
}

func (c *Cabinet) load(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.File, error) {
	row, err := tx.File.Query().Where(dbfile.ID(id), c.store.ForUpdate).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

const ofThings = "SELECT %s FROM files WHERE state = 'ATTACHED' AND %s ORDER BY subject_id, id"

// Of reads the files that things have now, oldest first. Whoever asks sees these things.
func (c *Cabinet) Of(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID][]*db.File, error) {
	in := c.store.AnyOf("subject_id", subjects)
	all := make(map[uuid.UUID][]*db.File, len(subjects))
	text := fmt.Sprintf(ofThings, strings.Join(files.Columns, ", "), in.SQL)
	if err := c.store.Query(ctx, text, in.Args, collect(all)); err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	return all, nil
}

// In is Of for one thing, inside a use case.
func (c *Cabinet) In(ctx context.Context, tx *db.Tx, subject uuid.UUID) ([]*db.File, error) {
	all := map[uuid.UUID][]*db.File{}
	text := fmt.Sprintf(ofThings, strings.Join(files.Columns, ", "), "subject_id = ?")
	if err := c.store.QueryTx(ctx, tx, text, []any{subject}, collect(all)); err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	return all[subject], nil
}

func collect(all map[uuid.UUID][]*db.File) func(r *sql.Rows) error {
	return func(r *sql.Rows) error {
		row := new(db.File)
		if err := files.Scan(r, row); err != nil {
			return err
		}
		all[*row.SubjectID] = append(all[*row.SubjectID], row)
		return nil
	}
}

// delete deletes the files that meet a condition, with what no other file holds, and says how many they were.
func (c *Cabinet) delete(ctx context.Context, tx *db.Tx, where string, args ...any) (int, error) {
	var hashes []string
	text := "DELETE FROM files WHERE " + where + " RETURNING sha256"
	err := c.store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
		var hash string
		err := r.Scan(&hash)
		hashes = append(hashes, hash)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("delete files: %w", err)
	}
	return len(hashes), c.content.drop(ctx, tx, hashes)
}
