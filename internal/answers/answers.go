// Package answers keeps answers to what anybody may read for as long as no act has touched what they were made of.
//
// Nothing here is ever stale. Every change passes the act log, in the transaction of the change; so before a kept answer
// is given, one look at the log finds all that was committed until then, by whichever replica, and what that touched is
// dropped. Requests that come together share a look that began after the last of them came. Which answers a change touches
// is known from what was read when they were made: see store.NoteReads.
package answers

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	// most is how many acts one look takes in one by one. Where there are more, as during an import, everything is dropped.
	most = 1000
	// share of the bound that one answer may take.
	share = 8
	// perEntry and perID are what an answer takes beside its bytes, and for each row that it was made of.
	perEntry, perID = 600, 120
)

// Log tells of changes.
type Log interface {
	News(ctx context.Context, after int64, most int) (touches []actlog.Touch, all bool, err error)
	Head(ctx context.Context) (int64, error)
}

// Answer is an answer without errors. It is not changed any more.
type Answer struct {
	Data              []byte
	Requested, Actual int64  // its cost
	Tag               string // a weak ETag of the data
}

// New makes an answer of data that may be used again by others.
func New(data []byte, requested, actual int64) *Answer {
	return &Answer{Data: append([]byte(nil), data...), Requested: requested, Actual: actual, Tag: Tag(data)}
}

// Tag is a weak ETag: the same for the same data, whatever stands around it.
func Tag(data []byte) string {
	sum := sha256.Sum256(data)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// Cache holds answers, those that were asked for last, up to a bound in bytes.
type Cache struct {
	log    Log
	tables map[string][]string // that an act on a noun may change; one that is not here may change all
	bound  int
	looks  looks

	mu      sync.Mutex
	begun   bool
	seq     int64              // acts up to here are taken in
	pending map[uuid.UUID]bool // acts without a place that are, too
	entries map[string]*entry
	order   *list.List // of *entry, asked for last in front
	bytes   int
	byTable map[string]set
	byID    map[uuid.UUID]set
	fills   map[*Fill]bool
	counts  Counts
}

type set = map[*entry]bool

// Counts are what an operator watches.
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

// NewCache makes a cache of so many bytes. tables says which tables an act on a noun may change, beside those that nobody
// reads for others.
func NewCache(log Log, tables map[string][]string, bound int) *Cache {
	c := &Cache{
		log: log, tables: tables, bound: bound, pending: map[uuid.UUID]bool{}, entries: map[string]*entry{}, order: list.New(),
		byTable: map[string]set{}, byID: map[uuid.UUID]set{}, fills: map[*Fill]bool{},
	}
	c.looks.look = c.look
	return c
}

// Counts gives what the cache has done and holds.
func (c *Cache) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.counts
	n.Entries, n.Bytes = len(c.entries), c.bytes
	return n
}

// Get gives the answer to a request, if it is known and still right.
func (c *Cache) Get(ctx context.Context, key string) (*Answer, bool) {
	if !c.has(key) || c.looks.fresh(ctx) != nil {
		return nil, false // who cannot look asks the database, and hears what is wrong with it
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
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

// look takes in what the log has become.
func (c *Cache) look(ctx context.Context) error {
	c.mu.Lock()
	begun, seq := c.begun, c.seq
	c.mu.Unlock()
	if !begun {
		return c.begin(ctx)
	}
	touches, all, err := c.log.News(ctx, seq, most)
	if err != nil {
		return err
	}
	if !all {
		return c.begin(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	pending := map[uuid.UUID]bool{}
	for _, t := range touches {
		if t.Seq == 0 {
			pending[t.Act] = true
		} else {
			c.seq = max(c.seq, t.Seq)
		}
		if !c.pending[t.Act] {
			c.touch(t)
		}
	}
	c.pending = pending
	return nil
}

// begin forgets everything and begins at the log's end. What has no place in it yet is taken in when it gets one.
func (c *Cache) begin(ctx context.Context) error {
	head, err := c.log.Head(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropAll()
	for f := range c.fills {
		f.spoiled = true
	}
	c.begun, c.seq, c.pending = true, head, map[uuid.UUID]bool{}
	return nil
}

// touch drops what an act may have changed.
func (c *Cache) touch(t actlog.Touch) {
	for f := range c.fills {
		f.touches = append(f.touches, t)
		f.spoiled = f.spoiled || len(f.touches) > most
	}
	tables, known := c.tables[t.Noun]
	if !known {
		c.dropAll()
		return
	}
	for _, table := range append(logTables, tables...) {
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

// logTables change with every act.
var logTables = []string{"acts", "queued_acts", "checkpoints", "tiles"}

func idsOf(t actlog.Touch) []uuid.UUID { return []uuid.UUID{t.Subject, t.Parent, t.Dialogue} }

func (c *Cache) dropAll() {
	for _, e := range c.entries {
		c.drop(e)
	}
}

func (c *Cache) drop(e *entry) {
	delete(c.entries, e.key)
	c.order.Remove(e.at)
	c.bytes -= e.weight
	c.counts.Dropped++
	for _, t := range e.tables {
		unlist(c.byTable, t, e)
	}
	for _, id := range e.ids {
		unlist(c.byID, id, e)
	}
}

func unlist[K comparable](in map[K]set, key K, e *entry) {
	if delete(in[key], e); len(in[key]) == 0 {
		delete(in, key)
	}
}

func enlist[K comparable](in map[K]set, key K, e *entry) {
	if in[key] == nil {
		in[key] = set{}
	}
	in[key][e] = true
}

// Fill is the making of an answer.
type Fill struct {
	cache   *Cache
	reads   *store.Reads
	touches []actlog.Touch // since it began
	spoiled bool
}

// Begin gives the context in which an answer is to be made, for it to be kept. End must be called.
func (c *Cache) Begin(ctx context.Context) (context.Context, *Fill) {
	c.mu.Lock()
	begun := c.begun
	c.mu.Unlock()
	f := &Fill{cache: c}
	// Before the first look nobody knows which acts lie behind what is read.
	f.spoiled = !begun && c.looks.fresh(ctx) != nil
	ctx, f.reads = store.NoteReads(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fills[f] = true
	return ctx, f
}

// End gives up what was not kept.
func (f *Fill) End() {
	f.cache.mu.Lock()
	defer f.cache.mu.Unlock()
	delete(f.cache.fills, f)
}

// Keep keeps the answer, unless something it was made of was touched meanwhile.
func (f *Fill) Keep(key string, a *Answer) {
	c := f.cache
	e := &entry{key: key, answer: a, tables: f.reads.Tables(), ids: f.reads.IDs()}
	e.weight = len(key) + len(a.Data) + perEntry + perID*len(e.ids)
	if e.weight > c.bound/share {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.spoiled || f.touched(e) || !c.fills[f] {
		return
	}
	if old := c.entries[key]; old != nil {
		c.drop(old)
	}
	e.at = c.order.PushFront(e)
	c.entries[key] = e
	c.bytes += e.weight
	for _, t := range e.tables {
		enlist(c.byTable, t, e)
	}
	for _, id := range e.ids {
		enlist(c.byID, id, e)
	}
	for c.bytes > c.bound {
		c.drop(c.order.Back().Value.(*entry))
	}
}

// touched tells whether an act since the fill began has touched what an answer was made of.
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
		changed, known := f.cache.tables[t.Noun]
		if !known {
			return true
		}
		for _, table := range append(logTables, changed...) {
			if tables[table] {
				return true
			}
		}
		for _, id := range idsOf(t) {
			if ids[id] {
				return true
			}
		}
	}
	return false
}
