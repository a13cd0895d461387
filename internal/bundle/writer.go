package bundle

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// MaxLine is the length of the longest line of a bundle in bytes, without its newline.
const MaxLine = 1 << 20

// Info is the first line of a bundle.
type Info struct {
	Origin   string
	Keys     []string // verifier keys, for information: do not trust a key that comes with what it signs
	MadeAt   time.Time
	Complete bool // acts 1 to N, all of them, without proofs
}

// Act is one act of a bundle, as far as its reader may see it: its Entry alone, with its Header, or opened with Salt and
// Payload.
type Act struct {
	Seq     int64
	Entry   [32]byte
	Header  *Header
	Salt    []byte           // set if Payload is set
	Payload []byte           // the exact JSON text
	Member  uuid.UUID        // Nil when not shown
	Erased  uuid.UUID        // the member whose erasure destroyed salt, payload and member; Nil for none
	Proof   tlog.RecordProof // inclusion under the last checkpoint; not in a complete bundle
}

// Writer writes a bundle as a stream. It keeps its first error, and Close returns it.
//
// The order is: checkpoints by growing size, consistency proofs, acts by growing Seq, lines of other kinds.
type Writer struct {
	w        *bufio.Writer
	complete bool
	buf      []byte
	lines    int64
	err      error
}

// NewWriter begins a bundle.
func NewWriter(w io.Writer, i Info) *Writer {
	bw := &Writer{w: bufio.NewWriterSize(w, 64<<10), complete: i.Complete}
	b := append(bw.buf, `{"kind":"bundle","v":`...)
	b = strconv.AppendInt(b, Version, 10)
	b = appendText(append(b, `,"origin":`...), i.Origin)
	b = append(b, `,"keys":[`...)
	for n, k := range i.Keys {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendText(b, k)
	}
	b = append(b, `],"madeAt":"`...)
	b = i.MadeAt.UTC().AppendFormat(b, timeLayout)
	b = strconv.AppendBool(append(b, `","complete":`...), i.Complete)
	bw.err = bw.line(append(b, '}'))
	return bw
}

// Checkpoint adds a signed checkpoint; acts are proved against the last one.
func (w *Writer) Checkpoint(note []byte) error {
	b := appendText(append(w.buf, `{"kind":"checkpoint","note":`...), note)
	return w.line(append(b, '}'))
}

// Consistency adds the proof that the log at size to extends the log at size from.
func (w *Writer) Consistency(from, to int64, p tlog.TreeProof) error {
	b := strconv.AppendInt(append(w.buf, `{"kind":"consistency","from":`...), from, 10)
	b = strconv.AppendInt(append(b, `,"to":`...), to, 10)
	b = appendHashes(append(b, `,"hashes":`...), p)
	return w.line(append(b, '}'))
}

// Act adds an act.
func (w *Writer) Act(a *Act) error {
	b := strconv.AppendInt(append(w.buf, `{"kind":"act","seq":`...), a.Seq, 10)
	b = hex.AppendEncode(append(b, `,"entry":"`...), a.Entry[:])
	b = append(b, '"')
	if a.Header != nil {
		b = a.Header.AppendCanonical(append(b, `,"header":`...))
	}
	if a.Salt != nil {
		b = hex.AppendEncode(append(b, `,"salt":"`...), a.Salt)
		b = append(b, '"')
	}
	if a.Member != uuid.Nil {
		b = appendID(append(b, `,"member":`...), typeid.New("member", a.Member))
	}
	if a.Payload != nil {
		b = appendText(append(b, `,"payload":`...), a.Payload)
	}
	if a.Erased != uuid.Nil {
		b = appendID(append(b, `,"erased":`...), typeid.New("member", a.Erased))
	}
	if !w.complete {
		b = appendHashes(append(b, `,"proof":`...), a.Proof)
	}
	return w.line(append(b, '}'))
}

// Other adds a line of a kind that another package writes and checks. It must be one JSON object without a newline.
func (w *Writer) Other(line []byte) error { return w.line(append(w.buf, line...)) }

// Close adds the last line, whose absence shows that a file is truncated, and flushes. It does not close the io.Writer.
func (w *Writer) Close() error {
	b := strconv.AppendInt(append(w.buf, `{"kind":"end","lines":`...), w.lines+1, 10)
	if err := w.line(append(b, '}')); err != nil {
		return err
	}
	if err := w.w.Flush(); err != nil {
		w.err = fmt.Errorf("write the bundle: %w", err)
		return w.err
	}
	w.err = errors.New("the bundle is closed")
	return nil
}

// line writes a line that was built in the buffer, and reuses the buffer.
func (w *Writer) line(b []byte) error {
	w.buf = b[:0]
	if w.err != nil {
		return w.err
	}
	w.lines++
	if len(b) > MaxLine {
		w.err = fmt.Errorf("line %d of the bundle has %d bytes, more than %d", w.lines, len(b), MaxLine)
		return w.err
	}
	if _, err := w.w.Write(append(b, '\n')); err != nil {
		w.err = fmt.Errorf("write the bundle: %w", err)
	}
	return w.err
}

func appendHashes[T ~[]tlog.Hash](b []byte, hashes T) []byte {
	b = append(b, '[')
	for i := range hashes {
		if i > 0 {
			b = append(b, ',')
		}
		b = base64.StdEncoding.AppendEncode(append(b, '"'), hashes[i][:])
		b = append(b, '"')
	}
	return append(b, ']')
}
