// Package answers caches responses to what anybody may read, until an act touches what they were made from.
//
// A cached response is never stale. Every change passes the act log, in the transaction of the change. So before a cached
// response is served, one check of the log, and of acts that have no sequence number yet, finds all that any replica has
// committed until then; what that touched is dropped. Requests that come together share a check that began after the last of
// them came. The reads that a response was made from say which changes touch it: see store.NoteReads.
package answers

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	// maxActs is how many acts a check handles one by one. After more, for example during an import, everything is dropped.
	maxActs = 1000
	// One response may take one part in share of the bound.
	share = 8
	// perEntry and perID are the bytes that a response takes beside its data, and for each row that it was made from.
	perEntry, perID = 600, 270
)

// Log reports changes.
type Log interface {
	News(ctx context.Context, after int64, most int) (touches []actlog.Touch, all bool, err error)
	End(ctx context.Context) (seq int64, act uuid.UUID, err error)
}

// Changes gives the tables that an act may have changed, beside those of the log; false when it may be any.
type Changes func(t actlog.Touch) (tables []string, known bool)

// Answer is a response without errors. It must not be changed.
type Answer struct {
	Data              []byte
	Requested, Actual int64  // its cost
	Tag               string // a weak ETag of the data
	Name              string // label of the operation in metrics; the server sets it
}

// New copies data, which the caller may reuse.
func New(data []byte, requested, actual int64) *Answer {
	return &Answer{Data: append([]byte(nil), data...), Requested: requested, Actual: actual, Tag: Tag(data)}
}

// Tag is a weak ETag: the same for the same data, whatever the rest of the response.
func Tag(data []byte) string {
	sum := sha256.Sum256(data)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// Cache holds responses up to a bound in bytes, and evicts the least recently used.
type Cache struct {
	log     Log
	changes Changes
	bound   int
	checks  checks

	mu      sync.Mutex
	started bool
	seq     int64              // acts up to here are handled
	last    uuid.UUID          // the act there
	pending map[uuid.UUID]bool // handled acts without a sequence number
	entries map[string]*entry
	order   *list.List // of *entry, most recently used in front
	bytes   int
	byTable map[string]set
	byID    map[uuid.UUID]set
	fills   map[*Fill]bool
	counts  Counts
}

type set = map[*entry]bool

// Counts are the cache's figures for an operator.
type Counts struct {
	Hits, Misses, Dropped int64
	Entries, Bytes        int
}

type entry struct {
	key    string
	answer *Answer
	tables []string
	ids    []uuid.UUID
	weight int
	at     *list.Element
}

// NewCache makes a cache of at most bound bytes.
func NewCache(log Log, changes Changes, bound int) *Cache {
	c := &Cache{log: log, changes: changes, bound: bound, pending: map[uuid.UUID]bool{}, fills: map[*Fill]bool{}}
	c.clear()
	c.checks.check = c.update
	return c
}

// clear drops all responses at once. To remove them one by one would keep requests waiting.
func (c *Cache) clear() {
	c.counts.Dropped += int64(len(c.entries))
	c.entries, c.order, c.bytes = map[string]*entry{}, list.New(), 0
	c.byTable, c.byID = map[string]set{}, map[uuid.UUID]set{}
}

// Counts gives what the cache has done and holds.
func (c *Cache) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.counts
	n.Entries, n.Bytes = len(c.entries), c.bytes
	return n
}

// Get gives the response to a request, if it is cached and still valid.
func (c *Cache) Get(ctx context.Context, key string) (*Answer, bool) {
	if !c.has(key) {
		return nil, false
	}
	err := c.checks.fresh(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil || err != nil { // without a check the request goes to the database, and reports what is wrong with it
		c.counts.Misses++
		return nil, false
	}
	c.counts.Hits++
	c.order.MoveToFront(e.at)
	return e.answer, true
}

func (c *Cache) has(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] != nil {
		return true
	}
	c.counts.Misses++
	return false
}

// update handles what is new in the log.
func (c *Cache) update(ctx context.Context) error {
	c.mu.Lock()
	started, seq, last := c.started, c.seq, c.last
	c.mu.Unlock()
	if !started {
		return c.reset(ctx)
	}
	// The last known act is read again: a database that was restored to an earlier state does not have it.
	touches, all, err := c.log.News(ctx, seq-1, maxActs)
	if err != nil {
		return err
	}
	known := func(t actlog.Touch) bool { return t.Seq == seq && t.Act == last }
	if !all || seq > 0 && !slices.ContainsFunc(touches, known) {
		return c.reset(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	pending := map[uuid.UUID]bool{}
	for _, t := range touches {
		switch {
		case seq > 0 && known(t):
			continue
		case t.Seq == 0:
			pending[t.Act] = true
		case t.Seq > c.seq:
			c.seq, c.last = t.Seq, t.Act
		}
		switch {
		case !c.pending[t.Act]:
			c.touch(t)
		case t.Seq > 0: // what it changed is dropped already; now the log has changed
			c.touch(actlog.Touch{Act: t.Act})
		}
	}
	c.pending = pending
	return nil
}

// reset drops everything and starts at the log's end. Acts without a sequence number are handled when they get one.
func (c *Cache) reset(ctx context.Context) error {
	seq, last, err := c.log.End(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	for f := range c.fills {
		f.invalidate()
	}
	c.started, c.seq, c.last, c.pending = true, seq, last, map[uuid.UUID]bool{}
	return nil
}

// touch drops what an act may have changed.
func (c *Cache) touch(t actlog.Touch) {
	for f := range c.fills {
		if f.touches = append(f.touches, t); f.invalid || len(f.touches) > maxActs {
			f.invalidate()
		}
	}
	tables, known := c.changed(t)
	if !known {
		c.clear()
		return
	}
	for _, table := range tables {
		for e := range c.byTable[table] {
			c.drop(e)
		}
	}
	for _, id := range idsOf(t) {
		for e := range c.byID[id] {
			c.drop(e)
		}
	}
}

// changed gives the tables that an act may have changed. An act without a type has only got its sequence number.
func (c *Cache) changed(t actlog.Touch) ([]string, bool) {
	log := []string{"acts", "queued_acts"}
	if t.Type == "" {
		return log, true
	}
	tables, known := c.changes(t)
	return append(log, tables...), known
}

func idsOf(t actlog.Touch) []uuid.UUID { return []uuid.UUID{t.Subject, t.Parent, t.Dialogue} }

func (c *Cache) drop(e *entry) {
	delete(c.entries, e.key)
	c.order.Remove(e.at)
	c.bytes -= e.weight
	c.counts.Dropped++
	for _, t := range e.tables {
		removeFrom(c.byTable, t, e)
	}
	for _, id := range e.ids {
		removeFrom(c.byID, id, e)
	}
}

func removeFrom[K comparable](in map[K]set, key K, e *entry) {
	if delete(in[key], e); len(in[key]) == 0 {
		delete(in, key)
	}
}

func addTo[K comparable](in map[K]set, key K, e *entry) {
	if in[key] == nil {
		in[key] = set{}
	}
	in[key][e] = true
}

// Fill is a response in the making.
type Fill struct {
	cache   *Cache
	reads   *store.Reads
	touches []actlog.Touch // since it began
	invalid bool
}

func (f *Fill) invalidate() { f.invalid, f.touches = true, nil }

// Begin gives the context in which to make a response for the cache. The caller must call End.
func (c *Cache) Begin(ctx context.Context) (context.Context, *Fill) {
	c.mu.Lock()
	started := c.started
	c.mu.Unlock()
	f := &Fill{cache: c}
	// Before the first check it is unknown which acts the reads already contain.
	f.invalid = !started && c.checks.fresh(ctx) != nil
	ctx, f.reads = store.NoteReads(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fills[f] = true
	return ctx, f
}

// End ends the fill. Afterwards Keep does nothing.
func (f *Fill) End() {
	f.cache.mu.Lock()
	defer f.cache.mu.Unlock()
	delete(f.cache.fills, f)
}

// Keep caches the response, unless something it was made from was touched meanwhile.
func (f *Fill) Keep(key string, a *Answer) {
	c := f.cache
	if f.reads.Passes() {
		return
	}
	e := &entry{key: key, answer: a, tables: f.reads.Tables(), ids: f.reads.IDs()}
	e.weight = len(key) + len(a.Data) + perEntry + perID*len(e.ids)
	if e.weight > c.bound/share {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.invalid || f.touched(e) || !c.fills[f] {
		return
	}
	if old := c.entries[key]; old != nil {
		c.drop(old)
	}
	e.at = c.order.PushFront(e)
	c.entries[key] = e
	c.bytes += e.weight
	for _, t := range e.tables {
		addTo(c.byTable, t, e)
	}
	for _, id := range e.ids {
		addTo(c.byID, id, e)
	}
	for c.bytes > c.bound {
		c.drop(c.order.Back().Value.(*entry))
	}
}

// touched reports whether an act since the fill began has touched what a response was made from.
func (f *Fill) touched(e *entry) bool {
	if len(f.touches) == 0 {
		return false
	}
	tables, ids := map[string]bool{}, map[uuid.UUID]bool{}
	for _, t := range e.tables {
		tables[t] = true
	}
	for _, id := range e.ids {
		ids[id] = true
	}
	for _, t := range f.touches {
		changed, known := f.cache.changed(t)
		if !known || slices.ContainsFunc(changed, func(table string) bool { return tables[table] }) ||
			slices.ContainsFunc(idsOf(t), func(id uuid.UUID) bool { return ids[id] }) {
			return true
		}
	}
	return false
}
