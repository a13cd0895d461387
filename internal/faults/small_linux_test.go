//go:build faults

package faults_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// disk is a small file system in memory that can be filled.
type disk struct {
	t      *testing.T
	folder string
}

// smallDisk mounts a small disk. Only root may; otherwise it skips the test.
func smallDisk(t *testing.T, megabytes int) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("skipped: only root can mount a small disk")
	}
	// Outside the test's own folder, which only our user may enter: PostgreSQL runs as another one.
	folder, err := os.MkdirTemp("", "plenary-disk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(folder) })
	err = syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0755", megabytes))
	if errors.Is(err, syscall.EPERM) {
		t.Skip("skipped: this container may not mount a small disk")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return &disk{t: t, folder: folder}
}

func (d *disk) ballast() string { return filepath.Join(d.folder, "ballast") }

// fill writes until the disk is full. Space freed meanwhile is filled by the next call.
func (d *disk) fill() {
	d.t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatalf("filling the disk ended with %v, want ENOSPC", err)
	}
}

// free removes the ballast.
func (d *disk) free() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		d.t.Fatal(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
