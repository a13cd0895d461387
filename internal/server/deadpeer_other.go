//go:build !linux

package server

import (
	"net"
	"time"
)

// dropDeadPeer detects a client that vanished without closing its connection, by keep-alive.
func dropDeadPeer(tcp *net.TCPConn) {
	_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3})
}
