package second

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	checkpoint "github.com/transparency-dev/formats/log"
	keys "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

// verdict is what the second verifier finds. Seq is the act at fault, if there is one.
type verdict struct {
	fault     string
	seq       int64
	unchecked []string
}

type wrong struct {
	seq  int64
	what string
}

func (w wrong) Error() string { return w.what }

func bad(seq int64, format string, args ...any) error {
	return wrong{seq, fmt.Sprintf(format, args...)}
}

var (
	anything = regexp.MustCompile(`(?s)^.*$`)
	word     = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	hexHash  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	hexSalt  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	base     = regexp.MustCompile(`^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$`)
	moment   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$`)
	typeID   = regexp.MustCompile(`^([a-z]{1,63})_([0-7][0-9a-hjkmnp-tv-z]{25})$`)
	zeroID   = strings.Repeat("0", 26)
	hasher   = rfc6962.DefaultHasher
)

func of(noun string) *regexp.Regexp {
	return regexp.MustCompile(`^` + noun + `_[0-7][0-9a-hjkmnp-tv-z]{25}$`)
}

var actID, memberID, dialogueID, stakeholderID = of("act"), of("member"), of("dialogue"), of("stakeholder")

// uuidOf returns the 16 bytes of a TypeID.
func uuidOf(id string) []byte {
	n := new(big.Int)
	for _, c := range id[len(id)-26:] {
		n.Mul(n, big.NewInt(32))
		n.Add(n, big.NewInt(int64(strings.IndexRune("0123456789abcdefghjkmnpqrstvwxyz", c))))
	}
	return n.FillBytes(make([]byte, 16))
}

type signed struct {
	origin string
	size   int64
	root   []byte
	by     []string
	saved  bool
}

type act struct {
	seq                   int64
	entry                 []byte
	header                map[string]any
	salt, member, erased  string
	payload               *string
	proof                 [][]byte
	id, typ, subject, has string
}

type reopening struct {
	seq    int64
	origin string
	size   int64
	root   []byte
}

type reader struct {
	trusted     []string
	origin      string
	bundled     []string
	complete    bool
	points      []signed
	saved       *signed
	consistency []struct {
		from, to int64
		hashes   [][]byte
	}
	acts    []act
	reopens []reopening
	v       verdict
}

// verify is section 6.
func verify(bundle []byte, trusted []string, saved string) verdict {
	r := &reader{trusted: trusted}
	err := r.run(bundle, saved)
	var w wrong
	if errors.As(err, &w) {
		r.v.fault, r.v.seq = w.what, w.seq
	} else if err != nil {
		r.v.fault = err.Error()
	}
	return r.v
}

func (r *reader) run(bundle []byte, saved string) error {
	if err := r.read(bundle); err != nil {
		return err
	}
	if saved != "" {
		s, err := r.open(saved)
		if err != nil {
			return err
		}
		s.saved = true
		r.saved = &s
	}
	for _, check := range []func() error{r.checkActs, r.checkOrigins, r.checkTree, r.checkErasures, r.checkReopenings, r.checkKeys} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// read is rules 1 and 2.
func (r *reader) read(bundle []byte) error {
	lines := bytes.Split(bytes.TrimSuffix(bundle, []byte("\n")), []byte("\n"))
	order := []string{"bundle", "checkpoint", "consistency", "act", "", "end"}
	at := 0
	for i, line := range lines {
		if len(line) > 1048576 {
			return fmt.Errorf("line %d is too long", i+1)
		}
		o, err := parse(line)
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		kind, err := o.must("kind", word)
		if err != nil {
			return err
		}
		place := slices.Index(order, kind)
		if place < 0 {
			place = 4
		}
		if place < at || (place == 0) != (i == 0) || at == 5 {
			return fmt.Errorf("line %d of kind %s is out of order", i+1, kind)
		}
		if place > 1 && len(r.points) == 0 {
			return errors.New("no checkpoint")
		}
		at = place
		switch kind {
		case "bundle":
			err = r.first(o)
		case "checkpoint":
			err = r.checkpoint(o)
		case "consistency":
			err = r.proof(o)
		case "act":
			err = r.act(o)
		case "end":
			var n int64
			if n, err = o.integer("lines"); err == nil && n != int64(i+1) {
				err = errors.New("another number of lines")
			}
		default:
			r.v.unchecked = append(r.v.unchecked, "kind "+kind)
			continue
		}
		if err == nil {
			err = o.none()
		}
		if err != nil {
			return err
		}
	}
	if at != 5 {
		return errors.New("the file is truncated")
	}
	return nil
}

func validOrigin(s string) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c == '+' || c == ' ' || !unicode.IsPrint(c) })
}

func (r *reader) first(o object) (err error) {
	version, err := o.integer("v")
	if err != nil || version != 1 {
		return errors.New("another version")
	}
	if r.origin, err = o.must("origin", anything); err != nil || !validOrigin(r.origin) {
		return errors.New("no origin")
	}
	if r.bundled, err = o.list("keys", anything); err != nil {
		return err
	}
	for _, k := range r.bundled {
		if _, err := keys.NewVerifier(k); err != nil {
			return err
		}
	}
	if err := isMoment(o, "madeAt"); err != nil {
		return err
	}
	raw := string(o["complete"])
	delete(o, "complete")
	if raw != "true" && raw != "false" {
		return errors.New("complete or not?")
	}
	r.complete = raw == "true"
	return nil
}

func isMoment(o object, name string) error {
	at, err := o.must(name, moment)
	if err != nil {
		return err
	}
	_, err = time.Parse("2006-01-02T15:04:05.999999Z", at)
	return err
}

// open reads a checkpoint that a trusted key of its origin signed.
func (r *reader) open(text string) (s signed, err error) {
	body, _, ok := cutLast(text, "\n\n")
	lines := strings.Split(body, "\n")
	if !ok || len(lines) < 3 || !validOrigin(lines[0]) || slices.Contains(lines, "") || !base.MatchString(lines[2]) {
		return s, errors.New("no checkpoint")
	}
	s.origin = lines[0]
	if s.size, err = integer(lines[1]); err != nil {
		return s, err
	}
	for _, k := range r.trusted {
		v, err := keys.NewVerifier(k)
		if err != nil {
			return s, err
		}
		if v.Name() != s.origin {
			continue
		}
		c, _, n, err := checkpoint.ParseCheckpoint([]byte(text), s.origin, v)
		if err == nil {
			if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil {
				return s, err
			}
			s.root, s.by = c.Hash, append(s.by, k)
			continue
		}
		// Either this key did not sign it, or the signature is invalid.
		if _, err = note.Open([]byte(text), note.VerifierList(v)); !strings.Contains(err.Error(), "no verifiable signatures") {
			return s, err
		}
	}
	if len(s.by) == 0 {
		return s, errors.New("no trusted key signed")
	}
	return s, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (r *reader) checkpoint(o object) error {
	text, err := o.must("note", anything)
	if err != nil {
		return err
	}
	s, err := r.open(text)
	if err != nil {
		return err
	}
	if n := len(r.points); n > 0 && s.size < r.points[n-1].size {
		return errors.New("sizes shrink")
	}
	r.points = append(r.points, s)
	return nil
}

func unbase(list []string) [][]byte {
	out := make([][]byte, len(list))
	for i, s := range list {
		out[i], _ = base64.StdEncoding.DecodeString(s) // the pattern matches only valid base64
	}
	return out
}

func (r *reader) proof(o object) error {
	from, err := o.integer("from")
	if err != nil {
		return err
	}
	to, err := o.integer("to")
	if err != nil {
		return err
	}
	hashes, err := o.list("hashes", base)
	if err != nil || len(hashes) > 64 {
		return errors.New("no proof")
	}
	r.consistency = append(r.consistency, struct {
		from, to int64
		hashes   [][]byte
	}{from, to, unbase(hashes)})
	return nil
}

func (r *reader) act(o object) (err error) {
	a := act{}
	if a.seq, err = o.integer("seq"); err != nil || a.seq == 0 {
		return errors.New("no seq")
	}
	fail := func(err error) error { return bad(a.seq, "%v", err) }
	entry, err := o.must("entry", hexHash)
	if err != nil {
		return fail(err)
	}
	a.entry, _ = hex.DecodeString(entry)
	if raw, ok := o["header"]; ok {
		delete(o, "header")
		if err := a.readHeader(raw); err != nil {
			return fail(err)
		}
	}
	if a.salt, err = o.text("salt", hexSalt); err != nil {
		return fail(err)
	}
	if a.member, err = o.text("member", memberID); err != nil || strings.HasSuffix(a.member, zeroID) {
		return fail(errors.New("no member"))
	}
	if _, ok := o["payload"]; ok {
		payload, err := o.text("payload", anything)
		if err != nil {
			return fail(err)
		}
		a.payload = &payload
	}
	if a.erased, err = o.text("erased", memberID); err != nil || strings.HasSuffix(a.erased, zeroID) {
		return fail(errors.New("not erased"))
	}
	if !r.complete {
		list, err := o.list("proof", base)
		if err != nil || len(list) > 64 {
			return fail(errors.New("no proof"))
		}
		a.proof = unbase(list)
	}
	if err := o.none(); err != nil {
		return fail(err)
	}
	r.acts = append(r.acts, a)
	return nil
}

// readHeader reads a header into a value that encoding/json writes in the canonical form.
func (a *act) readHeader(raw []byte) error {
	o, err := parse(raw)
	if err != nil {
		return err
	}
	a.header = map[string]any{}
	for name, raw := range o {
		var v any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return err
		}
		a.header[name] = v
	}
	if err := isMoment(o, "at"); err != nil {
		return err
	}
	for _, m := range []struct {
		name    string
		pattern *regexp.Regexp
		must    bool
		into    *string
	}{
		{"audience", word, true, nil},
		{"commitment", hexHash, true, nil},
		{"dialogue", dialogueID, false, nil},
		{"id", actID, true, &a.id},
		{"member", hexHash, false, &a.has},
		{"parent", typeID, false, nil},
		{"stakeholder", stakeholderID, false, nil},
		{"subject", typeID, false, &a.subject},
		{"type", word, true, &a.typ},
	} {
		read := o.text
		if m.must {
			read = o.must
		}
		s, err := read(m.name, m.pattern)
		if err != nil {
			return err
		}
		if typeID.MatchString(s) && strings.HasSuffix(s, zeroID) && m.name != "parent" && m.name != "subject" {
			return fmt.Errorf("%s is zero", m.name)
		}
		if m.into != nil {
			*m.into = s
		}
	}
	for _, name := range []string{"policyVersion", "revision", "v"} {
		n, err := o.integer(name)
		if err != nil || name == "v" && n != 1 {
			return errors.New("another version")
		}
	}
	return o.none()
}

func (r *reader) head() signed { return r.points[len(r.points)-1] }

func (r *reader) all() []signed {
	all := slices.Clone(r.points)
	if r.saved != nil {
		all = append(all, *r.saved)
	}
	slices.SortStableFunc(all, func(a, b signed) int { return int(a.size - b.size) })
	return all
}

// checkActs is rules 6 (the order), 7, the first half of 8, and 9.
func (r *reader) checkActs() error {
	last := int64(0)
	ids := map[string]int64{}
	for _, a := range r.acts {
		if a.seq <= last {
			return bad(a.seq, "repeated or out of order")
		}
		if r.complete && a.seq != last+1 {
			return bad(last+1, "missing")
		}
		if a.seq > r.head().size {
			return bad(a.seq, "beyond the log")
		}
		last = a.seq
		if err := r.checkAct(a); err != nil {
			return bad(a.seq, "%v", err)
		}
	}
	if r.complete && last != r.head().size {
		return bad(last+1, "missing")
	}
	for _, a := range r.acts {
		if a.header == nil {
			continue
		}
		if ids[a.id] > 0 {
			return bad(a.seq, "the id of seq %d", ids[a.id])
		}
		ids[a.id] = a.seq
	}
	return nil
}

func (r *reader) checkAct(a act) error {
	if a.header == nil {
		if a.salt != "" || a.payload != nil || a.member != "" {
			return errors.New("opened without a header")
		}
		return nil
	}
	canonical, err := json.Marshal(a.header)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(append([]byte("plenary/act/v1\n"), canonical...)); !bytes.Equal(sum[:], a.entry) {
		return errors.New("the header does not match the entry")
	}
	if a.salt == "" && a.payload == nil && a.member == "" {
		switch {
		case a.erased == "" && r.complete:
			return errors.New("not opened")
		case a.erased != "" && a.has == "":
			return errors.New("erased, of no member")
		}
		return nil
	}
	if a.erased != "" || a.salt == "" || a.payload == nil {
		return errors.New("half opened")
	}
	salt, _ := hex.DecodeString(a.salt)
	if c := sha256.Sum256(append(slices.Clone(salt), *a.payload...)); hex.EncodeToString(c[:]) != a.header["commitment"] {
		return errors.New("another payload")
	}
	if a.member != "" {
		m := sha256.Sum256(slices.Concat(salt, []byte("member"), uuidOf(a.member)))
		if hex.EncodeToString(m[:]) != a.has {
			return errors.New("another member")
		}
	}
	return strict([]byte(*a.payload))
}

func generation(origin string) (string, int64) {
	name, after, ok := cutLast(origin, "/")
	if n, err := integer(after); ok && err == nil && n > 1 {
		return name, n
	}
	return origin, 1
}

// checkOrigins is the end of rule 2, and rules 3, 4 and 5.
func (r *reader) checkOrigins() error {
	head := r.head()
	if head.origin != r.origin {
		return errors.New("the last checkpoint is of another log")
	}
	if !slices.ContainsFunc(head.by, func(k string) bool { return slices.Contains(r.bundled, k) }) {
		return errors.New("the bundle names other keys")
	}
	name, now := generation(r.origin)
	all := r.all()
	for i, p := range all {
		n, g := generation(p.origin)
		if n != name || g > now {
			return errors.New("a checkpoint of another log")
		}
		if p.saved && g == now && p.size > head.size {
			return errors.New("truncated")
		}
		for _, q := range all[:i] {
			if q.origin == p.origin && q.size == p.size && !bytes.Equal(q.root, p.root) {
				return errors.New("forked")
			}
		}
	}
	return nil
}

// ended returns the act that ended an origin, if it is shown.
func (r *reader) ended(origin string) *reopening {
	_, g := generation(origin)
	for i := range r.reopens {
		if _, of := generation(r.reopens[i].origin); of >= g {
			return &r.reopens[i]
		}
	}
	return nil
}

func (r *reader) lost(p signed) bool {
	e := r.ended(p.origin)
	return p.saved && e != nil && p.size >= e.seq
}

// checkTree is the rest of rule 6.
func (r *reader) checkTree() error {
	if err := r.readReopenings(); err != nil {
		return err
	}
	if r.complete {
		return r.recompute()
	}
	head := r.head()
	for _, a := range r.acts {
		if err := proof.VerifyInclusion(hasher, uint64(a.seq-1), uint64(head.size), hasher.HashLeaf(a.entry), a.proof, head.root); err != nil {
			return bad(a.seq, "%v", err)
		}
	}
	all := r.all()
	good := map[string]bool{fmt.Sprintf("%d %x", head.size, head.root): true}
	type link struct{ from, to string }
	var links []link
	for _, c := range r.consistency {
		known, proved := 0, false
		for _, a := range all {
			for _, b := range all {
				if a.size != c.from || b.size != c.to {
					continue
				}
				known++
				if c.from > 0 && proof.VerifyConsistency(hasher, uint64(c.from), uint64(c.to), c.hashes, a.root, b.root) == nil {
					links = append(links, link{fmt.Sprintf("%d %x", a.size, a.root), fmt.Sprintf("%d %x", b.size, b.root)})
					proved = true
				}
			}
		}
		if known == 0 {
			r.v.unchecked = append(r.v.unchecked, "a consistency proof")
		} else if !proved {
			return errors.New("a consistency proof is wrong")
		}
	}
	for range links { // a chain is at most as long as there are links
		for _, l := range links {
			good[l.from] = good[l.from] || good[l.to]
		}
	}
	for _, p := range all {
		empty := p.size == 0 && bytes.Equal(p.root, hasher.EmptyRoot())
		if !good[fmt.Sprintf("%d %x", p.size, p.root)] && !empty && !r.lost(p) {
			return errors.New("a checkpoint is not proved to be of this log")
		}
	}
	return nil
}

// rootAt computes the root of the acts of a complete bundle at a size.
func (r *reader) rootAt(size int64) []byte {
	if size == 0 {
		return hasher.EmptyRoot()
	}
	f := compact.RangeFactory{Hash: hasher.HashChildren}
	tree := f.NewEmptyRange(0)
	for _, a := range r.acts[:size] {
		_ = tree.Append(hasher.HashLeaf(a.entry), nil)
	}
	root, _ := tree.GetRootHash(nil)
	return root
}

func (r *reader) recompute() error {
	from := int64(0)
	for i, p := range r.points {
		if !bytes.Equal(r.rootAt(p.size), p.root) {
			for _, later := range r.points[i:] {
				if bytes.Equal(r.rootAt(later.size), later.root) {
					return errors.New("forked")
				}
			}
			if p.size == from+1 {
				return bad(p.size, "not what was signed")
			}
			return errors.New("not what was signed")
		}
		from = p.size
	}
	for _, c := range r.consistency {
		if c.from == 0 || c.from > c.to || c.to > r.head().size {
			return errors.New("a consistency proof of nothing")
		}
		if err := proof.VerifyConsistency(hasher, uint64(c.from), uint64(c.to), c.hashes, r.rootAt(c.from), r.rootAt(c.to)); err != nil {
			return err
		}
	}
	if s := r.saved; s != nil && !r.lost(*s) && !bytes.Equal(r.rootAt(s.size), s.root) {
		return errors.New("forked")
	}
	return nil
}

// hidden reports whether there may be acts that are not shown.
func (r *reader) hidden() bool {
	return slices.ContainsFunc(r.acts, func(a act) bool { return a.header == nil && a.erased == "" })
}

// says reads the payload of an act about the log itself. It may have further members.
func says(a act) (object, error) {
	var o object
	if err := json.Unmarshal([]byte(*a.payload), &o); err != nil || o == nil {
		return nil, bad(a.seq, "no object")
	}
	return o, nil
}

// checkErasures is the second half of rule 8.
func (r *reader) checkErasures() error {
	marked := map[string][]act{}
	accounted := map[string]int{}
	for i, a := range r.acts {
		if a.erased != "" {
			marked[a.erased] = append(marked[a.erased], a)
		}
		if a.typ != "person.erased" || a.payload == nil {
			continue
		}
		o, err := says(a)
		if err != nil {
			return err
		}
		n, err := o.integer("acts")
		if err != nil {
			return bad(a.seq, "%v", err)
		}
		digest, err := o.must("digest", hexHash)
		if err != nil || !strings.HasPrefix(a.subject, "member_") {
			return bad(a.seq, "no erasure")
		}
		if !r.complete {
			continue
		}
		var all []byte
		for _, m := range marked[a.subject] {
			all = append(all, m.entry...)
		}
		sum := sha256.Sum256(all)
		before := &reader{acts: r.acts[:i]}
		switch {
		case int64(len(marked[a.subject])) < n && before.hidden():
			r.v.unchecked = append(r.v.unchecked, "an erasure")
		case int64(len(marked[a.subject])) != n || hex.EncodeToString(sum[:]) != digest:
			return bad(a.seq, "another erasure")
		}
		accounted[a.subject] = len(marked[a.subject])
	}
	if !r.complete {
		return nil
	}
	first := int64(0)
	for who, acts := range marked {
		if len(acts) > accounted[who] && (first == 0 || acts[accounted[who]].seq < first) {
			first = acts[accounted[who]].seq
		}
	}
	if first > 0 && r.hidden() {
		r.v.unchecked = append(r.v.unchecked, "an erasure")
	} else if first > 0 {
		return bad(first, "no erasure accounts for it")
	}
	return nil
}

func (r *reader) readReopenings() error {
	name, now := generation(r.origin)
	last := int64(0)
	for _, a := range r.acts {
		if a.typ != "log.reopened" || a.payload == nil {
			continue
		}
		o, err := says(a)
		if err != nil {
			return err
		}
		re := reopening{seq: a.seq}
		if re.origin, err = o.must("origin", anything); err != nil || !validOrigin(re.origin) {
			return bad(a.seq, "no origin")
		}
		if re.size, err = o.integer("size"); err != nil {
			return bad(a.seq, "no size")
		}
		root, err := o.must("root", base)
		if err != nil {
			return bad(a.seq, "no root")
		}
		re.root = unbase([]string{root})[0]
		n, g := generation(re.origin)
		if n != name || g >= now || g <= last {
			return bad(a.seq, "another log")
		}
		last = g
		r.reopens = append(r.reopens, re)
	}
	return nil
}

// checkReopenings is rules 11 and 12.
func (r *reader) checkReopenings() error {
	_, now := generation(r.origin)
	if r.complete && now > 1 {
		of := int64(0)
		if n := len(r.reopens); n > 0 {
			_, of = generation(r.reopens[n-1].origin)
		}
		if of != now-1 && !r.hidden() {
			return errors.New("nothing says what the origin follows")
		} else if of != now-1 {
			r.v.unchecked = append(r.v.unchecked, "what the origin follows")
		}
	}
	for _, re := range r.reopens {
		if r.complete && re.size < re.seq && !bytes.Equal(r.rootAt(re.size), re.root) {
			return bad(re.seq, "another root")
		}
	}
	for _, p := range r.all() {
		_, g := generation(p.origin)
		var began *reopening
		for i := range r.reopens {
			if _, of := generation(r.reopens[i].origin); of < g {
				began = &r.reopens[i]
			}
		}
		if began != nil && p.size < began.seq {
			return bad(began.seq, "signed before it began")
		}
		if g == now {
			continue
		}
		ended := r.ended(p.origin)
		switch {
		case ended == nil:
			r.v.unchecked = append(r.v.unchecked, "how an origin ended")
		case p.size < ended.seq:
		case !p.saved:
			return bad(ended.seq, "signed after it ended")
		case ended.origin == p.origin && p.size > ended.size:
			return bad(ended.seq, "more was saved than was known")
		case ended.origin == p.origin && p.size == ended.size && !bytes.Equal(p.root, ended.root):
			return bad(ended.seq, "forked")
		default:
			r.v.unchecked = append(r.v.unchecked, "what was lost")
		}
	}
	return nil
}

// checkKeys is rule 10.
func (r *reader) checkKeys() error {
	added, retired := map[string]int64{}, map[string]int64{}
	for _, a := range r.acts {
		into := map[string]map[string]int64{"log.key_added": added, "log.key_retired": retired}[a.typ]
		if into == nil || a.payload == nil {
			continue
		}
		o, err := says(a)
		if err != nil {
			return err
		}
		key, err := o.must("key", anything)
		if err != nil {
			return bad(a.seq, "no key")
		}
		if _, err := keys.NewVerifier(key); err != nil {
			return bad(a.seq, "no key")
		}
		if into[key] == 0 {
			into[key] = a.seq
		}
	}
	first := map[string]string{}
	for _, p := range r.all() {
		force, silent, open := false, false, false
		covers := p.size // of the acts in the bundle
		if r.lost(p) {
			covers = r.ended(p.origin).seq - 1
		}
		for _, k := range p.by {
			if end := retired[k]; end > 0 && end <= covers {
				silent = false
				continue
			}
			open = true
			if start := added[k]; start > 0 {
				force, silent = force || start <= covers, false
			} else if first[p.origin] == "" || first[p.origin] == k || !r.complete {
				first[p.origin] = k
				force = true
			} else {
				silent = true
			}
			if force {
				break
			}
		}
		if !force && (silent && r.hidden() || open && covers < p.size) {
			r.v.unchecked = append(r.v.unchecked, "a key")
		} else if !force {
			return errors.New("a key that is not in force at size " + strconv.FormatInt(p.size, 10))
		}
	}
	return nil
}
