package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// refusal is what a client gets to know about a refused token, unless refusals has more to say.
const refusal = "the access token is not accepted"

// refusals tell a client what it can act on: to get a new token, to ask another issuer, to look at its own code. Of a token
// that is forged they say nothing; only a token with a valid signature is said to have expired.
var refusals = []struct {
	cause   error
	message string
}{
	{errExpired, "the access token has expired"},
	{errNotYet, "the access token is not valid yet"},
	{errRevoked, "the access token was revoked"},
	{errAudience, "the access token is for another audience"},
	{errNoIssuer, "the access token is from an issuer that this server does not trust"},
	{errMalformed, "the access token is not a signed JWT"},
}

func refusalOf(cause error) string {
	for _, r := range refusals {
		if errors.Is(cause, r.cause) {
			return r.message
		}
	}
	return refusal
}

// errMalformed is behind the errors of what cannot be read as a token.
var errMalformed = errors.New("this is no token")

type malformed struct{ error }

func (malformed) Is(target error) bool { return target == errMalformed }

func (m malformed) Unwrap() error { return m.error }

var (
	errNoIssuer  = errors.New("claim iss is not a trusted issuer")
	errType      = errors.New("typ is not one that the issuer may use")
	errNoKeys    = errors.New("the issuer has no keys that are fresh enough")
	errRevoked   = errors.New("token is revoked")
	errNoClock   = errors.New("auth: no clock")
	errNoIssuers = errors.New("auth: no issuer")
	errTwice     = errors.New("is configured twice")
)

// Config is what a Verifier trusts. Clock and at least one issuer are required.
type Config struct {
	Issuers    []Issuer
	Clock      clock.Clock
	HTTPClient *http.Client // its Transport fetches key sets; nil for the default client
	Logger     *slog.Logger // nil for none
	DevMode    bool         // allows HS256, and http to a loopback address

	// Revoked reports whether an otherwise valid identity has been revoked; nil if there are no revocations.
	Revoked func(context.Context, Identity) (bool, error)
}

// Verifier verifies tokens. It is safe for concurrent use.
type Verifier struct {
	clock   clock.Clock
	revoked func(context.Context, Identity) (bool, error)
	issuers []*issuer
	known   *lru.Cache[[sha256.Size]byte, known]

	mu      sync.Mutex
	stop    context.CancelFunc // nil before Start
	running sync.WaitGroup
}

// NewVerifier checks a configuration and makes a Verifier from it. It refuses an unsafe configuration, for instance one
// with an unfit static key. It sends no request; Start does.
func NewVerifier(cfg Config) (*Verifier, error) {
	if cfg.Clock == nil {
		return nil, errNoClock
	}
	if len(cfg.Issuers) == 0 {
		return nil, errNoIssuers
	}
	v := &Verifier{clock: cfg.Clock, revoked: cfg.Revoked}
	v.known, _ = lru.New[[sha256.Size]byte, known](maxKnown) // it fails only for a size below 1
	for _, configured := range cfg.Issuers {
		i, err := newIssuer(configured, cfg)
		if err == nil && v.issuer(configured.URL) != nil {
			err = errTwice
		}
		if err != nil {
			return nil, fmt.Errorf("auth: issuer %q: %w", configured.URL, err)
		}
		v.issuers = append(v.issuers, i)
	}
	return v, nil
}

func newIssuer(configured Issuer, cfg Config) (*issuer, error) {
	if err := configured.check(cfg.DevMode); err != nil {
		return nil, err
	}
	if len(configured.Types) == 0 {
		configured.Types = accessTokenTypes
	}
	i := &issuer{Issuer: configured}
	if configured.JWKSURL == "" {
		var err error
		i.static, err = parseStatic(configured.StaticKeys, configured.Algorithms)
		return i, err
	}
	logger := cfg.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	i.remote = &remote{
		url: configured.JWKSURL, issuer: configured.URL, algorithms: configured.Algorithms,
		client: fetchClient(cfg.HTTPClient), clock: cfg.Clock, log: logger,
		timeout: fetchTimeout, wake: make(chan struct{}, 1),
	}
	return i, nil
}

// Verify returns the identity that a token in the compact form speaks for. Every refusal is Unauthenticated, with a message for
// the client; its cause, for the log, says exactly why. Both contain no part of the token. If the revocation list cannot be read, it refuses everyone with Unavailable. It never waits for an issuer.
func (v *Verifier) Verify(ctx context.Context, compact string) (Identity, error) {
	id, err := v.identify(compact)
	if err != nil {
		return Identity{}, fault.Wrap(fault.Unauthenticated, err, "%s", refusalOf(err))
	}
	if v.revoked == nil {
		return id, nil
	}
	switch revoked, err := v.revoked(ctx, id); {
	case err != nil:
		return Identity{}, fault.Wrap(fault.Unavailable, err, "the access token cannot be checked now")
	case revoked:
		return Identity{}, fault.Wrap(fault.Unauthenticated, errRevoked, "%s", refusalOf(errRevoked))
	}
	return id, nil
}

// identify gives the identity of a token whose signature is right, now or when it was last looked at.
func (v *Verifier) identify(compact string) (Identity, error) {
	if len(compact) > maxToken { // not to be hashed
		_, err := v.verify(compact)
		return Identity{}, err
	}
	name := sha256.Sum256([]byte(compact))
	k, ok := v.known.Get(name)
	if !ok || k.issuer.keys() != k.keys {
		var err error
		if k, err = v.verify(compact); err != nil {
			return Identity{}, err
		}
		if k.keys != nil {
			v.known.Add(name, k)
		}
	}
	return k.issuer.identify(k.claims, k.typ, v.clock.Now())
}

// maxKnown is how many tokens are known.
const maxKnown = 4096

// known is a token whose signature was found right with some keys of its issuer. A person sends the same token with every
// request, and to parse and verify it again took a tenth of the time of a vote. What its claims say, such as when it ends, and
// whether it was revoked is asked each time; with other keys, it is verified anew. Tokens are known by their hash.
type known struct {
	issuer *issuer
	keys   *keySet
	typ    string
	claims object
}

// verify uses unverified claims only to choose the issuer. From then on only that issuer's types, algorithms and keys count.
func (v *Verifier) verify(compact string) (known, error) {
	t, err := parseCompact(compact)
	if err != nil {
		return known{}, malformed{err}
	}
	claims, err := parseObject(t.payload)
	if err != nil {
		return known{}, malformed{err}
	}
	name, _ := claims["iss"].(string)
	i := v.issuer(name)
	if i == nil {
		return known{}, errNoIssuer
	}
	keys := i.keys() // before it is verified: a set that comes meanwhile is another
	if err := i.verify(t); err != nil {
		return known{}, err
	}
	return known{i, keys, t.typ, claims}, nil
}

func (v *Verifier) issuer(name string) *issuer {
	at := slices.IndexFunc(v.issuers, func(i *issuer) bool { return i.URL == name })
	if at < 0 {
		return nil
	}
	return v.issuers[at]
}

// Start fetches every remote key set once, within at most 5 seconds, and then every hour and when a token names an unknown
// key, until the context ends or Close is called. A provider that does not answer is not an error here: the fetch is
// repeated, and Health reports it. A second Start does nothing.
func (v *Verifier) Start(ctx context.Context) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop != nil {
		return
	}
	ctx, v.stop = context.WithCancel(ctx)
	var first sync.WaitGroup
	for _, i := range v.issuers {
		if i.remote == nil {
			continue
		}
		first.Add(1)
		v.running.Go(func() {
			i.remote.refresh(ctx)
			first.Done()
			i.remote.run(ctx)
		})
	}
	first.Wait()
}

// Close ends what Start began and waits for it. Tokens are still verified afterwards, with the keys fetched so far.
func (v *Verifier) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop != nil {
		v.stop()
	}
	v.running.Wait()
}

// Health is the state of one issuer's keys, for the operator.
type Health struct {
	Issuer    string
	JWKSURL   string    // empty when the keys are static
	Keys      int       // how many are in use now
	Unfit     []string  // the keys of the set in use that were dropped, and why
	FetchedAt time.Time // when the set in use was fetched; zero when the keys are static or were never fetched
	Err       error     // why the last fetch failed; nil when it did not
}

// Ready reports whether the issuer's tokens can be verified now.
func (h Health) Ready() bool { return h.Keys > 0 }

// Health returns the state of every issuer, in the order of the configuration.
func (v *Verifier) Health() []Health {
	all := make([]Health, 0, len(v.issuers))
	for _, i := range v.issuers {
		h := Health{Issuer: i.URL, JWKSURL: i.JWKSURL}
		if keys := i.keys(); keys != nil {
			h.Keys, h.Unfit = len(keys.keys), slices.Clone(keys.unfit)
		}
		if i.remote != nil {
			h.FetchedAt, h.Err = i.remote.last()
		}
		all = append(all, h)
	}
	return all
}
