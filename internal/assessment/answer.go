package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
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
			f.Refuse(wrong.Path, codeOf(wrong.Code), "%s", wrong.Message)
		}
		c.Value = &value
	}
	return f.Err()
}

// codes are those of the schema for what package questionnaire finds.
var codes = map[source.Code]enum.UserErrorCode{
	source.NoSuchOption: enum.UserErrorCodeUnknownOption, source.WrongType: enum.UserErrorCodeWrongType, source.TooLong: enum.UserErrorCodeTooLong,
	source.TooMany: enum.UserErrorCodeTooMany, source.OutOfRange: enum.UserErrorCodeOutOfRange, source.Required: enum.UserErrorCodeRequired,
	source.Duplicate: enum.UserErrorCodeDuplicate,
}

func codeOf(code source.Code) enum.UserErrorCode {
	if word, ok := codes[code]; ok {
		return word
	}
	return enum.UserErrorCodeInvalid
}

// Answer saves answers of a draft: all of them or none. Two people who answer different questions do not get in each other's way; on
// the same one, whoever has not seen the other's answer is shown it.
func (s *Service) Answer(ctx context.Context, id uuid.UUID, changes []Change, expected *int32) (*act.Result, error) {
	frame, turned := s.Frame, Turned{}
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		keys := make([]string, len(changes))
		for i, c := range changes {
			keys[i] = c.Question
		}
		e.Payload = map[string]any{"state": p.State, "version": p.Version, "questions": keys}
		e.Told = turned
		return e
	}
	return frame.Change(ctx, policy.AnswerAssessment, id, expected, "assessment.answered", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		if err := check(p.template, changes); err != nil {
			return nil, err
		}
		if err := s.current(ctx, tx, id, changes); err != nil {
			return nil, err
		}
		given, err := givenOf(p.Assessment)
		if err != nil {
			return nil, err
		}
		present := given.Answers()
		before := p.template.SetOf(given)
		now := s.clock.Now()
		for _, c := range changes {
			if err := s.save(ctx, tx, id, c, now); err != nil {
				return nil, err
			}
			delete(present, c.Question)
			if c.Value != nil {
				present[c.Question] = short(p.template, c.Question, *c.Value)
			}
		}
		after := p.template.Set(present)
		turned.Appeared, turned.Vanished = p.template.Turned(before, after)
		update, err := s.scored(p.Update(), p.template, present, after)
		if err != nil {
			return nil, err
		}
		return s.rewritten(p, update).Save(ctx)
	})
}

// Turned are the questions that answers have made appear or vanish.
type Turned struct {
	Appeared []string `json:"appeared,omitempty"`
	Vanished []string `json:"vanished,omitempty"`
}

// current finds the changes that do not know the answer they would replace.
func (s *Service) current(ctx context.Context, tx *db.Tx, id uuid.UUID, changes []Change) error {
	keys := make([]string, len(changes))
	for i, c := range changes {
		keys[i] = c.Question
	}
	in := s.store.AnyText("question", keys)
	found := map[uuid.UUID][]*Answer{}
	text := "SELECT " + strings.Join(answers.Columns, ", ") + " FROM answers WHERE assessment_id = ? AND latest AND " + in.SQL
	err := s.store.QueryTx(ctx, tx, text, append([]any{id}, in.Args...), func(r *sql.Rows) error { return collect(r, found) })
	if err != nil {
		return fmt.Errorf("read the present answers: %w", err)
	}
	now := make(map[string]*Answer, len(keys))
	for _, a := range found[id] {
		now[a.Question] = a
	}
	var f fault.Form
	for i, c := range changes {
		a := now[c.Question]
		if a == nil {
			a = new(Answer)
		}
		if a.Revision == int(c.Expected) {
			continue
		}
		revision := a.Revision
		f.Add(&fault.Fault{
			Kind: fault.Conflict, Code: enum.UserErrorCodeConflict, Field: fmt.Sprintf("answers.%d.expectedRevision", i),
			Message: "somebody else has answered this question since you read it", Values: fault.Values{Actual: &revision, Text: optional.Text(a.said())},
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

// save keeps one answer; those before it stay as its history.
func (s *Service) save(ctx context.Context, tx *db.Tx, assessment uuid.UUID, c Change, now time.Time) error {
	value := ""
	if c.Value != nil {
		text, err := json.Marshal(c.Value)
		if err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		value = string(text)
	}
	if c.Expected > 0 {
		if _, err := s.store.Exec(ctx, tx, "UPDATE answers SET latest = false WHERE assessment_id = ? AND question = ? AND latest", assessment, c.Question); err != nil {
			return fmt.Errorf("set the answer before aside: %w", err)
		}
	}
	const insert = `INSERT INTO answers (id, assessment_id, question, revision, latest, value, note, author_id, answered_at) VALUES (?, ?, ?, ?, true, ?, ?, ?, ?)`
	_, err := s.store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), assessment, c.Question, c.Expected+1, value, c.Note, policy.ActorFrom(ctx).Member, now)
	if err != nil {
		return fmt.Errorf("save the answer: %w", err)
	}
	return nil
}

// short is an answer as the assessment's row keeps it: a text only by being there, unless a condition reads it.
func short(t *questionnaire.Template, key string, v questionnaire.Value) questionnaire.Value {
	if v.Text != nil && !t.Read(key) {
		return questionnaire.Said("+")
	}
	return v
}

func givenOf(row *db.Assessment) (questionnaire.Given, error) {
	var g questionnaire.Given
	if err := json.Unmarshal([]byte(row.Given), &g); err != nil {
		return g, fmt.Errorf("read the answers of %s: %w", row.ID, err)
	}
	return g, nil
}

// scored sets what follows from answers.
func (s *Service) scored(
	update *db.AssessmentUpdateOne, t *questionnaire.Template, present questionnaire.Answers, set *questionnaire.Set,
) (*db.AssessmentUpdateOne, error) {
	text, err := json.Marshal(present.Given())
	if err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	totals := t.Totals(set)
	update.SetGiven(string(text)).SetScore(int(totals.Current)).ClearLevel()
	if totals.Level > 0 {
		update.SetLevel(int(totals.Level))
	}
	return update, nil
}

var answers = store.TableOf[db.Answer]()

// answerOf reads a saved answer.
func answerOf(row *db.Answer) (*Answer, error) {
	a := &Answer{Question: row.Question, Note: row.Note, Revision: row.Revision, Author: row.AuthorID, AnsweredAt: row.AnsweredAt}
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
