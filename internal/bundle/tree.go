package bundle

import (
	"crypto/sha256"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is a Merkle tree to which leaves are added. It keeps one hash for each bit of its size that is set.
type tree struct {
	size  int64
	peaks []tlog.Hash // roots of the full subtrees, the largest first
}

func (t *tree) add(leaf tlog.Hash) {
	for n := bits.TrailingZeros64(^uint64(t.size)); n > 0; n-- {
		last := len(t.peaks) - 1
		leaf = tlog.NodeHash(t.peaks[last], leaf)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, leaf)
	t.size++
}

func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	root := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.peaks[i], root)
	}
	return root
}

// minHistory is how many of the last leaves are kept at least, to compute the root at a slightly smaller size.
const minHistory = 1 << 16

// history is a tree that also has the roots at recent smaller sizes.
type history struct {
	tree
	base  tree
	since []tlog.Hash // leaves after base
}

func (h *history) add(leaf tlog.Hash) {
	h.tree.add(leaf)
	if len(h.since) == 2*minHistory {
		for _, l := range h.since[:minHistory] {
			h.base.add(l)
		}
		h.since = append(h.since[:0], h.since[minHistory:]...)
	}
	h.since = append(h.since, leaf)
}

// rootAt returns the root at a size, if the leaves from there on are still kept.
func (h *history) rootAt(size int64) (root tlog.Hash, ok bool) {
	if size < h.base.size || size > h.size {
		return root, false
	}
	t := tree{h.base.size, slices.Clone(h.base.peaks)}
	for _, l := range h.since[:size-h.base.size] {
		t.add(l)
	}
	return t.root(), true
}
