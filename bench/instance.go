package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/proc"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// instance is one filled database with its servers.
type instance struct {
	url, devKey string
	data        seed.Data
	token       string
	firmToken   string // of a member of the firm with the assessments
	saved       *saves
	template    *questionnaire.Template
	size        seed.Size
	scorings    int // how often to score all assessments
	scored      []scored
	statements  map[string]int // of Plenary, by scenario
	acts        int            // acts to add to the log, to measure that and proofs
	sequenced   sequenced
	proofs      proofs
	provable    provable
	page        []uuid.UUID // the comments on the nested page
	postgres    *postgres   // nil on SQLite, which runs in the server's process
	ours        *process
	cached      *process // Plenary with its cache; nil for none
	theirs      *process
	graphile    *process // PostGraphile; nil for none
	admin       string   // address for profiles of ours
}

// prepare fills the database and closes it again, because SQLite allows only one server at a time.
func (in *instance) prepare(ctx context.Context, size seed.Size, now time.Time) error {
	began := time.Now()
	s, err := store.Open(ctx, in.url, store.Options{Relaxed: true})
	if err != nil {
		return err
	}
	if _, err = s.Migrate(ctx); err == nil {
		err = peer.Prepare(ctx, s)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if in.data, err = seed.Fill(ctx, in.url, size, now); err != nil {
		return err
	}
	in.saved, in.template, in.size = newSaves(in.data), size.Template, size
	if err := in.analyze(ctx, size); err != nil {
		return err
	}
	progress("filled with %s in %.1f s", size, time.Since(began).Seconds())
	return nil
}

// serve starts all servers.
func (in *instance) serve(ctx context.Context, o options) error {
	var err error
	if in.ours, err = in.start(ctx, o, append(o.uncached(), "--admin-listen", in.admin)...); err != nil {
		return err
	}
	if in.theirs, err = start(ctx, o.self, "peer", in.url); err != nil || in.postgres == nil {
		return err // SQLite allows only one server of ours, and PostGraphile does not support it
	}
	if o.caches {
		if in.cached, err = in.start(ctx, o, "-"+cacheFlag, fmt.Sprint(cacheBytes)); err != nil {
			return err
		}
	}
	if o.graphile != nil {
		in.graphile, err = o.graphile.start(ctx, in.url)
	}
	return err
}

// start starts a server of ours.
func (in *instance) start(ctx context.Context, o options, more ...string) (*process, error) {
	args := []string{
		"serve", "--database", in.url, "--listen", "127.0.0.1:0", "--no-rate-limit", "--dev-key", in.devKey, "--keys", in.devKey + ".keys",
	}
	if !slices.Contains(more, "--admin-listen") {
		more = append(more, "--admin-listen", "") // two servers cannot listen on one port
	}
	p, err := start(ctx, o.plenary, append(args, more...)...)
	if err == nil {
		err = in.settled(ctx)
	}
	return p, err
}

// settled waits until the server has kept a version of each row that the benchmark wrote without it: this takes turns with the requests,
// and is no part of what is measured.
func (in *instance) settled(ctx context.Context) (err error) {
	conn, err := in.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	began, look := time.Now(), time.NewTicker(100*time.Millisecond)
	defer look.Stop()
	for {
		var there int
		if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM settings WHERE id = 'history_since'").Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			progress("the server kept what was there after %.1f s", time.Since(began).Seconds())
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// uncached are the settings that turn the cache off.
func (o options) uncached() []string {
	if !o.caches {
		return nil
	}
	return []string{"-" + cacheFlag, "0"}
}

func (in *instance) close() error {
	var errs []error
	for _, p := range []*process{in.ours, in.cached, in.theirs, in.graphile} {
		if p != nil {
			errs = append(errs, p.stop())
		}
	}
	return errors.Join(errs...)
}

func (in *instance) cpu(ctx context.Context, p *process) (server, database time.Duration, err error) {
	s, err := proc.Read(p.pid())
	if err != nil || in.postgres == nil {
		return s.CPU, 0, err
	}
	database, err = in.postgres.cpu(ctx)
	return s.CPU, database, err
}

// freePort finds an unused address.
func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
