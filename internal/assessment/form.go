package assessment

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/localized"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Form is what there is to fill in, in one language, with what was filled in.
type Form struct {
	Sections []*FormSection
	Progress *Progress
	Missing  []*fault.Fault
	Score    *Score
	Unplaced []*Unplaced
}

// FormSection is a section of a form.
type FormSection struct {
	Section   *localized.Section
	Visible   bool
	Questions []*FormQuestion
}

// FormQuestion is a question of a form.
type FormQuestion struct {
	Question  *localized.Question
	Visible   bool
	WhyHidden optional.Text
	Answer    *Answer
}

// Progress says how much of what must be answered is.
type Progress struct{ Required, Answered, EvidenceMissing int }

// Unplaced is an imported answer that the template has no place for.
type Unplaced struct {
	Question string `json:"question"`
	Value    *Value `json:"value"`
	Why      string `json:"why"`
}

// Forms gives the forms of assessments, in their order. The statements are as many for one as for all.
func (s *Service) Forms(ctx context.Context, rows []*db.Assessment, language string) ([]*Form, error) {
	templates, err := s.templatesOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	saved, err := s.answersOf(ctx, idsOf(rows))
	if err != nil {
		return nil, err
	}
	lacks, err := s.MissingOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	whole, err := s.whole(ctx, s.store.Query, rows)
	if err != nil {
		return nil, err
	}
	forms := make([]*Form, len(rows))
	for i, row := range rows {
		if forms[i], err = formOf(row, templates[row.TemplateID], saved[row.ID], language); err != nil {
			return nil, err
		}
		forms[i].Missing = lacks[i]
		if whole[row.ID] {
			continue
		}
		redactions, err := redactionsOf(row)
		if err != nil {
			return nil, err
		}
		forms[i].withhold(redactions)
	}
	return forms, nil
}

// templatesOf reads what assessments were asked.
func (s *Service) templatesOf(ctx context.Context, rows []*db.Assessment) (map[uuid.UUID]*questionnaire.Template, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.TemplateID
	}
	return s.templates.Questionnaires(ctx, ids)
}

func formOf(row *db.Assessment, t *questionnaire.Template, saved []*Answer, language string) (*Form, error) {
	set, err := setOf(row, t)
	if err != nil {
		return nil, err
	}
	unplaced, err := unplacedOf(row)
	if err != nil {
		return nil, err
	}
	f := formAt(t, set, saved, row.Evidenced, language)
	f.Unplaced = unplaced
	return f, nil
}

// formAt is a form with some answers, which are compiled already.
func formAt(t *questionnaire.Template, set *questionnaire.Set, saved []*Answer, evidenced []string, language string) *Form {
	visibility := t.Visibility(set)
	byKey := make(map[string]*Answer, len(saved))
	for _, a := range saved {
		byKey[a.Question] = a
	}
	f := &Form{Score: scoreOf(t, set), Progress: progressOf(t, set, evidenced)}
	for i, section := range localized.Sections(t, language) {
		shown := &FormSection{Section: section, Visible: visibility.SectionVisible(i), Questions: make([]*FormQuestion, len(section.Questions))}
		for j, q := range section.Questions {
			shown.Questions[j] = questionOf(visibility, q, byKey[q.Key])
		}
		f.Sections = append(f.Sections, shown)
	}
	return f
}

func questionOf(v questionnaire.Visibility, q *localized.Question, a *Answer) *FormQuestion {
	out := &FormQuestion{Question: q, Visible: v.Visible(q.Key), Answer: a}
	if !out.Visible {
		var why []string
		for _, h := range v.WhyHidden(q.Key) {
			why = append(why, h.String())
		}
		out.WhyHidden = optional.Text(strings.Join(why, " "))
	}
	return out
}

func progressOf(t *questionnaire.Template, set *questionnaire.Set, evidenced []string) *Progress {
	p := t.Progress(set)
	return &Progress{Required: p.Required, Answered: p.Answered, EvidenceMissing: len(without(p.NeedEvidence, evidenced))}
}

// without gives the keys of questions that need evidence and have none.
func without(need, evidenced []string) []string {
	return slices.DeleteFunc(slices.Clone(need), func(key string) bool { return slices.Contains(evidenced, key) })
}

// missing is what an assessment lacks that may be handed in: an answer to each visible question that needs one, and evidence of each
// answer that needs some.
func missing(t *questionnaire.Template, set *questionnaire.Set, evidenced []string) []*fault.Fault {
	lacks, p := []*fault.Fault{}, t.Progress(set)
	for _, key := range p.Missing {
		lacks = append(lacks, fault.InvalidField("answers."+key, enum.UserErrorCodeRequired, "this question must be answered"))
	}
	for _, key := range without(p.NeedEvidence, evidenced) {
		lacks = append(lacks, fault.InvalidField("answers."+key+".evidence", enum.UserErrorCodeRequired, "this answer needs evidence: attach a file"))
	}
	return lacks
}

// MissingOf gives what each assessment needs for its next step to publication.
func (s *Service) MissingOf(ctx context.Context, rows []*db.Assessment) ([][]*fault.Fault, error) {
	templates, err := s.templatesOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	var asked, reviewed, approved []*db.Assessment
	for _, row := range rows {
		switch row.State {
		case enum.ImpactAssessmentStateInConsultation:
			asked, reviewed = append(asked, row), append(reviewed, row)
		case enum.ImpactAssessmentStateInReview:
			reviewed = append(reviewed, row)
		case enum.ImpactAssessmentStateApproved:
			approved = append(approved, row)
		}
	}
	counts, who, places := map[uuid.UUID]int{}, map[uuid.UUID]*hands{}, map[uuid.UUID]access.Place{}
	if len(asked) > 0 {
		if counts, err = s.unansweredOf(ctx, s.store.Query, idsOf(asked)); err != nil {
			return nil, err
		}
	}
	if len(reviewed) > 0 {
		if who, err = s.signed(ctx, reviewed); err != nil {
			return nil, err
		}
	}
	if len(approved) > 0 {
		if places, err = s.subjects(ctx, approved); err != nil {
			return nil, err
		}
	}
	out, now := make([][]*fault.Fault, len(rows)), s.clock.Now()
	open := map[uuid.UUID]int{}
	if waiting := append(slices.Clone(asked), approved...); len(waiting) > 0 {
		if open, err = s.risks.Unaccepted(ctx, nil, idsOf(waiting), now); err != nil {
			return nil, err
		}
	}
	for i, row := range rows {
		p := placed{Assessment: row, template: templates[row.TemplateID], subject: places[row.SubjectID], hands: who[row.ID], unanswered: counts[row.ID], unaccepted: open[row.ID]}
		out[i] = p.lacks(now)
	}
	return out, nil
}

func idsOf(rows []*db.Assessment) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

// sets compiles the answers of assessments.
func (s *Service) sets(ctx context.Context, rows []*db.Assessment, each func(i int, t *questionnaire.Template, set *questionnaire.Set)) error {
	templates, err := s.templatesOf(ctx, rows)
	if err != nil {
		return err
	}
	for i, row := range rows {
		t := templates[row.TemplateID]
		set, err := setOf(row, t)
		if err != nil {
			return err
		}
		each(i, t, set)
	}
	return nil
}

// PhaseOf gives the phase of its subject in which each assessment is made; empty where the template does not ask.
func (s *Service) PhaseOf(ctx context.Context, rows []*db.Assessment) ([]*enum.AssessmentPhase, error) {
	out := make([]*enum.AssessmentPhase, len(rows))
	err := s.sets(ctx, rows, func(i int, t *questionnaire.Template, set *questionnaire.Set) {
		if phase := enum.AssessmentPhase(t.Phase(set)); phase != "" {
			out[i] = &phase
		}
	})
	return out, err
}
