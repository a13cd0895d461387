package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The schemes of Standard Webhooks 1.0.0: v1, a shared secret, and v1a, a key pair whose private key stays here.
const (
	HMAC    = "HMAC"
	Ed25519 = "ED25519"
)

// Prefixes that identify a secret or a public key.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
)

// The headers of Standard Webhooks.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// key is what one webhook is signed with: 32 bytes, the secret of HMAC or the seed of Ed25519.
type key struct {
	scheme string
	bytes  []byte
}

func newKey(scheme string) (key, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return key{}, fmt.Errorf("make a secret: %w", err)
	}
	return key{scheme, b}, nil
}

// shown is the secret in the form that its receiver stores; empty where the receiver has the public key.
func (k key) shown() string {
	if k.scheme != HMAC {
		return ""
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(k.bytes)
}

// public is the public key in the form that its receiver stores; empty where there is none.
func (k key) public() string {
	if k.scheme != Ed25519 {
		return ""
	}
	return publicPrefix + base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(k.bytes).Public().(ed25519.PublicKey))
}

func (k key) sign(id string, at time.Time, body []byte) string {
	content := append([]byte(id+"."+strconv.FormatInt(at.Unix(), 10)+"."), body...)
	if k.scheme == Ed25519 {
		return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(k.bytes), content))
	}
	mac := hmac.New(sha256.New, k.bytes)
	mac.Write(content)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// setHeaders signs a message: one signature for each key that counts now.
func setHeaders(h http.Header, id string, at time.Time, body []byte, keys ...key) {
	signatures := make([]string, len(keys))
	for i, k := range keys {
		signatures[i] = k.sign(id, at, body)
	}
	h.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	h.Set("User-Agent", "Plenary-Webhook/1")
	h.Set(headerID, id)
	h.Set(headerTimestamp, strconv.FormatInt(at.Unix(), 10))
	h.Set(headerSignature, strings.Join(signatures, " "))
}

// Signer signs events that are forwarded by hand, for example by a developer to a program on their own machine.
type Signer struct{ key key }

// NewSigner makes a signer with a secret in the form that Secret returns, or with a new one when it is empty.
func NewSigner(secret string) (*Signer, error) {
	if secret == "" {
		k, err := newKey(HMAC)
		return &Signer{k}, err
	}
	text, ok := strings.CutPrefix(secret, secretPrefix)
	b, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(b) < 24 || len(b) > 64 {
		return nil, errors.New("a secret is whsec_ and 24 to 64 bytes in base64")
	}
	return &Signer{key{HMAC, b}}, nil
}

// Secret is what the receiver checks with.
func (s *Signer) Secret() string { return s.key.shown() }

// Sign sets the headers of a message.
func (s *Signer) Sign(h http.Header, id string, at time.Time, body []byte) {
	setHeaders(h, id, at, body, s.key)
}
