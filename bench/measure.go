package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
)

// result is one scenario on one database.
type result struct {
	scenario     scenario
	statements   int // of ours; 0 when they cannot be counted
	bytes        int // of our answer
	small, large pair
}

// pair is what was measured of the two sides on one size of database.
type pair struct{ ours, theirs series }

// section is all that was measured on one database.
type section struct {
	database, durability string
	results              []*result
	sequenced            sequenced
}

func (o options) measure(ctx context.Context, out io.Writer) error {
	now := time.Now()
	var sections []section
	if server := os.Getenv("TEST_DATABASE_URL"); server == "" {
		progress("without PostgreSQL: TEST_DATABASE_URL names no server; \"make bench\" starts one")
	} else {
		p, err := openPostgres(ctx, server)
		if err != nil {
			return err
		}
		defer p.close()
		s, err := o.section(ctx, p, now)
		if err != nil {
			return fmt.Errorf("PostgreSQL: %w", err)
		}
		sections = append(sections, s)
	}
	s, err := o.section(ctx, nil, now)
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	return o.report(out, append(sections, s))
}

// section measures one database, or SQLite if there is none.
func (o options) section(ctx context.Context, p *postgres, now time.Time) (sec section, err error) {
	small, large := &instance{postgres: p}, &instance{postgres: p}
	defer func() { err = errors.Join(err, small.close(), large.close()) }()
	for _, in := range []*instance{small, large} {
		size := o.size
		if in == large {
			size = size.Times(o.growth)
		} else {
			in.acts = queued
		}
		if in == small && o.profile != "" {
			if in.admin, err = freePort(ctx); err != nil {
				return sec, err
			}
		}
		if err := in.locate(ctx, o.dir, len(fmt.Sprint(size.Dialogues))); err != nil {
			return sec, err
		}
		if err := in.prepare(ctx, size, now); err != nil {
			return sec, err
		}
		if err := in.count(ctx); err != nil {
			return sec, fmt.Errorf("count statements: %w", err)
		}
		if err := in.serve(ctx, o); err != nil {
			return sec, err
		}
	}
	if sec.database, sec.durability, err = about(ctx, p); err != nil {
		return sec, err
	}
	sec.sequenced = small.sequenced
	if sec.results, err = o.compare(ctx, small, large); err != nil {
		return sec, err
	}
	if err := o.rehearse(ctx, sec.results, small, large); err != nil {
		return sec, err
	}
	for round := range o.rounds {
		progress("%s: round %d of %d", sec.database, round+1, o.rounds)
		for _, r := range sec.results {
			if err := o.turns(ctx, r, small, large); err != nil {
				return sec, err
			}
		}
	}
	if in := small; o.profile != "" {
		return sec, o.takeProfile(ctx, sec.results[0].scenario, in)
	}
	return sec, nil
}

// compare sees to it that both sides give the same answer.
func (o options) compare(ctx context.Context, small, large *instance) ([]*result, error) {
	var results []*result
	for _, sc := range scenarios {
		if !strings.HasPrefix(sc.name, o.only) {
			continue
		}
		r := &result{scenario: sc, statements: small.statements[sc.name]}
		results = append(results, r)
		if sc.vote {
			continue
		}
		for _, in := range []*instance{large, small} {
			ours, theirs := in.sides(sc)
			a, err := load.Once(ctx, in.ours.addr, ours.requests(0, 0))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sc.name, err)
			}
			b, err := load.Once(ctx, in.theirs.addr, theirs.requests(0, 0))
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", sc.name, sc.peer, err)
			}
			if err := same(a, b); err != nil {
				return nil, fmt.Errorf("%s: the two answers differ: %w", sc.name, err)
			}
			if n := bytes.Count(a, []byte(`"id"`)); n < 50 {
				return nil, fmt.Errorf("%s: an answer of %d rows shows nothing", sc.name, n)
			}
			r.bytes = len(a)
		}
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("no scenario begins with %q", o.only)
	}
	return results, nil
}

// rehearse lets both sides open their connections, plan their statements and warm their memory.
func (o options) rehearse(ctx context.Context, results []*result, small, large *instance) error {
	o.duration = turn
	for _, r := range results {
		if err := o.turns(ctx, &result{scenario: r.scenario}, small, large); err != nil {
			return err
		}
	}
	return nil
}

// turn is how long one side runs before the other does: what else the machine does should hit both alike.
const turn = 500 * time.Millisecond

// turns measures a scenario once: each side in many short turns.
func (o options) turns(ctx context.Context, r *result, small, large *instance) error {
	type runner struct {
		in   *instance
		side side
		into *series
		sum  sample
	}
	var runners []*runner
	add := func(in *instance, to *pair) {
		ours, theirs := in.sides(r.scenario)
		runners = append(runners, &runner{in: in, side: ours, into: &to.ours}, &runner{in: in, side: theirs, into: &to.theirs})
	}
	add(small, &r.small)
	if r.scenario.grows {
		add(large, &r.large)
	}
	for range max(1, int(o.duration/turn)) {
		for _, run := range runners {
			one, err := run.in.take(ctx, run.side, o.clients, min(turn, o.duration))
			if err != nil {
				return fmt.Errorf("%s: %w", r.scenario.name, err)
			}
			run.sum.add(one)
		}
	}
	for _, run := range runners {
		if len(run.sum.Latencies) == 0 {
			return fmt.Errorf("%s: not one request was answered: give a longer -duration", r.scenario.name)
		}
		run.into.add(run.sum)
	}
	return nil
}

// takeProfile profiles our server while it serves a page. The last database that is measured wins the file's plain name.
func (o options) takeProfile(ctx context.Context, sc scenario, in *instance) error {
	name := o.profile
	if in.postgres == nil {
		name += ".sqlite"
	}
	ours, _ := in.sides(sc)
	failed := make(chan error, 1)
	go func() {
		_, err := in.take(ctx, ours, o.clients, o.duration+2*time.Second)
		failed <- err
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", in.admin, max(1, int(o.duration.Seconds()))), nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.Join(err, <-failed)
	}
	defer resp.Body.Close()
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	return errors.Join(err, f.Close(), <-failed)
}

// locate says where the database of an instance is; on PostgreSQL it makes an empty one.
func (in *instance) locate(ctx context.Context, dir string, mark int) error {
	name := fmt.Sprintf("plenary_bench_%d_%d", os.Getpid(), mark)
	in.url = "sqlite://" + filepath.Join(dir, name+".db")
	in.devKey = filepath.Join(dir, name+".sqlite.key") // the keys of each database lie beside it
	if in.postgres == nil {
		return nil
	}
	in.devKey = filepath.Join(dir, name+".postgres.key")
	var err error
	in.url, err = in.postgres.create(ctx, name)
	return err
}

// analyze tells the planner what is there. PostgreSQL looks by itself when much has changed; on SQLite somebody must ask.
func (in *instance) analyze(ctx context.Context) error {
	driver, source, text := "postgres", in.url, "VACUUM ANALYZE"
	if path, ok := strings.CutPrefix(in.url, "sqlite://"); ok {
		driver, source, text = "sqlite", "file:"+path, "ANALYZE"
	}
	conn, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, text)
	return errors.Join(err, conn.Close())
}

func about(ctx context.Context, p *postgres) (version, durability string, err error) {
	if p != nil {
		return p.about(ctx)
	}
	conn, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return "", "", err
	}
	defer conn.Close()
	err = conn.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	return "SQLite " + version, "WAL, synchronous FULL", err
}
