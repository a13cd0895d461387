package party

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/ent/db/revocation"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// provisionedFor is how long a member's party is remembered: what one replica changes, the others see within it.
const provisionedFor = 5 * time.Second

// Claims are what a verified token says of its bearer.
type Claims struct {
	Issuer, Subject, TokenID string
	Stakeholder              uuid.UUID // Nil when the token names none
	Reach                    Reach     // of the issuer, from the settings
	Roles                    []string
	Scopes                   []string // as the token has them, others' among them
	IssuedAt                 time.Time
}

// provisioned remembers actors for a moment, so that a request costs no statement for its identity.
type provisioned struct {
	mu     sync.Mutex
	actors map[string]remembered
}

type remembered struct {
	actor policy.Actor // its roles are those that are kept; those that count, and the scopes, come from each token
	until time.Time
}

func newProvisioned() provisioned { return provisioned{actors: map[string]remembered{}} }

func (p *provisioned) get(key string, now time.Time) (policy.Actor, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.actors[key]
	return r.actor, ok && now.Before(r.until)
}

func (p *provisioned) put(key string, a policy.Actor, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.actors) > 10_000 {
		clear(p.actors)
	}
	p.actors[key] = remembered{a, now.Add(provisionedFor)}
}

// learn remembers that other roles are kept. It remembers nothing else for any longer: who sends two tokens in turn must not keep what
// the party was.
func (p *provisioned) learn(key string, roles []policy.Role) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.actors[key]; ok {
		r.actor.Roles = roles
		p.actors[key] = r
	}
}

func (p *provisioned) forget(id uuid.UUID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, r := range p.actors {
		if r.actor.Member == id {
			delete(p.actors, key)
		}
	}
}

func (p *provisioned) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.actors)
}

// Provision gives the actor of a verified token. The first use of a token makes its member; a customer also gets a
// pseudonymous party. The token's party counts over the remembered one: the issuer knows whom its subject works for.
func (s *Service) Provision(ctx context.Context, c Claims) (policy.Actor, error) {
	now := s.clock.Now()
	key := c.Issuer + "\x00" + c.Subject + "\x00" + c.Stakeholder.String()
	actor, known := s.cache.get(key, now)
	if !known {
		var err error
		if actor, err = s.provision(ctx, c); err != nil {
			return policy.Actor{}, err
		}
		s.cache.put(key, actor, now)
	}
	taken, err := s.rolesTaken(ctx, c)
	if err != nil {
		return policy.Actor{}, err
	}
	kept := actor.Roles
	actor.Roles = slices.DeleteFunc(knownRoles(c.Roles), func(r policy.Role) bool { return slices.Contains(taken, string(r)) })
	actor.Scopes = policy.ScopesOf(c.Scopes)
	if !sameRoles(kept, actor.Roles) {
		s.learn(ctx, actor)
		s.cache.learn(key, actor.Roles)
	}
	return actor, nil
}

// knownRoles keeps the roles the server knows, by exact spelling.
func knownRoles(names []string) []policy.Role {
	var roles []policy.Role
	for _, n := range names {
		if slices.Contains(policy.Roles, policy.Role(n)) {
			roles = append(roles, policy.Role(n))
		}
	}
	return roles
}

func (s *Service) provision(ctx context.Context, c Claims) (policy.Actor, error) {
	row, err := s.find(ctx, c)
	customer := slices.Contains(c.Roles, string(policy.Customer)) && len(knownRoles(c.Roles)) == 1
	switch {
	case db.IsNotFound(err), err == nil && c.Stakeholder != uuid.Nil && (row.StakeholderID == nil || *row.StakeholderID != c.Stakeholder),
		err == nil && row.StakeholderID == nil && customer:
		row, err = s.enter(ctx, c, customer)
	}
	if err != nil {
		return policy.Actor{}, fmt.Errorf("provision member: %w", err)
	}
	actor := policy.Actor{Member: row.ID, Roles: knownRoles(row.Roles)}
	if row.StakeholderID == nil {
		return actor, nil
	}
	party, err := s.store.Reader().Stakeholder.Get(ctx, *row.StakeholderID)
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load the member's stakeholder: %w", err)
	}
	// A member may have been bound before parties belonged to issuers, or while the settings said otherwise.
	if err := c.speaksFor(party); err != nil {
		return policy.Actor{}, err
	}
	actor.Stakeholder, actor.Kind, actor.Status = party.ID, string(party.Kind), string(party.Status)
	return actor, nil
}

// find gives the member of a token; an error of ent's "not found" when it has not been here.
func (s *Service) find(ctx context.Context, c Claims) (*db.Member, error) {
	id, _, err := s.vault.Find(ctx, c.Issuer, c.Subject)
	if err != nil {
		return nil, err
	}
	return s.store.Reader().Member.Get(ctx, id) // nobody has the id Nil
}

// enter makes or binds a member, as the server's own act.
func (s *Service) enter(ctx context.Context, c Claims, customer bool) (*db.Member, error) {
	actor := policy.SystemActor("provision")
	var row *db.Member
	err := s.store.InTx(policy.WithActor(ctx, actor), func(ctx context.Context, tx *db.Tx) error {
		// An insert that may meet another's: both databases then give the row that is there.
		now := s.clock.Now()
		if err := s.gone(ctx, tx, c); err != nil {
			return err
		}
		id, err := s.vault.Enter(ctx, tx, c.Issuer, c.Subject, now)
		if err != nil {
			return err
		}
		_, err = s.store.Exec(ctx, tx, "INSERT INTO members (id, created_at, updated_at, revision) VALUES (?, ?, ?, 1) ON CONFLICT (id) DO NOTHING", id, now, now)
		if err != nil {
			return err
		}
		// Two first uses at once must not make two customers: the second looks again at what the first has made.
		if err := s.store.Lock(ctx, tx, member.Table, id); err != nil {
			return err
		}
		if row, err = tx.Member.Get(ctx, id); err != nil {
			return err
		}
		switch {
		case c.Stakeholder != uuid.Nil:
			party, err := tx.Stakeholder.Get(ctx, c.Stakeholder)
			if err != nil && !db.IsNotFound(err) {
				return err
			}
			if err := c.speaksFor(party); err != nil {
				return err
			}
			row, err = row.Update().SetStakeholderID(c.Stakeholder).Save(ctx)
			return err
		case customer && row.StakeholderID == nil:
			party, err := s.pseudonym(ctx, tx, c.Issuer)
			if err != nil {
				return err
			}
			if row, err = row.Update().SetStakeholderID(party.ID).Save(ctx); err != nil {
				return err
			}
			_, err = s.log.Append(ctx, tx, actor, entry("stakeholder.registered", party))
			return err
		}
		return nil
	})
	s.log.Wake()
	return row, err
}

// ForeignParty is the refusal of a token whose party is not its issuer's. Whether the party exists stays open: an issuer must
// not find the parties of another.
const ForeignParty = "the access token names a party that does not exist or belongs to another issuer"

// speaksFor refuses a token that speaks for a party of another issuer, or for none.
func (c Claims) speaksFor(party *db.Stakeholder) error {
	if party == nil || !c.Reach.Covers(c.Issuer, party.ID, party.Issuer) {
		return fault.New(fault.Unauthenticated, ForeignParty)
	}
	return nil
}

// pseudonym makes a customer that nobody can tell from the token: name and handle are random.
func (s *Service) pseudonym(ctx context.Context, tx *db.Tx, issuer string) (*db.Stakeholder, error) {
	b := make([]byte, 6)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("make a pseudonym: %w", err)
	}
	word := hex.EncodeToString(b)
	r := Registration{Kind: enum.StakeholderKindCustomer, Name: "Customer " + word, Handle: "customer-" + word}
	return s.Begin(tx, r, enum.StakeholderStatusActive).SetIssuer(issuer).Save(ctx)
}

// revocations remembers which tokens were taken back, read anew after a moment: every replica sees one within it.
type revocations struct {
	asking singleflight.Group
	mu     sync.Mutex
	rows   []*db.Revocation
	until  time.Time
}

const (
	revokedFor = 2 * time.Second
	// longestToken bounds how far back revocations matter: no token lives longer than an hour.
	longestToken = 2 * time.Hour
)

// Revoked tells whether a token was taken back: itself, or all of its subject's issued until then.
func (s *Service) Revoked(ctx context.Context, c Claims) (bool, error) {
	rows, err := s.revoked.read(ctx, s)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(rows, func(r *db.Revocation) bool { return r.Role == "" && s.concerns(r, c) }), nil
}

// rolesTaken are the roles that were taken from a token's subject after the token was issued.
func (s *Service) rolesTaken(ctx context.Context, c Claims) ([]string, error) {
	rows, err := s.revoked.read(ctx, s)
	if err != nil {
		return nil, err
	}
	var taken []string
	for _, r := range rows {
		if r.Role != "" && s.concerns(r, c) {
			taken = append(taken, r.Role)
		}
	}
	return taken, nil
}

// concerns tells whether what was taken back is this token, or what its subject's tokens granted until then.
func (s *Service) concerns(r *db.Revocation, c Claims) bool {
	switch {
	case r.TokenID != "":
		return r.Issuer == c.Issuer && r.TokenID == c.TokenID
	case !c.IssuedAt.Before(r.NotBefore) || r.Subject == "":
		return false
	case r.Issuer == "":
		return r.Subject == hex.EncodeToString(s.vault.Lookup(c.Issuer, c.Subject))
	}
	return r.Issuer == c.Issuer && r.Subject == c.Subject
}

// read gives what was taken back of late. One caller at a time asks the database, and the others wait for its answer
// instead of each for their own turn: with a database that is slow to fail, turns would add up to minutes.
func (r *revocations) read(ctx context.Context, s *Service) ([]*db.Revocation, error) {
	r.mu.Lock()
	rows, until := r.rows, r.until
	r.mu.Unlock()
	if s.clock.Now().Before(until) {
		return rows, nil
	}
	asked := r.asking.DoChan("", func() (any, error) {
		now := s.clock.Now()
		rows, err := s.store.Reader().Revocation.Query().Where(entsql.FieldGT(revocation.FieldCreatedAt, now.Add(-longestToken))).All(context.WithoutCancel(ctx))
		if err != nil {
			return nil, fmt.Errorf("read revocations: %w", err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.rows, r.until = rows, now.Add(revokedFor)
		return rows, nil
	})
	select {
	case answer := <-asked:
		if answer.Err != nil {
			return nil, answer.Err
		}
		return answer.Val.([]*db.Revocation), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
