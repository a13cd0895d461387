package peer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Prepare makes a separate log for the peer, with the same columns and indexes: acts in the server's log would break its sequencer.
func Prepare(ctx context.Context, s *store.Store) error {
	return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		ddl := []string{"CREATE TABLE bench_acts (LIKE acts INCLUDING ALL)"}
		if !s.IsPostgres() {
			ddl = nil
			const own = "SELECT sql FROM sqlite_master WHERE tbl_name = 'acts' AND sql IS NOT NULL ORDER BY type DESC" // the table before its indexes
			err := s.QueryTx(ctx, tx, own, nil, func(r *sql.Rows) error {
				var text string
				if err := r.Scan(&text); err != nil {
					return err
				}
				ddl = append(ddl, asBench.Replace(text))
				return nil
			})
			if err != nil {
				return fmt.Errorf("read how acts are stored: %w", err)
			}
		}
		for _, text := range ddl {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// asBench names the table of acts, and its indexes, after the peer's.
var asBench = strings.NewReplacer("`acts`", "`bench_acts`", `"acts"`, `"bench_acts"`, "INDEX `", "INDEX `bench_", `INDEX "`, `INDEX "bench_`)

// Ballot is the body of a request to vote.
type Ballot struct {
	Comment, Voter uuid.UUID
	Choice         string
	Key            string // an idempotency key, or empty
}

// vote has the statements of a vote.
type vote struct{ lock, old, save, tally, act, key *sql.Stmt }

func prepareVote(ctx context.Context, dialect string, conn *sql.DB) (*vote, error) {
	v := &vote{}
	lock := "SELECT dialogue_id, subject_type, subject_id FROM comments WHERE id = ? AND state = 'VISIBLE' AND depth = 0"
	if dialect == "postgres" {
		lock += " FOR UPDATE"
	}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&v.lock, lock},
		{&v.old, "SELECT choice FROM votes WHERE comment_id = ? AND voter_id = ?"},
		{&v.save, `INSERT INTO votes (id, comment_id, voter_id, choice, cast_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (comment_id, voter_id) DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at`},
		{&v.tally, `UPDATE comments SET updated_at = ?, agrees = agrees + ?, disagrees = disagrees + ?, passes = passes + ? WHERE id = ?
			RETURNING agrees, disagrees, passes`},
		{&v.act, `INSERT INTO bench_acts (act_id, type, member_id, stakeholder_id, subject_type, subject_id, subject_revision, parent_type, parent_id,
			dialogue_id, audience, policy_version, at, payload, salt, sealed, commitment, member_commitment, entry)
			VALUES (?, 'comment.voted', ?, ?, 'comment', ?, 1, ?, ?, ?, 'ACTOR', 1, ?, '', ?, ?, ?, ?, ?)`},
		{&v.key, "INSERT INTO idempotency_keys (id, member_id, key, request_hash, answer, created_at) VALUES (?, ?, ?, ?, ?, ?)"},
	} {
		var err error
		if *s.to, err = conn.PrepareContext(ctx, numbered(dialect, s.text)); err != nil {
			return nil, fmt.Errorf("prepare the vote for %s: %w", dialect, err)
		}
	}
	return v, nil
}

// numbered writes placeholders in the database's syntax.
func numbered(dialect, text string) string {
	if dialect != "postgres" {
		return text
	}
	parts := strings.Split(text, "?")
	for i := range parts[1:] {
		parts[i] += "$" + strconv.Itoa(i+1)
	}
	return strings.Join(parts, "")
}

// cast counts and stores a vote: the same rows that the server writes, in one transaction. With a key it stores the response
// as well; a unique index refuses a second one.
func (p *peer) cast(w http.ResponseWriter, r *http.Request) {
	data, err := p.count(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, data)
}

func (p *peer) count(r *http.Request) ([]byte, error) {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var b Ballot
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	var dialogue, parent uuid.UUID
	var parentType string
	if err := tx.StmtContext(ctx, p.vote.lock).QueryRowContext(ctx, b.Comment).Scan(&dialogue, &parentType, &parent); err != nil {
		return nil, err
	}
	shift := map[string]int{b.Choice: 1}
	var old string
	err = tx.StmtContext(ctx, p.vote.old).QueryRowContext(ctx, b.Comment, b.Voter).Scan(&old)
	switch {
	case err == nil:
		shift[old]--
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	now, act := p.now(), uuid.Must(uuid.NewV7())
	if _, err := tx.StmtContext(ctx, p.vote.save).ExecContext(ctx, uuid.Must(uuid.NewV7()), b.Comment, b.Voter, b.Choice, now); err != nil {
		return nil, err
	}
	var agree, disagree, pass int
	err = tx.StmtContext(ctx, p.vote.tally).QueryRowContext(ctx, now, shift["AGREE"], shift["DISAGREE"], shift["PASS"], b.Comment).
		Scan(&agree, &disagree, &pass)
	if err != nil {
		return nil, err
	}
	payload := fmt.Sprintf(`{"choice":%q,"subject":%q}`, b.Choice, parent)
	sealed := make([]byte, sealing, sealing+len(payload)) // as long as what the server seals under the voter's key
	_, _ = rand.Read(sealed)
	sealed = append(sealed, payload...)
	sum := sha256.Sum256(sealed)
	acted := []any{act, b.Voter, b.Voter, b.Comment, strings.ToLower(parentType), parent, dialogue, now, []byte{}, sealed, sum[:], sum[:], sum[:]}
	if _, err := tx.StmtContext(ctx, p.vote.act).ExecContext(ctx, acted...); err != nil {
		return nil, err
	}
	answer := fmt.Sprintf(`{"comment":{"id":%q,"tally":{"agree":%d,"disagree":%d,"pass":%d}},"act":{"id":%q}}`,
		b.Comment, agree, disagree, pass, act)
	if b.Key != "" {
		request := sha256.Sum256(body)
		if _, err := tx.StmtContext(ctx, p.vote.key).ExecContext(ctx, uuid.Must(uuid.NewV7()), b.Voter, b.Key, request[:], answer, now); err != nil {
			return nil, err
		}
	}
	return []byte(answer), tx.Commit()
}

// sealing is how many bytes the server's seal adds: nonce and tag of AES-GCM, and the salt.
const sealing = 12 + 16 + 16

// now is the time in the form that the database stores.
func (p *peer) now() any {
	if p.dialect == "postgres" {
		return time.Now().UTC()
	}
	return time.Now().UnixMicro()
}
