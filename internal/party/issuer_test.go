package party_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const ours, theirs = "https://id.example", "https://other.example"

func TestAnIssuerSpeaksForItsOwnParties(t *testing.T) {
	own, nobodys, unread, id := ours, "", (*string)(nil), uuid.UUID{7}
	for _, row := range []struct {
		name   string
		issuer string
		owner  *string
		reach  party.Reach
		want   bool
	}{
		{"an issuer speaks for a party that registered under it", ours, &own, party.Reach{}, true},
		{"not for one of another issuer", theirs, &own, party.Reach{}, false},
		{"unless the settings name the party", theirs, &own, party.Reach{Parties: []uuid.UUID{{1}, id}}, true},
		{"and not because they name another", theirs, &own, party.Reach{Parties: []uuid.UUID{{1}}}, false},
		{"or give it all", theirs, &own, party.Reach{All: true}, true},
		{"nobody speaks for a party without an issuer", ours, &nobodys, party.Reach{}, false},
		{"nor an issuer without a name", "", &nobodys, party.Reach{}, false},
		{"nor for one that an earlier release has just made", ours, unread, party.Reach{}, false},
		{"unless the settings name it", ours, &nobodys, party.Reach{Parties: []uuid.UUID{id}}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.reach.Covers(row.issuer, id, row.owner); got != row.want {
				t.Errorf("Covers = %t, want %t", got, row.want)
			}
		})
	}
}

func TestATokenForAPartyOfAnotherIssuerIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		now := clock.NewFixed(time.Now())
		parties := party.New(s, actlog.New(s, now, testdb.Keys(t)), now)
		registrar, err := parties.Provision(ctx, claims("registrar", "firm"))
		if err != nil {
			t.Fatal(err)
		}
		made, err := parties.Register(policy.WithActor(ctx, registrar), party.Registration{Kind: "FIRM", Name: "Copper Lane"})
		if err != nil {
			t.Fatal(err)
		}
		refused := func(c party.Claims) {
			t.Helper()
			_, err := parties.Provision(ctx, c)
			if !fault.Is(err, fault.Unauthenticated) || !strings.Contains(fault.Of(err).Message, "another issuer") {
				t.Errorf("Provision of %s at %s = %v, want Unauthenticated that speaks of the issuer", c.Subject, c.Issuer, err)
			}
		}
		colleague, stranger := claims("colleague", "firm"), claims("stranger", "firm")
		colleague.Stakeholder, stranger.Stakeholder, stranger.Issuer = made.Subject, made.Subject, theirs
		if a, err := parties.Provision(ctx, colleague); err != nil || a.Stakeholder != made.Subject {
			t.Errorf("Provision of a colleague = %+v, %v, want a member of the firm", a, err)
		}
		refused(stranger)
		if n := s.Client().Member.Query().CountX(ctx); n != 2 {
			t.Errorf("%d members, want the registrar and the colleague: a refused token leaves nothing", n)
		}
		missing := claims("colleague", "firm")
		missing.Stakeholder = uuid.New()
		refused(missing)

		// What was bound while the settings allowed it is refused when they no longer do.
		stranger.Reach.Parties = []uuid.UUID{made.Subject}
		if _, err := parties.Provision(ctx, stranger); err != nil {
			t.Errorf("Provision of a token whose issuer the settings name = %v", err)
		}
		stranger.Reach, stranger.Stakeholder = party.Reach{}, uuid.Nil
		refused(stranger)

		customer, err := parties.Provision(ctx, claims("carla", "customer"))
		if err != nil {
			t.Fatal(err)
		}
		thief := claims("thief", "customer")
		thief.Stakeholder, thief.Issuer = customer.Stakeholder, theirs
		refused(thief)
	})
}

// TestPartiesFromBeforeTakeTheIssuerOfTheirMembers upgrades a database that is filled: its parties have no issuer yet.
func TestPartiesFromBeforeTakeTheIssuerOfTheirMembers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		now := clock.NewFixed(time.Now())
		log := actlog.New(s, now, testdb.Keys(t))
		parties := party.New(s, log, now)
		made := map[string]*db.Stakeholder{}
		for name, issuers := range map[string][]string{
			"one": {ours}, "twice one": {ours, ours}, "another": {theirs}, "two": {ours, theirs}, "two and one": {theirs, ours, theirs}, "nobody": nil, "Nobody": nil, "erased": {""}, "erased and one": {"", ours},
		} {
			row, err := s.Client().Stakeholder.Create().SetKind("FIRM").SetName(name).SetHandle(strings.ReplaceAll(name, " ", "-")).SetStatus("ACTIVE").Save(ctx)
			if err != nil {
				t.Fatal(err)
			}
			made[name] = row
			err = s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				for i, issuer := range issuers {
					id, err := log.Vault().Enter(ctx, tx, issuer, name+string(rune('a'+i)), now.Now())
					if err != nil {
						return err
					}
					if err := tx.Member.Create().SetID(id).SetStakeholderID(row.ID).Exec(ctx); err != nil {
						return err
					}
					if issuer == "" {
						if _, err := log.Vault().Erase(ctx, tx, id, now.Now()); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		adopted, without, err := parties.Adopt(ctx)
		if err != nil || adopted != 4 || without != 5 {
			t.Fatalf("Adopt = %d, %d, %v, want 4 parties with an issuer and 5 without", adopted, without, err)
		}
		for name, want := range map[string]string{
			"one": ours, "twice one": ours, "another": theirs, "erased and one": ours, "two": "", "two and one": "", "nobody": "", "erased": "",
		} {
			if got := s.Client().Stakeholder.GetX(ctx, made[name].ID).Issuer; got == nil || *got != want {
				t.Errorf("the issuer of the party of %s is %v, want %q", name, got, want)
			}
		}
		if keyed, err := s.Client().Stakeholder.Query().Where(stakeholder.NameKey("nobody")).Count(ctx); keyed != 1 || err != nil {
			t.Errorf("%d parties have the key of a name that two had before, %v, want one", keyed, err)
		}
		if adopted, without, err := parties.Adopt(ctx); adopted+without != 0 || err != nil {
			t.Errorf("a second Adopt = %d, %d, %v, want nothing left to do", adopted, without, err)
		}
		for name, ok := range map[string]bool{"one": true, "two": false, "nobody": false, "another": false} {
			c := claims("newcomer", "firm")
			c.Stakeholder = made[name].ID
			if _, err := parties.Provision(ctx, c); (err == nil) != ok || err != nil && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("a token of ours for the party of %s = %v, want it accepted %t", name, err, ok)
			}
		}
	})
}

func TestARoleIsTakenFromAPerson(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx, ring := context.Background(), testdb.Keys(t)
		now := clock.NewFixed(time.Now())
		here, there := party.New(s, actlog.New(s, now, ring), now), party.New(s, actlog.New(s, now, ring), now) // two replicas
		token := claims("fay", "facilitator", "admin")
		token.IssuedAt = now.Now()
		roles := func(p *party.Service, c party.Claims) int {
			t.Helper()
			a, err := p.Provision(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			return len(a.Roles)
		}
		if roles(here, token)+roles(there, token) != 4 {
			t.Fatal("the token grants two roles on each replica")
		}
		system := policy.WithActor(ctx, policy.SystemActor("revoke"))
		revoke := func(r party.Revoking) {
			t.Helper()
			r.Reason = "lost laptop"
			if _, err := here.RevokeAccess(system, r); err != nil {
				t.Fatal(err)
			}
		}
		revoke(party.Revoking{Issuer: ours, Subject: "fay", Role: "facilitator"})
		if n := roles(here, token); n != 1 {
			t.Errorf("%d roles where the role was taken, want 1 at once", n)
		}
		now.Advance(5 * time.Second)
		if n := roles(there, token); n != 1 {
			t.Errorf("%d roles on another replica after 5 s, want 1", n)
		}
		fresh, other := token, token
		fresh.IssuedAt, other.Subject = now.Now(), "fred"
		if roles(there, fresh) != 2 || roles(there, other) != 2 {
			t.Error("a token that is issued afterwards, or another person's, lost a role")
		}
		if gone, err := there.Revoked(ctx, token); gone || err != nil {
			t.Errorf("Revoked = %t, %v: only a role was taken", gone, err)
		}
		member, err := here.Provision(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		revoke(party.Revoking{Member: member.Member})
		now.Advance(5 * time.Second)
		if gone, err := there.Revoked(ctx, token); !gone || err != nil {
			t.Errorf("Revoked = %t, %v, want a token of before refused on another replica", gone, err)
		}
		if gone, err := there.Revoked(ctx, other); gone || err != nil {
			t.Errorf("Revoked of another person = %t, %v", gone, err)
		}
	})
}

func TestWhatIsRevokedIsNamedOnce(t *testing.T) {
	for _, row := range []struct {
		name  string
		in    party.Revoking
		field string
	}{
		{"a person by its member", party.Revoking{Member: uuid.UUID{1}, Reason: "r"}, ""},
		{"a customer by its party", party.Revoking{Customer: uuid.UUID{1}, Reason: "r", Role: "customer"}, ""},
		{"a person by issuer and subject", party.Revoking{Issuer: ours, Subject: "s", Reason: "r"}, ""},
		{"a token by issuer and id", party.Revoking{Issuer: ours, TokenID: "j", Reason: "r"}, ""},
		{"a reason is wanted", party.Revoking{Member: uuid.UUID{1}, Reason: " "}, "reason"},
		{"nobody is named", party.Revoking{Reason: "r"}, "issuer"},
		{"a subject without an issuer", party.Revoking{Subject: "s", Reason: "r"}, "issuer"},
		{"an issuer alone would be everybody", party.Revoking{Issuer: ours, Reason: "r"}, "subject"},
		{"both a subject and a token", party.Revoking{Issuer: ours, Subject: "s", TokenID: "j", Reason: "r"}, "subject"},
		{"both a member and a subject", party.Revoking{Member: uuid.UUID{1}, Issuer: ours, Subject: "s", Reason: "r"}, "member"},
		{"a role of one token", party.Revoking{Issuer: ours, TokenID: "j", Role: "firm", Reason: "r"}, "role"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := row.in.Check()
			if f := fault.Of(err); (row.field == "") != (err == nil) || f != nil && f.Field != row.field {
				t.Errorf("Check = %v, want a fault of %q", err, row.field)
			}
		})
	}
}

func TestOneNameIsRegisteredOnceAtATime(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		now := clock.NewFixed(time.Now())
		parties := party.New(s, actlog.New(s, now, testdb.Keys(t)), now)
		registrar, err := parties.Provision(t.Context(), claims("registrar", "admin"))
		if err != nil {
			t.Fatal(err)
		}
		const at = 8
		results := make(chan error, at)
		for range at {
			go func() {
				_, err := parties.Register(policy.WithActor(t.Context(), registrar), party.Registration{Kind: "FIRM", Name: "Copper Lane"})
				results <- err
			}()
		}
		made := 0
		for range at {
			switch err := <-results; {
			case err == nil:
				made++
			case !fault.Is(err, fault.Conflict):
				t.Errorf("a registration beside others of the same name = %v, want a conflict", err)
			}
		}
		if made != 1 {
			t.Errorf("%d parties were registered under one name at once, want one", made)
		}
	})
}

// TestWhomAnIssuerAdmits: who registers a party of a kind with which the settings trust the issuer waits for no admin.
func TestWhomAnIssuerAdmits(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		now := clock.NewFixed(time.Now())
		parties := party.New(s, actlog.New(s, now, testdb.Keys(t)), now)
		parties.Use(party.Admitting{ours: {enum.StakeholderKindFirm}})
		elsewhere := func(subject string) party.Claims {
			c := claims(subject, "firm")
			c.Issuer = theirs
			return c
		}
		for i, row := range []struct {
			rule   string
			who    party.Claims
			kind   enum.StakeholderKind
			name   string
			status enum.StakeholderStatus // empty where the registration is refused
		}{
			{"a kind that it is trusted with", claims("one", "firm"), "FIRM", "Copper Lane", "ACTIVE"},
			{"another kind", claims("two", "ngo"), "NGO", "Open Streets", "PENDING"},
			{"another issuer", elsewhere("one"), "FIRM", "Silver Lane", "PENDING"},
			{"an admin, who registers others", claims("three", "admin"), "FIRM", "Golden Lane", "PENDING"},
			{"a name that looks like another's, at which an admin will look", elsewhere("two"), "FIRM", "Cоpper Lane", "PENDING"},
			{"the same, at which nobody would", claims("four", "firm"), "FIRM", "Copper Lаne", ""},
		} {
			actor, err := parties.Provision(t.Context(), row.who)
			if err != nil {
				t.Fatal(err)
			}
			result, err := parties.Register(policy.WithActor(t.Context(), actor), party.Registration{
				Kind: row.kind, Name: row.name, Handle: fmt.Sprintf("party-%d", i),
			})
			if row.status == "" {
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("%s: %v, want a conflict", row.rule, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", row.rule, err)
			}
			got, err := s.Client().Stakeholder.Get(t.Context(), result.Subject)
			if err != nil || got.Status != row.status || got.NeverAdmitted != (row.status == "PENDING") {
				t.Errorf("%s: %v, %v, want %s", row.rule, got, err, row.status)
			}
			if actor, err = parties.Provision(t.Context(), row.who); err != nil || actor.Stakeholder != uuid.Nil && actor.Status != string(row.status) {
				t.Errorf("%s: the member acts for a party that is %s (%v), want %s", row.rule, actor.Status, err, row.status)
			}
		}
	})
}
