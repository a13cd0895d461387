package report

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// ordered is a zip file whose entries are in the order of their names, whatever the order in which they were made: excelize takes its
// sheets from a map. Each entry is packed at once, so that only packed bytes are kept.
type ordered struct {
	w       io.Writer
	entries []*packing
}

// packing is an entry while it is packed.
type packing struct {
	name   string
	bytes  bytes.Buffer
	sum    hash.Hash32
	size   uint64
	packer *flate.Writer
}

// Create begins an entry; the one before is complete.
func (o *ordered) Create(name string) (io.Writer, error) {
	if err := o.finish(); err != nil {
		return nil, err
	}
	p := &packing{name: name, sum: crc32.NewIEEE()}
	var err error
	if p.packer, err = flate.NewWriter(&p.bytes, flate.DefaultCompression); err != nil {
		return nil, err
	}
	o.entries = append(o.entries, p)
	return p, nil
}

// Write packs a piece of an entry.
func (p *packing) Write(b []byte) (int, error) {
	p.size += uint64(len(b))
	_, _ = p.sum.Write(b) // it never fails
	return p.packer.Write(b)
}

func (o *ordered) finish() error {
	if len(o.entries) == 0 {
		return nil
	}
	last := o.entries[len(o.entries)-1]
	if last.packer == nil {
		return nil
	}
	defer func() { last.packer = nil }()
	return last.packer.Close()
}

// AddFS is there for the interface only.
func (*ordered) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the file.
func (o *ordered) Close() error {
	if err := o.finish(); err != nil {
		return err
	}
	slices.SortFunc(o.entries, func(a, b *packing) int { return strings.Compare(a.name, b.name) })
	z := zip.NewWriter(o.w)
	for _, p := range o.entries {
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum.Sum32(), CompressedSize64: uint64(p.bytes.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.bytes.WriteTo(w); err != nil {
			return err
		}
	}
	return z.Close()
}
