// Package keys holds what must stay outside the database: the key that signs the log, the master key that seals personal
// data, and what a restored backup is checked against: the last checkpoint, the last act shown and the list of erasures.
package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
)

// The files of a folder of keys.
const (
	logFile     = "log.key"     // signs the log: Ed25519, PKCS #8 in PEM
	retiredFile = "log.old.key" // signs as well during a key rotation
	masterFile  = "master.key"  // 32 random bytes in base64
)

// Ring is the keys of one installation. All its replicas use the same.
type Ring struct {
	dir    string
	log    []ed25519.PrivateKey // the current one, then the retired one if it still signs
	seal   cipher.AEAD
	lookup []byte
	check  []byte
	broker Key
	ticket cipher.AEAD
	sign   []byte     // of tickets
	turn   sync.Mutex // see inTurn
}

// Open reads the keys of a folder. With create it makes a missing folder and missing keys; it never replaces one.
func Open(dir string, create bool) (*Ring, error) {
	if create {
		if err := Init(dir); err != nil {
			return nil, err
		}
	}
	r := &Ring{dir: dir}
	for _, name := range []string{logFile, retiredFile} {
		key, err := readLogKey(filepath.Join(dir, name))
		if name == retiredFile && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, explain(dir, err)
		}
		r.log = append(r.log, key)
	}
	master, err := readMaster(filepath.Join(dir, masterFile))
	if err != nil {
		return nil, explain(dir, err)
	}
	return r, r.derive(master)
}

func explain(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keys are missing in %s: make them with plenary keys init --keys %s, or copy those of the other replicas there (%w)", dir, dir, err)
	}
	return err
}

// derive derives a key for each use, so that no two uses share one.
func (r *Ring) derive(master []byte) error {
	use := func(what string) []byte {
		key, err := hkdf.Key(sha256.New, master, nil, "plenary "+what, 32)
		if err != nil {
			panic(err) // HKDF with SHA-256 can give 32 bytes
		}
		return key
	}
	block, err := aes.NewCipher(use("seal"))
	if err != nil {
		return fmt.Errorf("use the master key: %w", err)
	}
	if r.seal, err = cipher.NewGCM(block); err != nil {
		return fmt.Errorf("use the master key: %w", err)
	}
	if block, err = aes.NewCipher(use("ticket")); err != nil {
		return fmt.Errorf("use the master key: %w", err)
	}
	if r.ticket, err = cipher.NewGCM(block); err != nil {
		return fmt.Errorf("use the master key: %w", err)
	}
	r.lookup, r.check, r.sign = use("lookup"), use("check"), use("ticket signature")
	r.broker, err = UseKey(use("broker"))
	return err
}

// Dir is the folder of the keys.
func (r *Ring) Dir() string { return r.dir }

// Check is a value that identifies this master key without revealing it.
func (r *Ring) Check() []byte { return r.check }

// Lookup returns the same bytes for the same words, and reveals nothing about them to anyone without the key.
func (r *Ring) Lookup(words ...string) []byte {
	mac := hmac.New(sha256.New, r.lookup)
	for _, w := range words {
		_ = binary.Write(mac, binary.BigEndian, uint32(len(w)))
		mac.Write([]byte(w))
	}
	return mac.Sum(nil)
}

// Seal encrypts under the master key. Only the same context opens it.
func (r *Ring) Seal(context string, plain []byte) []byte { return seal(r.seal, context, plain) }

// Open opens what Seal sealed.
func (r *Ring) Open(context string, sealed []byte) ([]byte, error) {
	return open(r.seal, context, sealed)
}

// Ticket seals words for somebody who brings them back, as in an address: nobody else can read, make or change it. The same words give
// the same ticket, because its nonce is their HMAC; two tickets tell whether their words are the same, and nothing else.
func (r *Ring) Ticket(context string, plain []byte) []byte {
	mac := hmac.New(sha256.New, r.sign)
	_ = binary.Write(mac, binary.BigEndian, uint32(len(context)))
	mac.Write([]byte(context))
	mac.Write(plain)
	nonce := mac.Sum(nil)[:r.ticket.NonceSize()]
	return r.ticket.Seal(nonce, nonce, plain, []byte(context))
}

// OpenTicket opens what Ticket sealed in the same context.
func (r *Ring) OpenTicket(context string, sealed []byte) ([]byte, error) {
	return open(r.ticket, context, sealed)
}

// Broker is the key for messages between replicas over a broker: without it nobody can read or forge them.
func (r *Ring) Broker() Key { return r.broker }

// Key is a single key, such as a person's.
type Key struct{ aead cipher.AEAD }

// NewKey generates the bytes of a key.
func NewKey() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return b
}

// UseKey makes a key from its bytes.
func UseKey(b []byte) (Key, error) {
	block, err := aes.NewCipher(b)
	if err != nil {
		return Key{}, fmt.Errorf("use a key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	return Key{aead}, err
}

// Seal encrypts under the key. Only the same context opens it.
func (k Key) Seal(context string, plain []byte) []byte { return seal(k.aead, context, plain) }

// Open opens what Seal sealed.
func (k Key) Open(context string, sealed []byte) ([]byte, error) {
	return open(k.aead, context, sealed)
}

func seal(a cipher.AEAD, context string, plain []byte) []byte {
	nonce := make([]byte, a.NonceSize(), a.NonceSize()+len(plain)+a.Overhead())
	_, _ = rand.Read(nonce)
	return a.Seal(nonce, nonce, plain, []byte(context))
}

func open(a cipher.AEAD, context string, sealed []byte) ([]byte, error) {
	n := a.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("open sealed data: it is truncated")
	}
	plain, err := a.Open(nil, sealed[:n], sealed[n:], []byte(context))
	if err != nil {
		return nil, errors.New("open sealed data: another key sealed it, or it was changed")
	}
	return plain, nil
}

// Signers sign notes under a name: the current key and, during a rotation, the retired one.
func (r *Ring) Signers(name string) ([]note.Signer, error) {
	var all []note.Signer
	for _, key := range r.log {
		pub := append([]byte{1}, key.Public().(ed25519.PublicKey)...) // 1 is note's number for Ed25519
		sum := sha256.Sum256(append([]byte(name+"\n"), pub...))
		text := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, sum[:4],
			base64.StdEncoding.EncodeToString(append([]byte{1}, key.Seed()...)))
		s, err := note.NewSigner(text)
		if err != nil {
			return nil, fmt.Errorf("sign as %q: %w", name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// Verifiers are the public keys of Signers as text, for those who verify the log.
func (r *Ring) Verifiers(name string) ([]string, error) {
	var all []string
	for _, key := range r.log {
		v, err := note.NewEd25519VerifierKey(name, key.Public().(ed25519.PublicKey))
		if err != nil {
			return nil, fmt.Errorf("name the key of %q: %w", name, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// Init makes the folder and the missing keys.
func Init(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of keys: %w", err)
	}
	log, err := newLogKey()
	if err != nil {
		return err
	}
	master := base64.StdEncoding.EncodeToString(NewKey()) + "\n"
	for name, text := range map[string][]byte{logFile: log, masterFile: []byte(master)} {
		if err := writeNew(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return nil
}

// Rotate makes a new key to sign the log. The current one keeps signing as well until Retire.
func Rotate(dir string) error {
	old := filepath.Join(dir, retiredFile)
	if _, err := os.Stat(old); err == nil {
		return fmt.Errorf("%s still signs: finish that rotation first, with plenary keys retire", old)
	}
	key, err := newLogKey()
	if err != nil {
		return err
	}
	if _, err := readLogKey(filepath.Join(dir, logFile)); err != nil {
		return explain(dir, err)
	}
	// Link the old one first, so that there is a key at all times.
	if err := os.Link(filepath.Join(dir, logFile), old); err != nil {
		return fmt.Errorf("keep the current key: %w", err)
	}
	return replace(filepath.Join(dir, logFile), key)
}

// Retire ends a rotation: the old key no longer signs.
func Retire(dir string) error {
	err := os.Remove(filepath.Join(dir, retiredFile))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no key rotation is in progress")
	}
	return err
}

func newLogKey() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func readLogKey(path string) (ed25519.PrivateKey, error) {
	text, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no key in PEM", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: not a PKCS #8 key", path)
	}
	ed, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: not an Ed25519 key", path)
	}
	return ed, nil
}

func readMaster(path string) ([]byte, error) {
	text, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s: not 32 bytes in base64", path)
	}
	return key, nil
}

// readSecret reads a file and refuses one that others can read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: run chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	return text, nil
}

// writeNew writes a file unless it exists. If two processes start at once, both read what the first has written.
func writeNew(path string, text []byte) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	tmp, err := writeBeside(path, text)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// replace replaces a file atomically.
func replace(path string, text []byte) error {
	tmp, err := writeBeside(path, text)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func writeBeside(path string, text []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // readable only by its owner
	if err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	return f.Name(), nil
}
