package export

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// Path is the folder of the exports.
	Path = "/exports/"
	// mostAtOnce is how many exports a server runs.
	mostAtOnce = 2
	// patience is how long a reader may take for one batch: whoever takes longer makes others wait.
	patience = time.Minute
)

// Service exports.
type Service struct {
	store       *store.Store
	log         *actlog.Log
	assessments *assessment.Service
	running     chan struct{}
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, a *assessment.Service) *Service {
	return &Service{store: s, log: l, assessments: a, running: make(chan struct{}, mostAtOnce)}
}

// Pages are the exports by their paths.
func (s *Service) Pages() map[string]http.Handler {
	all := map[string]http.Handler{}
	for _, f := range []format{jsonl, table} {
		all[Path+"assessments."+f.name] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, f) })
	}
	return all
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, f format) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Accept-Encoding")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		post.Tell(w, http.StatusMethodNotAllowed, post.New(string(enum.ErrorCodeBadUserInput), "", "exports are read with GET"))
		return
	}
	if err := policy.Enter(r.Context(), policy.Exports); err != nil {
		refuse(w, r, err)
		return
	}
	p, tag, err := s.prepare(r.Context(), r.URL.Query(), f)
	if err != nil {
		refuse(w, r, err)
		return
	}
	w.Header().Set("ETag", tag)
	if matches(r.Header, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Accept-Ranges", "none") // a part of bytes is no part of the assessments: the cursor of a line is the way to go on
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", f.media)
		return
	}
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	default:
		post.Unavailable(w, fmt.Sprintf("%d exports run already: retry later", mostAtOnce))
		return
	}
	s.send(w, r, p, f)
}

// prepare reads what is asked for, by whom and from where. The tag names the answer: it is another one for another viewer, filter or
// cursor, and after every act.
func (s *Service) prepare(ctx context.Context, query url.Values, f format) (p *pull, tag string, err error) {
	filter, since, key, err := read(query)
	if err != nil {
		return nil, "", err
	}
	if err := s.assessments.CheckFilter(ctx, filter); err != nil {
		return nil, "", err
	}
	v, err := s.viewer(ctx, key)
	if err != nil {
		return nil, "", err
	}
	if p, err = s.begin(ctx, v, filter, since); err != nil {
		return nil, "", err
	}
	of := strings.Join([]string{v.scope.Viewer, string(v.rights[:]), string(v.filter[:]), since, string(p.until.Bytes()), f.name}, "|")
	return p, `W/"` + base64.RawURLEncoding.EncodeToString(s.store.Secret("export tag", []byte(of))[:15]) + `"`, nil
}

// matches tells whether a client has the answer with a tag.
func matches(h http.Header, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(h.Values("If-None-Match"), ","), ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// send answers with an export. It is begun only when the first batch is there, so that a database that fails is told as that. Later an
// answer that fails is cut off: it lacks its last line.
func (s *Service) send(w http.ResponseWriter, r *http.Request, p *pull, f format) {
	out := &answer{w: w, control: http.NewResponseController(w), media: f.media, zip: zips(r.Header)}
	err := p.write(store.InBackground(r.Context()), f, out)
	if err == nil {
		err = out.end()
	}
	switch {
	case err == nil:
	case !out.begun:
		refuse(w, r, err)
	default:
		level := slog.LevelError
		if r.Context().Err() != nil || errors.Is(err, errReader) {
			level = slog.LevelInfo
		}
		slog.Log(r.Context(), level, "export_cut_off", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// batches takes what is written, a batch at a time.
type batches interface {
	batch(text []byte) error
}

// write writes a whole export. It reads the next batch while it writes the one before.
func (p *pull) write(ctx context.Context, f format, out batches) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	texts, failed := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(texts)
		defer func() {
			if r := recover(); r != nil { // nobody above recovers it
				failed <- fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		failed <- p.encode(ctx, f, texts)
	}()
	var err error
	for text := range texts {
		if err == nil {
			if err = out.batch(text); err != nil {
				cancel()
			}
		}
	}
	if read := <-failed; err == nil {
		err = read
	}
	return err
}

// encode gives the batches as texts. A text is used again when the next one was taken.
func (p *pull) encode(ctx context.Context, f format, texts chan<- []byte) error {
	give := func(text []byte) error {
		select {
		case texts <- text:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	text, other := f.head(nil), []byte(nil)
	for more := true; more; {
		var batch []record
		var err error
		if batch, more, err = p.next(ctx); err != nil {
			return err
		}
		for _, r := range batch {
			if text, err = f.line(text, r); err != nil {
				return err
			}
		}
		if len(text) > 0 && more {
			if err := give(text); err != nil {
				return err
			}
			text, other = other[:0], text
		}
	}
	text, err := f.end(text, p.count, p.tombstones, p.end())
	if err != nil {
		return err
	}
	return give(text)
}

// answer is the answer to a request.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	media   string
	zip     bool
	zipper  *gzip.Writer
	begun   bool
}

var errReader = errors.New("the reader has gone, or reads too slowly")

func (a *answer) batch(text []byte) error {
	_ = a.control.SetWriteDeadline(time.Now().Add(patience)) // a writer without deadlines waits for nobody
	if !a.begun {
		a.begin()
	}
	var to io.Writer = a.w
	if a.zipper != nil {
		to = a.zipper
	}
	_, err := to.Write(text)
	if err == nil && a.zipper != nil {
		err = a.zipper.Flush()
	}
	if err == nil {
		err = a.control.Flush()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errReader, err)
	}
	return nil
}

func (a *answer) begin() {
	a.begun = true
	h := a.w.Header()
	h.Set("Content-Type", a.media)
	if a.zip {
		h.Set("Content-Encoding", "gzip")
		a.zipper, _ = gzip.NewWriterLevel(a.w, gzip.BestSpeed) // the level is known
	}
	a.w.WriteHeader(http.StatusOK)
}

func (a *answer) end() error {
	if a.zipper == nil {
		return nil
	}
	return a.zipper.Close()
}

// zips tells whether a client takes gzip.
func zips(h http.Header) bool {
	for one := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(one), ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "gzip" && name != "x-gzip" {
			continue
		}
		weight, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !given || err == nil && q > 0
	}
	return false
}

// refusals are how faults are told.
var refusals = map[fault.Kind]struct {
	status int
	code   enum.ErrorCode
}{
	fault.Invalid:         {http.StatusBadRequest, enum.ErrorCodeBadUserInput},
	fault.Foreign:         {http.StatusForbidden, enum.ErrorCodeCursorMismatch},
	fault.Expired:         {http.StatusGone, enum.ErrorCodeCursorExpired},
	fault.Unauthenticated: {http.StatusUnauthorized, enum.ErrorCodeUnauthenticated},
}

// refuse says why there is no export.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	if f := policy.OutOfScope(err); f != nil {
		post.OutOfScope(w, f)
		return
	}
	f := fault.Of(err)
	if f != nil {
		if one, ok := refusals[f.Kind]; ok {
			post.Tell(w, one.status, post.New(string(one.code), strings.TrimPrefix(f.Field, "filter."), f.Message))
			return
		}
	}
	slog.ErrorContext(r.Context(), "export_not_begun", "error", err)
	post.Unavailable(w, "the export cannot be made now: retry later")
}

// Write writes an export in a format for the viewer of the context, as the operator asks for it.
func (s *Service) Write(ctx context.Context, to io.Writer, name string, query url.Values) error {
	f := jsonl
	if name == table.name {
		f = table
	}
	p, _, err := s.prepare(ctx, query, f)
	if err != nil {
		return err
	}
	return p.write(ctx, f, file{to})
}

type file struct{ io.Writer }

func (f file) batch(text []byte) error {
	_, err := f.Write(text)
	return err
}
