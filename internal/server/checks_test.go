package server_test

import (
	"context"
	"errors"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/server"
)

var checks = []server.Check{
	{Name: "cache", Func: func(context.Context) error { return nil }},
	{Name: "database", Func: func(context.Context) error { return fault.New(fault.Unavailable, "migrations are pending") }},
	{Name: "keys", Func: func(context.Context) error { return errors.New("dial tcp 10.0.0.7:443") }},
}
