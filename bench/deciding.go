package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/decisionrule"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	deciding = "ballots and long discussions"

	shortThread, longThread = "first page of 100 comments", "first page of 10,000 comments"
	papersOurs, papersSQL   = "secret papers, through the API", "secret papers, five SQL statements in one transaction"
)

// decides reports whether to measure ballots and long discussions.
func (o options) decides() bool { return o.wants(deciding) && o.papers > 0 }

// decided is what was measured of ballots and long discussions.
type decided struct {
	sides    []measured
	papers   int
	counted  time.Duration // until the result is there
	shredded time.Duration // and until nothing of the papers is left in the files
}

// poll is a ballot that is measured.
type poll struct {
	ballot, dialogue uuid.UUID
	seats            []peer.Sealed
}

// voting is how ballots are measured: one that is cast through the API and counted, one that is cast by SQL.
type voting struct {
	in           *instance
	author       policy.Actor
	facilitator  policy.Actor
	voters       []uuid.UUID
	tokens       []string // of the first of them
	ours, theirs poll
	threads      [2]uuid.UUID // proposals with few and with many comments
}

// mostCasting is how many parties have tokens to cast with.
const mostCasting = 20_000

// decide measures the first pages of short and long discussions, how fast secret papers are cast, and how long they take to count.
func (o options) decide(ctx context.Context, sec *section, p *postgres, now time.Time) (err error) {
	in := &instance{postgres: p}
	defer func() { err = errors.Join(err, in.close()) }()
	if err := in.locate(ctx, o.dir, "decisions"); err != nil {
		return err
	}
	if err := in.prepare(ctx, seed.Size{Dialogues: 1, Proposals: 3, Comments: 100, Thread: 9_900}, now); err != nil {
		return err
	}
	v, d := &voting{in: in}, &decided{papers: o.papers}
	if err := v.inProcess(ctx, clock.System{}, func(a *app.App) error { return v.open(ctx, a, o.papers) }); err != nil {
		return fmt.Errorf("open ballots: %w", err)
	}
	if in.ours, err = in.start(ctx, o, o.uncached()...); err != nil {
		return err
	}
	if in.theirs, err = start(ctx, o.self, "peer", in.url); err != nil {
		return err
	}
	if err := o.time(ctx, v, d); err != nil {
		return err
	}
	if err := in.close(); err != nil {
		return err
	}
	in.ours, in.theirs = nil, nil
	if err := v.inProcess(ctx, clock.System{}, func(a *app.App) error { return v.fill(ctx, a) }); err != nil {
		return fmt.Errorf("cast the other papers: %w", err)
	}
	later := clock.NewFixed(time.Now().AddDate(0, 0, 8))
	err = v.inProcess(ctx, later, func(a *app.App) error { return v.count(ctx, a, d) })
	sec.decided = d
	return err
}

// inProcess does something with a server in this process, whose clock stands in for the database's.
func (v *voting) inProcess(ctx context.Context, c clock.Clock, do func(*app.App) error) (err error) {
	a, err := app.Open(ctx, app.Config{
		Database: v.in.url, Mode: "dev", DevKey: v.in.devKey, Keys: v.in.devKey + ".keys", Rates: server.Rates{Off: true}, Clock: c, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return do(a)
}

// open admits the voters, and opens both ballots.
func (v *voting) open(ctx context.Context, a *app.App, papers int) error {
	if err := a.Domains.DecisionRules.Ship(ctx); err != nil {
		return err
	}
	if err := v.admit(ctx, a, papers); err != nil {
		return fmt.Errorf("admit the voters: %w", err)
	}
	var err error
	if v.ours, err = v.poll(ctx, a, "ours"); err != nil {
		return err
	}
	if v.theirs, err = v.poll(ctx, a, "theirs"); err != nil {
		return err
	}
	const threads = "SELECT subject_id FROM comments GROUP BY subject_id HAVING COUNT(*) = ? OR COUNT(*) = ? ORDER BY COUNT(*), subject_id"
	found := []uuid.UUID{}
	err = a.Store.Query(ctx, threads, []any{100, 10_000}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		found = append(found, id)
		return err
	})
	if err == nil && len(found) < 2 {
		err = errors.New("the discussions are not there")
	}
	if err != nil {
		return err
	}
	v.threads = [2]uuid.UUID{found[0], found[len(found)-1]}
	return nil
}

// admit writes the voters, the first of them with a member and a token, and somebody who convenes.
func (v *voting) admit(ctx context.Context, a *app.App, n int) error {
	for chunk := range slices.Chunk(make([]struct{}, n), 500) {
		var rows []string
		var args []any
		for range chunk {
			id, at := uuid.Must(uuid.NewV7()), time.Now()
			v.voters = append(v.voters, id)
			rows = append(rows, "(?, ?, ?, 'CUSTOMER', ?, ?, '[]', '', 'ACTIVE', '', '[]', '[]')")
			args = append(args, id, at, at, "Voter "+id.String(), "voter-"+id.String())
		}
		text := "INSERT INTO stakeholders (id, created_at, updated_at, kind, name, handle, jurisdictions, description, status, legal_name, focus_areas, disciplines) VALUES " + strings.Join(rows, ", ")
		if err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { _, err := a.Store.Exec(ctx, tx, text, args...); return err }); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(v.voters[:min(n, mostCasting)], 1000) {
		err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, party := range chunk {
				id, err := v.member(ctx, a, tx, party, policy.Customer)
				if err != nil {
					return err
				}
				v.author = policy.Actor{Member: id, Stakeholder: party, Kind: "CUSTOMER", Status: "ACTIVE", Roles: []policy.Role{policy.Customer, policy.Author}}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, party := range chunk {
			who := auth.Identity{Subject: party.String(), Roles: []string{"customer"}, Stakeholder: typeid.New("stakeholder", party).String()}
			token, err := a.Dev.Mint(who, time.Hour)
			if err != nil {
				return err
			}
			v.tokens = append(v.tokens, token)
		}
	}
	var convenor uuid.UUID
	err := a.Store.Query(ctx, "SELECT id FROM stakeholders WHERE kind = 'REGULATOR' ORDER BY id LIMIT 1", nil, func(r *sql.Rows) error { return r.Scan(&convenor) })
	if err != nil {
		return err
	}
	return a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, err := v.member(ctx, a, tx, convenor, policy.Facilitator)
		v.facilitator = policy.Actor{Member: id, Stakeholder: convenor, Kind: "REGULATOR", Status: "ACTIVE", Roles: []policy.Role{policy.Regulator, policy.Facilitator}}
		return err
	})
}

func (v *voting) member(ctx context.Context, a *app.App, tx *db.Tx, party uuid.UUID, role policy.Role) (uuid.UUID, error) {
	id := uuid.Must(uuid.NewV7())
	if err := a.Log.Vault().EnterAs(ctx, tx, id, auth.DevURL, party.String(), time.Now()); err != nil {
		return id, err
	}
	return id, tx.Member.Create().SetID(id).SetRoles([]string{string(role)}).SetStakeholderID(party).Exec(ctx)
}

// poll opens a secret ballot of all parties.
func (v *voting) poll(ctx context.Context, a *app.App, name string) (p poll, err error) {
	as, author, d := policy.WithActor(ctx, v.facilitator), policy.WithActor(ctx, v.author), a.Domains
	result, err := d.Dialogues.Convene(as, dialogue.Plan{
		Title: "Secret " + name, Visibility: "PUBLIC", Languages: []string{"en"},
		Phases: []dialogue.PhasePlan{{Kind: enum.PhaseKindDecision, OpensAt: time.Now().Add(-time.Hour), MayPropose: true, MayBallot: true}},
	}, nil, nil, nil)
	if err != nil {
		return p, err
	}
	p.dialogue = result.Subject
	if _, err := d.Dialogues.Open(as, p.dialogue, nil); err != nil {
		return p, err
	}
	words := proposal.Words{Kind: enum.ProposalKindGuideline, Title: "Secret", Body: "Words.", Language: "en"}
	if result, err = d.Proposals.Draft(author, p.dialogue, words, proposal.Bond{}, nil, nil); err != nil {
		return p, err
	}
	on := result.Subject
	for _, step := range []func() error{
		func() error { _, err := d.Proposals.Submit(author, on, nil); return err },
		func() error { _, err := d.Proposals.TakeUp(as, on, nil); return err },
		func() error { _, err := d.Proposals.Open(as, on, nil); return err },
	} {
		if err := step(); err != nil {
			return p, err
		}
	}
	row, err := a.Store.Client().Proposal.Get(ctx, on)
	if err != nil {
		return p, err
	}
	rule, err := a.Store.Client().DecisionRule.Query().Where(decisionrule.Key("plenary.five-chambers-secret")).First(ctx)
	if err != nil {
		return p, err
	}
	began := time.Now()
	result, err = d.Ballots.Open(as, ballot.Plan{Proposal: on, Rule: rule.ID, ContentHash: row.ContentHash, ClosesAt: time.Now().UTC().AddDate(0, 0, 7).Truncate(time.Microsecond)})
	if err != nil {
		return p, err
	}
	progress("opened a ballot of %d seats in %.1f s", len(v.voters), time.Since(began).Seconds())
	p.ballot = result.Subject
	seats := map[uuid.UUID]uuid.UUID{}
	err = a.Store.Query(ctx, "SELECT party_id, id FROM ballot_seats WHERE ballot_id = ?", []any{p.ballot}, func(r *sql.Rows) error {
		var party, seat uuid.UUID
		err := r.Scan(&party, &seat)
		seats[party] = seat
		return err
	})
	for _, party := range v.voters {
		p.seats = append(p.seats, peer.Sealed{Ballot: p.ballot, Dialogue: p.dialogue, Seat: seats[party], Party: party})
	}
	return p, err
}

const firstPage = `query ($id: ID!) { proposal(id: $id) { title state comments(first: 20) { nodes { body stance createdAt author { name kind } ` +
	`tally { agree disagree pass } disposition { outcome reason } group { size } } } } }`

const castPaper = `mutation ($id: ID!, $choice: String!, $nonce: String!) { castBallot(input: {id: $id, choice: $choice, nonce: $nonce, expectedRevision: 0}) ` +
	`{ act { id } receipt userErrors { code message } } }`

// requests are the sides that are measured.
func (v *voting) requests() []side {
	page := func(proposal uuid.UUID) load.Requests {
		request := load.Post("/graphql", "", body(map[string]any{"query": firstPage, "variables": map[string]any{"id": typeid.New("proposal", proposal).String()}}))
		return func(int, int) []byte { return request }
	}
	var ours, theirs atomic.Int64 // each paper is cast by a party of its own
	return []side{
		{name: shortThread, process: v.in.ours, requests: page(v.threads[0])},
		{name: longThread, process: v.in.ours, requests: page(v.threads[1])},
		{name: papersOurs, process: v.in.ours, requests: func(int, int) []byte {
			n := int(ours.Add(1)) - 1
			if n >= len(v.tokens) {
				return []byte("no party is left that has not cast: use more papers, or a shorter duration")
			}
			return load.Post("/graphql", v.tokens[n], body(map[string]any{"query": castPaper, "variables": map[string]any{
				"id": typeid.New("ballot", v.ours.ballot).String(), "choice": choice(n), "nonce": nonce(),
			}}))
		}},
		{name: papersSQL, process: v.in.theirs, requests: func(int, int) []byte {
			return load.Post(peer.Paper, "", body(v.theirs.seats[int(theirs.Add(1)-1)%len(v.theirs.seats)]))
		}},
	}
}

// choice is what the nth voter chooses.
func choice(n int) string { return []string{"FOR", "FOR", "FOR", "AGAINST", "ABSTAIN"}[n%5] }

func nonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// time measures all sides in turn.
func (o options) time(ctx context.Context, v *voting, d *decided) error {
	sides := v.requests()
	for _, s := range sides {
		d.sides = append(d.sides, measured{name: s.name})
	}
	for round := range o.rounds {
		progress("%s: round %d of %d", deciding, round+1, o.rounds)
		sums := make([]sample, len(sides))
		for range max(1, int(o.duration/turn)) {
			for i, s := range sides {
				one, err := v.in.closed(ctx, s, o.clients, turn)
				if err != nil {
					return fmt.Errorf("%s: %w", deciding, err)
				}
				sums[i].add(one)
			}
		}
		if err := keep(deciding, d.sides, sums); err != nil {
			return err
		}
	}
	return nil
}

// fill casts a paper for each party that has not cast, by one member.
func (v *voting) fill(ctx context.Context, a *app.App) error {
	cast := map[uuid.UUID]bool{}
	err := a.Store.Query(ctx, "SELECT party_id FROM ballot_seats WHERE ballot_id = ? AND revision > 0", []any{v.ours.ballot}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		cast[id] = true
		return err
	})
	if err != nil {
		return err
	}
	began, none := time.Now(), int32(0)
	everybody := map[uuid.UUID]string{}
	err = a.Store.Query(ctx, "SELECT s.party_id, p.kind FROM ballot_seats s JOIN stakeholders p ON p.id = s.party_id WHERE s.ballot_id = ?", []any{v.ours.ballot}, func(r *sql.Rows) error {
		var id uuid.UUID
		var kind string
		err := r.Scan(&id, &kind)
		everybody[id] = kind
		return err
	})
	if err != nil {
		return err
	}
	n := 0
	for party, kind := range everybody {
		if cast[party] {
			continue
		}
		role, _ := policy.ChamberRole(kind)
		as := policy.WithActor(ctx, policy.Actor{Member: v.facilitator.Member, Stakeholder: party, Kind: kind, Status: "ACTIVE", Roles: []policy.Role{role}})
		n++
		if _, _, err := a.Domains.Ballots.Cast(as, v.ours.ballot, ballot.Paper{Choice: choice(n), Nonce: nonce(), Revision: &none}); err != nil {
			return err
		}
	}
	progress("cast the other %d papers in %.1f s", n, time.Since(began).Seconds())
	return nil
}

// count counts the ballot, as the server does by itself once it has closed.
func (v *voting) count(ctx context.Context, a *app.App, d *decided) error {
	err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { // whose papers nobody has sealed
		_, err := a.Store.Exec(ctx, tx, "UPDATE ballots SET state = 'VOID', shredded = ? WHERE id = ?", true, v.theirs.ballot)
		return err
	})
	if err != nil {
		return err
	}
	state, watched := make(chan time.Time, 1), make(chan struct{})
	began := time.Now()
	go func() {
		defer close(watched)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			row, err := a.Store.Client().Ballot.Get(ctx, v.ours.ballot)
			if err != nil || row.State != enum.BallotStateOpen {
				state <- time.Now()
				return
			}
		}
	}()
	if _, err := a.Domains.Ballots.Turn(ctx, "bench"); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	d.shredded = time.Since(began)
	<-watched
	d.counted = (<-state).Sub(began)
	row, err := a.Store.Client().Ballot.Get(ctx, v.ours.ballot)
	if err == nil && (row.Outcome == "" || row.Papers < d.papers) {
		err = fmt.Errorf("the count has %d of %d papers, outcome %q", row.Papers, d.papers, row.Outcome)
	}
	if err == nil {
		d.papers = row.Papers
	}
	return err
}

// decisionFigures shows what was measured of ballots and long discussions.
func decisionFigures(b *strings.Builder, s section) {
	d := s.decided
	if d == nil {
		return
	}
	b.WriteString("| ballots and long discussions | requests/s | p50 ms | p99 ms | CPU ms | against the next |\n|---|---:|---:|---:|---:|---:|\n")
	for i, m := range d.sides {
		f, against := m.series.median(), ""
		if i%2 == 0 {
			against = fmt.Sprintf("%.2f", f.perSecond/d.sides[i+1].series.median().perSecond)
		}
		fmt.Fprintf(b, "| %s | %.0f | %.2f | %.2f | %.2f | %s |\n", m.name, f.perSecond, ms(f.p50), ms(f.p99), ms(f.cpu()), against)
	}
	fmt.Fprintf(b, "\nThe count of %s secret papers took %.2f s until the result was there, and %.2f s until their seals and keys were gone from the files.\n\n",
		thousands(d.papers), d.counted.Seconds(), d.shredded.Seconds())
}
