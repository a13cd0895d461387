package importing

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Path is where files are sent to, with the name of their kind.
const Path = "/imports/"

// Posted is where files of a kind are sent to.
type Posted struct {
	openapi.Route
	Most int64 // bytes of a file
}

// Routes are where files are sent to, by path.
func (s *Service) Routes() map[string]Posted {
	all := map[string]Posted{}
	for _, k := range s.kinds {
		o := operation(k)
		all[o.Path] = Posted{openapi.Route{Handler: http.HandlerFunc(s.serve), Operations: []openapi.Operation{o}}, k.Most()}
	}
	return all
}

var statuses = map[string]int{
	codeType: http.StatusUnsupportedMediaType, codeTooLarge: http.StatusRequestEntityTooLarge, codeCutOff: http.StatusUnprocessableEntity, codeDigest: http.StatusBadRequest,
	string(enum.UserErrorCodeInvalid): http.StatusBadRequest,
}

// serve answers POST /imports/KIND: it checks the file that is the body, and keeps it to be started. Its hash is a header,
// Content-Digest (RFC 9530), and what else is said of it stands in the query of the path.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		post.NotAllowed(w, http.MethodPost, "files are sent with POST")
		return
	}
	row, err := s.receive(r)
	if err != nil {
		post.Refuse(w, r, err, statuses)
		return
	}
	said, err := answerOf(row)
	if err != nil {
		post.Refuse(w, r, err, statuses)
		return
	}
	post.Answer(w, http.StatusCreated, map[string]any{"import": said})
}

func (s *Service) receive(r *http.Request) (*db.Imported, error) {
	k, err := s.Kind(strings.TrimPrefix(r.URL.Path, Path))
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	if err := k.Begin(ctx); err != nil {
		return nil, err
	}
	g, err := given(r)
	if err != nil {
		return nil, err
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		if len(key) > 128 || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return nil, fault.New(fault.Invalid, "an idempotency key has 1 to 128 visible characters")
		}
		ctx = actlog.WithKey(ctx, key, append([]byte("POST "+r.URL.Path+"?"+url.Values(g.Options).Encode()+"\n"), g.SHA256...))
	}
	return s.Check(ctx, k, g)
}

// given reads what a request sends.
func given(r *http.Request) (g Given, err error) {
	if r.Header.Get("Content-Encoding") != "" {
		return g, post.New(codeType, "mediaType", "send the bytes of the file as they are, without Content-Encoding")
	}
	if g.SHA256 = post.Digest(r.Header); g.SHA256 == nil {
		return g, post.New(codeDigest, "digest", "say the SHA-256 of the bytes with Content-Digest: sha-256=:BASE64: (RFC 9530)")
	}
	options, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return g, post.New(string(enum.UserErrorCodeInvalid), "options", "the query of the path is broken")
	}
	g.Options, g.Body = intake.Options(options), r.Body
	return g, nil
}

// Checked is what POST /imports/KIND answers.
type Checked struct {
	ID         string         `json:"id"`
	Kind       string         `json:"kind"`
	State      string         `json:"state"`
	SHA256     string         `json:"sha256"`
	Bytes      int            `json:"bytes"`
	Counts     []intake.Count `json:"counts"`
	Notes      []string       `json:"notes"`
	FaultCount int            `json:"faultCount"`
	Faults     []Fault        `json:"faults"`
}

func answerOf(row *db.Imported) (c Checked, err error) {
	c = Checked{ID: row.GlobalID().String(), Kind: row.Kind, State: string(row.State), SHA256: row.Sha256, Bytes: row.Bytes, FaultCount: row.FaultCount}
	if c.Counts, err = listOf[intake.Count](row.Counts); err != nil {
		return c, err
	}
	if c.Notes, err = listOf[string](row.Notes); err != nil {
		return c, err
	}
	c.Faults, err = listOf[Fault](row.Faults)
	return c, err
}
