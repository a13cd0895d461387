package surveyjs

import (
	"errors"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// conditions rewrites every condition of the file in our language.
func (r *reader) conditions(d *questionnaire.Document) {
	for i := range d.Sections {
		for j := range d.Sections[i].Questions {
			q := &d.Sections[i].Questions[j]
			r.byKey[q.Key] = q
		}
	}
	for i := range d.Sections {
		s, at := &d.Sections[i], source.Join("sections", i)
		s.VisibleIf = r.condition(at, s.VisibleIf)
		for j := range s.Panels {
			s.Panels[j].VisibleIf = r.condition(source.Join(at, "panels", j), s.Panels[j].VisibleIf)
		}
		for j := range s.Questions {
			q := &s.Questions[j]
			q.VisibleIf = r.condition(source.Join(at, "questions", j), q.VisibleIf)
			r.phase(d, q)
		}
	}
}

// phase takes the question by which Canada's questionnaires tell the phase.
func (r *reader) phase(d *questionnaire.Document, q *questionnaire.Question) {
	if q.Key == "projectDetailsPhase" && q.Type == questionnaire.Single && len(q.Options) == 2 && q.Options[0].Value == "item1" && q.Options[1].Value == "item2" {
		d.Phase = &questionnaire.Phase{Question: q.Key, Design: "item1", Implementation: "item2"}
	}
}

// condition rewrites one. What is no condition of ours is a fault, and so becomes none.
func (r *reader) condition(part, text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	e, err := questionnaire.Parse(text)
	if err != nil {
		var p *questionnaire.ParseError
		errors.As(err, &p)
		r.faults.Add(r.places.Move(questionnaire.Fault{Path: source.Join(part, "visibleIf"), Code: p.Code, Message: "this condition cannot be represented here: " + p.Error()}))
		return ""
	}
	return questionnaire.Print(r.rewrite(part, e))
}

func (r *reader) rewrite(part string, e questionnaire.Expr) questionnaire.Expr {
	switch e := e.(type) {
	case *questionnaire.All:
		return &questionnaire.All{Parts: r.rewriteAll(part, e.Parts)}
	case *questionnaire.Any:
		return &questionnaire.Any{Parts: r.rewriteAll(part, e.Parts)}
	case *questionnaire.Not:
		return &questionnaire.Not{Part: r.rewrite(part, e.Part)}
	case *questionnaire.Test:
		return r.test(part, e)
	}
	return e
}

func (r *reader) rewriteAll(part string, parts []questionnaire.Expr) []questionnaire.Expr {
	all := make([]questionnaire.Expr, len(parts))
	for i, p := range parts {
		all[i] = r.rewrite(part, p)
	}
	return all
}

// test rewrites contains on a single choice, which SurveyJS (survey-core 1.9.114) reads as a search in the text of the chosen value:
// it becomes an or of the options that the search finds.
func (r *reader) test(part string, t *questionnaire.Test) questionnaire.Expr {
	q := r.byKey[t.Question]
	if q == nil || t.Op != questionnaire.Contains || q.Type != questionnaire.Single || len(t.Literals) == 0 {
		return t
	}
	searched := make([]string, len(t.Literals))
	for i, l := range t.Literals {
		searched[i] = l.Text
	}
	var found []questionnaire.Expr
	for _, o := range q.Options {
		if strings.Contains(o.Value, strings.Join(searched, ",")) { // a list is searched for as JavaScript writes it
			found = append(found, &questionnaire.Test{Question: t.Question, Op: questionnaire.Equals, Literals: []questionnaire.Literal{{Text: o.Value}}})
		}
	}
	at := r.places.Move(questionnaire.Fault{Path: source.Join(part, "visibleIf")})
	if len(found) == 0 {
		at.Code, at.Message = source.NoSuchOption, "contains searches in the chosen value of {"+source.Excerpt(t.Question)+"}, and finds it in none of the options"
		r.faults.Add(at)
		return &questionnaire.Test{Question: t.Question, Op: questionnaire.NotEmpty} // any that Check takes
	}
	var e questionnaire.Expr = &questionnaire.Any{Parts: found}
	if len(found) == 1 {
		e = found[0]
	}
	r.notices = append(r.notices, Notice{at.Path, at.Line, "contains on the single choice {" + t.Question + "} searches in its value, and is written as " + questionnaire.Print(e)})
	return e
}
