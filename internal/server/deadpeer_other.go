//go:build !linux

package server

import (
	"context"
	"net"
	"time"
)

// dropDeadPeers detects a client that vanished without closing its connection, by keep-alive.
func dropDeadPeers(ctx context.Context, c net.Conn) context.Context {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3})
	}
	return ctx
}
