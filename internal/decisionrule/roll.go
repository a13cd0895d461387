package decisionrule

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Roll is who would have a seat.
type Roll struct {
	Leaves             []*LeafSeats
	Seats, WithoutSeat int
	Refusals           []string
}

// LeafSeats are the seats of a leaf.
type LeafSeats struct {
	Leaf   string
	Listed bool
	Seats  int
}

// PreviewRoll says who would have a seat if a ballot were opened in a dialogue now. Who may see a dialogue may see who is invited.
func (s *Service) PreviewRoll(ctx context.Context, id, dialogue uuid.UUID, listed []decision.Listing) (*Roll, error) {
	rule, err := s.rule(ctx, id)
	if err != nil {
		return nil, err
	}
	places, err := s.dialogues.Places(ctx, []uuid.UUID{dialogue})
	if err != nil {
		return nil, err
	}
	place, ok := places[dialogue]
	if !ok || !place.Facts.Has(policy.InSight) {
		return nil, fault.MissingField("dialogue")
	}
	electors := access.Electors("s", dialogue)
	seats, others, err := s.seatListed(ctx, rule, electors, listed)
	if err != nil {
		return nil, err
	}
	without, err := s.seat(ctx, rule, store.And(electors, others), seats)
	if err != nil {
		return nil, err
	}
	return rollOf(rule, seats, without), nil
}

// seatListed seats the parties that are listed, and gives a condition on all others.
func (s *Service) seatListed(ctx context.Context, rule *decision.Rule, electors store.Cond, listed []decision.Listing) (map[string]int64, store.Cond, error) {
	var form fault.Form
	leaves, seats := rule.Seating(listed, &form), map[string]int64{}
	if err := form.Err(); err != nil || len(leaves) == 0 {
		return seats, store.Always(), err
	}
	named, found := s.Store.AnyText("s.handle", slices.Sorted(maps.Keys(leaves))), map[string]bool{}
	in := store.And(electors, named)
	err := s.Store.Query(ctx, "SELECT s.handle FROM stakeholders s WHERE "+in.SQL, in.Args, func(r *sql.Rows) error {
		var handle string
		err := r.Scan(&handle)
		found[handle] = true
		seats[leaves[handle]]++
		return err
	})
	if err != nil {
		return nil, named, fmt.Errorf("read the parties that are listed: %w", err)
	}
	decision.Unseated(listed, func(handle string) bool { return found[handle] }, &form)
	return seats, store.Where("NOT ("+named.SQL+")", named.Args...), form.Err()
}

// seat counts the seats of electors, and gives how many have none. The database counts those that are alike.
func (s *Service) seat(ctx context.Context, rule *decision.Rule, electors store.Cond, seats map[string]int64) (without int64, err error) {
	text := "SELECT s.kind, s.jurisdictions, COUNT(*) FROM stakeholders s WHERE " + electors.SQL + " GROUP BY s.kind, s.jurisdictions"
	err = s.Store.Query(ctx, text, electors.Args, func(r *sql.Rows) error {
		var kind string
		var coded []byte
		var n int64
		if err := r.Scan(&kind, &coded, &n); err != nil {
			return err
		}
		var jurisdictions []string
		if len(coded) > 0 {
			if err := json.Unmarshal(coded, &jurisdictions); err != nil {
				return fmt.Errorf("read jurisdictions: %w", err)
			}
		}
		if leaf, ok := rule.Seat(kind, jurisdictions); ok {
			seats[leaf] += n
		} else {
			without += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count electors: %w", err)
	}
	return without, nil
}

func rollOf(rule *decision.Rule, seats map[string]int64, without int64) *Roll {
	roll := &Roll{WithoutSeat: int(without), Refusals: []string{}}
	for _, leaf := range rule.Leaves() {
		roll.Leaves = append(roll.Leaves, &LeafSeats{leaf, rule.Listed(leaf), int(seats[leaf])})
		roll.Seats += int(seats[leaf])
	}
	for _, err := range []error{decision.KeepsSecret(rule, seats), decision.Passable(rule, seats)} {
		if err != nil {
			roll.Refusals = append(roll.Refusals, err.Error())
		}
	}
	return roll
}
