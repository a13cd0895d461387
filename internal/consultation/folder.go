package consultation

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	maxFile   = 1 << 30 // bytes of one file
	maxRecord = 1 << 20 // bytes of one record; bounds what follows an unclosed quote
)

var errLongRecord = errors.New("record is too long")

// folder reads the files of an export as records and collects the problems in them.
type folder struct {
	files    fs.FS
	progress func(stage string, done, total int)
	done     int // bytes
	total    int
	problems Problems
	err      error // that ended reading, if the files are not the cause
}

// problem records a problem.
func (f *folder) problem(file string, line int, format string, args ...any) {
	f.problems.add(Problem{File: file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

// measure adds up the sizes of the files, for the progress.
func (f *folder) measure(names ...string) {
	for _, name := range names {
		if info, err := fs.Lstat(f.files, name); err == nil && info.Mode().IsRegular() {
			f.total += int(info.Size())
		}
	}
}

// has reports whether something with the name exists.
func (f *folder) has(name string) bool {
	_, err := fs.Lstat(f.files, name)
	return !errors.Is(err, fs.ErrNotExist)
}

// open opens a file, or records why it cannot. It refuses links and pipes: an export has none.
func (f *folder) open(name string) fs.File {
	info, err := fs.Lstat(f.files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.problem(name, 0, "the file is missing")
		return nil
	case err != nil:
		f.err = fmt.Errorf("look at %s: %w", name, err)
		return nil
	case !info.Mode().IsRegular():
		f.problem(name, 0, "this is not a regular file")
		return nil
	case info.Size() > maxFile:
		f.problem(name, 0, "the file has %d bytes, but may have at most %d", info.Size(), maxFile)
		return nil
	}
	file, err := f.files.Open(name)
	if err != nil {
		f.err = fmt.Errorf("open %s: %w", name, err)
		return nil
	}
	return file
}

// rows calls each with every record of a file and the line it begins at. It reports whether the file was read to its end.
// The record slice is reused for the next record; its cells are not.
func (f *folder) rows(ctx context.Context, name string, each func(line int, record []string)) bool {
	file := f.open(name)
	if file == nil {
		return false
	}
	defer file.Close()
	in := &meter{folder: f, ctxErr: ctx.Err, in: io.LimitReader(file, maxFile), left: maxRecord}
	text, cause := decoded(in)
	if cause != "" {
		f.problem(name, 1, "%s", cause)
		return false
	}
	r := csv.NewReader(text)
	r.Comma = separator(text)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	next := 1 // the line after the last record
	for {
		record, err := r.Read()
		var malformed *csv.ParseError
		switch {
		case err == io.EOF:
			return true
		case errors.As(err, &malformed):
			f.problem(name, malformed.StartLine, "a quote is misplaced or never closed; the rest of the file was not read")
			return false
		case errors.Is(err, errLongRecord):
			f.problem(name, next, "the record is longer than %d bytes: a quote is never closed, or this is not a CSV file", maxRecord)
			return false
		case err != nil:
			f.err = fmt.Errorf("read %s: %w", name, err)
			return false
		}
		line, _ := r.FieldPos(0)
		each(line, record)
		last, _ := r.FieldPos(len(record) - 1)
		next, in.left = last+1, maxRecord
	}
}

// table reads rows with a header. It passes on the wanted columns, in whatever order the file has them, and ignores others. A
// column whose name ends with a question mark may be missing; its cells are empty then. It reports whether it has passed on every
// record.
func (f *folder) table(ctx context.Context, name string, columns []string, each func(line int, cells []string)) bool {
	var places []int
	width, whole := 0, true
	cells := make([]string, len(columns))
	read := f.rows(ctx, name, func(line int, record []string) {
		switch {
		case width == 0:
			width = len(record)
			places = f.header(name, line, record, columns)
		case len(record) != width:
			whole = false
			f.problem(name, line, "%d fields, but the header has %d", len(record), width)
		case places == nil:
			whole = false
		default:
			for i, place := range places {
				if cells[i] = ""; place >= 0 {
					cells[i] = record[place]
				}
			}
			each(line, cells)
		}
	})
	if read && width == 0 {
		needed := slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return strings.HasSuffix(c, "?") })
		f.problem(name, 1, "the file is empty: expected a header with %s", strings.Join(needed, ", "))
	}
	return read && whole && places != nil
}

// header finds the wanted columns by name; nil if one is missing or duplicate.
func (f *folder) header(name string, line int, record, columns []string) []int {
	places := make([]int, len(columns))
	for i, column := range columns {
		column, optional := strings.CutSuffix(column, "?")
		places[i] = slices.Index(record, column)
		if places[i] < 0 && optional {
			continue
		}
		if places[i] < 0 {
			f.problem(name, line, "the column %s is missing", column)
			return nil
		}
		if slices.Contains(record[places[i]+1:], column) {
			f.problem(name, line, "the column %s appears twice", column)
			return nil
		}
	}
	return places
}

// decoded gives the text of a file, which begins with a byte order mark if a spreadsheet has written it, and may be UTF-16 then.
// UTF-16 without a mark is only named: which of the two it is would be a guess.
func decoded(in io.Reader) (text *bufio.Reader, cause string) {
	b := bufio.NewReaderSize(in, 64<<10)
	start, _ := b.Peek(4)
	switch {
	case bytes.HasPrefix(start, []byte("\uFEFF")):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(start, []byte{0xFF, 0xFE}), bytes.HasPrefix(start, []byte{0xFE, 0xFF}):
		utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		return bufio.NewReaderSize(transform.NewReader(b, utf16), 64<<10), ""
	case len(start) > 1 && (start[0] == 0) != (start[1] == 0):
		return nil, "this is UTF-16 without a byte order mark: save the file as UTF-8"
	}
	return b, ""
}

// separator finds what separates the fields: the first comma, semicolon or tab outside of quotes. No name of a column and no key
// of the summary contains one, so it is after the first of them.
func separator(text *bufio.Reader) rune {
	start, _ := text.Peek(4 << 10)
	quoted := false
	for _, c := range string(start) {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ';' || c == '\t'):
			return c
		case !quoted && c == '\n':
			return ','
		}
	}
	return ','
}

// named finds a file of an export by its name: as it is in the open data, or with what Polis puts before it when it offers it for
// download, such as 2025-06-19-1201-ID-comments.csv. It gives the first of the names if there is none, and records a problem if
// there are several.
func (f *folder) named(names ...string) string {
	for _, name := range names {
		if f.has(name) {
			return name
		}
	}
	entries, err := fs.ReadDir(f.files, ".")
	if err != nil {
		f.err = fmt.Errorf("list the files: %w", err)
		return names[0]
	}
	var found []string
	for _, e := range entries {
		if slices.ContainsFunc(names, func(name string) bool { return offered(e.Name(), name) }) {
			found = append(found, e.Name())
		}
	}
	switch len(found) {
	case 0:
		return names[0]
	case 1:
		return found[0]
	}
	f.problem(names[0], 0, "several files could be this one: %s; leave one of them in the folder", strings.Join(found, ", "))
	return found[0]
}

// offered tells whether a name is that of a file with a prefix. The matrix of participants ends like the votes.
func offered(name, file string) bool {
	before, ok := strings.CutSuffix(name, "-"+file)
	ofParticipants := strings.HasSuffix(before, "participants") || strings.HasSuffix(before, "participant")
	return ok && before != "" && (file != votesFile || !ofParticipants)
}

// meter reads a file, bounds its records, reports progress and ends with its context.
type meter struct {
	folder *folder
	ctxErr func() error
	in     io.Reader
	left   int // bytes that the current record may still take
}

// Read reads the next bytes.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctxErr(); err != nil {
		return 0, err
	}
	if m.left <= 0 {
		return 0, errLongRecord
	}
	n, err := m.in.Read(p)
	m.left -= n
	m.folder.done += n
	m.folder.progress(Reading, m.folder.done, max(m.folder.total, m.folder.done))
	return n, err
}
