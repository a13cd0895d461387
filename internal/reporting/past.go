package reporting

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// past is what was at a place of the log, as an audience may read it.
type past struct {
	*Service
	scope     Scope
	seq       int64
	at        time.Time
	parties   map[uuid.UUID]*db.Stakeholder
	heard     func(done, total int)         // how far it has come
	filed     map[uuid.UUID]bool            // assessments that were filed with whoever asks, over its own call
	reader    policy.Actor                  // as whom the policy is asked
	readable  map[uuid.UUID]bool            // dialogues: whether the audience could read them
	practices map[subjectKey]report.Subject // what was assessed, as far as the audience may know
}

func (s *Service) past(ctx context.Context, scope Scope, seq int64, at time.Time) (*past, error) {
	p := &past{Service: s, scope: scope, seq: seq, at: at, parties: map[uuid.UUID]*db.Stakeholder{}, filed: map[uuid.UUID]bool{}, practices: map[subjectKey]report.Subject{}, readable: map[uuid.UUID]bool{}}
	switch scope.Audience {
	case report.AudienceRegulator:
		p.reader = policy.Actor{Member: somebody, Roles: []policy.Role{policy.Regulator}, Kind: string(enum.StakeholderKindRegulator), Status: string(enum.StakeholderStatusActive)}
	case report.AudienceParty:
		if err := p.know(ctx, scope.Party); err != nil {
			return nil, err
		}
		if party := p.parties[scope.Party]; party != nil {
			role, _ := policy.ChamberRole(string(party.Kind))
			p.reader = policy.Actor{
				Member: somebody, Roles: []policy.Role{role}, Stakeholder: scope.Party, Kind: string(party.Kind), Status: string(enum.StakeholderStatusActive),
			}
		}
	case report.AudiencePublic:
	}
	return p, nil
}

// somebody is who reads a report that is not for everybody: a member of those whom it is for, whoever that is.
var somebody = uuid.MustParse("00000000-0000-8000-8000-000000000001")

// rows reads the rows that are there now and that a condition keeps, by their ids.
func rows[R any, P interface {
	*R
	store.Row
}](ctx context.Context, s *store.Store, where store.Cond) (map[uuid.UUID]P, []uuid.UUID, error) {
	t := store.TableOf[R, P]()
	all, ids := map[uuid.UUID]P{}, []uuid.UUID{}
	err := s.Query(ctx, "SELECT t."+strings.Join(t.Columns, ", t.")+" FROM "+t.Name+" t WHERE "+where.SQL+" ORDER BY t.id", where.Args, func(r *sql.Rows) error {
		one := new(R)
		if err := t.Scan(r, one); err != nil {
			return err
		}
		id := t.ID(one)
		all[id], ids = one, append(ids, id)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read %s for a report: %w", t.Name, err)
	}
	return all, ids, nil
}

// was is a row as it was.
type was[P any] struct {
	row     P
	version *history.Version
}

// were reads rows of a tracked noun as they were, in the order of their ids; those that were not there yet are left out. The condition
// must be one on what never changes.
func were[R any, P interface {
	*R
	store.Row
}](ctx context.Context, p *past, where store.Cond) ([]was[P], error) {
	now, ids, err := rows[R, P](ctx, p.store, where)
	if err != nil {
		return nil, err
	}
	versions, err := p.history.At(ctx, p.seq, ids)
	if err != nil {
		return nil, err
	}
	var all []was[P]
	for _, id := range ids {
		v := versions[id]
		if v == nil {
			continue
		}
		if err := v.Onto(now[id]); err != nil {
			return nil, err
		}
		all = append(all, was[P]{now[id], v})
	}
	return all, nil
}

// rowsOf are the rows of what was.
func rowsOf[P any](all []was[P]) []P {
	out := make([]P, len(all))
	for i, one := range all {
		out[i] = one.row
	}
	return out
}

// one reads a row of a tracked noun as it was; nil if it was not there yet.
func one[R any, P interface {
	*R
	store.Row
}](ctx context.Context, p *past, id uuid.UUID) (*was[P], error) {
	all, err := were[R, P](ctx, p, store.Where("t.id = ?", id))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// partsOf reads the rows that belonged to a row then, in their order.
func partsOf[R any, P interface {
	*R
	store.Row
}](ctx context.Context, p *past, v *history.Version, table string, where store.Cond) ([]P, error) {
	now, _, err := rows[R, P](ctx, p.store, where)
	if err != nil {
		return nil, err
	}
	return listed(v, table, now)
}

// listed are those of some rows that belonged to a row then, in their order.
func listed[R any, P interface {
	*R
	store.Row
}](v *history.Version, table string, now map[uuid.UUID]P) ([]P, error) {
	return history.Parts[R, P](v, table, now)
}

// reasons are the words that stay with acts.
func (p *past) reasons(ctx context.Context, acts []uuid.UUID) (map[uuid.UUID]string, error) {
	found := map[uuid.UUID]string{}
	if len(acts) == 0 {
		return found, nil
	}
	in := p.store.AnyOf("id", acts)
	err := p.store.Query(ctx, "SELECT id, words FROM act_reasons WHERE "+in.SQL, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var words string
		err := r.Scan(&id, &words)
		found[id] = words
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the reasons of acts: %w", err)
	}
	return found, nil
}

// stateReasons are the reasons of the acts that brought rows into the states they were in.
func (p *past) stateReasons(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	versions, err := p.history.Until(ctx, p.seq, ids)
	if err != nil {
		return nil, err
	}
	of, acts := map[uuid.UUID]uuid.UUID{}, []uuid.UUID{}
	for id, all := range versions {
		i := len(all) - 1
		for state := all[i].Word("state"); i > 0 && all[i-1].Word("state") == state; i-- {
		}
		if all[i].Act != uuid.Nil {
			of[id], acts = all[i].Act, append(acts, all[i].Act)
		}
	}
	words, err := p.reasons(ctx, acts)
	out := map[uuid.UUID]string{}
	for id, act := range of {
		if words[act] != "" {
			out[id] = words[act]
		}
	}
	return out, err
}

// know reads parties as they were.
func (p *past) know(ctx context.Context, ids ...uuid.UUID) error {
	var unknown []uuid.UUID
	for _, id := range ids {
		if _, ok := p.parties[id]; !ok && id != uuid.Nil {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.SortFunc(unknown, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	found, err := were[db.Stakeholder](ctx, p, p.store.AnyOf("t.id", slices.Compact(unknown)))
	for _, one := range found {
		p.parties[one.row.ID] = one.row
	}
	return err
}

// party is who does something; know has read it.
func (p *past) party(id uuid.UUID) report.Party {
	row := p.parties[id]
	if row == nil {
		return report.Party{ID: typeid.New(string(policy.Stakeholder), id).String(), Name: id.String()}
	}
	return report.Party{ID: row.GlobalID().String(), Kind: row.Kind, Name: row.Name}
}

// member gives the id of a member where the audience is their own party.
func (p *past) member(of uuid.UUID, id *uuid.UUID) string {
	if id == nil || *id == uuid.Nil || p.scope.Audience != report.AudienceParty || p.scope.Party != of {
		return ""
	}
	return typeid.New(string(policy.Member), *id).String()
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
