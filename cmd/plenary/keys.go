package main

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// keysCmd manages the key folder.
type keysCmd struct {
	Init   keysInitCmd   `cmd:"" help:"Make the keys that are missing."`
	Rotate keysRotateCmd `cmd:"" help:"Make a new key that signs the log; the old key signs as well until it is retired. Restart the servers afterwards."`
	Retire keysRetireCmd `cmd:"" help:"Stop signing with the old key. Restart the servers afterwards."`
}

type (
	keysInitCmd   struct{ databaseFlags }
	keysRotateCmd struct{ databaseFlags }
	keysRetireCmd struct{ databaseFlags }
)

func (d databaseFlags) folder() string { return app.KeysFolder(d.Database, d.Keys) }

// Run makes the missing keys.
func (c *keysInitCmd) Run(s streams) error {
	if _, err := keys.Open(c.folder(), true); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintf(s.out, "The keys are in %s. Keep a copy apart from the copies of the database, and give every replica the same keys.\n", c.folder())
	return nil
}

// Run starts a change of keys.
func (c *keysRotateCmd) Run(s streams) error {
	if err := keys.Rotate(c.folder()); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintln(s.out, "A new key will sign the log together with the old one. Copy it to every replica, restart them, publish the new public key,")
	fmt.Fprintln(s.out, "and run \"plenary keys retire\" once everybody who verifies the log has it.")
	return nil
}

// Run ends a change of keys.
func (c *keysRetireCmd) Run(s streams) error {
	if err := keys.Retire(c.folder()); err != nil {
		return misconfigured{err}
	}
	fmt.Fprintln(s.out, "Once the servers have been restarted, the old key no longer signs.")
	return nil
}

// logCmd manages the act log.
type logCmd struct {
	Bundle logBundleCmd `cmd:"" help:"Write the whole log with its proof and the content of every act, for plenary verify."`
	Reopen logReopenCmd `cmd:"" help:"Continue the log after a restore that lost acts, under a new name that says so. Stop the servers first."`
	Shred  logShredCmd  `cmd:"" help:"Rewrite the tables so that no page holds erased data. Locks each table meanwhile."`
}

type (
	logBundleCmd struct{ databaseFlags }
	logReopenCmd struct{ databaseFlags }
	logShredCmd  struct{ databaseFlags }
)

// withLog calls run with the log of an existing database.
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

// Run continues the log under a new name.
func (c *logReopenCmd) Run(ctx context.Context, s streams) error {
	return c.withLog(ctx, false, func(_ *store.Store, l *actlog.Log) error {
		origin, err := l.Reopen(ctx)
		if err != nil {
			return err
		}
		if _, err := l.Drain(ctx); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "The log continues as %s; its act log.reopened names the old log. Inform everybody who verifies it.\n", origin)
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
	fmt.Fprintln(s.out, "The tables were rewritten.")
	return nil
}
