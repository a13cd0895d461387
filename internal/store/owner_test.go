package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	for _, row := range []struct {
		rule, sql, text string
		want            string // in the refusal; empty when the file is taken
	}{
		{"a file that does not exist is made", "", "", ""},
		{"an empty file is filled", "", "empty", ""},
		{"a text is no database", "", "dear diary", "is not an SQLite database"},
		{"a text of the length of the mark is none either", "", "dear diary, 16 b", "is not an SQLite database"},
		{"a database without tables is taken", "PRAGMA user_version = 7", "", ""},
		{"the tables of another program", "CREATE TABLE photos (id integer)", "", `another program (it has the table "photos")`},
		{"another program that migrates, too", "CREATE TABLE schema_migrations (version varchar); INSERT INTO schema_migrations VALUES ('20200101')", "", "another program"},
		{"a file that says whose it is", "PRAGMA application_id = 252006674; CREATE TABLE vectors (id integer)", "", "another program"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "some.db")
			if row.text != "" {
				text := strings.TrimPrefix(row.text, "empty")
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if row.sql != "" {
				execute(t, path, row.sql)
			}
			before, _ := os.ReadFile(path)
			s, err := store.Open(t.Context(), "sqlite://"+path, store.Options{Relaxed: true})
			if err == nil {
				defer s.Close()
				if _, err := s.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Fatalf("Open = %v, want %q", err, row.want)
			}
			if after, _ := os.ReadFile(path); row.want != "" && !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
			if beside, _ := filepath.Glob(path + "*"); row.want != "" && len(beside) > 1 {
				t.Errorf("there are %v", beside)
			}
		})
	}
}

func TestADatabaseFromBeforeFilesWereMarkedIsTaken(t *testing.T) {
	url := testdb.SQLite(t)
	path := strings.TrimPrefix(url, "sqlite://")
	s, err := store.Open(t.Context(), url, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, path, "PRAGMA application_id = 0")
	if s, err = store.Open(t.Context(), url, store.Options{Relaxed: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, path, text string) {
	t.Helper()
	c, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(context.Background(), text); err != nil {
		t.Fatal(err)
	}
}
