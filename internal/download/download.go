// Package download answers requests with what is read from the database while it is sent: in batches, compressed if the client takes
// that, without a cap. An answer that fails in the middle is cut off, and never ends as if it were whole. It knows nothing of what it sends.
package download

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// mostAtOnce is how many downloads of a kind a server runs.
	mostAtOnce = 2
	// patience is how long a reader may take for one batch: whoever takes longer makes others wait.
	patience = time.Minute
	// tries and pause are for a database that has no place free.
	tries = 5
	pause = 200 * time.Millisecond
)

// Sender sends downloads of a kind.
type Sender struct {
	kind    string
	running chan struct{}
}

// New makes a sender; kind is the English word for what it sends.
func New(kind string) *Sender { return &Sender{kind, make(chan struct{}, mostAtOnce)} }

// Batches appends the next batch to a text, and tells whether there is more. A batch may be empty.
type Batches func(ctx context.Context, text []byte) (_ []byte, more bool, err error)

// Download is what is sent.
type Download struct {
	Media string
	Tag   string // names the answer, as ETag has it
	Next  Batches
}

// Tag is a weak tag of what a secret stands for.
func Tag(secret []byte) string {
	return `W/"` + base64.RawURLEncoding.EncodeToString(secret[:15]) + `"`
}

// Reads tells whether a request reads. It answers one that does not.
func (s *Sender) Reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	post.NotAllowed(w, "GET, HEAD", s.kind+"s are read with GET")
	return false
}

// Send answers with a download, or says that the client has it already.
func (s *Sender) Send(w http.ResponseWriter, r *http.Request, d Download) {
	w.Header().Set("ETag", d.Tag)
	if matches(r.Header, d.Tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Accept-Ranges", "none") // what is sent later is another answer: no bytes of it go with those of this one
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", d.Media)
		return
	}
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	default:
		post.Unavailable(w, fmt.Sprintf("%d %ss run already: retry later", mostAtOnce, s.kind))
		return
	}
	s.send(w, r, d)
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

// send begins the answer only when the first batch is there, so that a database that fails is told as that. Later an answer that fails is
// cut off.
func (s *Sender) send(w http.ResponseWriter, r *http.Request, d Download) {
	out := &answer{w: w, control: http.NewResponseController(w), media: d.Media, zip: zips(r.Header)}
	err := write(store.InBackground(r.Context()), d.Next, out.batch)
	if err == nil {
		err = out.end()
	}
	switch {
	case err == nil:
	case !out.begun:
		s.Refuse(w, r, err)
	default:
		level := slog.LevelError
		if r.Context().Err() != nil || errors.Is(err, errReader) {
			level = slog.LevelInfo
		}
		slog.Log(r.Context(), level, "download_cut_off", "kind", s.kind, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// Write writes a whole download.
func Write(ctx context.Context, to io.Writer, next Batches) error {
	return write(ctx, next, func(text []byte) error {
		_, err := to.Write(text)
		return err
	})
}

// write gives the batches, and reads the next one while one is taken.
func write(ctx context.Context, next Batches, take func(text []byte) error) error {
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
		failed <- read(ctx, next, texts)
	}()
	var err error
	for text := range texts {
		if err == nil {
			if err = take(text); err != nil {
				cancel()
			}
		}
	}
	if read := <-failed; err == nil {
		err = read
	}
	return err
}

// read gives the batches as texts. A text is used again when the next one was taken.
func read(ctx context.Context, next Batches, texts chan<- []byte) error {
	var text, other []byte
	for more := true; more; {
		var err error
		if text, more, err = next(ctx, text); err != nil {
			return err
		}
		if len(text) == 0 {
			continue
		}
		select {
		case texts <- text:
		case <-ctx.Done():
			return ctx.Err()
		}
		text, other = other[:0], text
	}
	return nil
}

// Patiently reads a batch, and again while the database has no place free.
func Patiently(ctx context.Context, read func() error) error {
	for n := 1; ; n++ {
		err := read()
		if n == tries || !fault.Is(err, fault.Unavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
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

// Refuse says why there is no download.
func (s *Sender) Refuse(w http.ResponseWriter, r *http.Request, err error) {
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
	slog.ErrorContext(r.Context(), "download_not_begun", "kind", s.kind, "error", err)
	post.Unavailable(w, "the "+s.kind+" cannot be made now: retry later")
}
