package server

import (
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// bucketsKept bounds the memory for allowances. The bucket that has been unused for longest is dropped first. It is full
// again by then, unless more callers than this came in the meantime.
const bucketsKept = 1 << 16

// bucket is a token bucket that starts full. An admitted operation takes points and returns those it did not use, which
// golang.org/x/time/rate cannot do.
type bucket struct {
	mu     sync.Mutex
	points float64
	at     time.Time
}

// fill adds the points that have accrued.
func (b *bucket) fill(a Allowance, now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.points = min(float64(a.Burst), b.points+d.Minutes()*float64(a.PerMinute))
		b.at = now
	}
}

// quota is the state of a caller's allowance.
type quota struct {
	name      string
	limit     int64
	remaining int64
	window    time.Duration // in which an empty allowance becomes full
	reset     time.Duration // until it is full again
	retry     time.Duration // until the missing points have accrued; zero if none are missing
}

func (b *bucket) quota(name string, a Allowance, wanted int64) quota {
	perPoint := float64(time.Minute) / float64(max(a.PerMinute, 1))
	q := quota{
		name: name, limit: a.Burst, remaining: int64(max(b.points, 0)),
		window: time.Duration(float64(a.Burst) * perPoint),
		reset:  time.Duration((float64(a.Burst) - b.points) * perPoint),
	}
	if missing := float64(wanted) - b.points; missing > 0 {
		q.retry = time.Duration(missing * perPoint)
	}
	return q
}

// rates holds the buckets of all callers.
type rates struct {
	cfg     Rates
	now     func() time.Time
	buckets *lru.Cache[string, *bucket]
}

func newRates(cfg Rates, now func() time.Time) *rates {
	buckets, err := lru.New[string, *bucket](bucketsKept)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &rates{cfg: cfg, now: now, buckets: buckets}
}

// caller names the allowances of one connection. Keys begin with the kind, so that a subject and an address of the same
// name share nothing.
type caller struct {
	key, organisation string
	anonymous         bool
}

func callerOf(s Session, address string) caller {
	if s.Subject == "" {
		return caller{key: "address:" + address, anonymous: true}
	}
	c := caller{key: "subject:" + s.Subject}
	if s.Organisation != "" {
		c.organisation = "organisation:" + s.Organisation
	}
	return c
}

// take takes points from every allowance of the caller, or from none. The quota is the one with the fewest points left.
func (r *rates) take(c caller, points int64) (quota, bool) {
	if r.cfg.Off {
		return quota{}, true
	}
	name, own := "subject", r.cfg.Subject
	if c.anonymous {
		name, own = "address", r.cfg.Anonymous
	}
	// An operation that costs more than a full bucket runs when the bucket is full. Otherwise it could never run.
	q, ok := r.takeOne(c.key, name, own, min(points, own.Burst))
	if !ok || c.organisation == "" {
		return q, ok
	}
	shared, ok := r.takeOne(c.organisation, "organisation", r.cfg.Organisation, min(points, r.cfg.Organisation.Burst))
	if !ok {
		r.give(c.key, own, min(points, own.Burst))
		return shared, false
	}
	if shared.remaining < q.remaining {
		return shared, true
	}
	return q, true
}

func (r *rates) takeOne(key, name string, a Allowance, points int64) (quota, bool) {
	b := r.bucket(key, a)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(a, r.now())
	if float64(points) > b.points {
		return b.quota(name, a, points), false
	}
	b.points -= float64(points)
	return b.quota(name, a, 0), true
}

// refund returns points that an operation took but did not use.
func (r *rates) refund(c caller, points int64) {
	if r.cfg.Off || points <= 0 {
		return
	}
	own := r.cfg.Subject
	if c.anonymous {
		own = r.cfg.Anonymous
	}
	r.give(c.key, own, points)
	if c.organisation != "" {
		r.give(c.organisation, r.cfg.Organisation, points)
	}
}

func (r *rates) give(key string, a Allowance, points int64) {
	b := r.bucket(key, a)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.points = math.Min(float64(a.Burst), b.points+float64(points))
}

func (r *rates) bucket(key string, a Allowance) *bucket {
	if b, ok := r.buckets.Get(key); ok {
		return b
	}
	b := &bucket{points: float64(a.Burst), at: r.now()}
	if old, ok, _ := r.buckets.PeekOrAdd(key, b); ok { // another request was first
		return old
	}
	return b
}
