package bundle_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

// withResult is a complete bundle with a line of another kind after its acts.
func withResult(t *testing.T) (l *bundletest.Log, b []byte) {
	t.Helper()
	l = bundletest.New(t, "example.com/log")
	l.Fill(4)
	var out bytes.Buffer
	w := bundle.NewWriter(&out, bundle.Info{Origin: l.Origin, Keys: l.Keys, MadeAt: bundletest.Start, Complete: true})
	_ = w.Checkpoint(l.Checkpoint(4))
	for i := range l.Acts {
		_ = w.Act(&l.Acts[i])
	}
	_ = w.Other([]byte(`{"kind":"result","comments":4}`))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return l, out.Bytes()
}

func TestCheckersSeeActsThenTheirLines(t *testing.T) {
	l, b := withResult(t)
	comments := int64(0)
	count := func(a *bundle.Act) error {
		if a.Header.Type != "comment.opened" {
			return errors.New("it is not a comment")
		}
		comments++
		return nil
	}
	for _, row := range []struct {
		name  string
		check func(line []byte, ctx *bundle.Context) error
		seq   int64
		want  string
	}{
		{"in order", func(line []byte, ctx *bundle.Context) error {
			want := bundle.Context{Line: 7, Origin: l.Origin, Tree: tlog.Tree{N: 4, Hash: l.Root(4)}, Complete: true}
			if *ctx != want || string(line) != `{"kind":"result","comments":4}` || comments != 4 {
				t.Errorf("the checker saw %s after %d comments in %+v, want %+v", line, comments, *ctx, want)
			}
			return nil
		}, 0, ""},
		{"an error is a fault of the line", func([]byte, *bundle.Context) error { return errors.New("the count is wrong") }, 0, "line 7 of kind result: the count is wrong"},
		{"a fault names its act", func([]byte, *bundle.Context) error { return &bundle.Fault{Seq: 3, What: "it was counted twice"} }, 3, "seq 3: it was counted twice"},
	} {
		t.Run(row.name, func(t *testing.T) {
			comments = 0
			r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{
				Keys: l.Keys, Act: count, Checkers: map[string]func([]byte, *bundle.Context) error{"result": row.check},
			})
			if row.want == "" {
				if err != nil || len(r.Unknown) > 0 {
					t.Errorf("Verify = %v, unknown %v; want it good", err, r.Unknown)
				}
				return
			}
			var f *bundle.Fault
			if !errors.As(err, &f) || f.Seq != row.seq || f.Error() != row.want {
				t.Errorf("Verify = %v, want %q", err, row.want)
			}
		})
	}
	if r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: l.Keys}); err != nil || r.Unknown["result"] != 1 {
		t.Errorf("without a checker: %v, unknown %v; want one line of kind result", err, r.Unknown)
	}
	_, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: l.Keys, Act: func(a *bundle.Act) error {
		if a.Seq == 2 {
			return errors.New("nobody may say that")
		}
		return nil
	}})
	if err == nil || err.Error() != "seq 2: nobody may say that" {
		t.Errorf("an act that is refused: %v", err)
	}
}

func TestCheckersDoNotRunBeforeTheActsAreProved(t *testing.T) {
	l, b := withResult(t)
	other := bundletest.New(t, "example.com/log")
	other.Fill(3)
	other.Comment(bundletest.Member(9))
	lines := bundletest.Lines(b)
	lines[1] = bundletest.Lines(other.Complete())[1] // signs other acts
	ran := false
	_, err := bundle.Verify(bytes.NewReader(bundletest.Join(lines)), bundle.Options{
		Keys: l.Keys, Checkers: map[string]func([]byte, *bundle.Context) error{"result": func([]byte, *bundle.Context) error { ran = true; return nil }},
	})
	if err == nil || ran {
		t.Errorf("Verify = %v, and the checker ran %t", err, ran)
	}
}

func TestWithoutAKeyTheReportSaysWhoseKeyItWas(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(4)
	r, err := bundle.Verify(bytes.NewReader(l.Complete()), bundle.Options{})
	if err != nil || !r.OwnKeys || len(r.SignedBy) != 1 {
		t.Errorf("Verify = %+v, %v; want it good by its own key", r, err)
	}
	was := bundletest.New(t, "example.com/log")
	was.Sign(7)
	was.Stop()
	was.Fill(4)
	r, err = bundle.Verify(bytes.NewReader(l.Complete()), bundle.Options{Saved: string(was.Checkpoint(4))})
	if err != nil || len(r.Unchecked) != 1 || !strings.Contains(r.Unchecked[0], "who signed the checkpoint you saved") {
		t.Errorf("Verify = %v, unchecked %q; want it good, and the signer of the saved checkpoint unknown", err, r.Unchecked)
	}
	if r, err := bundle.Verify(bytes.NewReader(l.Complete()), bundle.Options{Keys: l.Keys}); err != nil || r.OwnKeys {
		t.Errorf("Verify with a key = %+v, %v", r, err)
	}
}

func TestAnUnreadableInputIsNoFault(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(4)
	b := l.Complete()
	broken := errors.New("the disk broke")
	for _, row := range []struct {
		name string
		in   io.Reader
		o    bundle.Options
		want error
	}{
		{"nothing", strings.NewReader(""), bundle.Options{}, bundle.ErrNoBundle},
		{"something else", strings.NewReader("hello\n"), bundle.Options{}, bundle.ErrNoBundle},
		{"a picture without lines", bytes.NewReader(make([]byte, 2<<20)), bundle.Options{}, bundle.ErrNoBundle},
		{"a bundle of the future", strings.NewReader(strings.Replace(string(b), `"v":1`, `"v":2`, 1)), bundle.Options{}, bundle.ErrNoBundle},
		{"a bundle without its first line", bytes.NewReader(b[bytes.IndexByte(b, '\n')+1:]), bundle.Options{}, bundle.ErrNoBundle},
		{"a broken disk", io.MultiReader(bytes.NewReader(b[:2000]), iotest.ErrReader(broken)), bundle.Options{Keys: l.Keys}, broken},
		{"no key", bytes.NewReader(b), bundle.Options{Keys: []string{"key"}}, nil},
		{"no checkpoint", bytes.NewReader(b), bundle.Options{Keys: l.Keys, Saved: "hello"}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := bundle.Verify(row.in, row.o)
			var f *bundle.Fault
			if err == nil || errors.As(err, &f) || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("Verify = %v, want %v and no Fault", err, row.want)
			}
		})
	}
}

// full accepts a limited number of bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestTheWriterKeepsItsFirstError(t *testing.T) {
	info := bundle.Info{Origin: "example.com/log", MadeAt: bundletest.Start}
	long := bundle.NewWriter(io.Discard, info)
	if err := long.Other(make([]byte, bundle.MaxLine+1)); err == nil || !strings.Contains(err.Error(), "line 2 of the bundle") {
		t.Errorf("a line that is too long: %v", err)
	}
	if err := long.Act(&bundle.Act{Seq: 1}); err == nil {
		t.Error("the writer continues after a line that is too long")
	}
	if err := long.Close(); err == nil {
		t.Error("Close succeeds after a line that is too long")
	}
	small := bundle.NewWriter(&full{left: 100}, info)
	if err := small.Close(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Close on a full disk = %v", err)
	}
	during := bundle.NewWriter(&full{left: 100}, info)
	_ = during.Other(make([]byte, 100<<10))
	if err := during.Checkpoint([]byte("x")); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Checkpoint on a full disk = %v", err)
	}
	done := bundle.NewWriter(io.Discard, info)
	if err := done.Close(); err != nil {
		t.Fatal(err)
	}
	if err := done.Act(&bundle.Act{Seq: 1}); err == nil {
		t.Error("the writer continues after Close")
	}
}
