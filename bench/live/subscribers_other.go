//go:build !linux

package live

import (
	"context"
	"errors"
)

// Subscribers needs Linux.
type Subscribers struct{}

var errLinux = errors.New("the load generator needs epoll, which only Linux has")

// Open fails.
func Open(context.Context, Config) (*Subscribers, error) { return nil, errLinux }

// Close does nothing.
func (*Subscribers) Close() {}

// Sent does nothing.
func (*Subscribers) Sent(int) {}

// Await fails.
func (*Subscribers) Await(context.Context, int) (*Latencies, error) { return nil, errLinux }
