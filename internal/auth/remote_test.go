package auth

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

// provider is a fake identity provider whose response can be changed while it runs.
type provider struct {
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  int
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	answer := p.answer
	p.asked++
	p.mu.Unlock()
	answer(w, r)
}

func (p *provider) set(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *provider) timesAsked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func publishes(raw []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(raw) }
}

func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// remoteVerifier makes a verifier that fetches from the URL, and returns its only key set, to be refreshed by hand.
func remoteVerifier(t *testing.T, c clock.Clock, url string, client *http.Client) (*Verifier, *remote) {
	t.Helper()
	i := testIssuer(edSigner)
	remoteKeys(url)(&i)
	v, err := NewVerifier(Config{Issuers: []Issuer{i}, Clock: c, HTTPClient: client})
	if err != nil {
		t.Fatal(err)
	}
	return v, v.issuers[0].remote
}

// tokenAt is a valid token from the signer, for one minute from a given time.
func tokenAt(t *testing.T, s signer, at time.Time) string {
	t.Helper()
	return s.token(t, goodClaims("iat", at.Unix(), "exp", at.Unix()+60))
}

// F26: whatever a provider answers, the last good set is used for 24 hours and no longer.
func TestProviderFails(t *testing.T) {
	good := keySetOfSigners(edSigner)
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	_, _ = zip.Write(append(bytes.Repeat([]byte(" "), 2*maxKeySet), good...))
	_ = zip.Close()

	for _, row := range []struct {
		rule   string
		answer http.HandlerFunc // nil when the provider is switched off
		reason string
	}{
		{"down", nil, "connection refused"},
		{"slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "deadline exceeded"},
		{"slow after the first byte", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			panic(http.ErrAbortHandler) // otherwise the server would end the body properly
		}, "deadline exceeded"},
		{"failing", answers(http.StatusInternalServerError), "status 500"},
		{"without a body", answers(http.StatusNoContent), "status 204"},
		{"talking garbage", publishes([]byte("\x00\x01garbage")), "one JSON value"},
		{"talking to humans", publishes([]byte("<html>down for maintenance</html>")), "one JSON value"},
		{"cut short", publishes(good[:len(good)-1]), "one JSON value"},
		{"huge", publishes(append(bytes.Repeat([]byte(" "), maxKeySet), good...)), "more than"},
		{"huge once unpacked", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped.Bytes())
		}, "more than"},
		{"redirecting", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/keys" {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			_, _ = w.Write(good)
		}, "status 302"},
		{"publishing an ambiguous set", publishes(keySetOf(edSigner.publicJWK(), other.publicJWK("kid", "ed-1"))), "one kid"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			p := &provider{answer: publishes(good)}
			server := httptest.NewTLSServer(p)
			defer server.Close()
			at := clock.NewFixed(noon)
			v, r := remoteVerifier(t, at, server.URL+"/keys", server.Client())
			r.refresh(t.Context())
			checkAccepted(t, v, tokenAt(t, edSigner, noon))

			asked := p.timesAsked()
			p.set(row.answer)
			if row.answer == nil {
				server.Close()
			}
			if strings.HasPrefix(row.rule, "slow") {
				r.timeout = 50 * time.Millisecond
			}
			at.Advance(keepLastGood)
			r.refresh(t.Context())
			if h := v.Health()[0]; h.Err == nil || !strings.Contains(h.Err.Error(), row.reason) || !h.Ready() || !h.FetchedAt.Equal(noon) {
				t.Errorf("Health = %+v, want the set from noon and an error about %q", h, row.reason)
			}
			if p.timesAsked() > asked+1 {
				t.Errorf("asked %d times, want once", p.timesAsked()-asked)
			}
			checkAccepted(t, v, tokenAt(t, edSigner, at.Now()))

			at.Advance(time.Microsecond)
			checkRefused(t, v, tokenAt(t, edSigner, at.Now()), "fresh enough")
			if v.Health()[0].Ready() {
				t.Error("Ready = true with a set older than 24 hours")
			}
		})
	}
}

func TestProviderWithAnUntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(&provider{answer: publishes(keySetOfSigners(edSigner))})
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would complain about the handshake
	server.StartTLS()
	defer server.Close()
	v, r := remoteVerifier(t, clock.NewFixed(noon), server.URL, &http.Client{})
	r.refresh(t.Context())
	if h := v.Health()[0]; h.Err == nil || !strings.Contains(h.Err.Error(), "certificate") || h.Ready() {
		t.Errorf("Health = %+v, want an error about the certificate", h)
	}
}

// A63: one refresh makes the new key valid and the old one invalid.
func TestKeyRotation(t *testing.T) {
	for _, row := range []struct {
		rule             string
		published        []byte
		oldGood, newGood bool
	}{
		{"a new key beside the old one is valid", keySetOfSigners(edSigner, other), true, true},
		{"an old key that is withdrawn is no longer valid", keySetOfSigners(other), false, true},
		{"an empty set withdraws every key", []byte(`{"keys":[]}`), false, false},
		{"a set of unfit keys withdraws every other", keySetOf(edSigner.publicJWK("use", "enc")), false, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			p := &provider{answer: publishes(keySetOfSigners(edSigner))}
			server := httptest.NewTLSServer(p)
			defer server.Close()
			v, r := remoteVerifier(t, clock.NewFixed(noon), server.URL, server.Client())
			r.refresh(t.Context())
			old := tokenAt(t, edSigner, noon)
			if _, err := v.Verify(t.Context(), old); err != nil { // from now on its signature is known
				t.Fatal(err)
			}
			p.set(publishes(row.published))
			r.refresh(t.Context())
			_, oldErr := v.Verify(t.Context(), old)
			_, newErr := v.Verify(t.Context(), tokenAt(t, other, noon))
			if (oldErr == nil) != row.oldGood || (newErr == nil) != row.newGood {
				t.Errorf("old key: %v, new key: %v, want accepted %v and %v", oldErr, newErr, row.oldGood, row.newGood)
			}
		})
	}
}

// A token whose signature is known still ends, and can be revoked.
func TestAKnownTokenIsAskedAgain(t *testing.T) {
	at, revoked := clock.NewFixed(noon), false
	v, err := NewVerifier(Config{
		Issuers: []Issuer{testIssuer(edSigner)}, Clock: at,
		Revoked: func(context.Context, Identity) (bool, error) { return revoked, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	token := tokenAt(t, edSigner, noon)
	for range 2 {
		if _, err := v.Verify(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	revoked = true
	if _, err := v.Verify(t.Context(), token); err == nil || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("once revoked: %v, want a refusal that says so", err)
	}
	revoked = false
	at.Advance(2 * time.Minute)
	if _, err := v.Verify(t.Context(), token); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("after its end: %v, want a refusal that says so", err)
	}
}

func TestUnknownKidsAskOnceAMinute(t *testing.T) {
	at := clock.NewFixed(noon)
	_, r := remoteVerifier(t, at, "https://id.example/keys", nil)
	r.missed()
	<-r.wake
	at.Advance(missPause - time.Microsecond)
	if r.missed(); len(r.wake) != 0 {
		t.Error("asked again within the minute, before the refresh has even begun")
	}
	at.Advance(time.Microsecond)
	if r.missed(); len(r.wake) != 1 {
		t.Error("not asked again after a minute")
	}
}

// F26: a token with an unknown kid does not wait for a slow provider, which gets only one request.
func TestUnknownKidDoesNotWait(t *testing.T) {
	p := &provider{answer: publishes(keySetOfSigners(edSigner))}
	server := httptest.NewTLSServer(p)
	defer server.Close()
	at := clock.NewFixed(noon)
	v, _ := remoteVerifier(t, at, server.URL, server.Client())
	v.Start(t.Context())
	defer v.Close()

	thinking, enough := make(chan struct{}), make(chan struct{})
	p.set(func(http.ResponseWriter, *http.Request) { close(thinking); <-enough })
	defer close(enough)
	at.Advance(missPause)
	checkRefused(t, v, tokenAt(t, other, at.Now()), "no key")
	<-thinking // a second request would close this channel again, and panic
	for range 100 {
		checkRefused(t, v, tokenAt(t, other, at.Now()), "no key")
		checkAccepted(t, v, tokenAt(t, edSigner, at.Now()))
	}
}

// Several days of a provider, on synctest's fake clock: Sleep takes no time, and the test fails if Close leaves a goroutine
// running.
func TestProviderOverDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{answer: answers(http.StatusServiceUnavailable)}
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			recorder := httptest.NewRecorder()
			p.ServeHTTP(recorder, r)
			return recorder.Result(), nil
		})}
		v, _ := remoteVerifier(t, clock.System{}, "https://id.example/keys", client)
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		old := func() string { return tokenAt(t, edSigner, time.Now()) }
		fresh := func() string { return tokenAt(t, other, time.Now()) }

		v.Start(t.Context())
		v.Start(t.Context()) // does nothing
		checkRefused(t, v, old(), "fresh enough")

		p.set(publishes(keySetOfSigners(edSigner)))
		pass(missPause)
		checkRefused(t, v, old(), "fresh enough") // but it wakes the refresh
		pass(0)
		checkAccepted(t, v, old())

		p.set(publishes(keySetOfSigners(other)))
		pass(refreshEvery - missPause) // an hour after Start
		checkAccepted(t, v, fresh())
		checkRefused(t, v, old(), "no key")

		before := p.timesAsked()
		p.set(answers(http.StatusInternalServerError))
		for range 1000 {
			checkRefused(t, v, old(), "no key")
			pass(time.Second)
		}
		if asked := p.timesAsked() - before; asked > 1000/60+1 {
			t.Errorf("a thousand unknown kids asked the provider %d times, want once a minute", asked)
		}
		pass(keepLastGood - 1001*time.Second)
		checkAccepted(t, v, fresh())
		pass(2 * time.Second)
		checkRefused(t, v, fresh(), "fresh enough")

		v.Close()
		p.set(publishes(keySetOfSigners(other)))
		pass(2 * refreshEvery)
		checkRefused(t, v, fresh(), "fresh enough")
	})
}

func TestStartEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		v, _ := remoteVerifier(t, clock.System{}, "https://id.example/keys", client)
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		v.Start(ctx)
		if took := time.Since(began); took != fetchTimeout {
			t.Errorf("Start took %v with a provider that does not answer, want %v", took, fetchTimeout)
		}
		cancel()
		synctest.Wait()
		v.Close()
	})
}
