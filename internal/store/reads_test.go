package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesInATextAreFound(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"SELECT 1", nil},
		{"SELECT t.id FROM comments t WHERE t.id = ANY($1)", []string{"comments"}},
		{"SELECT `members`.`id` FROM `members` WHERE `members`.`id` = ? LIMIT 2", []string{"members"}},
		{`SELECT "phases"."id" FROM "phases"`, []string{"phases"}},
		{"SELECT 1 FROM acts", []string{"acts"}},
		{"SELECT c.* FROM unnest($1::uuid[]) WITH ORDINALITY p(id, n) CROSS JOIN LATERAL (SELECT t.id FROM comments t WHERE x) c", []string{"comments"}},
		{"SELECT t.id FROM json_each(?) p JOIN comments t ON t.rowid IN (SELECT t.rowid FROM comments t JOIN links l ON a = b)", []string{"comments", "comments", "links"}},
		{"EXISTS (SELECT 1 FROM dialogues d WHERE d.id = t.dialogue_id AND EXISTS (SELECT 1\n\tFROM invitations v))", []string{"dialogues", "invitations"}},
		{"SELECT a FROM one, two t, \"three\" AS x JOIN four", []string{"one", "two", "three", "four"}},
		{"select a from one x , two where b", []string{"one", "two"}},
		{"SELECT a, from_here FROM one", []string{"one"}},
		{"SELECT COUNT(*) FROM (SELECT 1 FROM votes LIMIT ?) x", []string{"votes"}},
	} {
		if diff := cmp.Diff(tt.want, tablesIn(tt.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}
