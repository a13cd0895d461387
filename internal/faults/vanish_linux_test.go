//go:build faults

package faults_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// vanishing dials connections whose client can vanish: from then on the kernel drops whatever arrives and acknowledges
// nothing, as when a telephone loses its network.
type vanishing struct {
	mu    sync.Mutex
	conns []net.Conn
}

func (v *vanishing) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, addr)
	if err == nil {
		v.mu.Lock()
		v.conns = append(v.conns, conn)
		v.mu.Unlock()
	}
	return conn, err
}

// close closes the sockets that are still open.
func (v *vanishing) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, conn := range v.conns {
		_ = conn.Close()
	}
}

func (v *vanishing) vanish() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	program := unix.SockFprog{Len: uint16(len(drop)), Filter: &drop[0]}
	for _, conn := range v.conns {
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			return err
		}
		var set error
		err = raw.Control(func(fd uintptr) {
			set = unix.SetsockoptSockFprog(int(fd), syscall.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
		})
		if err := errors.Join(err, set); err != nil {
			return fmt.Errorf("drop incoming packets: %w", err)
		}
	}
	return nil
}

// F25: clients vanish while they are subscribed, and in the middle of a response. Within a minute the server has released
// all their resources.
func TestClientsThatVanishAreReleased(t *testing.T) {
	t.Parallel()
	long(t)
	w := onPostgres(t, commonCluster(t)).serve(1)
	server := w.replicas[0]
	c := w.startLoad(2, func(c *generator) { c.pause = 50 * time.Millisecond })
	c.more(40)
	before := server.goroutines()
	gone := &vanishing{}
	client := &http.Client{Transport: &http.Transport{DialContext: gone.DialContext}}
	ctx, cancel := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	defer clients.Wait()
	defer gone.close()
	defer cancel()
	const each = 15 // a subject may have 20 sockets
	place := w.place(server)
	for range each {
		conn, err := dial(ctx, server.address(), client)
		if err != nil {
			t.Fatal(err)
		}
		if err := subscribe(ctx, conn, w.token("auditor"), followActs, nil); err != nil {
			t.Fatal(err)
		}
		clients.Go(func() {
			_ = streamOver(ctx, client, server.address(), w.token("auditor"), followActs, nil, func([]byte) error { return nil })
		})
	}
	until(t, waitLimit, "all subscribe", func() bool {
		return server.gauge("plenary_sockets") == each && server.gauge("plenary_streams") == each
	})
	for range each { // a response of some size, to a client that is gone when it arrives
		clients.Go(func() {
			_, _ = askOver(ctx, client, server.address(), w.token("auditor"),
				`query($id: ID!){dialogue(id: $id){comments(first: 100){nodes{body author{name}}}}}`, map[string]any{"id": place})
		})
	}
	if err := gone.vanish(); err != nil {
		t.Fatal(err)
	}
	vanished := time.Now()
	until(t, waitLimit, "the server has released them", func() bool {
		return server.gauge("plenary_sockets") == 0 && server.gauge("plenary_streams") == 0 && server.goroutines() <= before+10
	})
	t.Logf("all released %v after they vanished; %d goroutines before, %d now", time.Since(vanished).Round(time.Second), before, server.goroutines())
	w.check(c.stop())
}
