package pia

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// The bounds of a zip. What is unpacked is counted, whatever the zip says of its sizes.
const (
	MaxFiles      = 1000
	MaxAttachment = 20 << 20
	MaxUnpacked   = 200 << 20
)

// Attachment is a file beside the export, whole as the zip has it. Nothing is known of its content.
type Attachment struct {
	Name string // without its folder
	Size int64
	file *zip.File
}

// Bytes unpacks the attachment.
func (a Attachment) Bytes() ([]byte, error) {
	in, err := a.file.Open()
	if err != nil {
		return nil, fmt.Errorf("open the attachment: %w", err)
	}
	defer func() { _ = in.Close() }() // it is read
	b, err := io.ReadAll(io.LimitReader(in, MaxAttachment+1))
	if err != nil {
		return nil, fmt.Errorf("unpack the attachment: %w", err)
	}
	return b, nil
}

// unzip finds the export among the files, and takes the attachments. It is nil when there is no export.
func (r *reader) unzip(export []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(export), int64(len(export)))
	switch {
	case err != nil:
		r.faults.At(nil, "", source.Syntax, "the zip is broken or cut off")
		return nil
	case len(z.File) > MaxFiles:
		r.faults.At(nil, "", source.TooMany, "at most %d files in the zip; this has %d", MaxFiles, len(z.File))
		return nil
	}
	var text *bytes.Buffer
	left := int64(MaxUnpacked)
	for _, file := range z.File {
		name := strings.ReplaceAll(file.Name, `\`, "/")
		folder, _, inFolder := strings.Cut(name, "/")
		switch {
		case file.FileInfo().IsDir():
		case !inFolder && strings.EqualFold(path.Ext(name), ".json") && text != nil:
			r.faults.At(nil, shown(name), source.TooMany, "one export at a time is read, and the zip has two")
		case !inFolder && strings.EqualFold(path.Ext(name), ".json"):
			text = &bytes.Buffer{}
			r.unpack(file, name, int64(Limits.Bytes), &left, text)
		case !inFolder, folder == "Doc", folder == "CSV":
			r.into.Notices = append(r.into.Notices, Notice{Path: shown(name), Message: "the software made this file of the export: it is not taken over"})
		default:
			size := r.unpack(file, name, MaxAttachment, &left, io.Discard)
			r.into.Attachments = append(r.into.Attachments, Attachment{shown(path.Base(name)), size, file})
		}
	}
	switch {
	case r.faults.Count > 0:
		return nil
	case text == nil:
		r.faults.At(nil, "", source.Required, "the zip has no export: a JSON file outside its folders")
		return nil
	}
	return text.Bytes()
}

// unpack reads a file to its end, which checks its sum, and gives its size.
func (r *reader) unpack(file *zip.File, name string, most int64, left *int64, to io.Writer) int64 {
	most = min(most, *left)
	in, err := file.Open()
	if err != nil {
		r.faults.At(nil, shown(name), source.Syntax, "this file of the zip cannot be unpacked")
		return 0
	}
	defer func() { _ = in.Close() }() // it is read
	n, err := io.Copy(to, io.LimitReader(in, most+1))
	*left -= min(n, most)
	switch {
	case n > most:
		r.faults.At(nil, shown(name), source.TooLarge, "this file of the zip unpacks to more than %d bytes", most)
	case err != nil:
		r.faults.At(nil, shown(name), source.Syntax, "this file of the zip is broken or cut off")
	}
	return n
}

// shown is a name without what would make it read as another.
func shown(name string) string {
	return source.Excerpt(strings.Map(func(c rune) rune {
		if unicode.Is(unicode.C, c) || c == unicode.ReplacementChar {
			return '_'
		}
		return c
	}, name))
}
