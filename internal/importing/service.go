package importing

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/imported"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about imports. A check changes nothing, and has none.
var acts = []act.Type{{Name: "import.started"}, {Name: "import.finished"}, {Name: "import.failed"}}

const (
	// mostWaiting is how many imports of a party wait to be started.
	mostWaiting = 10
	// readAtOnce is how many files are read at once: a large template takes 257 MB and 3 s.
	readAtOnce = 2
	// reducedAtOnce is how many files are reduced at once while they arrive, which takes little memory and as long as their senders are slow.
	reducedAtOnce = 16
)

// Log is where acts go.
type Log interface {
	access.Log
	intake.Log
	// Quietly runs a use case that writes no act.
	Quietly(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (*act.Result, error)) (*act.Result, error)
	// Wake says that acts were appended.
	Wake()
}

// Members are those for whom imports run.
type Members interface {
	// Acting loads a member of a party, or of none, as it acts by what its last token granted.
	Acting(ctx context.Context, tx *db.Tx, party *uuid.UUID, member uuid.UUID) (policy.Actor, error)
}

// Service holds the use cases of imports.
type Service struct {
	access.Frame[db.Imported, *db.Imported]
	log      Log
	clock    clock.Clock
	members  Members
	kinds    []intake.Kind
	reading  chan struct{}
	reducing chan struct{}
	wake     chan struct{}
	running  sync.Map // how far an import has come that this server runs: Progress by id
}

// New makes the service for some kinds of import.
func New(s *store.Store, l Log, c clock.Clock, members Members, kinds ...intake.Kind) *Service {
	n := &Service{log: l, clock: c, members: members, kinds: kinds, reading: make(chan struct{}, readAtOnce), reducing: make(chan struct{}, reducedAtOnce), wake: make(chan struct{}, 1)}
	n.Frame = access.Frame[db.Imported, *db.Imported]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Kind finds a kind by its name.
func (s *Service) Kind(name string) (intake.Kind, error) {
	for _, k := range s.kinds {
		if k.Name() == name {
			return k, nil
		}
	}
	return nil, fault.Missing()
}

// Given is a file as it was sent.
type Given struct {
	SHA256  []byte // as the sender says
	Body    io.Reader
	Options intake.Options
}

// The codes of refusals.
const (
	codeTooLarge = "FILE_TOO_LARGE" // too many bytes
	codeDigest   = "FILE_DIGEST"    // other bytes than the digest says
	codeType     = "FILE_TYPE"      // sent in a form that is not taken
	codeCutOff   = "FILE_CUT_OFF"   // not whole
)

// Check reads a file that a member sends for its party, and keeps what an import of it would bring or what is wrong with it.
func (s *Service) Check(ctx context.Context, k intake.Kind, g Given) (*db.Imported, error) {
	if err := k.Begin(ctx); err != nil {
		return nil, err
	}
	arrived := arriving{Reader: io.LimitReader(g.Body, k.Most()+1), sum: sha256.New()}
	got := found{Given: g}
	err := s.arrive(ctx, k, &arrived, &got)
	switch {
	case arrived.err != nil:
		return nil, post.New(codeCutOff, "body", "the bytes did not arrive as a whole: send them again")
	case arrived.bytes > k.Most():
		return nil, post.New(codeTooLarge, "body", fmt.Sprintf("a file of this kind has at most %d MiB", k.Most()>>20))
	case subtle.ConstantTimeCompare(arrived.sum.Sum(nil), g.SHA256) != 1:
		return nil, post.New(codeDigest, "digest", "the bytes that arrived have another SHA-256 than Content-Digest says: send the file again")
	case err != nil:
		return nil, err
	}
	got.bytes = arrived.bytes
	if got.faults.Count == 0 {
		from := intake.Source{Text: got.kept, Options: g.Options, Progress: nobody}
		if got.reading, err = s.read(ctx, k, from, &got.faults); err != nil {
			return nil, err
		}
	}
	made, err := s.log.Quietly(ctx, func(ctx context.Context, tx *db.Tx) (*act.Result, error) {
		row, err := s.checked(ctx, tx, k, got)
		if err != nil {
			return nil, err
		}
		return &act.Result{Resource: string(policy.Import), Subject: row.ID, At: row.CreatedAt}, nil
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.ByID(ctx, []uuid.UUID{made.Subject})
	if err == nil && rows[made.Subject] == nil { // a repeat under an idempotency key, of what has been deleted since
		err = fault.Missing()
	}
	return rows[made.Subject], err
}

// found is what a file was found to be.
type found struct {
	Given
	kept    []byte // the file, or what is kept of it
	bytes   int64
	reading intake.Reading
	faults  source.Faults
}

// arrive reads a file to its end.
func (s *Service) arrive(ctx context.Context, k intake.Kind, file *arriving, got *found) (err error) {
	r, reduces := k.(intake.Reducer)
	if !reduces {
		got.kept, _ = io.ReadAll(file) // which keeps its error
		return nil
	}
	select {
	case s.reducing <- struct{}{}:
		defer func() { <-s.reducing }()
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "other files are being read: retry later")
	}
	got.kept, err = reduce(ctx, r, file, got.Options, &got.faults)
	_, _ = io.Copy(io.Discard, file) // the digest is of all of it
	return err
}

// reduce gives what is kept of a file.
func reduce(ctx context.Context, r intake.Reducer, file io.Reader, o intake.Options, faults *source.Faults) ([]byte, error) {
	o.Check(r.Options(), faults)
	return r.Reduce(ctx, file, o, faults)
}

// arriving is a file that is read as it arrives.
type arriving struct {
	io.Reader
	sum   hash.Hash
	bytes int64
	err   error
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.sum.Write(p[:n])
	a.bytes += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err
}

// nobody hears how far it has come.
func nobody(string, int, int) {}

// read reads a file when it is its turn.
func (s *Service) read(ctx context.Context, k intake.Kind, from intake.Source, faults *source.Faults) (intake.Reading, error) {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "other files are being read: retry later")
	}
	from.Options.Check(k.Options(), faults)
	reading, err := k.Read(ctx, from, faults)
	if err != nil {
		return nil, fmt.Errorf("read a file of the kind %s: %w", k.Name(), err)
	}
	return reading, nil
}

// checked compares what was read with the database, and keeps the result.
func (s *Service) checked(ctx context.Context, tx *db.Tx, k intake.Kind, got found) (*db.Imported, error) {
	faults := &got.faults // of this try
	actor := policy.ActorFrom(ctx)
	if err := s.room(ctx, tx, actor); err != nil {
		return nil, err
	}
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return nil, err
	}
	counts, notes, place := []intake.Count{}, []string{}, ""
	if got.reading != nil { // whoever may not import it hears nothing of what is wrong with it
		place = got.reading.Place()
		if err := k.May(ctx, tx, place); err != nil {
			return nil, err
		}
	}
	if faults.Count == 0 {
		notes = got.reading.Notes()
		if counts, err = got.reading.Look(ctx, tx, faults); err != nil {
			return nil, fmt.Errorf("compare a file with the database: %w", err)
		}
	}
	options := intake.Options{}
	for name, values := range got.Options {
		options[clean(name)] = cleaned(values)
	}
	create := tx.Imported.Create().SetKind(k.Name()).SetMemberID(actor.Member).SetSha256(hex.EncodeToString(got.SHA256)).SetBytes(int(got.bytes)).SetPlace(place).
		SetOptions(written(options)).SetCounts(listed(counts)).SetNotes(listed(cleaned(notes))).SetCreatedAt(now).SetUpdatedAt(now)
	if actor.Stakeholder != uuid.Nil {
		create.SetPartyID(actor.Stakeholder)
	}
	if faults.Err() != nil {
		return create.SetState(enum.ImportStateRefused).SetFaultCount(faults.Count).SetFaults(listed(faultsOf(faults))).Save(ctx)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	return row, s.keep(ctx, tx, row.ID, got.kept)
}

// room refuses more imports of one party, or of one member without one, than may wait at once.
func (s *Service) room(ctx context.Context, tx *db.Tx, actor policy.Actor) error {
	table, of, column := "stakeholders", actor.Stakeholder, "party_id"
	if of == uuid.Nil {
		table, of, column = "members", actor.Member, "member_id"
	}
	if err := s.Store.Lock(ctx, tx, table, of); err != nil {
		return err
	}
	waiting := 0
	text := "SELECT COUNT(*) FROM imports WHERE " + column + " = ? AND state IN ('CHECKED', 'REFUSED', 'RUNNING')"
	if err := s.Store.QueryTx(ctx, tx, text, []any{of}, counted(&waiting)); err != nil {
		return fmt.Errorf("count the imports that wait: %w", err)
	}
	if waiting >= mostWaiting {
		most := mostWaiting
		return fault.Coded(fault.State, enum.UserErrorCodeTooMany, "%d imports of yours wait or run: start one, or wait a day until they are deleted", waiting).
			With(fault.Values{Limit: &most, Actual: &waiting})
	}
	return nil
}

// Start has an import written that the actor has read the check of, under its own rights.
func (s *Service) Start(ctx context.Context, id uuid.UUID, sha256 string, expected *int32) (*act.Result, error) {
	made, err := s.Change(ctx, policy.StartImport, id, expected, "import.started", func(ctx context.Context, tx *db.Tx, row *db.Imported) (*db.Imported, error) {
		if sha256 != row.Sha256 {
			f := fault.Coded(fault.Conflict, enum.UserErrorCodeContentChanged, "this import is of another file than the one whose check you have read: read it again")
			f.Field = "sha256"
			return nil, f
		}
		k, err := s.Kind(row.Kind)
		if err != nil {
			return nil, err
		}
		if err := about("id", k.May(ctx, tx, row.Place)); err != nil {
			return nil, err
		}
		now, err := s.Store.Now(ctx, tx)
		switch {
		case err != nil:
			return nil, err
		case now.Sub(row.CreatedAt) > keptFor:
			return nil, fault.New(fault.State, "this was checked more than a day ago: send the file again")
		}
		return row.Update().SetState(enum.ImportStateRunning).SetStarterID(policy.ActorFrom(ctx).Member).SetStartedAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
	if err == nil {
		s.hurry()
	}
	return made, err
}

// about says which field a refusal is about that names none: the import is there, and may be started, but not what it holds.
func about(field string, err error) error {
	f := fault.Of(err)
	if f == nil || f.Field != "" {
		return err
	}
	named := *f
	named.Field = field
	return &named
}

// hurry wakes whoever runs imports here.
func (s *Service) hurry() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Imported, error) {
	return tx.Imported.Query().Where(imported.ID(id), s.Store.ForUpdate).Only(ctx)
}

func entry(typ string, row *db.Imported) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Import, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"state": row.State, "kind": row.Kind, "sha256": row.Sha256, "counts": row.Counts},
	}
	if row.PartyID != nil {
		e.Owner = *row.PartyID
	}
	return e
}

// cleaned are texts that both databases can keep inside JSON.
func cleaned(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = clean(s)
	}
	return out
}

// listed is a list as it is stored.
func listed[T any](all []T) json.RawMessage {
	if all == nil {
		all = []T{}
	}
	return written(all)
}

func written(v any) json.RawMessage {
	text, _ := json.Marshal(v) // texts, numbers, and lists and maps of them
	return text
}
