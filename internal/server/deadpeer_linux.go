package server

import (
	"net"
	"syscall"
	"time"
)

// peerTimeout is how long a peer may leave sent data unacknowledged.
const peerTimeout = 30 * time.Second

const tcpUserTimeout = 0x12 // TCP_USER_TIMEOUT, which package syscall does not name

// dropDeadPeer makes the kernel give up on a client that vanished without closing its connection. Keep-alive detects that
// while nothing is sent. While a heartbeat waits for its acknowledgement only this timeout does: without it the kernel
// retransmits for a quarter of an hour, and the stream and its subscription stay.
func dropDeadPeer(tcp *net.TCPConn) {
	_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3})
	if raw, err := tcp.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(peerTimeout.Milliseconds()))
		})
	}
}
