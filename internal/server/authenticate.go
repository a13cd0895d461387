package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// authenticate reads the bearer token of a request. It ignores a token in the URL or the body, which would end up in logs
// and histories.
func (s *Server) authenticate(r *http.Request) (context.Context, viewer, *refusal) {
	token, refused := bearer(r.Header)
	if refused != nil {
		return nil, viewer{}, refused
	}
	return s.identify(r.Context(), token, r)
}

// identify authenticates a token with Config.Authenticate, and refuses a session that has expired.
func (s *Server) identify(ctx context.Context, token string, r *http.Request) (context.Context, viewer, *refusal) {
	authenticated, session, err := s.cfg.Authenticate(ctx, token, r)
	if err != nil {
		s.pause(ctx, s.callerOf(Session{}, s.peerOf(r)))
		return nil, viewer{}, refusedToken(err)
	}
	if s.expired(session) {
		return nil, viewer{}, refusedToken(endExpired)
	}
	return authenticated, viewer{session: session, caller: s.callerOf(session, s.peerOf(r))}, nil
}

// bearer gives the token of the only Authorization header, empty when there is none.
func bearer(h http.Header) (string, *refusal) {
	values := h["Authorization"]
	switch len(values) {
	case 0:
		return "", nil
	case 1:
		if token, ok := cutBearer(values[0]); ok {
			return token, nil
		}
		return "", refuse(http.StatusUnauthorized, gql.CodeUnauthenticated, "the Authorization header must hold a bearer token").
			with("WWW-Authenticate", challenge("invalid_token", "the Authorization header must hold a bearer token"))
	default:
		return "", refuse(http.StatusBadRequest, gql.CodeUnauthenticated, "the request has more than one Authorization header: send one").
			with("WWW-Authenticate", challenge("invalid_request", "send one Authorization header"))
	}
}

func cutBearer(value string) (string, bool) {
	scheme, token, ok := strings.Cut(strings.TrimSpace(value), " ")
	token = strings.TrimSpace(token)
	return token, ok && token != "" && strings.EqualFold(scheme, "Bearer")
}
