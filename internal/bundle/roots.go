package bundle

import "golang.org/x/mod/sumdb/tlog"

// compareOrigins checks that every checkpoint is of this log, under its current name or one from before a restore.
func (v *verifier) compareOrigins() error {
	name, now := Generation(v.info.Origin)
	head := v.head()
	for _, p := range v.all() {
		n, g := Generation(p.Origin)
		switch {
		case p != v.saved && (n != name || g > now):
			return faultf(0, "line %d holds a checkpoint of %s, but the bundle is of %s", p.line, p.Origin, v.info.Origin)
		case n != name:
			return faultf(0, "you saved a checkpoint of %s, but this bundle is of %s", p.Origin, v.info.Origin)
		case g > now:
			return faultf(0, "you saved a checkpoint of %s, but this bundle is of the earlier %s", p.Origin, v.info.Origin)
		case g == now && p.N > head.N:
			return faultf(0, "the log has %d acts, fewer than the %d you saved", head.N, p.N)
		case g == now && p.N == head.N && p.Hash != head.Hash:
			return forked(p, head.Hash)
		}
	}
	return nil
}

// forked is the fault of a log that signed two histories: root is of one, and p is a checkpoint of the other.
func forked(p *point, root tlog.Hash) error {
	if p.line == 0 {
		return faultf(0, "the log was forked: at size %d its root was %s, but you saved %s", p.N, root, p.Hash)
	}
	return faultf(0, "the log was forked: at size %d its root was %s, but line %d says %s", p.N, root, p.line, p.Hash)
}

// compareRoots records the root computed from the acts of a complete bundle at the size of each checkpoint.
func (v *verifier) compareRoots() {
	size := v.history.size
	for v.reached < len(v.points) && v.points[v.reached].N == size {
		root := v.history.root()
		v.points[v.reached].got = &root
		v.reached++
	}
	if v.saved != nil && v.saved.N == size {
		root := v.history.root()
		v.saved.got = &root
	}
}

// roots compares the roots computed from the acts of a complete bundle with the signed ones.
func (v *verifier) roots() error {
	if head := v.head(); *head.got != head.Hash {
		return v.wrongActs()
	}
	for _, p := range v.all() {
		if p.got == nil || *p.got == p.Hash || p == v.saved && v.account.lost(p) {
			continue
		}
		return forked(p, *p.got)
	}
	return nil
}

// wrongActs names the range of acts that has one that the log did not sign: those between two checkpoints.
func (v *verifier) wrongActs() error {
	from, p := int64(0), v.head()
	for i := range v.points {
		if p = &v.points[i]; *p.got != p.Hash {
			break
		}
		from = p.N
	}
	if p.N == from+1 {
		return faultf(p.N, "it is not what the log signed: with it the root is %s, but line %d says %s", p.got, p.line, p.Hash)
	}
	return faultf(0, "acts %d to %d are not what the log signed: with them the root is %s, but line %d says %s", from+1, p.N, p.got, p.line, p.Hash)
}

// linked checks that consistency proofs lead from every checkpoint to the last one.
func (v *verifier) linked() error {
	head := v.head()
	proved := map[tlog.Tree]bool{head.Tree: true, {Hash: (&tree{}).root()}: true}
	all := v.all()
	for i := len(all) - 1; i >= 0; i-- {
		p := all[i]
		for _, to := range v.links[p.Tree] {
			proved[p.Tree] = proved[p.Tree] || proved[to]
		}
		if proved[p.Tree] || p == v.saved && v.account.lost(p) {
			continue
		}
		for _, other := range v.known[p.N] {
			if proved[other] {
				return forked(p, other.Hash)
			}
		}
		if p == v.saved {
			return faultf(0, "nothing proves that the log you saved at size %d is part of this one: a consistency proof to size %d is missing", p.N, head.N)
		}
		return faultf(0, "nothing proves that the log at size %d (line %d) is part of this one: a consistency proof to size %d is missing", p.N, p.line, head.N)
	}
	return nil
}
