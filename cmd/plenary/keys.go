package main

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// keysCmd tends the folder of keys.
type keysCmd struct {
	Init   keysInitCmd   `cmd:"" help:"Make the keys that are missing."`
	Rotate keysRotateCmd `cmd:"" help:"Make a new key to sign the log; the old one signs beside it until retire. Restart the servers after."`
	Retire keysRetireCmd `cmd:"" help:"Let the old key sign no more. Restart the servers after."`
}

type (
	keysInitCmd   struct{ databaseFlags }
	keysRotateCmd struct{ databaseFlags }
	keysRetireCmd struct{ databaseFlags }
)

func (d databaseFlags) folder() string { return app.KeysFolder(d.Database, d.Keys) }

// Run makes keys.
func (c *keysInitCmd) Run(s streams) error {
	if _, err := keys.Open(c.folder(), true); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintf(s.out, "The keys are in %s. Keep a copy apart from the copies of the database, and give every replica the same.\n", c.folder())
	return nil
}

// Run begins a change of keys.
func (c *keysRotateCmd) Run(s streams) error {
	if err := keys.Rotate(c.folder()); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintln(s.out, "A new key will sign the log beside the old one. Give it to every replica, restart them, publish the new public key,")
	fmt.Fprintln(s.out, "and run plenary keys retire once those who verify the log have it.")
	return nil
}

// Run ends a change of keys.
func (c *keysRetireCmd) Run(s streams) error {
	if err := keys.Retire(c.folder()); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintln(s.out, "The old key signs no more once the servers have been restarted.")
	return nil
}

// logCmd tends the act log.
type logCmd struct {
	Bundle logBundleCmd `cmd:"" help:"Write the whole log with its proof, every act opened, for plenary verify."`
	Reopen logReopenCmd `cmd:"" help:"Go on after a restore that lost acts, under a new name that says so. Stop the servers first."`
	Shred  logShredCmd  `cmd:"" help:"Write the tables anew, so that no page holds what was erased. Locks each table while it does."`
}

type (
	logBundleCmd struct{ databaseFlags }
	logReopenCmd struct{ databaseFlags }
	logShredCmd  struct{ databaseFlags }
)

// withLog runs something on the log of a database that exists.
func (d databaseFlags) withLog(ctx context.Context, readOnly bool, run func(*store.Store, *actlog.Log) error) error {
	ring, err := keys.Open(d.folder(), false)
	if err != nil {
		return misconfigured{err}
	}
	st, err := store.Open(ctx, d.Database, store.Options{Wait: d.DBWait, ReadOnly: readOnly})
	if err != nil {
		return err
	}
	defer st.Close()
	return run(st, actlog.New(st, systemClock, ring))
}

// Run writes a bundle.
func (c *logBundleCmd) Run(ctx context.Context, s streams) error {
	return c.withLog(ctx, true, func(_ *store.Store, l *actlog.Log) error {
		if err := l.Name(ctx); err != nil {
			return err
		}
		return l.WriteBundle(ctx, s.out)
	})
}

// Run opens the log under a new name.
func (c *logReopenCmd) Run(ctx context.Context, s streams) error {
	return c.withLog(ctx, false, func(_ *store.Store, l *actlog.Log) error {
		origin, err := l.Reopen(ctx)
		if err != nil {
			return err
		}
		if _, err := l.Drain(ctx); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "The log goes on as %s; its act log.reopened names the old one. Tell those who verify it.\n", origin)
		return nil
	})
}

// Run rewrites the tables.
func (c *logShredCmd) Run(ctx context.Context, s streams) error {
	st, err := store.Open(ctx, c.Database, store.Options{Wait: c.DBWait})
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.Rewrite(ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "The tables were written anew.")
	return nil
}
