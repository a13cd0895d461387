//go:build unix

package store

import (
	"os"
	"syscall"
)

// tryLock takes the lock of the file or fails at once. The kernel releases it when the process ends, even by a crash.
func tryLock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
