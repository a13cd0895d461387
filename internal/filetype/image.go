package filetype

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image/jpeg"
	"io"

	"golang.org/x/image/webp"
)

const (
	// widestPicture is how wide and how high a picture may be.
	widestPicture = 30_000
	// mostMemory is what decoding a picture may take in memory, in bytes. A page of A4 at 600 dots per inch takes 35 million pixels.
	mostMemory = 256 << 20
	// mostScans is how many passes a JPEG may have: a few bytes make the decoder go over the whole picture again. Cameras write ten.
	mostScans = 100
	// mostPNG is how many bytes of pixels a PNG may unpack to; they are looked at as they come, and not kept.
	mostPNG = 512 << 20
)

var pngSignature = []byte("\x89PNG\r\n\x1a\n")

// chunk is a part of a PNG.
type chunk struct {
	kind string
	data []byte
}

// checkPNG decodes a picture without keeping its pixels: each chunk has its checksum, and the pixels are as many as the header says.
func checkPNG(content []byte) *Refusal {
	if !bytes.HasPrefix(content, pngSignature) {
		return isNot(PNG)
	}
	chunks, r := chunksOf(content[len(pngSignature):])
	if r != nil {
		return r
	}
	head, r := headerOf(chunks)
	if r != nil {
		return r
	}
	var packed []io.Reader
	palette, over := false, false
	for i, c := range chunks {
		switch {
		case c.kind == "IDAT" && over:
			return refuse(Other, "the parts of the picture's pixels do not follow each other")
		case c.kind == "IDAT":
			packed = append(packed, bytes.NewReader(c.data))
		case c.kind == "PLTE":
			palette = true
		case c.kind == "acTL":
			return refuse(Other, "animated PNG pictures are not taken")
		case i > 0 && c.kind[0]&0x20 == 0 && c.kind != "IEND":
			return refuse(Other, "the picture has the part %s, which no reader knows", named(c.kind))
		}
		over = len(packed) > 0 && c.kind != "IDAT"
	}
	if len(packed) == 0 || head.colour == 3 && !palette {
		return refuse(CutOff, "the picture lacks its pixels or its colours")
	}
	return head.unpack(io.MultiReader(packed...))
}

func chunksOf(rest []byte) ([]chunk, *Refusal) {
	var chunks []chunk
	for {
		if len(rest) < 12 {
			return nil, refuse(CutOff, "the picture is cut off")
		}
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) {
			return nil, refuse(CutOff, "the picture is cut off")
		}
		c := chunk{string(rest[4:8]), rest[8 : 8+n]}
		if crc32.ChecksumIEEE(rest[4:8+n]) != binary.BigEndian.Uint32(rest[8+n:]) {
			return nil, refuse(Other, "a part of the picture has another checksum than it says")
		}
		chunks, rest = append(chunks, c), rest[12+n:]
		if c.kind != "IEND" {
			continue
		}
		if len(rest) > 0 {
			return nil, refuse(CutOff, "something follows the end of the picture")
		}
		return chunks, nil
	}
}

// header is what a PNG says of itself.
type header struct {
	width, height uint32
	depth, colour byte
	interlaced    bool
}

// channels are the values of a pixel by the type of colour, and the depths that each may have.
var channels = map[byte]struct {
	n      int
	depths string
}{
	0: {1, "\x01\x02\x04\x08\x10"}, 2: {3, "\x08\x10"}, 3: {1, "\x01\x02\x04\x08"}, 4: {2, "\x08\x10"}, 6: {4, "\x08\x10"},
}

func headerOf(chunks []chunk) (header, *Refusal) {
	c := chunks[0]
	if c.kind != "IHDR" || len(c.data) != 13 {
		return header{}, isNot(PNG)
	}
	h := header{binary.BigEndian.Uint32(c.data), binary.BigEndian.Uint32(c.data[4:]), c.data[8], c.data[9], c.data[12] == 1}
	kind, ok := channels[h.colour]
	switch {
	case !ok || !bytes.Contains([]byte(kind.depths), []byte{h.depth}) || c.data[10] != 0 || c.data[11] != 0 || c.data[12] > 1:
		return h, refuse(Other, "the picture has a form that no reader knows")
	case h.width == 0 || h.height == 0:
		return h, refuse(Other, "the picture has no pixels")
	case h.width > widestPicture || h.height > widestPicture || h.size() > mostPNG:
		return h, refuse(TooLarge, "the picture is too large: %d by %d pixels", h.width, h.height)
	}
	return h, nil
}

// passes are the columns and rows at which each pass of an interlaced picture begins, and its steps.
var passes = [][4]uint32{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}

// each calls do with the rows of each pass, and the bytes of a row.
func (h header) each(do func(rows uint32, bytes int64) *Refusal) *Refusal {
	steps := passes
	if !h.interlaced {
		steps = [][4]uint32{{0, 0, 1, 1}}
	}
	for _, s := range steps {
		if h.width <= s[0] || h.height <= s[1] {
			continue
		}
		columns, rows := (h.width-s[0]+s[2]-1)/s[2], (h.height-s[1]+s[3]-1)/s[3]
		bits := int64(columns) * int64(channels[h.colour].n) * int64(h.depth)
		if r := do(rows, 1+(bits+7)/8); r != nil {
			return r
		}
	}
	return nil
}

func (h header) size() int64 {
	var total int64
	_ = h.each(func(rows uint32, n int64) *Refusal { total += int64(rows) * n; return nil })
	return total
}

func (h header) unpack(packed io.Reader) *Refusal {
	z, err := zlib.NewReader(packed)
	if err != nil {
		return refuse(Other, "the pixels of the picture cannot be read")
	}
	r := h.each(func(rows uint32, n int64) *Refusal {
		row := make([]byte, n)
		for range rows {
			if _, err := io.ReadFull(z, row); err != nil {
				return refuse(CutOff, "the picture has fewer pixels than it says, or they cannot be read")
			}
			if row[0] > 4 {
				return refuse(Other, "the pixels of the picture cannot be read")
			}
		}
		return nil
	})
	if r != nil {
		return r
	}
	if _, err := io.ReadFull(z, make([]byte, 1)); !errors.Is(err, io.EOF) { // here the checksum is compared, too
		return refuse(CutOff, "the picture has more pixels than it says, or they cannot be read")
	}
	return nil
}

// checkJPEG decodes a picture. Cameras append smaller ones to it: these must be whole pictures, too.
func checkJPEG(content []byte) *Refusal {
	if len(content) < 3 || content[0] != 0xff || content[1] != 0xd8 || content[2] != 0xff {
		return isNot(JPEG)
	}
	total := int64(0)
	for n := 0; len(content) > 0; n++ {
		if n == 8 {
			return refuse(Other, "the file holds too many pictures")
		}
		end, scans, memory := frameOf(content)
		switch total += memory; {
		case end < 0 && n > 0:
			return refuse(CutOff, "something follows the end of the picture")
		case end < 0:
			return refuse(CutOff, "the picture is cut off")
		case total > mostMemory || scans > mostScans:
			return refuse(TooLarge, "the picture is too large, or comes in too many passes")
		}
		if _, err := jpeg.Decode(bytes.NewReader(content[:end])); err != nil {
			return refuse(Other, "the picture cannot be read, or has a form of JPEG that browsers do not show")
		}
		content = content[end:]
	}
	return nil
}

// frameOf walks over the segments of a JPEG: where it ends, -1 if it does not, in how many passes its pixels come, and how much memory
// it takes to decode it.
func frameOf(b []byte) (end, scans int, memory int64) {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return -1, 0, 0
	}
	for i := 2; i+1 < len(b); {
		if b[i] != 0xff {
			return -1, 0, 0
		}
		marker := b[i+1]
		switch {
		case marker == 0xff: // fill
			i++
			continue
		case marker == 0xd9:
			return i + 2, scans, memory
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
			i += 2
			continue
		case i+4 > len(b):
			return -1, 0, 0
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			return -1, 0, 0
		}
		if isFrame(marker) && n >= 8 {
			memory = max(memory, memoryOf(marker, b[i+4:i+2+n]))
		}
		if i += 2 + n; marker == 0xda {
			i, scans = scanned(b, i), scans+1
		}
	}
	return -1, 0, 0
}

// isFrame tells whether a segment begins a frame: SOF0 to SOF15, of which three numbers mean something else.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// memoryOf is what Go's decoder takes: a byte for each value of a pixel, and for a progressive picture four more.
func memoryOf(marker byte, frame []byte) int64 {
	pixels := int64(binary.BigEndian.Uint16(frame[1:])) * int64(binary.BigEndian.Uint16(frame[3:]))
	each := int64(1)
	if marker != 0xc0 && marker != 0xc1 {
		each = 5
	}
	return pixels * int64(frame[5]) * each
}

// scanned walks over the coded pixels: in them 0xff stands before 0, a restart, or nothing but the next segment.
func scanned(b []byte, i int) int {
	for i+1 < len(b) && (b[i] != 0xff || b[i+1] == 0 || b[i+1] >= 0xd0 && b[i+1] <= 0xd7) {
		i++
	}
	return i
}

// checkWebP decodes a still picture whose container says how long it is.
func checkWebP(content []byte) *Refusal {
	if len(content) < 20 || string(content[:4]) != "RIFF" || string(content[8:12]) != "WEBP" {
		return isNot(WebP)
	}
	if n := int64(binary.LittleEndian.Uint32(content[4:])) + 8; n != int64(len(content)) {
		return refuse(CutOff, "the picture is cut off, or something follows its end")
	}
	for i := 12; i < len(content); {
		if i+8 > len(content) {
			return refuse(CutOff, "the picture is cut off")
		}
		n := int(binary.LittleEndian.Uint32(content[i+4:]))
		switch string(content[i : i+4]) {
		case "VP8 ", "VP8L", "VP8X", "ALPH", "ICCP", "EXIF", "XMP ":
		case "ANIM", "ANMF":
			return refuse(Other, "animated WebP pictures are not taken")
		default:
			return refuse(Active, "the picture has a part that does not belong in one")
		}
		if n += n & 1; n > len(content)-i-8 {
			return refuse(CutOff, "the picture is cut off")
		}
		i += 8 + n
	}
	head, err := webp.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return refuse(Other, "the picture cannot be read")
	}
	if int64(head.Width)*int64(head.Height)*4 > mostMemory {
		return refuse(TooLarge, "the picture is too large: %d by %d pixels", head.Width, head.Height)
	}
	if _, err := webp.Decode(bytes.NewReader(content)); err != nil {
		return refuse(Other, "the picture cannot be read")
	}
	return nil
}
