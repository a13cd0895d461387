package assessment

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/localized"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// SignOff signs the content with the hash that the signer read. With the last signature that is needed the assessment is approved.
func (s *Service) SignOff(ctx context.Context, id uuid.UUID, as enum.Capacity, hash, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.OptionalReason(reason)
	if err != nil {
		return nil, err
	}
	actor, frame := policy.ActorFrom(ctx), s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		if p.State == enum.ImpactAssessmentStateApproved {
			typ = "assessment.approved"
		}
		e := entry(typ, p)
		e.Payload = map[string]any{
			"state": p.State, "version": p.Version, "contentHash": p.ContentHash, "reference": p.Reference, "capacity": as,
			"party": partyID(actor.Stakeholder), "level": rankOf(p.Assessment).String(),
		}
		return e
	}
	return frame.Change(ctx, policy.SignOffAssessment, id, expected, "assessment.signed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		p.as = as
		if err := policy.CheckAs(ctx, policy.SignOffAssessment, as, s.Subject(actor, p)); err != nil {
			return nil, inField("capacity", err)
		}
		if current := *p.ContentHash; current != hash {
			return nil, &fault.Fault{
				Kind: fault.Conflict, Code: enum.UserErrorCodeContentChanged, Field: "contentHash",
				Message: "the content has changed since you read it: read it again; its hash is now " + current,
			}
		}
		now := s.clock.Now()
		row, err := tx.SignOff.Create().SetAssessmentID(id).SetVersion(p.Version).SetContentHash(hash).SetCapacity(as).SetPartyID(actor.Stakeholder).
			SetMemberID(actor.Member).SetReason(optional.Text(reason)).SetSignedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		p.hands.signed = append(p.hands.signed, row)
		update := s.revised(p.Update())
		if len(p.unsigned()) == 0 {
			update.SetState(enum.ImpactAssessmentStateApproved).SetApprovedAt(now)
		}
		return update.Save(ctx)
	})
}

// inField says of a refusal which field of the input caused it.
func inField(field string, err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return err
	}
	in := *f
	in.Field = field
	return &in
}

// SignOff is a signature, as those who may read the assessment are shown.
type SignOff struct {
	Capacity    enum.Capacity
	Party       uuid.UUID
	Version     int
	ContentHash string
	Current     bool
	Reason      optional.Text
	At          time.Time
}

// SignOffsOf reads the signatures of assessments, oldest first.
func (s *Service) SignOffsOf(ctx context.Context, rows []*db.Assessment) ([][]*SignOff, error) {
	found, err := s.signed(ctx, rows)
	out := make([][]*SignOff, len(rows))
	for i, row := range rows {
		out[i] = []*SignOff{}
		for _, one := range found[row.ID].signed {
			current := found[row.ID].counts(one, row.ContentHash)
			out[i] = append(out[i], &SignOff{one.Capacity, one.PartyID, one.Version, one.ContentHash, current, one.Reason, one.SignedAt})
		}
	}
	return out, err
}

// NeededOf gives the signatures that each assessment needs, by its level.
func (s *Service) NeededOf(ctx context.Context, rows []*db.Assessment) ([][]*localized.NeededSignOff, error) {
	templates, err := s.templatesOf(ctx, rows)
	out := make([][]*localized.NeededSignOff, len(rows))
	for i, row := range rows {
		out[i] = []*localized.NeededSignOff{}
		if t := templates[row.TemplateID]; t != nil {
			out[i] = localized.Needed(t.SignOffs(rankOf(row)))
		}
	}
	return out, err
}
