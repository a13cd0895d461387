// Package app is one server of Plenary: it opens what a server needs, wires it together and runs it. It holds no rules.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/console"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/export"
	"github.com/plenary-dialogue/plenary/internal/fanout"
	"github.com/plenary-dialogue/plenary/internal/file"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/privacy"
	"github.com/plenary-dialogue/plenary/internal/register"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema"
)

// Config is what a server is told.
type Config struct {
	Database string
	Store    store.Options
	Migrate  bool // apply missing migrations; SQLite always does
	Mode     string
	DevKey   string // file of the dev issuer's key; empty next to the database
	Keys     string // folder of the keys; empty next to the database
	Origin   string // name of the log, given to a new one
	Broker   string // URL of the NATS that fans acts out to replicas; empty for none
	Issuers  []auth.Issuer

	Origins, Hosts []string
	TrustedProxies []netip.Prefix
	Clients        []server.Client // that have allowances of their own
	Rates          server.Rates
	ShutdownDelay  time.Duration
	Limits         gql.Limits    // of operations; the published ones when zero
	Connections    server.Limits // the same of connections

	Files file.Options // where the content of files lies, and how much of it there may be

	Reports reporting.Options // how long reports are kept, and how many a party may have

	Console Console // what the console is told

	Version         string // of this build, for the document of the API
	PublicURL       string // where others reach this server, as https://plenary.example; webhooks name it
	WebhookLoopback bool   // webhooks may lead to this machine: in dev mode, for trying out

	CacheBytes int // for answers to visitors that are kept until an act touches them; 0 keeps none

	RequireSync bool // refuse to serve, and to take changes, while the database may lose acknowledged ones
	AnyClock    bool // the clock stands in for the database's: for tests, and for an example that has a past

	Developers bool // help those who write clients: suggest names for wrong ones, and let pages of this machine call

	Reference bool // let gqlgen answer queries too: slower, for comparing

	Clock        clock.Clock
	Log          *slog.Logger
	HTTP         *http.Client // fetches what issuers publish; nil for the default one
	DroppedLines func() int64 // lines of the log that were dropped; nil where none can be
}

// App is a server that is open.
type App struct {
	Store    *store.Store
	Log      *actlog.Log
	Domains  *domains.Domains
	Resolver *graph.Resolver
	Schema   graphql.ExecutableSchema
	Executor *gql.Executor
	Server   *server.Server
	Webhooks *webhook.Engine
	Answers  *answers.Cache  // nil where none are kept
	Dev      *auth.DevIssuer // nil in production mode
	console  *console.Console
	verifier *auth.Verifier
	reaches  map[string]party.Reach // by issuer
	ring     *keys.Ring
	workers  *worker.Group
	fanout   *fanout.Fanout // nil without a broker
	watched  watched
	filled   bool // versions of rows are kept; see fill
	config   Config
}

// Open opens the database, migrates it if it may, and wires the server. It serves nothing yet.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.AnyClock {
		c.Store.Now = c.Clock.Now
	}
	s, err := store.Open(ctx, c.Database, c.Store)
	if err != nil {
		return nil, err
	}
	a := &App{Store: s, config: c, workers: worker.New(c.Log)}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	if err := a.look(ctx); err != nil {
		return err
	}
	if why := textOf(&a.watched.mayLose); a.config.RequireSync && why != "" {
		return fmt.Errorf("%w: %s", ErrMayLose, why)
	}
	if err := a.migrate(ctx); err != nil {
		return err
	}
	if err := a.Store.UseSealKey(ctx); err != nil {
		return err
	}
	if err := a.openLog(ctx); err != nil {
		return err
	}
	if err := a.wire(); err != nil {
		return err
	}
	if n, err := a.Domains.Privacy.Replay(ctx); err != nil {
		return err
	} else if n > 0 {
		a.config.Log.Info("erased_again", "members", n, "reason", "the database was restored from before their erasure")
	}
	if adopted, without, err := a.Domains.Parties.Adopt(ctx); err != nil {
		return err
	} else if adopted+without > 0 {
		a.config.Log.Info("parties_given_to_issuers", "parties", adopted, "without", without,
			"remedy", "parties without an issuer are those that nobody or several issuers spoke for: name who may in the issuers' file")
	}
	if adopted, err := a.Domains.Practices.Adopt(ctx); err != nil {
		return err
	} else if adopted > 0 {
		a.config.Log.Info("practices_given_versions", "practices", adopted)
	}
	if err := a.fill(ctx); err != nil {
		return err
	}
	if err := a.identify(); err != nil {
		return err
	}
	events, err := a.tellOthers()
	if err != nil {
		return fmt.Errorf("write the schemas of events: %w", err)
	}
	if a.console, err = console.New(); err != nil {
		return err
	}
	documents, err := console.Documents()
	if err != nil {
		return err
	}
	a.Executor, err = gql.New(gql.Config{
		Schema: a.Schema, Limits: a.config.Limits, Prepare: a.Resolver.Prepare, Compile: a.compile(), Unkept: graph.TellsPaper, Log: a.config.Log,
		Suggest: a.config.Developers, Documents: documents,
	})
	if err != nil {
		return fmt.Errorf("prepare GraphQL: %w", err)
	}
	a.keepAnswers()
	pages := a.pages(events)
	if err := a.consolePages(pages); err != nil {
		return err
	}
	if err := a.describe(pages); err != nil {
		return fmt.Errorf("describe what the server answers: %w", err)
	}
	a.Server, err = server.New(server.Config{
		Executor:       a.Executor,
		Authenticate:   a.authenticate,
		Recheck:        a.recheck,
		SDL:            []byte(schema.Text()),
		Checks:         a.checks(),
		Pages:          pages,
		Origins:        a.config.Origins,
		LocalOrigins:   a.config.Developers,
		Hosts:          a.config.Hosts,
		TrustedProxies: a.config.TrustedProxies,
		Clients:        a.config.Clients,
		Limits:         a.limits(),
		Rates:          a.config.Rates,
		Clock:          a.config.Clock,
		Log:            a.config.Log,
		ShutdownDelay:  a.config.ShutdownDelay,
		Collectors:     a.collectors(),
		Answers:        a.Answers,
		Lasting:        a.Resolver.Lasting,
	})
	return err
}

// pages are what the server answers beside GraphQL. Each says what it answers, for /openapi.json: without that the server does not open.
func (a *App) pages(events http.Handler) map[string]server.Page {
	all := map[string]server.Page{
		"/explorer/":            {Handler: http.StripPrefix("/explorer", console.Explorer()), Operations: explorerOperations},
		"/explorer/people.json": {Handler: http.HandlerFunc(a.people), Operations: peopleOperations, Cost: 10},
		"/docs/errors":          {Handler: http.HandlerFunc(errorCodes), Operations: errorsOperations},
		"/log/":                 {Handler: http.StripPrefix("/log", a.Log.Handler()), Operations: actlog.Served(), Cost: 1},
		"/log/bundle.jsonl":     {Handler: a.bundle(), Operations: bundleOperations, Authenticate: true, Cost: 10_000, Report: true, Streams: true},
		ownData: {
			Handler: within(policy.OwnData, a.Domains.Privacy.Handler()), Operations: privacy.Described(ownData), Authenticate: true, Cost: 5000, Report: true,
		},
		"/schemas/events/": {Handler: events, Operations: a.Domains.Webhooks.Catalog().Described()},
		file.UploadPath: {
			Handler: a.Domains.Files.Receive(), Operations: file.Sending(), Authenticate: true, Cost: 2000, Report: true, Body: file.MostBytes,
		},
		file.UploadPath + "/": {Handler: a.linked(policy.Download, a.Domains.Files.Serve), Operations: file.Reading(), Authenticate: true, Cost: 10},
		ballot.Below:          {Handler: http.HandlerFunc(a.Domains.Ballots.Serve), Operations: ballot.Reading(), Authenticate: true, Cost: 500, Report: true},
		reporting.Below:       {Handler: a.linked(policy.Reports, a.Domains.Reports.Serve), Operations: reporting.Reading(), Authenticate: true, Cost: 10},
	}
	for path, r := range export.New(a.Store, a.Log, a.Domains.Assessments).Routes() {
		all[path] = server.Page{Handler: r.Handler, Operations: r.Operations, Authenticate: true, Cost: 500, Report: true}
	}
	d := a.Domains
	for path, r := range export.NewModeration(a.Store, a.Log, d.Hidings).Routes() {
		all[path] = server.Page{Handler: r.Handler, Operations: r.Operations, Authenticate: true, Cost: 500, Report: true}
	}
	for path, r := range register.New(a.Store, a.Log, d.Parties, d.Practices, d.Assessments, a.config.PublicURL).Routes() {
		all[path] = server.Page{Handler: r.Handler, Operations: r.Operations, Cost: 500, Report: true}
	}
	for _, s := range schemas {
		all[s.path] = server.Page{Handler: fixed(s.text, "application/schema+json"), Operations: s.operations()}
	}
	for path, p := range a.Domains.Imports.Routes() {
		all[path] = server.Page{Handler: p.Handler, Operations: p.Operations, Authenticate: true, Cost: 2000, Report: true, Body: p.Most}
	}
	return all
}

// ownData is where people get a copy of what is kept about them.
const ownData = "/me/data.zip"

// limits are the published limits, with as many operations at once as the database takes: more would wait for connections, and
// there nobody has turns.
func (a *App) limits() server.Limits {
	l, p := a.config.Connections, a.Store.Places()
	if l == (server.Limits{}) {
		l = server.DefaultLimits()
	}
	l.InFlight, l.Changes, l.Wait = p.All, p.Changes, p.Wait
	return l
}

// wire makes the domains and what answers for them.
func (a *App) wire() error {
	var err error
	a.Domains, err = domains.New(a.Store, a.Log, a.config.Clock, webhook.Options{Sealer: a.ring, AllowLoopback: a.config.WebhookLoopback})
	if err != nil {
		return err
	}
	a.Domains.Files.Use(a.config.Files)
	a.Domains.Files.Link(a.fileURL)
	if a.config.Reports.Address == "" {
		a.config.Reports.Address = a.config.PublicURL
	}
	a.Domains.Reports.Use(a.config.Reports, a.link)
	if a.Resolver, err = graph.New(a.Store, a.Domains); err != nil {
		return err
	}
	var tables lean.Tables
	a.Schema, tables = generated.NewSchema(a.Resolver)
	a.Resolver.Use(a.Schema.Schema(), tables)
	return nil
}

// compile is what makes programs of queries; nil where gqlgen is to answer them.
func (a *App) compile() func(*ast.QueryDocument, *ast.OperationDefinition) gql.Program {
	if a.config.Reference {
		return nil
	}
	return a.Resolver.Compile
}

// migrate brings the schema up where that is asked for, and refuses to run on another one.
func (a *App) migrate(ctx context.Context) error {
	if a.config.Migrate || !a.Store.IsPostgres() {
		applied, err := a.Store.Migrate(ctx)
		if err != nil {
			return err
		}
		if len(applied) > 0 {
			a.config.Log.Info("migrated", "steps", len(applied), "to", applied[len(applied)-1])
		}
		return nil
	}
	steps, err := a.Store.Status(ctx)
	if err != nil {
		return err
	}
	for _, m := range steps {
		if !m.Applied {
			return fmt.Errorf("the database lacks migration %s: run plenary migrate up, or serve with --auto-migrate", m.Version)
		}
	}
	return nil
}

// ErrKeysMissing is the error of a database that was given keys, none of which are there.
var ErrKeysMissing = errors.New("the keys of this database are missing")

// OpenKeys opens the keys of a database. SQLite and dev mode may make keys at the first start; a production server on
// PostgreSQL has replicas, which must all be given the same. A database that has keys never gets others: what was sealed under
// the first would be lost.
func OpenKeys(ctx context.Context, s *store.Store, folder, mode string, create bool) (*keys.Ring, error) {
	has, err := actlog.HasKeys(ctx, s)
	if err != nil {
		return nil, err
	}
	ring, err := keys.Open(folder, create && !has && MakesKeys(s.IsPostgres(), mode))
	if has && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: copy them there from where they are kept, or from another replica; "+
			"no other keys can read its personal data or continue its log (%w)", ErrKeysMissing, folder, errors.Unwrap(err))
	}
	return ring, err
}

// MakesKeys reports whether a server may make keys for a database that has none.
func MakesKeys(postgres bool, mode string) bool { return !postgres || mode != "production" }

func (a *App) openLog(ctx context.Context) error {
	ring, err := OpenKeys(ctx, a.Store, KeysFolder(a.config.Database, a.config.Keys), a.config.Mode, true)
	if err != nil {
		return err
	}
	a.ring = ring
	a.Log = actlog.New(a.Store, a.config.Clock, ring)
	if _, err := a.Log.Vault().Adopt(ctx, a.config.Clock.Now()); err != nil {
		return err
	}
	if err := a.Log.Open(ctx, a.config.Origin); err != nil || a.config.Broker == "" {
		return err
	}
	a.fanout, err = fanout.Open(fanout.Config{
		URL: a.config.Broker, Origin: a.Log.Origin(), Key: ring.Broker(), Clock: a.config.Clock, Log: a.config.Log,
	})
	if err != nil {
		return err
	}
	a.Log.UseBroker(a.fanout)
	return nil
}

// bundle answers auditors with the whole log, every act opened.
func (a *App) bundle() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			post.NotAllowed(w, "GET", "this is read with GET")
			return
		}
		err := policy.Check(r.Context(), policy.BundleLog, policy.Subject{Resource: policy.Log})
		if outOfScope(w, err) {
			return
		}
		if err != nil {
			post.Forbidden(w, "only auditors read the whole log")
			return
		}
		// It may be long, and only auditors ask for it.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour))
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
		if err := a.Log.WriteBundle(r.Context(), w); err != nil {
			a.config.Log.ErrorContext(r.Context(), "bundle_not_written", "error", err)
			panic(http.ErrAbortHandler) // what was sent has no last line, and so no verifier takes it
		}
	})
}

// KeysFolder is where the keys lie: next to the SQLite file, or under ./data.
func KeysFolder(database, given string) string {
	if given != "" {
		return given
	}
	return filepath.Join(filepath.Dir(DevKeyFile(database, "")), "keys")
}

// DevKeyFile is where the dev issuer's key lies: next to the SQLite file, or under ./data.
func DevKeyFile(database, given string) string {
	if given != "" {
		return given
	}
	if path, ok := strings.CutPrefix(database, "sqlite://"); ok {
		return filepath.Join(filepath.Dir(path), "dev-issuer.key")
	}
	return filepath.Join("data", "dev-issuer.key")
}

// Run serves on the listener, and the log with it, until the context ends; then it stops in order: no new work, what
// runs ends, sockets close, the sequencer gives its lease back. Webhooks stop being sent to when the end begins: other
// replicas go on with them at once.
func (a *App) Run(ctx context.Context, l net.Listener) error {
	tallies := a.Domains.Comments.Teller(a.Log, a.config.Log)
	background := store.InBackground(ctx)                                 // a busy database is waited for longer than by requests
	if err := tallies.Begin(background); err != nil && ctx.Err() == nil { // before the first vote is taken
		return err
	}
	logCtx, stopLog := context.WithCancel(context.WithoutCancel(ctx))
	a.workers.Go(logCtx, "sequencer", func(ctx context.Context) { a.Log.Run(ctx, a.config.Log) })
	a.workers.Go(logCtx, "watch", a.watch)
	hooksCtx, stopHooks := context.WithCancel(background)
	a.workers.Go(hooksCtx, "webhooks", a.Webhooks.Run)
	a.workers.Go(hooksCtx, "tallies", tallies.Run)
	a.workers.Go(hooksCtx, "files", a.Domains.Files.Run)
	a.workers.Go(hooksCtx, "assessments", a.Domains.Assessments.Run)
	a.workers.Go(hooksCtx, "imports", a.Domains.Imports.Run)
	a.workers.Go(hooksCtx, "reports", a.report)
	a.workers.Go(hooksCtx, "calls", a.Domains.CalledFirms.Run)
	a.workers.Go(hooksCtx, "appeals", a.Domains.Hidings.Run)
	a.workers.Go(hooksCtx, "official_responses", a.Domains.OfficialResponses.Run)
	a.workers.Go(hooksCtx, "commitments", a.Domains.Commitments.Run)
	a.workers.Go(hooksCtx, "reviews", a.Domains.Guidelines.Run)
	a.workers.Go(hooksCtx, "reviews of frameworks", a.Domains.Frameworks.Run)
	a.workers.Go(hooksCtx, "phases", a.Domains.Dialogues.Run)
	a.workers.Go(hooksCtx, "ballots", a.Domains.Ballots.Run)
	if a.fanout != nil {
		a.workers.Go(logCtx, "publisher", func(ctx context.Context) { a.Log.Publish(ctx, a.config.Log) })
		a.workers.Go(logCtx, "receiver", a.Log.Receive)
	}
	tried := a.startSignIn(logCtx)
	a.verifier.Start(logCtx)
	<-tried
	err := a.Server.Serve(ctx, l)
	stopHooks() // where Serve failed by itself, ctx goes on
	stopLog()
	a.workers.Wait()
	a.verifier.Close()
	return err
}

// Close leaves the broker and gives the database back.
func (a *App) Close() error {
	if a.fanout != nil {
		a.fanout.Close()
	}
	return a.Store.Close()
}
