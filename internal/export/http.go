package export

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/download"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Path is the folder of the exports.
const Path = "/exports/"

// Service exports.
type Service struct {
	store       *store.Store
	log         *actlog.Log
	assessments *assessment.Service
	sender      *download.Sender
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, a *assessment.Service) *Service {
	return &Service{store: s, log: l, assessments: a, sender: download.New("export")}
}

// Routes are the exports by their paths.
func (s *Service) Routes() map[string]openapi.Route {
	all := map[string]openapi.Route{}
	for _, f := range []format{jsonl, table} {
		o := operation(f)
		all[o.Path] = openapi.Route{
			Handler:    http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, f) }),
			Operations: []openapi.Operation{o},
		}
	}
	return all
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, f format) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Accept-Encoding")
	if !s.sender.Reads(w, r) {
		return
	}
	if err := policy.Enter(r.Context(), policy.Exports); err != nil {
		s.sender.Refuse(w, r, err)
		return
	}
	p, tag, err := s.prepare(r.Context(), r.URL.Query(), f)
	if err != nil {
		s.sender.Refuse(w, r, err)
		return
	}
	s.sender.Send(w, r, download.Download{Media: f.media, Tag: tag, Next: p.batches(f)})
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
	return p, download.Tag(s.store.Secret("export tag", []byte(of))), nil
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
	return download.Write(ctx, to, p.batches(f))
}

// batches writes a pull in a format.
func (p *pull) batches(f format) download.Batches {
	begun := false
	return func(ctx context.Context, text []byte) ([]byte, bool, error) {
		if !begun {
			text, begun = f.head(text), true
		}
		batch, more, err := p.next(ctx)
		if err != nil {
			return nil, false, err
		}
		for _, r := range batch {
			if text, err = f.line(text, r); err != nil {
				return nil, false, err
			}
		}
		if !more {
			text, err = f.end(text, p.count, p.tombstones, p.end())
		}
		return text, more, err
	}
}
