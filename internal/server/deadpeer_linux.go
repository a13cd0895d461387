package server

import (
	"context"
	"net"
	"syscall"
	"time"
)

// peerTimeout is how long a peer may leave what we sent unacknowledged.
const peerTimeout = 30 * time.Second

const tcpUserTimeout = 0x12 // TCP_USER_TIMEOUT, which package syscall does not name

// dropDeadPeers makes the kernel give up on a client that vanished without a word. Keep-alive finds it when nothing is
// sent; while a heartbeat is under way only this timeout does, and otherwise retransmission goes on for a quarter of an
// hour, holding a stream and its subscription.
func dropDeadPeers(ctx context.Context, c net.Conn) context.Context {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return ctx
	}
	_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3})
	if raw, err := tcp.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(peerTimeout.Milliseconds()))
		})
	}
	return ctx
}
