package fanout_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/rs/zerolog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fanout"
	"github.com/plenary-dialogue/plenary/internal/fanout/natstest"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// replica is one of several logs over one database, with a follower.
type replica struct {
	log    *actlog.Log
	reads  atomic.Int64 // statements that read acts
	logged *lines

	mu   sync.Mutex
	seen []*db.Act
}

// lines are the lines a replica logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var alice = policy.Actor{Member: uuid.New(), Stakeholder: uuid.New(), Kind: "NGO", Status: "ACTIVE"}

// cluster is the replicas of one installation.
type cluster struct {
	t        *testing.T
	database string
	ring     *keys.Ring
	origin   string
	replicas []*replica
	written  atomic.Int64
}

// newCluster runs replicas; with an empty URL they have no broker.
func newCluster(t *testing.T, n int, brokerURL string) *cluster {
	t.Helper()
	c := &cluster{t: t, database: testdb.Postgres(t), ring: testdb.Keys(t)}
	for range n {
		c.join(brokerURL, clock.System{})
	}
	return c
}

func (c *cluster) join(brokerURL string, at clock.Clock) *replica {
	c.t.Helper()
	r := &replica{logged: &lines{}}
	s := testdb.Open(c.t, c.database, store.Options{Relaxed: true, Pool: 4, Observe: func(text string) {
		if strings.Contains(text, " FROM acts WHERE seq > ") {
			r.reads.Add(1)
		}
	}})
	logger := slog.New(slog.NewTextHandler(r.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.log = actlog.New(s, clock.System{}, c.ring)
	if len(c.replicas) == 0 {
		err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return r.log.Vault().EnterAs(ctx, tx, alice.Member, "https://id.example", "alice-of-the-ngo", time.Now())
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	if err := r.log.Open(ctx, "log.example/fanout"); err != nil {
		c.t.Fatal(err)
	}
	c.origin = r.log.Origin()
	var running sync.WaitGroup
	if brokerURL != "" {
		f, err := fanout.Open(fanout.Config{URL: brokerURL, Origin: c.origin, Key: c.ring.Broker(), Clock: at, Log: logger})
		if err != nil {
			c.t.Fatal(err)
		}
		r.log.UseBroker(f)
		running.Go(func() { r.log.Publish(ctx, logger) })
		running.Go(func() { r.log.Receive(ctx) })
		c.t.Cleanup(f.Close)
	}
	running.Go(func() { r.log.Run(ctx, logger) })
	running.Go(func() { r.follow(ctx, c.t) })
	c.t.Cleanup(func() {
		stop()
		running.Wait()
		if c.t.Failed() {
			c.t.Logf("a replica logged:\n%s", r.logged)
		}
		if strings.Contains(r.logged.String(), natstest.Password) {
			c.t.Error("the broker's password was logged")
		}
	})
	c.replicas = append(c.replicas, r)
	return r
}

// follow records what a subscriber from the log's beginning sees.
func (r *replica) follow(ctx context.Context, t *testing.T) {
	var last int64
	for ctx.Err() == nil {
		acts, grown, err := r.log.After(ctx, last)
		if err != nil {
			if ctx.Err() == nil {
				t.Error(err)
			}
			return
		}
		r.mu.Lock()
		r.seen = append(r.seen, acts...)
		r.mu.Unlock()
		if len(acts) > 0 {
			last = acts[len(acts)-1].ID
			continue
		}
		select {
		case <-grown:
		case <-ctx.Done():
		}
	}
}

func (r *replica) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

const canary = "canary-of-a-payload"

// write writes n acts, through the replicas in turn.
func (c *cluster) write(n int) {
	c.t.Helper()
	for i := range n {
		if err := c.writeOn(c.replicas[i%len(c.replicas)]); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cluster) writeOn(r *replica) error {
	_, err := r.log.Write(policy.WithActor(context.Background(), alice), func(context.Context, *db.Tx) (act.Entry, error) {
		return act.Entry{
			Type: "test.written", Subject: act.Subject{Type: policy.Dialogue, ID: uuid.New(), Revision: 1}, Payload: map[string]any{"text": canary},
		}, nil
	})
	if err == nil {
		c.written.Add(1)
	}
	return err
}

// during writes until do returns.
func (c *cluster) during(do func()) {
	c.t.Helper()
	ended := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-ended:
				return
			default:
			}
			if err := c.writeOn(c.replicas[i%len(c.replicas)]); err != nil {
				c.t.Error(err)
				return
			}
		}
	})
	do()
	close(ended)
	writing.Wait()
}

// allSeen checks that every follower has seen the log as in the database: each act once, in order, with equal columns.
func (c *cluster) allSeen() {
	c.t.Helper()
	var want []*db.Act
	log := c.replicas[0].log
	until(c.t, "every act has its sequence number", func() bool {
		want = nil
		for after := int64(0); ; after = want[len(want)-1].ID {
			more, err := log.Since(context.Background(), after, actlog.Query{})
			if err != nil {
				c.t.Fatal(err)
			}
			if want = append(want, more...); len(more) == 0 {
				break
			}
		}
		return len(of("test.written", want)) == int(c.written.Load())
	})
	for i, r := range c.replicas {
		until(c.t, fmt.Sprintf("follower %d has seen %d acts (it has %d)", i, len(want), r.count()), func() bool { return r.count() >= len(want) })
		r.mu.Lock()
		for j, a := range r.seen {
			if j >= len(want) {
				break // written after want was read
			}
			if got, stored := text(a), text(want[j]); got != stored {
				c.t.Fatalf("follower %d saw at %d\n%s\nwant\n%s", i, j, got, stored)
			}
		}
		r.mu.Unlock()
	}
}

func of(kind string, acts []*db.Act) []*db.Act {
	return slices.DeleteFunc(slices.Clone(acts), func(a *db.Act) bool { return a.Type != kind })
}

// text is every column that is read of an act.
func text(a *db.Act) string {
	var b strings.Builder
	for i, column := range actlog.Table.Dest(a) {
		switch v := column.(type) {
		case *time.Time:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", v.UTC(), " ")
		case **uuid.UUID:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", *v, " ")
		case *[]byte:
			fmt.Fprintf(&b, "%s=%x ", actlog.Table.Columns[i], *v)
		case *int64:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", *v, " ")
		case *int:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", *v, " ")
		case *string:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", *v, " ")
		case *uuid.UUID:
			fmt.Fprint(&b, actlog.Table.Columns[i], "=", *v, " ")
		default:
			panic(fmt.Sprintf("%s is a %T", actlog.Table.Columns[i], v))
		}
	}
	return b.String()
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not within a minute: %s", what)
		case <-tick.C:
		}
	}
}

// fed waits until the replicas receive acts from the broker.
func (c *cluster) fed(js jetstream.JetStream) {
	c.t.Helper()
	until(c.t, "the replicas follow the stream", func() bool {
		s := natstest.Stream(js)
		return s != nil && s.CachedInfo().State.Consumers >= len(c.replicas)
	})
	c.write(5)
	c.allSeen()
}

func TestFollowersSeeEachActOnceWhateverTheBrokerDoes(t *testing.T) {
	b := natstest.Start(t)
	_, js := b.Client()
	c := newCluster(t, 3, b.URL())
	c.fed(js)
	ctx := context.Background()
	growth := func(n int64) {
		t.Helper()
		want := c.written.Load() + n
		until(t, "writers go on", func() bool { return c.written.Load() >= want })
	}
	c.during(func() {
		growth(50)
		b.Stop()
		growth(50)
		b.Start()
		growth(50)
		b.Stop()
		b.Wipe()
		b.Start()
		growth(50)
		until(t, "the stream is made again", func() bool { return natstest.Stream(js) != nil })
		growth(50)
		if err := js.DeleteStream(ctx, natstest.Stream(js).CachedInfo().Config.Name); err != nil {
			t.Fatal(err)
		}
		growth(50)
		until(t, "the stream is made again after it was deleted", func() bool { return natstest.Stream(js) != nil })
		if err := natstest.Stream(js).Purge(ctx); err != nil {
			t.Fatal(err)
		}
		growth(50)
	})
	c.allSeen()
	c.fed(js)
}

// A broker with late responses and late batches delays nobody by more than the log's poll interval of a second.
func TestASlowBrokerDelaysNobody(t *testing.T) {
	b := natstest.Start(t)
	_, js := b.Client()
	slow := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "broker", "127.0.0.1:0", b.Address())
	if err := slow.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(slow.Stop)
	c := newCluster(t, 3, strings.Replace(b.URL(), b.Address(), slow.Listen, 1))
	c.fed(js)
	if _, err := slow.Toxics.AddToxicJson(strings.NewReader(`{"type": "latency", "stream": "downstream", "attributes": {"latency": 8000}}`)); err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for range 5 {
		began := time.Now()
		c.write(10)
		c.allSeen()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	if took[2] > 2500*time.Millisecond || took[4] > 6*time.Second { // the median, because other tests share the machine
		t.Errorf("10 acts reached everybody after %v, want mostly little more than the poll interval of a second, and never the latency", took)
	}
}

func TestAServerRunsWithoutItsBroker(t *testing.T) {
	b := natstest.Start(t)
	b.Stop()
	c := newCluster(t, 2, b.URL())
	c.write(20)
	c.allSeen()
	for i, r := range c.replicas {
		if n := strings.Count(r.logged.String(), "broker_unreachable"); n != 1 {
			t.Errorf("replica %d warned %d times, want once", i, n)
		}
	}
	b.Start()
	_, js := b.Client()
	c.fed(js)
}

func TestTheDatabaseIsReadFarLessWithTheBroker(t *testing.T) {
	measure := func(b *natstest.Broker) (acts int, reads int64) {
		url := ""
		if b != nil {
			url = b.URL()
		}
		c := newCluster(t, 3, url)
		c.write(5)
		if b != nil {
			_, js := b.Client()
			c.fed(js)
		}
		c.allSeen()
		for _, r := range c.replicas {
			r.reads.Store(0)
		}
		before := c.replicas[0].count()
		c.during(func() {
			end := time.Now().Add(3 * time.Second)
			until(t, "three seconds are over", func() bool { return time.Now().After(end) })
		})
		for i, r := range c.replicas {
			t.Logf("broker %v: replica %d read acts %d times", b != nil, i, r.reads.Load())
			reads += r.reads.Load()
		}
		c.allSeen()
		return c.replicas[0].count() - before, reads
	}
	_, without := measure(nil)
	acts, with := measure(natstest.Start(t))
	if acts < 100 || with*4 > without {
		t.Errorf("the replicas read %d acts in %d statements with the broker and %d without, want at most a quarter", acts, with, without)
	}
	t.Logf("%d acts, read in %d statements with the broker and %d without", acts, with, without)
}

func TestWhatOthersPublishIsIgnored(t *testing.T) {
	b := natstest.Start(t)
	conn, js := b.Client()
	c := newCluster(t, 3, b.URL())
	sub, err := conn.SubscribeSync("plenary.log.>")
	if err != nil {
		t.Fatal(err)
	}
	c.fed(js)
	m, err := sub.NextMsg(5 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	subject := m.Subject
	head, err := c.replicas[0].log.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	forged := &db.Act{ID: head + 1, ActID: uuid.New(), Type: "test.forged", SubjectType: "dialogue", SubjectID: uuid.New(), At: time.Now()}
	send := func(key keys.Key, origin string, at clock.Clock) {
		t.Helper()
		forged.ActID = uuid.New() // otherwise the broker drops it as a duplicate of the previous one
		f, err := fanout.Open(fanout.Config{URL: b.URL(), Origin: origin, Key: key, Clock: at, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		until(t, "a forger reaches the broker", func() bool { return f.Publish(context.Background(), []*db.Act{forged}) == nil })
	}
	ignored := func() int {
		n := 0
		for _, r := range c.replicas {
			n += strings.Count(r.logged.String(), "broker_message_ignored")
		}
		return n
	}
	// From someone with another key.
	send(testdb.Keys(t).Broker(), c.origin, clock.System{})
	until(t, "a message under another key is ignored", func() bool { return ignored() == 3 })
	// From someone with only the broker's password: garbage, an empty message, and a changed message.
	changed := bytes.Clone(m.Data)
	changed[len(changed)-1] ^= 1
	for i, data := range [][]byte{[]byte(`{"At":"2026-01-01T00:00:00Z","Acts":[]}`), nil, changed} {
		if _, err := js.Publish(context.Background(), subject, data); err != nil {
			t.Fatal(err)
		}
		until(t, "garbage is ignored", func() bool { return ignored() == 3*(i+2) })
	}
	// With the right key but too old: a broker may have kept it from before a database was restored.
	send(c.ring.Broker(), c.origin, shifted(-time.Minute))
	until(t, "an old message is ignored", func() bool { return ignored() == 3*5 })
	// A recent message again: its acts are in the log already.
	if _, err := js.Publish(context.Background(), subject, m.Data); err != nil {
		t.Fatal(err)
	}
	c.write(20)
	c.allSeen()
	for i, r := range c.replicas {
		r.mu.Lock()
		if len(of("test.forged", r.seen)) > 0 {
			t.Errorf("follower %d received an act that nobody did", i)
		}
		r.mu.Unlock()
	}
}

// shifted is a clock that is off by a fixed duration.
type shifted time.Duration

func (s shifted) Now() time.Time { return time.Now().Add(time.Duration(s)) }

func TestTheBrokerStoresNoPersonalData(t *testing.T) {
	b := natstest.Start(t)
	_, js := b.Client()
	c := newCluster(t, 2, b.URL())
	c.fed(js)
	c.write(20)
	c.allSeen()
	info := natstest.Stream(js).CachedInfo()
	if info.State.Msgs == 0 {
		t.Fatal("the broker stores no messages, so the test proves nothing")
	}
	if info.Config.MaxAge != time.Hour || info.Config.MaxBytes != 256<<20 || info.Config.Discard != jetstream.DiscardOld {
		t.Errorf("the stream is limited to %v and %d bytes, %v", info.Config.MaxAge, info.Config.MaxBytes, info.Config.Discard)
	}
	b.Stop()
	size := int64(0)
	words := []string{canary, alice.Member.String(), string(alice.Member[:]), alice.Stakeholder.String(), "alice-of-the-ngo", "test.written"}
	err := filepath.WalkDir(b.Folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		size += int64(len(data))
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				err = errors.Join(err, fmt.Errorf("%s contains %q", path, word))
			}
		}
		return err
	})
	if err != nil || size < 1000 {
		t.Errorf("%d bytes at the broker: %v", size, err)
	}
}

func TestAnInvalidURLIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, url := range []string{
		"", "s3cret-word", "http://plenary:s3cret-word@host", "nats://plenary:s3cret-word@", "nats://plenary:s3cret%word@host", "nats://host,plenary:s3cret-word@host",
	} {
		_, err := fanout.Open(fanout.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Open(%q) = %v, want a refusal that does not repeat it", url, err)
		}
	}
	for _, url := range []string{"nats://host:4222", "tls://plenary:s3cret-word@host", "nats://a:1,nats://b:2"} {
		if err := fanout.Check(url); err != nil {
			t.Errorf("Check(%q) = %v", url, err)
		}
	}
}
