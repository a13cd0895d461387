//go:build unix

package server

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// pending accepts the connections that wait to be accepted.
func pending(l *net.TCPListener) (all []net.Conn) {
	raw, err := l.SyscallConn()
	if err != nil {
		return nil
	}
	_ = raw.Control(func(fd uintptr) { // it fails only on a closed listener, for which nothing waits
		for {
			one, _, err := syscall.Accept(int(fd)) // the listener does not block
			switch {
			case errors.Is(err, syscall.EINTR), errors.Is(err, syscall.ECONNABORTED):
				continue
			case err != nil:
				return
			}
			f := os.NewFile(uintptr(one), "connection")
			if c, err := net.FileConn(f); err == nil {
				all = append(all, c)
			}
			_ = f.Close() // c has a copy
		}
	})
	return all
}
