package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plenary-dialogue/plenary/internal/console"
	"github.com/plenary-dialogue/plenary/internal/worker"
)

// issuer is a transport to an issuer that can be out of reach.
type issuer struct {
	token atomic.Pointer[string] // origin of its token endpoint; nil while it cannot be reached
	asked atomic.Int64
}

func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.asked.Add(1)
	token := i.token.Load()
	if token == nil {
		return nil, errors.New("no route to host")
	}
	text := `{"issuer":"https://id.example","authorization_endpoint":"https://id.example/a","token_endpoint":"` + *token + `/t"}`
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// TestTheConsoleLearnsOfItsIssuer: a server whose issuer cannot be reached serves, tries again, and keeps what it knew.
func TestTheConsoleLearnsOfItsIssuer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages, err := console.New()
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		id := &issuer{}
		a := &App{console: pages, workers: worker.New(log), config: Config{
			Mode: "production", Log: log, HTTP: &http.Client{Transport: id}, Console: Console{SignIn: &SignIn{Issuer: "https://id.example", ClientID: "console"}},
		}}
		want := func(rule string, asked int64, connect string) {
			t.Helper()
			synctest.Wait()
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "connect-src 'self'"+connect+"; ") || id.asked.Load() != asked {
				t.Errorf("%s: asked %d times, and the policy is %q, want %d and %q", rule, id.asked.Load(), got, asked, connect)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		<-a.startSignIn(ctx)
		want("out of reach", 1, "")
		time.Sleep(signInRetry)
		want("still out of reach", 2, "")
		id.token.Store(new("https://token.example"))
		time.Sleep(2 * signInRetry)
		want("within reach", 3, " https://id.example https://token.example")
		id.token.Store(new("https://other.example"))
		time.Sleep(signInRefresh)
		want("an hour later, with another endpoint", 4, " https://id.example https://other.example")
		id.token.Store(nil)
		time.Sleep(signInRefresh)
		want("out of reach again", 5, " https://id.example https://other.example")
		stop()
		a.workers.Wait()
	})
	if tried := (&App{}).startSignIn(t.Context()); tried != nil {
		<-tried
	}
}
