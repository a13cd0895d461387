package framework

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Diff is two versions of a framework, principle by principle.
type Diff struct {
	From, To   uuid.UUID
	Scope      []*textdiff.Hunk
	Principles []*PrincipleDiff
}

// PrincipleDiff is a principle in two versions of a framework.
type PrincipleDiff struct {
	Key      string
	Change   enum.PrincipleChange
	From, To uuid.UUID // Nil where it is not there
	Hunks    []*textdiff.Hunk
}

// Stating reads what the principles of frameworks say.
type Stating interface {
	// Of reads the principles of each framework, in their order, at most so many.
	Of(ctx context.Context, frameworks []uuid.UUID, first *int32) (map[uuid.UUID][]*db.Principle, error)
}

// Compare compares two versions of a framework that the viewer may see.
func (s *Service) Compare(ctx context.Context, stating Stating, from, to uuid.UUID) (*Diff, error) {
	rows, err := s.ByID(ctx, []uuid.UUID{from, to})
	if err != nil {
		return nil, err
	}
	a, b := rows[from], rows[to]
	switch {
	case a == nil:
		return nil, fault.MissingField("from")
	case b == nil:
		return nil, fault.MissingField("to")
	case a.LineageID != b.LineageID:
		return nil, fault.InvalidField("to", enum.UserErrorCodeInvalid, "these are versions of two frameworks: compare versions of one")
	}
	most := int32(mostPrinciples)
	said, err := stating.Of(ctx, []uuid.UUID{from, to}, &most)
	if err != nil {
		return nil, err
	}
	diff := &Diff{From: from, To: to, Scope: hunks(string(a.Scope), string(b.Scope))}
	for _, pair := range Compare(saying(said[from]), saying(said[to])) {
		one := &PrincipleDiff{Key: pair.Key, Change: pair.Change}
		var before, after string
		if pair.From >= 0 {
			one.From, before = said[from][pair.From].ID, string(said[from][pair.From].Statement)
		}
		if pair.To >= 0 {
			one.To, after = said[to][pair.To].ID, string(said[to][pair.To].Statement)
		}
		one.Hunks = hunks(before, after)
		diff.Principles = append(diff.Principles, one)
	}
	return diff, nil
}

func hunks(before, after string) []*textdiff.Hunk {
	all := []*textdiff.Hunk{}
	for _, h := range textdiff.Between(before, after) {
		all = append(all, &h)
	}
	return all
}
