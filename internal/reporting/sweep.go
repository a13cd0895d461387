package reporting

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

const (
	// sweepEvery is how often somebody looks for files that were kept long enough, and sweptFor how long the server that does so keeps the
	// others from it.
	sweepEvery = 10 * time.Minute
	sweptFor   = 2 * sweepEvery
)

// Sweep deletes files that were kept long enough, by the clock of the database, if this server holds the lease. The reports stay: whoever
// asks again gets the same ones.
func (s *Service) Sweep(ctx context.Context, holder string) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return err
		}
		held, err := s.store.Claim(ctx, tx, "reports", holder, now.UTC(), sweptFor)
		if err != nil || !held {
			return err
		}
		// At most a hundred at once, so that the transaction is short; the next turn goes on.
		var ids []uuid.UUID
		const old = "SELECT id FROM reports WHERE state = 'READY' AND expires_at < ? ORDER BY expires_at, id LIMIT 100"
		err = s.store.QueryTx(ctx, tx, old+s.store.SkipLocked(), []any{now.UTC()}, func(r *sql.Rows) error {
			var id uuid.UUID
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		in := s.store.AnyOf("id", ids)
		if err := s.drop(ctx, tx, in.SQL, in.Args...); err != nil {
			return err
		}
		args := append([]any{now.UTC()}, in.Args...)
		_, err = s.store.Exec(ctx, tx, "UPDATE reports SET state = 'EXPIRED', note = '', expires_at = NULL, updated_at = ?, revision = revision + 1 WHERE "+in.SQL, args...)
		return err
	})
}

// Personal says that reports do not outlive an erasure as they are: what was made is made again.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "report_parties", Column: "party_id", Erasure: "The reports that name the customer are made again, without the customer's words.", Erase: s.remake,
			Withheld: "It says which reports name the party, which the party can read.",
		},
		{
			Table: "report_holders", Column: "party_id", Erasure: "What a customer has asked for is forgotten.", Erase: s.forgetHolder,
			Export: &personal.File{
				Name: "reports", Noun: "report", Columns: []string{"report", "asked_at", "type", "audience"},
				Query: "SELECT h.report_id, h.asked_at, t.type, t.audience FROM report_holders h JOIN reports t ON t.id = h.report_id WHERE h.party_id = ? ORDER BY h.id",
			},
		},
		{Table: "report_holders", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.", Withheld: "The acts of the export say what the member asked for."},
		{
			Table: "reports", Column: "party_id", Erasure: "Reports for a customer are deleted.", Erase: s.deleteFor, Withheld: "The reports that the party has asked for are in the copy already.",
			Kept: []personal.Kept{{Columns: []string{"title", "failure", "hash"}, Why: "The server wrote it, or an organisation."}},
		},
	}
}

// erasuresSetting counts erasures: a report that was begun before one is not kept after it.
const erasuresSetting = "report_erasures"

// Begin makes the count of erasures, before the first one: what is not there cannot be locked.
func (s *Service) Begin(ctx context.Context) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", erasuresSetting, []byte("0"))
		return err
	})
}

// erasures is how many there have been, as a word that changes with each.
func (s *Service) erasures(ctx context.Context) (count string, err error) {
	err = s.store.Query(ctx, "SELECT value FROM settings WHERE id = ?", []any{erasuresSetting}, func(r *sql.Rows) error {
		var value []byte
		err := r.Scan(&value)
		count = string(value)
		return err
	})
	return count, err
}

// nobodyErased refuses to keep what was begun before an erasure. One that is under way is waited for.
func (s *Service) nobodyErased(ctx context.Context, tx *db.Tx, before string) error {
	if err := s.store.Share(ctx, tx, "settings", erasuresSetting); err != nil && !db.IsNotFound(err) {
		return err
	}
	now := ""
	err := s.store.QueryTx(ctx, tx, "SELECT value FROM settings WHERE id = ?", []any{erasuresSetting}, func(r *sql.Rows) error {
		var value []byte
		err := r.Scan(&value)
		now = string(value)
		return err
	})
	if err == nil && now != before {
		err = errErased
	}
	return err
}

// remake has those reports made again that name a customer. Until then nobody reads them.
func (s *Service) remake(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return err
	}
	count, err := uuid.NewV7()
	if err != nil {
		return err
	}
	const counted = "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value"
	if _, err := s.store.Exec(ctx, tx, counted, erasuresSetting, []byte(count.String())); err != nil {
		return fmt.Errorf("count an erasure: %w", err)
	}
	const named = "id IN (SELECT n.report_id FROM report_parties n WHERE n.party_id = ?)"
	if err := s.drop(ctx, tx, "state = 'READY' AND t."+named, customer); err != nil {
		return err
	}
	const again = `UPDATE reports SET erased_at = ?, state = CASE WHEN state = 'READY' THEN 'QUEUED' ELSE state END, queued_at = ?, attempts = 0, note = '', problems = '[]',
		updated_at = ?, revision = revision + 1 WHERE ` + named
	if _, err := s.store.Exec(ctx, tx, again, now.UTC(), now.UTC(), now.UTC(), customer); err != nil {
		return fmt.Errorf("have reports made again: %w", err)
	}
	s.hurry()
	return nil
}

// name notes which parties a report names.
func (s *Service) name(ctx context.Context, tx *db.Tx, id uuid.UUID, parties []uuid.UUID) error {
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM report_parties WHERE report_id = ?", id); err != nil {
		return err
	}
	for some := range slices.Chunk(parties, 200) {
		args := make([]any, 0, 3*len(some))
		for _, party := range some {
			row, err := uuid.NewV7()
			if err != nil {
				return err
			}
			args = append(args, row, id, party)
		}
		text := "INSERT INTO report_parties (id, report_id, party_id) VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(some)), ", ")
		if _, err := s.store.Exec(ctx, tx, text, args...); err != nil {
			return fmt.Errorf("note whom a report names: %w", err)
		}
	}
	return nil
}

func (s *Service) forgetHolder(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	_, err := s.store.Exec(ctx, tx, "DELETE FROM report_holders WHERE party_id = ?", customer)
	return err
}

// deleteFor deletes the reports for a customer.
func (s *Service) deleteFor(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	if err := s.drop(ctx, tx, "party_id = ?", customer); err != nil {
		return err
	}
	for _, text := range []string{
		"DELETE FROM report_holders WHERE report_id IN (SELECT id FROM reports WHERE party_id = ?)",
		"DELETE FROM report_parties WHERE report_id IN (SELECT id FROM reports WHERE party_id = ?)", "DELETE FROM reports WHERE party_id = ?",
	} {
		if _, err := s.store.Exec(ctx, tx, text, customer); err != nil {
			return err
		}
	}
	return nil
}
