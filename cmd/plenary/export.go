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
// written, and when the export breaks off, it says the cursor to continue with.
func (c *exportAssessmentsCmd) Run(ctx context.Context, s streams) error {
	if (c.Server == "") == (c.Database == "") {
		return errors.New("give either --server, or --database while no server runs")
	}
	if c.Whole && c.Server != "" {
		return errors.New("--whole is for --database: a server gives what your token shows")
	}
	t := &taking{to: bufio.NewWriter(s.out), show: progress(s.err), cursor: c.Since}
	from, to := io.Pipe()
	go func() {
		if c.Server != "" {
			_ = to.CloseWithError(c.fetch(ctx, to))
		} else {
			_ = to.CloseWithError(c.read(ctx, to))
		}
	}()
	err := t.take(from, c.Format)
	_ = from.CloseWithError(errors.New("nobody reads on"))
	if flushed := t.to.Flush(); err == nil {
		err = flushed
	}
	var refused *refusedError
	switch {
	case err == nil:
		fmt.Fprintf(s.err, "%d assessments, %d deleted; continue with --since %s\n", t.count, t.deleted, t.cursor)
		return nil
	case errors.As(err, &refused):
		return err
	case t.cursor == "":
		return fmt.Errorf("the export is not whole: %w", err)
	}
	return fmt.Errorf("the export is not whole, after %d assessments and %d deleted: %w; to continue: --since %s", t.count, t.deleted, err, t.cursor)
}

// fetch asks a server.
func (c *exportAssessmentsCmd) fetch(ctx context.Context, to io.Writer) error {
	address := strings.TrimRight(c.Server, "/") + export.Path + "assessments." + c.Format + "?" + c.query().Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return &refusedError{text: "--server: expected a URL such as https://plenary.example"}
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := http.DefaultClient.Do(req) // which asks for gzip and undoes it
	if err != nil {
		return fmt.Errorf("%s does not respond: %w", c.Server, errors.Unwrap(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	_, err = io.Copy(to, resp.Body)
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
			return t.ended(line, l.Count, l.Tombstones, l.Cursor, in)
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
	if count != t.count || deleted != t.deleted {
		return fmt.Errorf("the last line counts %d assessments and %d deleted", count, deleted)
	}
	if more, err := io.Copy(io.Discard, rest); more > 0 || err != nil {
		return errors.New("there is something after the last line")
	}
	t.cursor = cursor
	_, err := t.to.Write(line)
	return err
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
	if _, err := t.to.Write(take()); err != nil {
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
			line := bytes.Clone(take())
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
