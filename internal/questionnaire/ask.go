package questionnaire

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// asked is a condition of the document, with what it may ask.
type asked struct {
	at     string
	expr   Expr
	before int   // it asks only questions that stand before this place
	hides  []int // the places of those that it can hide
}

// conditions parses every condition, checks it against the questions before it and writes it in its usual form.
func (c *checker) conditions() {
	c.parsed = map[string]Expr{}
	var all []asked
	take := func(at string, text *string, before int, hides []int) {
		if e := c.parse(at, text); e != nil {
			all = append(all, asked{at, e, before, hides})
		}
	}
	next := 0 // the place of the next question
	for i := range c.doc.Sections {
		s, at := &c.doc.Sections[i], source.Join("sections", i)
		take(source.Join(at, "visibleIf"), &s.VisibleIf, next, s.places(next, func(*Question) bool { return true }))
		for j := range s.Panels {
			p := &s.Panels[j]
			inside := s.places(next, func(q *Question) bool { return q.Panel == p.Key })
			take(source.Join(at, "panels", j, "visibleIf"), &p.VisibleIf, slices.Min(append(inside, next+len(s.Questions))), inside)
		}
		for j := range s.Questions {
			take(source.Join(at, "questions", j, "visibleIf"), &s.Questions[j].VisibleIf, next, []int{next})
			next++
		}
	}
	if c.doc.FollowUp != nil {
		c.followUp()
		take("followUp.when", &c.doc.FollowUp.When, next, nil)
	}
	c.checkAll(all)
}

// places are those of the questions of a section that are meant, of which the first stands at a place.
func (s *Section) places(first int, meant func(*Question) bool) []int {
	var all []int
	for i := range s.Questions {
		if meant(&s.Questions[i]) {
			all = append(all, first+i)
		}
	}
	return all
}

func (c *checker) followUp() {
	f := *c.doc.FollowUp
	if !keyOfTemplate.MatchString(f.Template) {
		c.refuse("followUp.template", source.Invalid, "name a template by its key")
	}
	if f.When == "" {
		c.refuse("followUp.when", source.Required, "say when, by a condition")
	}
	c.doc.FollowUp = &f
}

// parse reads a condition and writes it in its usual form. It is nil when there is none, or when the text is none.
func (c *checker) parse(at string, text *string) Expr {
	if *text == "" {
		return nil
	}
	e, err := Parse(*text)
	if err != nil {
		p := asParseError(err)
		c.refuse(at, p.Code, "%s", p.Error())
		return nil
	}
	*text = Print(e)
	c.parsed[*text] = e
	return e
}

func (c *checker) checkAll(all []asked) {
	tests := 0
	for _, a := range all {
		walk(a.expr, func(*Test) { tests++ })
	}
	if tests > MaxTests {
		c.refuse("sections", source.TooMany, "at most %d tests in all conditions together; this has %d", MaxTests, tests)
		return
	}
	waits := waiting{c, all, 100}
	for _, a := range all {
		walk(a.expr, func(t *Test) { c.test(a, t, &waits) })
	}
}

func (c *checker) test(a asked, t *Test, waits *waiting) {
	place, there := c.at[t.Question]
	switch {
	case !there:
		c.refuse(a.at, source.NoSuchKey, "there is no question %q", source.Excerpt(t.Question))
		return
	case slices.Contains(a.hides, place):
		c.refuse(a.at, Cycle, "a condition cannot ask what it hides: {%s}", t.Question)
	case place >= a.before && waits.forEachOther(place, a.hides):
		c.refuse(a.at, Cycle, "this waits for {%s}, which waits for this", t.Question)
	case place >= a.before:
		c.refuse(a.at, LaterQuestion, "a condition asks earlier questions only, and {%s} comes later", t.Question)
	}
	if err := c.order[place].answers(t); err != nil {
		code := source.WrongType
		if errors.Is(err, errNoOption) {
			code = source.NoSuchOption
		}
		c.refuse(a.at, code, "{%s}: %s", t.Question, err)
	}
}

// waiting finds circles of conditions, for a better sentence. It looks a limited number of times.
type waiting struct {
	c    *checker
	all  []asked
	left int
}

// forEachOther tells whether a question waits, by way of others too, for one of some.
func (w *waiting) forEachOther(place int, some []int) bool {
	if w.left--; w.left < 0 {
		return false
	}
	seen := map[int]bool{place: true}
	for queue := []int{place}; len(queue) > 0; queue = queue[1:] {
		for _, a := range w.all {
			if !slices.Contains(a.hides, queue[0]) {
				continue
			}
			for _, key := range Reads(a.expr) {
				next, there := w.c.at[key]
				if slices.Contains(some, next) && there {
					return true
				}
				if there && !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
	}
	return false
}

// The codes of what a condition may not ask.
const (
	Cycle         source.Code = "CYCLE"
	LaterQuestion source.Code = "LATER_QUESTION"
)

var errNoOption = errors.New("the question has no such option")

// answers tells why a question cannot answer a test; nil when it can.
func (q *Question) answers(t *Test) error {
	switch t.Op {
	case Empty, NotEmpty:
		return nil
	case Contains:
		if q.Type != Multi {
			return fmt.Errorf("contains is for MULTI, and this is %s", q.Type)
		}
		if len(t.Literals) == 0 {
			return errors.New("contains needs at least one option")
		}
	case Less, AtMost, More, AtLeast:
		if q.Type != Number && q.Type != Date {
			return fmt.Errorf("order tests are for NUMBER and DATE, and this is %s", q.Type)
		}
	case Equals, Differs:
		if q.Type == Multi {
			return fmt.Errorf("MULTI is asked with contains")
		}
	}
	for _, l := range t.Literals {
		if err := q.compares(l); err != nil {
			return err
		}
	}
	return nil
}

// compares tells why a literal is nothing that the question could be answered with; nil when it is.
func (q *Question) compares(l Literal) error {
	want := map[Type]LiteralKind{Number: NumberLiteral, Boolean: TruthLiteral}[q.Type]
	if l.Kind != want {
		return fmt.Errorf("%s is compared with %s", q.Type, [...]string{"a text in quotes", "a whole number", "true or false"}[want])
	}
	switch q.Type {
	case Single, Multi:
		if !q.has(l.Text) {
			return fmt.Errorf("%w: %s", errNoOption, source.Excerpt(l.Text))
		}
	case Date:
		if _, ok := dayOf(l.Text); !ok {
			return fmt.Errorf("%s is no date such as 2026-11-28", source.Excerpt(l.Text))
		}
	}
	return nil
}

// dayOf reads a date as days since 1970.
func dayOf(s string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return t.Unix() / 86_400, true
}
