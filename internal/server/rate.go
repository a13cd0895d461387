package server

import (
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
	mu      sync.Mutex
	points  float64
	at      time.Time
	refused time.Time // when a refusal last cost points
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

// take takes points from every allowance of the caller, or from none. The quota is the one with the fewest points left.
func (r *rates) take(c caller, points int64) (quota, bool) {
	if r.cfg.Off {
		return quota{}, true
	}
	q, ok := r.takeOne(c.own, points)
	if !ok || c.shared.key == "" {
		return q, ok
	}
	shared, ok := r.takeOne(c.shared, points)
	if !ok {
		r.give(c.own, points)
		return shared, false
	}
	if q.limit == 0 || shared.remaining < q.remaining {
		return shared, true
	}
	return q, true
}

func (r *rates) takeOne(a account, points int64) (quota, bool) {
	b := r.bucket(a)
	if b == nil {
		return quota{}, true
	}
	// An operation that costs more than a full bucket runs when the bucket is full. Otherwise it could never run.
	points = min(points, a.allowance.Burst)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(a.allowance, r.now())
	if float64(points) > b.points {
		return b.quota(a.kind, a.allowance, points), false
	}
	b.points -= float64(points)
	return b.quota(a.kind, a.allowance, 0), true
}

// refund returns points that an operation took but did not use.
func (r *rates) refund(c caller, points int64) {
	if r.cfg.Off || points <= 0 {
		return
	}
	r.give(c.own, points)
	r.give(c.shared, points)
}

func (r *rates) give(a account, points int64) {
	b := r.bucket(a)
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.points = min(float64(a.allowance.Burst), b.points+float64(min(points, a.allowance.Burst)))
}

// refuse replaces the first point of an operation, which is already taken, by the cost of one that cannot be read or is not
// valid. That costs no more than what has accrued since the last such operation: whoever shares an address with a client that
// only sends nonsense keeps the rest of the allowance.
func (r *rates) refuse(c caller) {
	if r.cfg.Off {
		return
	}
	r.refuseOne(c.own)
	r.refuseOne(c.shared)
}

func (r *rates) refuseOne(a account) {
	b := r.bucket(a)
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now, cost := r.now(), float64(r.cfg.Refused)
	b.fill(a.allowance, now)
	if !b.refused.IsZero() {
		cost = min(cost, now.Sub(b.refused).Minutes()*float64(a.allowance.PerMinute))
	}
	b.refused = now
	b.points = max(0, min(float64(a.allowance.Burst), b.points+1-cost))
}

// bucket gives the bucket of an account, or nil for an account without an allowance.
func (r *rates) bucket(a account) *bucket {
	if a.allowance == (Allowance{}) {
		return nil
	}
	if b, ok := r.buckets.Get(a.key); ok {
		return b
	}
	b := &bucket{points: float64(a.allowance.Burst), at: r.now()}
	if old, ok, _ := r.buckets.PeekOrAdd(a.key, b); ok { // another request was first
		return old
	}
	return b
}
