//go:build !unix

package server

import "net"

// pending accepts nothing where it would block.
func pending(*net.TCPListener) []net.Conn { return nil }
