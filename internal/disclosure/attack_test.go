package disclosure

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/measure"
)

// The attacker of these tests collects every figure that was ever shown, writes each as an equation over the answers of single persons, and
// eliminates exactly. A figure tells the number of its answers and the sum of their values: both are the same combination of what single
// answers contribute. What follows from figures by adding and subtracting is a combination of these equations; if it is over 1 to 4 answers,
// somebody is found.
//
// Answers are what figures tell of them: so many of a value in a cohort. One that moves to another cohort is taken away there and added here;
// one that is exchanged for an equal one is the same. Nobody can tell more from figures, and whoever knows more has it from elsewhere.

// answer is a person's answer: where it is counted in each state of its source's month.
type answer struct {
	source, month, value int
	other                string // its value of a second cohort key
	cohort               []int  // in each state of the month, from 1; 0 before it came and after it was taken away
}

// world is two sources with their months and the corrections of these.
type world struct {
	answers []answer
	states  [2][2]int // by source and month
}

func newWorld(seed uint64) world {
	r := rand.New(rand.NewPCG(seed, 1))
	var w world
	for source := range 2 {
		for month := range 2 {
			cohorts := 1 + r.IntN(4)
			for c := range cohorts {
				for range []int{0, 1, 2, 3, 4, 5, 6, 8, 12}[r.IntN(9)] {
					w.answers = append(w.answers, answer{source, month, 1 + r.IntN(3), "", []int{c + 1}})
				}
			}
			for range r.IntN(4) {
				w.correct(r, source, month, cohorts)
			}
			w.states[source][month] = max(1, w.states[source][month])
		}
	}
	w.answers = w.nested()
	return w
}

// nested is answers that cannot be told apart in a cohort: of three that become two, the first two stay.
func (w world) nested() []answer {
	type kind struct{ source, month, value, cohort, place int }
	at, out := map[kind]int{}, []answer{}
	for source := range 2 {
		for month := range 2 {
			states := w.states[source][month]
			for state := range states {
				places := map[kind]int{}
				for _, a := range w.answers {
					if a.source != source || a.month != month || a.cohort[state] == 0 {
						continue
					}
					k := kind{source, month, a.value, a.cohort[state], 0}
					places[k]++
					k.place = places[k]
					if _, ok := at[k]; !ok {
						at[k] = len(out)
						out = append(out, answer{source, month, a.value, []string{"x", "y", "z"}[k.place%3], make([]int, states)})
					}
					out[at[k]].cohort[state] = a.cohort[state]
				}
			}
		}
	}
	return out
}

// correct adds a state to a month: answers come, go, move to another cohort, or change.
func (w *world) correct(r *rand.Rand, source, month, cohorts int) {
	w.states[source][month] = max(1, w.states[source][month]) + 1
	states := w.states[source][month]
	var now []*answer
	for i := range w.answers {
		if a := &w.answers[i]; a.source == source && a.month == month {
			a.cohort = append(a.cohort, a.cohort[len(a.cohort)-1])
			if a.cohort[states-1] > 0 {
				now = append(now, a)
			}
		}
	}
	r.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	some := func() int { return min(len(now), 1+r.IntN(8)) }
	var come []answer
	for range 1 + r.IntN(2) {
		to := 1 + r.IntN(cohorts)
		switch r.IntN(4) {
		case 0, 1:
			for range 1 + r.IntN(8) {
				a := answer{source, month, 1 + r.IntN(3), "", make([]int, states)}
				a.cohort[states-1] = to
				come = append(come, a)
			}
		case 2:
			for _, a := range now[:some()] {
				a.cohort[states-1] = 0
			}
		case 3:
			for _, a := range now[:some()] {
				if a.cohort[states-1] > 0 {
					a.cohort[states-1] = to
				}
			}
		}
	}
	w.answers = append(w.answers, come...)
}

// rules are those of the package, and what becomes of them when one is switched off.
type rules struct {
	hide     func(Breakdown) (map[string]bool, bool)
	frozen   bool // corrections are compared with what is shown
	separate bool // sources are never added
	oneKey   bool // a source has one cohort key
	sums     bool // sums are over shown cells only, so that they follow from what is shown
}

func inForce() rules { return rules{hide, true, true, true, true} }

// onlySmall hides what has fewer than K answers, and nothing that could be subtracted to find it.
func onlySmall(b Breakdown) (map[string]bool, bool) {
	hidden := map[string]bool{}
	for name, c := range b {
		if n := c.N(); n < K {
			hidden[name] = true
		}
	}
	n := b.total().N()
	return hidden, 0 < n && n < K
}

// figure is a set of answers of which the number and the sum were shown.
type figure []bool

// figures is everything that is ever shown of a world.
func (w world) figures(r rules) []figure {
	var all []figure
	for source := range 2 {
		for month := range 2 {
			f := publish(w.breakdown([]int{source}, month, 0), r.hide)
			all = append(all, w.shown(f, []int{source}, month, 0)...)
			for state := 1; state < w.states[source][month]; state++ {
				now := w.breakdown([]int{source}, month, state)
				after, v := correct(map[int]Figures{0: f}, map[int]Breakdown{0: now}, r.hide)
				switch {
				case !r.frozen:
					f = publish(now, r.hide)
				case v.Replaced:
					f = after[0]
				default:
					continue
				}
				all = append(all, w.shown(f, []int{source}, month, state)...)
			}
		}
		if !r.sums {
			all = append(all, w.year(source)...)
		}
		if !r.oneKey {
			all = append(all, w.byOther(source, r)...)
		}
	}
	if !r.separate {
		for month := range 2 {
			both := publish(w.breakdown([]int{0, 1}, month, 0), r.hide)
			all = append(all, w.shown(both, []int{0, 1}, month, 0)...)
		}
	}
	return all
}

// breakdown is the answers of some sources in a state of a month.
func (w world) breakdown(sources []int, month, state int) Breakdown {
	b := Breakdown{}
	for _, a := range w.answers {
		if slices.Contains(sources, a.source) && a.month == month && a.cohort[state] > 0 {
			name := string(rune('a' + a.cohort[state]))
			if b[name] == nil {
				b[name] = measure.Counts{}
			}
			b[name][a.value]++
		}
	}
	return b
}

// shown is the sets of answers behind the figures that are shown in a state of a month.
func (w world) shown(f Figures, sources []int, month, state int) []figure {
	var all []figure
	add := func(cohort string) {
		set := make(figure, len(w.answers))
		for i, a := range w.answers {
			set[i] = slices.Contains(sources, a.source) && a.month == month && a.cohort[state] > 0 &&
				(cohort == "" || cohort == string(rune('a'+a.cohort[state])))
		}
		all = append(all, set)
	}
	if _, ok := f.Total(); ok {
		add("")
	}
	for _, name := range f.Cohorts() {
		if _, ok := f.Cohort(name); ok {
			add(name)
		}
	}
	return all
}

// year is the sums of each cohort over the months, hidden cells too.
func (w world) year(source int) []figure {
	var all []figure
	for cohort := 1; cohort <= 4; cohort++ {
		set, n := make(figure, len(w.answers)), 0
		for i, a := range w.answers {
			if set[i] = a.source == source && a.cohort[0] == cohort; set[i] {
				n++
			}
		}
		if n >= K {
			all = append(all, set)
		}
	}
	return all
}

// byOther is what a second breakdown of the same answers shows.
func (w world) byOther(source int, r rules) (all []figure) {
	for month := range 2 {
		b := Breakdown{}
		for _, a := range w.answers {
			if a.source == source && a.month == month && a.cohort[0] > 0 {
				if b[a.other] == nil {
					b[a.other] = measure.Counts{}
				}
				b[a.other][a.value]++
			}
		}
		f := publish(b, r.hide)
		for _, name := range f.Cohorts() {
			if _, shown := f.Cohort(name); shown {
				set := make(figure, len(w.answers))
				for i, a := range w.answers {
					set[i] = a.source == source && a.month == month && a.cohort[0] > 0 && a.other == name
				}
				all = append(all, set)
			}
		}
	}
	return all
}

// found looks for 1 to 4 answers that a combination of the figures is over. The answers of the source that the attacker owns are known to it.
func (w world) found(all []figure, owned int) string {
	size, rows := w.atoms(all, owned)
	free := nullSpace(rows, len(size))
	var small []int
	for i, n := range size {
		if n < K {
			small = append(small, i)
		}
	}
	var chosen []int
	var look func(from, n int) string
	look = func(from, n int) string {
		for at := from; at < len(small); at++ {
			i := small[at]
			if n+size[i] >= K {
				continue
			}
			chosen = append(chosen, i)
			if dependent(free, chosen) {
				return fmt.Sprintf("a combination of %d figures is over %d answers", len(all), n+size[i])
			}
			if found := look(at+1, n+size[i]); found != "" {
				return found
			}
			chosen = chosen[:len(chosen)-1]
		}
		return ""
	}
	return look(0, 0)
}

// atoms joins the answers that all figures treat alike, and gives their sizes and the equations over them.
func (w world) atoms(all []figure, owned int) (size []int, rows [][]*big.Rat) {
	at := map[string]int{}
	var marks []string
	for i, a := range w.answers {
		if a.source == owned {
			continue // known: the attacker takes them out of every equation
		}
		var mark strings.Builder
		for _, f := range all {
			if f[i] {
				mark.WriteByte('1')
			} else {
				mark.WriteByte('0')
			}
		}
		if _, ok := at[mark.String()]; !ok {
			at[mark.String()] = len(size)
			size, marks = append(size, 0), append(marks, mark.String())
		}
		size[at[mark.String()]]++
	}
	rows = make([][]*big.Rat, len(all))
	for f := range all {
		for _, mark := range marks {
			rows[f] = append(rows[f], big.NewRat(int64(mark[f]-'0'), 1))
		}
	}
	return size, rows
}

// nullSpace gives, for each column, its entries in a basis of what the equations leave open.
func nullSpace(rows [][]*big.Rat, columns int) [][]*big.Rat {
	pivots, rank := make([]int, columns), 0
	for c := range columns {
		pivots[c] = -1
		p := slices.IndexFunc(rows[rank:], func(row []*big.Rat) bool { return row[c].Sign() != 0 })
		if p < 0 {
			continue
		}
		rows[rank], rows[rank+p] = rows[rank+p], rows[rank]
		reduce(rows, rank, c)
		pivots[c] = rank
		rank++
	}
	free := make([][]*big.Rat, columns)
	for open := range columns {
		if pivots[open] >= 0 {
			continue
		}
		for c := range columns {
			v := new(big.Rat)
			switch {
			case c == open:
				v.SetInt64(1)
			case pivots[c] >= 0:
				v.Neg(rows[pivots[c]][open])
			}
			free[c] = append(free[c], v)
		}
	}
	return free
}

// reduce makes a column 1 in its row and 0 in all others.
func reduce(rows [][]*big.Rat, at, column int) {
	by := new(big.Rat).Inv(rows[at][column])
	for c := range rows[at] {
		rows[at][c].Mul(rows[at][c], by)
	}
	for i := range rows {
		if factor := new(big.Rat).Set(rows[i][column]); i != at && factor.Sign() != 0 {
			for c := range rows[i] {
				rows[i][c].Sub(rows[i][c], new(big.Rat).Mul(factor, rows[at][c]))
			}
		}
	}
}

// dependent tells whether a combination of the equations is over some columns alone: their entries in what is left open are dependent.
func dependent(free [][]*big.Rat, columns []int) bool {
	var rows [][]*big.Rat
	for _, c := range columns {
		row := make([]*big.Rat, len(free[c]))
		for i := range row {
			row[i] = new(big.Rat).Set(free[c][i])
		}
		rows = append(rows, row)
	}
	rank := 0
	for c := 0; len(rows) > 0 && c < len(rows[0]) && rank < len(rows); c++ {
		if p := slices.IndexFunc(rows[rank:], func(row []*big.Rat) bool { return row[c].Sign() != 0 }); p >= 0 {
			rows[rank], rows[rank+p] = rows[rank+p], rows[rank]
			reduce(rows, rank, c)
			rank++
		}
	}
	return rank < len(rows)
}

// worlds is how many are tried: each has two sources with two months and up to three corrections of each.
func worlds() uint64 {
	if testing.Short() {
		return 300
	}
	return 3000
}

const nobody = -1 // who owns no source

func TestNobodyIsFoundBySubtraction(t *testing.T) {
	replaced := 0
	for seed := range worlds() {
		w := newWorld(seed)
		all := w.figures(inForce())
		for _, owned := range []int{nobody, 0, 1} {
			if found := w.found(all, owned); found != "" {
				t.Fatalf("world %d, attacker owns %d: %s", seed, owned, found)
			}
		}
		live := inForce()
		live.frozen = false
		if len(all) > 0 && len(w.figures(live)) > len(all) {
			replaced++
		}
	}
	if replaced < int(worlds())/10 {
		t.Errorf("corrections waited in %d worlds only: the test proves little", replaced)
	}
}

// Each rule is needed: without it, the same attacker finds somebody.
func TestWithoutARuleSomebodyIsFound(t *testing.T) {
	for name, change := range map[string]func(*rules){
		"complementary hiding":      func(r *rules) { r.hide = onlySmall },
		"freezing":                  func(r *rules) { r.frozen = false },
		"separation of sources":     func(r *rules) { r.separate = false },
		"one cohort key":            func(r *rules) { r.oneKey = false },
		"sums over shown cells":     func(r *rules) { r.sums = false },
		"everything but hiding all": func(r *rules) { r.hide = func(Breakdown) (map[string]bool, bool) { return nil, false } },
	} {
		t.Run(name, func(t *testing.T) {
			r := inForce()
			change(&r)
			for seed := range worlds() {
				w := newWorld(seed)
				for _, owned := range []int{nobody, 0} {
					if w.found(w.figures(r), owned) != "" {
						t.Logf("found in world %d by an attacker who owns %d", seed, owned)
						return
					}
				}
			}
			t.Errorf("nobody was found without it: the attacker is too weak, or the rule is not needed")
		})
	}
}

// The attacker finds what can be found by hand.
func TestTheAttackerSubtracts(t *testing.T) {
	w := world{states: [2][2]int{{1, 1}, {1, 1}}}
	for i := range 12 {
		w.answers = append(w.answers, answer{0, 0, 1, "", []int{1 + i/9}})
	}
	total, most, none := make(figure, 12), make(figure, 12), make(figure, 12)
	for i := range 12 {
		total[i], most[i] = true, i < 9
	}
	if w.found([]figure{total, none}, nobody) != "" {
		t.Error("twelve answers are enough")
	}
	if w.found([]figure{total, most}, nobody) == "" {
		t.Error("three of twelve are left when nine are taken away")
	}
}
