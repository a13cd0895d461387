package store

import "syscall"

const tcpUserTimeout = 0x12 // TCP_USER_TIMEOUT, which package syscall does not name

// giveUpDeadPeers bounds how long the kernel retransmits data that the peer does not acknowledge.
func giveUpDeadPeers(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	return c.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(deadPeer.Milliseconds()))
	})
}
