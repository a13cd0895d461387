package cluster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "github.com/lib/pq" // the driver that asks the primary about its standbys
)

// Standby copies this cluster and runs the copy as its synchronous standby: after it returns, the primary confirms a commit
// only when the standby has it on disk.
func (c *Cluster) Standby(ctx context.Context) (*Cluster, error) {
	return c.standby(ctx, "synchronous_standby_names = 'standby'", "sync")
}

// AsyncStandby copies this cluster and runs the copy as a standby for which no commit waits.
func (c *Cluster) AsyncStandby(ctx context.Context) (*Cluster, error) {
	return c.standby(ctx, "synchronous_standby_names = ''", "async")
}

func (c *Cluster) standby(ctx context.Context, setting, state string) (*Cluster, error) {
	s, err := create(c.options)
	if err != nil {
		return nil, err
	}
	err = func() error {
		backup := s.command(ctx, "pg_basebackup", "-d", c.URL+"&application_name=standby", "-D", s.data(), "-R", "-X", "stream", "-c", "fast", "--no-sync")
		if out, err := backup.CombinedOutput(); err != nil {
			return fmt.Errorf("pg_basebackup: %w: %s", err, out)
		}
		if err := s.Up(ctx); err != nil {
			return err
		}
		if err := c.Set(ctx, setting); err != nil {
			return err
		}
		return c.waitForStandby(ctx, state)
	}()
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Set changes a setting of postgresql.conf, as "name = value", in the running server.
func (c *Cluster) Set(ctx context.Context, setting string) error {
	conn, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, text := range []string{"ALTER SYSTEM SET " + setting, "SELECT pg_reload_conf()"} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("set %s: %w", setting, err)
		}
	}
	return nil
}

// Cut makes a standby receive nothing more from its primary. What it has received so far it keeps.
func (c *Cluster) Cut(ctx context.Context) error {
	if err := c.Set(ctx, "primary_conninfo = ''"); err != nil {
		return err
	}
	conn, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	return wait(ctx, "the standby still receives", func() (bool, error) {
		var n int
		err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM pg_stat_wal_receiver").Scan(&n)
		return n == 0, err
	})
}

func (c *Cluster) waitForStandby(ctx context.Context, state string) error {
	conn, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	return wait(ctx, "the standby does not follow", func() (bool, error) {
		var n int
		const streaming = "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = $1 AND state = 'streaming'"
		err := conn.QueryRowContext(ctx, streaming, state).Scan(&n)
		return n == 1, err
	})
}

// wait polls until a condition holds, for at most half a minute.
func wait(ctx context.Context, otherwise string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if err != nil {
			return fmt.Errorf("%s: %w", otherwise, err)
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", otherwise, ctx.Err())
		case <-tick.C:
		}
	}
}

// Promote makes a standby the primary and waits until it accepts writes.
func (c *Cluster) Promote(ctx context.Context) error {
	if out, err := c.command(ctx, "pg_ctl", "promote", "-D", c.data(), "-w", "-t", "30").CombinedOutput(); err != nil {
		return fmt.Errorf("pg_ctl promote: %w: %s", err, out)
	}
	return nil
}
