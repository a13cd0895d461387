package server

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
)

// The frames of RFC 6455, without extensions, as a server reads and writes them. A library would do; this one holds 128
// bytes for an idle connection and no goroutine, where those that read through net/http's buffers hold ten kilobytes.

// Operation codes, section 5.2.
const (
	frameContinuation = 0x0
	frameText         = 0x1
	frameBinary       = 0x2
	frameClose        = 0x8
	framePing         = 0x9
	framePong         = 0xA
)

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

// frames reads messages. What it gives is valid until the next one is read.
type frames struct {
	conn    io.Reader
	limit   int64     // of a message
	small   [128]byte // what the peer sends mostly fits: an answer to a ping, the end of an operation
	from    int
	to      int
	message *[]byte // of which some frames have come
	kind    byte
}

// fill sees to it that n bytes, fewer than small holds, are there.
func (f *frames) fill(n int) error {
	if f.to-f.from >= n {
		return nil
	}
	f.to = copy(f.small[:], f.small[f.from:f.to])
	f.from = 0
	more, err := io.ReadAtLeast(f.conn, f.small[f.to:], n-f.to)
	f.to += more
	return err
}

func (f *frames) take(n int) []byte {
	b := f.small[f.from : f.from+n]
	f.from += n
	return b
}

type header struct {
	final  bool
	kind   byte
	length int64
	mask   [4]byte
}

func (f *frames) header() (h header, err error) {
	if err = f.fill(2); err != nil {
		return h, err
	}
	b := f.take(2)
	h.final, h.kind, h.length = b[0]&0x80 != 0, b[0]&0x0F, int64(b[1]&0x7F)
	if b[0]&0x70 != 0 || b[1]&0x80 == 0 { // no extension was agreed on, and a client masks
		return h, errFrame
	}
	switch h.length {
	case 126:
		if err = f.fill(2); err != nil {
			return h, err
		}
		h.length = int64(binary.BigEndian.Uint16(f.take(2)))
	case 127:
		if err = f.fill(8); err != nil {
			return h, err
		}
		if h.length = int64(binary.BigEndian.Uint64(f.take(8))); h.length < 0 {
			return h, errFrame
		}
	}
	if err = f.fill(4); err != nil {
		return h, err
	}
	copy(h.mask[:], f.take(4))
	return h, nil
}

// next reads a message, or a control frame that comes between the frames of one. The error is an *ending for a peer that
// breaks the protocol. The buffer goes back with putBuffer.
func (f *frames) next() (kind byte, payload *[]byte, err error) {
	for {
		h, err := f.header()
		if err != nil {
			return 0, nil, err
		}
		if h.kind >= frameClose {
			if h.kind > framePong || !h.final || h.length > 125 {
				return 0, nil, errFrame
			}
			buf := getBuffer()
			return h.kind, buf, f.read(buf, h)
		}
		if (h.kind == frameContinuation) != (f.message != nil) || h.kind > frameBinary {
			return 0, nil, errFrame
		}
		if f.message == nil {
			f.message, f.kind = getBuffer(), h.kind
		}
		if h.length > f.limit-int64(len(*f.message)) { // the sum may overflow
			return 0, nil, errTooBig
		}
		if err := f.read(f.message, h); err != nil {
			return 0, nil, err
		}
		if h.final {
			payload, f.message = f.message, nil
			return f.kind, payload, nil
		}
	}
}

// read appends the payload of a frame, unmasked. It takes no more memory than has come: a length is only a promise.
func (f *frames) read(buf *[]byte, h header) error {
	b, start := *buf, len(*buf)
	n := min(int64(f.to-f.from), h.length)
	b = append(b, f.take(int(n))...)
	for left := h.length - n; left > 0; {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		got, err := f.conn.Read(b[len(b):min(int64(cap(b)), int64(len(b))+left)])
		b, left = b[:len(b)+got], left-int64(got)
		if err != nil && left > 0 {
			return err
		}
	}
	for i := range b[start:] {
		b[start+i] ^= h.mask[i&3]
	}
	*buf = b
	return nil
}

// drain reads and drops until the peer is done or the deadline for it is over.
func (f *frames) drain() {
	for {
		if _, err := f.conn.Read(f.small[:]); err != nil {
			return
		}
	}
}

// close gives back the part of a message that is held.
func (f *frames) close() {
	if f.message != nil {
		putBuffer(f.message)
		f.message = nil
	}
}

// appendHeader begins a frame of a server's: whole, and not masked.
func appendHeader(b []byte, kind byte, length int) []byte {
	b = append(b, 0x80|kind)
	switch {
	case length < 126:
		return append(b, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(b, 127), uint64(length))
}

// appendClose appends a close frame. It holds 125 bytes, two of them for the code.
func appendClose(b []byte, status int, reason string) []byte {
	reason = cut(reason, 123)
	b = appendHeader(b, frameClose, 2+len(reason))
	return append(binary.BigEndian.AppendUint16(b, uint16(status)), reason...)
}

// statusOf reads the code in the payload of a close frame.
func statusOf(payload []byte) (int, error) {
	switch len(payload) {
	case 0:
		return statusNoStatus, nil
	case 1:
		return 0, errFrame
	}
	code := int(binary.BigEndian.Uint16(payload))
	if code < 1000 || code >= 5000 || code == 1004 || code == statusNoStatus || code == statusAbnormal || code > 1014 && code < 3000 {
		return 0, errFrame
	}
	return code, nil
}

var errHandshake = errors.New("the request is no WebSocket handshake of version 13")

// handshake gives the answer to the key of an upgrade request, section 4.2.
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

// names tells whether a header that holds a list names a token, in any case.
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
