package questionnaire

import (
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Fault is one mistake of a document or an answer.
type Fault = source.Fault

// Faults are all mistakes at once; source.Of finds them inside an error.
type Faults = source.Faults

// DocumentLimits bound what a document costs to read: 300 questions with 120 options each, in two languages, take 12 MB and 220,000
// values. Whatever is sent, reading it takes at most about 250 MB, for a few seconds.
var DocumentLimits = source.Limits{Bytes: 24 << 20, Nodes: 400_000, Depth: 12}

// Read takes a document in our own form. What is wrong comes all at once, as *Faults: unknown and doubled members, wrong types and
// everything that Check refuses, each with its line.
func Read(text []byte) (*Template, error) {
	var faults Faults
	root := source.JSON(text, DocumentLimits, &faults)
	if root == nil {
		return nil, faults.Err()
	}
	d := readDocument(root, &faults)
	known := map[string]bool{}
	for _, f := range faults.Listed {
		known[f.Path] = true
	}
	t, found := check(&d)
	faults.Take(found, func(f Fault) (Fault, bool) {
		f.Line = lineOf(root, f.Path)
		return f, !said(known, f.Path)
	})
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// said tells whether a path, or what it is part of, has a fault already: what could not be read is not missing, too.
func said(known map[string]bool, path string) bool {
	for !known[path] {
		end := strings.LastIndexByte(path, '.')
		if end < 0 {
			return false
		}
		path = path[:end]
	}
	return true
}

// lineOf is the line of a path, or else of the last of its steps that is there.
func lineOf(n *source.Node, path string) int {
	for step := range strings.SplitSeq(path, ".") {
		next := n.Get(step)
		if i, err := strconv.Atoi(step); err == nil && n.Kind == source.List && i < len(n.Items) {
			next = n.Items[i]
		}
		if next == nil {
			break
		}
		n = next
	}
	return n.Line
}

func readDocument(n *source.Node, faults *Faults) Document {
	f := n.Fields("", faults)
	defer f.Done()
	r := reader{faults}
	d := Document{
		Format: f.Text("format"), Key: f.Text("key"), Languages: r.texts(f, "languages", MaxLanguages),
		Title: r.words(f, "title"), Description: r.words(f, "description"),
		Jurisdiction: r.optional(f, "jurisdiction"), Source: r.optional(f, "source"), Licence: r.optional(f, "licence"),
		Phase: r.phase(f), Rule: r.rule(f), FollowUp: r.followUp(f),
		Obligations: each(r, f, "obligations", MaxRows, r.obligation),
		SignOffs:    each(r, f, "signOffs", MaxRows, r.signOff),
		Sections:    each(r, f, "sections", MaxSections, r.section),
	}
	if !f.Has("signOffs") {
		d.SignOffs = DefaultSignOffs
	}
	return d
}

// reader turns nodes into the parts of a document. It tells of what has the wrong kind; what is wrong otherwise, Check tells.
type reader struct{ faults *Faults }

// items are those of a list, as many as there may be.
func (r reader) items(f *source.Fields, name string, most int) []*source.Node {
	items := f.List(name)
	if len(items) > most {
		r.faults.At(f.Get(name), f.At(name), source.TooMany, "at most %d; this has %d", most, len(items))
		return items[:most]
	}
	return items
}

// each reads a list of objects.
func each[T any](r reader, f *source.Fields, name string, most int, read func(*source.Fields) T) []T {
	items := r.items(f, name, most)
	if items == nil {
		return nil
	}
	out := make([]T, len(items))
	for i, n := range items {
		one := f.Of(n, source.Join(f.At(name), i))
		out[i] = read(one)
		one.Done()
	}
	return out
}

func (r reader) texts(f *source.Fields, name string, most int) []string {
	var out []string
	for i, n := range r.items(f, name, most) {
		if n.Kind != source.Text {
			r.faults.At(n, source.Join(f.At(name), i), source.WrongType, "this must be a text, not %s", n.Kind)
		}
		out = append(out, n.Text)
	}
	return out
}

func (r reader) words(f *source.Fields, name string) Words {
	n := f.Object(name)
	if n == nil {
		return nil
	}
	if len(n.Members) == 0 {
		r.faults.At(n, f.At(name), source.Required, "leave a text out rather than write none")
	}
	w := Words{}
	for _, m := range n.Members {
		if m.Kind != source.Text {
			r.faults.At(m.Node, source.Join(f.At(name), source.Excerpt(m.Name)), source.WrongType, "this must be a text, not %s", m.Kind)
		}
		w[m.Name] = m.Text
	}
	return w
}

// level reads a Roman numeral; 0 when it is none, which Check refuses.
func (r reader) level(f *source.Fields) Level {
	l, _ := LevelOf(f.Text("level"))
	return l
}

func (r reader) phase(f *source.Fields) *Phase {
	n := f.Object("phase")
	if n == nil {
		return nil
	}
	f = f.Of(n, f.At("phase"))
	defer f.Done()
	return &Phase{Question: f.Text("question"), Design: f.Text("design"), Implementation: f.Text("implementation")}
}

func (r reader) rule(f *source.Fields) Rule {
	n := f.Object("rule")
	if n == nil {
		return DefaultRule
	}
	f = f.Of(n, f.At("rule"))
	defer f.Done()
	rule := Rule{
		MitigationShare: f.Whole("mitigationSharePercent", DefaultRule.MitigationShare),
		Deduction:       f.Whole("deductionPercent", DefaultRule.Deduction),
		Cuts:            DefaultRule.Cuts,
	}
	cuts := f.List("cutPercents")
	if list := f.Get("cutPercents"); list == nil || list.Kind != source.List {
		return rule
	}
	if len(cuts) != len(rule.Cuts) {
		r.faults.At(n, f.At("cutPercents"), source.Invalid, "give three cuts, not %d", len(cuts))
		return rule
	}
	for i, c := range cuts {
		v, ok := c.Whole()
		if !ok {
			r.faults.At(c, source.Join(f.At("cutPercents"), i), source.NotWhole, "this must be a whole number")
		}
		rule.Cuts[i] = v
	}
	return rule
}

func (r reader) followUp(f *source.Fields) *FollowUp {
	n := f.Object("followUp")
	if n == nil {
		return nil
	}
	f = f.Of(n, f.At("followUp"))
	defer f.Done()
	return &FollowUp{Template: f.Text("template"), When: f.Text("when")}
}

func (r reader) obligation(f *source.Fields) Obligation {
	return Obligation{Level: r.level(f), Key: f.Text("key"), Text: r.words(f, "text")}
}

func (r reader) signOff(f *source.Fields) SignOff {
	return SignOff{Level: r.level(f), Capacity: f.Text("capacity"), OrCapacities: r.texts(f, "orCapacities", len(Capacities)), Count: f.Whole("count", 1)}
}

func (r reader) section(f *source.Fields) Section {
	return Section{
		Key: f.Text("key"), Title: r.words(f, "title"), Intro: r.words(f, "intro"),
		ScoreType: ScoreType(r.optional(f, "scoreType")), VisibleIf: r.optional(f, "visibleIf"),
		Panels: each(r, f, "panels", MaxPanels, r.panel), Questions: each(r, f, "questions", MaxQuestions, r.question),
	}
}

// optional reads a text that may be left out, but not be empty: that would read as left out.
func (r reader) optional(f *source.Fields, name string) string {
	s := f.Text(name)
	if n := f.Get(name); n != nil && n.Kind == source.Text && strings.TrimSpace(s) == "" {
		r.faults.At(n, f.At(name), source.Required, "leave this out rather than write nothing")
	}
	return s
}

func (r reader) panel(f *source.Fields) Panel {
	return Panel{Key: f.Text("key"), Title: r.words(f, "title"), ScoreType: ScoreType(r.optional(f, "scoreType")), VisibleIf: r.optional(f, "visibleIf")}
}

func (r reader) question(f *source.Fields) Question {
	q := Question{
		Key: f.Text("key"), Panel: r.optional(f, "panel"), Type: Type(f.Text("type")), Title: r.words(f, "title"), Help: r.words(f, "help"),
		ScoreType: ScoreType(r.optional(f, "scoreType")), Required: f.True("required"), EvidenceRequired: f.True("evidenceRequired"),
		VisibleIf: r.optional(f, "visibleIf"), Principle: Principle(r.optional(f, "principle")),
		Options: each(r, f, "options", MaxOptionsEach, r.option), WeightIfTrue: f.Whole("weightIfTrue", 0), WeightIfFalse: f.Whole("weightIfFalse", 0),
	}
	for _, name := range []string{"weightIfTrue", "weightIfFalse"} {
		if q.Type != Boolean && f.Has(name) {
			r.faults.At(f.Get(name), f.At(name), source.Invalid, "only BOOLEAN has this weight")
		}
	}
	if q.Type != Single && q.Type != Multi && f.Has("options") {
		r.faults.At(f.Get("options"), f.At("options"), source.Invalid, "only SINGLE and MULTI have options")
	}
	return q
}

func (r reader) option(f *source.Fields) Option {
	return Option{Value: f.Text("value"), Title: r.words(f, "title"), Weight: f.Whole("weight", 0)}
}
