package server

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

var (
	errNotObject = errors.New("is not a JSON object")
	errNoQuery   = errors.New("has no query")
	errQuery     = errors.New("has a query that is not a string")
	errOperation = errors.New("has an operationName that is not a string")
	errVariables = errors.New("has variables that are not an object")
	errExtension = errors.New("has extensions that are not an object")
	errDocument  = errors.New("has a documentId that is not a string")
)

// decodeParams reads the parameters of an operation from a body.
func decodeParams(body []byte, depth int) (*graphql.RawParams, error) {
	v, err := decode(body, depth)
	if err != nil {
		return nil, err
	}
	members, ok := v.(map[string]any)
	if !ok { // this refuses lists of operations, too: batches would get around the limits
		return nil, errNotObject
	}
	return paramsOf(members)
}

// paramsOf reads the parameters from the members of an object. It ignores unknown members, such as an access_token.
func paramsOf(members map[string]any) (*graphql.RawParams, error) {
	var p graphql.RawParams
	var document string
	var ok bool
	if p.Query, ok = text(members, "query"); !ok {
		return nil, errQuery
	}
	if p.OperationName, ok = text(members, "operationName"); !ok {
		return nil, errOperation
	}
	if document, ok = text(members, "documentId"); !ok {
		return nil, errDocument
	}
	if v, ok := members["variables"]; ok && v != nil {
		if p.Variables, ok = v.(map[string]any); !ok {
			return nil, errVariables
		}
	}
	if v, ok := members["extensions"]; ok && v != nil {
		if p.Extensions, ok = v.(map[string]any); !ok {
			return nil, errExtension
		}
	}
	if document != "" {
		if p.Extensions == nil {
			p.Extensions = make(map[string]any, 1)
		}
		p.Extensions[gql.DocumentIDKey] = document
	}
	if p.Query == "" && p.Extensions[gql.DocumentIDKey] == nil && p.Extensions["persistedQuery"] == nil {
		return nil, errNoQuery
	}
	return &p, nil
}

// text gives a member that is a string; it is empty if the member is missing or null.
func text(members map[string]any, name string) (string, bool) {
	v := members[name]
	if v == nil {
		return "", true
	}
	s, ok := v.(string)
	return s, ok
}

// reader gives the function with which begin reads the parameters of a POST or a GET.
func (s *Server) reader(w http.ResponseWriter, r *http.Request) reading {
	depth := s.cfg.Limits.JSONDepth
	if r.Method == http.MethodGet {
		return func() (decoding, *refusal) {
			return func() (*graphql.RawParams, *refusal) {
				p, err := queryParams(r.URL.RawQuery, depth)
				return readParams(r, p, err)
			}, nil
		}
	}
	return func() (decoding, *refusal) {
		body, refused := s.readBody(w, r)
		if refused != nil {
			return nil, refused
		}
		return func() (*graphql.RawParams, *refusal) {
			defer putBuffer(body)
			p, err := decodeParams(*body, depth)
			return readParams(r, p, err)
		}, nil
	}
}

func readParams(r *http.Request, p *graphql.RawParams, err error) (*graphql.RawParams, *refusal) {
	if err != nil {
		return nil, refusedParams(r.Method, err)
	}
	p.Headers = r.Header
	return p, nil
}

// readBody receives the body of a POST. The caller returns the buffer with putBuffer.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (*[]byte, *refusal) {
	if !isJSON(r.Header) {
		return nil, refuse(http.StatusUnsupportedMediaType, gql.CodeBadUserInput, "the body must be application/json in UTF-8").
			with("Accept-Post", "application/json")
	}
	if isEncoded(r.Header) {
		return nil, refuse(http.StatusUnsupportedMediaType, gql.CodeBadUserInput, "the body must not be compressed").
			with("Accept-Encoding", "identity")
	}
	most := s.cfg.Limits.BodyBytes
	if r.ContentLength > most {
		return nil, refusedParams(r.Method, &http.MaxBytesError{Limit: most})
	}
	buf := getBuffer()
	var err error
	if *buf, err = readAll(*buf, http.MaxBytesReader(w, r.Body, most), int(r.ContentLength)); err != nil {
		putBuffer(buf)
		if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
			err = errIncomplete
		}
		return nil, refusedParams(r.Method, err)
	}
	return buf, nil
}

var errIncomplete = errors.New("is incomplete")

// readAll is io.ReadAll into a reused buffer. It trusts the length that a client claims up to 64 KiB.
func readAll(b []byte, r io.Reader, claimed int) ([]byte, error) {
	if want := min(claimed, 64<<10) + 1; cap(b) < want {
		b = make([]byte, 0, want)
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

var (
	errURL   = errors.New("has a URL that cannot be parsed")
	errTwice = errors.New("has a parameter twice in its URL")
)

// queryParams reads the parameters from a URL.
func queryParams(raw string, depth int) (*graphql.RawParams, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errURL
	}
	members := make(map[string]any, 5)
	for _, name := range [...]string{"query", "operationName", "documentId"} {
		if v, ok, err := single(values, name); err != nil {
			return nil, err
		} else if ok {
			members[name] = v
		}
	}
	for _, name := range [...]string{"variables", "extensions"} {
		v, ok, err := single(values, name)
		if err != nil {
			return nil, err
		}
		if !ok || v == "" {
			continue
		}
		if members[name], err = decode([]byte(v), depth); err != nil {
			return nil, err
		}
	}
	return paramsOf(members)
}

func single(values url.Values, name string) (string, bool, error) {
	switch vs := values[name]; {
	case len(vs) == 0:
		return "", false, nil
	case len(vs) > 1:
		return "", false, errTwice
	case !utf8.ValidString(vs[0]):
		return "", false, errUTF8
	case strings.IndexByte(vs[0], 0) >= 0:
		return "", false, errNUL
	default:
		return vs[0], true, nil
	}
}
