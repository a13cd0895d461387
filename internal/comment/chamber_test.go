package comment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	customer  = enum.StakeholderKindCustomer
	firm      = enum.StakeholderKindFirm
	regulator = enum.StakeholderKindRegulator
	ngo       = enum.StakeholderKindNgo
	academic  = enum.StakeholderKindAcademicInstitution
)

var kinds = []enum.StakeholderKind{customer, firm, regulator, ngo, academic}

// agreeing are votes of some chambers, who all agree.
type agreeing map[enum.StakeholderKind]int

func (a agreeing) votes() ByChamber {
	b := ByChamber{}
	for k, n := range a {
		b[k] = Count{n}
	}
	return b
}

func TestWhatIsShownByChamber(t *testing.T) {
	lowest := func(_ string, lowest, _ int) int { return lowest } // one vote is left out, and a number changes by five
	for _, tt := range []struct {
		name             string
		was, votes, want agreeing
	}{
		{"too few to show any", nil, agreeing{ngo: 9}, nil},
		{"five are shown, and five are not", nil, agreeing{ngo: 10}, agreeing{ngo: 5}},
		{"the votes of others are not shown either", nil, agreeing{ngo: 6, firm: 3, customer: 2}, agreeing{ngo: 5}},
		{"the largest is lowered for the rest", nil, agreeing{ngo: 11, firm: 10}, agreeing{ngo: 7, firm: 9}},
		{"a small one may have to wait", nil, agreeing{ngo: 6, firm: 6}, agreeing{firm: 5}},
		{"too small a change", agreeing{ngo: 6}, agreeing{ngo: 11, firm: 4}, agreeing{ngo: 6}},
		{"a change", agreeing{ngo: 6}, agreeing{ngo: 12, firm: 4}, agreeing{ngo: 11}},
		{"the change would leave too small a rest", agreeing{ngo: 6}, agreeing{ngo: 12, firm: 1}, agreeing{ngo: 6}},
		{"some were taken back", agreeing{ngo: 20}, agreeing{ngo: 14, firm: 4}, agreeing{ngo: 13}},
		{"most were taken back", agreeing{ngo: 20}, agreeing{ngo: 5, firm: 4}, nil},
		{"all were taken back", agreeing{ngo: 20}, nil, nil},
		{
			"one alone would be withheld", nil,
			agreeing{customer: 21, firm: 11, regulator: 31, ngo: 41, academic: 3},
			agreeing{customer: 20, regulator: 30, ngo: 40},
		},
		{
			"one alone would be withheld, and only one changes",
			agreeing{customer: 20, firm: 10, regulator: 30},
			agreeing{customer: 21, firm: 11, regulator: 31, ngo: 41, academic: 3},
			agreeing{customer: 20, firm: 10, regulator: 30},
		},
		{
			"one alone becomes withheld",
			agreeing{customer: 20, firm: 10, regulator: 30, ngo: 40, academic: 9},
			agreeing{customer: 21, firm: 11, regulator: 31, ngo: 41, academic: 3},
			agreeing{customer: 20, regulator: 30, ngo: 40},
		},
	} {
		was := Snapshot{Step: 3, Shown: tt.was.votes()}
		next := was.Next(tt.votes.votes(), lowest)
		want := Snapshot{Step: 4, All: tt.votes.votes().Sum(), Shown: tt.want.votes()}
		if diff := cmp.Diff(want, next); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestASnapshotIsDueAfterFiveVotes(t *testing.T) {
	lowest := func(_ string, lowest, _ int) int { return lowest }
	for _, tt := range []struct {
		name     string
		was, now Count
		want     bool
	}{
		{"four votes", Count{3, 2, 1}, Count{5, 3, 2}, false},
		{"five votes", Count{3, 2, 1}, Count{5, 4, 2}, true},
		{"five who vote otherwise", Count{9, 0, 0}, Count{4, 3, 2}, true},
		{"five who take them back", Count{9, 0, 0}, Count{4, 0, 0}, true},
		{"two who do, and three who vote", Count{9, 0, 0}, Count{7, 3, 0}, false},
		{"five of many", Count{500, 0, 0}, Count{505, 0, 0}, false},
		{"a fiftieth of many", Count{500, 0, 0}, Count{515, 0, 0}, true},
	} {
		if got := (Snapshot{All: tt.was}).Due(tt.now, lowest); got != tt.want {
			t.Errorf("%s: due = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// drawing draws as the server does, with a secret.
func drawing(secret uint64, step int) Draw {
	return func(name string, lowest, highest int) int {
		sum := sha256.Sum256(fmt.Append(nil, secret, step, name))
		return lowest + int(binary.BigEndian.Uint64(sum[:])%uint64(highest-lowest+1))
	}
}

// poll is a comment on which people vote, of whom somebody asks after each vote what is shown.
type poll struct {
	secret  uint64
	votes   ByChamber
	shown   Snapshot
	of      []enum.StakeholderKind // by voter
	choices []int                  // by voter; -1 for none
}

func newPoll(secret uint64, of []enum.StakeholderKind) *poll {
	p := &poll{secret: secret, votes: ByChamber{}, of: of, choices: make([]int, len(of))}
	for i := range p.choices {
		p.choices[i] = -1
	}
	return p
}

func (p *poll) cast(voter, choice int) {
	n := p.votes[p.of[voter]]
	if was := p.choices[voter]; was >= 0 {
		n[was]--
	}
	if choice >= 0 {
		n[choice]++
	}
	p.votes[p.of[voter]], p.choices[voter] = n, choice
}

// look gives what is shown before and after a vote.
func (p *poll) look() (was, now Snapshot) {
	was = p.shown
	if draw := drawing(p.secret, was.Step); was.Due(p.votes.Sum(), draw) {
		p.shown = was.Next(p.votes, draw)
	}
	return was, p.shown
}

// TestNoChamberIsTold: whoever looks after each vote, and knows the tally of all and everything that was shown, is never shown a
// number below five, nor one that changes by fewer; what is shown for no chamber is at least five for each choice, of more than one
// chamber; and when something changes depends on nobody's chamber.
func TestNoChamberIsTold(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	numbers, changes, alone := 0, 0, 0
	for range 300 {
		of := make([]enum.StakeholderKind, 10+r.IntN(150))
		present := kinds[:1+r.IntN(len(kinds))]
		for i := range of {
			of[i] = present[min(r.IntN(len(present)), r.IntN(len(present)+2))]
		}
		others := slices.Clone(of)
		r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		secret := r.Uint64()
		p, twin := newPoll(secret, of), newPoll(secret, others)
		leaning, fickle := 1+r.IntN(3), r.IntN(4)
		for range 3 * len(of) {
			voter, choice := r.IntN(len(of)), r.IntN(leaning)
			if p.choices[voter] >= 0 && r.IntN(4) > fickle {
				continue
			}
			if r.IntN(6) == 0 {
				choice = -1
			}
			p.cast(voter, choice)
			twin.cast(voter, choice)
			was, now := p.look()
			if _, other := twin.look(); other.Step != now.Step {
				t.Fatalf("what is shown was looked at %d times, and %d times where others of the same choices are of other chambers", now.Step, other.Step)
			}
			for choice := range now.All {
				rest, withheld, grew := p.votes.Sum()[choice], 0, false
				for _, k := range kinds {
					before, after := was.Shown[k][choice], now.Shown[k][choice]
					if rest -= after; after == 0 {
						withheld++
					} else {
						numbers++
					}
					if after > 0 && after < 5 {
						t.Fatalf("%d of chamber %s are shown", after, k)
					}
					if before != after {
						grew = grew || after > before
						changes++
						if max(before-after, after-before) < 5 {
							t.Fatalf("of chamber %s %d were shown, and then %d", k, before, after)
						}
						if was.Step == now.Step {
							t.Fatal("what is shown has changed between two steps")
						}
					}
				}
				switch {
				case withheld == 1:
					t.Fatalf("one chamber alone is withheld: %v", now.Shown)
				case withheld == len(kinds)-1:
					alone++
				}
				if grew && rest < 5 {
					t.Fatalf("only %d are shown for no chamber, of %d: %v", rest, now.All[choice], now.Shown)
				}
			}
		}
	}
	if numbers == 0 || changes < 1000 || alone == 0 {
		t.Errorf("%d numbers, %d changes, one chamber alone %d times: the test has shown nothing", numbers, changes, alone)
	}
}

// TestEveryChamberIsShown: none of the schema is left out.
func TestEveryChamberIsShown(t *testing.T) {
	all := slices.Sorted(maps.Keys(agreeing{customer: 1, firm: 1, regulator: 1, ngo: 1, academic: 1}))
	votes := ByChamber{}
	for _, k := range all {
		votes[k] = Count{100}
	}
	next := Snapshot{}.Next(votes, func(_ string, lowest, _ int) int { return lowest })
	if got := slices.Sorted(maps.Keys(next.Shown)); !slices.Equal(got, all) {
		t.Errorf("shown are %v, want %v", got, all)
	}
}
