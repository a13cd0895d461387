package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

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

// Value is an answer in the form of its question's type.
type Value struct{ questionnaire.Value }

// Answer is what was saved as the answer to a question.
type Answer struct {
	Question   string
	Value      *Value // nil when the answer was taken back
	Note       optional.Text
	Revision   int
	Author     uuid.UUID
	AnsweredAt time.Time
	Withheld   []enum.AnswerPart // what the viewer is not given

	assessment uuid.UUID
}

// Change is a new answer to a question. Nil takes the value back; the revision is that of the answer it is to replace, 0 for none.
type Change struct {
	Question string
	Value    *questionnaire.Value
	Note     string
	Expected int32
}

// Bounds of what is saved at once, and of a note.
const (
	mostChanges = 50
	longestNote = 20_000
)

// check normalises changes, or says what is wrong with them, all at once.
func check(t *questionnaire.Template, changes []Change) error {
	var f fault.Form
	if !f.Count("answers", len(changes), 1, mostChanges) {
		return f.Err()
	}
	seen := map[string]bool{}
	for i := range changes {
		c, at := &changes[i], fmt.Sprintf("answers.%d", i)
		c.Note = f.OptionalText(at+".note", c.Note, longestNote)
		if seen[c.Question] {
			f.Refuse(at+".question", enum.UserErrorCodeDuplicate, "this question is answered twice")
		}
		seen[c.Question] = true
		if t.Question(c.Question) == nil {
			f.Refuse(at+".question", enum.UserErrorCodeUnknownQuestion, "the template has no such question")
			continue
		}
		if c.Value == nil {
			continue
		}
		value, faults := t.CheckValue(at+".value", c.Question, *c.Value)
		for _, wrong := range faults {
			f.Refuse(wrong.Path, wrong.Code.Word(), "%s", wrong.Message)
		}
		c.Value = &value
	}
	return f.Err()
}

// Answer saves answers of a draft: all of them or none. Two people who answer different questions do not get in each other's way; on
// the same one, whoever has not seen the other's answer is shown it.
func (s *Service) Answer(ctx context.Context, id uuid.UUID, changes []Change, expected *int32) (*act.Result, error) {
	frame, turned, drafting := s.Frame, Turned{}, false
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		keys := make([]string, len(changes))
		for i, c := range changes {
			keys[i] = c.Question
		}
		e.Payload = map[string]any{"state": p.State, "version": p.Version, "questions": keys}
		e.Told, e.Unkept = turned, drafting
		return e
	}
	frame.Fetch = s.fetchToAnswer
	return frame.Change(ctx, policy.AnswerAssessment, id, expected, "assessment.answered", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		if err := check(p.template, changes); err != nil {
			return nil, err
		}
		drafting = p.State == enum.ImpactAssessmentStateDraft && p.ContentHash == nil // nobody was consulted on it as it was
		if err := s.current(ctx, tx, id, changes); err != nil {
			return nil, err
		}
		before, err := p.set()
		if err != nil {
			return nil, err
		}
		given, err := givenOf(p.Assessment)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			given.Take(c.Question)
			if c.Value != nil {
				given.Put(c.Question, short(p.template, c.Question, *c.Value))
			}
		}
		after := p.template.SetOf(given)
		turned.Appeared, turned.Vanished = p.template.Turned(before, after)
		if err := s.answered(p.Assessment, given, p.template.Totals(after)); err != nil {
			return nil, err
		}
		*p.compiled = compiled{p.Given, after}
		return p.Assessment, s.saveAll(ctx, tx, p.Assessment, changes)
	})
}

// Turned are the questions that answers have made appear or vanish.
type Turned struct {
	Appeared []string `json:"appeared,omitempty"`
	Vanished []string `json:"vanished,omitempty"`
}

// current finds the changes that do not know the answer they would replace. The assessment's row is locked, so that none changes
// before they are saved.
func (s *Service) current(ctx context.Context, tx *db.Tx, id uuid.UUID, changes []Change) error {
	keys := make([]string, len(changes))
	for i, c := range changes {
		keys[i] = c.Question
	}
	in := s.store.AnyText("question", keys)
	now := make(map[string]*db.Answer, len(keys))
	text := "SELECT " + strings.Join(shown.Columns, ", ") + " FROM answers WHERE assessment_id = ? AND latest AND " + in.SQL
	err := s.store.QueryTx(ctx, tx, text, append([]any{id}, in.Args...), func(r *sql.Rows) error {
		row := new(db.Answer)
		err := shown.Scan(r, row)
		now[row.Question] = row
		return err
	})
	if err != nil {
		return fmt.Errorf("read the present answers: %w", err)
	}
	var f fault.Form
	for i, c := range changes {
		row := now[c.Question]
		if row == nil {
			row = new(db.Answer)
		}
		if row.Revision == int(c.Expected) {
			continue
		}
		a, err := answerOf(row)
		if err != nil {
			return err
		}
		f.Add(&fault.Fault{
			Kind: fault.Conflict, Code: enum.UserErrorCodeConflict, Field: fmt.Sprintf("answers.%d.expectedRevision", i),
			Message: "somebody else has answered this question since you read it", Values: fault.Values{Actual: &a.Revision, Text: optional.Text(a.said())},
		})
	}
	return f.Err()
}

// said is an answer in words, for whoever would have overwritten it.
func (a *Answer) said() string {
	var parts []string
	if v := a.Value; v != nil {
		switch {
		case v.Text != nil:
			parts = append(parts, *v.Text)
		case v.Choices != nil:
			parts = append(parts, strings.Join(v.Choices, ", "))
		case v.Number != nil:
			parts = append(parts, fmt.Sprint(*v.Number))
		case v.Boolean != nil:
			parts = append(parts, fmt.Sprint(*v.Boolean))
		case v.Date != nil:
			parts = append(parts, *v.Date)
		}
	}
	if a.Note != "" {
		parts = append(parts, string(a.Note))
	}
	return strings.Join(parts, "\n")
}

// fetchToAnswer is fetch for answers, which are saved while somebody types. ent's own query takes three times as long, and gives a row
// that can be updated, which this does not need.
func (s *Service) fetchToAnswer(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, found := new(db.Assessment), false
	text := "SELECT " + strings.Join(s.Table.Columns, ", ") + " FROM assessments WHERE id = ?"
	if s.store.IsPostgres() {
		text += " FOR UPDATE"
	}
	err := s.store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { found = true; return s.Table.Scan(r, row) })
	if err == nil && !found {
		err = fault.Missing()
	}
	if err != nil {
		return placed{}, err
	}
	return s.placed(ctx, tx, row)
}

// answered sets what follows from answers, as rewritten does.
func (s *Service) answered(row *db.Assessment, given questionnaire.Given, totals questionnaire.Totals) error {
	text, err := json.Marshal(given)
	if err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	row.Given, row.Score, row.Level = string(text), int(totals.Current), nil
	if totals.Level > 0 {
		level := int(totals.Level)
		row.Level = &level
	}
	if row.ContentHash != nil {
		row.Version, row.ContentHash = row.Version+1, nil
	}
	row.State = enum.ImpactAssessmentStateDraft
	row.Revision++
	row.UpdatedAt = s.clock.Now()
	return nil
}

// statement is one with its arguments.
type statement struct {
	text string
	args []any
}

// saveAll writes answers and the row of their assessment, as it is to be. The answers before stay as their history.
func (s *Service) saveAll(ctx context.Context, tx *db.Tx, row *db.Assessment, changes []Change) error {
	insert, err := insertOf(row, changes, policy.ActorFrom(ctx).Member)
	if err != nil {
		return err
	}
	update := statement{
		"UPDATE assessments SET updated_at = ?, revision = ?, state = ?, given = ?, score = ?, level = ?, version = ?, content_hash = ? WHERE id = ?",
		[]any{row.UpdatedAt, row.Revision, row.State, row.Given, row.Score, row.Level, row.Version, row.ContentHash, row.ID},
	}
	all := []statement{insert, update}
	if aside := asideOf(row.ID, changes); aside.text != "" {
		all = []statement{aside, insert, update}
	}
	if s.store.IsPostgres() { // where each statement is a way there and back
		all = []statement{together(all)}
	}
	for _, st := range all {
		if _, err := s.store.Exec(ctx, tx, st.text, st.args...); err != nil {
			return fmt.Errorf("save answers: %w", err)
		}
	}
	return nil
}

// together makes one statement of some that do not see what the others do.
func together(all []statement) statement {
	last := len(all) - 1
	parts, args := make([]string, last), []any(nil)
	for i, st := range all[:last] {
		parts[i] = fmt.Sprintf("part%d AS (%s)", i, st.text)
		args = append(args, st.args...)
	}
	return statement{"WITH " + strings.Join(parts, ", ") + " " + all[last].text, append(args, all[last].args...)}
}

// asideOf sets the answers aside that changes replace; it is empty where none does.
func asideOf(id uuid.UUID, changes []Change) statement {
	st := statement{args: []any{id}}
	var each []string
	for _, c := range changes {
		if c.Expected > 0 {
			each = append(each, "question = ? AND revision = ?")
			st.args = append(st.args, c.Question, c.Expected)
		}
	}
	if len(each) > 0 {
		st.text = "UPDATE answers SET latest = false WHERE assessment_id = ? AND (" + strings.Join(each, " OR ") + ")"
	}
	return st
}

// insert adds the first answers of an assessment, as many at a time as a statement has arguments for.
func (s *Service) insert(ctx context.Context, tx *db.Tx, row *db.Assessment, changes []Change) error {
	for some := range slices.Chunk(changes, mostChanges) {
		st, err := insertOf(row, some, policy.ActorFrom(ctx).Member)
		if err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, st.text, st.args...); err != nil {
			return fmt.Errorf("save answers: %w", err)
		}
	}
	return nil
}

// insertOf adds the answers.
func insertOf(row *db.Assessment, changes []Change, author uuid.UUID) (statement, error) {
	const columns = "id, assessment_id, question, version, revision, latest, value, note, author_id, answered_at"
	const each = "(?, ?, ?, ?, ?, true, ?, ?, ?, ?)"
	st := statement{text: "INSERT INTO answers (" + columns + ") VALUES " + each + strings.Repeat(", "+each, len(changes)-1)}
	for _, c := range changes {
		value := ""
		if c.Value != nil {
			text, err := json.Marshal(c.Value)
			if err != nil {
				return st, fmt.Errorf("write the answer: %w", err)
			}
			value = string(text)
		}
		st.args = append(st.args, uuid.Must(uuid.NewV7()), row.ID, c.Question, row.Version, c.Expected+1, value, c.Note, author, row.UpdatedAt)
	}
	return st, nil
}

// short is an answer as the assessment's row keeps it: a text only by being there, unless a condition reads it.
func short(t *questionnaire.Template, key string, v questionnaire.Value) questionnaire.Value {
	if v.Text != nil && !t.Read(key) {
		return questionnaire.Said("+")
	}
	return v
}

// inShort are all answers of an assessment as its row keeps them, with what they score.
func inShort(t *questionnaire.Template, all questionnaire.Answers) (string, questionnaire.Totals, error) {
	present := make(questionnaire.Answers, len(all))
	for key, v := range all {
		present[key] = short(t, key, v)
	}
	text, err := json.Marshal(present.Given())
	if err != nil {
		return "", questionnaire.Totals{}, fmt.Errorf("write the answers: %w", err)
	}
	return string(text), t.Totals(t.Set(present)), nil
}

// setOf compiles the answers of an assessment for its template. That costs a tenth of reading them first.
func setOf(row *db.Assessment, t *questionnaire.Template) (*questionnaire.Set, error) {
	set, err := t.ReadSet([]byte(row.Given))
	if err != nil {
		return nil, fmt.Errorf("read the answers of %s: %w", row.ID, err)
	}
	return set, nil
}

func givenOf(row *db.Assessment) (questionnaire.Given, error) {
	var g questionnaire.Given
	if err := json.Unmarshal([]byte(row.Given), &g); err != nil {
		return g, fmt.Errorf("read the answers of %s: %w", row.ID, err)
	}
	return g, nil
}

var answers = store.TableOf[db.Answer]()

// shown are the columns of an answer that whoever has not seen it is shown.
var shown = answers.Only("question", "revision", "value", "note")

// answerOf reads a saved answer.
func answerOf(row *db.Answer) (*Answer, error) {
	a := &Answer{Question: row.Question, Note: row.Note, Revision: row.Revision, Author: row.AuthorID, AnsweredAt: row.AnsweredAt, assessment: row.AssessmentID}
	if row.Value == "" {
		return a, nil
	}
	a.Value = new(Value)
	if err := json.Unmarshal([]byte(row.Value), &a.Value.Value); err != nil {
		return nil, fmt.Errorf("read the answer %s: %w", row.ID, err)
	}
	return a, nil
}

// answersOf reads the present answers of assessments.
func (s *Service) answersOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]*Answer, error) {
	in := s.store.AnyOf("assessment_id", ids)
	all := make(map[uuid.UUID][]*Answer, len(ids))
	text := "SELECT " + strings.Join(answers.Columns, ", ") + " FROM answers WHERE " + in.SQL + " AND latest ORDER BY assessment_id, question"
	err := s.store.Query(ctx, text, in.Args, func(r *sql.Rows) error { return collect(r, all) })
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	return all, nil
}

// answersIn reads the present answers of an assessment inside a use case.
func (s *Service) answersIn(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]*Answer, error) {
	all := map[uuid.UUID][]*Answer{}
	text := "SELECT " + strings.Join(answers.Columns, ", ") + " FROM answers WHERE assessment_id = ? AND latest"
	err := s.store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { return collect(r, all) })
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	return all[id], nil
}

func collect(r *sql.Rows, all map[uuid.UUID][]*Answer) error {
	row := new(db.Answer)
	if err := answers.Scan(r, row); err != nil {
		return err
	}
	a, err := answerOf(row)
	all[row.AssessmentID] = append(all[row.AssessmentID], a)
	return err
}
