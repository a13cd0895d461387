package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/proc"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// instance is one filled database with the two servers that answer from it.
type instance struct {
	url, devKey string
	data        seed.Data
	token       string
	statements  map[string]int // of Plenary, by scenario
	acts        int            // to be sequenced, to see how fast that is; 0 for none
	sequenced   sequenced
	postgres    *postgres // nil on SQLite, where the database is in the server's process
	ours        *process
	theirs      *process
	admin       string // where profiles of ours can be had
}

// prepare fills the database. It is closed again when this returns: SQLite lets one server in at a time.
func (in *instance) prepare(ctx context.Context, size seed.Size, now time.Time) error {
	began := time.Now()
	s, err := store.Open(ctx, in.url, store.Options{Relaxed: true})
	if err != nil {
		return err
	}
	err = func() error {
		if _, err := s.Migrate(ctx); err != nil {
			return err
		}
		if in.data, err = seed.Fill(ctx, s, size, now); err != nil {
			return err
		}
		return peer.Prepare(ctx, s)
	}()
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if err := in.analyze(ctx); err != nil {
		return err
	}
	progress("filled with %s in %.1f s", size, time.Since(began).Seconds())
	return nil
}

// serve starts both servers.
func (in *instance) serve(ctx context.Context, o options) error {
	args := []string{"serve", "--database", in.url, "--listen", "127.0.0.1:0", "--no-rate-limit", "--dev-key", in.devKey, "--keys", in.devKey + ".keys", "--admin-listen", in.admin}
	var err error
	if in.ours, err = start(ctx, o.plenary, args...); err != nil {
		return err
	}
	in.theirs, err = start(ctx, o.self, "peer", in.url)
	return err
}

func (in *instance) close() error {
	var errs []error
	for _, p := range []*process{in.ours, in.theirs} {
		if p != nil {
			errs = append(errs, p.stop())
		}
	}
	return errors.Join(errs...)
}

// side is one of the two servers, for one scenario.
type side struct {
	process  *process
	requests load.Requests
}

func (in *instance) sides(sc scenario) (ours, theirs side) {
	return side{in.ours, sc.ours(in.data, in.token)}, side{in.theirs, sc.theirs(in.data)}
}

// take measures one side for a while.
func (in *instance) take(ctx context.Context, s side, clients int, d time.Duration) (sample, error) {
	server, database, err := in.cpu(ctx, s.process)
	if err != nil {
		return sample{}, err
	}
	r, err := load.Run(ctx, s.process.addr, clients, d, s.requests, right)
	if err != nil {
		return sample{}, fmt.Errorf("%w\n%s", err, s.process.errs.String())
	}
	if err := ctx.Err(); err != nil {
		return sample{}, err
	}
	serverAfter, databaseAfter, err := in.cpu(ctx, s.process)
	return sample{Result: r, server: serverAfter - server, database: databaseAfter - database}, err
}

func (in *instance) cpu(ctx context.Context, p *process) (server, database time.Duration, err error) {
	s, err := proc.Read(p.pid())
	if err != nil || in.postgres == nil {
		return s.CPU, 0, err
	}
	database, err = in.postgres.cpu(ctx)
	return s.CPU, database, err
}

// freePort finds an address that nobody listens on now.
func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
