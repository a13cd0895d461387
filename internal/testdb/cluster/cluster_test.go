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
		t.Skip("skipped: PostgreSQL is not installed; \"make test\" installs it where it may")
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
