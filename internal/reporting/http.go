package reporting

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Below is where files of reports are read.
const Below = "/reports/"

// signature is the name of the signed list of a report's files.
const signature = "sig"

// perPiece is how long a client may take to read a piece.
const perPiece = 30 * time.Second

// Path is where a file of a report is read; without a format, where all of them are.
func Path(id uuid.UUID, format string) string {
	at := Below + typeid.New(string(policy.Report), id).String()
	if format == "" {
		return at
	}
	return at + "." + format
}

// The codes of refusals.
const (
	codeNotReady = "NOT_READY"                     // being made, or not made
	codeExpired  = string(enum.ReportStateExpired) // kept long enough
)

// Serve answers GET /reports/ID.FORMAT and /reports/ID.sig for the viewer of the context.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		post.NotAllowed(w, "GET, HEAD", "reports are read with GET")
		return
	}
	row, format, err := s.open(r.Context(), strings.TrimPrefix(r.URL.Path, Below))
	switch {
	case fault.Is(err, fault.NotFound):
		post.Missing(w)
		return
	case err != nil:
		unread(w, r, err)
		return
	case row.State == enum.ReportStateExpired:
		post.Tell(w, http.StatusGone, post.New(codeExpired, "", "the files of this report were kept long enough: ask for the report again to have the same ones made anew"))
		return
	case row.State != enum.ReportStateReady:
		post.Tell(w, http.StatusConflict, post.New(codeNotReady, "", "this report is not made yet, or failed: its state says which"))
		return
	}
	head(w.Header(), row, format)
	if format == signature {
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("ETag", `"`+row.GlobalID().String()+"."+string(row.Hash)+`.sig"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(row.Note)))
		return
	}
	s.send(w, r, row, format)
}

// open reads a report that the viewer may see, and the format that a name asks for.
func (s *Service) open(ctx context.Context, name string) (*db.Report, string, error) {
	typed, format, _ := strings.Cut(name, ".")
	id, err := typeid.Parse(string(policy.Report), typed)
	if err != nil || format != signature && !known(format) {
		return nil, "", fault.Missing()
	}
	found, err := s.ByID(ctx, []uuid.UUID{id})
	if err == nil && found[id] == nil {
		err = fault.Missing()
	}
	return found[id], format, err
}

func known(format string) bool {
	for _, f := range report.Formats() {
		if f.Name == format {
			return true
		}
	}
	return false
}

// head says what a file is. No browser runs anything of it, and no cache of others keeps it.
func head(h http.Header, row *db.Report, format string) {
	kind := "attachment"
	if format == "html" || format == "pdf" || format == "md" || format == signature { // to be read
		kind = "inline"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": row.GlobalID().String() + "." + format}))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization")
}

func (s *Service) send(w http.ResponseWriter, r *http.Request, row *db.Report, format string) {
	found, err := s.filesOf(r.Context(), []uuid.UUID{row.ID})
	file := found[row.ID][format]
	if err != nil || file == nil {
		unread(w, r, errors.Join(err, errGone))
		return
	}
	control := http.NewResponseController(w)
	content := &reading{ctx: r.Context(), store: s.store, report: row.ID, format: format, sha256: file.SHA256, size: int64(file.Bytes), before: func() { _ = control.SetWriteDeadline(time.Now().Add(perPiece)) }}
	if err := content.load(0); err != nil { // before anything is said
		unread(w, r, err)
		return
	}
	w.Header().Set("Content-Type", file.MediaType)
	w.Header().Set("ETag", `"`+file.SHA256+`"`)
	http.ServeContent(w, r, "", time.Time{}, content)
}

var errGone = errors.New("the file is not there")

func unread(w http.ResponseWriter, r *http.Request, err error) {
	slog.ErrorContext(r.Context(), "report_not_read", "error", err)
	for _, name := range []string{"Content-Disposition", "Content-Security-Policy", "Cache-Control", "ETag"} {
		w.Header().Del(name)
	}
	post.Unavailable(w, "the report cannot be read now: retry later")
}
