package consultation_test

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// in16 writes a text in UTF-16 with a byte order mark.
func in16(order binary.AppendByteOrder, text string) string {
	b := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// each changes every file.
func (f files) each(change func(text string) string) files {
	out := files{}
	for name, text := range f {
		out[name] = change(text)
	}
	return out
}

// named gives every file another name.
func (f files) named(name func(string) string) files {
	out := files{}
	for old, text := range f {
		out[name(old)] = text
	}
	return out
}

// TestFormsOfAFolder reads one folder in the forms that Polis and spreadsheets give it: all say the same.
func TestFormsOfAFolder(t *testing.T) {
	want := read(t, small())
	offered := func(name string) string { return "2025-06-19-1201-7abc-" + name }
	for form, folder := range map[string]files{
		"with semicolons":                   small().each(func(s string) string { return strings.ReplaceAll(s, ",", ";") }),
		"with tabs":                         small().each(func(s string) string { return strings.ReplaceAll(s, ",", "\t") }),
		"with a mark of UTF-8":              small().each(func(s string) string { return "\uFEFF" + s }),
		"in UTF-16, little end first":       small().each(func(s string) string { return in16(binary.LittleEndian, s) }),
		"in UTF-16, big end first":          small().each(func(s string) string { return in16(binary.BigEndian, s) }),
		"with the names of a download":      small().named(offered),
		"with today's names of a download":  small().named(func(s string) string { return offered(strings.Replace(s, "participants-", "participant-", 1)) }),
		"semicolons in UTF-16, as download": small().named(offered).each(func(s string) string { return in16(binary.LittleEndian, strings.ReplaceAll(s, ",", ";")) }),
	} {
		t.Run(form, func(t *testing.T) {
			got := read(t, folder)
			if len(got.Warnings) != 0 || len(got.Events) != len(want.Events) || len(got.Votes) != len(want.Votes) || got.URL != want.URL || got.Topic != want.Topic {
				t.Errorf("the folder is read as %+v, want %+v", got, want)
			}
			for i, s := range got.Statements {
				if w := want.Statements[i]; s.ID != w.ID || s.At != w.At || s.Moderation != w.Moderation || strings.ReplaceAll(s.Body, ";", ",") != strings.ReplaceAll(w.Body, ";", ",") && !strings.Contains(s.Body, "\t") {
					t.Errorf("statement %d is %+v, want %+v", i, s, w)
				}
			}
		})
	}
}

func read(t *testing.T, f files) *consultation.Export {
	t.Helper()
	e, err := f.read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	bare := func(s string) string { return in16(binary.LittleEndian, s)[2:] }
	for rule, row := range map[string]struct {
		files files
		want  string
	}{
		"UTF-16 without a mark":               {small().with("votes.csv", bare(small()["votes.csv"])), "votes.csv:1: this is UTF-16 without a byte order mark: save the file as UTF-8"},
		"two files could be the comments":     {small().without("comments.csv").with("a-comments.csv", small()["comments.csv"]).with("b-comments.csv", small()["comments.csv"]), "comments.csv: several files could be this one: a-comments.csv, b-comments.csv; leave one of them in the folder"},
		"the matrix is not taken for votes":   {small().without("votes.csv"), "votes.csv: the file is missing"},
		"an accepted statement without words": {small().plus("comments.csv", "1500000002000,Fri,4,2,9,9,1,\n"), "comments.csv:8: comment-body: is empty"},
		"is-seed is yes or no": {
			small().with("comments.csv", "timestamp,comment-id,author-id,moderated,comment-body,is-seed\n1500000000000,0,1,1,One price for all,perhaps\n"),
			`comments.csv:2: is-seed: want true or false, not "perhaps"`,
		},
	} {
		t.Run(rule, func(t *testing.T) {
			_, err := row.files.read(context.Background())
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("Read = %v, want %q", err, row.want)
			}
		})
	}
}

// TestHiddenStatementsWithoutWords keeps such a statement hidden, with its votes, and counts it.
func TestHiddenStatementsWithoutWords(t *testing.T) {
	folder := small().with("comments.csv", "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body,is-seed,is-meta\n"+
		"1500000000000,Fri,0,1,9,9,1,One price for all,true,false\n"+
		"1500000001000,Fri,1,9,9,9,1,Say it first,TRUE,1\n"+
		"1500000003000,Fri,2,2,9,9,0,Depends,false,0\n"+
		"1500000002000,Fri,3,2,9,9,-1,,false,\n")
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		l := newLog(t, s)
		export, err := folder.read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		report, err := consultation.Save(context.Background(), s, l, consultation.Options{Clock: clock.NewFixed(now)}, export)
		if err != nil {
			t.Fatal(err)
		}
		if report.Hidden != 1 || report.Withheld != 1 || report.Superseded != 3 || report.Seeds != 2 || report.Metas != 1 {
			t.Errorf("the report counts %+v", report)
		}
		notes := strings.Join(report.Notes(), "\n")
		for _, want := range []string{"3 votes were superseded", "1 statements were moderated away", "1 of these have no words", "2 statements are seeds", "1 statements are about the participants"} {
			if !strings.Contains(notes, want) {
				t.Errorf("the notes lack %q:\n%s", want, notes)
			}
		}
		row := query[string](t, s, "SELECT state || ' ' || disagrees || ' ' || body || ': ' || state_reason FROM comments WHERE state = 'HIDDEN'")
		if len(row) != 1 || row[0] != "HIDDEN 1 : rejected by the moderators of the original consultation, which withholds its words" {
			t.Errorf("the statement without words is %q, want it hidden, with its vote and the reason", row)
		}
		acts := strings.Join(query[string](t, s, "SELECT payload FROM queued_acts WHERE type = 'comment.imported'"), "\n")
		if strings.Count(acts, `"seed":true`) != 2 || strings.Count(acts, `"meta":true`) != 1 {
			t.Errorf("the acts keep seeds and metas as\n%s", acts)
		}
		again, err := consultation.Save(context.Background(), s, l, consultation.Options{Clock: clock.NewFixed(now)}, export)
		if err != nil || !again.AlreadyLoaded() {
			t.Errorf("loading it again = %v, %v, want nothing new", again, err)
		}
	})
}
