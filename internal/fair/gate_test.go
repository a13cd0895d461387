package fair_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/fair"
)

// script plays what callers do at a gate, and notes in which order they get in.
//
//	eve        eve asks to read, as eve1, eve2 and so on
//	eve!       eve asks to change something
//	eve?       eve asks for a report
//	eve@acme   a member of an organisation asks
//	eve*5      eve asks five times
//	-eve1      eve1 leaves
//	~eve2      eve2 stops waiting
//	>eve3      eve3 turns out to be a change
type script struct {
	t       *testing.T
	gate    *fair.Gate
	shares  map[string]int
	count   map[string]int
	places  map[string]fair.Place
	waiting map[string]*fair.Waiter
	order   []string
}

func (s *script) play(steps string) {
	for _, step := range strings.Fields(steps) {
		switch step[0] {
		case '-':
			s.gate.Leave(s.place(step[1:]))
		case '~':
			s.abandon(step[1:])
		case '>':
			p, w, err := s.gate.Become(s.place(step[1:]), fair.Change)
			s.note(step[1:], p, w, err)
		default:
			who, times, _ := strings.Cut(step, "*")
			n, err := strconv.Atoi(times)
			if err != nil {
				n = 1
			}
			for range n {
				s.ask(who)
			}
		}
		s.look()
	}
}

func (s *script) place(name string) fair.Place {
	p, ok := s.places[name]
	if !ok {
		s.t.Fatalf("%s has no place", name)
	}
	delete(s.places, name)
	return p
}

func (s *script) abandon(name string) {
	w := s.waiting[name]
	delete(s.waiting, name)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.gate.Wait(ctx, w); err != nil && !errors.Is(err, context.Canceled) {
		s.t.Fatal(err)
	}
}

func (s *script) ask(who string) {
	name, kind := strings.TrimRight(who, "!?"), fair.Read
	switch {
	case strings.HasSuffix(who, "!"):
		kind = fair.Change
	case strings.HasSuffix(who, "?"):
		kind = fair.Report
	}
	name, group, _ := strings.Cut(name, "@")
	c := fair.Caller{Party: fair.Party{Key: name, Share: s.shares[name]}, Group: fair.Party{Key: group, Share: s.shares[group]}}
	s.count[name]++
	p, w, err := s.gate.Enter(c, kind)
	s.note(fmt.Sprint(name, s.count[name]), p, w, err)
}

func (s *script) note(name string, p fair.Place, w *fair.Waiter, err error) {
	switch {
	case err != nil:
		s.order = append(s.order, name+":"+"full")
	case w != nil:
		s.waiting[name] = w
	default:
		s.places[name] = p
		s.order = append(s.order, name)
	}
}

// look finds who has got in.
func (s *script) look() {
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range s.waiting {
			if !yield(name) {
				return
			}
		}
	}) {
		if !s.waiting[name].Ready() {
			continue
		}
		p, err := s.gate.Wait(context.Background(), s.waiting[name])
		if err != nil {
			s.t.Fatal(err)
		}
		delete(s.waiting, name)
		s.places[name] = p
		s.order = append(s.order, name)
	}
}

func TestWhoIsAdmittedBeforeWhom(t *testing.T) {
	eight := fair.Rules{Places: 8, Most: fair.Each{fair.Change: 6, fair.Read: 7, fair.Report: 1}}
	plain := fair.Rules{Places: 8}
	two := fair.Rules{Places: 2}
	one := fair.Rules{Places: 1}
	for _, tt := range []struct {
		rule   string
		rules  fair.Rules
		shares map[string]int
		steps  string
		want   string
	}{
		{"whoever finds a place free gets it", eight, nil, "ada eve ada", "ada1 eve1 ada2"},
		{"one caller never holds more than half", plain, nil, "eve*9", "eve1 eve2 eve3 eve4"},
		{"and so the next caller finds a place at once", plain, nil, "eve*9 ada", "eve1 eve2 eve3 eve4 ada1"},
		{"nor more than half of the changes", eight, nil, "eve!*9 ada!", "eve1 eve2 eve3 ada1"},
		{"but changes do not count as reads", eight, nil, "eve!*9 eve", "eve1 eve2 eve3 eve10"},
		{"some places stay free of changes", eight, nil, "a!*3 b!*3 c! d", "a1 a2 a3 b1 b2 b3 d1"},
		{"and some free of reads", eight, nil, "a*3 b*3 c*2 d!", "a1 a2 a3 b1 b2 b3 c1 d1"},
		{"reports take few places", eight, nil, "a? b? c", "a1 c1"},
		{"a caller gets its places in turn", two, nil, "eve*3 -eve1 -eve2", "eve1 eve2 eve3"},
		{"a place goes to the caller that holds none", two, nil, "eve zoe eve*9 zoe*9 ada -eve1", "eve1 zoe1 ada1"},
		{"even if that caller came last", one, nil, "eve eve*9 ada -eve1 -ada1", "eve1 ada1 eve2"},
		{"among equals, to the one served longest ago", one, nil, "a a*2 b*2 c*2 -a1 -b1 -c1 -a2 -b2", "a1 b1 c1 a2 b2 c2"},
		{"among newcomers, to the one who came first", one, nil, "x c b a -x1 -c1 -b1", "x1 c1 b1 a1"},
		{"among equals a change comes before a read, and a read before a report", one, nil, "x a? b c! -x1 -c1 -b1", "x1 c1 b1 a1"},
		{"but not before a caller with less", fair.Rules{Places: 2, Most: fair.Each{fair.Change: 2}}, map[string]int{"eve": 100}, "eve! zoe eve! ada -zoe1", "eve1 zoe1 ada1"},
		{"the members of an organisation share its part", plain, map[string]int{"acme": 75}, "a@acme*4 b@acme*4 c", "a1 a2 a3 a4 b1 b2 c1"},
		{"and take turns in it", fair.Rules{Places: 4}, nil, "a@acme*3 b@acme*2 -a1 -b1", "a1 a2 b1 b2"},
		{"an organisation does not come before a caller of its own", one, nil, "a@acme a@acme b@acme c -a1", "a1 c1"},
		{"a larger share is a larger claim", fair.Rules{Places: 6}, map[string]int{"site": 100}, "site*4 eve*2 site eve -site1 -site2", "site1 site2 site3 site4 eve1 eve2 site5 eve3"},
		{"a full queue refuses, that caller only", fair.Rules{Places: 1, Queue: 2}, nil, "eve*4 ada", "eve1 eve4:full"},
		{"a full hall refuses everybody", fair.Rules{Places: 1, Waiting: 2}, nil, "eve*3 ada -eve1", "eve1 ada1:full eve2"},
		{"who stops waiting is passed over", one, nil, "eve*3 ada ~eve2 ~ada1 -eve1", "eve1 eve3"},
		{"who stops waiting makes room in the queue", fair.Rules{Places: 1, Queue: 1}, nil, "eve*2 ~eve2 eve", "eve1"},
		{"a read that turns out to be a change keeps its place", plain, nil, "eve*4 >eve1", "eve1 eve2 eve3 eve4 eve1"},
		{"unless there are too many changes: then it waits for one of those", eight, nil, "eve!*3 eve >eve4 eve -eve1", "eve1 eve2 eve3 eve4 eve5 eve4"},
		{"a change that must wait gives its place to another", fair.Rules{Places: 2, Most: fair.Each{fair.Change: 1}}, nil, "zoe! eve ada >eve1 -zoe1", "zoe1 eve1 ada1 eve1"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			s := &script{
				t: t, gate: fair.New(tt.rules), shares: tt.shares, count: map[string]int{}, places: map[string]fair.Place{},
				waiting: map[string]*fair.Waiter{},
			}
			s.play(tt.steps)
			if diff := cmp.Diff(tt.want, strings.Join(s.order, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRandomCallers: whatever callers do, nobody gets more than its share, no place stays free that somebody waits for and
// may have, and in the end nothing is left.
func TestRandomCallers(t *testing.T) {
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		rules := fair.Rules{
			Places: 1 + rnd.IntN(10), Queue: rnd.IntN(6), Waiting: rnd.IntN(20),
			Most: fair.Each{rnd.IntN(10), rnd.IntN(10), rnd.IntN(10)},
		}
		m := &model{gate: fair.New(rules), rules: rules, held: map[request]fair.Place{}, waiting: map[request]*fair.Waiter{}}
		for range 300 {
			m.step(rnd)
			if err := m.check(); err != nil {
				t.Fatalf("seed %d, %+v: %v", seed, rules, err)
			}
		}
		for len(m.held)+len(m.waiting) > 0 {
			m.leave(rnd)
		}
		if taken, waiting := m.gate.Counts(); taken != 0 || waiting != 0 || m.gate.Present() != 0 {
			t.Fatalf("seed %d: %d places taken, %d wait, %d callers known after all have left", seed, taken, waiting, m.gate.Present())
		}
	}
}

// request is one request of a caller.
type request struct {
	caller fair.Caller
	kind   fair.Kind
	n      int
}

// model keeps what the gate should know.
type model struct {
	gate    *fair.Gate
	rules   fair.Rules
	held    map[request]fair.Place
	waiting map[request]*fair.Waiter
	n       int
}

func (m *model) step(rnd *rand.Rand) {
	if rnd.IntN(5) < 2 {
		m.leave(rnd)
		return
	}
	m.n++
	r := request{fair.Caller{Party: fair.Party{Key: string(rune('a' + rnd.IntN(6))), Share: 50}}, fair.Kind(rnd.IntN(3)), m.n}
	if r.caller.Key < "d" {
		r.caller.Group = fair.Party{Key: "acme", Share: 75}
	}
	p, w, err := m.gate.Enter(r.caller, r.kind)
	m.keep(r, p, w, err)
}

func (m *model) keep(r request, p fair.Place, w *fair.Waiter, err error) {
	switch {
	case w != nil:
		m.waiting[r] = w
	case err == nil:
		m.held[r] = p
	}
}

// leave lets one request leave, stop waiting, or turn out to be a change.
func (m *model) leave(rnd *rand.Rand) {
	pick := func(all []request) request {
		slices.SortFunc(all, func(a, b request) int { return a.n - b.n })
		return all[rnd.IntN(len(all))]
	}
	var all []request
	for r := range m.held {
		all = append(all, r)
	}
	if len(all) > 0 && (len(m.waiting) == 0 || rnd.IntN(2) == 0) {
		r := pick(all)
		p := m.held[r]
		delete(m.held, r)
		if rnd.IntN(4) > 0 {
			m.gate.Leave(p)
			return
		}
		r.kind = fair.Change
		p, w, err := m.gate.Become(p, fair.Change)
		m.keep(r, p, w, err)
		return
	}
	all = nil
	for r := range m.waiting {
		all = append(all, r)
	}
	if len(all) == 0 {
		return
	}
	r := pick(all)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, err := m.gate.Wait(ctx, m.waiting[r])
	delete(m.waiting, r)
	if err == nil { // it got its place before it gave up
		m.held[r] = p
	}
}

// check compares the gate with the model.
func (m *model) check() error {
	for r, w := range m.waiting {
		if w.Ready() {
			p, err := m.gate.Wait(context.Background(), w)
			if err != nil {
				return err
			}
			delete(m.waiting, r)
			m.held[r] = p
		}
	}
	if taken, waiting := m.gate.Counts(); taken != len(m.held) || waiting != len(m.waiting) {
		return fmt.Errorf("%d places taken and %d wait, want %d and %d", taken, waiting, len(m.held), len(m.waiting))
	}
	for r := range m.held {
		if over := m.free(r, 0); over != "" {
			return fmt.Errorf("%s has too many: %s", r.caller.Key, over)
		}
	}
	for r := range m.waiting {
		if m.free(r, 1) == "" {
			return fmt.Errorf("%s waits for a place that is free", r.caller.Key)
		}
	}
	return nil
}

// free says why a caller may not hold more further places, or nothing.
func (m *model) free(r request, more int) string {
	limit := func(n int) int {
		if n <= 0 || n > m.rules.Places {
			return m.rules.Places
		}
		return n
	}
	part := func(n, share int) int { return max(1, n*share/100) }
	all, kind := m.rules.Places, limit(m.rules.Most[r.kind])
	for _, c := range []struct {
		what string
		most int
		of   func(request) bool
	}{
		{"all places", all, func(request) bool { return true }},
		{"its kind", kind, func(q request) bool { return q.kind == r.kind }},
		{"its share", part(all, 50), func(q request) bool { return q.caller == r.caller }},
		{"its share of its kind", part(kind, 50), func(q request) bool { return q.caller == r.caller && q.kind == r.kind }},
		{"the share of the group", part(all, 75), func(q request) bool { return r.caller.Group.Key != "" && q.caller.Group == r.caller.Group }},
		{"the share of the group of its kind", part(kind, 75), func(q request) bool {
			return r.caller.Group.Key != "" && q.caller.Group == r.caller.Group && q.kind == r.kind
		}},
	} {
		n := more
		for q := range m.held {
			if c.of(q) {
				n++
			}
		}
		if n > c.most && (r.caller.Group.Key != "" || !strings.Contains(c.what, "group")) {
			return fmt.Sprintf("%d of %d of %s", n, c.most, c.what)
		}
	}
	return ""
}

// TestManyAtOnce: nobody is forgotten, however callers come, wait and give up at the same time.
func TestManyAtOnce(t *testing.T) {
	g := fair.New(fair.Rules{Places: 3, Most: fair.Each{fair.Change: 2}})
	var mu sync.Mutex
	var now, peak, runs int
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 2))
			c := fair.Caller{Party: fair.Party{Key: fmt.Sprint(i % 5)}}
			for n := range 500 {
				ctx, cancel := context.WithCancel(context.Background())
				if n%7 == 0 {
					go cancel()
				}
				p, err := g.Acquire(ctx, c, fair.Read)
				if err == nil && n%3 == 0 {
					var w *fair.Waiter
					if p, w, err = g.Become(p, fair.Change); w != nil {
						p, err = g.Wait(ctx, w)
					}
				}
				cancel()
				if err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("Acquire = %v", err)
					}
					continue
				}
				mu.Lock()
				now++
				peak, runs = max(peak, now), runs+1
				mu.Unlock()
				if rnd.IntN(4) == 0 {
					_, _ = g.Counts()
				}
				mu.Lock()
				now--
				mu.Unlock()
				g.Leave(p)
			}
		})
	}
	all.Wait()
	taken, waiting := g.Counts()
	if taken != 0 || waiting != 0 || g.Present() != 0 || peak > 3 || runs < 16*(500-72) {
		t.Errorf("%d places taken, %d wait, %d callers known; at most %d were inside, of %d", taken, waiting, g.Present(), peak, runs)
	}
}

func TestAPlaceCostsNoMemory(t *testing.T) {
	g := fair.New(fair.Rules{Places: 8})
	c := fair.Caller{Party: fair.Party{Key: "ada"}, Group: fair.Party{Key: "acme"}}
	enter := func() {
		p, _, err := g.Enter(c, fair.Read)
		if err != nil {
			t.Fatal(err)
		}
		g.Leave(p)
	}
	if n := testing.AllocsPerRun(1000, enter); n > 0 {
		t.Errorf("%v allocations for a place, want none", n)
	}
}

func BenchmarkPlace(b *testing.B) {
	g := fair.New(fair.Rules{Places: 8})
	c := fair.Caller{Party: fair.Party{Key: "subject:https://id.example ada"}, Group: fair.Party{Key: "organisation:acme"}}
	for b.Loop() {
		p, _, err := g.Enter(c, fair.Read)
		if err != nil {
			b.Fatal(err)
		}
		g.Leave(p)
	}
}
