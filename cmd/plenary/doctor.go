package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema"
)

type doctorCmd struct{ serveFlags }

// finding is what doctor found out about one thing: what is wrong and what to do, or nothing. A note is worth knowing, but
// nothing is wrong.
type finding struct {
	what, wrong, remedy string
	note                bool
}

// Run checks everything a server needs and names each fault with its remedy. It changes nothing.
func (c *doctorCmd) Run(ctx context.Context, s streams) error {
	cfg, err := c.config()
	findings := []finding{found("configuration", err, "see plenary serve --help")}
	findings = append(findings, c.database(ctx)...)
	findings = append(findings, c.address(ctx))
	findings = append(findings, issuersHealth(ctx, cfg.Issuers)...)
	findings = append(findings, pages(ctx, cfg)...)
	faults := 0
	for _, f := range findings {
		if f.wrong == "" {
			fmt.Fprintf(s.out, "ok     %s\n", f.what)
			continue
		}
		kind := "note "
		if !f.note {
			kind = "FAULT"
			faults++
		}
		fmt.Fprintf(s.out, "%s  %s: %s\n       remedy: %s\n", kind, f.what, f.wrong, f.remedy)
	}
	if faults > 0 {
		return fmt.Errorf("%d faults", faults)
	}
	return nil
}

func found(what string, err error, remedy string) finding {
	if err == nil {
		return finding{what: what}
	}
	return finding{what: what, wrong: err.Error(), remedy: remedy}
}

// address looks whether the server can listen, or listens already.
func (c *doctorCmd) address(ctx context.Context) finding {
	what := "address " + c.Listen
	l, err := listen(ctx, c.Listen)
	if err == nil {
		return finding{what: what, wrong: errorText(l.Close())}
	}
	if answersAsPlenary(ctx, c.Listen) {
		return finding{what: what + ", where a plenary server answers"}
	}
	return found(what, err, "stop that program, or choose another address with --listen")
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// answersAsPlenary asks for what only this program serves like that.
func answersAsPlenary(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/schema.graphql", nil)
	if err != nil {
		return false
	}
	req.Host = "localhost" // which every server accepts that accepts only some names
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	text := make([]byte, 1<<10)
	n, _ := io.ReadFull(resp.Body, text)
	return resp.StatusCode == http.StatusOK && strings.HasPrefix(schema.Text(), string(text[:n])) && n > 0
}

func (c *doctorCmd) database(ctx context.Context) []finding {
	name := "database " + store.Redact(c.Database)
	st, err := store.Open(ctx, c.Database, store.Options{Wait: min(c.DBWait, 3*time.Second), ReadOnly: true})
	if err != nil {
		return []finding{found(name, err, "check that it is running and that --database is right")}
	}
	defer st.Close()
	findings := []finding{found(name, st.Ping(ctx), "check that it is running")}
	list, err := st.Status(ctx)
	missing := 0
	for _, m := range list {
		if !m.Applied {
			missing++
		}
	}
	if err == nil && missing > 0 {
		err = fmt.Errorf("%d are missing", missing)
	}
	remedy := "plenary migrate up"
	if errors.Is(err, store.ErrNewer) {
		remedy = "use the plenary that migrated it, or a later one"
	}
	if missing > 0 && (c.AutoMigrate || !st.IsPostgres()) {
		findings = append(findings, finding{what: "migrations", wrong: err.Error(), remedy: "nothing: the server applies them at its start", note: true})
	} else {
		findings = append(findings, found("migrations", err, remedy))
	}
	findings = append(findings, c.server(ctx, st)...)
	if err == nil {
		findings = append(findings, c.log(ctx, st)...)
		findings = append(findings, reportJobs(ctx, st))
		findings = append(findings, lateBallots(ctx, st)...)
	}
	return findings
}

// reportJobs looks for reports that failed.
func reportJobs(ctx context.Context, st *store.Store) finding {
	waiting, failed, why, err := reporting.Look(ctx, st)
	switch {
	case err != nil:
		return found("reports", err, "check that the database is running")
	case failed > 0:
		return finding{
			what: "reports", wrong: fmt.Sprintf("%d failed, the last one because %s; %d wait", failed, why, waiting), note: true,
			remedy: "look into the server's log, and have them asked for again",
		}
	}
	return finding{what: fmt.Sprintf("reports: %d wait", waiting)}
}

// lateBallots looks for ballots that have closed and were not counted, and for ended ones whose sealed papers may still be in files.
func lateBallots(ctx context.Context, st *store.Store) []finding {
	late, err := ballot.Look(ctx, st)
	if err != nil {
		return []finding{found("ballots", err, "check that the database is running")}
	}
	count := finding{what: "counts of ballots", remedy: "see that a server runs; if one does, its log says under turn_failed why it does not count"}
	if len(late.Uncounted) > 0 {
		count.wrong = "closed and not counted: " + strings.Join(late.Uncounted, ", ")
	}
	shred := finding{
		what:   "secrecy of ballots",
		remedy: "see that a server runs; if one does, end what reads the database for long, a dump for one, and it tries again within seconds",
	}
	if len(late.Unshredded) > 0 {
		shred.wrong = "sealed papers and keys may still be in the files of the database: " + strings.Join(late.Unshredded, ", ")
	}
	return []finding{count, shred}
}

// server looks at the database's clock and at what it may lose.
func (c *doctorCmd) server(ctx context.Context, st *store.Store) []finding {
	before := systemClock.Now()
	s, err := st.Server(ctx)
	after := systemClock.Now()
	if err != nil {
		return []finding{found("durability", err, "check that the database is running")}
	}
	durability := finding{what: "durability", wrong: s.MayLose, note: !c.RequireSync}
	if s.MayLose != "" {
		durability.remedy = "set up a synchronous standby and synchronous_commit = on, if no acknowledged change may be lost"
	}
	if s.Now.IsZero() {
		return []finding{durability}
	}
	return []finding{durability, {what: "clock", wrong: app.Skew(before, s.Now, after), remedy: "let NTP set the clocks of this host and of the database's"}}
}

// log looks for the keys, and compares the act log with what is kept of it beside them.
func (c *doctorCmd) log(ctx context.Context, st *store.Store) []finding {
	ring, err := app.OpenKeys(ctx, st, c.folder(), c.Mode, false)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !errors.Is(err, app.ErrKeysMissing) && app.MakesKeys(st.IsPostgres(), c.Mode):
		return []finding{{what: "keys", wrong: "there are none in " + c.folder(), remedy: "nothing: the server makes them at its start", note: true}}
	case err != nil:
		return []finding{found("keys", err, "give the server the folder of the keys with --keys")}
	}
	err = actlog.New(st, systemClock, ring).Examine(ctx)
	if err != nil && !errors.Is(err, actlog.ErrForked) {
		return []finding{found("keys", err, "give the server the folder of the keys with --keys")}
	}
	const remedy = "restore what is missing if you can, from a later backup or the former primary; otherwise run plenary log reopen"
	return []finding{{what: "keys"}, found("log", err, remedy)}
}

// issuersHealth asks each issuer for its keys once.
func issuersHealth(ctx context.Context, issuers []auth.Issuer) []finding {
	if len(issuers) == 0 {
		return nil
	}
	v, err := auth.NewVerifier(auth.Config{Issuers: issuers, Clock: systemClock})
	if err != nil {
		return []finding{found("issuers", err, "correct the file that --issuers names")}
	}
	v.Start(ctx)
	defer v.Close()
	var findings []finding
	for _, h := range v.Health() {
		err := h.Err
		if err == nil && !h.Ready() {
			err = errors.New("no usable key")
		}
		findings = append(findings, found("issuer "+h.Issuer, err, "check the address of its key set, and that this host can reach it"))
	}
	return findings
}
