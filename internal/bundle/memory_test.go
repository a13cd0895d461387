package bundle_test

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

// streamed writes a bundle of many acts to a file.
func streamed(t testing.TB, acts int64) (path, vkey string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bundle")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	vkey = bundletest.Stream(t, w, acts)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path, vkey
}

// peak verifies a file and returns the most memory that the runtime had from the system, in bytes.
func peak(t testing.TB, path, vkey string, acts int64) uint64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	runtime.GC()
	var now runtime.MemStats
	most := uint64(0)
	r, err := bundle.Verify(f, bundle.Options{Keys: []string{vkey}, Progress: func(done, of int64) {
		if done%(16<<10) != 0 {
			return
		}
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse+now.StackInuse)
	}})
	if err != nil || r.Opened != acts || r.Members != acts {
		t.Fatalf("Verify = %+v, %v; want %d acts opened", r, err, acts)
	}
	return most
}

func TestMemoryDoesNotGrowWithTheNumberOfActs(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it verifies 100,000 acts")
	}
	const acts = 100_000 // 75 MB of file
	path, vkey := streamed(t, acts)
	if got := peak(t, path, vkey, acts); got > 40<<20 {
		t.Errorf("%d acts took %d MB, want less than 40", acts, got>>20)
	}
}

func BenchmarkVerifyAMillionActs(b *testing.B) {
	const acts = 1_000_000
	path, vkey := streamed(b, acts)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	most := uint64(0)
	for b.Loop() {
		most = max(most, peak(b, path, vkey, acts))
	}
	b.ReportMetric(float64(most)/(1<<20), "peak-MB")
	b.ReportMetric(acts*float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}
