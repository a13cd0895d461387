package store_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// before opens a database as a release left it whose last migration had this name, and gives what upgrades it.
func before(t *testing.T, databaseURL, last string) (old *store.Store, upgrade func()) {
	t.Helper()
	s, err := store.Open(t.Context(), databaseURL, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	all := migrationsAnd(t, nil)
	some := maps.Clone(all)
	maps.DeleteFunc(some, func(name string, _ *fstest.MapFile) bool {
		_, file, _ := strings.Cut(name, "/")
		return strings.HasSuffix(name, ".sql") && file > last
	})
	migrate := func(files fs.FS) {
		if _, err := s.MigrateFrom(t.Context(), files); err != nil {
			t.Fatal(err)
		}
	}
	migrate(some)
	return s, func() { migrate(all) }
}

// rowsOf gives what each row of a query says, in order.
func rowsOf(t *testing.T, s *store.Store, text string) []string {
	t.Helper()
	var all []string
	err := s.Query(t.Context(), text, nil, func(r *sql.Rows) error {
		columns, err := r.Columns()
		if err != nil {
			return err
		}
		cells, dest := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			dest[i] = &cells[i]
		}
		err = r.Scan(dest...)
		var words []string
		for _, c := range cells {
			words = append(words, c.String)
		}
		all = append(all, strings.Join(words, " | "))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// TestUpgradesKeepWhatRowsSaidLast: what a release kept in a row alone, and the next step would have overwritten, is kept for good.
func TestUpgradesKeepWhatRowsSaidLast(t *testing.T) {
	testdb.EachEmpty(t, func(t *testing.T, databaseURL string) {
		s, upgrade := before(t, databaseURL, "20261129123056_slow_webhooks_and_names.sql")
		acted, seq := uuid.New(), 0
		did := func(typ string, subject uuid.UUID) {
			seq++
			addRow(t, s, "acts", map[string]any{"seq": seq, "type": typ, "subject_id": subject, "stakeholder_id": acted})
		}
		for _, row := range []struct {
			table, column, reason string
			acts                  []string
		}{
			{"comments", "state_reason", "hidden twice", []string{"comment.posted", "comment.hidden", "comment.restored", "comment.hidden"}},
			{"proposals", "state_reason", "sent back", []string{"proposal.submitted", "proposal.returned"}},
			{"assessments", "state_reason", "in which languages", []string{"assessment.returned", "assessment.edited"}},
			{"stakeholders", "status_reason", "does not pay", []string{"stakeholder.suspended"}},
			{"comments", "state_reason", "", []string{"comment.hidden"}},
		} {
			id := uuid.New()
			addRow(t, s, row.table, map[string]any{"id": id, row.column: row.reason})
			for _, typ := range row.acts {
				did(typ, id)
			}
		}
		for state, round := range map[string]int{"CLOSED": 3, "OPEN": 2} {
			addRow(t, s, "dialogues", map[string]any{"state": state, "round": round, "outcome": "of a dialogue that is " + state})
		}
		addRow(t, s, "dialogues", map[string]any{"state": "OPEN", "round": 1, "outcome": ""})
		firm, practice := uuid.New(), uuid.New()
		addRow(t, s, "practices", map[string]any{"id": practice, "firm_id": firm})
		addRow(t, s, "acts", map[string]any{"seq": 101, "type": "practice.tried", "subject_type": "practice", "subject_id": practice})
		for i, status := range []string{"PENDING", "SUSPENDED", "SUSPENDED", "ACTIVE"} {
			id := uuid.New()
			addRow(t, s, "stakeholders", map[string]any{"id": id, "status": status, "kind": "FIRM", "handle": fmt.Sprint("never-", i), "status_reason": ""})
			if i == 2 {
				addRow(t, s, "acts", map[string]any{"seq": 102, "type": "stakeholder.approved", "subject_id": id})
			}
		}
		approved, party := uuid.New(), uuid.New()
		addRow(t, s, "assessments", map[string]any{"id": approved, "state_reason": ""})
		addRow(t, s, "acts", map[string]any{"seq": 100, "type": "assessment.approved", "subject_id": approved, "stakeholder_id": party})
		on := uuid.New()
		addRow(t, s, "comments", map[string]any{"id": on, "subject_type": "ASSESSMENT", "subject_id": approved, "state_reason": ""})
		addRow(t, s, "votes", map[string]any{"comment_id": on})
		upgrade()
		for _, gone := range []string{"SELECT id FROM assessments", "SELECT id FROM comments WHERE subject_type = 'ASSESSMENT'", "SELECT id FROM votes"} {
			if got := rowsOf(t, s, gone); len(got) > 0 {
				t.Errorf("%s = %v; assessments of the first form are not carried over, nor what was said on them", gone, got)
			}
		}
		if got := rowsOf(t, s, "SELECT handle FROM stakeholders WHERE never_admitted"); !slices.Equal(got, []string{"never-0", "never-1"}) {
			t.Errorf("parties that were never admitted are %v, want the one that waits and the one that was suspended before it was admitted", got)
		}
		if got := rowsOf(t, s, "SELECT seq, owner_id FROM acts WHERE owner_id IS NOT NULL"); !slices.Equal(got, []string{"101 | " + firm.String()}) {
			t.Errorf("acts are on what is of %v, want one on a practice of %s", got, firm)
		}
		reasons := rowsOf(t, s, "SELECT a.seq, a.type, r.words FROM act_reasons r JOIN acts a ON a.act_id = r.id WHERE r.stakeholder_id = a.stakeholder_id")
		want := []string{"4 | comment.hidden | hidden twice", "6 | proposal.returned | sent back", "7 | assessment.returned | in which languages", "9 | stakeholder.suspended | does not pay"}
		if diff := cmp.Diff(want, reasons); diff != "" {
			t.Errorf("reasons of acts (-want +got):\n%s", diff)
		}
		outcomes := rowsOf(t, s, "SELECT o.round, o.text FROM outcomes o JOIN dialogues d ON d.id = o.dialogue_id")
		if diff := cmp.Diff([]string{"1 | of a dialogue that is OPEN", "3 | of a dialogue that is CLOSED"}, outcomes); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
}

// TestUpgradesKeepRisks: the risks that assessments had as JSON are rows afterwards, in their order, with what was to be done about them.
func TestUpgradesKeepRisks(t *testing.T) {
	testdb.EachEmpty(t, func(t *testing.T, databaseURL string) {
		s, upgrade := before(t, databaseURL, "20261129232600")
		long := strings.Repeat("Long. ", 50)
		first, second, member := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.New()
		addRow(t, s, "assessments", map[string]any{"id": first, "member_id": member, "reference": "1", "risks": `[
			{"title": "One", "description": "How", "likelihood": 1, "severity": 4, "treatment": "MITIGATE", "mitigation": "A person reads."},
			{"title": "Two", "description": null, "likelihood": 3, "severity": 2, "treatment": "ACCEPT", "mitigation": null},
			{"title": "Three", "likelihood": 2, "severity": 2, "treatment": "AVOID", "mitigation": "` + long + `"}]`})
		addRow(t, s, "assessments", map[string]any{"id": second, "member_id": member, "reference": "2", "risks": `[]`})
		upgrade()
		got := rowsOf(t, s, "SELECT assessment_id, number, title, description, likelihood, severity, treatment, author_id, state FROM risks")
		of, by := first.String(), member.String()
		want := []string{
			of + " | 1 | One | How | 1 | 4 | MITIGATE | " + by + " | PRESENT", of + " | 2 | Two |  | 3 | 2 | ACCEPT | " + by + " | PRESENT",
			of + " | 3 | Three |  | 2 | 2 | AVOID | " + by + " | PRESENT",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("risks (-want +got):\n%s", diff)
		}
		got = rowsOf(t, s, "SELECT r.number, m.number, m.title, m.description, m.state FROM mitigations m JOIN risks r ON r.id = m.risk_id")
		if diff := cmp.Diff([]string{"1 | 1 | A person reads. |  | PLANNED", "3 | 1 | As described | " + long + " | PLANNED"}, got); diff != "" {
			t.Errorf("mitigations (-want +got):\n%s", diff)
		}
		ids := rowsOf(t, s, "SELECT id FROM risks UNION ALL SELECT id FROM mitigations")
		for i, text := range ids {
			if id, err := uuid.Parse(text); err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 || i > 0 && ids[i-1] == text {
				t.Errorf("%q is no id of its own: %v", text, err)
			}
		}
	})
}
