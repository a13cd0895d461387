package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/answer"
	"github.com/plenary-dialogue/plenary/bench/seed"
)

// result is one scenario on one database.
type result struct {
	scenario   scenario
	statements int // SQL statements of Plenary; 0 if they cannot be counted
	bytes      int // length of Plenary's response
	sides      []measured
	arrivals   []arrivals
}

// measured is what was measured of one side.
type measured struct {
	name   string
	series series
}

// arrivals is what was measured of the sides at one rate of requests.
type arrivals struct {
	perSecond float64
	sides     []measured
}

// of returns the figures of a side, and false if it did not take part.
func of(sides []measured, name string) (figures, bool) {
	i := slices.IndexFunc(sides, func(m measured) bool { return m.name == name })
	if i < 0 || len(sides[i].series) == 0 {
		return figures{}, false
	}
	return sides[i].series.median(), true
}

// section is everything that was measured on one database.
type section struct {
	database, durability string
	results              []*result
	sequenced            sequenced
	proofs               proofs
	scored               []scored
	exported             []exported
	decided              *decided
	growth               *growth
	notes                []string
}

func (o options) measure(ctx context.Context) ([]section, error) {
	now := time.Now()
	var sections []section
	if server := os.Getenv("TEST_DATABASE_URL"); server == "" {
		progress("without PostgreSQL: TEST_DATABASE_URL names no server; \"make bench\" starts one")
	} else {
		p, err := openPostgres(ctx, server)
		if err != nil {
			return nil, err
		}
		defer p.close()
		s, err := o.section(ctx, p, now)
		if err != nil {
			return nil, fmt.Errorf("PostgreSQL: %w", err)
		}
		sections = append(sections, s)
	}
	s, err := o.section(ctx, nil, now)
	if err != nil {
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	return append(sections, s), nil
}

// section measures one database, or SQLite if there is none.
func (o options) section(ctx context.Context, p *postgres, now time.Time) (sec section, err error) {
	if sec.database, sec.durability, err = about(ctx, p); err != nil {
		return sec, err
	}
	if !o.growthAlone && slices.ContainsFunc(scenarios, func(sc scenario) bool { return o.takes(sc, p) }) || !o.growthAlone && o.scores() {
		if err := o.pages(ctx, &sec, p, now); err != nil {
			return sec, err
		}
	}
	if !o.growthAlone && o.exports() {
		if err := o.export(ctx, &sec, p, now); err != nil {
			return sec, err
		}
	}
	if !o.growthAlone && o.decides() {
		if err := o.decide(ctx, &sec, p, now); err != nil {
			return sec, err
		}
	}
	if o.growth > 0 {
		sec.growth, err = o.grow(ctx, sec.database, p, now)
	}
	return sec, err
}

// pages measures the scenarios side by side.
func (o options) pages(ctx context.Context, sec *section, p *postgres, now time.Time) (err error) {
	in := &instance{postgres: p}
	if o.wants(proofScenario) {
		in.acts = o.acts
	}
	if o.scores() {
		in.scorings = o.rounds
	}
	defer func() { err = errors.Join(err, in.close()) }()
	if o.profile != "" {
		if in.admin, err = freePort(ctx); err != nil {
			return err
		}
	}
	if err := in.locate(ctx, o.dir, "pages"); err != nil {
		return err
	}
	size := o.size
	if !o.scores() && !o.wants(savingScenario) {
		size.Assessments = 0
	}
	if err := in.prepare(ctx, size, now); err != nil {
		return err
	}
	if err := in.count(ctx); err != nil {
		return fmt.Errorf("count statements: %w", err)
	}
	if err := in.serve(ctx, o); err != nil {
		return err
	}
	sec.sequenced, sec.proofs = in.sequenced, in.proofs
	sec.scored = in.scored
	if in.acts > 0 {
		if err := in.provable.check(ctx, in.ours.addr); err != nil {
			return fmt.Errorf("a server's proof: %w", err)
		}
	}
	if p != nil {
		sec.notes = append(sec.notes, o.graphileNote, o.surveyNote)
		if !o.caches {
			sec.notes = append(sec.notes, "Plenary with its cache was left out: this program has no -"+cacheFlag+".")
		}
	}
	if sec.results, err = o.compare(ctx, in); err != nil {
		return err
	}
	if err := o.rehearse(ctx, sec.results, in); err != nil {
		return err
	}
	for round := range o.rounds {
		progress("%s: round %d of %d", sec.database, round+1, o.rounds)
		for _, r := range sec.results {
			if err := o.turns(ctx, r, in); err != nil {
				return err
			}
		}
	}
	if err := o.open(ctx, sec, in); err != nil {
		return err
	}
	if o.profile != "" {
		return o.takeProfile(ctx, sec.results[0].scenario, in)
	}
	return nil
}

// compare checks that all sides give the same response.
func (o options) compare(ctx context.Context, in *instance) ([]*result, error) {
	var results []*result
	for _, sc := range scenarios {
		if !o.takes(sc, in.postgres) {
			continue
		}
		r := &result{scenario: sc, statements: in.statements[sc.name]}
		sides := in.sides(sc)
		for _, s := range sides {
			r.sides = append(r.sides, measured{name: s.name})
		}
		results = append(results, r)
		if sc.vote || sc.proof || sc.saves {
			continue
		}
		reply, err := agree(ctx, sides)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sc.name, err)
		}
		if n := strings.Count(string(reply), `"id"`); n < 50 {
			return nil, fmt.Errorf("%s: a response of %d rows is too small to measure", sc.name, n)
		}
		r.bytes = len(reply)
		if sc.public {
			if err := in.keepPage(reply); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

// keepPage reserves the comments on the page: hand-written SQL votes without the act log, so a cached response would
// legitimately differ from the database.
func (in *instance) keepPage(reply []byte) error {
	v, err := answer.Data(reply)
	if err != nil {
		return err
	}
	in.page = commentsIn(v)
	on := map[uuid.UUID]bool{}
	for _, id := range in.page {
		on[id] = true
	}
	in.data.Comments = slices.DeleteFunc(in.data.Comments, func(id uuid.UUID) bool { return on[id] })
	if len(in.page) == 0 || len(in.data.Comments) == 0 {
		return fmt.Errorf("%d comments on the page and %d elsewhere, want some of both", len(in.page), len(in.data.Comments))
	}
	return nil
}

// rehearse warms up all sides: they open connections, plan statements and fill caches.
func (o options) rehearse(ctx context.Context, results []*result, in *instance) error {
	o.duration = turn
	for _, r := range results {
		if err := o.turns(ctx, &result{scenario: r.scenario, sides: slices.Clone(r.sides)}, in); err != nil {
			return err
		}
	}
	return nil
}

// turn is how long one side runs before the next does, so that other activity on the machine affects all alike.
const turn = 500 * time.Millisecond

// turn is longer if something changes each second.
func (s scenario) turn() time.Duration {
	if s.public {
		return 2 * turn
	}
	return turn
}

// turns measures a scenario once: each side in many short turns.
func (o options) turns(ctx context.Context, r *result, in *instance) error {
	sides := in.sides(r.scenario)
	sums := make([]sample, len(sides))
	each := r.scenario.turn()
	for range max(1, int(o.duration/each)) {
		for i, s := range sides {
			one, err := in.closed(ctx, s, o.clients, each)
			if err == nil && r.scenario.public {
				err = fresh(ctx, s, sides)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", r.scenario.name, err)
			}
			sums[i].add(one)
		}
	}
	return keep(r.scenario.name, r.sides, sums)
}

// keep adds the samples of a round to the earlier ones.
func keep(name string, sides []measured, sums []sample) error {
	for i, sum := range sums {
		if sum.Answered() == 0 {
			return fmt.Errorf("%s, %s: no request was answered: use a longer -duration", name, sides[i].name)
		}
		sides[i].series.add(sum)
	}
	return nil
}

// shares are the rates of the open loop, relative to the throughput of the hand-written SQL in the closed one.
var shares = []float64{0.25, 0.5, 1}

// open measures with requests at constant rates, the same for all sides.
func (o options) open(ctx context.Context, sec *section, in *instance) error {
	each := min(max(o.duration, time.Second), 2*time.Second)
	for _, r := range sec.results {
		base, ok := of(r.sides, r.scenario.peer)
		if !r.scenario.arrives || !ok {
			continue
		}
		for _, share := range shares {
			a := arrivals{perSecond: rounded(base.perSecond * share)}
			for _, m := range r.sides {
				a.sides = append(a.sides, measured{name: m.name})
			}
			r.arrivals = append(r.arrivals, a)
		}
	}
	for round := range o.rounds {
		if !slices.ContainsFunc(sec.results, func(r *result) bool { return len(r.arrivals) > 0 }) {
			break
		}
		progress("%s: constant rates, round %d of %d", sec.database, round+1, o.rounds)
		for _, r := range sec.results {
			sides := in.sides(r.scenario)
			for _, a := range r.arrivals {
				sums := make([]sample, len(sides))
				for i, s := range sides {
					var err error
					if sums[i], err = in.arrive(ctx, s, a.perSecond, each); err != nil {
						return fmt.Errorf("%s at %g/s: %w", r.scenario.name, a.perSecond, err)
					}
				}
				if err := keep(r.scenario.name, a.sides, sums); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// rounded rounds to two significant digits.
func rounded(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	return math.Max(1, math.Round(x/unit)*unit)
}

// takeProfile profiles our server while it serves a page. The profile on SQLite gets the suffix .sqlite.
func (o options) takeProfile(ctx context.Context, sc scenario, in *instance) error {
	name := o.profile
	if in.postgres == nil {
		name += ".sqlite"
	}
	ours := in.sides(sc)[0]
	failed := make(chan error, 1)
	go func() {
		_, err := in.closed(ctx, ours, o.clients, o.duration+2*time.Second)
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

// locate sets the URL of an instance's database; on PostgreSQL it makes an empty one.
func (in *instance) locate(ctx context.Context, dir, mark string) error {
	name := fmt.Sprintf("plenary_bench_%d_%s", os.Getpid(), mark)
	in.url = "sqlite://" + filepath.Join(dir, name+".db")
	in.devKey = filepath.Join(dir, name+".sqlite.key") // each database has its keys beside it
	if in.postgres == nil {
		return nil
	}
	in.devKey = filepath.Join(dir, name+".postgres.key")
	var err error
	in.url, err = in.postgres.create(ctx, name)
	return err
}

// analyze updates the planner's statistics: PostgreSQL would do so by itself, but later, and SQLite only on request. It also
// writes pending pages to the disk now, rather than during a measurement.
func (in *instance) analyze(ctx context.Context, size seed.Size) error {
	// Not the empty tables: PostgreSQL would plan full scans of them, also when they are no longer empty.
	texts := []string{"VACUUM ANALYZE " + strings.Join(size.Filled(), ", "), "CHECKPOINT"}
	if in.postgres == nil {
		texts = []string{"PRAGMA analysis_limit = 400; ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"} // as a server does
	}
	conn, err := in.open()
	if err != nil {
		return err
	}
	for _, text := range texts {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return errors.Join(err, conn.Close())
		}
	}
	return conn.Close()
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
