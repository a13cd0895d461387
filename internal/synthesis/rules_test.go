package synthesis_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/synthesis"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) *time.Time { return new(noon.Add(d)) }

func TestAPhaseIsOverWhenItClosesOrTheNextOpens(t *testing.T) {
	for name, c := range map[string]struct {
		term synthesis.Term
		over bool
	}{
		"it goes on without an end":              {synthesis.Term{}, false},
		"it closes in a moment":                  {synthesis.Term{Closes: after(time.Microsecond)}, false},
		"it closes now":                          {synthesis.Term{Closes: after(0)}, true},
		"the next one opens now":                 {synthesis.Term{NextOpens: after(0)}, true},
		"the next one opens later":               {synthesis.Term{NextOpens: after(time.Hour)}, false},
		"it has closed, and none has opened yet": {synthesis.Term{Closes: after(-time.Hour), NextOpens: after(time.Hour)}, true},
		"its round has ended":                    {synthesis.Term{Closes: after(time.Hour), Ended: true}, true},
	} {
		if got := c.term.Over(noon); got != c.over {
			t.Errorf("%s: over = %v, want %v", name, got, c.over)
		}
	}
}

func TestAnObjectionIsOverdue(t *testing.T) {
	for name, c := range map[string]struct {
		answered, next *time.Time
		until          time.Time
		overdue        bool
	}{
		"there is time":                           {nil, after(time.Hour), *after(time.Hour), false},
		"nothing follows, and there is time":      {nil, nil, *after(time.Hour), false},
		"the next phase begins now":               {nil, after(0), *after(time.Hour), true},
		"the time for objections is over":         {nil, nil, *after(0), true},
		"the next phase begins, it has an answer": {after(-time.Hour), after(0), *after(0), false},
	} {
		if got := synthesis.Overdue(c.answered, c.next, c.until, noon); got != c.overdue {
			t.Errorf("%s: overdue = %v, want %v", name, got, c.overdue)
		}
	}
}

func TestWhatIsPublishedHasSentencesThatCiteSomething(t *testing.T) {
	one, other := uuid.New(), uuid.New()
	many := make([]uuid.UUID, 101)
	for i := range many {
		many[i] = uuid.New()
	}
	for name, c := range map[string]struct {
		sentences []synthesis.Sentence
		wrong     []string // fields
	}{
		"nothing":                          {nil, []string{"sentences"}},
		"too much":                         {make([]synthesis.Sentence, 101), []string{"sentences"}},
		"no words":                         {[]synthesis.Sentence{{Text: " ", Citations: []uuid.UUID{one}}}, []string{"sentences.0.text"}},
		"nothing cited":                    {[]synthesis.Sentence{{Text: "Yes."}}, []string{"sentences.0.citations"}},
		"too much cited":                   {[]synthesis.Sentence{{Text: "Yes.", Citations: many}}, []string{"sentences.0.citations"}},
		"one cited twice in a sentence":    {[]synthesis.Sentence{{Text: "Yes.", Citations: []uuid.UUID{one, other, one}}}, []string{"sentences.0.citations.2"}},
		"one cited by two sentences is ok": {[]synthesis.Sentence{{Text: "Yes.", Citations: []uuid.UUID{one}}, {Text: "No.", Citations: []uuid.UUID{one}}}, nil},
	} {
		_, err := synthesis.Plan{Sentences: c.sentences}.Check()
		var fields []string
		for _, f := range fault.All(err) {
			fields = append(fields, f.Field)
		}
		if len(fields) != len(c.wrong) || len(fields) > 0 && fields[0] != c.wrong[0] {
			t.Errorf("%s: wrong are %v, want %v", name, fields, c.wrong)
		}
	}
}

// Moving a word or a citation from one sentence to the next makes another hash.
func TestTheHashBindsWhatIsCitedWhere(t *testing.T) {
	one, other := uuid.New(), uuid.New()
	plan := func(number int, sentences ...synthesis.Sentence) string {
		return synthesis.Plan{Phase: 1, Sentences: sentences}.Hash(number)
	}
	hashes := map[string]bool{
		plan(1, synthesis.Sentence{Text: "A", Citations: []uuid.UUID{one}}, synthesis.Sentence{Text: "B", Citations: []uuid.UUID{other}}):        true,
		plan(2, synthesis.Sentence{Text: "A", Citations: []uuid.UUID{one}}, synthesis.Sentence{Text: "B", Citations: []uuid.UUID{other}}):        true,
		plan(1, synthesis.Sentence{Text: "A", Citations: []uuid.UUID{one, other}}, synthesis.Sentence{Text: "B", Citations: []uuid.UUID{other}}): true,
		plan(1, synthesis.Sentence{Text: "A", Citations: []uuid.UUID{one}}, synthesis.Sentence{Text: "B", Citations: []uuid.UUID{one}}):          true,
		plan(1, synthesis.Sentence{Text: "AB", Citations: []uuid.UUID{one, other}}):                                                              true,
	}
	if len(hashes) != 5 {
		t.Errorf("5 different texts have %d hashes", len(hashes))
	}
}
