package bundle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what a log says about itself at one size: the text of a C2SP tlog-checkpoint without its signatures.
type Checkpoint struct {
	Origin string
	tlog.Tree
}

// Text is the note's text, to be signed. The origin must be one valid line.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.N, 10) + "\n" + c.Hash.String() + "\n"
}

var errCheckpoint = errors.New("does not have one line each for origin, size and root")

// ParseCheckpoint reads a note's text. It ignores lines after the third, which are extensions.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || !IsOrigin(lines[0]) || lines[len(lines)-1] != "" {
		return Checkpoint{}, errCheckpoint
	}
	size, err := asInt([]byte(lines[1]))
	root, ok := hash64([]byte(lines[2]))
	if err != nil || !ok {
		return Checkpoint{}, errCheckpoint
	}
	for _, l := range lines[3 : len(lines)-1] {
		if l == "" {
			return Checkpoint{}, errCheckpoint
		}
	}
	return Checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, nil
}

// keyring opens notes with trusted keys.
type keyring struct {
	byOrigin map[string][]note.Verifier
	vkeys    map[keyID]string
}

type keyID struct {
	name string
	hash uint32
}

func newKeyring(vkeys []string) (keyring, error) {
	k := keyring{map[string][]note.Verifier{}, map[keyID]string{}}
	for _, vkey := range vkeys {
		v, text, err := verifierKey(vkey)
		if err != nil {
			return k, err
		}
		id := keyID{v.Name(), v.KeyHash()}
		if k.vkeys[id] == "" {
			k.vkeys[id] = text
			k.byOrigin[id.name] = append(k.byOrigin[id.name], v)
		}
	}
	return k, nil
}

// verifierKey reads a key and returns its normal spelling, by which keys are compared.
func verifierKey(vkey string) (note.Verifier, string, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, "", fmt.Errorf("%.200q is not a verifier key: %w", vkey, err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.SplitN(vkey, "+", 3)[2])
	if err != nil {
		return nil, "", fmt.Errorf("%.200q is not a verifier key: %w", vkey, err)
	}
	return v, fmt.Sprintf("%s+%08x+%s", v.Name(), v.KeyHash(), base64.StdEncoding.EncodeToString(key)), nil
}

var errMalformed = errors.New("is not a signed note")

// open checks a signed checkpoint and returns the keys that signed it. A key signs only for the origin that is its name.
// Signatures by keys outside the ring, such as those of witnesses, are ignored.
func (k keyring) open(signed []byte) (Checkpoint, []string, error) {
	end := bytes.LastIndex(signed, []byte("\n\n"))
	if end < 0 {
		return Checkpoint{}, nil, errMalformed
	}
	c, err := ParseCheckpoint(string(signed[:end+1]))
	if err != nil {
		return Checkpoint{}, nil, err
	}
	n, err := note.Open(signed, note.VerifierList(k.byOrigin[c.Origin]...))
	var unverified *note.UnverifiedNoteError
	var forged *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return c, nil, &untrusted{c.Origin, signers(unverified.Note)}
	case errors.As(err, &forged):
		return c, nil, fmt.Errorf("has an invalid signature of key %s+%08x", forged.Name, forged.Hash)
	case err != nil:
		return c, nil, errMalformed
	}
	var by []string
	for _, s := range n.Sigs {
		if _, err := strict64.DecodeString(s.Base64); err != nil {
			return c, nil, errMalformed
		}
		by = append(by, k.vkeys[keyID{s.Name, s.Hash}])
	}
	return c, by, nil
}

// untrusted reports that no trusted key signed a checkpoint.
type untrusted struct {
	origin string
	by     []string
}

func (u *untrusted) Error() string {
	return fmt.Sprintf("is not signed by a key you trust for %s; the keys that signed it are %s", u.origin, strings.Join(u.by, ", "))
}

func signers(n *note.Note) []string {
	var names []string
	for _, s := range n.UnverifiedSigs {
		name := s.Name
		if !IsOrigin(name) {
			name = strconv.QuoteToASCII(name)
		}
		names = append(names, fmt.Sprintf("%s+%08x", name, s.Hash))
	}
	return names
}

// NextOrigin is the name of a log after a restore: "log/2" after "log", then "log/3".
func NextOrigin(origin string) string {
	name, n := Generation(origin)
	return name + "/" + strconv.FormatInt(n+1, 10)
}

// Generation splits an origin into its name and the number after it: "log" is the first, "log/2" the one after a restore.
func Generation(origin string) (name string, n int64) {
	name, digits, ok := cutLast(origin, "/")
	if n, err := asInt([]byte(digits)); ok && err == nil && n > 1 {
		return name, n
	}
	return origin, 1
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
