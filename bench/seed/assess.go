package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

const (
	// given is how many questions of each assessment are answered, where the template has as many.
	given = 150
	// under is how many assessments each practice has.
	under = 20
)

// Assessment is a draft that a member of its firm may answer.
type Assessment struct {
	ID      uuid.UUID
	Choices []string // the keys of its answered questions with one choice
}

// assess writes assessments of practices of one firm, each with its answers and their notes, under one template.
func (f *filler) assess(ctx context.Context) error {
	if f.size.Assessments == 0 {
		return nil
	}
	at := f.now.Add(-50 * day)
	f.asked = f.id(at)
	if err := f.template(ctx, at); err != nil {
		return err
	}
	practices := make([]row, (f.size.Assessments+under-1)/under)
	for i := range practices {
		practices[i] = row{id: f.id(at), at: at}
	}
	err := f.db.insert(ctx, "practices", []string{
		"id", "created_at", "updated_at", "firm_id", "title", "description", "kind", "state", "content_hash", "shown_version",
	}, func(add adder) error {
		for _, p := range practices {
			if err := add(p.id, p.at, p.at, f.firm().id, f.words(60), f.words(300), "PERSONALISATION", "ACTIVE", noHash, 1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	forms := f.after(practices, under, 20*day)[:f.size.Assessments]
	if err := f.forms(ctx, practices, forms); err != nil {
		return err
	}
	return f.answers(ctx, forms)
}

// options are what can be chosen, by the keys of questions with one choice.
func (f *filler) options() map[string][]string {
	if f.size.Assessments == 0 {
		return nil
	}
	all := map[string][]string{}
	for _, key := range f.size.Template.Keys() {
		q := f.size.Template.Question(key)
		for _, o := range q.Options {
			if q.Type == questionnaire.Single {
				all[key] = append(all[key], o.Value)
			}
		}
	}
	return all
}

// firm is the party whose practices are assessed.
func (f *filler) firm() row { return f.parties[slices.Index(kinds, "FIRM")] }

func (f *filler) template(ctx context.Context, at time.Time) error {
	t := f.size.Template
	return f.db.insert(ctx, "templates", []string{
		"id", "created_at", "updated_at", "key", "version", "reference", "title", "jurisdictions", "languages", "document", "content_hash", "state",
		"activated_at",
	}, func(add adder) error {
		languages, err := json.Marshal(t.Document().Languages)
		if err != nil {
			return err
		}
		key := t.Document().Key
		return add(f.asked, at, at, key, 1, key+"@1", "Seeded", `[]`, string(languages), string(t.Bytes()), t.Hash(), "ACTIVE", at)
	})
}

// forms writes the rows of the assessments, with their answers in short and their scores.
func (f *filler) forms(ctx context.Context, practices, forms []row) error {
	t, member := f.size.Template, f.members[slices.Index(kinds, "FIRM")].id
	return f.db.insert(ctx, "assessments", []string{
		"id", "created_at", "updated_at", "template_id", "subject_type", "subject_id", "subject_version", "firm_id", "member_id", "title", "given",
		"score", "level",
	}, func(add adder) error {
		for i, a := range forms {
			short := make(questionnaire.Answers, given)
			about := Assessment{ID: a.id}
			f.eachAnswer(i, func(q *questionnaire.Question, v questionnaire.Value) {
				if q.Type == questionnaire.Single {
					about.Choices = append(about.Choices, q.Key)
				}
				if v.Text != nil && !t.Read(q.Key) {
					v = questionnaire.Said("+") // as the use case keeps it
				}
				short[q.Key] = v
			})
			text, err := json.Marshal(short.Given())
			if err != nil {
				return err
			}
			f.assessments = append(f.assessments, about)
			totals := t.Totals(t.Set(short))
			err = add(a.id, a.at, a.at, f.asked, "PRACTICE", practices[a.of].id, 1, f.firm().id, member, f.words(60), string(text),
				int(totals.Current), int(totals.Level))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// answers writes the answers themselves: about 115 bytes of value and note each.
func (f *filler) answers(ctx context.Context, forms []row) error {
	notes := make([]string, 1000)
	for i := range notes {
		notes[i] = f.words(60 + f.rnd.IntN(60))
	}
	member := f.members[slices.Index(kinds, "FIRM")].id
	return f.db.insert(ctx, "answers", []string{
		"id", "assessment_id", "question", "revision", "value", "note", "author_id", "answered_at",
	}, func(add adder) (err error) {
		for i, a := range forms {
			f.eachAnswer(i, func(q *questionnaire.Question, v questionnaire.Value) {
				text, wrong := json.Marshal(v)
				if wrong != nil || err != nil {
					err = wrong
					return
				}
				err = add(f.id(a.at), a.id, q.Key, 1, string(text), one(f.rnd, notes), member, a.at)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// eachAnswer visits the answers of an assessment: the same ones each time.
func (f *filler) eachAnswer(n int, visit func(q *questionnaire.Question, v questionnaire.Value)) {
	rnd := rand.New(rand.NewPCG(3, uint64(n)))
	keys := f.size.Template.Keys()
	chosen := rnd.Perm(len(keys))[:min(given, len(keys))]
	slices.Sort(chosen)
	for _, i := range chosen {
		q := f.size.Template.Question(keys[i])
		visit(q, answerTo(rnd, q))
	}
}

func answerTo(rnd *rand.Rand, q *questionnaire.Question) questionnaire.Value {
	switch q.Type {
	case questionnaire.Single, questionnaire.Multi:
		return questionnaire.Chosen(q.Options[rnd.IntN(len(q.Options))].Value)
	case questionnaire.Boolean:
		return questionnaire.True(rnd.IntN(2) == 0)
	case questionnaire.Number:
		return questionnaire.Counted(rnd.Int64N(1000))
	case questionnaire.Date:
		return questionnaire.On(fmt.Sprintf("2026-%02d-01", 1+rnd.IntN(12)))
	default:
		return questionnaire.Said(one(rnd, vocabulary) + " " + one(rnd, vocabulary) + " " + one(rnd, vocabulary))
	}
}
