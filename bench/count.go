package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// count runs each scenario in this process, to count the statements of one request. It also makes the token for the votes,
// and fills the log for the proofs.
func (in *instance) count(ctx context.Context) error {
	var mu sync.Mutex
	var seen []string
	a, err := app.Open(ctx, app.Config{
		Database: in.url, Mode: "dev", DevKey: in.devKey, Keys: in.devKey + ".keys", Rates: server.Rates{Off: true}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Store: store.Options{Observe: func(sql string) {
			mu.Lock()
			defer mu.Unlock()
			if len(seen) < 1000 {
				seen = append(seen, sql)
			}
		}},
	})
	if err != nil {
		return err
	}
	defer a.Close()
	who := auth.Identity{Subject: "bench", Roles: []string{"customer"}, Stakeholder: typeid.New("stakeholder", in.data.Voter).String()}
	if in.token, err = a.Dev.Mint(who, time.Hour); err != nil {
		return err
	}
	firm := auth.Identity{Subject: "bench firm", Roles: []string{"firm"}, Stakeholder: typeid.New("stakeholder", in.data.Firm).String()}
	if in.firmToken, err = a.Dev.Mint(firm, time.Hour); err != nil {
		return err
	}
	in.statements = map[string]int{}
	for _, sc := range scenarios {
		if sc.saves && len(in.data.Assessments) == 0 {
			continue
		}
		if sc.proof && in.acts == 0 {
			continue
		}
		if sc.proof {
			if err := in.sequenceAndProve(ctx, a); err != nil {
				return fmt.Errorf("the log: %w", err)
			}
		}
		requests := sc.ours(in)
		for range 2 { // the first request of a viewer creates its member
			mu.Lock()
			seen = nil
			mu.Unlock()
			if err := ask(a.Server.Handler(), requests(0, 0)); err != nil {
				return fmt.Errorf("%s: %w", sc.name, err)
			}
		}
		mu.Lock()
		in.statements[sc.name] = len(seen)
		mu.Unlock()
	}
	return in.scoreAll(ctx, a)
}

// ask passes a request to a handler without a network.
func ask(h http.Handler, request []byte) error {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return err
	}
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("status %d: %.300s", w.Code, w.Body.Bytes())
	}
	return right(w.Body.Bytes())
}

// right refuses a response that reports a failure. Its content is compared once, before the measurements.
func right(answer []byte) error {
	if !bytes.HasPrefix(answer, []byte(`{"data":{`)) || bytes.Contains(answer, []byte(`"userErrors":[{`)) {
		return fmt.Errorf("the response is wrong: %.500s", answer)
	}
	return nil
}
