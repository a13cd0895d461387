package server

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gobwas/ws"
)

// masked makes the frame of a client.
func masked(first byte, payload string) []byte {
	b := appendHeader(nil, 0, len(payload))
	b[0] = first
	b[1] |= 0x80
	mask := []byte{1, 2, 3, 4}
	b = append(b, mask...)
	for i, c := range []byte(payload) {
		b = append(b, c^mask[i&3])
	}
	return b
}

func TestFrames(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, tt := range []struct {
		rule string
		sent []byte
		want []string // texts, "kind:payload" for other frames, and last the error
	}{
		{"a text is read", masked(0x81, "hello"), []string{"hello", "EOF"}},
		{"an empty text", masked(0x81, ""), []string{"", "EOF"}},
		{"a text of 126 bytes", masked(0x81, long[:126]), []string{long[:126], "EOF"}},
		{"a text of 70,000 bytes", masked(0x81, long), []string{long, "EOF"}},
		{"several at once", join(masked(0x81, "a"), masked(0x81, long[:300]), masked(0x81, "b")), []string{"a", long[:300], "b", "EOF"}},
		{"a text in parts", join(masked(0x01, "he"), masked(0x00, "l"), masked(0x80, "lo")), []string{"hello", "EOF"}},
		{"a ping between parts", join(masked(0x01, "he"), masked(0x89, "now"), masked(0x80, "llo")), []string{"9:now", "hello", "EOF"}},
		{"a pong", masked(0x8A, ""), []string{"10:", "EOF"}},
		{"a close", masked(0x88, "\x03\xe8bye"), []string{"8:\x03\xe8bye", "EOF"}},
		{"a binary message", masked(0x82, "x"), []string{"2:x", "EOF"}},
		{"a continuation without a message", masked(0x80, "x"), []string{"Protocol error"}},
		{"a text within a text", join(masked(0x01, "a"), masked(0x81, "b")), []string{"Protocol error"}},
		{"a bit of an extension that was not negotiated", masked(0xC1, "x"), []string{"Protocol error"}},
		{"an unknown kind", masked(0x83, "x"), []string{"Protocol error"}},
		{"an unknown control frame", masked(0x8B, "x"), []string{"Protocol error"}},
		{"a control frame in parts", masked(0x09, "x"), []string{"Protocol error"}},
		{"a long control frame", masked(0x89, long[:126]), []string{"Protocol error"}},
		{"a frame that is not masked", []byte{0x81, 0x01, 'x'}, []string{"Protocol error"}},
		{"a negative length", append([]byte{0x81, 0xFF}, bytes.Repeat([]byte{0xFF}, 12)...), []string{"Protocol error"}},
		{"a length above the limit, before any of the payload arrives", append([]byte{0x81, 0xFF}, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4), []string{"Message too big"}},
		{"parts that exceed the limit together", join(masked(0x01, long), masked(0x00, long)), []string{"Message too big"}},
		{"a text whose length is not a multiple of eight", masked(0x81, long[:1003]), []string{long[:1003], "EOF"}},
		{"parts whose lengths overflow", append(masked(0x01, "a"), 0x80, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4), []string{"Message too big"}},
		{"half a header", []byte{0x81}, []string{"unexpected EOF"}},
		{"half a text", masked(0x81, "hello")[:8], []string{"EOF"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"at once": bytes.NewReader(tt.sent), "byte by byte": iotest.OneByteReader(bytes.NewReader(tt.sent)), "with its end": iotest.DataErrReader(bytes.NewReader(tt.sent)),
			} {
				f := frames{conn: r, limit: 100_000}
				for i, want := range tt.want {
					kind, payload, err := f.next()
					var got string
					switch {
					case err != nil:
						got = err.Error()
					case kind == ws.OpText:
						got = string(*payload)
					default:
						got = string(appendKind(byte(kind))) + ":" + string(*payload)
					}
					cut := strings.HasSuffix(want, "EOF") && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
					if got != want && !cut {
						t.Fatalf("%s: message %d = %.40q, want %.40q", how, i, got, want)
					}
				}
			}
		})
	}
}

func appendKind(kind byte) []byte {
	if kind >= 10 {
		return []byte{'1', '0' + kind - 10}
	}
	return []byte{'0' + kind}
}

func TestCloseFrames(t *testing.T) {
	for _, tt := range []struct {
		payload string
		want    int // 0 for a violation
	}{{"", 1005}, {"\x03", 0}, {"\x03\xe8", 1000}, {"\x03\xe8because", 1000}, {"\x03\xed", 0}, {"\x03\xee", 0}, {"\x03\xe7", 0}, {"\x0f\xa0", 4000}, {"\x13\x88", 0}, {"\x04\x00", 0}, {"\x03\xe8\xff", 0}} {
		got, err := statusOf([]byte(tt.payload))
		if got != tt.want || (err != nil) != (tt.want == 0) {
			t.Errorf("statusOf(%q) = %d, %v, want %d", tt.payload, got, err, tt.want)
		}
	}
	b := appendClose(nil, 4409, strings.Repeat("ä", 100))
	if len(b) > 2+125 || binary.BigEndian.Uint16(b[2:]) != 4409 || !bytes.HasSuffix(b, []byte("ä")) {
		t.Errorf("a close frame of %d bytes: %q", len(b), b)
	}
}

// FuzzFrames: with any input reading ends, takes no more memory than arrived, and returns the payloads of a client's frames.
func FuzzFrames(f *testing.F) {
	f.Add(masked(0x81, "hello"), "hello")
	f.Add(append(masked(0x01, "he"), masked(0x80, "llo")...), "llo")
	f.Add([]byte{0x81, 0xFE, 0xFF, 0xFF, 0, 0, 0, 0}, "")
	f.Fuzz(func(t *testing.T, sent []byte, text string) {
		const limit = 4096
		r := frames{conn: bytes.NewReader(sent), limit: limit}
		for {
			kind, payload, err := r.next()
			if err != nil {
				break
			}
			if len(*payload) > min(limit, len(sent)) || kind > ws.OpPong {
				t.Fatalf("a message of kind %d and %d bytes from %d", kind, len(*payload), len(sent))
			}
		}
		if len(text) > limit {
			return
		}
		r = frames{conn: bytes.NewReader(masked(0x81, text)), limit: limit}
		if _, payload, err := r.next(); err != nil || string(*payload) != text {
			t.Fatalf("%q was read as %v, %v", text, payload, err)
		}
	})
}

// BenchmarkFrames reads what clients send: the answer to a ping, a subscription, and a long query.
func BenchmarkFrames(b *testing.B) {
	for name, payload := range map[string]string{"pong": pong, "300 bytes": strings.Repeat("x", 300), "16 kB": strings.Repeat("x", 16<<10)} {
		sent := masked(0x81, payload)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			r := bytes.NewReader(sent)
			f := frames{conn: r, limit: 1 << 20}
			for b.Loop() {
				r.Reset(sent)
				_, got, err := f.next()
				if err != nil || len(*got) != len(payload) {
					b.Fatal(err)
				}
				putBuffer(got)
			}
		})
	}
}
