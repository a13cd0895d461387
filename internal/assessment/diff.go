package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// VersionPage is a page of versions.
type VersionPage = store.Page[*db.AssessmentVersion]

// VersionEdge is an entry of a page of versions.
type VersionEdge = store.Edge[*db.AssessmentVersion]

// versions are those of assessments, without what they say: that is for nobody to read but through a use of it.
var versions = store.TableOf[db.AssessmentVersion]().Without("document", "published")

// consulted asks for a version that everybody was consulted on, or of an assessment that the actor reads the whole of: what an earlier
// release handed in was for few to read.
func (s *Service) consulted(a policy.Actor) store.Cond {
	return store.Or(store.Where("t.consulted"), s.InWhole(a, "t.assessment_id"))
}

// VersionsOf reads a page of the versions of each assessment, newest first. The assessments are visible already.
func (s *Service) VersionsOf(ctx context.Context, assessments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*VersionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	return store.Pages(ctx, s.store, store.List[db.AssessmentVersion]{
		Table: versions, Parent: "t.assessment_id", ActsNameParent: true, Where: s.consulted(actor), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: actor.Key(),
	}, assessments)
}

// VersionsByID reads versions of assessments that the actor may see.
func (s *Service) VersionsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.AssessmentVersion, error) {
	actor := policy.ActorFrom(ctx)
	return store.ByID(ctx, s.store, versions, ids, store.And(s.consulted(actor), s.Noun.InVisible(actor, "t.assessment_id")))
}

// NextVersions reads the version that came after each of these, under the same rule.
func (s *Service) NextVersions(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.AssessmentVersion, error) {
	actor := policy.ActorFrom(ctx)
	return access.Next(ctx, s.store, versions, "assessment_id", store.And(s.consulted(actor), s.Noun.InVisible(actor, "t.assessment_id")), ids)
}

// Diff is what changed from one version to another, as far as the actor reads both.
type Diff struct {
	From, To                 uuid.UUID // the versions
	TemplateFrom, TemplateTo uuid.UUID
	Added, Removed           []string
	Changed                  []*QuestionDiff
	Answers                  []*AnswerDiff
	Risks                    []*RiskDiff
	Score                    *ScoreDiff
}

// QuestionDiff is a question that both templates have, and that is not the same.
type QuestionDiff struct {
	Question string
	Aspects  []enum.QuestionAspect
}

// AnswerDiff is an answer that came, went or changed, or whose note or evidence did.
type AnswerDiff struct {
	Question         string
	From, To         *Value
	NoteFrom, NoteTo optional.Text
	EvidenceChanged  bool
}

// ScoreDiff explains how the score changed: the points of its lines add up to the change of raw and mitigation, and the change of the
// current score is that of raw, less that of the deduction.
type ScoreDiff struct {
	RawFrom, RawTo, MitigationFrom, MitigationTo, DeductionFrom, DeductionTo, CurrentFrom, CurrentTo int
	LevelFrom, LevelTo                                                                               *enum.ImpactLevel
	Lines                                                                                            []*PointDiff
}

// PointDiff is the part of one question in the change of a total.
type PointDiff struct {
	Question                 string
	Total                    enum.ScoreType
	From, To, MaxFrom, MaxTo int
	ByTemplate, ByAnswers    int
	Causes                   []enum.PointCause
}

// side is a version that is compared.
type side struct {
	version  *db.AssessmentVersion
	template *questionnaire.Template
	under    uuid.UUID
	document *Document
	hidden   map[string][]string // parts of answers that the actor is not given, by question
	withheld hazard.Withheld     // parts of risks that the actor is not given
}

// Diff compares two versions that the actor may see, also of two assessments.
func (s *Service) Diff(ctx context.Context, from, to uuid.UUID) (*Diff, error) {
	sides, err := s.sides(ctx, []uuid.UUID{from, to})
	if err != nil {
		return nil, err
	}
	return between(sides[0], sides[1])
}

// between compares two versions, as far as both are given.
func between(a, b side) (*Diff, error) {
	given := func(one side) (questionnaire.Answers, error) {
		all, err := one.document.answers()
		for key, parts := range one.hidden {
			if slices.Contains(parts, partValue) {
				delete(all, key)
			}
		}
		return all, err
	}
	before, err := given(a)
	if err != nil {
		return nil, err
	}
	after, err := given(b)
	if err != nil {
		return nil, err
	}
	for _, one := range []side{a, b} { // what is withheld in one of them is told of neither
		for key, parts := range one.hidden {
			if slices.Contains(parts, partValue) {
				delete(before, key)
				delete(after, key)
			}
		}
	}
	found := questionnaire.Compare(questionnaire.Version{Template: a.template, Answers: before}, questionnaire.Version{Template: b.template, Answers: after})
	d := &Diff{
		From: a.version.ID, To: b.version.ID, TemplateFrom: a.under, TemplateTo: b.under,
		Added: append([]string{}, found.Added...), Removed: append([]string{}, found.Removed...), Changed: []*QuestionDiff{}, Score: scoreDiff(found.Score),
	}
	for _, q := range found.Changed {
		one := &QuestionDiff{Question: q.Question}
		for _, aspect := range q.Aspects {
			one.Aspects = append(one.Aspects, enum.QuestionAspect(aspect))
		}
		d.Changed = append(d.Changed, one)
	}
	d.Answers = answerDiffs(a, b, found.Answers)
	d.Risks, err = riskDiffs(a, b)
	return d, err
}

// sides reads versions with what they say, in the order of their ids. One that the actor may not see is missing.
func (s *Service) sides(ctx context.Context, ids []uuid.UUID) ([]side, error) {
	seen, err := s.VersionsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var of []uuid.UUID
	for _, id := range ids {
		if seen[id] == nil {
			return nil, fault.Missing()
		}
		of = append(of, seen[id].AssessmentID)
	}
	rows, err := s.ByID(ctx, of)
	if err != nil {
		return nil, err
	}
	all := make([]*db.Assessment, len(of))
	for i, id := range of {
		if all[i] = rows[id]; all[i] == nil {
			return nil, fault.Missing() // hidden meanwhile
		}
	}
	templates, err := s.templatesOf(ctx, all)
	if err != nil {
		return nil, err
	}
	whole, err := s.whole(ctx, s.store.Query, all)
	if err != nil {
		return nil, err
	}
	documents, err := s.documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	sides := make([]side, len(ids))
	for i, id := range ids {
		one := side{version: seen[id], template: templates[all[i].TemplateID], under: all[i].TemplateID, document: documents[id], hidden: map[string][]string{}}
		if one.document == nil {
			return nil, fault.Missing()
		}
		if !whole[all[i].ID] {
			one.hidden, one.withheld = answersWithheld(one.document.Redactions), risksWithheld(one.document.Redactions)
		}
		sides[i] = one
	}
	return sides, nil
}

func (s *Service) documents(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Document, error) {
	all, in := map[uuid.UUID]*Document{}, s.store.AnyOf("id", ids)
	err := s.store.Query(ctx, "SELECT id, document FROM assessment_versions WHERE "+in.SQL, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var text string
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		all[id] = new(Document)
		return json.Unmarshal([]byte(text), all[id])
	})
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	return all, nil
}

// answerDiffs adds to the answers that changed those whose note or evidence did. What is withheld of one version is told of neither.
func answerDiffs(a, b side, changed []questionnaire.AnswerChange) []*AnswerDiff {
	out := []*AnswerDiff{}
	at := map[string]*AnswerDiff{}
	get := func(key string) *AnswerDiff {
		if at[key] == nil {
			at[key] = &AnswerDiff{Question: key}
			out = append(out, at[key])
		}
		return at[key]
	}
	for _, c := range changed {
		one := get(c.Question)
		if c.From != nil {
			one.From = &Value{*c.From}
		}
		if c.To != nil {
			one.To = &Value{*c.To}
		}
	}
	before, after := a.document.byQuestion(), b.document.byQuestion()
	for _, key := range append(b.template.Keys(), a.template.Keys()...) {
		x, y := before[key], after[key]
		told := func(part string) bool {
			return !slices.Contains(a.hidden[key], part) && !slices.Contains(b.hidden[key], part)
		}
		if p, q := words(x.Note), words(y.Note); p != q && told(partNote) {
			get(key).NoteFrom, get(key).NoteTo = optional.Text(p), optional.Text(q)
		}
		if x.evidence() != y.evidence() && told(partEvidence) {
			get(key).EvidenceChanged = true
		}
	}
	return out
}

func (d *Document) byQuestion() map[string]DocumentAnswer {
	all := make(map[string]DocumentAnswer, len(d.Answers))
	for _, a := range d.Answers {
		all[a.Question] = a
	}
	return all
}

// evidence is what is said of the files of an answer.
func (a *DocumentAnswer) evidence() string {
	var all []string
	for _, e := range a.Evidence {
		all = append(all, e.Words)
	}
	return strings.Join(all, "\n")
}

func scoreDiff(c questionnaire.ScoreChange) *ScoreDiff {
	d := &ScoreDiff{
		RawFrom: int(c.From.Raw), RawTo: int(c.To.Raw), MitigationFrom: int(c.From.Mitigation), MitigationTo: int(c.To.Mitigation),
		DeductionFrom: int(c.DeductionFrom), DeductionTo: int(c.DeductionTo), CurrentFrom: int(c.From.Current), CurrentTo: int(c.To.Current),
		LevelFrom: levelOf(c.From.Level), LevelTo: levelOf(c.To.Level), Lines: []*PointDiff{},
	}
	for _, l := range c.Lines {
		one := &PointDiff{
			Question: l.Question, Total: enum.ScoreType(l.Total), From: int(l.From), To: int(l.To), MaxFrom: int(l.MaxFrom), MaxTo: int(l.MaxTo),
			ByTemplate: int(l.ByTemplate), ByAnswers: int(l.ByAnswers), Causes: []enum.PointCause{},
		}
		for _, cause := range l.Causes {
			one.Causes = append(one.Causes, enum.PointCause(cause))
		}
		d.Lines = append(d.Lines, one)
	}
	return d
}
