package ciso

import (
	"fmt"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// requirement reads a node. A node without a parent begins a section; each other one that has questions is a panel of its section.
func (r *reader) requirement(f *source.Fields, d *questionnaire.Document) {
	defer r.rest(f)
	f.Ignore("depth", "assessable", "translations", "order_id", "urn_id", "question", "questions")
	r.notKept(f, "implementation_groups", "reference_controls", "threats", "importance", "display_mode", "is_published")
	r.weightOf(f)
	n := &node{urn: r.word(f, "urn"), parent: r.word(f, "parent_urn")}
	title := r.join(" ", r.plain(r.word(f, "ref_id")), r.words(f, "name"))
	text := r.join("\n\n", r.words(f, "description"), r.words(f, "annotation"), r.words(f, "typical_evidence"))
	if title == nil { // a node may have no more than a description
		title, text = r.shortened(text), r.longer(text)
	}
	if title == nil {
		title = questionnaire.Words{r.locale: tail(n.urn, "")}
	}
	n.title = title
	if r.nodes[n.urn] != nil || n.urn == "" {
		r.faults.At(f.Node(), f.At("urn"), source.Duplicate, "each node has an urn of its own")
		return
	}
	r.nodes[n.urn] = n
	panel := ""
	switch parent := r.nodes[n.parent]; {
	case n.parent == "":
		n.section = len(d.Sections)
		r.places.Note(source.Join("sections", n.section), f.Path, f.Node())
		d.Sections = append(d.Sections, questionnaire.Section{Key: tail(n.urn, ""), Title: title, Intro: text, ScoreType: r.about.Total})
		text = nil
	case parent == nil:
		r.faults.At(f.Node(), f.At("parent_urn"), source.Invalid, "the parent %s does not stand before", source.Excerpt(n.parent))
		return
	default:
		n.section = parent.section
		panel = r.panel(f, n, parent, title, d)
	}
	r.older(f)
	r.asks(f, d, n, panel, text)
}

// plain are words in the locale alone.
func (r *reader) plain(s string) questionnaire.Words {
	if s == "" {
		return nil
	}
	return questionnaire.Words{r.locale: s}
}

// shortened are texts that are short enough for a title.
func (r *reader) shortened(w questionnaire.Words) questionnaire.Words {
	if len(w) == 0 || r.longer(w) != nil {
		return nil
	}
	return w
}

func (r *reader) longer(w questionnaire.Words) questionnaire.Words {
	for _, s := range w {
		if len(s) > questionnaire.MaxTitle/4 {
			return w
		}
	}
	return nil
}

// panel begins a panel if the node has questions. Its title names the nodes between it and its section.
func (r *reader) panel(f *source.Fields, n, parent *node, title questionnaire.Words, d *questionnaire.Document) string {
	questions := f.Get("questions")
	if questions == nil || questions.Kind == source.Null {
		if assessable := f.Get("assessable"); assessable != nil && assessable.Text == "true" && f.Get("question") == nil {
			r.once(f.Node(), f.Path, "a requirement without questions is assessed by a result alone: it asks nothing here")
		}
		return ""
	}
	if parent.parent != "" {
		title = r.join(" › ", parent.title, title)
	}
	s := &d.Sections[n.section]
	r.places.Note(source.Join("sections", n.section, "panels", len(s.Panels)), f.Path, f.Node())
	s.Panels = append(s.Panels, questionnaire.Panel{Key: tail(n.urn, ""), Title: title})
	return tail(n.urn, "")
}

// weightOf refuses weights of requirements and questions: points here are sums, not weighted means.
func (r *reader) weightOf(f *source.Fields) {
	if n := f.Get("weight"); n != nil && n.Kind != source.Null && n.Text != "1" {
		r.unsupported(n, f.At("weight"), "a weight of %s cannot be represented: points are summed, not weighted", source.Excerpt(n.Text))
	}
}

// older names the form of questions that libraries had before 2025.
func (r *reader) older(f *source.Fields) {
	if n := f.Get("question"); n != nil && n.Kind != source.Null {
		r.unsupported(n, f.At("question"), "this is the older form of questions: convert the library with a later version of CISO Assistant")
	}
}

// asks reads the questions of a node: an object of them by urn. The text of the node helps with the first.
func (r *reader) asks(f *source.Fields, d *questionnaire.Document, n *node, panel string, text questionnaire.Words) {
	list := f.Get("questions")
	if list == nil || list.Kind == source.Null {
		return
	}
	if list = f.Object("questions"); list == nil {
		return
	}
	s := &d.Sections[n.section]
	for i, m := range list.Members {
		at := source.Join(f.At("questions"), source.Excerpt(m.Name))
		part := source.Join("sections", n.section, "questions", len(s.Questions))
		r.places.Note(part, at, m.Node)
		q, ok := r.question(f.Of(m.Node, at), m.Name, part)
		if !ok {
			continue
		}
		if q.Panel = panel; i == 0 {
			q.Help = r.join("\n\n", text, q.Help)
		}
		s.Questions = append(s.Questions, q)
	}
}

var types = map[string]questionnaire.Type{
	"unique_choice": questionnaire.Single, "single_choice": questionnaire.Single, "multiple_choice": questionnaire.Multi,
	"text": questionnaire.Text, "date": questionnaire.Date, "number": questionnaire.Number, "boolean": questionnaire.Boolean,
}

func (r *reader) question(f *source.Fields, urn, part string) (questionnaire.Question, bool) {
	defer r.rest(f)
	f.Ignore("translations", "urn", "ref_id", "order")
	r.weightOf(f)
	if n := f.Get("config"); n != nil && len(n.Members) > 0 {
		r.unsupported(n, f.At("config"), "\"config\" cannot be represented here")
	}
	q := questionnaire.Question{Key: tail(urn, ""), Title: r.words(f, "text"), Help: r.words(f, "annotation")}
	typ := r.word(f, "type")
	var ok bool
	if q.Type, ok = types[typ]; !ok {
		r.unsupported(f.Node(), f.At("type"), "a question of type %q cannot be represented here", source.Excerpt(typ))
		f.Ignore("choices", "depends_on")
		return q, false
	}
	a := &asked{key: q.Key, typ: q.Type, options: map[string]string{}}
	if q.Type == questionnaire.Single || q.Type == questionnaire.Multi {
		q.Options = r.choices(f, urn, part, a)
	} else if n := f.Get("choices"); n != nil && len(n.Items) > 0 {
		r.unsupported(n, f.At("choices"), "a question of type %q has no choices", typ)
	}
	a.shown = r.depends(f, part)
	q.VisibleIf = a.shown
	r.questions[urn] = a
	return q, true
}

func (r *reader) choices(f *source.Fields, urn, part string, a *asked) []questionnaire.Option {
	var options []questionnaire.Option
	if n := f.Get("choices"); n != nil {
		r.places.Note(source.Join(part, "options"), f.At("choices"), n)
	}
	for i, n := range r.list(f, "choices") {
		at := source.Join(f.At("choices"), i)
		r.places.Note(source.Join(part, "options", i), at, n)
		c := f.Of(n, at)
		id := r.word(c, "urn")
		o := questionnaire.Option{Value: tail(id, urn), Title: r.join("\n", r.words(c, "value"), r.words(c, "description"))}
		if id == "" {
			o.Value = fmt.Sprint(i + 1)
		}
		if s := c.Get("add_score"); s != nil && s.Kind != source.Null {
			if o.Weight = c.Whole("add_score", 0); o.Weight < 0 {
				r.unsupported(s, c.At("add_score"), "a negative add_score (%d) cannot be represented: weights are 0 or more", o.Weight)
				o.Weight = 0
			}
		}
		r.notKept(c, "compute_result", "color", "select_implementation_groups")
		c.Ignore("translations", "ref_id", "order", "annotation")
		r.rest(c)
		a.options[id] = o.Value
		options = append(options, o)
	}
	return options
}

// tail is what an urn has after its owner's: question:1 of a node, choice:2 of a question. Without an owner it is what stands after
// the name of the framework.
func tail(urn, owner string) string {
	if owner != "" {
		if rest, ok := strings.CutPrefix(urn, owner+":"); ok {
			return strings.TrimPrefix(rest, "choice:")
		}
	}
	for _, kind := range []string{":req_node:", ":question:", ":question_choice:"} {
		if _, rest, ok := strings.Cut(urn, kind); ok {
			if _, after, ok := strings.Cut(rest, ":"); ok && kind == ":req_node:" {
				return after
			}
			return rest
		}
	}
	return urn
}

// depends makes a condition of depends_on: the question named must be answered with any of some choices, or with all. CISO Assistant
// also hides what depends on a hidden question, so that the conditions of that one are asked, too.
func (r *reader) depends(f *source.Fields, part string) string {
	n := f.Get("depends_on")
	if n == nil || n.Kind == source.Null || n.Kind == source.Object && len(n.Members) == 0 {
		return ""
	}
	r.places.Note(source.Join(part, "visibleIf"), f.At("depends_on"), n)
	c := f.Of(n, f.At("depends_on"))
	defer r.rest(c)
	on := r.questions[r.word(c, "question")]
	if on == nil {
		r.faults.At(n, c.At("question"), source.NoSuchKey, "no question before this one is %q", source.Excerpt(r.word(c, "question")))
		c.Ignore("answers", "condition")
		return ""
	}
	all, ok := map[string]bool{"": false, "any": false, "all": true}[r.word(c, "condition")]
	if !ok {
		r.unsupported(n, c.At("condition"), "the condition %q cannot be represented here", source.Excerpt(r.word(c, "condition")))
	}
	test := r.answered(c, on, all)
	if test == nil {
		return ""
	}
	if on.shown == "" {
		return questionnaire.Print(test)
	}
	before, err := questionnaire.Parse(on.shown)
	if err != nil {
		r.faults.At(n, c.Path, source.TooLong, "the questions that this depends on make too long a condition: %s", err)
		return ""
	}
	return questionnaire.Print(&questionnaire.All{Parts: []questionnaire.Expr{before, test}})
}

// answered tests for answers. A list of them is met by any, or by all together.
func (r *reader) answered(c *source.Fields, on *asked, all bool) questionnaire.Expr {
	var literals []questionnaire.Literal
	answers := r.list(c, "answers")
	for i, n := range answers {
		at := source.Join(c.At("answers"), i)
		switch option, ok := on.options[n.Text]; {
		case on.typ == questionnaire.Boolean && (n.Text == "true" || n.Text == "false"):
			literals = append(literals, questionnaire.Literal{Kind: questionnaire.TruthLiteral, Truth: n.Text == "true"})
		case !ok:
			r.faults.At(n, at, source.NoSuchOption, "the question has no choice %q", source.Excerpt(n.Text))
		default:
			literals = append(literals, questionnaire.Literal{Text: option})
		}
	}
	switch {
	case len(answers) == 0:
		r.faults.At(c.Node(), c.At("answers"), source.TooFew, "name at least one answer: as it is, the question would never be shown")
		return nil
	case len(literals) < len(answers):
		return nil
	case all && on.typ == questionnaire.Multi:
		return &questionnaire.Test{Question: on.key, Op: questionnaire.Contains, Literals: literals}
	case all && len(literals) > 1:
		r.unsupported(c.Node(), c.At("condition"), "all of several answers can only be chosen in a multiple choice: the question would never be shown")
		return nil
	}
	op := questionnaire.Equals
	if on.typ == questionnaire.Multi {
		op = questionnaire.Contains
	}
	tests := make([]questionnaire.Expr, len(literals))
	for i, l := range literals {
		tests[i] = &questionnaire.Test{Question: on.key, Op: op, Literals: []questionnaire.Literal{l}}
	}
	if len(tests) == 1 {
		return tests[0]
	}
	return &questionnaire.Any{Parts: tests}
}
