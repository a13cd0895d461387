package download_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/download"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// serving answers with batches; an error stands for one that cannot be read.
func serving(t *testing.T, batches ...any) *httptest.Server {
	t.Helper()
	sender := download.New("list")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !sender.Reads(w, r) {
			return
		}
		n := 0
		sender.Send(w, r, download.Download{Media: "text/plain", Tag: download.Tag(make([]byte, 32)), Next: func(_ context.Context, text []byte) ([]byte, bool, error) {
			one := batches[n]
			n++
			if err, ok := one.(error); ok {
				return nil, false, err
			}
			return append(text, one.(string)...), n < len(batches), nil
		}})
	}))
	t.Cleanup(s.Close)
	return s
}

func TestAnAnswerIsWholeOrCutOff(t *testing.T) {
	broken := errors.New("the database is gone")
	for _, row := range []struct {
		name    string
		batches []any
		status  int
		body    string
		whole   bool
	}{
		{"one batch", []any{"a"}, 200, "a", true},
		{"several, some of them empty", []any{"a", "", "b", "", "c"}, 200, "abc", true},
		{"an error before the first is told", []any{broken}, 503, "UNAVAILABLE", true},
		{"an error behind empty ones is told, too", []any{"", "", broken}, 503, "UNAVAILABLE", true},
		{"an error in the middle cuts it off", []any{"a", "b", broken}, 200, "ab", false},
		{"an error for the last cuts it off", []any{"a", "b", "c", broken}, 200, "abc", false},
		{"a fault is told as one", []any{fault.InvalidField("filter.level", "", "there is no such level")}, 400, `"path":["level"]`, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, encoding := range []string{"identity", "gzip"} {
				s := serving(t, row.batches...)
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				if encoding == "identity" { // the client asks for gzip by itself, and takes it apart
					req.Header.Set("Accept-Encoding", encoding)
				}
				resp, err := s.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.StatusCode != row.status || !strings.Contains(string(body), row.body) || (err == nil) != row.whole {
					t.Errorf("%s: %d %q %v, want %d %q, whole %v", encoding, resp.StatusCode, body, err, row.status, row.body, row.whole)
				}
			}
		})
	}
}

func TestOnlyReadingIsAnswered(t *testing.T) {
	s := serving(t, "a")
	for method, want := range map[string]int{http.MethodGet: 200, http.MethodHead: 200, http.MethodPost: 405, http.MethodPut: 405, http.MethodDelete: 405} {
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || want == 405 && resp.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s is answered %d %v, want %d", method, resp.StatusCode, resp.Header, want)
		}
	}
}

func TestABusyDatabaseIsAskedAgain(t *testing.T) {
	asked := 0
	err := download.Patiently(t.Context(), func() error {
		if asked++; asked < 3 {
			return fault.New(fault.Unavailable, "no place is free")
		}
		return nil
	})
	if err != nil || asked != 3 {
		t.Errorf("after %d times: %v", asked, err)
	}
	broken := errors.New("the database is gone")
	asked = 0
	if err := download.Patiently(t.Context(), func() error { asked++; return broken }); !errors.Is(err, broken) || asked != 1 {
		t.Errorf("what does not pass is asked %d times: %v", asked, err)
	}
}
