package cluster

import (
	"context"
	"database/sql"
	"os"
	"slices"
	"testing"

	_ "github.com/lib/pq"
)

func TestTheNewestVersionComesFirst(t *testing.T) {
	dirs := []string{"/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/13/bin"}
	slices.SortFunc(dirs, newerFirst)
	if dirs[0] != "/usr/lib/postgresql/15/bin" || dirs[2] != "/usr/lib/postgresql/9.6/bin" {
		t.Errorf("sorted = %v, want 15, 13, 9.6", dirs)
	}
}

func TestAClusterAnswersAndLeavesNothing(t *testing.T) {
	if Find() == "" {
		t.Skip("skipped: PostgreSQL is not installed; \"make test\" installs it if it can")
	}
	c, err := Start(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := sql.Open("postgres", c.URL)
	if err != nil {
		t.Fatal(err)
	}
	var encoding string
	if err := conn.QueryRow("SHOW server_encoding").Scan(&encoding); err != nil || encoding != "UTF8" {
		t.Errorf("server_encoding = %q, %v, want UTF8", encoding, err)
	}
	_ = conn.Close()
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.folder); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestAStandbyTakesOver(t *testing.T) {
	if Find() == "" {
		t.Skip("skipped: needs two PostgreSQL clusters, and PostgreSQL is not installed")
	}
	ctx := context.Background()
	primary, err := Start(ctx, Options{Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = primary.Stop() }()
	standby, err := primary.Standby(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = standby.Stop() }()
	execute(t, primary.URL, "CREATE TABLE kept (n INT)")
	execute(t, primary.URL, "INSERT INTO kept VALUES (7)")
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	if primary.Running() {
		t.Error("the primary runs after it was killed")
	}
	if err := standby.Promote(ctx); err != nil {
		t.Fatal(err)
	}
	execute(t, standby.URL, "INSERT INTO kept SELECT n + 1 FROM kept")
	if err := standby.Down(); err != nil {
		t.Fatal(err)
	}
	if err := standby.Up(ctx); err != nil {
		t.Fatal(err)
	}
	execute(t, standby.URL, "DO $$ BEGIN ASSERT (SELECT SUM(n) FROM kept) = 15; END $$")
}

func TestAStandbyThatWasCutOffLacksWhatCameLater(t *testing.T) {
	if Find() == "" {
		t.Skip("skipped: needs two PostgreSQL clusters, and PostgreSQL is not installed")
	}
	ctx := context.Background()
	primary, err := Start(ctx, Options{Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = primary.Stop() }()
	standby, err := primary.AsyncStandby(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = standby.Stop() }()
	execute(t, primary.URL, "CREATE TABLE kept AS SELECT 7 AS n")
	if err := wait(ctx, "it is not replicated", func() (bool, error) { return answers(standby.URL, "SELECT n = 7 FROM kept"), nil }); err != nil {
		t.Fatal(err)
	}
	if err := standby.Cut(ctx); err != nil {
		t.Fatal(err)
	}
	execute(t, primary.URL, "INSERT INTO kept VALUES (8)") // no commit waits for the standby
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := standby.Promote(ctx); err != nil {
		t.Fatal(err)
	}
	execute(t, standby.URL, "DO $$ BEGIN ASSERT (SELECT SUM(n) FROM kept) = 7; END $$")
}

// answers reports whether a query is answered with true.
func answers(url, text string) (yes bool) {
	conn, err := sql.Open("postgres", url)
	if err != nil {
		return false
	}
	defer conn.Close()
	return conn.QueryRow(text).Scan(&yes) == nil && yes
}

func execute(t *testing.T, url, text string) {
	t.Helper()
	conn, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Exec(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
