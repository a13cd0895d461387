package party_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func claims(subject string, roles ...string) party.Claims {
	return party.Claims{Issuer: "https://id.example", Subject: subject, TokenID: "j-" + subject, Roles: roles, IssuedAt: time.Now()}
}

func TestProvisioning(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		parties := party.New(s, actlog.New(s, clock.System{}, testdb.Keys(t)), clock.System{})
		firm, err := s.Client().Stakeholder.Create().SetKind("FIRM").SetName("F").SetHandle("fff").SetStatus("ACTIVE").SetIssuer("https://id.example").Save(ctx)
		if err != nil {
			t.Fatal(err)
		}
		of := func(c party.Claims) policy.Actor {
			t.Helper()
			a, err := parties.Provision(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}

		customer := of(claims("carla.real@example.org", "customer"))
		if customer.Kind != "CUSTOMER" || customer.Status != "ACTIVE" {
			t.Errorf("a customer's first token gives %+v, want an active customer", customer)
		}
		row, err := s.Client().Stakeholder.Get(ctx, customer.Stakeholder)
		if err != nil || strings.Contains(row.Name+row.Handle+string(row.Description), "carla") {
			t.Errorf("the pseudonym %q (%s) tells who it is (%v)", row.Name, row.Handle, err)
		}
		if again := of(claims("carla.real@example.org", "customer")); again.Member != customer.Member || again.Stakeholder != customer.Stakeholder {
			t.Errorf("a second token gives another member: %+v", again)
		}
		other := claims("carla.real@example.org", "customer")
		other.Issuer = "https://other.example"
		if stranger := of(other); stranger.Member == customer.Member {
			t.Error("one subject of two issuers is one member")
		}
		if a := of(claims("newcomer", "firm")); a.Stakeholder != uuid.Nil || !a.SignedIn() {
			t.Errorf("a firm's member without a party gets one: %+v", a)
		}
		bound := claims("worker", "firm", "Firm", "superuser", "regulator")
		bound.Stakeholder = firm.ID
		a := of(bound)
		if a.Stakeholder != firm.ID || !a.Has(policy.Firm) || a.Has(policy.Regulator) || len(a.Roles) != 2 {
			t.Errorf("a token for a firm gives %+v: want that firm, its chamber only, and known roles only", a)
		}
		bound.Stakeholder = uuid.New()
		if _, err := parties.Provision(ctx, bound); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a token for a party that is not there = %v, want Unauthenticated", err)
		}
	})
}

func TestManyFirstTokensAtOnceMakeOneMember(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var wg sync.WaitGroup
		ring := testdb.Keys(t)
		for range 8 { // as many replicas, each with its own memory
			parties := party.New(s, actlog.New(s, clock.System{}, ring), clock.System{})
			wg.Go(func() {
				if _, err := parties.Provision(ctx, claims("same", "customer")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		members, err := s.Client().Member.Query().Count(ctx)
		if err != nil || members != 1 {
			t.Errorf("%d members, %v, want 1", members, err)
		}
		customers, err := s.Client().Stakeholder.Query().Count(ctx)
		if err != nil || customers != 1 {
			t.Errorf("%d customers, %v, want 1", customers, err)
		}
	})
}

func TestRevocation(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		now := clock.NewFixed(time.Now())
		parties := party.New(s, actlog.New(s, now, testdb.Keys(t)), now)
		is := func(c party.Claims) bool {
			t.Helper()
			revoked, err := parties.Revoked(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			return revoked
		}
		early, late := claims("s", "firm"), claims("s", "firm")
		early.IssuedAt, late.IssuedAt = now.Now().Add(-time.Minute), now.Now().Add(time.Minute)
		late.TokenID = "j-late"
		if is(early) {
			t.Error("a token is revoked before anybody revoked it")
		}
		create := s.Client().Revocation.Create
		if err := create().SetIssuer("https://id.example").SetSubject("s").SetNotBefore(now.Now()).SetCreatedAt(now.Now()).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		if err := create().SetIssuer("https://id.example").SetTokenID("j-late2").SetCreatedAt(now.Now()).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		now.Advance(5 * time.Second) // within which every replica must know
		if !is(early) {
			t.Error("a token of the subject from before is not revoked")
		}
		if is(late) {
			t.Error("a token of the subject from after is revoked")
		}
		late.TokenID = "j-late2"
		if !is(late) {
			t.Error("a token revoked by its id is not revoked")
		}
		late.Issuer = "https://other.example"
		if is(late) {
			t.Error("a token of another issuer is revoked")
		}
		if is(party.Claims{Issuer: "https://id.example", Subject: "x", IssuedAt: now.Now()}) {
			t.Error("a token without an id is revoked by an empty one")
		}
	})
}
