//go:build unix

package store

import (
	"os"
	"syscall"
)

// tryLock takes the file's lock or fails at once. The kernel drops it with the process, however that ends.
func tryLock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
