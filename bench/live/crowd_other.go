//go:build !linux

package live

import (
	"context"
	"errors"
)

// Crowd needs Linux.
type Crowd struct{}

var errLinux = errors.New("a crowd of subscribers needs epoll, which is Linux's")

// Open fails.
func Open(context.Context, Config) (*Crowd, error) { return nil, errLinux }

// Close does nothing.
func (*Crowd) Close() {}

// Sent does nothing.
func (*Crowd) Sent(int) {}

// Await fails.
func (*Crowd) Await(context.Context, int) (*Latencies, error) { return nil, errLinux }
