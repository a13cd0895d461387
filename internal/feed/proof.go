package feed

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// ActLog is the log as a viewer sees it: its name and the keys that sign it.
type ActLog struct {
	Origin string
	Keys   []string
}

// Checkpoint is a signed size and root of the log.
type Checkpoint struct {
	Size, Root, Note string
	At               time.Time
}

// LogEntry is what the log holds of an act.
type LogEntry struct {
	Seq, Entry, Header string
	Salt, Payload      *string // only for the member who did it and for those who oversee such acts
}

// InclusionProof leads from an act to a checkpoint.
type InclusionProof struct {
	Seq        string
	Hashes     []string
	Checkpoint *Checkpoint
}

// ConsistencyProof leads from one size of the log to another.
type ConsistencyProof struct {
	From, To string
	Hashes   []string
}

// Log identifies the log.
func (s *Service) Log(ctx context.Context) (*ActLog, error) {
	if err := policy.Check(ctx, policy.ReadLog, policy.Subject{Resource: policy.Log}); err != nil {
		return nil, err
	}
	return &ActLog{Origin: s.log.Origin(), Keys: s.log.Verifiers()}, nil
}

// Checkpoint gives the newest checkpoint that covers at most size acts; nil when there is none.
func (s *Service) Checkpoint(ctx context.Context, size *string) (*Checkpoint, error) {
	c, err := s.checkpoint(ctx, size)
	return present(c), err
}

func (s *Service) checkpoint(ctx context.Context, size *string) (*actlog.Checkpoint, error) {
	n, err := number("size", size)
	if err != nil {
		return nil, err
	}
	return s.log.Checkpoint(ctx, n)
}

// number reads a size; without one it is larger than any log.
func number(field string, text *string) (int64, error) {
	if text == nil {
		return 1 << 62, nil
	}
	n, err := strconv.ParseUint(*text, 10, 62)
	if err != nil {
		return 0, fault.InvalidField(field, "", "expected a number of acts in decimal")
	}
	return int64(n), nil
}

func present(c *actlog.Checkpoint) *Checkpoint {
	if c == nil {
		return nil
	}
	return &Checkpoint{
		Size: strconv.FormatInt(c.Size, 10), Root: base64.StdEncoding.EncodeToString(c.Root[:]), Note: c.Note, At: c.At,
	}
}

// sequenced gives an act that the viewer may see and that has its sequence number; nil before it has one. An act whose place is
// kept from everybody is missing here.
func (s *Service) sequenced(ctx context.Context, id uuid.UUID) (*Act, error) {
	acts, err := s.ByID(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	a := acts[id]
	if a == nil || a.veiled {
		return nil, &fault.Fault{Kind: fault.NotFound, Field: "act", Message: fault.Missing().Message}
	}
	if a.ID == 0 {
		return nil, nil
	}
	return a, nil
}

// Entry gives what the log holds of an act; nil before it has its sequence number.
func (s *Service) Entry(ctx context.Context, id uuid.UUID) (*LogEntry, error) {
	a, err := s.sequenced(ctx, id)
	if a == nil || err != nil {
		return nil, err
	}
	opened, err := s.log.Opened(ctx, a.ID-1, 1)
	if err != nil {
		return nil, err
	}
	if len(opened) != 1 || opened[0].Seq != a.ID {
		return nil, fault.Missing()
	}
	o := opened[0]
	e := &LogEntry{Seq: strconv.FormatInt(o.Seq, 10), Entry: hex.EncodeToString(o.Entry[:]), Header: string(o.Header.Canonical())}
	actor := policy.ActorFrom(ctx)
	if own := a.MemberID != nil && actor.SignedIn() && *a.MemberID == actor.Member; (own || oversees(actor, a.Audience)) && o.Payload != nil {
		salt, payload := hex.EncodeToString(o.Salt), string(o.Payload)
		e.Salt, e.Payload = &salt, &payload
	}
	return e, nil
}

// Inclusion proves that an act is in the log; nil until a checkpoint covers it.
func (s *Service) Inclusion(ctx context.Context, id uuid.UUID, size *string) (*InclusionProof, error) {
	a, err := s.sequenced(ctx, id)
	if a == nil || err != nil {
		return nil, err
	}
	c, err := s.checkpoint(ctx, size)
	if c == nil || err != nil || c.Size < a.ID {
		return nil, err
	}
	hashes, err := s.log.Inclusion(ctx, a.ID, c)
	if err != nil {
		return nil, err
	}
	return &InclusionProof{Seq: strconv.FormatInt(a.ID, 10), Hashes: base64All(hashes), Checkpoint: present(c)}, nil
}

// Consistency proves that the log has only grown.
func (s *Service) Consistency(ctx context.Context, from string, to *string) (*ConsistencyProof, error) {
	small, err := number("from", &from)
	if err != nil {
		return nil, err
	}
	large, err := number("to", to)
	if err != nil {
		return nil, err
	}
	// Nobody can rely on what is not signed yet.
	newest, err := s.log.Checkpoint(ctx, 1<<62)
	switch {
	case err != nil:
		return nil, err
	case newest == nil:
		return nil, fault.New(fault.State, "the log has no checkpoint yet")
	case to == nil:
		large = newest.Size
	case large > newest.Size:
		return nil, fault.InvalidField("to", "", "the newest checkpoint covers %d acts", newest.Size)
	}
	hashes, err := s.log.Consistency(ctx, small, large)
	if err != nil {
		return nil, err
	}
	return &ConsistencyProof{From: strconv.FormatInt(small, 10), To: strconv.FormatInt(large, 10), Hashes: base64All(hashes)}, nil
}

func base64All[T ~[]tlog.Hash](hashes T) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = base64.StdEncoding.EncodeToString(h[:])
	}
	return out
}
