// Package migrations holds the steps from an empty database to the present schema, one folder a dialect. Steps are
// written by "make migration NAME=...", read by a person, and never changed once they have landed.
package migrations

import "embed"

// Files are the steps.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
