package export

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// mode is how far a pull has come.
type mode byte

const (
	whole  mode = 1 // through all assessments up to an id; what changed since the position is still to come
	within mode = 2 // through the acts before the position, and of its assessments up to an id
	done   mode = 3 // through all acts up to the position
)

// cursor is a place in a pull.
type cursor struct {
	mode mode
	at   actlog.Position
	id   uuid.UUID
}

// mark tells two filters, or two sets of rights, apart.
type mark [8]byte

const cursorSize = 1 + 2*len(mark{}) + 16 + 16

// viewer is who pulls, and what: cursors are good for nothing else.
type viewer struct {
	scope          store.Scope
	filter, rights mark
}

func (v viewer) bytes(c cursor) []byte {
	b := append(make([]byte, 0, cursorSize), byte(c.mode))
	b = append(append(b, v.filter[:]...), v.rights[:]...)
	return append(append(b, c.at.Bytes()...), c.id[:]...)
}

// viewer tells who asks, with the rights that what they see depends on: those of the token, and the jurisdictions of a regulator.
func (s *Service) viewer(ctx context.Context, filter string) (viewer, error) {
	actor := policy.ActorFrom(ctx)
	v := viewer{scope: store.Scope{List: "export|assessments", Viewer: actor.Key()}}
	if v.scope.Viewer == "" {
		v.scope.Viewer = "visitor" // theirs are for visitors alone: who signs in sees more from then on, and must begin anew
	}
	roles := slices.Sorted(slices.Values(actor.Roles))
	rights := fmt.Sprintf("%s|%s|%s|%q|%s", actor.Stakeholder, actor.Kind, actor.Status, roles, actor.System)
	if actor.Has(policy.Regulator) {
		const text = "SELECT jurisdictions FROM stakeholders WHERE id = ?"
		var codes []string
		err := s.store.Query(ctx, text, []any{actor.Stakeholder}, func(r *sql.Rows) error {
			var b []byte
			if err := r.Scan(&b); err != nil || len(b) == 0 {
				return err
			}
			return json.Unmarshal(b, &codes)
		})
		if err != nil {
			return v, fmt.Errorf("read the jurisdictions of the regulator: %w", err)
		}
		slices.Sort(codes)
		rights += fmt.Sprintf("|%q", codes)
	}
	copy(v.filter[:], s.store.Secret("export filter", []byte(filter)))
	copy(v.rights[:], s.store.Secret("export rights", []byte(rights)))
	return v, nil
}

func (s *Service) seal(v viewer, c cursor) string { return s.store.Seal(v.scope, v.bytes(c)) }

// unseal reads a cursor that this viewer was given, under the same filter and with the same rights, if the log still has the act that it
// points to.
func (s *Service) unseal(ctx context.Context, v viewer, text string) (cursor, error) {
	b, err := s.store.Unseal("since", v.scope, text)
	if err != nil {
		return cursor{}, err
	}
	if len(b) != cursorSize || mode(b[0]) < whole || mode(b[0]) > done {
		return cursor{}, fault.InvalidField("since", "", "this cursor is from an older release: begin without a cursor")
	}
	if mark(b[1:9]) != v.filter {
		return cursor{}, fault.InvalidField("since", "", "this cursor was given for other filters: send those, or begin without a cursor")
	}
	if mark(b[9:17]) != v.rights {
		return cursor{}, fault.New(fault.Expired, "what you may see has changed since you were given this cursor, such as the jurisdictions of your party: begin without a cursor")
	}
	at, held, err := s.log.Find(ctx, b[17:33])
	if err != nil {
		return cursor{}, err
	}
	if !held {
		return cursor{}, fault.New(fault.Expired, "the log no longer holds the act that this cursor points to: begin without a cursor")
	}
	return cursor{mode(b[0]), at, uuid.UUID(b[33:])}, nil
}
