package feed_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait; nothing that works comes near it.
const patience = 60 * time.Second

// place is a running log with a feed. Subjects whose last byte is odd are for members only.
type place struct {
	t     *testing.T
	store *store.Store
	log   *actlog.Log
	feed  *feed.Service
	asked atomic.Int64 // how often see was called
	wrong atomic.Bool  // see fails
}

func each(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		p := &place{t: t, store: s, log: actlog.New(s, clock.System{}, testdb.Keys(t))}
		p.feed = feed.New(s, p.log, map[policy.Resource]feed.Sight{policy.Dialogue: p.see, policy.Comment: p.see}, map[policy.Resource]feed.Sight{policy.Comment: p.see}, veiled)
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { p.log.Run(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))) })
		t.Cleanup(func() {
			stop()
			running.Wait()
		})
		test(t, p)
	})
}

// veiled are acts on what stands between two, here comments, and of a type that is secret.
func veiled(noun, typ string) bool { return noun == string(policy.Comment) || typ == "ballot.cast" }

func (p *place) see(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	p.asked.Add(1)
	if p.wrong.Load() {
		return nil, errors.New("the database does not answer")
	}
	seen := map[uuid.UUID]bool{}
	for _, id := range ids {
		seen[id] = id[15]&1 == 0 || policy.ActorFrom(ctx).SignedIn()
	}
	return seen, nil
}

// happen appends acts from n on, in one transaction. Their type names their number.
func (p *place) happen(n, count int, about uuid.UUID) {
	p.t.Helper()
	entries := make([]act.Entry, count)
	for i := range entries {
		entries[i] = act.Entry{Type: fmt.Sprintf("test.%d", n+i), Subject: act.Subject{Type: policy.Dialogue, ID: about, Revision: 1}, Dialogue: about}
	}
	err := p.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := p.log.Append(ctx, tx, policy.SystemActor("test"), entries...)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.log.Wake()
}

var (
	public = uuid.UUID{15: 2}
	hidden = uuid.UUID{15: 3}
)

// words renders an event as the number of the act and its viewer, so that a text shared by mistake shows.
type words struct {
	name     string
	public   bool
	rendered atomic.Int64
}

func whose(ctx context.Context) string {
	if key := policy.ActorFrom(ctx).Key(); key != "" {
		return key
	}
	return "visitor"
}

func (w *words) Key() string  { return w.name }
func (w *words) Public() bool { return w.public }

func (w *words) Render(ctx context.Context, e *feed.Event) ([]byte, bool) {
	w.rendered.Add(1)
	who := whose(ctx)
	if w.public {
		who = "all"
	}
	return []byte(w.name + " " + strings.TrimPrefix(e.Act.Type, "test.") + " " + who + " " + e.Cursor), true
}

// reader stores what it was given.
type reader struct {
	mu      sync.Mutex
	got     []string
	cursors []string
	room    int // offers left, when limited
	limited bool
	slow    chan struct{} // Put waits for it to close
	waiting chan struct{} // closed when Put waits, if not nil
	changed *sync.Cond
}

func newReader() *reader {
	r := &reader{}
	r.changed = sync.NewCond(&r.mu)
	return r
}

func (r *reader) Offer(text []byte, cursor string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.limited && r.room == 0 {
		return false
	}
	r.room--
	r.keep(text, cursor)
	return true
}

func (r *reader) keep(text []byte, cursor string) {
	r.got, r.cursors = append(r.got, string(text)), append(r.cursors, cursor)
	r.changed.Broadcast()
}

func (r *reader) Flush() {}

func (r *reader) Fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep([]byte("failed: "+err.Error()), "")
}

func (r *reader) Put(ctx context.Context, text []byte, cursor string) error {
	if r.slow != nil {
		if r.waiting != nil {
			close(r.waiting)
			r.waiting = nil
		}
		select {
		case <-r.slow:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(text, cursor)
	return nil
}

// first waits for the first n events and gives their numbers.
func (r *reader) first(t *testing.T, n int) []string {
	t.Helper()
	var numbers []string
	for _, text := range r.texts(t, n) {
		numbers = append(numbers, strings.Fields(text)[1])
	}
	return numbers
}

// texts waits for the first n events.
func (r *reader) texts(t *testing.T, n int) []string {
	t.Helper()
	late := time.AfterFunc(patience, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changed.Broadcast()
	})
	defer late.Stop()
	until := time.Now().Add(patience)
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.got) < n {
		if time.Now().After(until) {
			t.Fatalf("%d events after %v, want %d", len(r.got), patience, n)
		}
		r.changed.Wait()
	}
	return slices.Clone(r.got)
}

func as(n int) context.Context {
	if n == 0 {
		return context.Background()
	}
	return policy.WithActor(context.Background(), policy.Actor{Member: uuid.UUID{14: byte(n >> 8), 15: byte(n)}, Stakeholder: uuid.UUID{15: byte(n % 7)}, Kind: "NGO", Status: "ACTIVE"})
}

func (p *place) follow(ctx context.Context, f feed.Filter, d feed.Document, r *reader, after *string) (stop func()) {
	p.t.Helper()
	s, err := p.feed.Subscribe(ctx, f, after)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.Follow(d, r)
}

func numbers(from, to int) []string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, strconv.Itoa(i))
	}
	return all
}

// 500 followers with three filters see 200 acts, each once and in order. That takes one check of visibility for each batch and
// one rendering for each act and filter, however many followers there are.
func TestAllSeeAllInOrder(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		const followers, acts = 500, 200
		all, one := &words{name: "all", public: true}, &words{name: "one", public: true}
		readers := make([]*reader, followers)
		for i := range readers {
			readers[i] = newReader()
			f, w := feed.Filter{}, all
			switch i % 3 {
			case 1:
				f, w = feed.Filter{Dialogue: &public}, one
			case 2:
				f = feed.Filter{Around: &public}
			}
			defer p.follow(as(i%100), f, w, readers[i], nil)()
		}
		for n := 0; n < acts; n += 10 {
			p.happen(n, 10, public)
		}
		want := numbers(0, acts)
		for i, r := range readers {
			if diff := cmp.Diff(want, r.first(t, acts)); diff != "" {
				t.Fatalf("follower %d (-want +got):\n%s", i, diff)
			}
		}
		if n := all.rendered.Load() + one.rendered.Load(); n != 3*acts { // a group each
			t.Errorf("%d renderings for %d acts in 3 groups, want one each", n, acts)
		}
		if n := p.asked.Load(); n > acts {
			t.Errorf("visibility was checked %d times, want at most once an act", n)
		}
	})
}

// When the log loses acts, those who were given them get CURSOR_EXPIRED, live or catching up; others stay, and so do those who
// begin afterwards from what is left.
func TestFollowersBeyondTheEndOfALogThatLostActsAreEnded(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := &words{name: "all", public: true}
		first, live, held := newReader(), newReader(), newReader()
		waits := make(chan struct{})
		held.limited, held.room, held.slow, held.waiting = true, 2, make(chan struct{}), waits // it is given two acts, and waits with the third
		defer p.follow(as(1), feed.Filter{}, d, first, nil)()
		p.happen(0, 1, public)
		first.first(t, 1)
		kept := first.cursors[0]
		defer p.follow(as(2), feed.Filter{}, d, live, nil)()
		defer p.follow(as(3), feed.Filter{}, d, held, nil)()
		p.happen(1, 3, public)
		live.first(t, 3)
		first.first(t, 4)
		<-waits
		lost := first.cursors[3]
		err := p.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := p.store.Exec(ctx, tx, "DELETE FROM acts WHERE seq > 3") // of four
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		expired := func(name string, r *reader, n int) {
			t.Helper()
			if last := r.texts(t, n+1)[n]; !strings.HasPrefix(last, "failed: expired: ") {
				t.Errorf("%s ended with %q, want it expired", name, last)
			}
		}
		expired("the first", first, 4)
		expired("the second", live, 3)
		held.mu.Lock()
		if strings.Contains(strings.Join(held.got, " "), "failed") {
			t.Errorf("a follower that was given two acts ended: %v", held.got)
		}
		held.mu.Unlock()
		close(held.slow) // it takes the act that was lost meanwhile
		expired("one that was given a lost act late", held, 3)
		again := newReader()
		defer p.follow(as(1), feed.Filter{}, d, again, &kept)() // from before the fork
		if _, err := p.feed.Subscribe(as(1), feed.Filter{}, &lost); !fault.Is(err, fault.Expired) {
			t.Errorf("Subscribe after an act that was lost = %v, want Expired", err)
		}
		if _, err := p.feed.List(as(1), feed.Filter{}, store.PageArgs{After: &lost}); !fault.Is(err, fault.Expired) {
			t.Errorf("List after an act that was lost = %v, want Expired", err)
		}
		fresh := newReader()
		defer p.follow(as(1), feed.Filter{}, d, fresh, nil)() // from now on
		for _, r := range []*reader{again, fresh} {
			r.mu.Lock()
			if len(r.got) > 0 && strings.HasPrefix(r.got[len(r.got)-1], "failed") {
				t.Errorf("a follower that begins afterwards ended with %q", r.got[len(r.got)-1])
			}
			r.mu.Unlock()
		}
	})
}

// A text that is rendered once for all contains each viewer's own cursor. Only that viewer can resume from it.
func TestASharedTextHoldsTheViewersOwnCursor(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := &words{name: "all", public: true}
		readers := []*reader{newReader(), newReader(), newReader()}
		for i, r := range readers {
			defer p.follow(as(i), feed.Filter{}, d, r, nil)()
		}
		p.happen(0, 2, public)
		cursors := map[string]bool{}
		for i, r := range readers {
			r.first(t, 2)
			if want := "all 0 all " + r.cursors[0]; r.got[0] != want {
				t.Errorf("reader %d got %q, want %q", i, r.got[0], want)
			}
			cursors[r.cursors[0]] = true
			again := newReader()
			stop := p.follow(as(i), feed.Filter{}, d, again, &r.cursors[0])
			if diff := cmp.Diff([]string{"1"}, again.first(t, 1)); diff != "" {
				t.Errorf("reader %d resumes (-want +got):\n%s", i, diff)
			}
			stop()
			// What a visitor was given is good for everybody.
			if _, err := p.feed.Subscribe(as(i+1), feed.Filter{}, &r.cursors[0]); fault.Is(err, fault.Foreign) != (i > 0) {
				t.Errorf("somebody else resumes from the cursor of reader %d: %v", i, err)
			}
			if _, err := p.feed.Subscribe(as(i), feed.Filter{Dialogue: &public}, &r.cursors[0]); err != nil {
				t.Errorf("reader %d resumes with another filter: %v, want no error: a cursor is a place in the log", i, err)
			}
		}
		if len(cursors) != 3 {
			t.Errorf("3 viewers have %d cursors of one act", len(cursors))
		}
	})
}

// Visitors get no event that is for members. Visibility is checked once for each party, not for each member.
func TestHiddenActsReachOnlyThoseWhoMaySeeThem(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := &words{name: "own"}
		var readers []*reader
		for i := range 50 {
			r := newReader()
			readers = append(readers, r)
			defer p.follow(as(i), feed.Filter{}, d, r, nil)()
		}
		p.happen(0, 1, hidden)
		p.happen(1, 1, public)
		for i, r := range readers {
			want, who := []string{"0", "1"}, whose(as(i))
			if i == 0 {
				want = []string{"1"}
			}
			if diff := cmp.Diff(want, r.first(t, len(want))); diff != "" {
				t.Errorf("viewer %d (-want +got):\n%s", i, diff)
			}
			for _, text := range r.got {
				if strings.Fields(text)[2] != who {
					t.Errorf("viewer %d got %q, which was rendered for another", i, text)
				}
			}
		}
		if n := p.asked.Load(); n > 2*(1+7) { // everybody, and each of seven parties
			t.Errorf("visibility was checked %d times", n)
		}
	})
}

// F31: a reader without room delays nobody, and misses nothing when it reads again.
func TestSlowAmongFast(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		const acts = 300
		d := &words{name: "all", public: true}
		slow := newReader()
		slow.limited, slow.room, slow.slow = true, 5, make(chan struct{})
		defer p.follow(as(1), feed.Filter{}, d, slow, nil)()
		fast := newReader()
		defer p.follow(as(2), feed.Filter{}, d, fast, nil)()
		for n := 0; n < acts; n += 10 {
			p.happen(n, 10, public)
		}
		if diff := cmp.Diff(numbers(0, acts), fast.first(t, acts)); diff != "" {
			t.Errorf("the fast reader (-want +got):\n%s", diff)
		}
		slow.mu.Lock()
		if n := len(slow.got); n != 5 {
			t.Errorf("the slow reader has %d, want the 5 it had room for", n)
		}
		slow.limited = false
		slow.mu.Unlock()
		close(slow.slow)
		slow.first(t, acts)
		p.happen(acts, 20, public) // it is live again, or still catching up
		if diff := cmp.Diff(numbers(0, acts+20), slow.first(t, acts+20)); diff != "" {
			t.Errorf("the slow reader (-want +got):\n%s", diff)
		}
	})
}

// The only follower has no room again and again. It still gets everything once and in order, although the hub stops whenever
// it falls behind and has not finished its batch.
func TestTheLastFollowerComesBack(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		const rounds, batch = 60, 16
		r := &reluctant{reader: newReader()}
		s, err := p.feed.Subscribe(as(1), feed.Filter{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Follow(&words{name: "w"}, r)()
		var want []string
		for n := range rounds {
			p.happen(n*batch, batch, public)
			for i := range batch {
				want = append(want, strconv.Itoa(n*batch+i))
			}
			r.first(t, len(want))
		}
		if diff := cmp.Diff(want, r.first(t, len(want))); diff != "" {
			t.Errorf("it got (-want +got):\n%s", diff)
		}
	})
}

// reluctant has no room for every third offer.
type reluctant struct {
	*reader
	offers int
}

func (r *reluctant) Offer(text []byte, cursor string) bool {
	if r.offers++; r.offers%3 == 0 {
		return false
	}
	return r.reader.Offer(text, cursor)
}

// F30: readers come and go at random over 10,000 acts and resume from where they were. What each has seen in the end is the
// log.
func TestResumingAnywhere(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		const acts, followers = 10_000, 8
		d := &words{name: "all", public: true}
		var wg sync.WaitGroup
		start := make([]string, followers)
		for i := range followers { // each gets a cursor from before the other acts
			r := newReader()
			stop := p.follow(as(i), feed.Filter{}, d, r, nil)
			defer stop()
			wg.Go(func() {
				r.first(t, 1)
				start[i] = r.cursors[0]
			})
		}
		p.happen(0, 1, public)
		wg.Wait()
		for i := range followers {
			wg.Go(func() {
				rnd := rand.New(rand.NewPCG(uint64(i), 7))
				seen, after := []string{}, start[i]
				for len(seen) < acts-1 {
					r := newReader()
					s, err := p.feed.Subscribe(as(i), feed.Filter{}, &after)
					if err != nil {
						t.Error(err)
						return
					}
					stop := s.Follow(d, r)
					r.first(t, min(1+rnd.IntN(1500), acts-1-len(seen)))
					stop()
					r.mu.Lock()
					for _, text := range r.got {
						seen = append(seen, strings.Fields(text)[1])
					}
					after = r.cursors[len(r.cursors)-1]
					r.mu.Unlock()
				}
				if diff := cmp.Diff(numbers(1, acts), seen); diff != "" {
					t.Errorf("follower %d saw %d (-log +seen):\n%.2000s", i, len(seen), diff)
				}
			})
		}
		for n := 1; n < acts; n += 101 {
			p.happen(n, min(101, acts-n), public)
		}
		wg.Wait()
	})
}

// A viewer who signs up while following sees from then on what a member sees.
func TestAFollowerWhoSignsUp(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := policy.WithActor(context.Background(), policy.Anonymous)
		r := newReader()
		defer p.follow(ctx, feed.Filter{}, &words{name: "own"}, r, nil)()
		p.happen(0, 1, hidden)
		p.happen(1, 1, public)
		r.first(t, 1)
		policy.Become(ctx, policy.ActorFrom(as(1)))
		p.happen(2, 1, hidden)
		if diff := cmp.Diff([]string{"1", "2"}, r.first(t, 2)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A database that does not answer delays events and loses none.
func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		r := newReader()
		defer p.follow(as(1), feed.Filter{}, &words{name: "all", public: true}, r, nil)()
		p.wrong.Store(true)
		p.happen(0, 5, public)
		for asked := p.asked.Load(); p.asked.Load() < asked+5; runtime.Gosched() { // past the hub's own attempts
		}
		p.wrong.Store(false)
		p.happen(5, 5, public)
		if diff := cmp.Diff(numbers(0, 10), r.first(t, 10)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// settled gives the number of goroutines after it has stayed the same for a while: by then all of the log's own have started.
func settled() int {
	n, since := runtime.NumGoroutine(), time.Now()
	for time.Since(since) < 500*time.Millisecond {
		runtime.Gosched()
		if now := runtime.NumGoroutine(); now != n {
			n, since = now, time.Now()
		}
	}
	return n
}

// A thousand idle followers hold no goroutine, and the last to leave stops the hub.
func TestNothingIsLeft(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		base := settled()
		d := &words{name: "all", public: true}
		var stops []func()
		for i := range 1000 {
			stops = append(stops, p.follow(as(i), feed.Filter{}, d, newReader(), nil))
		}
		if n := runtime.NumGoroutine(); n > base+3 {
			t.Errorf("%d goroutines more for 1000 followers", n-base)
		}
		for _, stop := range stops {
			stop()
			stop() // once more changes nothing
		}
		for until := time.Now().Add(patience); runtime.NumGoroutine() > base; runtime.Gosched() {
			if time.Now().After(until) {
				t.Fatalf("%d goroutines are left", runtime.NumGoroutine()-base)
			}
		}
		r := newReader() // and it starts again
		defer p.follow(as(1), feed.Filter{}, d, r, nil)()
		p.happen(0, 1, public)
		r.first(t, 1)
	})
}
