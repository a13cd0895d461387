// Package feed gives the act log to its readers: pages for integrators, live events for subscribers. Every act is authorised
// when it is delivered, by the same policy as everything else. Whoever sees an act sees its place in the log, too, but for acts
// whose nouns keep it from everybody. Cursors are sealed for the viewer, so that nobody reads a place in them. They point to a place
// in the log: one is good for every list and subscription of acts.
package feed

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Sight reports which of some subjects of one kind the viewer may see.
type Sight func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error)

// Service follows the log for viewers.
type Service struct {
	store *store.Store
	log   *actlog.Log
	sight map[policy.Resource]Sight
	place map[policy.Resource]Sight
	veils Veils
	hub   *hub

	within Within
}

// Within tells which of some assessments are of firms with one of some jurisdictions.
type Within func(ctx context.Context, codes []string, assessments []uuid.UUID) (map[uuid.UUID]bool, error)

// Tell says how assessments are told apart by jurisdictions.
func (s *Service) Tell(w Within) { s.within = w }

// Veils tells whether the place in the log of an act of a type on a noun is kept from everybody: it would tell when one customer
// turned to one firm, or in which order secret ballots were cast.
type Veils func(noun, typ string) bool

// New makes the service. sight says of every resource that acts can be about who may see it; place says of a resource whose
// subjects can be hidden who may see where they were.
func New(s *store.Store, l *actlog.Log, sight, place map[policy.Resource]Sight, veils Veils) *Service {
	f := &Service{store: s, log: l, sight: sight, place: place, veils: veils}
	f.hub = newHub(f)
	l.OnLoss(f.hub.lose)
	return f
}

// Filter says which acts to follow.
type Filter struct {
	Types    []string
	Subjects []uuid.UUID
	Dialogue *uuid.UUID
	Around   *uuid.UUID // a subject and the comments on it
	Actor    *uuid.UUID // the party that acted
	// Concerning is a party that acted, or whose the subject is.
	Concerning   *uuid.UUID
	Since, Until *time.Time // at or after the one, and before the other
	Among        *Among     // nil for all
}

// Check refuses filters that are too long.
func (f Filter) Check() error {
	if len(f.Types) > 50 {
		return fault.TooLong("filter.type", len(f.Types), 50)
	}
	if len(f.Subjects) > 100 {
		return fault.TooLong("filter.subject", len(f.Subjects), 100)
	}
	return nil
}

// matches reports whether to follow an act.
func (f Filter) matches(a *db.Act) bool {
	switch {
	case len(f.Types) > 0 && !slices.Contains(f.Types, a.Type):
		return false
	case len(f.Subjects) > 0 && !slices.Contains(f.Subjects, a.SubjectID):
		return false
	case f.Dialogue != nil && (a.DialogueID == nil || *a.DialogueID != *f.Dialogue):
		return false
	case f.Actor != nil && !names(a.StakeholderID, *f.Actor):
		return false
	case f.Concerning != nil && !names(a.StakeholderID, *f.Concerning) && !names(a.OwnerID, *f.Concerning):
		return false
	case f.Among != nil && f.Among.of(a) == uuid.Nil:
		return false
	case f.Since != nil && a.At.Before(*f.Since), f.Until != nil && !a.At.Before(*f.Until):
		return false
	case f.Around != nil && a.SubjectID != *f.Around:
		return aboutOf(a) == *f.Around
	}
	return true
}

func names(column *uuid.UUID, id uuid.UUID) bool { return column != nil && *column == id }

// query finds acts that may match.
func (f Filter) query(ctx context.Context, limit int) actlog.Query {
	return actlog.Query{
		Subjects: f.Subjects, Dialogue: f.Dialogue, Actor: f.Actor, Concerning: f.Concerning, Since: f.Since, Until: f.Until,
		Party: policy.ActorFrom(ctx).Stakeholder, Private: private(policy.ActorFrom(ctx)), Limit: limit,
	}
}

// aboutOf is what an act's subject belongs to, such as the proposal of a comment; Nil for none.
func aboutOf(a *db.Act) uuid.UUID {
	if a.ParentID == nil {
		return uuid.Nil
	}
	return *a.ParentID
}

// scopeOf is what the cursors of a viewer are sealed for.
func scopeOf(viewer string) store.Scope { return store.Scope{List: "acts", Viewer: viewer} }

// key is the same for filters that mean the same.
func (f Filter) key() string {
	types := slices.Sorted(slices.Values(f.Types))
	subjects := slices.SortedFunc(slices.Values(f.Subjects), func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) })
	key := fmt.Sprintf("%v|%v|%v|%v", types, subjects, f.Dialogue, f.Around)
	if f.Actor != nil || f.Concerning != nil || f.Since != nil || f.Until != nil {
		key += fmt.Sprintf("|%v|%v|%v|%v", f.Actor, f.Concerning, f.Since, f.Until)
	}
	if f.Among != nil {
		key += "|among " + f.Among.Noun + " " + f.Among.Key
	}
	return key
}

// Act is an act as a viewer sees it.
type Act struct {
	*db.Act
	veiled bool // nobody is told its place in the log
}

// Place is the act's sequence number in the log, nil before it has one and where it is kept from everybody.
func (a *Act) Place() *string {
	if a.veiled || a.ID == 0 {
		return nil
	}
	s := strconv.FormatInt(a.ID, 10)
	return &s
}

// Word is the act's type as the schema has it.
func (a *Act) Word() enum.ActType { return act.Word(a.Type) }

// About is the id of the act's subject.
func (a *Act) About() typeid.ID { return typeid.New(a.SubjectType, a.SubjectID) }

// CommitmentHex is the commitment in hexadecimal.
func (a *Act) CommitmentHex() string { return hex.EncodeToString(a.Commitment) }

// Event is an act as it happens.
type Event struct {
	Cursor string
	Act    *Act
	About  uuid.UUID // what a subscription to one thing follows
}

// Page is part of the log.
type Page struct {
	Edges    []*Edge
	PageInfo *store.PageInfo
}

// Edge is an act in a page.
type Edge struct {
	Cursor string
	Node   *Act
}

// Nodes are the acts of a page.
func (p *Page) Nodes() []*Act {
	acts := make([]*Act, len(p.Edges))
	for i, e := range p.Edges {
		acts[i] = e.Node
	}
	return acts
}

// Items are the acts without their type, for a caller that walks many lists at once.
func (p *Page) Items() []any {
	items := make([]any, len(p.Edges))
	for i, e := range p.Edges {
		items[i] = e.Node
	}
	return items
}

// Head gives a cursor at the log's present end: every act without a sequence number yet comes after it.
func (s *Service) Head(ctx context.Context) (string, error) {
	seq, act, err := s.log.End(ctx)
	if err != nil {
		return "", err
	}
	return s.seal(scopeOf(policy.ActorFrom(ctx).Key()), actlog.PositionAt(seq, act)), nil
}

// PlaceOf gives the place in the log to which a cursor points that the viewer was given; field is the argument that holds the cursor.
func (s *Service) PlaceOf(ctx context.Context, field, cursor string) (seq int64, err error) {
	p, err := s.unseal(ctx, field, scopeOf(policy.ActorFrom(ctx).Key()), cursor)
	return p.Seq, err
}

// private are the audiences whose acts the actor reads only where they are its party's.
func private(a policy.Actor) (all []string) {
	for _, audience := range act.Private {
		if !oversees(a, audience) {
			all = append(all, audience)
		}
	}
	return all
}

// oversees tells whether the actor reads every act for an audience, whoever did it and on what.
func oversees(a policy.Actor, audience string) bool {
	return policy.Decide(a, policy.ReadAct, policy.Subject{Resource: policy.Act, State: audience}).Allowed
}

// authorise keeps the acts that the viewer may see, with one query for each kind of subject.
func (s *Service) authorise(ctx context.Context, acts []*db.Act) ([]*Act, error) {
	if len(acts) == 0 {
		return nil, nil
	}
	actor := policy.ActorFrom(ctx)
	shown, err := s.shown(ctx, actor, acts)
	if err != nil {
		return nil, fmt.Errorf("authorise acts: %w", err)
	}
	seen := make([]*Act, 0, len(acts))
	for _, a := range acts {
		subject := subjectOf(actor, a)
		if shown[shownTo{a.Audience, a.SubjectID}] {
			subject.Facts.Add(policy.Shown)
		}
		if policy.Decide(actor, policy.ReadAct, subject).Allowed {
			seen = append(seen, &Act{Act: a, veiled: s.veils(a.SubjectType, a.Type)})
		}
	}
	return seen, nil
}

// shownTo is a subject and the audience of an act on it: those who may see the subject, or those who may see its place.
type shownTo struct {
	audience string
	subject  uuid.UUID
}

// shown reports which subjects the viewer may see, or of which it may see the place, whichever the act's audience requires.
func (s *Service) shown(ctx context.Context, actor policy.Actor, acts []*db.Act) (map[shownTo]bool, error) {
	asked := map[question][]uuid.UUID{}
	for _, a := range acts {
		if policy.Decide(actor, policy.ReadAct, subjectOf(actor, a)).Allowed {
			continue // it makes no difference who may see the subject
		}
		if a.Audience == act.ForSubject || a.Audience == act.ForPlace {
			q := question{a.Audience, policy.Resource(a.SubjectType)}
			asked[q] = append(asked[q], a.SubjectID)
		}
	}
	shown := map[shownTo]bool{}
	for q, ids := range asked {
		see := s.sight[q.resource]
		if q.audience == act.ForPlace {
			see = s.place[q.resource]
		}
		if see == nil {
			return nil, fmt.Errorf("no noun declares who may see acts on a %s for the audience %s", q.resource, q.audience)
		}
		visible, err := see(ctx, ids)
		if err != nil {
			return nil, err
		}
		for id, may := range visible {
			shown[shownTo{q.audience, id}] = may
		}
	}
	return shown, nil
}

// question asks who may see subjects of one resource, or their places.
type question struct {
	audience string
	resource policy.Resource
}

// Shown gives those of some acts that are of one of the types, or of any, in the dialogue, or anywhere, about an assessment of a firm with
// one of the jurisdictions, or about anything, and that the viewer may see now; for delivery by other means.
func (s *Service) Shown(ctx context.Context, types []string, dialogue *uuid.UUID, jurisdictions []string, acts []*db.Act) ([]*db.Act, error) {
	f := Filter{Types: types, Dialogue: dialogue}
	if len(jurisdictions) > 0 {
		f.Among = &Among{Noun: string(policy.Assessment), Keeps: func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
			return s.within(ctx, jurisdictions, ids)
		}}
	}
	kept, err := f.kept(ctx, slices.DeleteFunc(slices.Clone(acts), func(a *db.Act) bool { return !f.matches(a) }))
	if err != nil {
		return nil, err
	}
	seen, err := s.authorise(ctx, kept)
	rows := make([]*db.Act, len(seen))
	for i, a := range seen {
		rows[i] = a.Act
	}
	return rows, err
}

// Lookup gives an act by its id; nil when there is none or the viewer may not see it.
func (s *Service) Lookup(ctx context.Context, id uuid.UUID) (*db.Act, error) {
	acts, err := s.ByID(ctx, []uuid.UUID{id})
	if err != nil || acts[id] == nil {
		return nil, err
	}
	return acts[id].Act, nil
}

// ByID gives the acts that the viewer may see.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Act, error) {
	rows, err := s.log.ByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*db.Act, 0, len(rows))
	for _, a := range rows {
		list = append(list, a)
	}
	return s.Seen(ctx, list)
}

// subjectOf is the act as the policy sees it, without the fact Shown.
func subjectOf(a policy.Actor, done *db.Act) policy.Subject {
	s := policy.Subject{Resource: policy.Act, State: done.Audience}
	if a.Stakeholder != uuid.Nil && (names(done.StakeholderID, a.Stakeholder) || done.Audience == act.ForParties && names(done.OwnerID, a.Stakeholder)) {
		s.Facts.Add(policy.Own)
	}
	return s
}

// Seen gives those acts that the viewer may see, by their ids.
func (s *Service) Seen(ctx context.Context, acts []*db.Act) (map[uuid.UUID]*Act, error) {
	seen, err := s.authorise(ctx, acts)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]*Act, len(seen))
	for _, a := range seen {
		out[a.ActID] = a
	}
	return out, nil
}
