package peer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// Sealed is the body of a request to cast a secret paper.
type Sealed struct{ Ballot, Dialogue, Seat, Party uuid.UUID }

// casting has the statements that cast a secret paper.
type casting struct{ seat, key, save, mark, act *sql.Stmt }

func prepareCasting(ctx context.Context, dialect string, conn *sql.DB) (*casting, error) {
	c := &casting{}
	lock := "SELECT s.revision, b.closes_at FROM ballot_seats s JOIN ballots b ON b.id = s.ballot_id WHERE s.id = ? AND b.state = 'OPEN'"
	if dialect == "postgres" {
		lock += " FOR UPDATE OF s"
	}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&c.seat, lock},
		{&c.key, "SELECT sealed FROM ballot_keys WHERE id = ?"},
		{&c.save, `INSERT INTO sealed_papers (id, ballot_id, revision, sealed) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed`},
		{&c.mark, "UPDATE ballot_seats SET revision = ? WHERE id = ?"},
		{&c.act, `INSERT INTO bench_acts (act_id, type, member_id, stakeholder_id, subject_type, subject_id, subject_revision, parent_type, parent_id,
			dialogue_id, audience, policy_version, at, payload, salt, sealed, commitment, member_commitment, entry)
			VALUES (?, 'ballot.cast', ?, ?, 'ballot', ?, 1, 'proposal', ?, ?, 'ACTOR', 1, ?, '', ?, ?, ?, ?, ?)`},
	} {
		var err error
		if *s.to, err = conn.PrepareContext(ctx, numbered(dialect, s.text)); err != nil {
			return nil, fmt.Errorf("prepare papers for %s: %w", dialect, err)
		}
	}
	return c, nil
}

// put casts a secret paper: the same rows that the server writes, in one transaction.
func (p *peer) put(w http.ResponseWriter, r *http.Request) {
	var b Sealed
	err := json.NewDecoder(r.Body).Decode(&b)
	var data []byte
	if err == nil {
		data, err = p.seal(r.Context(), b)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, data)
}

// sealedPaper is how many bytes a sealed paper of the server has.
const sealedPaper = 12 + 256 + 16

func (p *peer) seal(ctx context.Context, b Sealed) ([]byte, error) {
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	var revision int
	var closes any
	if err := tx.StmtContext(ctx, p.casting.seat).QueryRowContext(ctx, b.Seat).Scan(&revision, &closes); err != nil {
		return nil, err
	}
	var key []byte
	if err := tx.StmtContext(ctx, p.casting.key).QueryRowContext(ctx, b.Ballot).Scan(&key); err != nil {
		return nil, err
	}
	paper := make([]byte, sealedPaper)
	_, _ = rand.Read(paper) // as long as what the server seals
	sum := sha256.Sum256(paper)
	if _, err := tx.StmtContext(ctx, p.casting.save).ExecContext(ctx, b.Seat, b.Ballot, revision+1, paper); err != nil {
		return nil, err
	}
	if _, err := tx.StmtContext(ctx, p.casting.mark).ExecContext(ctx, revision+1, b.Seat); err != nil {
		return nil, err
	}
	payload := fmt.Sprintf(`{"revision":%d,"sealed":"%x","seat":%q}`, revision+1, sum, b.Seat)
	sealed := make([]byte, sealing, sealing+len(payload))
	_, _ = rand.Read(sealed)
	sealed = append(sealed, payload...)
	act := uuid.Must(uuid.NewV7())
	_, err = tx.StmtContext(ctx, p.casting.act).ExecContext(ctx, act, b.Party, b.Party, b.Ballot, b.Ballot, b.Dialogue, p.now(), []byte{}, sealed, sum[:], sum[:], sum[:])
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"act":{"id":%q},"at":%q}`, act, time.Now().UTC().Format(time.RFC3339)), tx.Commit()
}
