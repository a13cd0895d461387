package bundle

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// Options say what a bundle is verified against.
type Options struct {
	// Keys are the verifier keys of the log that the reader trusts, each as note.NewVerifier takes it. Without any, the
	// bundle's own keys are used, and the Report says so: it then shows that the file is consistent, not whose it is.
	Keys []string
	// Saved is a checkpoint that the reader saved earlier, to check that the log has only grown since.
	Saved string
	// Checkers check lines of other kinds, by kind. They run after all acts were checked.
	Checkers map[string]func(line []byte, ctx *Context) error
	// Act is called with every act after its own checks, for checkers that count. It must not keep the act.
	Act func(a *Act) error
	// Progress is called now and then with the number of acts read, and of all acts; 0 if that is unknown.
	Progress func(acts, of int64)
}

// Context is what a checker of another kind of line may rely on.
type Context struct {
	Line     int64
	Origin   string
	Tree     tlog.Tree // the last checkpoint
	Complete bool
}

// Report says what a bundle shows and which of that was checked.
type Report struct {
	Origin   string
	MadeAt   time.Time // a claim of the bundle's maker
	Complete bool
	Tree     tlog.Tree // the last checkpoint
	SignedBy []string  // the trusted keys that signed it
	OwnKeys  bool      // no key was given, so the bundle's own were used

	Opened  int64 // acts with header and payload
	Headers int64 // acts with their header only
	Entries int64 // acts with their entry only
	Erased  int64 // acts of erased people; counted in the two above as well
	Members int64 // opened acts whose member was shown and checked

	Checked   []string         // in sentences
	Unchecked []string         // what could not be checked, in sentences
	Notes     []string         // what a reader should know
	Unknown   map[string]int64 // lines of unknown kinds, by kind
}

// Fault is what is wrong with a bundle. Seq is the act at fault, 0 if there is none or it is unknown.
type Fault struct {
	Seq  int64
	What string
}

// Error begins with the act at fault.
func (f *Fault) Error() string {
	if f.Seq > 0 {
		return fmt.Sprintf("seq %d: %s", f.Seq, f.What)
	}
	return f.What
}

func faultf(seq int64, format string, args ...any) error {
	return &Fault{seq, fmt.Sprintf(format, args...)}
}

// ErrNoBundle reports that the input does not start like a bundle.
var ErrNoBundle = errors.New("this is not a bundle")

// Verify reads a bundle to its end and checks everything that can be checked offline. A *Fault means that the proof failed;
// any other error means that the input, a key or the saved checkpoint cannot be read. The Report is filled as far as the
// verifier got. Memory does not grow with the number of acts.
func Verify(r io.Reader, o Options) (Report, error) {
	v := &verifier{o: o, in: bufio.NewReaderSize(r, MaxLine+1), ids: ids{limit: idsHeld}, account: newAccount()}
	defer v.ids.close()
	err := v.run()
	if err == nil {
		v.summary()
	}
	return v.report, err
}

// The stages of a bundle, in the order of its lines.
const (
	atBundle = iota
	atCheckpoints
	atConsistency
	atActs
	atOthers
	atEnd
)

type verifier struct {
	o      Options
	in     *bufio.Reader
	line   int64
	stage  int
	info   Info
	ring   keyring
	named  []string // the bundle's own keys
	report Report

	fields, inner []field
	act           Act

	points  []point // checkpoints by growing size; acts are proved against the last
	saved   *point
	known   map[int64][]tlog.Tree     // the signed trees of each size
	links   map[tlog.Tree][]tlog.Tree // the trees to which consistency proofs lead from each
	proofs  int                       // consistency proofs that were checked
	history history
	reached int   // points whose size the acts of a complete bundle have reached
	last    int64 // the seq before
	ids     ids
	account account
}

// point is a checkpoint that somebody signed.
type point struct {
	Checkpoint
	line int64 // 0 for the saved one
	by   []string
	got  *tlog.Hash // the root computed from the acts of a complete bundle at this size
}

func (v *verifier) run() error {
	for {
		line, err := v.next()
		if errors.Is(err, io.EOF) {
			if v.stage == atBundle {
				return fmt.Errorf("%w: it is empty", ErrNoBundle)
			}
			if v.stage < atEnd {
				return faultf(0, "the file is truncated: it has no last line")
			}
			return nil
		}
		if err != nil {
			return err
		}
		if v.line == 1 {
			if err := v.begin(line); err != nil {
				return err
			}
			continue
		}
		if err := v.one(line); err != nil {
			return err
		}
	}
}

// next reads a line, which is valid until the next call.
func (v *verifier) next() ([]byte, error) {
	line, err := v.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull) && v.line == 0:
		return nil, fmt.Errorf("%w: its first line is longer than %d bytes", ErrNoBundle, MaxLine)
	case errors.Is(err, bufio.ErrBufferFull):
		v.line++
		return nil, v.faultf("is longer than %d bytes", MaxLine)
	case errors.Is(err, io.EOF) && len(line) > 0:
		// The last line may lack its newline. In a truncated file it does not parse.
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("read the bundle: %w", err)
	default:
		line = line[:len(line)-1]
	}
	v.line++
	return line, nil
}

// faultf makes a fault of the current line.
func (v *verifier) faultf(format string, args ...any) error {
	return faultf(0, "line %d %s", v.line, fmt.Sprintf(format, args...))
}

// begin reads the first line, the trusted keys and the saved checkpoint.
func (v *verifier) begin(line []byte) (err error) {
	if v.info, err = parseInfo(line); err != nil {
		return fmt.Errorf("%w: line 1 %w", ErrNoBundle, err)
	}
	bundled, err := newKeyring(v.info.Keys)
	if err != nil {
		return fmt.Errorf("%w: line 1 names a key: %w", ErrNoBundle, err)
	}
	v.report = Report{Origin: v.info.Origin, MadeAt: v.info.MadeAt, Complete: v.info.Complete, Unknown: map[string]int64{}}
	v.report.OwnKeys = len(v.o.Keys) == 0
	v.named = slices.Collect(maps.Values(bundled.vkeys))
	if v.ring = bundled; !v.report.OwnKeys {
		if v.ring, err = newKeyring(v.o.Keys); err != nil {
			return err
		}
	}
	v.stage = atBundle + 1
	return v.readSaved()
}

func (v *verifier) readSaved() error {
	if v.o.Saved == "" {
		return nil
	}
	c, by, err := v.ring.open([]byte(v.o.Saved))
	var nobody *untrusted
	switch {
	case errors.As(err, &nobody) && v.report.OwnKeys:
		v.unchecked("who signed the checkpoint you saved: the bundle has no key for it")
	case errors.As(err, &nobody):
		return faultf(0, "the checkpoint you saved %v", err)
	case errors.Is(err, errMalformed) || errors.Is(err, errCheckpoint):
		return fmt.Errorf("the checkpoint you saved %w", err)
	case err != nil:
		return faultf(0, "the checkpoint you saved %v", err)
	}
	v.saved = &point{Checkpoint: c, by: by}
	return nil
}

func (v *verifier) unchecked(format string, args ...any) {
	v.report.Unchecked = append(v.report.Unchecked, fmt.Sprintf(format, args...))
}

// one reads any line except the first.
func (v *verifier) one(line []byte) (err error) {
	if v.stage == atEnd {
		return v.faultf("comes after the last line")
	}
	if v.fields, err = split(line, v.fields); err != nil {
		return v.faultf("%v", err)
	}
	kind, fields, err := kindOf(v.fields)
	if err != nil {
		return v.faultf("%v", err)
	}
	stage := atOthers
	switch kind {
	case "bundle":
		stage = atBundle
	case "checkpoint":
		stage = atCheckpoints
	case "consistency":
		stage = atConsistency
	case "act":
		stage = atActs
	case "end":
		stage = atEnd
	}
	if stage < v.stage {
		return v.faultf("of kind %s is out of order", kind)
	}
	if stage > atCheckpoints && v.stage <= atCheckpoints {
		if err := v.haveCheckpoints(); err != nil {
			return err
		}
	}
	if stage > atActs && v.stage <= atActs {
		if err := v.haveActs(); err != nil {
			return err
		}
	}
	v.stage = stage
	switch stage {
	case atCheckpoints:
		return v.checkpoint(fields)
	case atConsistency:
		return v.consistency(fields)
	case atActs:
		return v.oneAct(fields)
	case atOthers:
		return v.other(kind, line)
	}
	m := members{fields: fields}
	lines := want(&m, "lines", asInt)
	if err := m.end(); err != nil {
		return v.faultf("%v", err)
	}
	if lines != v.line {
		return v.faultf("says that the bundle has %d lines, but it has %d", lines, v.line)
	}
	return nil
}

func (v *verifier) checkpoint(fields []field) error {
	m := members{fields: fields}
	text := want(&m, "note", asText)
	if err := m.end(); err != nil {
		return v.faultf("%v", err)
	}
	c, by, err := v.ring.open(text)
	if err != nil {
		return v.faultf("holds a checkpoint that %v", err)
	}
	if n := len(v.points); n > 0 {
		switch before := v.points[n-1]; {
		case c.N < before.N:
			return v.faultf("holds a checkpoint of size %d after one of size %d", c.N, before.N)
		case c.N == before.N && c.Hash != before.Hash:
			return v.faultf("shows that the log was forked: at size %d it signed the roots %s and %s", c.N, before.Hash, c.Hash)
		}
	}
	v.points = append(v.points, point{Checkpoint: c, line: v.line, by: by})
	return nil
}

// haveCheckpoints checks the checkpoints once all of them are read.
func (v *verifier) haveCheckpoints() error {
	if len(v.points) == 0 {
		return v.faultf("comes before any checkpoint")
	}
	head := v.head()
	if head.Origin != v.info.Origin {
		return faultf(0, "line %d holds a checkpoint of %s, but the bundle is of %s", head.line, head.Origin, v.info.Origin)
	}
	if !slices.ContainsFunc(head.by, func(key string) bool { return slices.Contains(v.named, key) }) {
		return faultf(0, "line 1 does not name the key %s, which signed the checkpoint on line %d", strings.Join(head.by, ", "), head.line)
	}
	v.report.Tree, v.report.SignedBy = head.Tree, head.by
	if err := v.compareOrigins(); err != nil {
		return err
	}
	v.known, v.links = map[int64][]tlog.Tree{}, map[tlog.Tree][]tlog.Tree{}
	for _, p := range v.all() {
		if !slices.Contains(v.known[p.N], p.Tree) {
			v.known[p.N] = append(v.known[p.N], p.Tree)
		}
	}
	v.compareRoots()
	return nil
}

func (v *verifier) head() *point { return &v.points[len(v.points)-1] }

// all returns every checkpoint by growing size, including the saved one.
func (v *verifier) all() []*point {
	all := make([]*point, 0, len(v.points)+1)
	for i := range v.points {
		all = append(all, &v.points[i])
	}
	if v.saved != nil {
		at, _ := slices.BinarySearchFunc(all, v.saved.N, func(p *point, n int64) int { return cmp.Compare(p.N, n) })
		all = slices.Insert(all, at, v.saved)
	}
	return all
}

func (v *verifier) consistency(fields []field) error {
	from, to, p, err := parseConsistency(fields)
	if err != nil {
		return v.faultf("%v", err)
	}
	if v.known[from] == nil || v.known[to] == nil {
		v.unchecked("the consistency proof on line %d: there are no checkpoints of both sizes, %d and %d", v.line, from, to)
		return nil
	}
	proved := false
	for _, old := range v.known[from] {
		for _, grown := range v.known[to] {
			if from > 0 && from <= to && tlog.CheckTree(p, to, grown.Hash, from, old.Hash) == nil {
				v.links[old] = append(v.links[old], grown)
				proved = true
			}
		}
	}
	if !proved {
		return v.faultf("does not prove that the log at size %d is part of the log at size %d", from, to)
	}
	v.proofs++
	return nil
}

func (v *verifier) oneAct(fields []field) error {
	if v.inner == nil {
		v.inner = make([]field, 0, 16)
	}
	a := &v.act
	if err := parseAct(fields, v.inner, v.info.Complete, a); err != nil {
		if a.Seq > 0 {
			return faultf(a.Seq, "line %d %v", v.line, err)
		}
		return v.faultf("%v", err)
	}
	if err := v.inOrder(a); err != nil {
		return err
	}
	if err := v.shown(a); err != nil {
		return err
	}
	leaf := tlog.RecordHash(a.Entry[:])
	if v.info.Complete {
		v.history.add(leaf)
		v.compareRoots()
	} else if head := v.head(); tlog.CheckRecord(a.Proof, head.N, head.Hash, a.Seq-1, leaf) != nil {
		return faultf(a.Seq, "its proof does not lead to the root of the checkpoint of size %d", head.N)
	}
	if a.Header != nil {
		if err := v.ids.add(a.Header.ID, a.Seq); err != nil {
			return err
		}
	}
	if err := v.account.act(a, v); err != nil {
		return err
	}
	if v.o.Act != nil {
		if err := v.o.Act(a); err != nil {
			return checkerFault(a.Seq, err)
		}
	}
	if v.o.Progress != nil && a.Seq%1024 == 0 {
		of := int64(0)
		if v.info.Complete {
			of = v.head().N
		}
		v.o.Progress(v.report.Opened+v.report.Headers+v.report.Entries, of)
	}
	return nil
}

func (v *verifier) inOrder(a *Act) error {
	want := v.last + 1
	switch {
	case a.Seq < want:
		return faultf(a.Seq, "it is repeated or out of order on line %d", v.line)
	case v.info.Complete && a.Seq > want:
		return faultf(want, "it is missing; line %d has seq %d", v.line, a.Seq)
	case a.Seq > v.head().N:
		return faultf(a.Seq, "it is not in the log of size %d", v.head().N)
	}
	v.last = a.Seq
	return nil
}

// shown checks the shown parts of an act against its entry.
func (v *verifier) shown(a *Act) error {
	r := &v.report
	if a.Erased != uuid.Nil {
		r.Erased++
	}
	if a.Header == nil {
		if a.Salt != nil || a.Payload != nil || a.Member != uuid.Nil {
			return faultf(a.Seq, "it is opened without its header")
		}
		r.Entries++
		return nil
	}
	h := a.Header
	if h.Entry() != a.Entry {
		return faultf(a.Seq, "its header does not match its entry")
	}
	if a.Salt == nil && a.Payload == nil && a.Member == uuid.Nil {
		if a.Erased == uuid.Nil && v.info.Complete {
			return faultf(a.Seq, "it is not opened, but no erasure accounts for that")
		}
		if a.Erased != uuid.Nil && h.Member == [32]byte{} {
			return faultf(a.Seq, "it is marked as erased, but it is not a member's act")
		}
		r.Headers++
		return nil
	}
	switch {
	case a.Erased != uuid.Nil:
		return faultf(a.Seq, "it is marked as erased, but it is opened")
	case a.Salt == nil || a.Payload == nil:
		return faultf(a.Seq, "it has only one of salt and payload")
	case Commit(a.Salt, a.Payload) != h.Commitment:
		return faultf(a.Seq, "its payload does not match its commitment")
	case a.Member != uuid.Nil && CommitMember(a.Salt, a.Member) != h.Member:
		return faultf(a.Seq, "its member does not match its commitment")
	}
	if err := valid(a.Payload); err != nil {
		return faultf(a.Seq, "its payload %v", err)
	}
	r.Opened++
	if a.Member != uuid.Nil {
		r.Members++
	}
	return nil
}

// haveActs finishes the checks of acts once all of them are read.
func (v *verifier) haveActs() error {
	head := v.head()
	if v.o.Progress != nil {
		acts := v.report.Opened + v.report.Headers + v.report.Entries
		v.o.Progress(acts, acts)
	}
	if v.info.Complete && v.last < head.N {
		return faultf(v.last+1, "it is missing; the bundle says that it is complete, but the log has %d acts", head.N)
	}
	if v.info.Complete {
		if err := v.roots(); err != nil {
			return err
		}
	} else if err := v.linked(); err != nil {
		return err
	}
	first, second, twice, err := v.ids.twice()
	if err != nil {
		return err
	}
	if twice {
		return faultf(second, "it has the id of seq %d", first)
	}
	return v.account.close(v)
}

// other passes a line to the checker of its kind.
func (v *verifier) other(kind string, line []byte) error {
	check := v.o.Checkers[kind]
	if check == nil {
		if v.report.Unknown[kind]++; len(v.report.Unknown) > 64 {
			return v.faultf("is of another unknown kind, after 64 of them")
		}
		return nil
	}
	err := check(line, &Context{Line: v.line, Origin: v.info.Origin, Tree: v.report.Tree, Complete: v.info.Complete})
	if err != nil {
		return checkerFault(0, fmt.Errorf("line %d of kind %s: %w", v.line, kind, err))
	}
	return nil
}

// checkerFault keeps the Fault of a checker, which may name another act.
func checkerFault(seq int64, err error) error {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return faultf(seq, "%v", err)
}
