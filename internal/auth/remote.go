package auth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

const (
	refreshEvery = time.Hour
	keepLastGood = 24 * time.Hour
	missPause    = time.Minute     // between two fetches because of unknown kids, which anyone can send
	fetchTimeout = 5 * time.Second // for the whole answer, body included
	maxKeySet    = 1 << 20         // bytes, after decompression
)

// remote is the key set behind a URL. Requests only ever read what was fetched last; fetching is done by run alone.
type remote struct {
	url        string
	issuer     string
	algorithms []string
	client     *http.Client
	clock      clock.Clock
	log        *slog.Logger
	timeout    time.Duration
	wake       chan struct{} // asks run for a fetch; holds one, so that asking never waits

	mu        sync.Mutex
	set       *keySet   // the last good one, nil before the first
	fetchedAt time.Time // of set
	triedAt   time.Time // of the last fetch, good or not
	err       error     // of the last fetch
}

// current gives the keys to use now, or nil when there are none or the last good set is older than 24 hours.
func (r *remote) current() *keySet {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set == nil || r.clock.Now().Sub(r.fetchedAt) > keepLastGood {
		return nil
	}
	return r.set
}

// last gives when the set was fetched and how the last fetch ended.
func (r *remote) last() (fetchedAt time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fetchedAt, r.err
}

// missed asks for a fetch because a token names a key that is not there. It never waits: that token is refused, and the
// next one finds the new key.
func (r *remote) missed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if now.Sub(r.triedAt) < missPause {
		return
	}
	r.triedAt = now
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// run refreshes the set every hour and when asked, until the context ends.
func (r *remote) run(ctx context.Context) {
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-r.wake:
		}
		r.refresh(ctx)
	}
}

// refresh fetches the set and keeps it if it is good. An answer that is well-formed counts even if no key in it is fit:
// the provider has then withdrawn the others.
func (r *remote) refresh(ctx context.Context) {
	r.mu.Lock()
	r.triedAt = r.clock.Now()
	r.mu.Unlock()

	set, err := r.fetch(ctx)
	if err != nil && ctx.Err() == nil {
		r.log.WarnContext(ctx, "key set not refreshed", "issuer", r.issuer, "error", err)
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
	if err == nil {
		r.set, r.fetchedAt = set, r.clock.Now()
	}
}

func (r *remote) fetch(ctx context.Context) (*keySet, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch key set: %w", err)
	}
	request.Close = true // once an hour is no reason to hold a connection, and nothing is left behind after Close
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch key set: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch key set: status %d", response.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxKeySet+1))
	if err != nil {
		return nil, fmt.Errorf("fetch key set: %w", err)
	}
	if len(raw) > maxKeySet {
		return nil, fmt.Errorf("fetch key set: more than %d bytes", maxKeySet)
	}
	set, err := parseJWKS(raw, r.algorithms)
	if err != nil {
		return nil, fmt.Errorf("fetch key set: %w", err)
	}
	return set, nil
}

// fetchClient is a client that follows no redirect and keeps no cookie, whatever the one it is made from does.
func fetchClient(from *http.Client) *http.Client {
	c := http.Client{}
	if from != nil {
		c.Transport, c.Timeout = from.Transport, from.Timeout
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
