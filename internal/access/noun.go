// Package access joins the policy to what is stored. A domain declares each fact that the policy's rules use once, with its
// Go predicate and its SQL; the decision on one row, the filter of lists, viewerCan and the frame of a use case follow from
// that. It decides nothing itself.
package access

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Fact is one of the policy's facts about a noun. S is a row together with what the facts need to know around it.
type Fact[S any] struct {
	Fact  policy.Fact
	Holds func(a policy.Actor, s S) bool
	SQL   func(a policy.Actor, alias string) store.Cond // nil for a fact that no rule of reading uses
}

// Noun is a noun as the policy and the database see it.
type Noun[R any, S store.Row] struct {
	Resource policy.Resource
	Table    store.Table[R]
	State    string // the column of its state; "state" when empty
	Facts    []Fact[S]
	Row      func(S) *R // nil where S is a row and nothing else
	// Around is the place that a row is in, and AsPlace the row itself as a place in which things are made; nil where there is none.
	Around  func(S) Place
	AsPlace func(a policy.Actor, s S) Place
}

// Party is the fact that a column names the actor's party.
func Party[S store.Row](fact policy.Fact, column string) Fact[S] {
	return Fact[S]{
		Fact:  fact,
		Holds: func(a policy.Actor, s S) bool { return a.Stakeholder != uuid.Nil && named(s, column) == a.Stakeholder },
		SQL: func(a policy.Actor, alias string) store.Cond {
			return store.Where(alias+"."+column+" = ?", a.Stakeholder)
		},
	}
}

// Member is the fact that a column names the acting member. No rule of reading uses it.
func Member[S store.Row](fact policy.Fact, column string) Fact[S] {
	return Fact[S]{
		Fact:  fact,
		Holds: func(a policy.Actor, s S) bool { return a.Member != uuid.Nil && named(s, column) == a.Member },
	}
}

// names are the rows of ent's that say what their columns hold.
type names interface {
	Names(column string) (uuid.UUID, error)
}

func named(s any, column string) uuid.UUID {
	id, err := s.(names).Names(column)
	if err != nil {
		panic(err) // the row was read without a column that a decision needs
	}
	return id
}

// Subject is a row as the policy sees it, for an actor.
func (n Noun[R, S]) Subject(a policy.Actor, s S) policy.Subject {
	subject := policy.Subject{Resource: n.Resource, State: n.state(s)}
	for _, f := range n.Facts {
		if !subject.Facts.Has(f.Fact) && f.Holds(a, s) {
			subject.Facts.Add(f.Fact)
		}
	}
	if n.Around != nil {
		subject.Ended = n.Around(s).Ended
	}
	return subject
}

// row is the row as it is stored, without what is around it.
func (n Noun[R, S]) row(s S) *R {
	if n.Row == nil {
		return any(s).(*R)
	}
	return n.Row(s)
}

func (n Noun[R, S]) stateColumn() string {
	if n.State == "" {
		return "state"
	}
	return n.State
}

func (n Noun[R, S]) state(s S) string {
	return reflect.ValueOf(s.Dest(n.stateColumn())).Elem().String()
}

// Reads tells whether an actor may read a row.
func (n Noun[R, S]) Reads(a policy.Actor, s S) bool {
	return policy.Decide(a, n.Resource.Read(), n.Subject(a, s)).Allowed
}

// Can tells what the viewer can do with each row, and toward it.
func (n Noun[R, S]) Can(ctx context.Context, rows []S) [][]*policy.Decision {
	actor := policy.ActorFrom(ctx)
	out := make([][]*policy.Decision, len(rows))
	for i, s := range rows {
		out[i] = policy.Can(actor, n.Subject(actor, s))
		if n.AsPlace != nil {
			out[i] = append(out[i], policy.CanToward(actor, n.AsPlace(actor, s).subject(n.Resource))...)
		}
	}
	return out
}

// Visible is the policy's filter in SQL for a table of this alias: the rows that Reads allows. Facts that are given hold for
// all rows that are asked about, such as that a list's parent is visible.
func (n Noun[R, S]) Visible(a policy.Actor, alias string, given ...policy.Fact) store.Cond {
	clauses := policy.Visible(a, n.Resource)
	for i := range clauses {
		for _, f := range given {
			clauses[i].Facts.Remove(f)
		}
	}
	return n.Where(a, alias, clauses)
}

// VisibleAs asks, of a row of this alias, whether the actor could read it while it was in a state, whatever it is in now. What the
// row belongs to is visible already.
func (n Noun[R, S]) VisibleAs(a policy.Actor, alias, state string) store.Cond {
	var then []policy.Clause
	for _, c := range policy.Visible(a, n.Resource) {
		if c.States == nil || slices.Contains(c.States, state) {
			then = append(then, policy.Clause{Facts: c.Facts.Without(policy.These(policy.InSight))})
		}
	}
	return n.Where(a, alias, then)
}

// Where writes clauses of the policy as a condition: any whose state and facts hold. What all of them need is asked once.
func (n Noun[R, S]) Where(a policy.Actor, alias string, clauses []policy.Clause) store.Cond {
	if len(clauses) == 0 {
		return store.Never()
	}
	common := clauses[0].Facts
	for _, c := range clauses {
		common = common.Both(c.Facts)
	}
	ways := make([]store.Cond, 0, len(clauses))
	for _, c := range clauses {
		way := n.conditions(a, alias, c.Facts.Without(common))
		if c.States != nil {
			way = slices.Insert(way, 0, store.OneOf(store.Unindexed(alias+"."+n.stateColumn()), c.States))
		}
		if len(way) == 0 {
			ways = []store.Cond{store.Always()}
			break
		}
		ways = append(ways, store.And(way...))
	}
	return store.And(append([]store.Cond{store.Or(ways...)}, n.conditions(a, alias, common)...)...)
}

func (n Noun[R, S]) conditions(a policy.Actor, alias string, facts policy.Facts) []store.Cond {
	var all []store.Cond
	for f := range facts.Each() {
		all = append(all, n.sql(f)(a, alias))
	}
	return all
}

func (n Noun[R, S]) sql(fact policy.Fact) func(policy.Actor, string) store.Cond {
	for _, f := range n.Facts {
		if f.Fact == fact && f.SQL != nil {
			return f.SQL
		}
	}
	panic(fmt.Sprintf("%s: no SQL for the fact %v", n.Resource, policy.These(fact).Names())) // Check finds it at start
}

// InVisible asks for a column to name a row that the actor may see. EachRow keeps SQLite from making a join of it, and from
// walking all rows of this table where a page of something else is wanted.
func (n Noun[R, S]) InVisible(a policy.Actor, column string) store.Cond {
	alias := "in_" + string(n.Resource)
	in := n.Visible(a, alias)
	return store.Where("EXISTS (SELECT 1 FROM "+n.Table.Name+" "+alias+" WHERE "+alias+".id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// InVisibleID asks that the thing with an id is one that the actor may see. A filter by a thing needs it where the list's edge
// to that thing hides it: else the filter tells what the edge does not.
func (n Noun[R, S]) InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond {
	if id == nil {
		return store.Cond{}
	}
	in := n.InVisible(a, "?")
	return store.Where(in.SQL, append([]any{*id}, in.Args...)...)
}

// Check finds what the policy's rules of a noun need and nobody declared.
func (n Noun[R, S]) Check() error {
	for _, r := range policy.Table() {
		if r.Resource != n.Resource {
			continue
		}
		for f := range r.Needs.With(r.Bars).Without(policy.OfActor).Each() {
			i := slices.IndexFunc(n.Facts, func(d Fact[S]) bool { return d.Fact == f && (r.Action != n.Resource.Read() || d.SQL != nil) })
			if i < 0 && r.Action == n.Resource.Read() {
				return fmt.Errorf("the rule %s needs the fact %v, for which internal/%s declares no SQL", r.Action, policy.These(f).Names(), n.Resource)
			}
			if i < 0 && !r.Creates {
				return fmt.Errorf("the rule %s needs the fact %v, which internal/%s does not declare", r.Action, policy.These(f).Names(), n.Resource)
			}
		}
	}
	return nil
}
