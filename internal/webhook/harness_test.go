package webhook_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const source = "https://plenary.example"

// place is a server without transport: a database, its log, its domains, and an engine that sends when step is called.
type place struct {
	t *testing.T

	database string
	store    *store.Store
	log      *actlog.Log
	clock    clock.Clock
	all      *domains.Domains
	resolver *graph.Resolver
	engine   *webhook.Engine
	logged   *lines
	ngo      policy.Actor // whose webhooks these are
	firm     policy.Actor
	open     uuid.UUID // a dialogue that everybody sees
}

// lines collects log lines for inspection.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// each runs a test on both databases with a clock that stands still.
func each(t *testing.T, test func(t *testing.T, p *place, now *clock.Fixed)) {
	t.Helper()
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		now := clock.NewFixed(time.Now())
		p := newPlace(t, testdb.Open(t, databaseURL, store.Options{Relaxed: true}), now)
		p.database = databaseURL
		test(t, p, now)
	})
}

func newPlace(t *testing.T, s *store.Store, c clock.Clock) *place {
	t.Helper()
	ring := testdb.Keys(t)
	p := &place{t: t, store: s, log: actlog.New(s, c, ring), clock: c, logged: &lines{}}
	var err error
	if p.all, err = domains.New(s, p.log, c, webhook.Options{Sealer: ring, AllowLoopback: true}); err != nil {
		t.Fatal(err)
	}
	if p.resolver, err = graph.New(s, p.all); err != nil {
		t.Fatal(err)
	}
	p.engine = p.newEngine(p.config(nil))
	p.ngo, p.firm = p.party("NGO", policy.NGO), p.party("FIRM", policy.Firm)
	d := s.Client().Dialogue.Create().SetTitle("Open").SetConvenorID(p.firm.Stakeholder).SetState("OPEN").SaveX(context.Background())
	p.open = d.ID
	return p
}

func (p *place) config(r *receiver) webhook.EngineConfig {
	c := webhook.EngineConfig{Source: source, AllowLoopback: true, Log: slog.New(slog.NewTextHandler(p.logged, nil))}
	return c.With(pool(r), time.Hour) // the clock stands still: what timed out would never be tried again
}

// pool trusts one receiver's certificate alone.
func pool(r *receiver) *x509.CertPool {
	roots := x509.NewCertPool()
	if r != nil {
		roots.AddCert(r.server.Certificate())
	}
	return roots
}

func (p *place) newEngine(c webhook.EngineConfig) *webhook.Engine {
	return webhook.NewEngine(p.all.Webhooks, p.resolver.Feed(), c)
}

func (p *place) party(kind string, role policy.Role) policy.Actor {
	row := p.store.Client().Stakeholder.Create().SetKind(enum.StakeholderKind(kind)).SetName(kind).SetHandle(strings.ToLower(kind) + "-" + uuid.NewString()[:8]).SetStatus("ACTIVE").
		SetIssuer("https://id.example").SaveX(context.Background())
	actor, err := p.all.Parties.Provision(context.Background(), party.Claims{
		Issuer: "https://id.example", Subject: uuid.NewString(), Stakeholder: row.ID, Roles: []string{string(role)}, IssuedAt: p.clock.Now(),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return actor
}

func as(a policy.Actor) context.Context { return policy.WithActor(context.Background(), a) }

// happen appends acts about the open dialogue and gives them their sequence numbers.
func (p *place) happen(n int) []uuid.UUID {
	p.t.Helper()
	entries := make([]act.Entry, n)
	for i := range entries {
		entries[i] = act.Entry{
			Type: "dialogue.opened", Subject: act.Subject{Type: policy.Dialogue, ID: p.open, Revision: i + 1}, Dialogue: p.open,
		}
	}
	return p.append(entries...)
}

func (p *place) append(entries ...act.Entry) []uuid.UUID {
	p.t.Helper()
	var ids []uuid.UUID
	err := p.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		ids = nil
		rs, err := p.log.Append(ctx, tx, p.firm, entries...)
		for _, r := range rs {
			ids = append(ids, r.Act)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.settle()
	return ids
}

func (p *place) settle() {
	p.t.Helper()
	if _, err := p.log.Drain(context.Background()); err != nil {
		p.t.Fatal(err)
	}
}

// step sends what is due, until nothing is.
func (p *place) step() {
	p.t.Helper()
	for range 50 {
		p.settle()
		n, err := p.engine.Step(context.Background())
		if err != nil {
			p.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	p.t.Fatal("the engine always has something to do")
}

// hook registers a webhook of the NGO at the receiver and verifies it. What the receiver got until then is dropped.
func (p *place) hook(r *receiver, change ...func(*webhook.Registration)) (id uuid.UUID, secret string) {
	p.t.Helper()
	reg := webhook.Registration{URL: r.url(), Scheme: webhook.HMAC, Types: []string{"dialogue.opened", "proposal.submitted"}}
	for _, f := range change {
		f(&reg)
	}
	result, secret, err := p.all.Webhooks.Register(as(p.ngo), reg)
	if err != nil {
		p.t.Fatalf("register: %v", err)
	}
	r.expect(secret)
	p.engine = p.newEngine(p.config(r))
	p.verify(result.Subject)
	if row := p.row(result.Subject); row.State != "ACTIVE" {
		p.t.Fatalf("after the challenge the webhook is %s (%s), want ACTIVE; %s", row.State, row.StateReason, p.logged)
	}
	r.forget()
	return result.Subject, secret
}

func (p *place) verify(id uuid.UUID) {
	p.t.Helper()
	if _, err := p.all.Webhooks.Verify(as(p.ngo), id, nil); err != nil {
		p.t.Fatalf("verify: %v", err)
	}
	p.step()
}

// dump gives every value of a table, as the database keeps it.
func (p *place) dump(table string) string {
	p.t.Helper()
	var all strings.Builder
	err := p.store.Query(context.Background(), "SELECT * FROM "+table, nil, func(r *sql.Rows) error {
		columns, err := r.Columns()
		if err != nil {
			return err
		}
		values := make([]sql.RawBytes, len(columns))
		dest := make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		for _, v := range values {
			all.Write(v)
			all.WriteByte('\n')
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all.String()
}

func (p *place) row(id uuid.UUID) *db.Webhook {
	p.t.Helper()
	row, err := p.store.Client().Webhook.Get(context.Background(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return row
}

// deliveries are the stored attempts of a webhook, oldest first.
func (p *place) deliveries(id uuid.UUID) []*db.WebhookDelivery {
	p.t.Helper()
	most := int32(100)
	pages, err := p.all.Webhooks.DeliveriesOf(as(p.ngo), []uuid.UUID{id}, nil, store.PageArgs{Last: &most})
	if err != nil {
		p.t.Fatal(err)
	}
	nodes := pages[id].Nodes
	out := make([]*db.WebhookDelivery, len(nodes))
	for i, d := range nodes {
		out[len(nodes)-1-i] = d
	}
	return out
}

// message is what a receiver got.
type message struct {
	id, typ, act string
	header       http.Header
	body         []byte
}

// receiver is a party's own system behind TLS. It checks every signature, echoes challenges, and answers with answer.
type receiver struct {
	t      *testing.T
	server *httptest.Server
	answer func(w http.ResponseWriter, m message) // nil answers 204

	mu      sync.Mutex
	got     []message
	secrets map[string]bool
}

func receive(t *testing.T, answer func(w http.ResponseWriter, m message)) *receiver {
	t.Helper()
	r := &receiver{t: t, answer: answer, secrets: map[string]bool{}}
	r.server = httptest.NewUnstartedServer(r)
	r.server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(io.Discard, nil), slog.LevelError)
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) url() string { return r.server.URL + "/hooks?for=us" }

// expect adds a secret that the receiver accepts.
func (r *receiver) expect(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if secret != "" {
		r.secrets[secret] = true
	}
}

// ServeHTTP takes one message.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // interrupted
	}
	m := message{id: req.Header.Get("webhook-id"), header: req.Header, body: body}
	var event struct {
		Type string `json:"type"`
		Data struct {
			Act       string `json:"act"`
			Challenge string `json:"challenge"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		r.t.Errorf("the body is no JSON: %v", err)
	}
	m.typ, m.act = event.Type, event.Data.Act
	r.mu.Lock()
	if len(r.secrets) > 0 && !signed(r.secrets, m) {
		r.t.Errorf("a message is signed with no known secret: %v", req.Header)
	}
	r.got = append(r.got, m)
	answer := r.answer
	r.mu.Unlock()
	switch {
	case m.typ == webhook.ChallengeType:
		_ = json.NewEncoder(w).Encode(map[string]string{"challenge": event.Data.Challenge})
	case answer != nil:
		answer(w, m)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (r *receiver) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = nil
}

func (r *receiver) reply(answer func(w http.ResponseWriter, m message)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) messages() []message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message(nil), r.got...)
}

// acts are those received, in their order.
func (r *receiver) acts() []string {
	var ids []string
	for _, m := range r.messages() {
		ids = append(ids, m.act)
	}
	return ids
}

func status(code int) func(http.ResponseWriter, message) {
	return func(w http.ResponseWriter, _ message) { w.WriteHeader(code) }
}
