package report

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var errWOFF = errors.New("is not a WOFF 1.0 file")

// The sizes of the headers of WOFF 1.0 and of the TrueType font in it.
const (
	woffHeader, woffEntry = 44, 20
	sfntHeader, sfntEntry = 12, 16
)

// fromWOFF unpacks the TrueType font in a WOFF 1.0 file (W3C recommendation of 2012).
func fromWOFF(b []byte) ([]byte, error) {
	if len(b) < woffHeader || string(b[:4]) != "wOFF" {
		return nil, errWOFF
	}
	tables := int(binary.BigEndian.Uint16(b[12:]))
	if len(b) < woffHeader+tables*woffEntry {
		return nil, errWOFF
	}
	out := make([]byte, sfntHeader+tables*sfntEntry, binary.BigEndian.Uint32(b[16:]))
	head(out, b[4:8], tables)
	for i := range tables {
		entry := b[woffHeader+i*woffEntry:]
		at, packed, size := binary.BigEndian.Uint32(entry[4:]), binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if uint64(at)+uint64(packed) > uint64(len(b)) {
			return nil, errWOFF
		}
		content, err := inflated(b[at:at+packed], size)
		if err != nil {
			return nil, fmt.Errorf("table %q: %w", entry[:4], err)
		}
		to := out[sfntHeader+i*sfntEntry:]
		copy(to[:4], entry[:4])
		copy(to[4:8], entry[16:20]) // the checksum
		binary.BigEndian.PutUint32(to[8:], uint32(len(out)))
		binary.BigEndian.PutUint32(to[12:], size)
		out = append(out, content...)
		for len(out)%4 > 0 {
			out = append(out, 0)
		}
	}
	return out, nil
}

// head writes the header of a font with so many tables.
func head(out, flavour []byte, tables int) {
	power, log := 1, 0
	for power*2 <= tables {
		power, log = power*2, log+1
	}
	copy(out, flavour)
	for i, n := range []int{tables, power * 16, log, tables*16 - power*16} {
		binary.BigEndian.PutUint16(out[4+2*i:], uint16(n))
	}
}

// inflated is a table, which is packed only if that makes it smaller.
func inflated(b []byte, size uint32) ([]byte, error) {
	if uint32(len(b)) == size {
		return b, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(size)+1))
	if err == nil && uint32(len(out)) != size {
		err = errWOFF
	}
	return out, err
}
