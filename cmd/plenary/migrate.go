package main

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/store"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"Show which migrations are applied."`
	Up     migrateUpCmd     `cmd:"" help:"Apply the missing migrations."`
}

type migrateStatusCmd struct{ databaseFlags }

// Run prints one line per migration.
func (c *migrateStatusCmd) Run(ctx context.Context, s streams) error {
	st, err := store.Open(ctx, c.Database, store.Options{Wait: c.DBWait, ReadOnly: true})
	if err != nil {
		return err
	}
	defer st.Close()
	list, err := st.Status(ctx)
	for _, m := range list {
		state := "missing"
		if m.Applied {
			state = "applied"
		}
		fmt.Fprintf(s.out, "%-8s %s\n", state, m.Version)
	}
	return err
}

type migrateUpCmd struct{ databaseFlags }

// Run applies the missing migrations.
func (c *migrateUpCmd) Run(ctx context.Context, s streams) error {
	st, err := store.Open(ctx, c.Database, store.Options{Wait: c.DBWait})
	if err != nil {
		return err
	}
	defer st.Close()
	applied, err := st.Migrate(ctx)
	for _, v := range applied {
		fmt.Fprintf(s.out, "applied  %s\n", v)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(s.out, "nothing to apply")
	}
	return err
}
