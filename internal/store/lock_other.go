//go:build !unix

package store

import "os"

// tryLock does nothing where the system has no advisory file locks; SQLite's own locks still hold.
func tryLock(*os.File) error { return nil }
