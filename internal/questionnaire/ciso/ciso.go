package ciso

import (
	"slices"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// About is what a library does not say.
type About struct {
	Key          string
	Jurisdiction string
	Total        questionnaire.ScoreType // that add_score counts in; empty for MITIGATION: a score there is how far a requirement is met
}

// Notice is something of the library that is read otherwise, or that a questionnaire does not have and that decides over no answer.
type Notice struct {
	Path    string
	Line    int
	Message string
}

// Limits bound what a library costs to read: the largest published one has 2 MB.
var Limits = source.Limits{Bytes: 8 << 20, Nodes: 300_000, Depth: 16}

// Read makes a template of a library. The error holds every fault, as *questionnaire.Faults, with its path and line in the file.
func Read(text []byte, about About) (*questionnaire.Template, []Notice, error) {
	r := reader{about: about, places: source.Places{}, sections: map[string]int{}, nodes: map[string]*node{}, questions: map[string]*asked{}, seen: map[string]bool{}}
	if r.about.Total == "" {
		r.about.Total = questionnaire.Mitigation
	}
	root := source.YAML(text, Limits, &r.faults)
	if root == nil {
		return nil, nil, r.faults.Err()
	}
	d := r.library(root)
	t, err := questionnaire.Check(d)
	if found := source.Of(err); found != nil {
		r.faults.Take(found, func(f questionnaire.Fault) (questionnaire.Fault, bool) { return r.places.Move(f), true })
	}
	if err := r.faults.Err(); err != nil {
		return nil, nil, err
	}
	return t, r.notices, err
}

type reader struct {
	about     About
	faults    questionnaire.Faults
	notices   []Notice
	seen      map[string]bool // notices that are said once
	places    source.Places   // of our document, in the file
	locale    string
	languages []string
	sections  map[string]int // by the urn of their node
	nodes     map[string]*node
	questions map[string]*asked // by urn
}

// node is a requirement node that has been read.
type node struct {
	urn, parent string
	title       questionnaire.Words
	section     int
}

// asked is a question that has been read, with the condition under which it is shown; empty for always.
type asked struct {
	key     string
	typ     questionnaire.Type
	options map[string]string // by the urn of the choice
	shown   string
}

// once tells of something the first time it comes.
func (r *reader) once(n *source.Node, path, message string) {
	if !r.seen[message] {
		r.seen[message] = true
		r.notices = append(r.notices, Notice{path, n.Line, message})
	}
}

func (r *reader) unsupported(n *source.Node, path, format string, args ...any) {
	r.faults.At(n, path, source.Unsupported, format, args...)
}

// rest names the members that nobody asked for: they could decide over answers.
func (r *reader) rest(f *source.Fields) {
	var lost questionnaire.Faults
	f.DoneInto(&lost)
	for _, l := range lost.Listed {
		l.Code, l.Message = source.Unsupported, strconv.Quote(l.Path[strings.LastIndexByte(l.Path, '.')+1:])+" cannot be represented here"
		r.faults.Add(l)
	}
}

// notKept are members that a template has no place for, with the sentence that says so.
func (r *reader) notKept(f *source.Fields, names ...string) {
	for _, name := range names {
		if n := f.Get(name); n != nil && n.Kind != source.Null {
			r.once(n, f.At(name), strconv.Quote(name)+" is not kept: a questionnaire has no place for it")
		}
	}
}

// word is a text that YAML may have taken for a number or a date.
func (r *reader) word(f *source.Fields, name string) string {
	n := f.Get(name)
	switch {
	case n == nil || n.Kind == source.Null:
		return ""
	case n.Kind == source.List || n.Kind == source.Object:
		r.faults.At(n, f.At(name), source.WrongType, "this must be a text, not %s", n.Kind)
		return ""
	}
	return n.Text
}

// list is a list, nil when there is none.
func (r *reader) list(f *source.Fields, name string) []*source.Node {
	if n := f.Get(name); n == nil || n.Kind == source.Null {
		return nil
	}
	return f.List(name)
}

// words reads a member in the locale, and its translations.
func (r *reader) words(f *source.Fields, name string) questionnaire.Words {
	w := questionnaire.Words{}
	r.put(w, r.locale, r.word(f, name))
	if n := f.Get("translations"); n != nil && n.Kind == source.Object {
		for _, m := range n.Members {
			if t := m.Get(name); t != nil && t.Kind == source.Text {
				r.put(w, m.Name, t.Text)
			}
		}
	}
	if len(w) == 0 {
		return nil
	}
	return w
}

func (r *reader) put(w questionnaire.Words, language, s string) {
	if s = source.Plain(s); s == "" {
		return
	}
	w[language] = s
	if !slices.Contains(r.languages, language) {
		r.languages = append(r.languages, language)
	}
}

// join puts texts below each other in every language that one of them has.
func (r *reader) join(between string, all ...questionnaire.Words) questionnaire.Words {
	joined := questionnaire.Words{}
	for _, language := range r.languages {
		var parts []string
		there := false
		for _, w := range all {
			_, in := w[language]
			there = there || in
			if s, _ := w.In(language, r.locale); s != "" {
				parts = append(parts, s)
			}
		}
		if there {
			joined[language] = strings.Join(parts, between)
		}
	}
	if len(joined) == 0 {
		return nil
	}
	return joined
}

func (r *reader) library(root *source.Node) questionnaire.Document {
	f := root.Fields("", &r.faults)
	defer r.rest(f)
	f.Ignore("urn", "ref_id", "version", "provider", "packager", "convert_library_version", "publication_date", "translations", "dependencies", "annotation")
	if r.locale = r.word(f, "locale"); r.locale == "" {
		r.locale = "en"
	}
	r.languages = []string{r.locale}
	d := questionnaire.Document{
		Format: questionnaire.Format, Key: r.about.Key, Rule: questionnaire.DefaultRule, SignOffs: questionnaire.DefaultSignOffs,
		Jurisdiction: r.about.Jurisdiction, Title: r.words(f, "name"), Description: r.words(f, "description"),
		Source: short(r.word(f, "urn")), Licence: short(r.word(f, "copyright")),
	}
	if n := f.Object("objects"); n != nil {
		r.objects(f.Of(n, "objects"), &d)
	} else if !f.Has("objects") {
		r.faults.At(root, "objects", source.Required, "a library has objects, with a framework among them")
	}
	slices.Sort(r.languages[1:])
	d.Languages = r.languages
	return d
}

// short keeps a text within the bound of a title.
func short(s string) string {
	s = source.Plain(s)
	if r := []rune(s); len(r) > questionnaire.MaxTitle {
		return string(r[:questionnaire.MaxTitle-1]) + "…"
	}
	return s
}

func (r *reader) objects(f *source.Fields, d *questionnaire.Document) {
	defer r.rest(f)
	r.notKept(f, "reference_controls", "threats", "risk_matrix", "risk_matrices", "requirement_mapping_set", "requirement_mapping_sets", "metric_definitions", "presets")
	n := f.Object("framework")
	if n == nil {
		if !f.Has("framework") {
			r.faults.At(f.Node(), "objects.framework", source.Required, "the library has no framework: there is nothing to ask")
		}
		return
	}
	r.framework(f.Of(n, "objects.framework"), d)
}

func (r *reader) framework(f *source.Fields, d *questionnaire.Document) {
	defer r.rest(f)
	f.Ignore("urn", "ref_id", "translations", "annotation")
	r.notKept(f, "implementation_groups_definition", "scores_definition", "outcomes_definition", "min_score", "max_score", "field_visibility")
	if d.Title == nil {
		d.Title = r.words(f, "name")
	} else {
		f.Ignore("name")
	}
	if w := r.words(f, "description"); d.Description == nil {
		d.Description = w
	}
	for i, n := range r.list(f, "requirement_nodes") {
		r.requirement(f.Of(n, source.Join(f.At("requirement_nodes"), i)), d)
	}
	if len(r.questions) == 0 {
		r.faults.At(f.Node(), f.At("requirement_nodes"), source.TooFew, "no requirement of the framework has a question")
	}
}
