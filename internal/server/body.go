package server

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

const (
	// bodies is how many large bodies are read at once: they lie in memory.
	bodies = 8
	// bodyTime is how long one may take to arrive.
	bodyTime = 2 * time.Minute
)

// receive reads the body of a request into memory. One that is too large is refused before any of it is read, if the client says how
// large it is.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, v viewer, most int64) *refusal {
	switch {
	case v.session.Subject == "":
		return refuse(http.StatusUnauthorized, gql.CodeUnauthenticated, "sign in to send this").with("WWW-Authenticate", "Bearer").with("Connection", "close")
	case r.ContentLength > most:
		return tooLarge(most)
	}
	select {
	case s.bodies <- struct{}{}:
		defer func() { <-s.bodies }()
	default:
		return refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "too much is being sent to this server now: retry later").later(time.Second).with("Connection", "close")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		if int64(len(body)) >= most {
			return tooLarge(most)
		}
		return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the body did not arrive as a whole: send it again").with("Connection", "close")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func tooLarge(most int64) *refusal {
	return refuse(http.StatusRequestEntityTooLarge, gql.CodeBadUserInput, "the body has more than %d MiB", most>>20).with("Connection", "close")
}
