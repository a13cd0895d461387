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
		return c.waitForStandby(ctx)
	}()
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (c *Cluster) waitForStandby(ctx context.Context) error {
	conn, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, text := range []string{"ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()"} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("make commits wait for the standby: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		const streaming = "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'"
		if err := conn.QueryRowContext(ctx, streaming).Scan(&n); err != nil {
			return fmt.Errorf("read the state of the standby: %w", err)
		}
		if n == 1 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the standby does not follow: %w", ctx.Err())
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
