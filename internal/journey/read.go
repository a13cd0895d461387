package journey

import (
	"context"
	"math/big"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/eventlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of journeys.
type Page = store.Page[*db.Journey]

// Edge is an entry of a page of journeys.
type Edge = store.Edge[*db.Journey]

// placed is a journey.
type placed struct{ *db.Journey }

// noun says what the policy needs to know of a journey.
var noun = access.Noun[db.Journey, placed]{
	Resource: policy.Journey,
	Table:    store.TableOf[db.Journey](),
	Row:      func(p placed) *db.Journey { return p.Journey },
	Facts:    []access.Fact[placed]{access.Party[placed](policy.Own, "firm_id")},
}

// Filter says which journeys to list.
type Filter struct {
	Firm         *uuid.UUID
	Mode         *enum.JourneyMode
	State        []enum.JourneyState
	Text         string
	ChangedSince *time.Time
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Journey], error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.firm_id = ?", f.Firm).Text(f.Text, "t.name").Since("t.updated_at", f.ChangedSince)
		if f.Mode != nil {
			n.And(store.Where("t.mode = ?", string(*f.Mode)))
		}
	})
	if err == nil {
		access.Sort(&l, access.Orders[string]{}, "", f.ChangedSince)
	}
	return l, err
}

// List reads a page of journeys, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.Store, l)
}

// Of reads a page of the journeys of each firm, newest first.
func (s *Service) Of(ctx context.Context, firms []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.pages(ctx, "t.firm_id", firms, page)
}

// ActualOf reads a page of the journeys that are compared with each plan, newest first.
func (s *Service) ActualOf(ctx context.Context, plans []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.pages(ctx, "t.plan_id", plans, page)
}

func (s *Service) pages(ctx context.Context, parent string, of []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Parent = parent
	return store.Pages(ctx, s.Store, l, of)
}

// Can tells what the viewer can do with each journey.
func (s *Service) Can(ctx context.Context, rows []*db.Journey) [][]*policy.Decision {
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row}
	}
	return s.Frame.Can(ctx, all)
}

// WalkedPath is a way that cases took.
type WalkedPath struct {
	Steps []string
	Cases int
}

// Walked are paths of a journey, the most frequent first.
func Walked(row *db.Journey, most, skip int) ([]*WalkedPath, error) {
	paths, err := pathsOf(row)
	if err != nil {
		return nil, err
	}
	all := make([]WalkedPath, len(paths))
	for i, p := range paths {
		all[i] = WalkedPath{Steps: p.Steps, Cases: int(p.Cases)}
	}
	return part(all, most, skip)
}

// Deviation is how many cases left the plan at a step in one way.
type Deviation struct {
	ID    uuid.UUID // of the touchpoint; zero for a step that is not planned
	Step  string
	Kind  enum.DeviationKind
	Cases int
	Share string
}

// Deviations counts where the cases of the shown paths of journeys left their plans; nil for a journey whose plan the actor does not see,
// or that has none.
func (s *Service) Deviations(ctx context.Context, rows []*db.Journey, most, skip int) ([][]*Deviation, error) {
	var plans []uuid.UUID
	for _, row := range rows {
		if row.PlanID != nil {
			plans = append(plans, *row.PlanID)
		}
	}
	seen, err := s.ByID(ctx, plans)
	if err != nil {
		return nil, err
	}
	steps, err := s.Steps(ctx, plans, nil)
	if err != nil {
		return nil, err
	}
	all := make([][]*Deviation, len(rows))
	for i, row := range rows {
		if row.PlanID == nil || seen[*row.PlanID] == nil {
			continue
		}
		if err := ctx.Err(); err != nil { // long paths take a while
			return nil, err
		}
		if all[i], err = deviations(row, steps[*row.PlanID], most, skip); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func deviations(row *db.Journey, plan []*db.Touchpoint, most, skip int) ([]*Deviation, error) {
	paths, err := pathsOf(row)
	if err != nil {
		return nil, err
	}
	names, ids := make([]string, len(plan)), map[string]uuid.UUID{}
	for i, step := range plan {
		names[i], ids[step.Name] = step.Name, step.ID
	}
	counted := eventlog.Count(names, paths)
	all := make([]Deviation, len(counted))
	for i, c := range counted {
		all[i] = Deviation{ID: ids[c.Step], Step: c.Step, Kind: enum.DeviationKind(c.Kind), Cases: int(c.Cases), Share: share(c.Share)}
	}
	return part(all, most, skip)
}

// share is a share as it is shown.
func share(r *big.Rat) string { return r.FloatString(4) }

// part is a part of a list.
func part[T any](all []T, most, skip int) ([]*T, error) {
	if skip < 0 {
		return nil, fault.InvalidField("skip", enum.UserErrorCodeOutOfRange, "this cannot be less than 0")
	}
	all = all[min(skip, len(all)):min(skip+most, len(all))]
	out := make([]*T, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out, nil
}

var touchpoints = store.TableOf[db.Touchpoint]()

// Steps reads the first touchpoints that are in each journey, in their order; nil for all. The journeys are visible already.
func (s *Service) Steps(ctx context.Context, journeys []uuid.UUID, first *int32) (map[uuid.UUID][]*db.Touchpoint, error) {
	if first == nil {
		first = new(int32(mostSteps))
	}
	slice, err := store.PageArgs{First: first}.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.Store, store.List[db.Touchpoint]{
		Table: touchpoints, Parent: "t.journey_id", Where: store.Where("t.state = 'PRESENT'"), Order: store.Order{Column: "position"}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, journeys)
	lists := make(map[uuid.UUID][]*db.Touchpoint, len(journeys))
	for _, id := range journeys {
		lists[id] = []*db.Touchpoint{}
		if p := pages[id]; p != nil && p.Nodes != nil {
			lists[id] = p.Nodes
		}
	}
	return lists, err
}

// Footprints adds up the steps of planned journeys; nil for an actual one.
func (s *Service) Footprints(ctx context.Context, rows []*db.Journey) ([]*Footprint, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	found, err := s.Steps(ctx, ids, nil)
	all := make([]*Footprint, len(rows))
	for i, row := range rows {
		if row.Mode != enum.JourneyModePlanned {
			continue
		}
		steps := make([]Step, len(found[row.ID]))
		for j, step := range found[row.ID] {
			steps[j] = StepOf(step)
		}
		all[i] = FootprintOf(steps)
	}
	return all, err
}
