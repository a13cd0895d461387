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
	missPause    = time.Minute     // between two fetches for unknown kids, because anyone can send those
	fetchTimeout = 5 * time.Second // for the whole response, body included
	maxKeySet    = 1 << 20         // bytes, after decompression
)

// remote is a key set that is fetched from a URL. Requests only read what was fetched last; only Start and run fetch.
type remote struct {
	url        string
	issuer     string
	algorithms []string
	client     *http.Client
	clock      clock.Clock
	log        *slog.Logger
	timeout    time.Duration
	wake       chan struct{} // makes run fetch; buffered, so that a sender never waits

	mu        sync.Mutex
	set       *keySet   // the last good one, nil before the first
	fetchedAt time.Time // when set was fetched
	triedAt   time.Time // when the last fetch began, successful or not
	err       error     // of the last fetch
}

// current returns the keys to use now, or nil if there are none or the last good set is older than 24 hours.
func (r *remote) current() *keySet {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set == nil || r.clock.Now().Sub(r.fetchedAt) > keepLastGood {
		return nil
	}
	return r.set
}

// last returns when the set was fetched and the error of the last fetch.
func (r *remote) last() (fetchedAt time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fetchedAt, r.err
}

// missed requests a fetch because a token names an unknown key. It never waits: that token is refused, and the next one
// finds the new key.
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

// run refreshes the set every hour and on request, until the context ends.
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

// refresh fetches the set and keeps it if it is good. A well-formed set is kept even if no key in it is fit: the provider
// has then withdrawn the others.
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
	request.Close = true // one request an hour does not need an open connection, and Close then leaves none
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

// fetchClient returns a client that follows no redirect and keeps no cookie, whatever the given one does.
func fetchClient(from *http.Client) *http.Client {
	c := http.Client{}
	if from != nil {
		c.Transport, c.Timeout = from.Transport, from.Timeout
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
