package peer

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
)

// Saving is the body of a request to save the answer to a question with one choice.
type Saving struct {
	Assessment, Member, Firm uuid.UUID
	Question, Choice, Note   string
	Expected                 int // the revision of the answer that it replaces
}

// saving has the statements that save an answer.
type saving struct{ lock, old, aside, save, assessment, act *sql.Stmt }

func prepareSaving(ctx context.Context, dialect string, conn *sql.DB) (*saving, error) {
	s := &saving{}
	lock := "SELECT given, score, level, subject_type, subject_id, revision FROM assessments WHERE id = ? AND state = 'DRAFT'"
	if dialect == "postgres" {
		lock += " FOR UPDATE"
	}
	for _, p := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&s.lock, lock},
		{&s.old, "SELECT revision FROM answers WHERE assessment_id = ? AND question = ? AND latest"},
		{&s.aside, "UPDATE answers SET latest = false WHERE assessment_id = ? AND question = ? AND latest"},
		{&s.save, `INSERT INTO answers (id, assessment_id, question, revision, latest, value, note, author_id, answered_at)
			VALUES (?, ?, ?, ?, true, ?, ?, ?, ?)`},
		{&s.assessment, "UPDATE assessments SET updated_at = ?, revision = revision + 1, given = ?, score = ?, level = ? WHERE id = ?"},
		{&s.act, `INSERT INTO bench_acts (act_id, type, member_id, stakeholder_id, subject_type, subject_id, subject_revision, parent_type, parent_id,
			owner_id, audience, policy_version, at, payload, salt, sealed, commitment, member_commitment, entry)
			VALUES (?, 'assessment.answered', ?, ?, 'assessment', ?, ?, ?, ?, ?, 'SUBJECT', 1, ?, '', ?, ?, ?, ?, ?)`},
	} {
		var err error
		if *p.to, err = conn.PrepareContext(ctx, numbered(dialect, p.text)); err != nil {
			return nil, fmt.Errorf("prepare an answer for %s: %w", dialect, err)
		}
	}
	return s, nil
}

// answer saves an answer: the same rows that the server writes, in one transaction. It puts the choice into the answers in short as
// text, and writes the score that was there: it knows no template.
func (p *peer) answer(w http.ResponseWriter, r *http.Request) {
	data, err := p.saved(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, data)
}

func (p *peer) saved(r *http.Request) ([]byte, error) {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var s Saving
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, err
	}
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	do := func(stmt *sql.Stmt, args ...any) error {
		_, err := tx.StmtContext(ctx, stmt).ExecContext(ctx, args...)
		return err
	}
	var given []byte
	var score, level, revision, old int
	var subjectType string
	var subject uuid.UUID
	err = tx.StmtContext(ctx, p.saving.lock).QueryRowContext(ctx, s.Assessment).Scan(&given, &score, &level, &subjectType, &subject, &revision)
	if err != nil {
		return nil, err
	}
	if err := tx.StmtContext(ctx, p.saving.old).QueryRowContext(ctx, s.Assessment, s.Question).Scan(&old); err != nil {
		return nil, err
	}
	if old != s.Expected {
		return nil, fmt.Errorf("the answer has revision %d, not %d", old, s.Expected)
	}
	if given, err = chosen(given, s.Question, s.Choice); err != nil {
		return nil, err
	}
	now, act := p.now(), uuid.Must(uuid.NewV7())
	value, err := json.Marshal(map[string][]string{"choices": {s.Choice}})
	if err != nil {
		return nil, err
	}
	payload := fmt.Sprintf(`{"questions":[%q],"state":"DRAFT","version":1}`, s.Question)
	sealed := make([]byte, sealing, sealing+len(payload)) // as long as what the server seals under the member's key
	_, _ = rand.Read(sealed)
	sealed = append(sealed, payload...)
	sum := sha256.Sum256(sealed)
	err = errors.Join(
		do(p.saving.aside, s.Assessment, s.Question),
		do(p.saving.save, uuid.Must(uuid.NewV7()), s.Assessment, s.Question, old+1, string(value), s.Note, s.Member, now),
		do(p.saving.assessment, now, string(given), score, level, s.Assessment),
		do(p.saving.act, act, s.Member, s.Firm, s.Assessment, revision+1, "practice", subject, s.Firm, now, []byte{}, sealed, sum[:], sum[:], sum[:]),
	)
	if err != nil {
		return nil, err
	}
	answer := fmt.Sprintf(`{"impactAssessment":{"id":%q,"revision":%d,"score":{"current":%d,"level":%d}},"act":{"id":%q}}`,
		s.Assessment, revision+1, score, level, act)
	return []byte(answer), tx.Commit()
}

// chosen replaces the choice of a question in the answers in short.
func chosen(given []byte, question, choice string) ([]byte, error) {
	name := fmt.Appendf(nil, `%q:["`, question)
	from := bytes.Index(given, name)
	if from < 0 {
		return nil, fmt.Errorf("the question %s is not answered", question)
	}
	from += len(name)
	to := bytes.IndexByte(given[from:], '"')
	if to < 0 {
		return nil, errors.New("the answers are cut off")
	}
	return bytes.Join([][]byte{given[:from], []byte(choice), given[from+to:]}, nil), nil
}
