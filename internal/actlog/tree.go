package actlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// The log's tree is that of RFC 6962, cut into tiles of 256 hashes as C2SP tlog-tiles specifies. A tile is stored once, when
// it is full; one that is not full yet is computed from the acts or the tiles below.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// cachedTiles bounds the tiles in memory: 8 kB each.
	cachedTiles = 1024
)

// tile is a full tile.
type tile struct {
	level  int
	number int64
	hashes []byte
	root   tlog.Hash
}

func tileID(level int, number int64) int64 { return int64(level)<<48 | number }

// frontier is the right edge of the tree: at each level, the hashes of the tile that is not full yet.
type frontier struct {
	size   int64
	levels [][]tlog.Hash
}

// add appends a leaf and returns the tiles it fills.
func (f *frontier) add(leaf tlog.Hash) []tile {
	f.size++
	var full []tile
	for level, h := 0, leaf; ; level++ {
		if level == len(f.levels) {
			f.levels = append(f.levels, make([]tlog.Hash, 0, tileWidth))
		}
		f.levels[level] = append(f.levels[level], h)
		if len(f.levels[level]) < tileWidth {
			return full
		}
		t := tile{level: level, number: f.size>>(tileHeight*(level+1)) - 1, hashes: flat(f.levels[level]), root: over(f.levels[level])}
		full = append(full, t)
		f.levels[level] = f.levels[level][:0]
		h = t.root
	}
}

// root is the hash of the whole tree: the perfect subtrees along the edge, joined from the right.
func (f *frontier) root() tlog.Hash {
	if f.size == 0 {
		return emptyRoot()
	}
	var root *tlog.Hash
	for _, hashes := range f.levels { // from the leaves up, that is from right to left
		for end := len(hashes); end > 0; {
			width := end & -end // the rightmost perfect subtree within the level
			h := over(hashes[end-width : end])
			if root != nil {
				h = tlog.NodeHash(h, *root)
			}
			root = &h
			end -= width
		}
	}
	return *root
}

// over is the hash of a perfect tree over 1, 2, 4 ... 256 hashes.
func over(hashes []tlog.Hash) tlog.Hash {
	level := append(make([]tlog.Hash, 0, tileWidth), hashes...)
	for len(level) > 1 {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
		level = level[:len(level)/2]
	}
	return level[0]
}

func flat(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// tiles caches tiles as far as they were read: the beginning of a tile never changes.
type tiles struct {
	mu    sync.Mutex
	known map[int64][]byte
}

// get returns the first hashes of a tile, or nil.
func (c *tiles) get(id int64, width int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hashes := c.known[id]; len(hashes) >= width*tlog.HashSize {
		return hashes[:width*tlog.HashSize]
	}
	return nil
}

func (c *tiles) put(id int64, hashes []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= cachedTiles {
		c.known = map[int64][]byte{}
	}
	if len(hashes) > len(c.known[id]) {
		c.known[id] = hashes
	}
}

// clear forgets all tiles.
func (c *tiles) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = nil
}

// errNoTile reports that the tree is too small to have the tile.
var errNoTile = errors.New("the log has no such tile")

// Tile returns the first hashes of a tile, 1 to 256 of them. The caller knows that the log is large enough.
func (l *Log) Tile(ctx context.Context, level int, number int64, width int) ([]byte, error) {
	id := tileID(level, number)
	if hashes := l.tiles.get(id, width); hashes != nil {
		return hashes, nil
	}
	var hashes []byte
	err := l.store.Query(ctx, "SELECT hashes FROM tiles WHERE id = ?", []any{id}, func(r *sql.Rows) error { return r.Scan(&hashes) })
	if err != nil {
		return nil, fmt.Errorf("read a tile: %w", err)
	}
	if len(hashes) != tileWidth*tlog.HashSize {
		if hashes, err = l.partial(ctx, level, number, width); err != nil {
			return nil, err
		}
	}
	l.tiles.put(id, hashes)
	return hashes[:width*tlog.HashSize], nil
}

// partial computes the beginning of a tile that is not full.
func (l *Log) partial(ctx context.Context, level int, number int64, width int) ([]byte, error) {
	first := number * tileWidth
	hashes := make([]byte, 0, width*tlog.HashSize)
	add := func(h tlog.Hash) { hashes = append(hashes, h[:]...) }
	var err error
	if level == 0 {
		err = l.entries(ctx, first, width, func(entry []byte) { add(tlog.RecordHash(entry)) })
	} else {
		from := tileID(level-1, first)
		err = l.store.Query(ctx, "SELECT root FROM tiles WHERE id >= ? AND id < ? ORDER BY id", []any{from, from + int64(width)}, func(r *sql.Rows) error {
			var root []byte
			if err := r.Scan(&root); err != nil {
				return err
			}
			add(tlog.Hash(root))
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("compute a tile: %w", err)
	}
	if len(hashes) != width*tlog.HashSize {
		return nil, errNoTile
	}
	return hashes, nil
}

// entries passes on the entries of n acts after a sequence number, in order.
func (l *Log) entries(ctx context.Context, after int64, n int, each func([]byte)) error {
	return l.store.Query(ctx, "SELECT entry FROM acts WHERE seq > ? AND seq <= ? ORDER BY seq", []any{after, after + int64(n)}, func(r *sql.Rows) error {
		var entry []byte
		if err := r.Scan(&entry); err != nil {
			return err
		}
		each(entry)
		return nil
	})
}

// Entries returns the beginning of an entry bundle of C2SP tlog-tiles: up to 256 entries, each after its length.
func (l *Log) Entries(ctx context.Context, number int64, width int) ([]byte, error) {
	b := make([]byte, 0, width*(2+tlog.HashSize))
	err := l.entries(ctx, number*tileWidth, width, func(entry []byte) { b = append(append(b, 0, byte(len(entry))), entry...) })
	if err == nil && len(b) != width*(2+tlog.HashSize) {
		err = errNoTile
	}
	return b, err
}

// hashes reads the tree for tlog's proofs.
func (l *Log) hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		read := map[tlog.Tile][]byte{}
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			t := tlog.TileForIndex(tileHeight, index)
			data, ok := read[t]
			if !ok {
				var err error
				if data, err = l.Tile(ctx, t.L, t.N, t.W); err != nil {
					return nil, err
				}
				read[t] = data
			}
			h, err := tlog.HashFromTile(t, data, index)
			if err != nil {
				return nil, fmt.Errorf("read the tree: %w", err)
			}
			out[i] = h
		}
		return out, nil
	})
}

// edge reads the frontier of the tree as far as its tiles go; the caller adds the acts after it.
func (l *Log) edge(ctx context.Context, tx *db.Tx) (frontier, error) {
	var f frontier
	for level := 0; ; level++ {
		var n int64
		err := l.store.QueryTx(ctx, tx, "SELECT COUNT(*) FROM tiles WHERE id >= ? AND id < ?", []any{tileID(level, 0), tileID(level+1, 0)},
			func(r *sql.Rows) error { return r.Scan(&n) })
		if err != nil {
			return f, fmt.Errorf("count the tiles: %w", err)
		}
		if level == 0 {
			f.size = n * tileWidth
			f.levels = append(f.levels, make([]tlog.Hash, 0, tileWidth)) // no leaf yet
		}
		if n == 0 {
			return f, nil
		}
		// The roots of the tiles that no tile of the level above covers yet.
		rest := make([]tlog.Hash, 0, tileWidth)
		from := tileID(level, n-n%tileWidth)
		err = l.store.QueryTx(ctx, tx, "SELECT root FROM tiles WHERE id >= ? AND id < ? ORDER BY id", []any{from, tileID(level, n)}, func(r *sql.Rows) error {
			var root []byte
			if err := r.Scan(&root); err != nil {
				return err
			}
			rest = append(rest, tlog.Hash(root))
			return nil
		})
		if err != nil {
			return f, fmt.Errorf("read the edge of the tree: %w", err)
		}
		f.levels = append(f.levels, rest)
	}
}
