package file

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/filetype"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// UploadPath is where files are sent to; each is read below it.
const UploadPath = "/files"

// Path is where a file is read.
func Path(id uuid.UUID) string { return UploadPath + "/" + typeid.New("file", id).String() }

// Receive answers POST /files: it keeps the file that is the body. Its type, its name and its hash are headers: Content-Type,
// Content-Disposition and Content-Digest (RFC 9530).
func (s *Service) Receive() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			post.NotAllowed(w, http.MethodPost, "files are sent with POST")
			return
		}
		given, err := read(r)
		if err != nil {
			post.Refuse(w, r, err, statuses)
			return
		}
		row, made, err := s.Upload(r.Context(), given)
		if err != nil {
			post.Refuse(w, r, err, statuses)
			return
		}
		status := http.StatusOK
		if made {
			status = http.StatusCreated
		}
		w.Header().Set("Location", Path(row.ID))
		post.Answer(w, status, map[string]any{"file": map[string]any{
			"id": row.GlobalID().String(), "name": row.Name, "mediaType": row.MediaType, "bytes": row.Bytes, "sha256": row.Sha256,
		}})
	})
}

// read reads what a request sends.
func read(r *http.Request) (g Given, err error) {
	if r.Header.Get("Content-Encoding") != "" {
		return g, post.New(codeType, "mediaType", "send the bytes of the file as they are, without Content-Encoding")
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || charset != "" && charset != "utf-8" && charset != "us-ascii" {
		return g, post.New(codeType, "mediaType", "say the type of the file with Content-Type; texts are UTF-8")
	}
	g.Type = filetype.Type(kind)
	_, params, err = mime.ParseMediaType(r.Header.Get("Content-Disposition"))
	if g.Name = params["filename"]; err != nil || g.Name == "" {
		return g, post.New(codeName, "name", `say the name of the file with Content-Disposition: attachment; filename="report.pdf" (filename* for other letters)`)
	}
	if g.SHA256 = post.Digest(r.Header); g.SHA256 == nil {
		return g, post.New(codeDigest, "digest", "say the SHA-256 of the bytes with Content-Digest: sha-256=:BASE64: (RFC 9530)")
	}
	if g.Content, err = io.ReadAll(io.LimitReader(r.Body, MostBytes+1)); err != nil {
		return g, post.New(codeCutOff, "body", "the bytes did not arrive as a whole: send them again")
	}
	return g, nil
}

var statuses = map[string]int{
	codeType: http.StatusUnsupportedMediaType, codeTooLarge: http.StatusRequestEntityTooLarge, codeCutOff: http.StatusUnprocessableEntity,
	codeUnsafe: http.StatusUnprocessableEntity, codeDigest: http.StatusBadRequest, codeName: http.StatusBadRequest,
}

// Serve answers GET /files/ID for the viewer of the context.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		post.NotAllowed(w, "GET, HEAD", "files are read with GET")
		return
	}
	row, first, err := s.open(r.Context(), strings.TrimPrefix(r.URL.Path, UploadPath+"/"))
	switch {
	case fault.Is(err, fault.NotFound):
		post.Missing(w)
		return
	case err != nil:
		slog.ErrorContext(r.Context(), "file_not_read", "error", err)
		post.Unavailable(w, "the file cannot be read now: retry later")
		return
	}
	head(w.Header(), row)
	if w.WriteHeader(http.StatusOK); r.Method == http.MethodGet {
		s.send(w, r, row, first)
	}
}

// open reads a file that the viewer may see, and its first piece.
func (s *Service) open(ctx context.Context, name string) (*db.File, []byte, error) {
	id, err := typeid.Parse("file", name)
	if err != nil {
		return nil, nil, fault.Missing()
	}
	found, err := s.ByID(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, nil, err
	}
	row := found[id]
	if row == nil {
		return nil, nil, fault.Missing()
	}
	first, err := s.content.piece(ctx, row.Sha256, 0)
	return row, first, err
}

// head says what a file is. No browser shows it as a page of this server, and no cache keeps it.
func head(h http.Header, row *db.File) {
	sum, _ := hex.DecodeString(row.Sha256)
	h.Set("Content-Type", row.MediaType)
	if strings.HasPrefix(row.MediaType, "text/") {
		h.Set("Content-Type", row.MediaType+"; charset=utf-8")
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": row.Name}))
	h.Set("Content-Length", strconv.Itoa(row.Bytes))
	h.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Accept-Ranges", "none")
	h.Add("Vary", "Authorization")
}

// perPiece is how long a client may take to read a piece.
const perPiece = 30 * time.Second

// send writes a file piece by piece, so that a client that reads slowly holds 256 KiB and no connection to the database.
func (s *Service) send(w http.ResponseWriter, r *http.Request, row *db.File, piece []byte) {
	control := http.NewResponseController(w)
	left := row.Bytes
	for n := 1; ; n++ {
		_ = control.SetWriteDeadline(time.Now().Add(perPiece))
		if _, err := w.Write(piece); err != nil {
			return // the client is gone
		}
		if left -= len(piece); left <= 0 {
			return
		}
		var err error
		if piece, err = s.content.piece(r.Context(), row.Sha256, n); err != nil {
			if r.Context().Err() == nil {
				slog.ErrorContext(r.Context(), "file_not_sent", "error", err)
			}
			panic(http.ErrAbortHandler) // the client must not take what it has for the whole
		}
	}
}
