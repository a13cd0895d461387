package party

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Roles are in tokens, and no token of a member is at hand while another one acts. So the server keeps what a member's last token
// granted, to tell who could do a piece of work. It decides nothing about what the member itself does: each token still says that.

// learnAtMost bounds how long a request waits for its member's roles to be kept.
const learnAtMost = time.Second

// learn keeps the roles of an actor. A database that takes no changes now must not keep anybody from reading: the roles are then learned
// from a later token.
func (s *Service) learn(ctx context.Context, actor policy.Actor) {
	ctx, cancel := context.WithTimeout(policy.WithActor(ctx, policy.SystemActor("provision")), learnAtMost)
	defer cancel()
	err := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.Lock(ctx, tx, member.Table, actor.Member); err != nil {
			return err
		}
		lookup, err := s.vault.LookupOf(ctx, tx, actor.Member)
		if err != nil || lookup == nil { // erased meanwhile
			return err
		}
		return tx.Member.UpdateOneID(actor.Member).SetRoles(words(actor.Roles)).Exec(ctx)
	})
	if err != nil {
		slog.WarnContext(ctx, "roles_not_kept", "member", actor.Member, "error", err)
	}
}

func sameRoles(a, b []policy.Role) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(r policy.Role) bool { return !slices.Contains(b, r) })
}

func words(roles []policy.Role) []string {
	all := make([]string, len(roles))
	for i, r := range roles {
		all[i] = string(r)
	}
	return all
}

// Colleague loads a member of a party, as it acts by what its last token granted, and keeps it as it is until the end. It is missing
// when the party has no such member: when the member acts for another party, or was erased, or never was here.
func (s *Service) Colleague(ctx context.Context, tx *db.Tx, party, id uuid.UUID) (policy.Actor, error) {
	return s.Acting(ctx, tx, &party, id)
}

// Acting is Colleague also for a member who acts for no party, which a nil one stands for.
func (s *Service) Acting(ctx context.Context, tx *db.Tx, party *uuid.UUID, id uuid.UUID) (policy.Actor, error) {
	row, err := tx.Member.Query().Where(member.ID(id), s.store.ForShare).Only(ctx)
	if db.IsNotFound(err) || err == nil && !same(row.StakeholderID, party) {
		return policy.Actor{}, fault.Missing()
	}
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load a member: %w", err)
	}
	lookup, err := s.vault.LookupOf(ctx, tx, id)
	if err == nil && lookup == nil {
		err = fault.Missing()
	}
	if err != nil {
		return policy.Actor{}, err
	}
	actor := policy.Actor{Member: id, Roles: knownRoles(row.Roles)}
	if party == nil {
		return actor, nil
	}
	of, err := tx.Stakeholder.Get(ctx, *party)
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load the party of a member: %w", err)
	}
	actor.Stakeholder, actor.Kind, actor.Status = *party, string(of.Kind), string(of.Status)
	return actor, nil
}

func same(a, b *uuid.UUID) bool { return a == b || a != nil && b != nil && *a == *b }

// unlearn takes from what is kept of a member a role that was taken back, or all of them if none is named.
func unlearn(ctx context.Context, tx *db.Tx, id uuid.UUID, role policy.Role) error {
	row, err := tx.Member.Get(ctx, id)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("load a member: %w", err)
	}
	left := slices.DeleteFunc(slices.Clone(row.Roles), func(r string) bool { return role == "" || r == string(role) })
	return row.Update().SetRoles(left).Exec(ctx)
}
