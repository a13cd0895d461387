package load

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Flooded is what became of a flood.
type Flooded struct {
	Status map[int]int // responses by status
	Broken int         // requests whose connection broke before the response
}

// Flood sends requests from one address over many connections, each the next as soon as the response to the one before is
// there, whatever it is. It ends with ctx.
func Flood(ctx context.Context, addr, from string, clients int, requests Requests) Flooded {
	all := Flooded{Status: map[int]int{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			one := flood(ctx, addr, from, func(n int) []byte { return requests(i, n) })
			mu.Lock()
			defer mu.Unlock()
			for status, n := range one.Status {
				all.Status[status] += n
			}
			all.Broken += one.Broken
		})
	}
	wg.Wait()
	return all
}

func flood(ctx context.Context, addr, from string, request func(n int) []byte) Flooded {
	f := Flooded{Status: map[int]int{}}
	var c *conn
	defer func() {
		if c != nil {
			_ = c.conn.Close()
		}
	}()
	for n := 0; ctx.Err() == nil; n++ {
		var err error
		if c == nil {
			if c, err = dialFrom(ctx, addr, from); err != nil {
				f.Broken++
				select { // a server that takes no connections is not to be asked in a busy loop
				case <-time.After(time.Second / 20):
				case <-ctx.Done():
				}
				continue
			}
			end := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
			defer end()
		}
		status, err := c.exchange(request(n))
		switch {
		case ctx.Err() != nil:
			return f
		case err != nil:
			f.Broken++
			_ = c.conn.Close()
			c = nil
		default:
			f.Status[status]++
		}
	}
	return f
}

// Ask sends one request from an address, over a new connection, and returns a copy of the response.
func Ask(ctx context.Context, addr, from string, request []byte) (status int, body []byte, err error) {
	c, err := dialFrom(ctx, addr, from)
	if err != nil {
		return 0, nil, err
	}
	defer c.conn.Close()
	status, err = c.exchange(request)
	return status, bytes.Clone(c.body.Bytes()), err
}

func dialFrom(ctx context.Context, addr, from string) (*conn, error) {
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return newConn(c), nil
}

// exchange sends a request and reads the response into c.body.
func (c *conn) exchange(request []byte) (status int, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	c.body.Reset()
	if _, err := io.Copy(&c.body, resp.Body); err != nil {
		return 0, err
	}
	if resp.Close {
		return resp.StatusCode, fmt.Errorf("the server ended the connection with %s", resp.Status)
	}
	return resp.StatusCode, nil
}
