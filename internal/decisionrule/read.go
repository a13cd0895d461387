package decisionrule

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of decision rules.
type Page = store.Page[*db.DecisionRule]

// Edge is an entry of a page of decision rules.
type Edge = store.Edge[*db.DecisionRule]

// noun says what the policy needs to know of a decision rule.
var noun = access.Noun[db.DecisionRule, *db.DecisionRule]{
	Resource: policy.DecisionRule,
	Table:    store.TableOf[db.DecisionRule](),
	Facts:    []access.Fact[*db.DecisionRule]{access.Party[*db.DecisionRule](policy.Own, "owner_id")},
}

// Filter says which rules to list.
type Filter struct {
	State        []enum.DecisionRuleState
	Key          []string
	Owner        *uuid.UUID
	Text         string
	ChangedSince *time.Time
}

// List reads a page of rules, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	var form fault.Form
	if form.Count("filter.key", len(f.Key), 0, 50); form.Err() != nil {
		return nil, form.Err()
	}
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.owner_id = ?", f.Owner).Text(f.Text, "t.title", "t.key").Since("t.updated_at", f.ChangedSince)
		if len(f.Key) > 0 {
			n.And(s.Store.AnyText("t.key", f.Key))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string]{}, "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// Referred reads a version by its key and number, or the newest one by its key alone; nil if there is none.
func (s *Service) Referred(ctx context.Context, reference string) (*db.DecisionRule, error) {
	if strings.Contains(reference, "@") {
		return s.ByReference(ctx, reference)
	}
	one := int32(1)
	p, err := s.List(ctx, Filter{State: []enum.DecisionRuleState{enum.DecisionRuleStateCurrent}, Key: []string{reference}}, store.PageArgs{First: &one})
	if err != nil || len(p.Nodes) == 0 {
		return nil, err
	}
	return p.Nodes[0], nil
}

// Leaves are the paths of the leaves of a rule.
func Leaves(row *db.DecisionRule) ([]string, error) {
	rule, err := compiled(row)
	if err != nil {
		return nil, err
	}
	return rule.Leaves(), nil
}

// compiled reads the document of a row.
func compiled(row *db.DecisionRule) (*decision.Rule, error) {
	rule, faults := decision.Parse([]byte(row.Document))
	if len(faults) > 0 {
		return nil, fmt.Errorf("read the rule %s: %w", row.Reference, faults[0])
	}
	return rule, nil
}

// rule reads a rule by its id.
func (s *Service) rule(ctx context.Context, id uuid.UUID) (*decision.Rule, error) {
	rows, err := s.ByID(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	row, ok := rows[id]
	if !ok {
		return nil, fault.MissingField("rule")
	}
	return compiled(row)
}
