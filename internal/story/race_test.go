//go:build race

package story_test

import "os"

// The race detector makes SQLite, which is Go code, fifty times slower. So under it the stories run on PostgreSQL alone, where
// there is a server: the code above the store is the same. "make check" tells all stories on both databases without it.
func init() {
	if os.Getenv("TEST_DATABASE_URL") != "" {
		delete(databases, "sqlite")
	}
}
