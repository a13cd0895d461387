// Package register gives everybody the public registers of published assessments and of practices, as CSV and as JSON-LD after DCAT 3. It
// reads as a visitor does, whoever asks: what a visitor cannot read is in no answer, no count and no date of one.
package register

import (
	"context"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/download"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Path is the folder of the registers.
const Path = "/registers/"

// Service gives the registers.
type Service struct {
	store       *store.Store
	log         *actlog.Log
	parties     *party.Service
	practices   *practice.Service
	assessments *assessment.Service
	sender      *download.Sender
	links       links
}

// New makes the service. publicURL is where others reach the server.
func New(s *store.Store, l *actlog.Log, p *party.Service, practices *practice.Service, a *assessment.Service, publicURL string) *Service {
	return &Service{s, l, p, practices, a, download.New("register"), links(publicURL)}
}

// register is one of the registers.
type register struct {
	name, title, describes string
	heads                  []head
	pull                   func(s *Service) pull
}

// pull reads the next entries, and tells whether there may be more.
type pull func(ctx context.Context) (entries []entry, more bool, err error)

// entry has a value for each field.
type entry struct {
	id     string
	values []any
	linked []any // as JSON-LD has them
}

var registers = []register{assessments, practices}

// Routes are the registers by their paths.
func (s *Service) Routes() map[string]openapi.Route {
	all := map[string]openapi.Route{}
	add := func(of register, path string, in func(http.Header) *format, offered ...*format) {
		all[path] = openapi.Route{Handler: s.page(of, in), Operations: []openapi.Operation{operation(of, path, offered)}}
	}
	for _, r := range registers {
		add(r, Path+r.name, negotiated, formats()...)
		for _, f := range formats() {
			add(r, Path+r.name+"."+f.name, func(http.Header) *format { return f }, f)
		}
	}
	return all
}

// page serves a register in the format that a request is for.
func (s *Service) page(of register, in func(http.Header) *format) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, no-cache")
		w.Header().Add("Vary", "Accept, Accept-Encoding")
		if !s.sender.Reads(w, r) {
			return
		}
		f := in(r.Header)
		if f == nil {
			post.Tell(w, http.StatusNotAcceptable, post.New(string(enum.ErrorCodeBadUserInput), "", "the client must accept "+offered()))
			return
		}
		if names := slices.Sorted(maps.Keys(r.URL.Query())); len(names) > 0 {
			s.sender.Refuse(w, r, fault.InvalidField(names[0], "", "a register is given whole, without parameters: filter over GraphQL with inRegister"))
			return
		}
		place, err := s.log.Place(r.Context()) // first: what changes while it is read has another tag
		if err != nil {
			s.sender.Refuse(w, r, err)
			return
		}
		tag := download.Tag(s.store.Secret("register tag", append(place.Bytes(), of.name+"|"+f.name...)))
		s.sender.Send(w, r.WithContext(asVisitor(r.Context())), download.Download{Media: f.media, Tag: tag, Next: s.batches(of, f)})
	})
}

// asVisitor is a context in which everything is read as a visitor reads it.
func asVisitor(ctx context.Context) context.Context { return policy.WithActor(ctx, policy.Actor{}) }

// batches writes a register in a format.
func (s *Service) batches(of register, f *format) download.Batches {
	next, begun, some := of.pull(s), false, false
	return func(ctx context.Context, text []byte) ([]byte, bool, error) {
		if !begun {
			text, begun = f.head(text, of, s.links), true
		}
		var entries []entry
		var more bool
		err := download.Patiently(ctx, func() (err error) {
			entries, more, err = next(ctx)
			return err
		})
		if err != nil {
			return nil, false, err
		}
		for _, e := range entries {
			if text, err = f.entry(text, of, s.links, e, !some); err != nil {
				return nil, false, err
			}
			some = true
		}
		if !more {
			text = append(text, f.end...)
		}
		return text, more, nil
	}
}

// negotiated is the format that a client likes best, after RFC 9110, section 12.5.1; nil if it takes none. Of two that it likes the same it
// is the first.
func negotiated(h http.Header) *format {
	accept := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return formats()[0]
	}
	var best *format
	liked := 0.0
	for _, f := range formats() {
		if q := quality(accept, f.media); q > liked {
			best, liked = f, q
		}
	}
	return best
}

// quality is how much a client likes a type, by the closest range that it names.
func quality(accept, of string) float64 {
	name, _, _ := strings.Cut(of, ";")
	kind, _, _ := strings.Cut(name, "/")
	ranges := []string{"*/*", kind + "/*", name}
	closest, q := -1, 0.0
	for one := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		for i, r := range ranges {
			if r != media || i < closest {
				continue
			}
			closest, q = i, 1
			if given, ok := params["q"]; ok {
				if q, err = strconv.ParseFloat(given, 64); err != nil {
					q = 0
				}
			}
		}
	}
	return q
}

func offered() string {
	var names []string
	for _, f := range formats() {
		name, _, _ := strings.Cut(f.media, ";")
		names = append(names, name)
	}
	return strings.Join(names, " or ")
}
