package answers

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
)

// book is a log that tests write.
type book struct {
	mu        sync.Mutex
	sequenced []actlog.Touch
	queued    []actlog.Touch
	checks    int
	err       error
	enter     chan struct{} // gets one value for each check that begins, unless nil
	leave     chan struct{}
}

func (b *book) News(_ context.Context, after int64, most int) ([]actlog.Touch, bool, error) {
	if b.enter != nil {
		b.enter <- struct{}{}
		<-b.leave
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.checks++
	var all []actlog.Touch
	for _, t := range append(b.sequenced, b.queued...) {
		if t.Seq == 0 || t.Seq > after {
			all = append(all, t)
		}
	}
	return all[:min(len(all), most)], len(all) <= most, b.err
}

func (b *book) End(context.Context) (int64, uuid.UUID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.sequenced) == 0 {
		return 0, uuid.Nil, b.err
	}
	return int64(len(b.sequenced)), b.sequenced[len(b.sequenced)-1].Act, b.err
}

// happen queues an act; sequence gives all queued acts their sequence numbers.
func (b *book) happen(noun string, subject, parent uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queued = append(b.queued, actlog.Touch{Act: uuid.New(), Type: noun + ".changed", Noun: noun, Subject: subject, Parent: parent})
}

func (b *book) sequence() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.queued {
		t.Seq = int64(len(b.sequenced) + 1)
		b.sequenced = append(b.sequenced, t)
	}
	b.queued = nil
}

func tables(t actlog.Touch) ([]string, bool) {
	names, ok := map[string][]string{"comment": {"comments"}, "proposal": {"proposals"}, "webhook": {}}[t.Noun]
	return names, ok
}

// keep caches a response that was made from these tables and rows.
func keep(c *Cache, key string, from []string, ids ...uuid.UUID) {
	_, f := c.Begin(context.Background())
	defer f.End()
	f.keep(key, from, ids)
}

func (f *Fill) keep(key string, from []string, ids []uuid.UUID) {
	f.reads.Note("SELECT 1 FROM "+strings.Join(from, " JOIN "), ids)
	f.Keep(key, New([]byte(key), 3, 2))
}

func cached(c *Cache, key string) bool {
	a, ok := c.Get(context.Background(), key)
	return ok && string(a.Data) == key && a.Requested == 3 && a.Actual == 2
}

func TestActsDropWhatTheyTouch(t *testing.T) {
	mine, other, parent := uuid.New(), uuid.New(), uuid.New()
	for _, tt := range []struct {
		name   string
		from   []string
		ids    []uuid.UUID
		noun   string
		about  uuid.UUID
		parent uuid.UUID
		left   bool
	}{
		{"a row that was read", nil, []uuid.UUID{mine}, "comment", mine, uuid.Nil, false},
		{"another row", nil, []uuid.UUID{mine}, "comment", other, uuid.Nil, true},
		{"a child of a parent whose children were read", nil, []uuid.UUID{parent}, "comment", other, parent, false},
		{"any row of a table that was read whole", []string{"comments"}, nil, "comment", other, uuid.Nil, false},
		{"a row of another table", []string{"comments"}, nil, "proposal", other, uuid.Nil, true},
		{"the log, by any act", []string{"acts"}, nil, "webhook", other, uuid.Nil, false},
		{"an act that changes nothing public", []string{"comments"}, []uuid.UUID{mine}, "webhook", other, uuid.Nil, true},
		{"an act on an unknown noun", nil, []uuid.UUID{mine}, "member", other, uuid.Nil, false},
	} {
		for _, sequenced := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				b := &book{}
				c := NewCache(b, tables, 1<<20)
				keep(c, "q", tt.from, tt.ids...)
				if !cached(c, "q") {
					t.Fatal("it was not cached")
				}
				b.happen(tt.noun, tt.about, tt.parent)
				if sequenced {
					b.sequence()
				}
				if got := cached(c, "q"); got != tt.left {
					t.Errorf("cached %v, want %v", got, tt.left)
				}
				if n := c.Counts(); !tt.left && (n.Bytes != 0 || n.Entries != 0 || len(c.byID) != 0 || len(c.byTable) != 0) {
					t.Errorf("something is left of the dropped response: %+v", n)
				}
				// A response made after the act stays when the act gets its sequence number, unless it was made from the log.
				keep(c, "again", tt.from, tt.ids...)
				if !cached(c, "again") {
					t.Error("an act drops a response made after it")
				}
				b.sequence()
				if got, want := cached(c, "again"), sequenced || !slices.Contains(tt.from, "acts"); got != want {
					t.Errorf("after it has got its sequence number, cached %v, want %v", got, want)
				}
			})
		}
	}
}

func TestAnActDuringTheFillInvalidatesIt(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	mine := uuid.New()
	keep(c, "other", nil, uuid.New())
	for _, tt := range []struct {
		about uuid.UUID
		want  bool
	}{{mine, false}, {uuid.New(), true}} {
		_, f := c.Begin(context.Background())
		b.happen("comment", tt.about, uuid.Nil)
		cached(c, "other") // checks the log
		f.keep("q", nil, []uuid.UUID{mine})
		f.End()
		if got := cached(c, "q"); got != tt.want {
			t.Errorf("cached %v, want %v", got, tt.want)
		}
	}
	_, f := c.Begin(context.Background())
	f.End()
	f.keep("late", nil, nil)
	if cached(c, "late") {
		t.Error("cached by a fill that has ended and sees no acts")
	}
}

func TestBytesAreBounded(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 20_000)
	keep(c, strings.Repeat("x", 2000), nil) // counted twice, as key and as data, and more for the entry
	if n := c.Counts(); n.Entries != 0 {
		t.Errorf("a response of more than an eighth of the bound was cached: %+v", n)
	}
	for i := range 100 {
		keep(c, strings.Repeat("k", i+1), nil)
		cached(c, "k") // the first is always the most recently used
	}
	if n := c.Counts(); n.Bytes > 20_000 || n.Bytes < 15_000 || n.Entries < 10 {
		t.Errorf("it holds %+v", n)
	}
	if !cached(c, "k") || cached(c, "kk") || !cached(c, strings.Repeat("k", 100)) {
		t.Error("it did not evict the least recently used")
	}
}

func TestTooManyActsDropAll(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	keep(c, "q", nil, uuid.New())
	_, f := c.Begin(context.Background())
	defer f.End()
	for range maxActs + 1 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.sequence()
	if cached(c, "q") {
		t.Error("cached through more acts than are handled one by one")
	}
	f.keep("during", nil, nil)
	if cached(c, "during") {
		t.Error("cached, though the acts during the fill are unknown")
	}
	keep(c, "then", nil, uuid.New())
	if !cached(c, "then") || b.checks > 10 {
		t.Errorf("it does not go on from there: %d checks", b.checks)
	}
}

func TestARestoredDatabaseResetsTheCache(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	mine := uuid.New()
	for range 10 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.sequence()
	keep(c, "q", nil, mine)
	if !cached(c, "q") {
		t.Fatal("it was not cached")
	}
	b.sequenced = b.sequenced[:8] // then it takes another course
	for range 3 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.sequence()
	if cached(c, "q") {
		t.Error("cached, though it was made from a log that no longer exists")
	}
	keep(c, "q", nil, mine)
	b.happen("comment", mine, uuid.Nil)
	if b.sequence(); cached(c, "q") {
		t.Error("an act of the restored log is not seen")
	}
}

func TestACheckThatPanicsFails(t *testing.T) {
	broken := true
	l := checks{check: func(context.Context) error {
		if broken {
			panic("broken")
		}
		return nil
	}}
	if err := l.fresh(context.Background()); err == nil {
		t.Error("a check that panicked gives no error")
	}
	broken = false
	if err := l.fresh(context.Background()); err != nil {
		t.Errorf("then = %v", err)
	}
}

func TestWithoutACheckNothingIsServed(t *testing.T) {
	b := &book{err: errors.New("the database does not answer")}
	c := NewCache(b, tables, 1<<20)
	keep(c, "q", nil)
	b.err = nil
	if cached(c, "q") {
		t.Error("cached, though the log was never checked")
	}
	keep(c, "q", nil)
	b.err = errors.New("the database does not answer")
	if cached(c, "q") {
		t.Error("served without a check")
	}
	if b.err = nil; !cached(c, "q") {
		t.Error("it was dropped")
	}
}

// A request that comes while a check runs waits for the next check, together with all others.
func TestConcurrentRequestsShareACheck(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	mine := uuid.New()
	keep(c, "q", nil, mine)
	before := b.checks
	b.enter, b.leave = make(chan struct{}), make(chan struct{})
	answered := make(chan bool)
	ask := func() { answered <- cached(c, "q") }
	go ask()
	<-b.enter // the first check is running
	const others = 20
	for range others {
		go ask()
	}
	for waiting := false; !waiting; runtime.Gosched() { // until all of them wait
		c.checks.mu.Lock()
		waiting = c.checks.next != nil && c.checks.next.callers == others
		c.checks.mu.Unlock()
	}
	b.leave <- struct{}{}
	if !<-answered {
		t.Error("the first request gets no cached response")
	}
	b.happen("comment", mine, uuid.Nil)
	go func() {
		for range b.enter {
			b.leave <- struct{}{}
		}
	}()
	for range others {
		if <-answered {
			t.Error("served after a check that began before the request")
		}
	}
	if n := b.checks - before; n != 2 {
		t.Errorf("%d checks for %d concurrent requests, want 2", n, others+1)
	}
}
