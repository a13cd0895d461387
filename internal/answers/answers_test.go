package answers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
)

// book is a log that tests write.
type book struct {
	mu     sync.Mutex
	placed []actlog.Touch
	queued []actlog.Touch
	looked int
	err    error
	enter  chan struct{} // gets one for each look that begins; nil for no matter
	leave  chan struct{}
}

func (b *book) News(_ context.Context, after int64, most int) ([]actlog.Touch, bool, error) {
	if b.enter != nil {
		b.enter <- struct{}{}
		<-b.leave
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.looked++
	var all []actlog.Touch
	for _, t := range append(b.placed, b.queued...) {
		if t.Seq == 0 || t.Seq > after {
			all = append(all, t)
		}
	}
	return all[:min(len(all), most)], len(all) <= most, b.err
}

func (b *book) End(context.Context) (int64, uuid.UUID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.placed) == 0 {
		return 0, uuid.Nil, b.err
	}
	return int64(len(b.placed)), b.placed[len(b.placed)-1].Act, b.err
}

// happen queues an act; place gives all that are queued their places.
func (b *book) happen(noun string, subject, parent uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queued = append(b.queued, actlog.Touch{Act: uuid.New(), Type: noun + ".changed", Noun: noun, Subject: subject, Parent: parent})
}

func (b *book) place() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.queued {
		t.Seq = int64(len(b.placed) + 1)
		b.placed = append(b.placed, t)
	}
	b.queued = nil
}

func tables(t actlog.Touch) ([]string, bool) {
	names, ok := map[string][]string{"comment": {"comments"}, "proposal": {"proposals"}, "webhook": {}}[t.Noun]
	return names, ok
}

// keep keeps an answer that was made of these tables and rows.
func keep(c *Cache, key string, from []string, ids ...uuid.UUID) {
	_, f := c.Begin(context.Background())
	defer f.End()
	f.keep(key, from, ids)
}

func (f *Fill) keep(key string, from []string, ids []uuid.UUID) {
	f.reads.Note("SELECT 1 FROM "+strings.Join(from, " JOIN "), ids)
	f.Keep(key, New([]byte(key), 3, 2))
}

func kept(c *Cache, key string) bool {
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
		{"an act that changes nothing others read", []string{"comments"}, []uuid.UUID{mine}, "webhook", other, uuid.Nil, true},
		{"an act on what nobody knows", nil, []uuid.UUID{mine}, "member", other, uuid.Nil, false},
	} {
		for _, placed := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				b := &book{}
				c := NewCache(b, tables, 1<<20)
				keep(c, "q", tt.from, tt.ids...)
				if !kept(c, "q") {
					t.Fatal("it was not kept")
				}
				b.happen(tt.noun, tt.about, tt.parent)
				if placed {
					b.place()
				}
				if got := kept(c, "q"); got != tt.left {
					t.Errorf("kept %v, want %v", got, tt.left)
				}
				if n := c.Counts(); !tt.left && (n.Bytes != 0 || n.Entries != 0 || len(c.byID) != 0 || len(c.byTable) != 0) {
					t.Errorf("something is left of it: %+v", n)
				}
				// What is made after the act stays when the act gets its place, unless it is made of the log.
				keep(c, "again", tt.from, tt.ids...)
				if !kept(c, "again") {
					t.Error("an act drops what was made after it")
				}
				b.place()
				if got, want := kept(c, "again"), placed || !slices.Contains(tt.from, "acts"); got != want {
					t.Errorf("after it has got its place, kept %v, want %v", got, want)
				}
			})
		}
	}
}

func TestAnActDuringTheMakingSpoilsIt(t *testing.T) {
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
		kept(c, "other") // looks
		f.keep("q", nil, []uuid.UUID{mine})
		f.End()
		if got := kept(c, "q"); got != tt.want {
			t.Errorf("kept %v, want %v", got, tt.want)
		}
	}
	_, f := c.Begin(context.Background())
	f.End()
	f.keep("late", nil, nil)
	if kept(c, "late") {
		t.Error("kept by a fill that has ended, which hears of nothing")
	}
}

func TestBytesAreBounded(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 20_000)
	keep(c, strings.Repeat("x", 2000), nil) // twice that, as key and as data, and its surroundings
	if n := c.Counts(); n.Entries != 0 {
		t.Errorf("an answer of more than an eighth was kept: %+v", n)
	}
	for i := range 100 {
		keep(c, strings.Repeat("k", i+1), nil)
		kept(c, "k") // the first is always the one that was asked for last
	}
	if n := c.Counts(); n.Bytes > 20_000 || n.Bytes < 15_000 || n.Entries < 10 {
		t.Errorf("it holds %+v", n)
	}
	if !kept(c, "k") || kept(c, "kk") || !kept(c, strings.Repeat("k", 100)) {
		t.Error("it was not what nobody asked for longest that went")
	}
}

func TestTooMuchNewsDropsAll(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	keep(c, "q", nil, uuid.New())
	_, f := c.Begin(context.Background())
	defer f.End()
	for range most + 1 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.place()
	if kept(c, "q") {
		t.Error("kept through more news than are looked at")
	}
	f.keep("during", nil, nil)
	if kept(c, "during") {
		t.Error("kept, though nobody knows what happened while it was made")
	}
	keep(c, "then", nil, uuid.New())
	if !kept(c, "then") || b.looked > 10 {
		t.Errorf("it does not go on from there: %d looks", b.looked)
	}
}

func TestADatabaseThatWentBackIsBegunAnew(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	mine := uuid.New()
	for range 10 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.place()
	keep(c, "q", nil, mine)
	if !kept(c, "q") {
		t.Fatal("it was not kept")
	}
	b.placed = b.placed[:8] // and then it goes another way
	for range 3 {
		b.happen("comment", uuid.New(), uuid.Nil)
	}
	b.place()
	if kept(c, "q") {
		t.Error("kept, though it was made of a log that is no more")
	}
	keep(c, "q", nil, mine)
	b.happen("comment", mine, uuid.Nil)
	if b.place(); kept(c, "q") {
		t.Error("an act on the new way is not seen")
	}
}

func TestALookThatPanicsIsOneThatFailed(t *testing.T) {
	broken := true
	l := looks{look: func(context.Context) error {
		if broken {
			panic("broken")
		}
		return nil
	}}
	if err := l.fresh(context.Background()); err == nil {
		t.Error("a look that panicked is no error")
	}
	broken = false
	if err := l.fresh(context.Background()); err != nil {
		t.Errorf("then = %v", err)
	}
}

func TestWithoutALookNothingIsGiven(t *testing.T) {
	b := &book{err: errors.New("the database is away")}
	c := NewCache(b, tables, 1<<20)
	keep(c, "q", nil)
	b.err = nil
	if kept(c, "q") {
		t.Error("kept, though the log was never looked at")
	}
	keep(c, "q", nil)
	b.err = errors.New("the database is away")
	if kept(c, "q") {
		t.Error("given without a look")
	}
	if b.err = nil; !kept(c, "q") {
		t.Error("it is gone")
	}
}

// TestLooksAreSharedByThoseWhoCameBefore: who comes while a look goes on waits for the next, together with all others.
func TestLooksAreSharedByThoseWhoCameBefore(t *testing.T) {
	b := &book{}
	c := NewCache(b, tables, 1<<20)
	mine := uuid.New()
	keep(c, "q", nil, mine)
	before := b.looked
	b.enter, b.leave = make(chan struct{}), make(chan struct{})
	answered := make(chan bool)
	ask := func() { answered <- kept(c, "q") }
	go ask()
	<-b.enter // the first look goes on
	const others = 20
	for range others {
		go ask()
	}
	for waiting := false; !waiting; { // until they wait, or some of them
		c.looks.mu.Lock()
		waiting = c.looks.next != nil
		c.looks.mu.Unlock()
	}
	b.leave <- struct{}{}
	if !<-answered {
		t.Error("the first is not given what it asked for")
	}
	b.happen("comment", mine, uuid.Nil)
	go func() {
		for range b.enter {
			b.leave <- struct{}{}
		}
	}()
	for range others {
		if <-answered {
			t.Error("given from a look that began before")
		}
	}
	if n := b.looked - before; n > others/2 {
		t.Errorf("%d looks for %d who asked together", n, others+1)
	}
}
