package consultation_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestMalformed loads folders with one error each: it is reported with file, line and reason, and nothing is written.
func TestMalformed(t *testing.T) {
	summary := func(old, text string) files { return small().replaced(t, "summary.csv", old, text) }
	comment := func(record string) files { return small().plus("comments.csv", record+"\n") }
	vote := func(record string) files { return small().plus("votes.csv", record+"\n") }
	matrix := func(record string) files { return small().plus("participants-votes.csv", record+"\n") }
	const (
		quote   = "a quote is misplaced or never closed; the rest of the file was not read"
		address = "expected a URL such as https://pol.is/9xxwa9jpkm"
		outside = "as a time in milliseconds is outside the years 2000 to 2099"
	)
	long := strings.Repeat("長", 10_001)
	tests := []struct {
		rule  string
		files files
		want  string
	}{
		{"summary.csv must be there", small().without("summary.csv"), "summary.csv: the file is missing"},
		{"comments.csv must be there", small().without("comments.csv"), "comments.csv: the file is missing"},
		{"votes.csv must be there", small().without("votes.csv"), "votes.csv: the file is missing"},

		{"a row of the summary is a key and a value", small().plus("summary.csv", "groups,1,2\n"), "summary.csv:8: expected a key and a value, found 3 fields"},
		{"a key of the summary comes once", small().plus("summary.csv", "topic,Other\n"), `summary.csv:8: "topic" appears twice`},
		{"the summary has a topic, even if empty", small().with("summary.csv", "url,https://pol.is/x\n"), "summary.csv: the row topic is missing"},
		{"a topic of two lines is quoted as a whole", summary("How should", "\"How\nshould\""), "summary.csv:1: " + quote},
		{"a topic is one line", small().with("summary.csv", "url,\ntopic,\"How\nmuch\"\n"), "summary.csv:2: topic: this must be one line"},
		{"a topic has 200 characters", summary("How", strings.Repeat("é", 180)), "summary.csv:1: topic: at most 200 characters; this has 207"},
		{
			"a topic reads in one direction", summary("How", "\u202eHow"),
			"summary.csv:1: topic: this contains invisible or direction-changing characters",
		},
		{"a url can be followed", summary("https://pol.is/small", "pol.is/small"), "summary.csv:2: url: " + address},
		{"a url runs no script", summary("https://pol.is/small", "javascript:alert(1)"), "summary.csv:2: url: " + address},
		{"a url carries no password", summary("https://pol.is/small", "https://a:b@pol.is/small"), "summary.csv:2: url: " + address},
		{"a description is text", summary("Say what", "\x1b[31mSay"), "summary.csv:5: conversation-description: contains the control character U+001B"},
		{
			"a description has 19,000 characters", summary("Say what", strings.Repeat("a", 19_000)),
			"summary.csv:5: conversation-description: at most 19000 characters; this has 19035",
		},

		{
			"there are statements", small().with("comments.csv", "timestamp,comment-id,author-id,moderated,comment-body\n").
				with("votes.csv", "timestamp,comment-id,voter-id,vote\n"),
			"comments.csv: there are no statements",
		},
		{
			"comments.csv has a header", small().with("comments.csv", ""),
			"comments.csv:1: the file is empty: expected a header with comment-id, timestamp, author-id, moderated, comment-body",
		},
		{
			"comments.csv has all columns", small().replaced(t, "comments.csv", "moderated", "moderation"),
			"comments.csv:1: the column moderated is missing",
		},
		{
			"comments.csv has a column once", small().replaced(t, "comments.csv", "disagrees", "comment-body"),
			"comments.csv:1: the column comment-body appears twice",
		},
		{"a comment has all fields", comment("1500000002000,Fri,4,2,9,9,1"), "comments.csv:8: 7 fields, but the header has 8"},
		{"a comment-id is a number", comment("1500000002000,Fri,four,2,9,9,1,Hi"), `comments.csv:8: comment-id: expected a number from 0, not "four"`},
		{"a comment-id is not negative", comment("1500000002000,Fri,-4,2,9,9,1,Hi"), `comments.csv:8: comment-id: expected a number from 0, not "-4"`},
		{
			"a comment-id is not too large", comment("1500000002000,Fri,9223372036854775808,2,9,9,1,Hi"),
			`comments.csv:8: comment-id: expected a number from 0, not "9223372036854775808"`,
		},
		{"a comment-id comes once", comment("1500000002000,Fri,3,2,9,9,1,Hi"), "comments.csv:8: comment 3 appears twice"},
		{
			"a comment-id comes once, however it is written", comment("1500000002000,Fri,03,2,9,9,1,Hi"),
			"comments.csv:8: comment 3 appears twice",
		},
		{
			"an author is a number", comment("1500000002000,Fri,4,me@example.org,9,9,1,Hi"),
			`comments.csv:8: author-id: expected a number from 0, not "me@example.org"`,
		},
		{"moderated is 1, 0 or -1", comment("1500000002000,Fri,4,2,9,9,2,Hi"), `comments.csv:8: moderated: want 1, 0 or -1, not "2"`},
		{"a comment says something", comment("1500000002000,Fri,4,2,9,9,1,\" \n\t\""), "comments.csv:8: comment-body: is empty"},
		{
			"a comment has 10,000 characters", comment("1500000002000,Fri,4,2,9,9,1," + long),
			"comments.csv:8: comment-body: at most 10000 characters; this has 10001",
		},
		{"a comment is UTF-8", comment("1500000002000,Fri,4,2,9,9,1,caf\xe9"), "comments.csv:8: comment-body: not UTF-8"},
		{"a comment has no NUL", comment("1500000002000,Fri,4,2,9,9,1,a\x00b"), "comments.csv:8: comment-body: contains the control character U+0000"},
		{
			"a comment has no control characters", comment("1500000002000,Fri,4,2,9,9,1,a\u0085b"),
			"comments.csv:8: comment-body: contains the control character U+0085",
		},
		{"a comment has a time", comment("yesterday,Fri,4,2,9,9,1,Hi"), `comments.csv:8: timestamp: expected a time in milliseconds, not "yesterday"`},
		{"a time is in milliseconds", comment("1500000002,Fri,4,2,9,9,1,Hi"), "comments.csv:8: timestamp: 1500000002 " + outside},
		{
			"a time is in milliseconds, not in micro", comment("1500000002000000,Fri,4,2,9,9,1,Hi"),
			"comments.csv:8: timestamp: 1500000002000000 " + outside,
		},
		{
			"a time is past, or a day ahead", comment("1767312000001,Fri,4,2,9,9,1,Hi"),
			"comments.csv:8: timestamp: 2026-01-02T00:00:00Z is in the future",
		},
		{"a quote is closed", comment("1500000002000,Fri,4,2,9,9,1,\"Hi\n\n\n"), "comments.csv:8: " + quote},
		{"a quote is at the edge of a field", comment("1500000002000,Fri,4,2,9,9,1,say \"Hi\""), "comments.csv:8: " + quote},
		{
			"a record is no longer than a megabyte", comment("1500000002000,Fri,4,2,9,9,1,\"" + strings.Repeat("a\n", 1<<20)),
			"comments.csv:8: the record is longer than 1048576 bytes: a quote is never closed, or this is not a CSV file",
		},

		{"votes.csv has all columns", small().with("votes.csv", "timestamp,comment-id,vote\n"), "votes.csv:1: the column voter-id is missing"},
		{"a vote has all fields", vote("1500000000000,Fri,0,1"), "votes.csv:9: 4 fields, but the header has 5"},
		{"a vote has a time", vote(",Fri,0,1,1"), `votes.csv:9: timestamp: expected a time in milliseconds, not ""`},
		{"a vote is on a comment", vote("1500000000000,Fri,7,1,1"), "votes.csv:9: there is no comment 7"},
		{"a vote names its comment by a number", vote("1500000000000,Fri,1e0,1,1"), `votes.csv:9: comment-id: expected a number from 0, not "1e0"`},
		{"a voter is a number", vote("1500000000000,Fri,0, 1,1"), `votes.csv:9: voter-id: expected a number from 0, not " 1"`},
		{"a vote is 1, 0 or -1", vote("1500000000000,Fri,0,1,+1"), `votes.csv:9: vote: want 1, 0 or -1, not "+1"`},
		{"a vote is not empty", vote("1500000000000,Fri,0,1,"), `votes.csv:9: vote: want 1, 0 or -1, not ""`},

		{
			"the matrix has participants", small().with("participants-votes.csv", "xid,0\na,1\n"),
			"participants-votes.csv:1: the column participant is missing",
		},
		{
			"a participant of the matrix is a number", matrix("x,,0,0,1,0,1,,,,"),
			`participants-votes.csv:6: participant: expected a number from 0, not "x"`,
		},
		{"a participant of the matrix comes once", matrix("4,,0,0,1,0,1,,,,"), "participants-votes.csv:6: participant 4 appears twice"},
		{"a row of the matrix has all fields", matrix("5,,0,0,1,0,1,,,"), "participants-votes.csv:6: 10 fields, but the header has 11"},
		{"a vote of the matrix is 1, 0, -1 or none", matrix("5,,0,0,1,0,1,,,,yes"), `participants-votes.csv:6: field 11: want 1, 0 or -1, not "yes"`},
	}
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		before := census(t, s)
		if !empty(before) {
			t.Fatalf("a new database contains %v", before)
		}
		for _, tt := range tests {
			t.Run(tt.rule, func(t *testing.T) {
				_, err := consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{Dir: tt.files.dir(t), Clock: clock.NewFixed(now)})
				var problems consultation.Problems
				if !errors.As(err, &problems) {
					t.Fatalf("Load = %v, want problems", err)
				}
				if got := problems.Listed[0].String(); len(problems.Listed) != 1 || got != tt.want {
					t.Errorf("Load = %v\nwant 1 problem: %s", err, tt.want)
				}
				if diff := cmp.Diff(before, census(t, s)); diff != "" {
					t.Errorf("something was written: %s", diff)
				}
			})
		}
	})
}

func TestAllowed(t *testing.T) {
	matrix := func(old, text string) files { return small().replaced(t, "participants-votes.csv", old, text) }
	const differs = "participants-votes.csv: %d votes differ from those in votes.csv, %d are missing and %d are too many; " +
		"%d voters are missing and %d are too many; %d statements are unknown"
	tests := []struct {
		rule     string
		files    files
		warnings []string
	}{
		{"a valid export loads without warnings", small(), nil},
		{"a file may begin with a byte order mark", small().with("votes.csv", "\ufeff"+small()["votes.csv"]), nil},
		{"a marked file may begin with a quote", small().replaced(t, "comments.csv", "timestamp,", "\ufeff\"timestamp\","), nil},
		{"lines may end as on Windows", small().with("comments.csv", strings.ReplaceAll(small()["comments.csv"], "\n", "\r\n")), nil},
		{"the last line may lack its end", small().with("votes.csv", strings.TrimSpace(small()["votes.csv"])), nil},
		{"lines may be empty", small().with("votes.csv", strings.ReplaceAll(small()["votes.csv"], "\n", "\n\n")), nil},
		{"columns stand in any order, among any others", small().with("votes.csv", "vote,voter-id,mood,comment-id,timestamp\n1,1,:-),0,1500000000000\n"+
			"-1,2,,0,1500000009000\n1,3,,1,1500000006000\n-1,4,,3,1500000007000\n"), nil},
		{
			"nobody need have voted", small().with("votes.csv", "timestamp,comment-id,voter-id,vote\n").without("participants-votes.csv"),
			[]string{"participants-votes.csv is missing: the votes were not checked against it"},
		},
		{"a file may be longer than a record may", small().plus("votes.csv", strings.Repeat("1500000000000,Fri,0,1,1\n", 60_000)), nil},
		{"a time may be a day ahead", small().plus("votes.csv", "1767312000000,Fri,0,1,1\n"), nil},
		{"a topic may be empty", small().replaced(t, "summary.csv", "How should delivery be priced?", ""), nil},
		{"a description may hold line ends and tabs", small().replaced(t, "summary.csv", "One thought", "\tOne\r\nthought"), nil},
		{"the matrix may say otherwise, with a warning", matrix("-1,,,\n", "1,,,\n"), []string{fmt.Sprintf(differs, 1, 0, 0, 0, 0, 0)}},
		{"the matrix may lack a vote, with a warning", matrix("-1,,,\n", ",,,\n"), []string{fmt.Sprintf(differs, 0, 1, 0, 0, 0, 0)}},
		{"the matrix may lack a voter, with a warning", matrix("2,,0,2,1,0,1,-1,,,\n", ""), []string{fmt.Sprintf(differs, 0, 1, 0, 1, 0, 0)}},
		{
			"the matrix may know more, with a warning", matrix("4,,0,0,1,0,1,,,,-1\n", "4,,0,0,1,0,1,1,,,-1\n5,,,,,,,1,1,,\n"),
			[]string{fmt.Sprintf(differs, 0, 0, 3, 0, 1, 0)},
		},
		{"the matrix may know other statements, with a warning", matrix(",1,2,3\n", ",1,2,33\n"), []string{fmt.Sprintf(differs, 0, 1, 0, 0, 0, 1)}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			e, err := tt.files.read(t.Context())
			if err != nil {
				t.Fatalf("Read = %v", err)
			}
			if diff := cmp.Diff(tt.warnings, e.Warnings); diff != "" {
				t.Errorf("warnings (-want +got): %s", diff)
			}
		})
	}
}

// TestTogether reads a folder with errors in all files: each is reported once, and consequences of another error are not.
func TestTogether(t *testing.T) {
	f := small().plus("summary.csv", "topic,Other\n").
		plus("comments.csv", "1500000002000,Fri,x,2,9,9,1,Lost\n1500000002000,Fri,5,2,9,9,1,\n").
		plus("votes.csv", "1500000000000,Fri,0,1,5\n1500000000000,Fri,4,1,1\n1500000000000,Fri,5,1,1\n").
		plus("participants-votes.csv", "6,,0,0,1,0,1,,,,2\n")
	_, err := f.read(t.Context())
	const want = `5 problems: summary.csv:8: "topic" appears twice
comments.csv:8: comment-id: expected a number from 0, not "x"
comments.csv:9: comment-body: is empty
votes.csv:9: vote: want 1, 0 or -1, not "5"
participants-votes.csv:6: field 11: want 1, 0 or -1, not "2"`
	if err == nil || err.Error() != want {
		t.Errorf("Read = %v\nwant %s", err, want)
	}
}

func TestManyProblems(t *testing.T) {
	_, err := small().plus("votes.csv", strings.Repeat("1500000000000,Fri,0,1,5\n", 30)).read(t.Context())
	if got := err.Error(); !strings.HasPrefix(got, "30 problems: votes.csv:9: ") || !strings.HasSuffix(got, "\nand 10 more") {
		t.Errorf("Read = %v, want 30 problems, 20 of them shown", err)
	}
	_, err = small().plus("votes.csv", strings.Repeat("1500000000000,Fri,0,1,5\n", 15_000)).read(t.Context())
	var problems consultation.Problems
	if !errors.As(err, &problems) || problems.Count != 15_000 || len(problems.Listed) != 10_000 || !strings.HasPrefix(err.Error(), "15000 problems: ") {
		t.Errorf("Read = %d problems, %d of them listed, want all of 15000 counted and 10000 listed", problems.Count, len(problems.Listed))
	}
}

func TestStrangeFolders(t *testing.T) {
	tests := []struct {
		rule string
		make func(t *testing.T, dir string) error
		want string
	}{
		{"a link is not followed", func(t *testing.T, dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "votes.csv")), os.Symlink("/etc/passwd", filepath.Join(dir, "votes.csv")))
		}, "votes.csv: this is not a regular file"},
		{"a folder is no file", func(t *testing.T, dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "votes.csv")), os.Mkdir(filepath.Join(dir, "votes.csv"), 0o700))
		}, "votes.csv: this is not a regular file"},
		{"a file has a gigabyte at most", func(t *testing.T, dir string) error {
			return os.Truncate(filepath.Join(dir, "votes.csv"), 1<<30+1)
		}, "votes.csv: the file has 1073741825 bytes, but may have at most 1073741824"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			dir := small().dir(t)
			if err := tt.make(t, dir); err != nil {
				t.Fatal(err)
			}
			_, err := consultation.Load(t.Context(), nil, nil, consultation.Options{Dir: dir})
			if err == nil || err.Error() != "1 problem: "+tt.want {
				t.Errorf("Load = %v, want %s", err, tt.want)
			}
		})
	}
	_, err := consultation.Load(t.Context(), nil, nil, consultation.Options{Dir: filepath.Join(t.TempDir(), "none")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Load(no folder) = %v, want that it does not exist", err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := small().read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v, want %v", err, context.Canceled)
	}
}

// FuzzRead reads any comments and votes: they are read or refused with file and line, and an export that was read is sound.
func FuzzRead(f *testing.F) {
	f.Add(small()["comments.csv"], small()["votes.csv"], small()["participants-votes.csv"])
	f.Add("\ufeffcomment-id,timestamp,author-id,moderated,comment-body\r\n0,1500000000000,0,1,\"a\r\nb\"\r\n",
		"timestamp,comment-id,voter-id,vote\n", "")
	f.Add("comment-body\n\"\"\"\"\n", "vote\n\xff\n", "participant,0\n0,1\n")
	f.Fuzz(func(t *testing.T, comments, votes, matrix string) {
		in := small().with("comments.csv", comments).with("votes.csv", votes).with("participants-votes.csv", matrix)
		e, err := in.read(t.Context())
		var problems consultation.Problems
		if errors.As(err, &problems) {
			for _, p := range problems.Listed {
				if most := 1 + strings.Count(in[p.File], "\n") + 1; p.Line > most || in[p.File] == "" && p.Line > 1 {
					t.Errorf("problem %v, but the file has %d lines", p, most)
				}
			}
			return
		}
		if err != nil {
			t.Fatalf("Read = %v, want problems", err)
		}
		sound(t, e)
	})
}

// sound checks what must be true of every export that was read.
func sound(t *testing.T, e *consultation.Export) {
	t.Helper()
	for i, v := range e.Events {
		if i > 0 && v.At < e.Events[i-1].At || v.At < e.First || v.At > e.Last {
			t.Errorf("event %d is out of order", i)
		}
		if !e.Participants[v.Voter].Voter || int(v.Statement) >= len(e.Statements) {
			t.Errorf("event %d has no voter or no statement", i)
		}
	}
	pairs := map[int64]bool{}
	for _, v := range e.Votes {
		if pairs[v.Pair()] || v.First > v.At {
			t.Errorf("vote %+v is a duplicate or changed before it was cast", v)
		}
		pairs[v.Pair()] = true
	}
	for _, c := range e.Statements {
		if strings.TrimSpace(c.Body) == "" || strings.ContainsRune(c.Body, 0) {
			t.Errorf("statement %d says %q", c.ID, c.Body)
		}
	}
}
