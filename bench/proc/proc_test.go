package proc

import (
	"os"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	const line = "16500 (postgres: a) b) S 16499 16500 16500 0 -1 4194624 6 0 0 0 250 50 7 3 20 0 1 0 1 0 0 0 0\n"
	got, err := parse(line)
	if err != nil {
		t.Fatal(err)
	}
	want := Stat{Name: "postgres: a) b", Parent: 16499, CPU: 3 * time.Second, Waited: 100 * time.Millisecond}
	if got != want {
		t.Errorf("parse = %+v, want %+v", got, want)
	}
	for _, bad := range []string{"", "1 2 3", "1 (a) S 1 2", "1 (a) S x 0 0 0 0 0 0 0 0 0 0 1 1 1 1"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("parse(%q) gave no error", bad)
		}
	}
}

func TestFamilyOfThisProcess(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("skipped: there is no /proc here, which only Linux has")
	}
	// The kernel counts in ticks of 10 ms, which this process gets sooner or later, depending on what else runs.
	for end := time.Now().Add(time.Minute); ; {
		got, err := Family(os.Getpid(), nil)
		if err != nil || got < 0 || time.Now().After(end) {
			t.Fatalf("Family(this process) = %v, %v; want some time within a minute", got, err)
		}
		if got > 0 {
			return
		}
	}
}

func TestMemoryOfThisProcess(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("skipped: there is no /proc here, which only Linux has")
	}
	own, err := Anonymous(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	all, err := Resident(os.Getpid())
	if err != nil || own < 1<<20 || own > all {
		t.Errorf("this process has %d private bytes of %d, %v; want at least a megabyte, and at most all", own, all, err)
	}
}
