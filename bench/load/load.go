// Package load sends a server requests in a closed loop, or at a constant rate, and records how long each took. It sets no
// limits on the times.
package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Result is what a run of requests took.
type Result struct {
	Latencies  []time.Duration // sorted; an unanswered request counts with its wait until the end
	Unanswered int             // of the requests at a constant rate
	Elapsed    time.Duration
}

// Answered is how many requests were answered.
func (r Result) Answered() int { return len(r.Latencies) - r.Unanswered }

// PerSecond is how many requests were answered per second.
func (r Result) PerSecond() float64 { return float64(r.Answered()) / r.Elapsed.Seconds() }

// Percentile is the shortest time within which p percent of requests were answered; zero without requests.
func (r Result) Percentile(p float64) time.Duration {
	n := len(r.Latencies)
	if n == 0 {
		return 0
	}
	i := int(p/100*float64(n)+0.999999) - 1
	return r.Latencies[min(max(i, 0), n-1)]
}

// Requests returns the n-th request of a client.
type Requests func(client, n int) []byte

// Check checks a response and returns what is wrong with it.
type Check func(body []byte) error

// Run sends requests from a number of clients, each on one connection and one after the other, until the time is over. The
// first wrong response ends it.
func Run(ctx context.Context, addr string, clients int, d time.Duration, requests Requests, check Check) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	took := make([][]time.Duration, clients)
	errs := make([]error, clients)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range clients {
		wg.Go(func() {
			took[i], errs[i] = client(ctx, addr, func(n int) []byte { return requests(i, n) }, check)
			if errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	r := Result{Latencies: slices.Concat(took...), Elapsed: time.Since(began)}
	slices.Sort(r.Latencies)
	return r, errors.Join(errs...)
}

// client is a lean HTTP/1.1 client, because the load uses the same cores as the server.
func client(ctx context.Context, addr string, request func(n int) []byte, check Check) ([]time.Duration, error) {
	c, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	var took []time.Duration
	for n := 0; ctx.Err() == nil; n++ {
		began := time.Now()
		body, err := c.do(request(n))
		if err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
		if err := check(body); err != nil {
			return took, err
		}
	}
	return took, nil
}

// Once sends one request and returns a copy of the response.
func Once(ctx context.Context, addr string, request []byte) ([]byte, error) {
	c, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	return c.do(request)
}

type conn struct {
	conn net.Conn
	r    *bufio.Reader
	body bytes.Buffer
}

func dial(ctx context.Context, addr string) (*conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return newConn(c), nil
}

func newConn(c net.Conn) *conn { return &conn{conn: c, r: bufio.NewReaderSize(c, 64<<10)} }

// do returns the body of the response, which is valid until the next call.
func (c *conn) do(request []byte) ([]byte, error) {
	status, err := c.exchange(request)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("the server answered %d %s: %.300s", status, http.StatusText(status), c.body.Bytes())
	}
	return c.body.Bytes(), nil
}

// Get makes an anonymous GET of a GraphQL query.
func Get(path, query string) []byte {
	return []byte("GET " + path + "?query=" + url.QueryEscape(query) + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n")
}

// Post makes a POST of JSON, with a bearer token if there is one, and with more header lines.
func Post(path, token string, body []byte, header ...string) []byte {
	var b bytes.Buffer
	b.WriteString("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\n")
	if token != "" {
		b.WriteString("Authorization: Bearer " + token + "\r\n")
	}
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n")
	b.Write(body)
	return b.Bytes()
}
