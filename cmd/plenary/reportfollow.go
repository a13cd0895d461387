package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// firstPause and longestPause are the pauses between questions to a server, which grow.
	firstPause   = 200 * time.Millisecond
	longestPause = 5 * time.Second
	// mostFailures is how often in a row something may fail that could succeed later.
	mostFailures = 6
)

// signatureFormat is what the signed note of a report is called where its files are.
const signatureFormat = "sig"

// withSignature are the files of a report, with the signed note as the last one.
func (r *reportState) withSignature() []reporting.File {
	if r.Signature == nil {
		return r.Files
	}
	sum := sha256.Sum256([]byte(*r.Signature))
	return append(r.Files, reporting.File{Format: signatureFormat, Bytes: len(*r.Signature), SHA256: hex.EncodeToString(sum[:])})
}

// contentAt is content of a file from a place on.
type contentAt struct {
	io.ReadCloser
	at int64
}

// following is a report that is waited for and read.
type following struct {
	reports
	id, seq string
	show    func(stage string, done, total int)
}

// attempts counts what fails in a row, and waits longer each time.
type attempts struct {
	most, failed int
	pause        time.Duration
}

func (a *attempts) succeeded() { *a = attempts{most: a.most} }

// after waits after a failure; its error says that trying again makes no sense.
func (a *attempts) after(ctx context.Context, err error) error {
	var refused *refusedError
	if a.failed++; ctx.Err() != nil || errors.As(err, &refused) || a.failed > a.most {
		return err
	}
	a.pause = min(max(2*a.pause, firstPause), longestPause)
	return sleep(ctx, a.pause)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wait asks for a report until it is made.
func (f *following) wait(ctx context.Context) (*reportState, error) {
	tries := attempts{most: mostFailures}
	for pause := firstPause; ; pause = min(pause*3/2, longestPause) {
		now, err := f.state(ctx, f.id)
		if err != nil {
			if err := tries.after(ctx, err); err != nil {
				return nil, err
			}
			continue
		}
		tries.succeeded()
		if now == nil {
			return nil, &refusedError{text: f.id + " is gone"}
		}
		f.seq = now.AsOf.Seq
		switch now.State {
		case enum.ReportStateReady:
			return now, nil
		case enum.ReportStateFailed:
			return nil, &refusedError{text: f.id + " was not made: " + orUnsaid(now.Failure)}
		case enum.ReportStateExpired:
			return nil, errors.New("its files were kept long enough")
		case enum.ReportStateQueued, enum.ReportStateRunning:
		}
		if p := now.Progress; f.show != nil && p != nil && p.Total > 0 {
			f.show(p.Stage, p.Done, p.Total)
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

func orUnsaid(why *string) string {
	if why == nil {
		return "the server does not say why"
	}
	return *why
}

// take writes a file into a folder, in which it appears only with the SHA-256 that it should have. What came of it before is not read again.
func (f *following) take(ctx context.Context, folder string, file reporting.File) (path string, err error) {
	path = filepath.Join(folder, f.id+"."+file.Format)
	if same(path, file) == nil {
		return path, nil
	}
	part := path + ".part"
	tries := attempts{most: mostFailures}
	for anew := false; ; {
		before := sizeOf(part)
		err := f.more(ctx, part, file)
		switch {
		case err == nil:
			if err = same(part, file); err == nil {
				return path, os.Rename(part, path)
			}
			if removed := os.Remove(part); removed != nil {
				return "", removed
			}
			if before == 0 || anew {
				return "", &refusedError{text: fmt.Sprintf("%s: %v; it was not kept", path, err)}
			}
			anew = true // what was there was of something else
			continue
		case sizeOf(part) > before:
			tries.succeeded()
		}
		if err := tries.after(ctx, err); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
}

// more reads the rest of a file.
func (f *following) more(ctx context.Context, part string, file reporting.File) (err error) {
	to, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &refusedError{text: err.Error()}
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	size := int64(file.Bytes)
	have, err := to.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	switch {
	case have == size:
		return nil
	case have > size:
		have = 0
	}
	from, err := f.open(ctx, f.id, file, have)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := to.Truncate(min(have, from.at)); err != nil {
		return err
	}
	if _, err := to.Seek(from.at, io.SeekStart); err != nil {
		return err
	}
	w := io.Writer(to)
	if f.show != nil {
		w = io.MultiWriter(to, &shown{f.show, file, int(from.at)})
	}
	n, err := io.Copy(w, io.LimitReader(from, size-from.at+1)) // one byte too many is found by its hash
	if err == nil && from.at+n < size {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// shown shows how much of a file has come.
type shown struct {
	show func(stage string, done, total int)
	file reporting.File
	done int
}

// Write implements io.Writer.
func (s *shown) Write(b []byte) (int, error) {
	s.done += len(b)
	s.show(s.file.Format, s.done, s.file.Bytes)
	return len(b), nil
}

func sizeOf(path string) int64 {
	if i, err := os.Stat(path); err == nil {
		return i.Size()
	}
	return 0
}

// same tells whether a file has the bytes that it should have.
func same(path string, file reporting.File) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != file.SHA256 || n != int64(file.Bytes) {
		return fmt.Errorf("%d bytes with the SHA-256 %s came instead of %d with %s", n, sum, file.Bytes, file.SHA256)
	}
	return nil
}
