package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Subscribers are connected subscribers. One goroutine reads all of their connections, through epoll, to leave the machine's
// processors to the server.
type Subscribers struct {
	cfg    Config
	epoll  int
	conns  []*conn
	began  time.Time
	sent   []atomic.Int64 // when each event was sent, since began
	stop   context.CancelFunc
	done   chan struct{}
	failed error // why reading ended

	mu        sync.Mutex
	latencies Latencies
	order     []int  // the events in the order in which the fastest subscription got them
	known     []bool // whether an event is in order
	seen      []int  // how many events each subscription has seen
	complete  int    // subscriptions that have seen target events
	target    int
	reached   chan struct{}
}

// conn is one connection.
type conn struct {
	file  *os.File
	fd    int
	first int    // its first subscription
	rest  []byte // the beginning of an incomplete frame
}

// pollInterval is the pause between two polls; it is part of the measured times.
const pollInterval = 2 * time.Millisecond

// dialers is how many connect at once: servers limit the unauthenticated connections from one address.
const dialers = 8

// Open connects everybody and subscribes.
func Open(ctx context.Context, cfg Config) (*Subscribers, error) {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("watch connections: %w", err)
	}
	c := &Subscribers{
		cfg: cfg, epoll: epoll, conns: make([]*conn, cfg.Connections), began: time.Now(), sent: make([]atomic.Int64, cfg.Events),
		done: make(chan struct{}), seen: make([]int, cfg.Subscriptions()), known: make([]bool, cfg.Events), reached: make(chan struct{}),
	}
	errs := make([]error, dialers)
	var wg sync.WaitGroup
	for d := range dialers {
		wg.Go(func() {
			for i := d; i < cfg.Connections && errs[d] == nil && ctx.Err() == nil; i += dialers {
				errs[d] = c.connect(ctx, i)
			}
		})
	}
	wg.Wait()
	ctx, c.stop = context.WithCancel(ctx)
	go c.read(ctx)
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close closes all connections.
func (c *Subscribers) Close() {
	c.stop()
	<-c.done
	for _, one := range c.conns {
		if one != nil {
			_ = one.file.Close()
		}
	}
	_ = syscall.Close(c.epoll)
}

func (c *Subscribers) connect(ctx context.Context, i int) error {
	// Spread over several source addresses: one has ports for 28,000 connections.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%8))}, Timeout: 30 * time.Second}
	nc, err := d.DialContext(ctx, "tcp", c.cfg.Address)
	if err != nil {
		return fmt.Errorf("connection %d: %w", i, err)
	}
	defer nc.Close() // the connection lives on in a copy that Go's own poller does not watch
	if err := nc.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	r := bufio.NewReaderSize(nc, 4096)
	token := c.cfg.Tokens[i%len(c.cfg.Tokens)]
	if c.cfg.Stream {
		err = c.openStream(nc, r, token)
	} else {
		err = c.openSocket(nc, r, token)
	}
	if err != nil {
		return fmt.Errorf("connection %d: %w", i, err)
	}
	file, err := nc.(*net.TCPConn).File()
	if err != nil {
		return err
	}
	one := &conn{file: file, fd: int(file.Fd()), first: i * c.cfg.Each}
	if n := r.Buffered(); n > 0 {
		early, _ := r.Peek(n)
		one.rest = bytes.Clone(early)
	}
	c.conns[i] = one
	if err := syscall.SetNonblock(one.fd, true); err != nil {
		return err
	}
	return syscall.EpollCtl(c.epoll, syscall.EPOLL_CTL_ADD, one.fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)})
}

func (c *Subscribers) openSocket(nc net.Conn, r *bufio.Reader, token string) error {
	_, err := fmt.Fprintf(nc, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n", c.cfg.Path, c.cfg.Address)
	if err != nil {
		return err
	}
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // it is empty: frames follow
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("status %d for an upgrade", resp.StatusCode)
	}
	hello, err := json.Marshal(map[string]any{"type": "connection_init", "payload": map[string]string{"Authorization": "Bearer " + token}})
	if err != nil {
		return err
	}
	if _, err := nc.Write(frame(1, hello)); err != nil {
		return err
	}
	for {
		_, text, err := readFrame(r)
		if err != nil {
			return err
		}
		if bytes.Contains(text, []byte("connection_ack")) {
			break
		}
		if !bytes.Contains(text, []byte("ping")) {
			return fmt.Errorf("the server says %q", text)
		}
	}
	var all []byte
	for i := range c.cfg.Each {
		text, err := json.Marshal(map[string]any{"id": strconv.Itoa(i), "type": "subscribe", "payload": map[string]string{"query": c.cfg.Query}})
		if err != nil {
			return err
		}
		all = append(all, frame(1, text)...)
	}
	_, err = nc.Write(all)
	return err
}

func readFrame(r *bufio.Reader) (kind byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := int(head[1])
	if n == 126 {
		var long [2]byte
		if _, err := io.ReadFull(r, long[:]); err != nil {
			return 0, nil, err
		}
		n = int(binary.BigEndian.Uint16(long[:]))
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0] & 15, payload, err
}

// frame makes a client's frame; the mask of zeros leaves the text unchanged.
func frame(kind byte, text []byte) []byte {
	b := []byte{0x80 | kind}
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	return append(append(b, 0, 0, 0, 0), text...)
}

func (c *Subscribers) openStream(nc net.Conn, r *bufio.Reader, token string) error {
	body, err := json.Marshal(map[string]string{"query": c.cfg.Query})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(nc, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\n\r\n%s", c.cfg.Path, c.cfg.Address, token, len(body), body)
	if err != nil {
		return err
	}
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.Contains(status, " 200 ") {
		return fmt.Errorf("the server says %q", status)
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "\r\n" {
			return nil
		}
	}
}

// Sent records that an event is about to be sent.
func (c *Subscribers) Sent(n int) { c.sent[n].Store(int64(time.Since(c.began))) }

// Await waits until every subscription has seen n events, and returns the times of all.
func (c *Subscribers) Await(ctx context.Context, n int) (*Latencies, error) {
	c.mu.Lock()
	c.target, c.complete = n, 0
	for _, seen := range c.seen {
		if seen >= n {
			c.complete++
		}
	}
	if c.complete == len(c.seen) {
		close(c.reached)
	}
	c.mu.Unlock()
	select {
	case <-c.reached:
	case <-c.done:
		return nil, c.failed
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		return nil, fmt.Errorf("%d of %d subscriptions have seen all %d events: %w", c.complete, len(c.seen), n, ctx.Err())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.latencies
	return &all, nil
}

func (c *Subscribers) read(ctx context.Context) {
	defer close(c.done)
	events := make([]syscall.EpollEvent, 1024)
	buf := make([]byte, 1<<20)
	for ctx.Err() == nil {
		// Poll, because a wake-up for each of thousands of messages would cost the writer more than the write.
		time.Sleep(pollInterval)
		n, err := syscall.EpollWait(c.epoll, events, 0)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			c.failed = err
			return
		}
		c.mu.Lock()
		for _, e := range events[:max(n, 0)] {
			if c.failed = c.readOne(c.conns[e.Fd], buf); c.failed != nil {
				c.failed = fmt.Errorf("connection %d: %w", e.Fd, c.failed)
				c.mu.Unlock()
				return
			}
		}
		c.mu.Unlock()
	}
}

func (c *Subscribers) readOne(one *conn, buf []byte) error {
	have := copy(buf, one.rest)
	n, err := syscall.Read(one.fd, buf[have:])
	switch {
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return nil
	case err != nil:
		return err
	case n == 0:
		return errors.New("the server closed the connection")
	}
	now := time.Since(c.began)
	b := buf[:have+n]
	var used int
	if c.cfg.Stream {
		used, err = c.chunks(one, b, now)
	} else {
		used, err = c.frames(one, b, now)
	}
	one.rest = append(one.rest[:0], b[used:]...)
	return err
}

// frames reads whole frames, and returns where they end.
func (c *Subscribers) frames(one *conn, b []byte, now time.Duration) (used int, err error) {
	for {
		f := b[used:]
		if len(f) < 2 {
			return used, nil
		}
		from, n := 2, int(f[1])
		switch {
		case n == 126 && len(f) < 4, n == 127 && len(f) < 10:
			return used, nil
		case n == 126:
			from, n = 4, int(binary.BigEndian.Uint16(f[2:]))
		case n == 127:
			from, n = 10, int(binary.BigEndian.Uint64(f[2:]))
		}
		if len(f) < from+n {
			return used, nil
		}
		text := f[from : from+n]
		used += from + n
		switch f[0] & 15 {
		case 1:
			err = c.text(one, text, now)
		case 8:
			err = fmt.Errorf("the server closes: %q", text)
		case 9:
			_, err = syscall.Write(one.fd, frame(10, text))
		}
		if err != nil {
			return used, err
		}
	}
}

func (c *Subscribers) text(one *conn, text []byte, now time.Duration) error {
	if bytes.HasPrefix(text, []byte(`{"type":"ping"`)) {
		_, err := syscall.Write(one.fd, frame(1, []byte(`{"type":"pong"}`)))
		return err
	}
	_, id, ok := bytes.Cut(text[:min(len(text), 40)], []byte(`"id":"`))
	digits, _, ok2 := bytes.Cut(id, []byte(`"`))
	sub, err := strconv.Atoi(string(digits))
	if !ok || !ok2 || err != nil {
		return fmt.Errorf("the server says %q", text)
	}
	return c.event(one.first+sub, text, now)
}

// chunks reads whole chunks of a stream. A chunk contains whole events, because our servers write them so.
func (c *Subscribers) chunks(one *conn, b []byte, now time.Duration) (used int, err error) {
	for {
		line, rest, ok := bytes.Cut(b[used:], []byte("\r\n"))
		if !ok {
			return used, nil
		}
		n, err := strconv.ParseInt(string(line), 16, 64)
		if err != nil {
			return used, fmt.Errorf("a chunk begins %q", line)
		}
		if int64(len(rest)) < n+2 {
			return used, nil
		}
		used += len(line) + 2 + int(n) + 2
		for _, e := range bytes.Split(rest[:n], []byte("\n\n")) {
			if !bytes.HasPrefix(e, []byte("event: ")) {
				continue
			}
			if err := c.event(one.first, e, now); err != nil {
				return used, err
			}
		}
	}
}

// event checks that an event is the next of its subscription, and counts it. Several goroutines send events, so their order
// is the log's; it is the same for all subscriptions.
func (c *Subscribers) event(sub int, text []byte, now time.Duration) error {
	at := bytes.Index(text, []byte(mark))
	if at < 0 || len(text) < at+len(mark)+8 {
		return fmt.Errorf("subscription %d: %q", sub, text)
	}
	n, err := strconv.Atoi(string(text[at+len(mark) : at+len(mark)+8]))
	if err != nil || n >= len(c.sent) {
		return fmt.Errorf("subscription %d: %q", sub, text)
	}
	switch i := c.seen[sub]; {
	case i < len(c.order) && c.order[i] != n:
		return fmt.Errorf("subscription %d got event %d, want %d", sub, n, c.order[i])
	case i == len(c.order) && c.known[n]:
		return fmt.Errorf("subscription %d got event %d twice", sub, n)
	case i == len(c.order):
		c.order, c.known[n] = append(c.order, n), true
	}
	c.seen[sub]++
	c.latencies.add(now - time.Duration(c.sent[n].Load()))
	if c.seen[sub] == c.target {
		if c.complete++; c.complete == len(c.seen) {
			close(c.reached)
		}
	}
	return nil
}
