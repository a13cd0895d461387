package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// The outcomes of an attempt.
const (
	delivered = "DELIVERED"
	failed    = "FAILED"
	blocked   = "BLOCKED" // nothing was sent: the address is not public
)

const (
	// sendWithin bounds a whole attempt: name lookup, connection, request and response.
	sendWithin = 15 * time.Second
	// maxAnswer is how much of a response is read.
	maxAnswer = 64 << 10
)

// errBlocked means that an address may not be dialled.
var errBlocked = errors.New("the address is not public")

// guard refuses addresses that only the server can reach. It checks the very address that is dialled, after the name was
// resolved, so a name that resolves differently the second time is refused as well.
func guard(loopback bool) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" {
			return errBlocked
		}
		switch {
		case loopback && at.Addr().IsLoopback():
			return nil
		case private(at.Addr()) != "" || at.Port() != 443 && at.Port() != 8443:
			return errBlocked
		}
		return nil
	}
}

// sender sends requests and keeps connections. It uses no proxy, follows no redirect and trusts only certificates that chain
// to the roots.
type sender struct {
	client *http.Client
	within time.Duration
}

func newSender(c EngineConfig) *sender {
	dialer := &net.Dialer{Control: guard(c.AllowLoopback), Resolver: c.resolver}
	return &sender{within: c.within, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.roots},
			TLSHandshakeTimeout:    c.within,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // a small response must not become a large one
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: maxAnswer,
		},
	}}
}

// result is what one attempt got.
type result struct {
	at          time.Time
	took        time.Duration
	outcome     string
	status      int    // zero when there was no response
	detail      string // why it failed
	answer      []byte // to a challenge
	retryAfter  time.Duration
	interrupted bool // the server is stopping: the outcome is unknown and does not count
}

// send posts a body. Its headers are set by sign, with the time it is sent at.
func (s *sender) send(ctx context.Context, url string, at time.Time, body []byte, sign func(http.Header), wantAnswer bool) result {
	began := time.Now()
	r := s.exchange(ctx, url, at, body, sign, wantAnswer)
	r.at, r.took = at, time.Since(began)
	r.interrupted = ctx.Err() != nil && r.outcome != delivered
	return r
}

func (s *sender) exchange(ctx context.Context, url string, at time.Time, body []byte, sign func(http.Header), wantAnswer bool) result {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return result{outcome: failed, detail: "the address cannot be used"}
	}
	sign(req.Header)
	resp, err := s.client.Do(req)
	if err != nil {
		return unanswered(err)
	}
	defer resp.Body.Close()
	r := result{outcome: failed, status: resp.StatusCode, retryAfter: retryAfter(resp.Header, at)}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		r.outcome = delivered
	}
	if r.outcome == delivered && !wantAnswer {
		// The status is enough. A short body is read so that the connection can be reused; a long one is not.
		if resp.ContentLength >= 0 && resp.ContentLength <= 4096 {
			_, _ = io.Copy(io.Discard, resp.Body)
		}
		return r
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if r.outcome == delivered {
		r.answer = answer
		if err != nil {
			r.outcome, r.detail = failed, "its response did not end in time"
		}
		return r
	}
	r.detail = statusText(resp.StatusCode)
	if text := snippet(answer); text != "" {
		r.detail += ": " + text
	}
	return r
}

// unanswered says in our own words why there is no response: an error's text may name our resolvers and networks.
func unanswered(err error) result {
	var (
		dns         *net.DNSError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		certificate x509.CertificateInvalidError
		record      tls.RecordHeaderError
		timeout     net.Error
	)
	switch {
	case errors.Is(err, errBlocked):
		return result{outcome: blocked, detail: "nothing was sent: " + errBlocked.Error()}
	case errors.As(err, &dns) && dns.IsNotFound:
		return result{outcome: failed, detail: "the name of the host does not exist"}
	case errors.As(err, &authority), errors.As(err, &hostname), errors.As(err, &certificate):
		return result{outcome: failed, detail: "its certificate is not trusted for this name"}
	case errors.As(err, &record):
		return result{outcome: failed, detail: "it does not speak TLS"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return result{outcome: failed, detail: "it did not answer in time"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return result{outcome: failed, detail: "the connection was refused"}
	case errors.As(err, &dns):
		return result{outcome: failed, detail: "the name of the host cannot be resolved now"}
	}
	return result{outcome: failed, detail: "the connection failed"}
}

// String is for messages of failed tests.
func (r result) String() string { return fmt.Sprintf("%s %d %s", r.outcome, r.status, r.detail) }
