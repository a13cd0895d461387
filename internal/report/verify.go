package report

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// Fault is a file that is not what was signed.
type Fault struct {
	File string
	Err  error
}

// Error names the file.
func (f *Fault) Error() string { return f.File + ": " + f.Err.Error() }

// Unwrap returns what is wrong with it.
func (f *Fault) Unwrap() error { return f.Err }

// ErrNoNote reports that a file carries no note, and that none was given.
var ErrNoNote = errors.New("it carries no note: give the one that the server has under .sig")

// Verify checks the bytes of a report's file, offline: against the note that stands beside it, or without one against the note that JSON and
// the CSV package carry. Only the keys decide who may have signed it. Its error is a *Fault if the file or the note is at fault.
func Verify(name string, file, sig []byte, vkeys []string) (*Said, error) {
	said, err := verify(file, sig, vkeys)
	if err != nil {
		return nil, &Fault{name, err}
	}
	return said, nil
}

func verify(file, sig []byte, vkeys []string) (*Said, error) {
	inner := func() (*Said, error) { return nil, ErrNoNote }
	switch {
	case bytes.HasPrefix(file, []byte(`{"document":`)):
		inner = func() (*Said, error) { return verifyJSON(file, vkeys) }
	case bytes.HasPrefix(file, []byte("PK\x03\x04")) && bytes.Contains(file[:min(len(file), 100)], []byte(dictionaryName)):
		inner = func() (*Said, error) { return verifyPackage(file, vkeys) }
	}
	if sig == nil {
		return inner()
	}
	said, err := openNote(sig, vkeys)
	if err != nil {
		return nil, fmt.Errorf("its note %w", err)
	}
	if !slices.ContainsFunc(said.Files, func(l Listed) bool { return l.is(file) }) {
		return nil, fmt.Errorf("it has %d bytes and the SHA-256 %s, and the note of report %s lists no such file", len(file), hexSum(file), said.ID)
	}
	return said, nil
}

// is says whether a file is the one that is listed.
func (l Listed) is(file []byte) bool { return l.Bytes == int64(len(file)) && l.SHA256 == hexSum(file) }

func verifyJSON(file []byte, vkeys []string) (*Said, error) {
	document, signed, err := openJSON(file)
	if err != nil {
		return nil, err
	}
	if signed == nil {
		return nil, ErrNoNote
	}
	said, err := openNote(signed, vkeys)
	if err != nil {
		return nil, fmt.Errorf("its note %w", err)
	}
	if hash := hexSum(document); hash != said.Document {
		return nil, fmt.Errorf("its document has the SHA-256 %s, and its note signs %s", hash, said.Document)
	}
	return said, nil
}

func verifyPackage(file []byte, vkeys []string) (*Said, error) {
	parts, err := unpack(file)
	if err != nil {
		return nil, err
	}
	last := parts[len(parts)-1]
	if last.name != noteName {
		return nil, ErrNoNote
	}
	said, err := openNote(last.content, vkeys)
	if err != nil {
		return nil, fmt.Errorf("its note %w", err)
	}
	parts = parts[:len(parts)-1]
	if len(parts) != len(said.Files) {
		return nil, fmt.Errorf("it has %d parts, and its note lists %d", len(parts), len(said.Files))
	}
	for i, p := range parts {
		if l := said.Files[i]; l.Name != p.name || !l.is(p.content) {
			return nil, fmt.Errorf("its part %s is not the one that its note lists", p.name)
		}
		if p.name == jsonName {
			document, _, err := openJSON(p.content)
			if err != nil || hexSum(document) != said.Document {
				return nil, fmt.Errorf("its part %s is not the document that its note signs", p.name)
			}
		}
	}
	return said, nil
}
