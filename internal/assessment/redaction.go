package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	mostRedactions = 1_000
	longestWhy     = 500
)

// checkRedactions normalises redactions, or says what is wrong with them, all at once.
func (p parts) checkRedactions(all []Redaction) ([]Redaction, error) {
	var f fault.Form
	if !f.Count("redactions", len(all), 0, mostRedactions) {
		return nil, f.Err()
	}
	seen := map[string]bool{}
	for i := range all {
		at := fmt.Sprintf("redactions.%d", i)
		all[i].Reason = f.Line(at+".reason", all[i].Reason, longestWhy)
		if code, why := p.unredactable(all[i].Path); why != "" {
			f.Refuse(at+".path", code, "%s", why)
		}
		if seen[all[i].named()] {
			f.Refuse(at+".path", enum.UserErrorCodeDuplicate, "this part is named twice")
		}
		seen[all[i].named()] = true
	}
	return all, f.Err()
}

// Redact says what is withheld from now on, with a reason for each part. It is part of what everybody is consulted on: it changes while
// the assessment is written, and not afterwards.
func (s *Service) Redact(ctx context.Context, id uuid.UUID, all []Redaction, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RedactAssessment, id, expected, "assessment.redacted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		there, err := s.parts(ctx, tx, p.ID, p.template)
		if err != nil {
			return nil, err
		}
		all, err := there.checkRedactions(all)
		if err != nil {
			return nil, err
		}
		before, err := redactionsOf(p.Assessment)
		if err != nil {
			return nil, err
		}
		same := func(a, b Redaction) bool { return a.Reason == b.Reason && slices.Equal(a.Path, b.Path) }
		if slices.EqualFunc(before, all, same) {
			return nil, fault.NothingToDo("this is withheld already")
		}
		text, err := json.Marshal(all)
		if err != nil {
			return nil, fmt.Errorf("write redactions: %w", err)
		}
		if err := s.withhold(ctx, tx, id, all); err != nil {
			return nil, err
		}
		if err := s.author(ctx, tx, id); err != nil {
			return nil, err
		}
		return s.rewritten(p, p.Update().SetRedactions(text)).Save(ctx)
	})
}

// withhold withholds what has rows of its own, and nothing else of it, inside a use case.
func (s *Service) withhold(ctx context.Context, tx *db.Tx, id uuid.UUID, all []Redaction) error {
	if err := s.files.Withhold(ctx, tx, id, evidenceWithheld(all)); err != nil {
		return err
	}
	return s.risks.Withhold(ctx, tx, id, risksWithheld(all))
}

func redactionsOf(row *db.Assessment) ([]Redaction, error) {
	var all []Redaction
	if len(row.Redactions) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(row.Redactions, &all); err != nil {
		return nil, fmt.Errorf("read the redactions of %s: %w", row.ID, err)
	}
	return all, nil
}

// RedactionsOf reads what is withheld of assessments, with the reasons. Everybody who may read one reads that.
func RedactionsOf(row *db.Assessment) ([]*Redaction, error) {
	all, err := redactionsOf(row)
	out := make([]*Redaction, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out, err
}

// Whole tells which assessments the actor, who sees them already, reads without redactions.
func (s *Service) Whole(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	if !policy.ActorFrom(ctx).SignedIn() || len(ids) == 0 {
		return map[uuid.UUID]bool{}, nil
	}
	found, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, s.store.Query, slices.Collect(maps.Values(found)))
}

// whole tells which assessments the actor reads without redactions. A visitor reads none so, which costs no statement.
func (s *Service) whole(ctx context.Context, ask asking, rows []*db.Assessment) (map[uuid.UUID]bool, error) {
	actor, found := policy.ActorFrom(ctx), make(map[uuid.UUID]bool, len(rows))
	if !actor.SignedIn() {
		return found, nil
	}
	var others []*db.Assessment
	for _, row := range rows {
		if found[row.ID] = s.readsWhole(actor, placed{Assessment: row, hands: new(hands)}); !found[row.ID] {
			others = append(others, row)
		}
	}
	if len(others) == 0 {
		return found, nil
	}
	firms := make([]uuid.UUID, len(others))
	for i, row := range others {
		firms[i] = row.FirmID
	}
	near, err := s.near(ctx, ask, firms)
	if err != nil {
		return nil, err
	}
	who := make(map[uuid.UUID]*hands, len(others))
	for _, row := range others {
		who[row.ID] = new(hands)
	}
	if err := s.signersIn(ctx, ask, idsOf(others), store.Where("party_id = ?", actor.Stakeholder), who); err != nil {
		return nil, err
	}
	if err := s.filedIn(ctx, ask, actor, idsOf(others), who); err != nil {
		return nil, err
	}
	for _, row := range others {
		found[row.ID] = s.readsWhole(actor, placed{Assessment: row, near: near[row.FirmID], hands: who[row.ID]})
	}
	return found, nil
}

func (s *Service) readsWhole(a policy.Actor, p placed) bool {
	return policy.Decide(a, policy.ReadWholeAssessment, s.Subject(a, p)).Allowed
}

// InWhole asks for a column to name an assessment that the actor reads without redactions.
func (s *Service) InWhole(a policy.Actor, column string) store.Cond {
	const alias = "in_whole"
	in := s.Where(a, alias, policy.Granting(a, policy.ReadWholeAssessment))
	return store.Where("EXISTS (SELECT 1 FROM assessments "+alias+" WHERE "+alias+".id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// withhold takes the redacted parts out of an answer, for whoever does not read the whole. What was imported and has no place in the
// template belongs to no version: it is not for them either.
func (f *Form) withhold(all []Redaction) {
	f.Unplaced = []*Unplaced{}
	parts := answersWithheld(all)
	for _, section := range f.Sections {
		for _, q := range section.Questions {
			if q.Answer != nil {
				q.Answer.withhold(parts[q.Question.Key])
			}
		}
	}
}

func (a *Answer) withhold(parts []string) {
	for _, part := range parts {
		switch {
		case part == partValue && a.Value != nil:
			a.Value = nil
		case part == partNote && a.Note != "":
			a.Note = optional.Text("")
		case part != partEvidence: // files have a policy of their own
			continue
		}
		a.Withheld = append(a.Withheld, enum.AnswerPart(strings.ToUpper(part)))
	}
}
