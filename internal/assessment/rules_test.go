package assessment

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestWordsAreChecked(t *testing.T) {
	for _, row := range []struct{ name, title, field string }{
		{"plain words are good", "T", ""},
		{"a title is wanted", "", "title"},
		{"a title has at most 200 characters", repeated(201), "title"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Words{Title: row.title}.Check()
			if row.field == "" && err != nil {
				t.Fatalf("Check = %v, want no error", err)
			}
			if f := fault.Of(err); row.field != "" && (f == nil || f.Field != row.field) {
				t.Errorf("Check = %v, want a fault of %s", err, row.field)
			}
		})
	}
}

// small is a template with a question of each type.
func small(t *testing.T) *questionnaire.Template {
	t.Helper()
	words := questionnaire.Words{"en": "?"}
	q := func(key string, typ questionnaire.Type) questionnaire.Question {
		return questionnaire.Question{Key: key, Type: typ, Title: words}
	}
	choice := q("choice", questionnaire.Single)
	choice.Options = []questionnaire.Option{{Value: "a", Title: words, Weight: 1}, {Value: "b", Title: words}}
	why := q("why", questionnaire.Text)
	why.VisibleIf = `{choice} = "a"`
	said := q("said", questionnaire.Text)
	said.Required = true
	template, err := questionnaire.Check(questionnaire.Document{
		Format: questionnaire.Format, Key: "small", Languages: []string{"en"}, Title: words, Rule: questionnaire.DefaultRule, SignOffs: questionnaire.DefaultSignOffs,
		Sections: []questionnaire.Section{{
			Key: "all", Title: words, ScoreType: questionnaire.Raw,
			Questions: []questionnaire.Question{choice, why, said, q("count", questionnaire.Number), q("day", questionnaire.Date), q("yes", questionnaire.Boolean)},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func TestAnswersAreChecked(t *testing.T) {
	value := func(v questionnaire.Value) *questionnaire.Value { return &v }
	for _, row := range []struct {
		name, field string
		code        enum.UserErrorCode
		changes     []Change
	}{
		{"a text for a text", "", "", []Change{{Question: "said", Value: value(questionnaire.Said("x"))}}},
		{"an answer can be taken back", "", "", []Change{{Question: "said"}}},
		{"something is answered", "answers", enum.UserErrorCodeTooFew, nil},
		{"at most 50 at once", "answers", enum.UserErrorCodeTooMany, make([]Change, 51)},
		{"a question that is not there", "answers.0.question", enum.UserErrorCodeUnknownQuestion, []Change{{Question: "nobody"}}},
		{"a question once", "answers.1.question", enum.UserErrorCodeDuplicate, []Change{{Question: "said"}, {Question: "said"}}},
		{"a number for a text", "answers.0.value.number", enum.UserErrorCodeWrongType, []Change{{Question: "said", Value: value(questionnaire.Counted(1))}}},
		{"an option that is not there", "answers.0.value.choices.0", enum.UserErrorCodeUnknownOption, []Change{{Question: "choice", Value: value(questionnaire.Chosen("z"))}}},
		{"a text of 20,001 characters", "answers.0.value.text", enum.UserErrorCodeTooLong, []Change{{Question: "said", Value: value(questionnaire.Said("x" + repeated(20_000)))}}},
		{"a note of 20,001 characters", "answers.0.note", enum.UserErrorCodeTooLong, []Change{{Question: "said", Note: "x" + repeated(20_000)}}},
		{"a value of no member", "answers.0.value", enum.UserErrorCodeRequired, []Change{{Question: "said", Value: &questionnaire.Value{}}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := fault.Of(check(small(t), row.changes))
			if row.field == "" && f != nil {
				t.Fatalf("check = %v, want no error", f)
			}
			if row.field != "" && (f == nil || f.Field != row.field || f.UserCode() != row.code) {
				t.Errorf("check = %+v, want %s of %s", f, row.code, row.field)
			}
		})
	}
}

func repeated(n int) string { return strings.Repeat("x", n) }

func TestWhatIsMissing(t *testing.T) {
	template := small(t)
	if lacks := missing(template, template.Set(nil), nil); len(lacks) != 1 || lacks[0].Field != "answers.said" || lacks[0].UserCode() != enum.UserErrorCodeRequired {
		t.Errorf("without answers, %v is missing, want answers.said", lacks)
	}
	if lacks := missing(template, template.Set(questionnaire.Answers{"said": questionnaire.Said("+")}), nil); len(lacks) > 0 {
		t.Errorf("with an answer, %v is missing", lacks)
	}
}
