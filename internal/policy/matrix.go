package policy

import (
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Text writes the rules for a person to read.
func Text(w io.Writer) error {
	var err error
	p := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	p("Policy version %d. What no rule allows is refused.\n", Version)
	last := Resource("")
	for _, r := range table {
		if r.Resource != last {
			p("\n%s\n", strings.ToUpper(string(r.Resource)))
			last = r.Resource
		}
		p("  %-22s %s\n", r.Action, r.sentence())
	}
	p("\nSCOPES\n  A token that names one of these can do no more than those it names, and no more than its roles allow. Other words mean nothing.\n")
	for _, b := range bounds {
		p("  %-22s %s\n", b.Scope, b.Allows)
	}
	return err
}

func (r Rule) sentence() string {
	who := "everyone"
	if len(r.Roles) > 0 {
		who = roleList(r.Roles)
	}
	s := who
	if len(r.States) > 0 {
		s += ", while it is " + stateList(r.States)
	}
	if len(r.Capacities) > 0 {
		s += ", as " + anyOf(r.Capacities, func(c enum.Capacity) string { return strings.ToLower(strings.ReplaceAll(string(c), "_", " ")) })
	}
	return s + only(r.Needs, r.Bars) + " (" + r.Basis + ")"
}

// JSON writes the rules for a program to read.
func JSON(w io.Writer) error {
	type rule struct {
		Resource Resource `json:"resource"`
		Action   Action   `json:"action"`
		Roles    []Role   `json:"roles"`
		States   []string `json:"states"`
		Needs    []string `json:"needs"`
		Bars     []string `json:"bars"`
		Basis    string   `json:"basis"`

		Capacities []enum.Capacity `json:"capacities,omitempty"`
	}
	type bound struct {
		Scope  Scope      `json:"scope"`
		Allows string     `json:"allows"`
		Opens  []Way      `json:"opens"`
		Nodes  []Resource `json:"nodes"` // null for all
		Below  []string   `json:"below"` // null for all
		Does   []Action   `json:"does"`
	}
	out := struct {
		Version int     `json:"version"`
		Rules   []rule  `json:"rules"`
		Scopes  []bound `json:"scopes"`
	}{Version: Version}
	for _, b := range bounds {
		out.Scopes = append(out.Scopes, bound(b))
	}
	list := func(names []string) []string { return append([]string{}, names...) }
	for _, r := range table {
		out.Rules = append(out.Rules, rule{
			r.Resource, r.Action, append([]Role{}, r.Roles...), list(r.States), list(r.Needs.Names()), list(r.Bars.Names()), r.Basis, r.Capacities,
		})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// Matrix writes what each role can do. It asks Decide for every case and does not read the table: for each action, role
// and state that can be allowed at all, it gives the facts that must hold and those that must not. Every change of policy
// changes the golden copy of the matrix.
func Matrix(w io.Writer) error {
	for _, action := range actions() {
		for _, role := range append([]Role{""}, Roles...) {
			for _, state := range statesOf(resourceOf(action)) {
				line, ok := cell(action, role, state)
				if !ok {
					continue
				}
				if _, err := fmt.Fprintf(w, "%s | %s | %s | %s\n", action, orWord(string(role), "visitor"), orWord(state, "-"), line); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func cell(action Action, role Role, state string) (string, bool) {
	allowed := func(f Facts) bool {
		return decide(actorOf(role), action, Subject{Resource: resourceOf(action), State: state, Facts: f}).Allowed
	}
	best, ok := largest(allowed)
	if !ok {
		return "", false
	}
	var needs, bars Facts
	for f := range factEnd {
		if best.Has(f) && !allowed(best.Without(These(f))) {
			needs.Add(f)
		}
		if !allowed(best.With(These(f))) {
			bars.Add(f)
		}
	}
	return "yes" + only(needs, bars), true
}

// largest is the largest set of facts that allows: all but as few as possible of those that bar.
func largest(allowed func(Facts) bool) (Facts, bool) {
	var bars Facts
	for _, r := range table {
		bars = bars.With(r.Bars)
	}
	barring := slices.Collect(bars.Each())
	for without := range len(barring) + 1 {
		for some := 1<<len(barring) - 1; some >= 0; some-- { // each set of facts that bar
			if bits.OnesCount(uint(some)) != without {
				continue
			}
			best := everything()
			for i, f := range barring {
				if some&(1<<i) != 0 {
					best.Remove(f)
				}
			}
			if allowed(best) {
				return best, true
			}
		}
	}
	return none, false
}

// actorOf is a member that holds one role and nothing else; with a chamber role it acts for a party of that chamber. The
// facts say whether that party is active.
func actorOf(role Role) Actor {
	if role == "" {
		return Anonymous
	}
	return Actor{Member: uuid.UUID{1}, Stakeholder: uuid.UUID{2}, Kind: chamberOf[role], Roles: []Role{role}}
}

func actions() []Action {
	var list []Action
	for _, r := range table {
		if !slices.Contains(list, r.Action) {
			list = append(list, r.Action)
		}
	}
	return list
}

func resourceOf(a Action) Resource {
	noun, _, _ := strings.Cut(string(a), ".")
	return Resource(noun)
}

func statesOf(res Resource) []string {
	states := []string{""}
	for _, r := range table {
		if r.Resource != res {
			continue
		}
		for _, s := range r.States {
			if !slices.Contains(states, s) {
				states = append(states, s)
			}
		}
	}
	slices.Sort(states)
	return states
}

func orWord(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
