package report

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// noteHead is the first line of every note of a report. No log has such a name, so that no note can pass for a checkpoint.
const noteHead = "plenary report/1"

// Listed is a file, or a part of a package, as a note lists it.
type Listed struct {
	Name   string
	Bytes  int64
	SHA256 string // in hexadecimal
}

// List names a file with its size and hash.
func List(name string, content []byte) Listed {
	return Listed{name, int64(len(content)), hexSum(content)}
}

// Note signs the hash of a document and every file that was made of it.
func Note(d *Document, files []Listed, signers ...note.Signer) ([]byte, error) {
	hash, err := d.Hash()
	if err != nil {
		return nil, err
	}
	return sign(noteText(d, hash, files), signers)
}

func sign(text string, signers []note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		return nil, fmt.Errorf("sign a report: %w", err)
	}
	return signed, nil
}

// noteText is what is signed: one fact a line.
func noteText(d *Document, hash string, files []Listed) string {
	var b strings.Builder
	c := d.AsOf.Checkpoint
	fmt.Fprintf(&b, "%s\nid %s\ntype %s %s\nasof %d %s\ncheckpoint %d %s %s\ndocument %s\n", noteHead, line(d.ID), d.Type, d.Audience, d.AsOf.Seq,
		moment(d.AsOf.Time), c.Size, line(c.Root), line(c.Origin), hash)
	for _, f := range files {
		fmt.Fprintf(&b, "file %s %d %s\n", f.SHA256, f.Bytes, line(f.Name))
	}
	return b.String()
}

// line is a text without what would end its line.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '\u007f' {
			return '\uFFFD'
		}
		return r
	}, text)
}

// Said is what a note says, once its signature was checked.
type Said struct {
	ID, Type, AsOf, Checkpoint string
	Document                   string // the hash of the document
	Files                      []Listed
	SignedBy                   []string // the names of the keys that signed, with their ids
}

var errNote = errors.New("is not the note of a report")

// openNote checks the signature of a note and reads it. Every signature must be by one of the keys.
func openNote(signed []byte, vkeys []string) (*Said, error) {
	var known []note.Verifier
	for _, k := range vkeys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return nil, fmt.Errorf("%.200q is not a verifier key: %w", k, err)
		}
		known = append(known, v)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	var unverified *note.UnverifiedNoteError
	var forged *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return nil, fmt.Errorf("is not signed by a key that you trust; it is signed by %s", signers(unverified.Note.UnverifiedSigs))
	case errors.As(err, &forged):
		return nil, fmt.Errorf("has an invalid signature of key %s+%08x", forged.Name, forged.Hash)
	case err != nil:
		return nil, errNote
	}
	said, err := readNote(n.Text)
	if err != nil {
		return nil, err
	}
	for _, s := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return nil, errNote // a second spelling of the same signature
		}
		said.SignedBy = append(said.SignedBy, fmt.Sprintf("%s+%08x", s.Name, s.Hash))
	}
	return said, nil
}

func signers(sigs []note.Signature) string {
	var all []string
	for _, s := range sigs {
		all = append(all, fmt.Sprintf("%s+%08x", strconv.QuoteToASCII(s.Name), s.Hash))
	}
	return strings.Join(all, ", ")
}

// readNote reads a note's text. It refuses lines that it does not know: whoever adds one begins another version.
func readNote(text string) (*Said, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	heads := []string{"id ", "type ", "asof ", "checkpoint ", "document "}
	if len(lines) <= len(heads) || lines[0] != noteHead {
		return nil, errNote
	}
	s := &Said{}
	into := []*string{&s.ID, &s.Type, &s.AsOf, &s.Checkpoint, &s.Document}
	for i, head := range heads {
		value, ok := strings.CutPrefix(lines[i+1], head)
		if !ok {
			return nil, errNote
		}
		*into[i] = value
	}
	if !isSum(s.Document) {
		return nil, errNote
	}
	for _, l := range lines[len(heads)+1:] {
		parts := strings.SplitN(l, " ", 4)
		if len(parts) != 4 || parts[0] != "file" || !isSum(parts[1]) {
			return nil, errNote
		}
		size, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil || size < 0 {
			return nil, errNote
		}
		s.Files = append(s.Files, Listed{parts[3], size, parts[1]})
	}
	return s, nil
}

func isSum(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 32
}
