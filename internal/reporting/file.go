package reporting

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// pieceBytes is the size of the pieces in which files are stored.
const pieceBytes = 256 << 10

// made is what was made of a document.
type made struct {
	files    []rendered
	problems []Problem
	remade   []*Remade
	note     []byte
	named    []uuid.UUID // the parties in it
	erasures string      // how many there had been when it was begun
}

type rendered struct {
	format  string
	content []byte
	listed  report.Listed
}

// render writes a document in every format, and signs the list of the files.
func (s *Service) render(ctx context.Context, row *db.Report, d *report.Document, c *Checkpoint, track *tracker) (*made, error) {
	signers, err := s.log.SignersOf(c.Note)
	if err != nil {
		return nil, err
	}
	out := &made{problems: []Problem{}}
	formats := report.Formats()
	o := report.Options{Signers: signers, Address: s.options.Address + Path(row.ID, "")}
	var files []report.Listed
	for i, f := range formats {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		track.hear(beingWritten, i, len(formats))
		var b bytes.Buffer
		problems, err := report.Render(f, d, o, &b)
		if err != nil {
			return nil, err
		}
		for _, p := range problems {
			out.problems = append(out.problems, Problem{f.Name, p.Code, optional.Text(p.Where), p.Text})
		}
		listed := report.List(d.ID+"."+f.Name, b.Bytes())
		files = append(files, listed)
		out.files = append(out.files, rendered{f.Name, b.Bytes(), listed})
	}
	out.note, err = report.Note(d, files, signers...)
	return out, err
}

// save stores the files of a report.
func (s *Service) save(ctx context.Context, tx *db.Tx, id uuid.UUID, files []rendered) error {
	for _, f := range files {
		err := tx.ReportFile.Create().SetReportID(id).SetFormat(f.format).SetBytes(int64(len(f.content))).SetSha256(f.listed.SHA256).Exec(ctx)
		if err != nil {
			return fmt.Errorf("store a file of a report: %w", err)
		}
		n := 0
		for piece := range slices.Chunk(f.content, pieceBytes) {
			name, err := uuid.NewV7()
			if err != nil {
				return err
			}
			if _, err := s.store.Exec(ctx, tx, "INSERT INTO report_pieces (id, report_id, format, number, content) VALUES (?, ?, ?, ?, ?)", name, id, f.format, n, piece); err != nil {
				return fmt.Errorf("store a file of a report: %w", err)
			}
			n++
		}
	}
	return nil
}

// drop deletes the files of reports.
func (s *Service) drop(ctx context.Context, tx *db.Tx, where string, args ...any) error {
	for _, table := range []string{"report_pieces", "report_files"} {
		if _, err := s.store.Exec(ctx, tx, "DELETE FROM "+table+" WHERE report_id IN (SELECT t.id FROM reports t WHERE t."+where+")", args...); err != nil {
			return fmt.Errorf("delete files of reports: %w", err)
		}
	}
	return nil
}

func (s *Service) counted(ctx context.Context, tx *db.Tx, n *int, text string, args ...any) error {
	return s.store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error { return r.Scan(n) })
}

// reading reads a file of a report from any place, one piece at a time: who reads slowly holds 256 KiB and no connection to the database.
type reading struct {
	ctx    context.Context
	store  *store.Store
	report uuid.UUID
	format string
	sha256 string
	size   int64
	at     int64
	number int // of the piece that is held
	piece  []byte
	before func() // a piece is read
}

// Read reads on.
func (r *reading) Read(b []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if n := int(r.at / pieceBytes); r.piece == nil || n != r.number {
		if err := r.load(n); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.piece[r.at-int64(r.number)*pieceBytes:])
	r.at += int64(n)
	return n, nil
}

func (r *reading) load(number int) error {
	r.before()
	var piece []byte
	const text = "SELECT p.content FROM report_pieces p JOIN report_files f ON f.report_id = p.report_id AND f.format = p.format " +
		"WHERE p.report_id = ? AND p.format = ? AND p.number = ? AND f.sha256 = ?" // made again meanwhile, it is another file
	err := r.store.Query(r.ctx, text, []any{r.report, r.format, number, r.sha256}, func(rows *sql.Rows) error { return rows.Scan(&piece) })
	if err != nil {
		return fmt.Errorf("read a file of a report: %w", err)
	}
	want := min(pieceBytes, r.size-int64(number)*pieceBytes)
	if int64(len(piece)) != want {
		return fmt.Errorf("piece %d of %s of report %s has %d bytes instead of %d", number, r.format, r.report, len(piece), want)
	}
	r.number, r.piece = number, piece
	return nil
}

// Seek goes to a place.
func (r *reading) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("there is nothing before the beginning of a file")
	}
	r.at = offset
	return offset, nil
}
