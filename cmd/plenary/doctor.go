package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/console"
	"github.com/plenary-dialogue/plenary/internal/store"
)

type doctorCmd struct{ serveFlags }

// finding is what doctor found out about one thing: what is wrong and what to do, or nothing.
type finding struct{ what, wrong, remedy string }

// Run checks everything a server needs and names each fault with its remedy. It changes nothing.
func (c *doctorCmd) Run(ctx context.Context, s streams) error {
	cfg, err := c.config()
	findings := []finding{found("configuration", err, "see plenary serve --help")}
	findings = append(findings, c.database(ctx)...)
	l, err := listen(ctx, c.Listen)
	if err == nil {
		_ = l.Close()
	}
	findings = append(findings, found("address "+c.Listen, err, "if that program is plenary itself, nothing is wrong"))
	findings = append(findings, issuersHealth(ctx, cfg.Issuers)...)
	if !console.Built() {
		findings = append(findings, finding{"explorer", "not built", "install Node 20 and npm, run make web, and build again"})
	}
	faults := 0
	for _, f := range findings {
		if f.wrong == "" {
			fmt.Fprintf(s.out, "ok     %s\n", f.what)
			continue
		}
		faults++
		fmt.Fprintf(s.out, "FAULT  %s: %s\n       remedy: %s\n", f.what, f.wrong, f.remedy)
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
	return finding{what, err.Error(), remedy}
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
	return append(findings, found("migrations", err, "plenary migrate up"))
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
