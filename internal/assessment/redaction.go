package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Redaction is a part of an assessment that is withheld from all but its firm, its signers and those who oversee it.
type Redaction struct {
	Path   []string `json:"path"` // such as answers, a key, note
	Reason string   `json:"reason"`
}

// The parts of an answer that can be withheld.
const (
	partValue    = "value"
	partNote     = "note"
	partEvidence = "evidence"
)

const (
	mostRedactions = 1_000
	longestWhy     = 500
)

// checkRedactions normalises redactions, or says what is wrong with them, all at once.
func checkRedactions(t *questionnaire.Template, all []Redaction) ([]Redaction, error) {
	var f fault.Form
	if !f.Count("redactions", len(all), 0, mostRedactions) {
		return nil, f.Err()
	}
	seen := map[string]bool{}
	for i := range all {
		at := fmt.Sprintf("redactions.%d", i)
		all[i].Reason = f.Line(at+".reason", all[i].Reason, longestWhy)
		if code, why := unredactable(t, all[i].Path); why != "" {
			f.Refuse(at+".path", code, "%s", why)
		}
		name := strings.Join(all[i].Path, ".")
		if seen[name] {
			f.Refuse(at+".path", enum.UserErrorCodeDuplicate, "this part is named twice")
		}
		seen[name] = true
	}
	return all, f.Err()
}

// unredactable says why a part cannot be withheld; nothing if it can.
func unredactable(t *questionnaire.Template, path []string) (enum.UserErrorCode, string) {
	if len(path) != 3 || path[0] != "answers" || !slices.Contains([]string{partValue, partNote, partEvidence}, path[2]) {
		return enum.UserErrorCodeInvalid, "there is no such part that can be withheld: name an answer's value, note or evidence, such as answers, the question's key, note"
	}
	switch key := path[1]; {
	case t.Question(key) == nil:
		return enum.UserErrorCodeUnknownQuestion, "the template has no such question"
	case path[2] == partValue && t.Scores(key):
		return enum.UserErrorCodeInvalid, "this answer scores: the total would tell what it is"
	case path[2] == partValue && t.Read(key):
		return enum.UserErrorCodeInvalid, "a condition reads this answer: the form would tell what it is"
	}
	return "", ""
}

// Redact says what is withheld from now on, with a reason for each part. It is part of what everybody is consulted on: it changes while
// the assessment is written, and not afterwards.
func (s *Service) Redact(ctx context.Context, id uuid.UUID, all []Redaction, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RedactAssessment, id, expected, "assessment.redacted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		all, err := checkRedactions(p.template, all)
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
		if err := s.files.Withhold(ctx, tx, id, evidenceWithheld(all)); err != nil {
			return nil, err
		}
		if err := s.author(ctx, tx, id); err != nil {
			return nil, err
		}
		return s.rewritten(p, p.Update().SetRedactions(text)).Save(ctx)
	})
}

// evidenceWithheld are the questions whose evidence is withheld.
func evidenceWithheld(all []Redaction) []string {
	var keys []string
	for _, r := range all {
		if len(r.Path) == 3 && r.Path[2] == partEvidence {
			keys = append(keys, r.Path[1])
		}
	}
	return keys
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
	parts := map[string][]string{}
	for _, r := range all {
		if len(r.Path) == 3 {
			parts[r.Path[1]] = append(parts[r.Path[1]], r.Path[2])
		}
	}
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
