package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The toy is outside of CI, but its pieces are still there to be left out.
func TestEachPieceIsInTheToy(t *testing.T) {
	top, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	c := checkout{t.TempDir()}
	for _, file := range []string{list, wiring, table} {
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(c.dir, file)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(t.TempDir(), "noun")
	build := exec.Command("go", "build", "-o", program, "./internal/noun")
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if out, err := c.command(os.Environ(), program, "lantern"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := c.edit(additions); err != nil {
		t.Fatal(err)
	}
	for _, p := range pieces {
		for _, e := range p.without {
			if e.old == "" {
				continue
			}
			kept, err := os.ReadFile(filepath.Join(c.dir, e.file))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.edit([]edit{e}); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
			if err := os.WriteFile(filepath.Join(c.dir, e.file), kept, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
