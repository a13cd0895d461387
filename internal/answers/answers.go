// Package answers keeps answers to what anybody may read for as long as no act has touched what they were made of.
//
// Nothing here is ever stale. Every change passes the act log, in the transaction of the change; so before a kept answer
// is given, one look at the log, at what has no place in it yet as well, finds all that was committed until then, by
// whichever replica, and what that touched is dropped. Requests that come together share a look that began after the last of them came. Which answers a change touches
// is known from what was read when they were made: see store.NoteReads.
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
	// most is how many acts one look takes in one by one. Where there are more, as during an import, everything is dropped.
	most = 1000
	// share of the bound that one answer may take.
	share = 8
	// perEntry and perID are what an answer takes beside its bytes, and for each row that it was made of.
	perEntry, perID = 600, 270
)

// Log tells of changes.
type Log interface {
	News(ctx context.Context, after int64, most int) (touches []actlog.Touch, all bool, err error)
	End(ctx context.Context) (seq int64, act uuid.UUID, err error)
}

// Changes tells which tables an act may have changed, beside those of the log; false when it may be any.
type Changes func(t actlog.Touch) (tables []string, known bool)

// Answer is an answer without errors. It is not changed any more.
type Answer struct {
	Data              []byte
	Requested, Actual int64  // its cost
	Tag               string // a weak ETag of the data
	Name              string // label of the operation in metrics; the server sets it
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
	log     Log
	changes Changes
	bound   int
	looks   looks

	mu      sync.Mutex
	begun   bool
	seq     int64              // acts up to here are taken in
	last    uuid.UUID          // the act there
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

// NewCache makes a cache of so many bytes.
func NewCache(log Log, changes Changes, bound int) *Cache {
	c := &Cache{log: log, changes: changes, bound: bound, pending: map[uuid.UUID]bool{}, fills: map[*Fill]bool{}}
	c.clear()
	c.looks.look = c.look
	return c
}

// clear forgets all answers. To take them out one by one would keep everybody waiting.
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

// Get gives the answer to a request, if it is known and still right.
func (c *Cache) Get(ctx context.Context, key string) (*Answer, bool) {
	if !c.has(key) {
		return nil, false
	}
	err := c.looks.fresh(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil || err != nil { // who cannot look asks the database, and hears what is wrong with it
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
	begun, seq, last := c.begun, c.seq, c.last
	c.mu.Unlock()
	if !begun {
		return c.begin(ctx)
	}
	// The last act that is known is looked at as well: a database that has gone back does not have it.
	touches, all, err := c.log.News(ctx, seq-1, most)
	if err != nil {
		return err
	}
	known := func(t actlog.Touch) bool { return t.Seq == seq && t.Act == last }
	if !all || seq > 0 && !slices.ContainsFunc(touches, known) {
		return c.begin(ctx)
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
		case t.Seq > 0: // what it changed has been seen to; now the log has changed
			c.touch(actlog.Touch{Act: t.Act})
		}
	}
	c.pending = pending
	return nil
}

// begin forgets everything and begins at the log's end. What has no place in it yet is taken in when it gets one.
func (c *Cache) begin(ctx context.Context) error {
	seq, last, err := c.log.End(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	for f := range c.fills {
		f.spoil()
	}
	c.begun, c.seq, c.last, c.pending = true, seq, last, map[uuid.UUID]bool{}
	return nil
}

// touch drops what an act may have changed.
func (c *Cache) touch(t actlog.Touch) {
	for f := range c.fills {
		if f.touches = append(f.touches, t); f.spoiled || len(f.touches) > most {
			f.spoil()
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

// changed gives the tables that an act may have changed. One without a type has only got its place.
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

func (f *Fill) spoil() { f.spoiled, f.touches = true, nil }

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
		changed, known := f.cache.changed(t)
		if !known || slices.ContainsFunc(changed, func(table string) bool { return tables[table] }) ||
			slices.ContainsFunc(idsOf(t), func(id uuid.UUID) bool { return ids[id] }) {
			return true
		}
	}
	return false
}
