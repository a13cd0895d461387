package decisionrule

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbrule "github.com/plenary-dialogue/plenary/ent/db/decisionrule"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about decision rules.
var acts = []act.Type{{Name: "decisionrule.defined"}}

// Dialogues are where rules are used.
type Dialogues interface {
	// Places reads dialogues, with what the actor may see.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
}

// Service holds the use cases of decision rules.
type Service struct {
	access.Frame[db.DecisionRule, *db.DecisionRule]
	clock     clock.Clock
	dialogues Dialogues
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, d Dialogues) *Service {
	n := &Service{clock: c, dialogues: d}
	n.Frame = access.Frame[db.DecisionRule, *db.DecisionRule]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Define keeps the first version of a key, or the next one. Of two definitions of one key at once the unique index refuses the second,
// which then tries again.
func (s *Service) Define(ctx context.Context, document string, expected *int32) (*act.Result, error) {
	return s.Create(ctx, policy.DefineRule, "decisionrule.defined", nil, func(ctx context.Context, tx *db.Tx) (*db.DecisionRule, error) {
		rule, faults := decision.Parse([]byte(document))
		if len(faults) > 0 {
			return nil, formOf(faults)
		}
		if err := passable(rule); err != nil {
			return nil, err
		}
		newest, err := s.newest(ctx, tx, rule.Document().Key)
		if err != nil {
			return nil, err
		}
		server := policy.ActorFrom(ctx).System != ""
		version, err := newest.next(rule.Hash(), decision.Reserved(rule.Document().Key), server, expected)
		if err != nil {
			return nil, err
		}
		return s.save(ctx, tx, rule, version)
	})
}

// mostFaults is how many mistakes of a document are told at once.
const mostFaults = 250

// formOf are the mistakes of a document, each with its path.
func formOf(faults []decision.Fault) error {
	var form fault.Form
	for i, f := range faults {
		if i == mostFaults {
			form.Refuse("document", enum.UserErrorCodeTooMany, "there are %d mistakes in all; these are the first %d", len(faults), mostFaults)
			break
		}
		form.Refuse(path(f.Steps), f.Code.Word(), "%s", f.Message)
	}
	return form.Err()
}

// passable refuses a rule under which nothing could be adopted on any roll.
func passable(rule *decision.Rule) error {
	var form fault.Form
	for _, f := range rule.Hopeless() {
		form.Refuse(path(f.Steps), enum.UserErrorCodeNotPassable, "%s", f.Message)
	}
	return form.Err()
}

func (s *Service) newest(ctx context.Context, tx *db.Tx, key string) (standing, error) {
	var st standing
	const text = "SELECT version, hash, owner_id FROM decision_rules WHERE key = ? ORDER BY version DESC LIMIT 1"
	err := s.Store.QueryTx(ctx, tx, text, []any{key}, func(r *sql.Rows) error {
		var owner uuid.NullUUID
		err := r.Scan(&st.version, &st.hash, &owner)
		st.own = owner.Valid && owner.UUID == policy.ActorFrom(ctx).Stakeholder
		return err
	})
	if err != nil {
		return st, fmt.Errorf("read the newest version: %w", err)
	}
	return st, nil
}

func (s *Service) save(ctx context.Context, tx *db.Tx, rule *decision.Rule, version int) (*db.DecisionRule, error) {
	d, now := rule.Document(), s.clock.Now()
	const before = "UPDATE decision_rules SET state = 'SUPERSEDED', revision = revision + 1, updated_at = ? WHERE key = ? AND state = 'CURRENT' RETURNING id"
	err := s.Store.QueryTx(ctx, tx, before, []any{now, d.Key}, func(r *sql.Rows) error {
		return act.AlsoOne(ctx, policy.DecisionRule, r.Scan)
	})
	if err != nil {
		return nil, fmt.Errorf("supersede the version before: %w", err)
	}
	create := tx.DecisionRule.Create().SetKey(d.Key).SetVersion(version).SetReference(fmt.Sprintf("%s@%d", d.Key, version)).SetTitle(d.Key).
		SetDocument(string(rule.Bytes())).SetHash(rule.Hash()).SetCreatedAt(now).SetUpdatedAt(now)
	if d.Title != "" {
		create.SetTitle(d.Title)
	}
	if d.Source != "" {
		create.SetSource(d.Source)
	}
	if a := policy.ActorFrom(ctx); a.Stakeholder != uuid.Nil {
		create.SetOwnerID(a.Stakeholder)
	}
	return create.Save(ctx)
}

// Ship defines the rules that come with the server and that the database does not have in any version: an older server beside this one
// does not define its own again. The actor is the server itself.
func (s *Service) Ship(ctx context.Context) error {
	presets, err := decision.Presets()
	if err != nil {
		return fmt.Errorf("read the rules that are shipped: %w", err)
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("rules"))
	for _, rule := range presets {
		there, err := s.Store.Client().DecisionRule.Query().Where(dbrule.Key(rule.Document().Key), dbrule.Hash(rule.Hash())).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for the rule %s: %w", rule.Document().Key, err)
		}
		if there {
			continue
		}
		_, err = s.Define(ctx, string(rule.Bytes()), nil)
		if f := fault.Of(err); err != nil && (f == nil || f.UserCode() != enum.UserErrorCodeNothingToDo) {
			return fmt.Errorf("ship the rule %s: %w", rule.Document().Key, err)
		}
	}
	return nil
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.DecisionRule, error) {
	return tx.DecisionRule.Query().Where(dbrule.ID(id), s.Store.ForUpdate).Only(ctx)
}

// Personal says that rules are of organisations.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "decision_rules", Column: "owner_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
		Withheld: "What an organisation defines is its own, not its member's.",
	}}
}

func entry(typ string, row *db.DecisionRule) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.DecisionRule, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"reference": row.Reference, "hash": row.Hash},
	}
	if row.OwnerID != nil {
		e.Owner = *row.OwnerID
	}
	return e
}
