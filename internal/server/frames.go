package server

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// The frames of RFC 6455, without extensions, as a server reads and writes them. github.com/gobwas/ws reads headers, checks
// them and close codes, and unmasks. Its upgraders are not used, because they answer before a socket is registered, nor its
// message reader, which bounds frames and not messages.

// Status codes, section 7.4.1.
const (
	statusNormal         = 1000
	statusProtocolError  = 1002
	statusNoStatus       = 1005
	statusAbnormal       = 1006
	statusTooBig         = 1009
	statusServiceRestart = 1012
	statusTryAgainLater  = 1013
)

var (
	errFrame  = &ending{status: statusProtocolError, reason: "Protocol error"}
	errTooBig = &ending{status: statusTooBig, reason: "Message too big"}
)

// frames reads messages.
type frames struct {
	conn    io.Reader
	limit   int64     // of a message
	small   [128]byte // room for most messages of clients: the answer to a ping, the end of an operation
	from    int
	to      int
	message *[]byte // a message that has arrived in part
	kind    ws.OpCode
}

// fill waits until small holds something. Sockets wait here, and not in the library's functions: a goroutine that waits with
// more functions on its stack has a stack of 4 kB in place of 2, and so has each of ten thousand idle sockets.
func (f *frames) fill() error {
	if f.from < f.to {
		return nil
	}
	n, err := f.conn.Read(f.small[:])
	if f.from, f.to = 0, n; n > 0 {
		return nil
	}
	return err
}

// Read reads what small holds, and then from the connection.
func (f *frames) Read(b []byte) (int, error) {
	if f.from == f.to {
		if len(b) > len(f.small) {
			return f.conn.Read(b)
		}
		if err := f.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, f.small[f.from:f.to])
	f.from += n
	return n, nil
}

func (f *frames) header() (ws.Header, error) {
	h, err := ws.ReadHeader(f)
	switch {
	case errors.Is(err, ws.ErrHeaderLengthMSB), errors.Is(err, ws.ErrHeaderLengthUnexpected):
		return h, errFrame
	case err != nil:
		return h, err
	}
	state := ws.StateServerSide
	if f.message != nil {
		state |= ws.StateFragmented
	}
	if ws.CheckHeader(h, state) != nil {
		return h, errFrame
	}
	return h, nil
}

// next reads a message, or a control frame between the frames of one. A violation of the protocol is an *ending. The caller
// returns the buffer with putBuffer.
func (f *frames) next() (kind ws.OpCode, payload *[]byte, err error) {
	for {
		if err := f.fill(); err != nil {
			return 0, nil, err
		}
		h, err := f.header()
		if err != nil {
			return 0, nil, err
		}
		if h.OpCode.IsControl() {
			buf := getBuffer()
			return h.OpCode, buf, f.read(buf, h)
		}
		if f.message == nil {
			f.message, f.kind = getBuffer(), h.OpCode
		}
		if h.Length > f.limit-int64(len(*f.message)) { // the sum may overflow
			return 0, nil, errTooBig
		}
		if err := f.read(f.message, h); err != nil {
			return 0, nil, err
		}
		if h.Fin {
			payload, f.message = f.message, nil
			return f.kind, payload, nil
		}
	}
}

// read appends the payload of a frame, unmasked. The buffer grows as data arrives, not by the length that the header claims.
func (f *frames) read(buf *[]byte, h ws.Header) error {
	b, start := *buf, len(*buf)
	for left := h.Length; left > 0; {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		got, err := f.Read(b[len(b):min(int64(cap(b)), int64(len(b))+left)])
		b, left = b[:len(b)+got], left-int64(got)
		if err != nil && left > 0 {
			return err
		}
	}
	ws.Cipher(b[start:], h.Mask, 0)
	*buf = b
	return nil
}

// drain drops what the client sends, until the client closes the connection or the deadline passes.
func (f *frames) drain() {
	for {
		if _, err := f.conn.Read(f.small[:]); err != nil {
			return
		}
	}
}

// close returns the buffer of a message that has arrived in part.
func (f *frames) close() {
	if f.message != nil {
		putBuffer(f.message)
		f.message = nil
	}
}

// appendHeader appends the header of a server's frame: final, and not masked.
func appendHeader(b []byte, kind ws.OpCode, length int) []byte {
	b = append(b, 0x80|byte(kind))
	switch {
	case length < 126:
		return append(b, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(b, 127), uint64(length))
}

// appendClose appends a close frame, whose payload is at most 125 bytes with two for the code.
func appendClose(b []byte, status int, reason string) []byte {
	reason = cut(reason, 123)
	b = appendHeader(b, ws.OpClose, 2+len(reason))
	return append(binary.BigEndian.AppendUint16(b, uint16(status)), reason...)
}

// statusOf reads the code in the payload of a close frame.
func statusOf(payload []byte) (int, error) {
	if len(payload) == 0 {
		return statusNoStatus, nil
	}
	code, reason := ws.ParseCloseFrameData(payload)
	if code >= 1012 && code <= 1014 && utf8.ValidString(reason) { // registered since RFC 6455, and unknown to the library
		return int(code), nil
	}
	if ws.CheckCloseFrameData(code, reason) != nil || code > 4999 { // the library sets no upper limit
		return 0, errFrame
	}
	return int(code), nil
}

var errHandshake = errors.New("the request is not a valid WebSocket handshake of version 13")

// handshake checks an upgrade request and returns the answer to its key, section 4.2.
func handshake(r *http.Request) (string, error) {
	key := r.Header.Get("Sec-WebSocket-Key")
	raw, err := base64.StdEncoding.DecodeString(key)
	switch {
	case err != nil, len(raw) != 16, len(r.Header.Values("Sec-WebSocket-Key")) != 1, !r.ProtoAtLeast(1, 1),
		r.Header.Get("Sec-WebSocket-Version") != "13", !names(r.Header, "Connection", "upgrade"):
		return "", errHandshake
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

// names reports whether a header that holds a list contains a token, in any case.
func names(h http.Header, header, token string) bool {
	for _, v := range h.Values(header) {
		for one := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(one), token) {
				return true
			}
		}
	}
	return false
}
