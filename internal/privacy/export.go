package privacy

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Handler answers with a copy of all that is kept about who asks, as a zip: JSON, CSV, and what the person did with proofs.
func (s *Service) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			post.NotAllowed(w, "GET", "this is read with GET")
			return
		}
		actor := policy.ActorFrom(r.Context())
		if err := policy.Check(r.Context(), policy.ReadMember, about(actor, actor.Member)); err != nil || !actor.SignedIn() {
			post.Unauthenticated(w, post.New(string(enum.ErrorCodeUnauthenticated), "", "sign in to read your data"))
			return
		}
		if err := s.send(w, r); err != nil {
			slog.ErrorContext(r.Context(), "copy_of_data_not_sent", "error", err)
			post.Unavailable(w, "your data cannot be exported now: retry later")
		}
	})
}

// send puts the copy together before it sends any of it: a client that reads slowly must not hold a connection to the
// database.
func (s *Service) send(w http.ResponseWriter, r *http.Request) error {
	f, err := os.CreateTemp("", "plenary-data-*.zip")
	if err != nil {
		return err
	}
	defer func() { _, _ = f.Close(), os.Remove(f.Name()) }()
	if err := s.Export(r.Context(), f); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.zip"`)
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Accept-Ranges", "none") // each copy is another file: parts of two do not fit together
	_, _ = io.Copy(w, f)                    // the client may be gone
	return nil
}

// Export writes a copy of all that is kept about the actor.
func (s *Service) Export(ctx context.Context, w io.Writer) error {
	actor := policy.ActorFrom(ctx)
	if !actor.SignedIn() {
		return fault.New(fault.Unauthenticated, "sign in to read your data")
	}
	z := zip.NewWriter(w)
	if err := s.exportProfile(ctx, z, actor); err != nil {
		return err
	}
	customer := actor.Kind == string(enum.StakeholderKindCustomer) && actor.SpeaksForParty() // what an organisation says is its own, not its member's
	for _, d := range s.Personal() {
		of := actor.Stakeholder
		if d.Person {
			of = actor.Member
		}
		if d.Export == nil || !d.Person && !customer {
			continue
		}
		if err := s.exportTable(ctx, z, *d.Export, of); err != nil {
			return fmt.Errorf("export %s: %w", d.Export.Name, err)
		}
	}
	f, err := s.create(z, "acts.jsonl")
	if err != nil {
		return err
	}
	if err := s.log.WriteOwn(ctx, f, actor.Member); err != nil && !fault.Is(err, fault.State) {
		return fmt.Errorf("export acts: %w", err)
	}
	return z.Close()
}

// create begins a file of the archive, dated now: without a date it would be of 1980.
func (s *Service) create(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.clock.Now()})
}

func (s *Service) exportProfile(ctx context.Context, z *zip.Writer, actor policy.Actor) error {
	issuer, subject, err := s.log.Vault().Identity(ctx, actor.Member)
	if err != nil {
		return fmt.Errorf("export the identity: %w", err)
	}
	row, err := s.members.MemberByID(ctx, actor.Member)
	if err != nil {
		return err
	}
	profile := map[string]any{
		"member": typeid.New("member", actor.Member).String(), "issuer": issuer, "subject": subject, "since": row.CreatedAt, "roles": row.Roles,
		"about": "acts.jsonl is a bundle: plenary verify reads it, and docs/act-log.md says what it is.",
	}
	if actor.SpeaksForParty() {
		party, err := s.store.Client().Stakeholder.Get(ctx, actor.Stakeholder)
		if err != nil {
			return fmt.Errorf("export the party: %w", err)
		}
		profile["party"] = map[string]any{
			"id": party.GlobalID().String(), "kind": party.Kind, "name": party.Name, "handle": party.Handle, "description": party.Description,
			"jurisdictions": party.Jurisdictions, "status": party.Status,
		}
	}
	f, err := s.create(z, "profile.json")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	enc.SetIndent("", "  ")
	return enc.Encode(profile)
}

// exportTable writes one kind of thing twice, for people and for programs, and holds one row at a time.
func (s *Service) exportTable(ctx context.Context, z *zip.Writer, t personal.File, of uuid.UUID) error {
	if err := s.exportRows(ctx, z, t.Name+".csv", t, of, func(w io.Writer) (func([]string) error, func() error) {
		c := csv.NewWriter(w)
		_ = c.Write(t.Columns)
		return func(row []string) error {
			for i, v := range row {
				row[i] = cell(v)
			}
			return c.Write(row)
		}, func() error { c.Flush(); return c.Error() }
	}); err != nil {
		return err
	}
	return s.exportRows(ctx, z, t.Name+".jsonl", t, of, func(w io.Writer) (func([]string) error, func() error) {
		enc := json.NewEncoder(w)
		return func(row []string) error {
			object := make(map[string]string, len(row))
			for i, v := range row {
				object[t.Columns[i]] = v
			}
			return enc.Encode(object)
		}, func() error { return nil }
	})
}

func (s *Service) exportRows(
	ctx context.Context, z *zip.Writer, name string, t personal.File, of uuid.UUID, open func(io.Writer) (row func([]string) error, end func() error),
) error {
	f, err := s.create(z, name)
	if err != nil {
		return err
	}
	write, end := open(f)
	err = s.store.Query(ctx, t.Query, []any{of}, func(r *sql.Rows) error {
		row, err := scan(r, t)
		if err != nil {
			return err
		}
		return write(row)
	})
	if err != nil {
		return err
	}
	return end()
}

// scan reads a row as text: its first column is an id, those that end in _at are times, and subject_id is an id of the noun that
// subject_type names. What is not there is empty.
func scan(r *sql.Rows, t personal.File) ([]string, error) {
	var id uuid.UUID
	var subject uuid.NullUUID
	dest := make([]any, len(t.Columns))
	read, times := make([]sql.NullString, len(t.Columns)), make([]sql.NullTime, len(t.Columns))
	for i, c := range t.Columns {
		switch {
		case i == 0:
			dest[i] = &id
		case strings.HasSuffix(c, "_at"):
			dest[i] = &times[i]
		case c == "subject_id":
			dest[i] = &subject
		default:
			dest[i] = &read[i]
		}
	}
	if err := r.Scan(dest...); err != nil {
		return nil, err
	}
	texts := make([]string, len(t.Columns))
	for i := range texts {
		texts[i] = read[i].String
		if times[i].Valid {
			texts[i] = times[i].Time.UTC().Format(time.RFC3339Nano)
		}
	}
	texts[0] = typeid.New(t.Noun, id).String()
	if i := slices.Index(t.Columns, "subject_id"); i >= 0 && subject.Valid {
		texts[i] = typeid.New(strings.ToLower(texts[slices.Index(t.Columns, "subject_type")]), subject.UUID).String()
	}
	return texts, nil
}

// cell keeps a spreadsheet from running what somebody wrote (OWASP: CSV injection).
func cell(v string) string {
	if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
		return "'" + v
	}
	return v
}
