package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/export"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

type exportCmd struct {
	Assessments exportAssessmentsCmd `cmd:"" help:"Write assessments with their answers, all of them or what has changed since a cursor."`
}

type exportAssessmentsCmd struct {
	Server          string        `help:"Address of a server to pull from." placeholder:"URL"`
	Token           string        `help:"Access token. Use PLENARY_TOKEN or PLENARY_TOKEN_FILE to keep it off the command line. Without one, what everybody sees." placeholder:"TOKEN"`
	Database        string        `help:"Database to read while no server runs: sqlite://PATH or postgres://USER@HOST/NAME." placeholder:"URL"`
	DBWait          time.Duration `help:"How long to wait for a database that does not respond yet." name:"db-wait" default:"30s"`
	Keys            string        `help:"Folder of the keys of the database. Default: next to it." placeholder:"DIR"`
	Whole           bool          `help:"With --database: everything, as auditors read it, drafts too. Without it, what everybody sees."`
	Since           string        `help:"Only what has changed since this cursor, which an export before had." placeholder:"CURSOR"`
	Format          string        `help:"jsonl: a line for each assessment. csv: a row for each answer." enum:"jsonl,csv" default:"jsonl"`
	Out             string        `help:"Write to this file, which is there only once the export is whole. Default: standard output." placeholder:"FILE"`
	Retries         int           `help:"How often in a row to go on by itself after the last record when the connection breaks; 0 for never." default:"6"`
	Firm            string        `help:"Only those of this firm." placeholder:"ID"`
	Jurisdiction    []string      `help:"Only those of firms with one of these jurisdictions." placeholder:"CODE"`
	Sector          []string      `help:"Only those of firms in one of these sectors." placeholder:"CODE"`
	Template        []string      `help:"Only those that answer one of these versions of templates." placeholder:"ID"`
	TemplateKey     []string      `help:"Only those that answer any version of one of these templates." placeholder:"KEY"`
	Level           []string      `help:"Only those with one of these levels: I, II, III, IV." placeholder:"LEVEL"`
	State           []string      `help:"Only those in one of these states, such as PUBLISHED." placeholder:"STATE"`
	PublishedAfter  string        `help:"Only those published at or after this time." placeholder:"TIME"`
	PublishedBefore string        `help:"Only those published before this time." placeholder:"TIME"`
}

// query are the parameters of the request.
func (c *exportAssessmentsCmd) query() url.Values {
	q := url.Values{}
	for name, values := range map[string][]string{
		"since": {c.Since}, "firm": {c.Firm}, "jurisdiction": c.Jurisdiction, "sector": c.Sector, "template": c.Template, "templateKey": c.TemplateKey,
		"level": c.Level, "state": c.State, "publishedAfter": {c.PublishedAfter}, "publishedBefore": {c.PublishedBefore},
	} {
		for _, v := range values {
			if v != "" {
				q.Add(name, v)
			}
		}
	}
	return q
}

// Run writes an export. It fails unless the export is whole: it ends with a line that counts what was there. Only whole records are
// written, and when the export breaks off for good, it says the cursor to continue with.
func (c *exportAssessmentsCmd) Run(ctx context.Context, s streams) error {
	if (c.Server == "") == (c.Database == "") {
		return errors.New("give either --server, or --database while no server runs")
	}
	if c.Whole && c.Server != "" {
		return errors.New("--whole is for --database: a server gives what your token shows")
	}
	if c.Out == "" {
		return c.write(ctx, s, s.out)
	}
	part := c.Out + ".part"
	to, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(c.write(ctx, s, to), to.Close()); err != nil {
		if sizeOf(part) == 0 {
			return errors.Join(err, os.Remove(part))
		}
		return fmt.Errorf("%w; what came is in %s", err, part)
	}
	return os.Rename(part, c.Out)
}

func (c *exportAssessmentsCmd) write(ctx context.Context, s streams, to io.Writer) error {
	t := &taking{to: bufio.NewWriter(to), show: progress(s.err), cursor: c.Since}
	err := c.parts(ctx, s, t)
	if flushed := t.to.Flush(); err == nil {
		err = flushed
	}
	var refused *refusedError
	switch {
	case err == nil:
		fmt.Fprintf(s.err, "%d assessments, %d deleted; continue with --since %s\n", t.count, t.deleted, t.cursor)
		return nil
	case errors.As(err, &refused) && t.count+t.deleted == 0:
		return err
	case t.cursor == "":
		return fmt.Errorf("the export is not whole: %w", err)
	}
	return fmt.Errorf("the export is not whole, after %d assessments and %d deleted: %w; to continue: --since %s", t.count, t.deleted, err, t.cursor)
}

// parts takes an export, and goes on after its last record as often as the connection breaks once records have come.
func (c *exportAssessmentsCmd) parts(ctx context.Context, s streams, t *taking) error {
	tries := attempts{most: c.Retries}
	for {
		t.before.count, t.before.deleted = t.count, t.deleted
		err := c.part(ctx, t)
		var passing *passingError
		if !errors.As(err, &passing) || t.count+t.deleted == 0 {
			return err
		}
		if t.count+t.deleted > t.before.count+t.before.deleted {
			tries.succeeded()
		}
		if tries.after(ctx, err) != nil {
			return err
		}
		fmt.Fprintf(s.err, "the connection broke after %d assessments (%v); going on\n", t.count, err)
	}
}

var errNotTaken = errors.New("nobody reads on")

// part takes what comes after the last record. Whatever was made of its end, a connection that broke is why.
func (c *exportAssessmentsCmd) part(ctx context.Context, t *taking) error {
	from, to := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		var err error
		if c.Server != "" {
			err = c.fetch(ctx, to, t.cursor)
		} else {
			err = c.read(ctx, to)
		}
		_ = to.CloseWithError(err)
		ended <- err
	}()
	err := t.take(from, c.Format)
	_ = from.CloseWithError(errNotTaken)
	var passing *passingError
	if fetched := <-ended; err != nil && errors.As(fetched, &passing) {
		return fetched
	}
	return err
}

// fetch asks a server.
func (c *exportAssessmentsCmd) fetch(ctx context.Context, to io.Writer, since string) error {
	q := c.query()
	if since != "" {
		q.Set("since", since)
	}
	address := strings.TrimRight(c.Server, "/") + export.Path + "assessments." + c.Format + "?" + q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return &refusedError{text: "--server: expected a URL such as https://plenary.example"}
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := http.DefaultClient.Do(req) // which asks for gzip and undoes it
	if err != nil {
		return &passingError{fmt.Errorf("%s does not respond: %w", c.Server, errors.Unwrap(err))}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError {
		return &passingError{errors.New(refusal(resp).Error())}
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if _, err = io.Copy(to, resp.Body); err != nil && !errors.Is(err, errNotTaken) {
		return &passingError{err}
	}
	return err
}

// read reads the database.
func (c *exportAssessmentsCmd) read(ctx context.Context, to io.Writer) error {
	return databaseFlags{Database: c.Database, DBWait: c.DBWait, Keys: c.Keys}.withLog(ctx, false, func(st *store.Store, l *actlog.Log) error {
		if err := st.UseSealKey(ctx); err != nil {
			return err
		}
		d, err := domains.New(st, l, systemClock, webhook.Options{})
		if err != nil {
			return err
		}
		as := policy.Anonymous
		if c.Whole {
			as = policy.Actor{Member: operator, Status: "ACTIVE", Roles: []policy.Role{policy.Auditor}}
		}
		if err := export.New(st, l, d.Assessments).Write(policy.WithActor(ctx, as), to, c.Format, c.query()); err != nil {
			return &refusedError{text: err.Error()}
		}
		return nil
	})
}

// operator is whose the cursors of an operator's whole export are.
var operator = uuid.MustParse("00000000-0000-4000-8000-0000706c656e")

// taking takes an export, and passes on the records that are whole.
type taking struct {
	to             *bufio.Writer
	show           func(stage string, done, total int)
	cursor         string
	count, deleted int
	before         struct{ count, deleted int } // those of the parts before
	head           []byte                       // of a table
}

var errNoEnd = errors.New("the line that counts is missing")

func (t *taking) take(from io.Reader, format string) error {
	if format == "csv" {
		return t.table(from)
	}
	return t.lines(from)
}

// lines takes lines of JSON.
func (t *taking) lines(from io.Reader) error {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return orNoEnd(err)
		}
		var l struct {
			End, Deleted      bool
			Count, Tombstones int
			Cursor            string
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return fmt.Errorf("a line does not have the expected form: %w", err)
		}
		if l.End {
			return t.ended(t.total(l.Cursor, line), l.Count, l.Tombstones, l.Cursor, in)
		}
		if err := t.record(line, l.Deleted, l.Cursor); err != nil {
			return err
		}
	}
}

// orNoEnd is why there is no next line.
func orNoEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return errNoEnd
	}
	return err
}

// record passes on an assessment, or that one is gone.
func (t *taking) record(text []byte, deleted bool, cursor string) error {
	if _, err := t.to.Write(text); err != nil {
		return err
	}
	t.cursor = cursor
	if deleted {
		t.deleted++
	} else {
		t.count++
	}
	if t.show != nil {
		t.show("assessments", t.count, -1)
	}
	return nil
}

// ended compares what came with what the last line counts.
func (t *taking) ended(line []byte, count, deleted int, cursor string, rest io.Reader) error {
	if count != t.count-t.before.count || deleted != t.deleted-t.before.deleted {
		return fmt.Errorf("the last line counts %d assessments and %d deleted", count, deleted)
	}
	if more, err := io.Copy(io.Discard, rest); more > 0 || err != nil {
		return errors.New("there is something after the last line")
	}
	t.cursor = cursor
	_, err := t.to.Write(line)
	return err
}

// total is the last line of an export that came in several parts: it counts what is in all of them.
func (t *taking) total(cursor string, line []byte) []byte {
	if t.before.count+t.before.deleted == 0 {
		return line
	}
	text, _ := json.Marshal(struct { // texts and numbers
		End        bool   `json:"end"`
		Count      int    `json:"count"`
		Tombstones int    `json:"tombstones"`
		Cursor     string `json:"cursor"`
	}{true, t.count, t.deleted, cursor})
	return append(text, '\n')
}

// table takes rows of CSV. Those of an assessment are passed on when the last of them has come, which has its cursor.
func (t *taking) table(from io.Reader) error {
	var raw bytes.Buffer
	in := csv.NewReader(io.TeeReader(from, &raw))
	head, err := in.Read()
	if err != nil {
		return orNoEnd(err)
	}
	at := func(name string) int { return slices.Index(head, name) }
	record, cursor, count, deleted := at("record"), at("cursor"), at("count"), at("tombstones")
	if slices.Contains([]int{record, cursor, count, deleted}, -1) {
		return errors.New("the columns are not those of an export")
	}
	taken := int64(0)
	take := func() []byte {
		n := in.InputOffset() - taken
		taken += n
		return raw.Next(int(n))
	}
	if err := t.heads(bytes.Clone(take())); err != nil {
		return err
	}
	for {
		row, err := in.Read()
		if err != nil {
			return orNoEnd(err)
		}
		switch {
		case row[cursor] == "": // its assessment has more rows
		case row[record] == "END":
			n, err := strconv.Atoi(row[count])
			m, also := strconv.Atoi(row[deleted])
			if err != nil || also != nil {
				return errors.New("the last row does not count")
			}
			line, counts := bytes.Clone(take()), fmt.Appendf(nil, ",%d,%d\r\n", n, m)
			if t.before.count+t.before.deleted > 0 && bytes.HasSuffix(line, counts) {
				line = fmt.Appendf(bytes.TrimSuffix(line, counts), ",%d,%d\r\n", t.count, t.deleted)
			}
			_, err = in.Read()
			if !errors.Is(err, io.EOF) {
				return errors.New("there is something after the last row")
			}
			return t.ended(line, n, m, row[cursor], strings.NewReader(""))
		default:
			if err := t.record(take(), row[record] == "DELETED", row[cursor]); err != nil {
				return err
			}
		}
	}
}

// heads passes on the row of the columns, once.
func (t *taking) heads(row []byte) error {
	if t.head != nil {
		if !bytes.Equal(row, t.head) {
			return errors.New("the columns have changed meanwhile")
		}
		return nil
	}
	t.head = row
	_, err := t.to.Write(row)
	return err
}
