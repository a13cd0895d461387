package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

const (
	// DevURL is the iss of dev tokens.
	DevURL      = "https://dev.plenary.invalid" // no real provider can have this name (RFC 6761, section 6.4)
	devAudience = "plenary"
	devClient   = "plenary-dev"
)

// DevIssuer issues tokens for trying things out on one's own machine. A server that uses it calls CheckDevUse first; the
// issuer itself does not check the mode.
type DevIssuer struct {
	clock clock.Clock
	key   ed25519.PrivateKey
	x     string // the public half, as a JWK has it
	kid   string // thumbprint of the key, RFC 7638
}

// OpenDevIssuer reads the key at path, or makes one there that only its owner can read. It refuses a file that others can
// read or write, or that is not an Ed25519 key.
func OpenDevIssuer(path string, c clock.Clock) (*DevIssuer, error) {
	d, err := ReadDevIssuer(path, c)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	if err := makeDevKey(path); err != nil {
		return nil, fmt.Errorf("dev issuer: %w", err)
	}
	return ReadDevIssuer(path, c)
}

// ReadDevIssuer is OpenDevIssuer for those who only make tokens: it makes no key, which no server would know.
func ReadDevIssuer(path string, c clock.Clock) (*DevIssuer, error) {
	key, err := readDevKey(path)
	if err != nil {
		return nil, fmt.Errorf("dev issuer: %w", err)
	}
	x := base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	thumbprint := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return &DevIssuer{clock: c, key: key, x: x, kid: base64.RawURLEncoding.EncodeToString(thumbprint[:])}, nil
}

// Issuer returns the configuration with which a Verifier accepts this issuer's tokens and lets it grant the roles. It
// speaks for every party, because a developer plays them all.
func (d *DevIssuer) Issuer(roles ...string) Issuer {
	set := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":%q,"x":%q}]}`, d.kid, d.x)
	return Issuer{
		URL: DevURL, Audience: []string{devAudience}, Algorithms: []string{EdDSA}, StaticKeys: []byte(set), Roles: roles, Parties: []string{AnyParty},
	}
}

// Mint makes a token with the subject, stakeholder, client, roles and scopes of an identity, valid from now for a lifetime
// of one second to one hour. It generates a token id if there is none, and ignores the identity's issuer and times.
func (d *DevIssuer) Mint(who Identity, lifetime time.Duration) (string, error) {
	if !isIdentifier(who.Subject) {
		return "", errors.New("mint dev token: the subject is empty, too long or has control characters")
	}
	if lifetime < time.Second || lifetime > maxLifetime {
		return "", fmt.Errorf("mint dev token: the lifetime %v is not between 1s and %v", lifetime, maxLifetime)
	}
	now := d.clock.Now()
	claims := jwt.MapClaims{
		"iss": DevURL, "aud": devAudience, "sub": who.Subject, "iat": now.Unix(), "exp": now.Unix() + int64(lifetime/time.Second),
		"jti": orElse(who.TokenID, rand.Text()), "client_id": orElse(who.ClientID, devClient),
	}
	if who.Stakeholder != "" {
		claims["stakeholder"] = who.Stakeholder
	}
	if len(who.Roles) > 0 {
		claims["roles"] = who.Roles
	}
	if len(who.Scopes) > 0 {
		claims["scope"] = strings.Join(who.Scopes, " ")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"], token.Header["kid"] = accessTokenTypes[0], d.kid
	compact, err := token.SignedString(d.key)
	if err != nil {
		return "", fmt.Errorf("mint dev token: %w", err)
	}
	return compact, nil
}

// CheckDevUse refuses the dev issuer unless the mode is "dev" and the server listens on an address that only this machine
// can reach: 127.0.0.0/8, ::1 or localhost.
func CheckDevUse(mode, listenAddr string) error {
	if mode != "dev" {
		return errors.New("the dev issuer is for --mode=dev only")
	}
	host, _, err := net.SplitHostPort(listenAddr)
	if err != nil || !isLoopback(host) {
		return fmt.Errorf("the dev issuer needs a loopback address with a port, not %q", listenAddr)
	}
	return nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func readDevKey(path string) (ed25519.PrivateKey, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %v; it must be a file of mode 0600", path, info.Mode())
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxKeySet))
	if err != nil {
		return nil, err
	}
	return parseDevKey(path, raw)
}

func parseDevKey(path string, raw []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fmt.Errorf("%s is not a PEM block of type PRIVATE KEY", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s is not an Ed25519 key", path)
	}
	return key, nil
}

// makeDevKey puts a complete new key at path, or leaves one that another process has put there meanwhile: it writes a
// temporary file and links it, because a link fails where a rename would overwrite.
func makeDevKey(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".dev-key-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	err = errors.Join(pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
