package party_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// office is a firm with people who come and go.
type office struct {
	*party.Service
	t     *testing.T
	store *store.Store
	clock *clock.Fixed
	firm  uuid.UUID
}

func offices(t *testing.T, test func(t *testing.T, o *office)) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		now := clock.NewFixed(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		l := actlog.New(s, now, testdb.Keys(t))
		o := &office{Service: party.New(s, l, now), t: t, store: s, clock: now}
		l.Declare(o.Declared()...)
		o.firm = s.Client().Stakeholder.Create().SetKind("FIRM").SetName("F").SetHandle("fff").SetStatus("ACTIVE").SetIssuer("https://id.example").SaveX(t.Context()).ID
		test(t, o)
	})
}

// token is one of Ann of the firm, issued now.
func (o *office) token(roles ...string) party.Claims {
	c := claims("ann", roles...)
	c.Stakeholder, c.IssuedAt = o.firm, o.clock.Now()
	return c
}

// comes is a request with a token.
func (o *office) comes(c party.Claims) policy.Actor {
	o.t.Helper()
	a, err := o.Provision(o.t.Context(), c)
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

// colleague is what the server knows of somebody while another one acts.
func (o *office) colleague(of, member uuid.UUID) (a policy.Actor, err error) {
	o.t.Helper()
	if txErr := o.store.InTx(o.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err = o.Colleague(ctx, tx, of, member)
		return nil
	}); txErr != nil {
		o.t.Fatal(txErr)
	}
	return a, err
}

func (o *office) wantRoles(rule string, member uuid.UUID, want ...policy.Role) {
	o.t.Helper()
	a, err := o.colleague(o.firm, member)
	if diff := cmp.Diff(want, a.Roles); diff != "" || err != nil {
		o.t.Errorf("%s: %v, roles (-want +got):\n%s", rule, err, diff)
	}
}

func (o *office) wantStranger(rule string, of, member uuid.UUID) {
	o.t.Helper()
	if a, err := o.colleague(of, member); !fault.Is(err, fault.NotFound) {
		o.t.Errorf("%s is known as %+v, %v", rule, a, err)
	}
}

func TestAColleagueActsByTheRolesOfItsLastToken(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		ann := o.comes(o.token("firm", "author", "superuser")).Member
		want := policy.Actor{Member: ann, Stakeholder: o.firm, Kind: "FIRM", Status: "ACTIVE", Roles: []policy.Role{policy.Firm, policy.Author}}
		if a, err := o.colleague(o.firm, ann); err != nil || cmp.Diff(want, a) != "" {
			t.Errorf("a colleague is known as %+v, %v, want %+v", a, err, want)
		}
		o.comes(o.token("auditor"))
		o.wantRoles("another token a moment later", ann, policy.Auditor)
		o.clock.Advance(time.Minute)
		o.comes(o.token("approver", "firm"))
		o.wantRoles("another token later", ann, policy.Approver, policy.Firm)

		o.wantStranger("whoever never came", o.firm, uuid.New())
		other := o.store.Client().Stakeholder.Create().SetKind("FIRM").SetName("G").SetHandle("ggg").SetStatus("ACTIVE").SetIssuer("https://id.example").SaveX(t.Context()).ID
		o.wantStranger("somebody of another firm", other, ann)
		moved := o.token("firm")
		moved.Stakeholder = other
		o.comes(moved)
		o.wantStranger("somebody who has left", o.firm, ann)
		if err := o.store.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := o.Revoked(ctx, moved)
			if err == nil {
				err = o.Revoke(ctx, tx, ann)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if row := o.store.Client().Member.GetX(t.Context(), ann); len(row.Roles) > 0 {
			t.Errorf("of an erased member the roles %v are kept", row.Roles)
		}
	})
}

func TestARoleThatIsTakenBackIsNotKept(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		before := o.token("firm", "approver")
		ann := o.comes(before).Member
		admin := policy.WithActor(t.Context(), policy.Actor{Member: o.comes(claims("admin", "admin")).Member, Roles: []policy.Role{policy.Admin}})
		if _, err := o.RevokeAccess(admin, party.Revoking{Member: ann, Role: policy.Firm, Reason: "A test."}); err != nil {
			t.Fatal(err)
		}
		o.wantRoles("a role was taken back", ann, policy.Approver)
		o.clock.Advance(time.Minute)
		o.comes(before)
		o.wantRoles("a token from before comes", ann, policy.Approver)
		o.comes(o.token("firm", "approver"))
		o.wantRoles("a token from afterwards comes", ann, policy.Firm, policy.Approver)
		if _, err := o.RevokeAccess(admin, party.Revoking{Member: ann, Reason: "A test."}); err != nil {
			t.Fatal(err)
		}
		o.wantRoles("all tokens were taken back", ann)
	})
}

// A database that takes no changes keeps nobody from reading.
func TestWhoCannotBeLearnedComesAllTheSame(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		ann := o.comes(o.token("firm"))
		gone, end := context.WithCancel(t.Context())
		end()
		a, err := o.Provision(gone, o.token("approver"))
		if err != nil || a.Member != ann.Member || !a.Has(policy.Approver) {
			t.Errorf("a member whose roles cannot be kept comes as %+v, %v", a, err)
		}
		o.wantRoles("roles were not kept", ann.Member, policy.Firm)
	})
}

// Whoever sends two tokens in turn is not remembered for longer with what the party was.
func TestTokensInTurnDoNotHideAChangeOfTheParty(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		o.comes(o.token("firm"))
		o.store.Client().Stakeholder.UpdateOneID(o.firm).SetStatus(enum.StakeholderStatusSuspended).ExecX(t.Context())
		for range 5 {
			o.clock.Advance(time.Second)
			o.comes(o.token("approver"))
			o.comes(o.token("firm"))
		}
		if a := o.comes(o.token("firm")); a.Status != string(enum.StakeholderStatusSuspended) {
			t.Errorf("the party is %s to its member 5 s after it was suspended", a.Status)
		}
	})
}
