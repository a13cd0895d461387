//go:build !unix

package store

import "os"

// tryLock does nothing on systems without advisory file locks; SQLite's own locks still work.
func tryLock(*os.File) error { return nil }

func unlock(f *os.File) error { return f.Close() }
