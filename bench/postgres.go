package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/bench/proc"
)

// postgres is the server that TEST_DATABASE_URL names. The benchmark creates databases on it and drops them again.
type postgres struct {
	url  string
	conn *sql.DB
	head int // process id of the postmaster, the parent of the processes that serve connections
	made []string
}

func openPostgres(ctx context.Context, server string) (*postgres, error) {
	conn, err := sql.Open("postgres", server)
	if err != nil {
		return nil, err
	}
	p := &postgres{url: server, conn: conn}
	var backend int
	if err := conn.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return nil, fmt.Errorf("TEST_DATABASE_URL: %w", err)
	}
	s, err := proc.Read(backend)
	if err != nil || !strings.HasPrefix(s.Name, "postgres") {
		return nil, fmt.Errorf("TEST_DATABASE_URL: that PostgreSQL does not run on this machine, so its processor time cannot be read")
	}
	p.head = s.Parent
	return p, nil
}

// create makes an empty database and returns its URL.
func (p *postgres) create(ctx context.Context, name string) (string, error) {
	if _, err := p.conn.ExecContext(ctx, fmt.Sprintf(`CREATE DATABASE %q`, name)); err != nil {
		return "", fmt.Errorf("make a database: %w", err)
	}
	p.made = append(p.made, name)
	u, err := url.Parse(p.url)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// close drops the databases.
func (p *postgres) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, name := range p.made {
		_, _ = p.conn.ExecContext(ctx, fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, name))
	}
	_ = p.conn.Close()
}

// cpu is the processor time of the whole server, without connections to other databases.
func (p *postgres) cpu(ctx context.Context) (time.Duration, error) {
	rows, err := p.conn.QueryContext(ctx,
		"SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname NOT LIKE 'plenary_bench_%'")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	others := map[int]bool{}
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return 0, err
		}
		others[pid] = true
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	return proc.Family(p.head, others)
}

// about returns the version and whether a commit waits for the disk.
func (p *postgres) about(ctx context.Context) (version, durability string, err error) {
	var fsync, commit string
	err = p.conn.QueryRowContext(ctx, "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')").
		Scan(&version, &fsync, &commit)
	version, _, _ = strings.Cut(version, " ")
	return "PostgreSQL " + version, "fsync " + fsync + ", synchronous_commit " + commit, err
}
