package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"golang.org/x/text/language"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/fanout"
	"github.com/plenary-dialogue/plenary/internal/file"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// serveFlags are a server's settings, which doctor checks too.
type serveFlags struct {
	databaseFlags
	Listen         string        `help:"Address that the API listens on." default:"127.0.0.1:8080"`
	AdminListen    string        `help:"Address that metrics and profiles listen on; empty for none." default:"127.0.0.1:9090"`
	Mode           string        `help:"Mode: dev (loopback only, with dev tokens) or production." default:"dev" enum:"dev,production"`
	AutoMigrate    bool          `help:"Apply missing migrations to PostgreSQL at start; SQLite always does."`
	Issuers        string        `help:"YAML file of the trusted token issuers; see the README." placeholder:"FILE"`
	DevKey         string        `help:"File with the dev issuer's key. Default: next to the database." placeholder:"FILE"`
	LogOrigin      string        `help:"Name of the log in its checkpoints, such as plenary.example.org/log; fixed at the first start." placeholder:"NAME"`
	NATS           string        `help:"NATS with JetStream that distributes acts to other replicas: nats://USER:PASSWORD@HOST:4222 or tls://…; only a cache." name:"nats" placeholder:"URL"`
	Pool           int           `help:"Number of connections to the database." default:"16"`
	Origins        []string      `help:"Browser origins to allow besides our own, such as https://console.example." placeholder:"URL"`
	Hosts          []string      `help:"Host names that this server accepts. Default: any." placeholder:"NAME"`
	TrustedProxies []string      `help:"Networks whose X-Forwarded-For header is trusted, such as 10.0.0.0/8." placeholder:"CIDR"`
	Clients        string        `help:"YAML file of the programs that have allowances of their own, such as a gateway; see the README." placeholder:"FILE"`
	PublicURL      string        `help:"Address at which others reach this server, such as https://plenary.example; webhooks name it." name:"public-url" placeholder:"URL"`
	CacheBytes     int           `help:"Memory for cached responses to visitors' GET requests, each dropped when an act changes what it shows; 0 caches none." default:"67108864" placeholder:"BYTES"`
	FilesFolder    string        `help:"Folder for the content of files, such as evidence, which must then be in every backup. Default: in the database." placeholder:"DIR"`
	FilesPerThing  int64         `help:"Bytes of the files on one thing, such as an assessment." default:"209715200" placeholder:"BYTES"`
	ReportsKeep    time.Duration `help:"How long files of reports are kept." default:"720h" placeholder:"DURATION"`
	ReportsMost    int           `help:"How many reports a party may have at once." default:"100" placeholder:"N"`
	Name           string        `help:"Name of this place, which the console shows." default:"Plenary" placeholder:"NAME"`
	Languages      []string      `help:"Languages that the console offers, the usual one first." default:"en,fr" placeholder:"TAG"`
	PrivacyURL     string        `help:"Address of your privacy notice, to which the console links." name:"privacy-url" placeholder:"URL"`
	ModerationURL  string        `help:"Address of your moderation policy, to which the console links." name:"moderation-url" placeholder:"URL"`
	AccessURL      string        `help:"Address of your accessibility statement, to which the console links." name:"accessibility-url" placeholder:"URL"`
	RequireSync    bool          `help:"Refuse to serve while the database may lose acknowledged changes: PostgreSQL without a synchronous standby, or with synchronous_commit=off."`
	NoRateLimit    bool          `help:"Switch rate limits off, for measurements."`

	WebhookAllowLoopback bool `help:"Let webhooks send to this machine, for testing; in dev mode only."`
}

type serveCmd struct {
	serveFlags
	Demo bool `help:"Fill an empty database with the shipped example."`
}

// Run serves until a signal arrives.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	cfg, err := c.config()
	if err != nil {
		return misconfigured{err}
	}
	cfg.DroppedLines = s.dropped
	collectLess()
	limitMemory()
	// Take the port first: a server that cannot listen must not touch the database.
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return misconfigured{err}
	}
	defer l.Close()
	admin, err := c.listenAdmin(ctx)
	if err != nil {
		return misconfigured{err}
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://" + l.Addr().String()
		if c.Mode == "production" {
			slog.Warn("no_public_url", "remedy", "set --public-url: webhooks name as their source "+cfg.PublicURL)
		}
	}
	started := answerWhileStarting(l)
	defer func() { _ = started() }()
	a, err := c.open(ctx, cfg)
	if err != nil {
		if admin != nil {
			_ = admin.Close()
		}
		if errors.Is(err, app.ErrMayLose) {
			return misconfigured{err}
		}
		return err
	}
	defer a.Close()
	if err := a.Domains.Templates.Ship(ctx); err != nil { // another replica may ship them at the same time
		slog.Warn("templates_not_shipped", "error", err)
	}
	if err := a.Domains.DecisionRules.Ship(ctx); err != nil {
		slog.Warn("rules_not_shipped", "error", err)
	}
	if admin != nil {
		stop := serveAdmin(admin, a.Server.AdminHandler())
		defer stop()
	}
	if err := started(); err != nil {
		return fmt.Errorf("take the listener back: %w", err)
	}
	if err := c.welcome(ctx, s.out, l.Addr().String(), a); err != nil {
		return err
	}
	return a.Run(ctx, l)
}

func (c *serveFlags) config() (app.Config, error) {
	cfg := app.Config{
		Database: c.Database, Store: store.Options{Pool: c.Pool, Wait: c.DBWait}, Migrate: c.AutoMigrate, Mode: c.Mode, DevKey: c.DevKey,
		Keys: c.Keys, Origin: c.LogOrigin, Broker: c.NATS,
		Origins: c.Origins, Hosts: c.Hosts, Rates: server.DefaultRates(), CacheBytes: c.CacheBytes, Clock: systemClock, Log: slog.Default(),
		Version: version, RequireSync: c.RequireSync, Files: file.Options{Folder: c.FilesFolder, PerSubject: c.FilesPerThing},
		Reports: reporting.Options{Keep: c.ReportsKeep, Most: c.ReportsMost},
	}
	cfg.Rates.Off = c.NoRateLimit
	if c.NATS != "" {
		if err := fanout.Check(c.NATS); err != nil {
			return cfg, fmt.Errorf("--nats: %w", err)
		}
	}
	if c.Mode == "dev" {
		if err := auth.CheckDevUse(c.Mode, c.Listen); err != nil {
			return cfg, err
		}
		if len(cfg.Hosts) == 0 {
			cfg.Hosts = []string{"localhost", "127.0.0.1", "::1"} // a page elsewhere must not reach us under a name of its own
		}
		cfg.WebhookLoopback, cfg.Developers = c.WebhookAllowLoopback, true
	} else {
		if c.WebhookAllowLoopback {
			return cfg, errors.New("--webhook-allow-loopback is for dev mode: in production webhooks must not reach this machine")
		}
		cfg.ShutdownDelay = 3 * time.Second
		if c.Issuers == "" {
			return cfg, errors.New("production mode needs --issuers: it refuses dev tokens")
		}
		if c.DevKey != "" {
			return cfg, errors.New("production mode refuses a dev key: leave out --dev-key")
		}
	}
	var err error
	if cfg.PublicURL, err = publicURL(c.PublicURL); err != nil {
		return cfg, err
	}
	for _, cidr := range c.TrustedProxies {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return cfg, fmt.Errorf("--trusted-proxies: %q is not a network such as 10.0.0.0/8", cidr)
		}
		cfg.TrustedProxies = append(cfg.TrustedProxies, p)
	}
	if cfg.Clients, err = readClients(c.Clients); err != nil {
		return cfg, err
	}
	if cfg.Console, err = c.console(); err != nil {
		return cfg, err
	}
	if cfg.Issuers, cfg.Console.SignIn, err = readIssuers(c.Issuers); err != nil || len(cfg.Issuers) == 0 {
		return cfg, err
	}
	if _, err := auth.NewVerifier(auth.Config{Issuers: cfg.Issuers, Clock: systemClock}); err != nil {
		return cfg, fmt.Errorf("--issuers: %s: %w", c.Issuers, err)
	}
	if _, err := app.ReachesOf(cfg.Issuers); err != nil {
		return cfg, fmt.Errorf("--issuers: %s: %w", c.Issuers, err)
	}
	if _, err := app.AdmitsOf(cfg.Issuers); err != nil {
		return cfg, fmt.Errorf("--issuers: %s: %w", c.Issuers, err)
	}
	return cfg, nil
}

// console reads what the console is told, but for who signs people in.
func (c *serveFlags) console() (app.Console, error) {
	out := app.Console{Name: strings.TrimSpace(c.Name), Languages: c.Languages}
	for _, tag := range c.Languages {
		if parsed, err := language.Parse(tag); err != nil || parsed.String() != tag {
			return out, fmt.Errorf("--languages: %q is no BCP 47 tag such as fr", tag)
		}
	}
	for _, link := range []struct {
		flag, given string
		to          *string
	}{
		{"privacy-url", c.PrivacyURL, &out.Links.Privacy},
		{"moderation-url", c.ModerationURL, &out.Links.Moderation},
		{"accessibility-url", c.AccessURL, &out.Links.Accessibility},
	} {
		u, err := url.Parse(link.given)
		if link.given != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return out, fmt.Errorf("--%s: expected a URL such as https://plenary.example/about", link.flag)
		}
		*link.to = link.given
	}
	return out, nil
}

// publicURL checks the address at which others reach the server; empty if none was given.
func publicURL(given string) (string, error) {
	if given == "" {
		return "", nil
	}
	u, err := url.Parse(given)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("--public-url: expected a URL such as https://plenary.example")
	}
	return strings.TrimRight(given, "/"), nil
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use: stop the program that listens there, or choose another address with --listen (or --admin-listen)", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// listenAdmin opens the listener of metrics and profiles. If the default address is taken, the server runs without it; an
// address that the operator chose must be free.
func (c *serveFlags) listenAdmin(ctx context.Context) (net.Listener, error) {
	if c.AdminListen == "" {
		return nil, nil
	}
	l, err := listen(ctx, c.AdminListen)
	if err != nil && c.AdminListen == "127.0.0.1:9090" {
		slog.Warn("no_admin_listener", "error", err)
		return nil, nil
	}
	return l, err
}

func serveAdmin(l net.Listener, h http.Handler) (stop func()) {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("admin_listener_failed", "error", err)
		}
	}()
	return func() { _ = srv.Close() }
}

// open opens the server, on a database that is filled with the example if that was asked for.
func (c *serveCmd) open(ctx context.Context, cfg app.Config) (*app.App, error) {
	if c.Demo {
		if err := fillExample(ctx, cfg); err != nil {
			return nil, err
		}
	}
	return app.Open(ctx, cfg)
}

// fillExample fills an empty database with the example, by a server whose clock is moved through the weeks in which it takes place.
func fillExample(ctx context.Context, cfg app.Config) error {
	moved := clock.NewFixed(cfg.Clock.Now())
	cfg.Clock, cfg.AnyClock = moved, true
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	filled, err := demo.FillWithPast(ctx, a.Store, a.Log, a.Domains, auth.DevURL, moved)
	if err == nil && !filled {
		slog.Info("example_not_filled", "reason", "the database is not empty")
	}
	return errors.Join(err, a.Close())
}
