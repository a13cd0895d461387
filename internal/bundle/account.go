package bundle

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// The types of acts about the log itself.
const (
	PersonErased = "person.erased"
	KeyAdded     = "log.key_added"
	KeyRetired   = "log.key_retired"
	Reopened     = "log.reopened"
)

// maxReopened bounds the work of the verifier; no real log is restored more often.
const maxReopened = 100

// account is what acts say about the log itself, to be compared with the log.
type account struct {
	erased  map[uuid.UUID]*erasure
	added   map[string]int64 // by key, the seq of the act that announced it
	retired map[string]int64
	reopens []reopening
	unseen  int64 // acts whose type is not shown
}

// erasure counts the erased acts of one member.
type erasure struct {
	count, accounted int64
	digest           hash.Hash
	first            int64 // the first one that no erasure accounts for
}

// reopening is an act with which the log continued under a new origin after a restore.
type reopening struct {
	seq    int64
	origin string // the old one
	tree   tlog.Tree
	got    *tlog.Hash // the root computed from the acts at that size, if known
}

func newAccount() account {
	return account{erased: map[uuid.UUID]*erasure{}, added: map[string]int64{}, retired: map[string]int64{}}
}

// act records one act.
func (c *account) act(a *Act, v *verifier) error {
	if a.Erased != uuid.Nil {
		c.erase(a)
	}
	if a.Header == nil {
		if a.Erased == uuid.Nil {
			c.unseen++
		}
		return nil
	}
	if a.Payload == nil {
		return nil
	}
	var err error
	switch a.Header.Type {
	case PersonErased:
		err = c.personErased(a, v)
	case KeyAdded:
		err = announced(c.added, a)
	case KeyRetired:
		err = announced(c.retired, a)
	case Reopened:
		err = c.reopened(a, v)
	}
	return err
}

func (c *account) erase(a *Act) {
	e := c.erased[a.Erased]
	if e == nil {
		e = &erasure{digest: sha256.New()}
		c.erased[a.Erased] = e
	}
	if e.count == e.accounted {
		e.first = a.Seq
	}
	e.count++
	e.digest.Write(a.Entry[:])
}

// says reads the members that the payload of an act about the log must have; it may have more.
func says(a *Act, read func(m *members)) error {
	fields, err := split(a.Payload, nil)
	m := members{fields: fields, err: err}
	if err == nil {
		read(&m)
	}
	if m.err != nil {
		return faultf(a.Seq, "its payload as an act %s %v", a.Header.Type, m.err)
	}
	return nil
}

// personErased compares an erasure with the acts marked as erased. It can do so only in a complete bundle.
func (c *account) personErased(a *Act, v *verifier) error {
	var acts int64
	var digest [32]byte
	if err := says(a, func(m *members) { acts, digest = want(m, "acts", asInt), want(m, "digest", asHash) }); err != nil {
		return err
	}
	if a.Header.Subject.Noun != "member" {
		return faultf(a.Seq, "its subject is not a member")
	}
	if !v.info.Complete {
		return nil
	}
	who := a.Header.Subject.UUID
	e := c.erased[who]
	if e == nil {
		e = &erasure{digest: sha256.New()}
	}
	switch {
	case e.count < acts && c.unseen > 0:
		v.unchecked("the erasure of %s (seq %d): it covered %d acts, but only %d are marked as erased", a.Header.Subject, a.Seq, acts, e.count)
	case e.count != acts:
		return faultf(a.Seq, "it says that %d acts of %s were erased, but the bundle shows %d before it", acts, a.Header.Subject, e.count)
	case [32]byte(e.digest.Sum(nil)) != digest:
		return faultf(a.Seq, "the erased acts of %s are not those it counted", a.Header.Subject)
	}
	e.accounted = e.count
	return nil
}

func announced(keys map[string]int64, a *Act) error {
	var key string
	if err := says(a, func(m *members) { key = want(m, "key", asString) }); err != nil {
		return err
	}
	_, text, err := verifierKey(key)
	if err != nil {
		return faultf(a.Seq, "its key %v", err)
	}
	if keys[text] == 0 {
		keys[text] = a.Seq
	}
	return nil
}

func (c *account) reopened(a *Act, v *verifier) error {
	r := reopening{seq: a.Seq}
	if err := says(a, func(m *members) {
		r.origin, r.tree.N = want(m, "origin", asOrigin), want(m, "size", asInt)
		r.tree.Hash = want(m, "root", func(raw []byte) (tlog.Hash, error) {
			text, err := asText(raw)
			if err != nil {
				return tlog.Hash{}, err
			}
			root, ok := hash64(text)
			if !ok {
				return root, errHashes
			}
			return root, nil
		})
	}); err != nil {
		return err
	}
	name, g := Generation(r.origin)
	now, last := Generation(v.info.Origin)
	before := int64(0)
	if n := len(c.reopens); n > 0 {
		_, before = Generation(c.reopens[n-1].origin)
	}
	switch {
	case name != now || g >= last:
		return faultf(a.Seq, "it reopens %s, which does not come before %s", r.origin, v.info.Origin)
	case g <= before:
		return faultf(a.Seq, "it reopens %s, which was reopened before", r.origin)
	case len(c.reopens) == maxReopened:
		return faultf(a.Seq, "the log is reopened for the %dth time", maxReopened+1)
	}
	if v.info.Complete && r.tree.N < a.Seq {
		if root, ok := v.history.rootAt(r.tree.N); ok {
			r.got = &root
		}
	}
	c.reopens = append(c.reopens, r)
	return nil
}

// ended returns the act that ended a generation of the log, and began the act that began one.
func (c *account) ended(g int64) *reopening {
	for i := range c.reopens {
		if _, of := Generation(c.reopens[i].origin); of >= g {
			return &c.reopens[i]
		}
	}
	return nil
}

func (c *account) began(g int64) *reopening {
	for i := range slices.Backward(c.reopens) {
		if _, of := Generation(c.reopens[i].origin); of < g {
			return &c.reopens[i]
		}
	}
	return nil
}

// lost reports whether a checkpoint covers acts that a restore lost.
func (c *account) lost(p *point) bool {
	_, g := Generation(p.Origin)
	r := c.ended(g)
	return r != nil && p.N >= r.seq
}

// close compares everything recorded with the log, once the acts themselves are proved.
func (c *account) close(v *verifier) error {
	if v.info.Complete {
		if err := c.closeErasures(v); err != nil {
			return err
		}
	}
	if err := c.closeOrigins(v); err != nil {
		return err
	}
	return c.closeKeys(v)
}

func (c *account) closeErasures(v *verifier) error {
	var worst *erasure
	var who uuid.UUID
	for member, e := range c.erased {
		if e.count > e.accounted && (worst == nil || e.first < worst.first) {
			worst, who = e, member
		}
	}
	if worst == nil {
		return nil
	}
	if c.unseen > 0 {
		v.unchecked("the erasure of seq %d: the act that accounts for it may be one of those not shown", worst.first)
		return nil
	}
	return faultf(worst.first, "it is marked as erased, but no act after it accounts for an erasure of %s", typeid.New("member", who))
}

func (c *account) closeOrigins(v *verifier) error {
	_, now := Generation(v.info.Origin)
	if n := len(c.reopens); v.info.Complete && now > 1 {
		of := int64(0)
		if n > 0 {
			_, of = Generation(c.reopens[n-1].origin)
		}
		if of != now-1 {
			if c.unseen == 0 {
				return faultf(0, "the log is %s, but no act %s says what it follows", v.info.Origin, Reopened)
			}
			v.unchecked("what %s follows: the act %s is not shown", v.info.Origin, Reopened)
		}
	}
	for _, r := range c.reopens {
		switch {
		case r.got != nil && *r.got != r.tree.Hash:
			return faultf(r.seq, "it names the root %s of %s at size %d, but the acts give %s", r.tree.Hash, r.origin, r.tree.N, r.got)
		case r.tree.N >= r.seq:
			v.report.Notes = append(v.report.Notes, fmt.Sprintf("Acts %d to %d of %s were lost in a restore, as seq %d says.", r.seq, r.tree.N, r.origin, r.seq))
		case r.got == nil && v.info.Complete:
			v.unchecked("the root that seq %d names for %s at size %d: it is too far back", r.seq, r.origin, r.tree.N)
		}
	}
	for _, p := range v.all() {
		if err := c.placed(p, v); err != nil {
			return err
		}
	}
	return nil
}

// placed checks that a checkpoint was signed while its origin was in use.
func (c *account) placed(p *point, v *verifier) error {
	_, g := Generation(p.Origin)
	_, now := Generation(v.info.Origin)
	what := fmt.Sprintf("line %d holds", p.line)
	if p == v.saved {
		what = "you saved"
	}
	if r := c.began(g); r != nil && p.N < r.seq {
		return faultf(r.seq, "it opened %s, but %s a checkpoint of that origin at size %d", p.Origin, what, p.N)
	}
	if g == now {
		return nil
	}
	r := c.ended(g)
	if r == nil {
		v.unchecked("how %s became %s: the act %s is not shown", p.Origin, v.info.Origin, Reopened)
		return nil
	}
	if p.N < r.seq {
		return nil
	}
	if p != v.saved {
		return faultf(r.seq, "it ended %s, but %s a checkpoint of that origin at size %d", p.Origin, what, p.N)
	}
	if r.origin == p.Origin && p.N > r.tree.N {
		return faultf(r.seq, "it names size %d as the last known of %s, but you saved size %d", r.tree.N, p.Origin, p.N)
	}
	if r.origin == p.Origin && p.N == r.tree.N && p.Hash != r.tree.Hash {
		return faultf(r.seq, "the log was forked: it names the root %s of %s at size %d, but you saved %s", r.tree.Hash, p.Origin, p.N, p.Hash)
	}
	v.unchecked("acts %d to %d of %s, which you saved: they were lost in a restore, as seq %d says", r.seq, p.N, p.Origin, r.seq)
	return nil
}

// closeKeys checks that each checkpoint is signed by a key that was in force at its size: the first key of its origin, or
// one that an act announced, and that no act had retired before.
func (c *account) closeKeys(v *verifier) error {
	first := map[string]string{} // by origin
	for _, p := range v.all() {
		var last unfit
		shown := c.shared(p)
		good := len(p.by) == 0 // the saved one, if no key for it was given
		retired := 0
		for _, key := range p.by {
			if c.added[key] == 0 && first[p.Origin] == "" {
				first[p.Origin] = key
			}
			last, good = c.inForce(key, shown, first[p.Origin] == key || !v.info.Complete)
			if good {
				break
			}
			if last.retired {
				retired++
			}
		}
		switch {
		case good:
		case shown < p.N && retired < len(p.by):
			v.unchecked("the key of the checkpoint of size %d that you saved: one of the acts that were lost may have announced it", p.N)
		case last.silent && c.unseen > 0:
			v.unchecked("the key of the checkpoint of size %d: it is signed only by %s", p.N, last.why)
		case p == v.saved:
			return faultf(0, "the checkpoint of size %d that you saved is signed only by %s", p.N, last.why)
		default:
			return faultf(0, "line %d holds a checkpoint of size %d that is signed only by %s", p.line, p.N, last.why)
		}
	}
	return nil
}

// shared is up to which act the log that a checkpoint covers is this one: if a restore lost its end, the acts that came after
// are not those it covers.
func (c *account) shared(p *point) int64 {
	if _, g := Generation(p.Origin); c.lost(p) {
		return c.ended(g).seq - 1
	}
	return p.N
}

// unfit says why a key was not in force; silent means that an act that is not shown may have announced it.
type unfit struct {
	why     string
	silent  bool
	retired bool
}

// inForce says whether a key was in force at a size.
func (c *account) inForce(key string, size int64, first bool) (unfit, bool) {
	added, retired := c.added[key], c.retired[key]
	switch {
	case retired > 0 && retired <= size:
		return unfit{why: fmt.Sprintf("the key %s, which seq %d retired", key, retired), retired: true}, false
	case added > size:
		return unfit{why: fmt.Sprintf("the key %s, which only seq %d announced", key, added)}, false
	case added == 0 && !first:
		return unfit{why: fmt.Sprintf("the key %s, which no act %s announced", key, KeyAdded), silent: true}, false
	}
	return unfit{}, true
}

// summary describes in sentences what was checked.
func (v *verifier) summary() {
	r := &v.report
	say := func(format string, args ...any) { r.Checked = append(r.Checked, fmt.Sprintf(format, args...)) }
	say("The signatures of %s.", count(int64(len(v.points)), "checkpoint"))
	if r.Complete {
		say("Acts 1 to %d, all of them, give the root %s.", r.Tree.N, r.Tree.Hash)
	} else {
		say("%s in the log of size %d with the root %s.", count(r.Opened+r.Headers+r.Entries, "act"), r.Tree.N, r.Tree.Hash)
	}
	if v.proofs > 0 {
		say("%s between checkpoints.", count(int64(v.proofs), "consistency proof"))
	}
	if v.saved != nil && !v.account.lost(v.saved) {
		say("The log of %s that you saved is the beginning of this one.", count(v.saved.N, "act"))
	}
	if r.Complete && v.account.unseen == 0 {
		for _, member := range slices.SortedFunc(maps.Keys(v.account.erased), func(a, b uuid.UUID) int { return strings.Compare(string(a[:]), string(b[:])) }) {
			say("The erasure of %s: %s, as announced.", typeid.New("member", member), count(v.account.erased[member].count, "act"))
		}
	}
	for _, re := range v.account.reopens {
		say("The log continued after %s at seq %d.", re.origin, re.seq)
	}
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
