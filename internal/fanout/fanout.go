// Package fanout carries new acts over NATS JetStream from the replica that sequences them to the others, so that they need
// not each read them from the database. The stream is a cache that can be rebuilt at any time, never the record.
//
// A batch is sealed under a key that the replicas share: the operator of the broker can neither read nor forge acts, and
// replicas ignore batches that are too old. The broker can still lose, duplicate, delay and reorder batches, so
// internal/actlog accepts a batch only if it continues the log.
package fanout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/keys"
)

// The limits of the stream, unless an operator has made it with others.
const (
	streamAge   = time.Hour
	streamBytes = 256 << 20
)

const (
	// timeout is how long the broker may take to respond.
	timeout = 2 * time.Second
	// heartbeat is how often the broker confirms that it still delivers the stream; two missing ones end the session.
	heartbeat = time.Second
	// retry is the pause between attempts to follow the stream.
	retry = 250 * time.Millisecond
)

// Config configures a fan-out.
type Config struct {
	URL    string   // see Check
	Origin string   // the name of the log
	Key    keys.Key // the same on all replicas
	Clock  clock.Clock
	Log    *slog.Logger
}

// Fanout is a connection to the broker. It reconnects by itself when it is lost.
type Fanout struct {
	conn    *nats.Conn
	stream  jetstream.JetStream
	name    string
	subject string
	seal    sealer
	log     *slog.Logger

	mu   sync.Mutex
	cut  chan struct{} // closed and replaced when the connection is lost
	down bool          // the connection is lost, and that has been logged
}

var schemes = []string{"nats", "tls"}

// Check refuses anything but a URL such as nats://USER:PASSWORD@HOST:4222, or several separated by commas. Its error never
// repeats the URL.
func Check(urls string) error {
	for _, raw := range strings.Split(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" {
			return errors.New("want nats://USER:PASSWORD@HOST:4222 or tls://…, or several separated by commas")
		}
	}
	return nil
}

// Open starts to connect and does not wait: a server starts and runs without its broker.
func Open(c Config) (*Fanout, error) {
	if err := Check(c.URL); err != nil {
		return nil, fmt.Errorf("the broker's URL: %w", err)
	}
	sum := sha256.Sum256([]byte(c.Origin))
	hash := hex.EncodeToString(sum[:8])
	f := &Fanout{name: "PLENARY_" + hash, subject: "plenary.log." + hash, log: c.Log, cut: make(chan struct{})}
	f.seal = sealer{key: c.Key, subject: f.subject, clock: c.Clock}
	var err error
	f.conn, err = nats.Connect(c.URL, nats.Name("plenary"), nats.Timeout(timeout), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.CustomReconnectDelay(func(tries int) time.Duration { return min(time.Duration(tries+1)*retry, timeout) }),
		nats.ReconnectBufSize(-1), // do not buffer what cannot be sent now
		nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2), nats.IgnoreAuthErrorAbort(),
		nats.ConnectHandler(func(*nats.Conn) { f.connected() }), nats.ReconnectHandler(func(*nats.Conn) { f.connected() }),
		nats.DisconnectErrHandler(f.lost),
		nats.ReconnectErrHandler(f.lost),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { f.log.Debug("broker_error", "error", err) }))
	if err != nil {
		return nil, fmt.Errorf("connect to the broker: %w", err)
	}
	if f.stream, err = jetstream.New(f.conn); err != nil {
		f.conn.Close()
		return nil, fmt.Errorf("connect to the broker: %w", err)
	}
	return f, nil
}

// Close ends the connection.
func (f *Fanout) Close() { f.conn.Close() }

func (f *Fanout) connected() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = false
	f.log.Info("broker_connected")
}

// lost ends the session that follows the stream, and warns once until the broker is back.
func (f *Fanout) lost(conn *nats.Conn, err error) { // it may be called before Open knows the connection
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.cut)
	f.cut = make(chan struct{})
	if !f.down && !conn.IsClosed() {
		f.down = true
		f.log.Warn("broker_unreachable", "error", err, "meanwhile", "acts are read from the database")
	}
}

// Publish seals acts and sends them to the stream, in several batches if they exceed the size of a message.
func (f *Fanout) Publish(ctx context.Context, acts []*db.Act) error {
	data, err := f.seal.seal(acts)
	if err != nil {
		return err
	}
	if most := f.conn.MaxPayload(); most > 0 && int64(len(data)) > most {
		if len(acts) == 1 {
			return nil // the other replicas read it from the database
		}
		half := len(acts) / 2
		if err := f.Publish(ctx, acts[:half]); err != nil {
			return err
		}
		return f.Publish(ctx, acts[half:])
	}
	id := name(acts)
	err = f.put(ctx, id, data)
	if errors.Is(err, jetstream.ErrNoStreamResponse) {
		if _, err := f.ensure(ctx); err != nil {
			return err
		}
		err = f.put(ctx, id, data)
	}
	return err
}

// name identifies a batch, so that the broker stores one that is sent again only once. It depends on ids that nobody can
// guess, so that a forger cannot occupy the name of a later batch.
func name(acts []*db.Act) string {
	first, last := acts[0].ActID, acts[len(acts)-1].ActID
	sum := sha256.Sum256(append(first[:], last[:]...))
	return fmt.Sprintf("%d-%d-%x", acts[0].ID, acts[len(acts)-1].ID, sum[:8])
}

func (f *Fanout) put(ctx context.Context, id string, data []byte) error {
	if !f.conn.IsConnected() {
		return nats.ErrConnectionReconnecting
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := f.stream.Publish(ctx, f.subject, data, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(0)); err != nil {
		return fmt.Errorf("publish acts: %w", err)
	}
	return nil
}

// ensure finds the stream or makes it. It does not change an existing one.
func (f *Fanout) ensure(ctx context.Context) (jetstream.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s, err := f.stream.Stream(ctx, f.name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		s, err = f.stream.CreateStream(ctx, jetstream.StreamConfig{
			Name: f.name, Subjects: []string{f.subject}, Description: "New acts of a log of Plenary, sealed: a cache, not the record",
			MaxAge: streamAge, MaxBytes: streamBytes, Discard: jetstream.DiscardOld, Storage: jetstream.FileStorage, Duplicates: time.Minute,
		})
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another replica was first
			s, err = f.stream.Stream(ctx, f.name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find or make the stream: %w", err)
	}
	return s, nil
}

// Follow passes on batches published from now on, until the context ends, and an empty one whenever the stream is lost.
// Acts published before come from the database.
func (f *Fanout) Follow(ctx context.Context, got func([]*db.Act)) {
	for ctx.Err() == nil {
		f.mu.Lock()
		cut := f.cut
		f.mu.Unlock()
		err := f.session(ctx, cut, got)
		got(nil)
		if ctx.Err() != nil {
			return
		}
		f.log.Debug("broker_stream_lost", "error", err)
		t := time.NewTimer(retry)
		select {
		case <-ctx.Done():
			t.Stop()
		case <-t.C:
		}
	}
}

// session follows the stream until something fails, and returns the error.
func (f *Fanout) session(ctx context.Context, cut <-chan struct{}, got func([]*db.Act)) error {
	if !f.conn.IsConnected() {
		return nats.ErrConnectionReconnecting
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-cut:
			cancel()
		case <-stop:
		}
	}()
	s, err := f.ensure(ctx)
	if err != nil {
		return err
	}
	c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverNewPolicy, AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return fmt.Errorf("follow the stream: %w", err)
	}
	messages, err := c.Messages(jetstream.PullMaxMessages(64), jetstream.PullExpiry(5*heartbeat), jetstream.PullHeartbeat(heartbeat),
		jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return fmt.Errorf("follow the stream: %w", err)
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("follow the stream: %w", err)
		}
		acts, err := f.seal.open(m.Data())
		if err != nil {
			f.log.Warn("broker_message_ignored", "error", err)
			continue // it does not mean that the stream is lost
		}
		got(acts)
	}
}
