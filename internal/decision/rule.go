package decision

import (
	"math/big"
	"slices"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Rule is a document that was checked. It never changes and may be used by many at once.
type Rule struct {
	doc    Document
	bytes  []byte
	hash   string
	tree   []*part
	leaves []*part
	groups []group
}

// part is a node of the electorate as counting needs it.
type part struct {
	path     string
	share    *big.Rat
	children []*part
	leaf     int  // its place among the leaves, when it is one
	weighty  bool // no share on the way down to it is 0
	who      *Who
}

// group is a node that the rule asks by itself.
type group struct {
	key    string
	leaves []int
}

// Document is what the rule was made of, with its defaults. It is not to be changed.
func (r *Rule) Document() *Document { return &r.doc }

// Bytes are the document with its defaults, as RFC 8785 writes it: what is hashed and shown. They are not to be changed.
func (r *Rule) Bytes() []byte { return r.bytes }

// Hash is SHA-256 over Bytes, in hexadecimal. Documents that differ only in whether they write defaults out have one hash; what is shown is
// always the one with all of them, so that the hash is that of the text beside it.
func (r *Rule) Hash() string { return r.hash }

// Leaves are the paths of the leaves, in the order of the document.
func (r *Rule) Leaves() []string {
	paths := make([]string, len(r.leaves))
	for i, l := range r.leaves {
		paths[i] = l.path
	}
	return paths
}

// leafAt is the place of a leaf.
func (r *Rule) leafAt(path string) (int, bool) {
	i := slices.IndexFunc(r.leaves, func(l *part) bool { return l.path == path })
	return i, i >= 0
}

// Listed tells whether parties sit in a leaf because the convenor lists them.
func (r *Rule) Listed(path string) bool {
	i, ok := r.leafAt(path)
	return ok && r.leaves[i].who.Listed
}

// Seat is the leaf in which a party sits: the first whose who it fits. A party that fits none has no seat. Nobody gets a seat in a leaf whose
// parties are listed but by the list.
func (r *Rule) Seat(kind string, jurisdictions []string) (leaf string, ok bool) {
	for _, l := range r.leaves {
		if l.who.fits(kind, jurisdictions) {
			return l.path, true
		}
	}
	return "", false
}

func (w *Who) fits(kind string, jurisdictions []string) bool {
	if w.Listed || len(w.Kinds) > 0 && !slices.Contains(w.Kinds, kind) {
		return false
	}
	return len(w.Jurisdictions) == 0 || slices.ContainsFunc(jurisdictions, func(code string) bool { return fault.Among(w.Jurisdictions, code) })
}

// compile makes a rule of a document that was checked.
func compile(d Document) (*Rule, error) {
	r := &Rule{doc: d}
	var err error
	if r.bytes, err = d.canonical(); err != nil {
		return nil, err
	}
	r.hash = hashOf(r.bytes)
	r.tree = r.grow("", true, d.Electorate.Tree)
	for _, path := range d.Electorate.Groups {
		r.groups = append(r.groups, group{path, under(find(r.tree, path))})
	}
	return r, nil
}

func (r *Rule) grow(above string, weighty bool, nodes []Node) []*part {
	parts := make([]*part, len(nodes))
	for i, n := range nodes {
		p := &part{path: below(above, n.Key), share: n.Share.value, leaf: -1, who: n.Who}
		p.weighty = weighty && p.share.Sign() > 0
		if len(n.Children) == 0 {
			p.leaf = len(r.leaves)
			r.leaves = append(r.leaves, p)
		}
		p.children = r.grow(p.path, p.weighty, n.Children)
		parts[i] = p
	}
	return parts
}

// below is the path of a node.
func below(above, key string) string {
	if above == "" {
		return key
	}
	return above + "." + key
}

func find(parts []*part, path string) *part {
	for _, p := range parts {
		if p.path == path {
			return p
		}
		if found := find(p.children, path); found != nil {
			return found
		}
	}
	return nil
}

// under are the leaves of a part.
func under(p *part) []int {
	if p.leaf >= 0 {
		return []int{p.leaf}
	}
	var all []int
	for _, c := range p.children {
		all = append(all, under(c)...)
	}
	return all
}

// group gives a group by its path.
func (r *Rule) group(path string) group {
	return r.groups[slices.IndexFunc(r.groups, func(g group) bool { return g.key == path })]
}

// whole stands for all leaves together.
func (r *Rule) whole() group {
	all := group{leaves: make([]int, len(r.leaves))}
	for i := range all.leaves {
		all.leaves[i] = i
	}
	return all
}

// ShareOf is the share of a leaf in the whole when its members, and those of the other leaves, are so many; nil for no such leaf.
func (r *Rule) ShareOf(leaf string, members map[string]int64) *big.Rat {
	at, ok := r.leafAt(leaf)
	if !ok {
		return nil
	}
	all := make([]int64, len(r.leaves))
	for i, l := range r.leaves {
		all[i] = members[l.path]
	}
	return r.shares(all)[at]
}
