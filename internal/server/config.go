package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// Config configures a Server. Executor and Authenticate are required; the zero value of every other field is a default.
type Config struct {
	Executor *gql.Executor

	// Authenticate checks a bearer token, empty when none was sent, and returns the context that resolvers run under. A fault
	// of kind Unavailable means that tokens cannot be checked now; any other error refuses the token.
	Authenticate func(ctx context.Context, bearer string, r *http.Request) (context.Context, Session, error)

	// Recheck is called every few seconds for each socket and stream, and ends it with an error if its viewer may not stay.
	// When it cannot check, for example because the database does not answer, it returns nil.
	Recheck func(ctx context.Context) error

	SDL    []byte          // served as /schema.graphql
	Checks []Check         // what /readyz checks
	Pages  map[string]Page // other pages by path, a prefix if it ends in "/": "/explorer/", "/reports/"

	// A page at "/" has all paths that no other route has, unless another route begins with the same folder: below "/reports/" and
	// "/docs/errors" nothing else is found than what is there.

	// Answers caches the answers to visitors' GET requests; nil turns the cache off. Lasting says which operations it may
	// cache: those whose answers change only when the log does.
	Answers *answers.Cache
	Lasting func(op *graphql.OperationContext) bool

	LocalOrigins   bool           // pages of this machine may call, whatever their port
	Origins        []string       // other origins whose pages may call, exactly as browsers send them: "https://console.example"
	Hosts          []string       // host names that this server answers to, without port; empty means any
	TrustedProxies []netip.Prefix // peers whose X-Forwarded-For is trusted
	Clients        []Client       // that have allowances of their own

	Limits Limits // DefaultLimits when zero; otherwise each limit must be set
	Rates  Rates  // each that is zero is taken from DefaultRates

	// Collectors are further metrics for /metrics of the admin listener; see Counter, Gauge and Counters.
	Collectors []prometheus.Collector

	Clock clock.Clock
	Log   *slog.Logger

	ShutdownDelay time.Duration // how long /readyz fails before the listener closes: 3 s with a load balancer
	Drain         time.Duration // how long running operations have to finish; 20 s when zero
}

// Session is the caller that a token identifies. The zero Session is an anonymous reader.
type Session struct {
	Subject      string    // identity, for allowances
	Organisation string    // its subjects share one allowance; empty for none
	Issuer       string    // of the token
	Client       string    // the program that the issuer gave the token to; empty if the token names none
	Expires      time.Time // when its sockets and streams end; zero for never
}

// Check is a condition of /readyz. An error makes the server unready, except a Note, which /readyz only shows.
type Check struct {
	Name string
	Func func(ctx context.Context) error
}

// Note is what an operator should know of a server that is ready.
type Note string

func (n Note) Error() string { return string(n) }

// Page is a handler beside GraphQL. With Authenticate its requests are authenticated like operations; with a Cost they take
// that many points from the same allowances.
type Page struct {
	Handler      http.Handler
	Operations   []openapi.Operation // what it answers, for Described
	Authenticate bool
	Cost         int64
	Report       bool // reads much: only a few run at once
	Absent       bool // only servers with other settings have it: here it is not found, and nothing else is in its folder
	Streams      bool // reads from the database while it writes; other pages have read everything when they write

	// Body is how many bytes of a body with POST it takes, from callers with a token only. They are read before the request takes a
	// place, however slowly they come; few bodies are read at once.
	Body int64
}

// Client is a program that asks for many people, such as a gateway or a site that is rendered on a server. What it sends counts
// for it and not for its subject or address. It shares what it has fairly between the people whose addresses it forwards.
type Client struct {
	Name        string
	Issuer, ID  string         // tokens with this client id from this issuer are its own
	Networks    []netip.Prefix // so are requests without a token from here; those that it forwards must be from trusted proxies
	Allowance   Allowance
	Share       int // percent of the places for running operations that it may hold; 0 for half
	Connections int // sockets, and streams, that may be open; 0 for as many as others
}

// Limits bounds what a connection may hold. gql.Limits bounds what an operation may request.
type Limits struct {
	BodyBytes         int64         // of a request, or of one socket message
	HeaderBytes       int           // of all headers of a request
	JSONDepth         int           // nested lists and objects of a body
	InFlight          int           // operations that run at once: no more than the database can answer at once
	Changes           int           // mutations among them; some places always stay free of mutations, and some free of queries
	Queue             int           // operations of one caller that wait for a place
	Waiting           int           // operations of all callers that wait
	Wait              time.Duration // how long an operation waits
	Refusals          time.Duration // between two refusals of one caller: each is held back until its time comes, but not for long
	Operations        int           // running on one socket, or on one stream that was reserved
	Sockets           int           // of one subject, or of one address if there is no token, and not yet initiated ones of one address
	Streams           int           // server-sent-events streams and reservations of them, counted in the same way
	Connections       int           // sockets and streams of all clients together
	QueueMessages     int           // that wait to be written to one socket
	QueueBytes        int64         // the same in bytes
	Patience          time.Duration // how long a queue may stay full before its reader counts as too slow
	InitTimeout       time.Duration // for connection_init, and for opening a stream that was reserved
	Ping              time.Duration // between pings of a socket; a client that has not answered by the next ping is dropped
	Heartbeat         time.Duration // between comments of a stream
	Recheck           time.Duration // between calls of Config.Recheck
	Write             time.Duration // for one write to a socket or stream
	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration
}

// DefaultLimits are the published limits.
func DefaultLimits() Limits {
	return Limits{
		BodyBytes: 1 << 20, HeaderBytes: 64 << 10, JSONDepth: 64,
		InFlight: 12, Changes: 9, Queue: 64, Waiting: 1024, Wait: 500 * time.Millisecond, Refusals: 2 * time.Millisecond,
		Operations: 50, Sockets: 20, Streams: 100, Connections: 20_000,
		QueueMessages: 1024, QueueBytes: 1 << 20, Patience: 5 * time.Second,
		InitTimeout: 5 * time.Second, Ping: 20 * time.Second, Heartbeat: 12 * time.Second, Recheck: 3 * time.Second,
		Write: 10 * time.Second, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
	}
}

// Allowance is a token bucket in cost points.
type Allowance struct {
	PerMinute int64
	Burst     int64
}

// Rates are the allowances of all kinds of callers. Off turns them off, for measurements.
type Rates struct {
	Off          bool
	Subject      Allowance // of one identity
	Organisation Allowance // of all identities of one organisation together
	Anonymous    Allowance // of one address, for requests without a token
	Refused      int64     // the most that an operation costs that cannot be read or is not valid
}

// DefaultRates are the published allowances.
func DefaultRates() Rates {
	return Rates{
		Subject:      Allowance{PerMinute: 50_000, Burst: 100_000},
		Organisation: Allowance{PerMinute: 500_000, Burst: 1_000_000},
		Anonymous:    Allowance{PerMinute: 10_000, Burst: 20_000},
		Refused:      10,
	}
}

func (r Rates) orDefault() Rates {
	d := DefaultRates()
	for _, a := range []struct{ given, usual *Allowance }{{&r.Subject, &d.Subject}, {&r.Organisation, &d.Organisation}, {&r.Anonymous, &d.Anonymous}} {
		if *a.given == (Allowance{}) {
			*a.given = *a.usual
		}
	}
	if r.Refused == 0 {
		r.Refused = d.Refused
	}
	return r
}
