package ballot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Below is where the files of results are read.
const Below = "/ballots/"

// file is the name of the file of a result, below the id of its ballot.
const file = "/result.jsonl"

// codeNotCounted says that a ballot has no result.
const codeNotCounted = "NOT_COUNTED"

// perFile is how long a client may take to read a file.
const perFile = 5 * time.Minute

// Path is where the file of a ballot's result is read.
func Path(id uuid.UUID) string { return Below + typeid.New(string(policy.Ballot), id).String() + file }

// Serve answers GET /ballots/ID/result.jsonl for the viewer of the context.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		post.NotAllowed(w, "GET, HEAD", "results are read with GET")
		return
	}
	if f := policy.OutOfScope(policy.EnterNode(r.Context(), policy.Ballot)); f != nil {
		post.OutOfScope(w, f)
		return
	}
	row, err := s.named(r.Context(), r.URL.Path)
	switch {
	case fault.Is(err, fault.NotFound):
		post.Missing(w)
		return
	case err != nil:
		unread(w, r, err)
		return
	case row.State != enum.BallotStateCounted:
		post.Tell(w, http.StatusConflict, post.New(codeNotCounted, "", "this ballot has not been counted: its state says whether it still will be"))
		return
	}
	from, err := strconv.ParseInt(or(r.URL.Query().Get("from"), "0"), 10, 64)
	if err != nil || from < 0 {
		post.Tell(w, http.StatusBadRequest, post.New("BAD_REQUEST", "", "from is the size of a checkpoint that you have saved"))
		return
	}
	var b bytes.Buffer
	if err := s.WriteFile(r.Context(), &b, row, from); err != nil {
		unread(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": row.GlobalID().String() + ".result.jsonl"}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(perFile))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	if r.Method == http.MethodGet {
		_, _ = w.Write(b.Bytes())
	}
}

// named reads the ballot of a path that the viewer may see.
func (s *Service) named(ctx context.Context, path string) (*db.Ballot, error) {
	name, ok := strings.CutSuffix(strings.TrimPrefix(path, Below), file)
	id, err := typeid.Parse(string(policy.Ballot), name)
	if err != nil || !ok {
		return nil, fault.Missing()
	}
	found, err := s.ByID(ctx, []uuid.UUID{id})
	if err == nil && found[id] == nil {
		err = fault.Missing()
	}
	return found[id], err
}

func unread(w http.ResponseWriter, r *http.Request, err error) {
	message := "the result cannot be read now: retry later"
	if f := fault.Of(err); f != nil {
		message = f.Message
	} else {
		slog.ErrorContext(r.Context(), "result_not_read", "error", err)
	}
	post.Unavailable(w, message)
}

// WriteFile writes everything that a ballot was decided by: the acts that bind it with their proofs, rule, roll, papers and result. from is
// the size of a checkpoint that the reader saved, or 0: the file then proves that the log has only grown since.
func (s *Service) WriteFile(ctx context.Context, w *bytes.Buffer, b *db.Ballot, from int64) error {
	whole, roll, papers, err := s.counted(ctx, b.ID)
	if err != nil {
		return err
	}
	return s.log.WriteOf(ctx, w, b.ID, []string{recount.ActOpened, recount.ActCounted}, from, func(out *bundle.Writer) error {
		if err := line(out, recount.KindRule, []byte(whole.Rule)); err != nil {
			return err
		}
		for _, seat := range roll {
			if err := value(out, recount.KindSeat, seat); err != nil {
				return err
			}
		}
		for _, p := range papers {
			if err := value(out, recount.KindPaper, p); err != nil {
				return err
			}
		}
		return line(out, recount.KindResult, []byte(whole.Result))
	})
}

func value(out *bundle.Writer, kind string, v any) error {
	b, err := recount.Canonical(v)
	if err != nil {
		return err
	}
	return line(out, kind, b)
}

// line writes a value that is in its canonical form.
func line(out *bundle.Writer, kind string, canonical []byte) error {
	b := append([]byte(`{"kind":"`+kind+`","value":`), canonical...)
	return out.Other(append(b, '}'))
}

// counted reads what was counted, which does not change any more.
func (s *Service) counted(ctx context.Context, id uuid.UUID) (b *db.Ballot, roll []recount.Seat, papers []recount.Paper, err error) {
	if b, err = s.Store.Reader().Ballot.Get(ctx, id); err != nil {
		return nil, nil, nil, fmt.Errorf("read the ballot: %w", err)
	}
	rule, err := ruleOf(b)
	if err != nil {
		return nil, nil, nil, err
	}
	if b.Result == "" {
		return nil, nil, nil, errors.New("the ballot has no result")
	}
	if roll, err = s.rollOf(ctx, s.Store.Query, b, rule); err != nil {
		return nil, nil, nil, err
	}
	papers, err = s.keptPapers(ctx, s.Store.Query, b)
	return b, roll, papers, err
}

// Reading is what Serve answers.
func Reading() []openapi.Operation {
	media := "application/jsonl"
	return []openapi.Operation{{
		Method: http.MethodGet, Path: Below + "{id}" + file, ID: "readBallotResult", Tag: Tag, Token: openapi.MayToken, Summary: "Read the file of a ballot's result",
		Description: "Everything that the ballot was decided by: the acts that bind it, with their proofs, and its rule, roll, papers and result. " +
			"`plenary verify result` counts it again; `docs/ballots.md` says how to write another verifier.",
		Parameters: []openapi.Parameter{
			{In: openapi.Path, Name: "id", Description: "The id of the ballot.", Schema: openapi.Text(""), Example: "ballot_01h455vb4pex5vsknk084sn02q"},
			{In: openapi.Query, Name: "from", Description: "The size of a checkpoint that you saved: the file then proves that the log has only grown since.", Schema: openapi.Text("")},
		},
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The file: JSON Lines.", Content: openapi.Content{media: openapi.Bytes(media)}},
			openapi.Refusal(http.StatusBadRequest, "`from` is no size."),
			openapi.Refusal(http.StatusForbidden, "The token has scopes that do not include reading this."),
			openapi.Refusal(http.StatusNotFound, "There is no such ballot, or none that the viewer may see."),
			openapi.Refusal(http.StatusConflict, "`"+codeNotCounted+"`: it is open, or void."),
		},
		Head: true,
	}}
}

// Tag groups the operations of ballots.
const Tag = "Ballots"
