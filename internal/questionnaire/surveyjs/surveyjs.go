package surveyjs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// About is what a file does not say of itself.
type About struct {
	Key                           string
	Title                         string // in English, or in the file's locale; the file's own title comes first
	Jurisdiction, Source, Licence string
}

// Notice is something that reads otherwise than in the file, without a loss.
type Notice struct {
	Path    string
	Line    int
	Message string
}

// Read makes a template of a file. The error holds every fault, as *questionnaire.Faults, with its path and line in the file.
func Read(text []byte, about About) (*questionnaire.Template, []Notice, error) {
	r := reader{about: about, places: source.Places{}, byKey: map[string]*questionnaire.Question{}}
	root := source.JSON(text, questionnaire.DocumentLimits, &r.faults)
	if root == nil {
		return nil, nil, r.faults.Err()
	}
	d := r.survey(root)
	r.conditions(&d)
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
	places    source.Places // of our document, in the file
	locale    string        // that default stands for
	languages []string
	byKey     map[string]*questionnaire.Question
}

func (r *reader) notice(n *source.Node, path, message string) {
	r.notices = append(r.notices, Notice{path, n.Line, message})
}

func (r *reader) unsupported(n *source.Node, path, what string) {
	r.faults.At(n, path, source.Unsupported, "%s cannot be represented here", what)
}

// looks are members that change how a questionnaire looks, and not what it asks.
var looks = []string{
	"showQuestionNumbers", "showProgressBar", "progressBarType", "firstPageIsStarted", "showTitle", "showPageTitles", "showPrevButton",
	"showNavigationButtons", "completeText", "pageNextText", "pagePrevText", "startSurveyText", "completedHtml", "questionTitleLocation",
	"questionErrorLocation", "requiredText", "width", "widthMode", "logo", "logoPosition", "checkErrorsMode", "questionDescriptionLocation",
	"colCount", "startWithNewLine", "hideNumber", "titleLocation", "descriptionLocation", "placeholder", "placeHolder", "optionsCaption",
	"rows", "cols", "autoGrow", "size", "minWidth", "maxWidth", "indent", "showNumber", "state", "allowClear", "showClearButton", "innerIndent",
}

func (r *reader) survey(root *source.Node) questionnaire.Document {
	f := root.Fields("", &r.faults)
	defer r.rest(f)
	f.Ignore(looks...)
	r.locale = f.Text("locale")
	if r.locale == "" {
		r.locale = "en"
	}
	r.languages = []string{r.locale}
	d := questionnaire.Document{
		Format: questionnaire.Format, Key: r.about.Key, Rule: questionnaire.DefaultRule, SignOffs: questionnaire.DefaultSignOffs,
		Jurisdiction: r.about.Jurisdiction, Source: r.about.Source, Licence: r.about.Licence,
		Title: r.words(f, "title", false), Description: r.words(f, "description", true),
	}
	if d.Title == nil {
		d.Title = questionnaire.Words{r.locale: r.about.Title}
	}
	pages := f.List("pages")
	if len(pages) == 0 {
		r.faults.At(root, "pages", source.Required, "a questionnaire has pages")
	}
	for i, n := range pages {
		d.Sections = append(d.Sections, r.page(n, source.Join("pages", i), source.Join("sections", i)))
	}
	slices.Sort(r.languages[1:])
	d.Languages = r.languages
	return d
}

// rest names the members that nobody asked for: they would be lost.
func (r *reader) rest(f *source.Fields) {
	var lost questionnaire.Faults
	f.DoneInto(&lost)
	for _, l := range lost.Listed {
		l.Code, l.Message = source.Unsupported, strconv.Quote(l.Path[strings.LastIndexByte(l.Path, '.')+1:])+" cannot be represented here"
		r.faults.Add(l)
	}
}

// words reads a text: one for all languages, or one for each, with default for the locale.
func (r *reader) words(f *source.Fields, name string, markup bool) questionnaire.Words {
	n := f.Get(name)
	if n == nil {
		return nil
	}
	w := questionnaire.Words{}
	switch n.Kind {
	case source.Text:
		r.put(w, r.locale, n.Text, markup)
	case source.Object:
		for _, m := range n.Members {
			if m.Kind != source.Text {
				r.faults.At(m.Node, source.Join(f.At(name), m.Name), source.WrongType, "this must be a text, not %s", m.Kind)
				continue
			}
			language := m.Name
			if language == "default" {
				language = r.locale
			}
			r.put(w, language, m.Text, markup)
		}
	default:
		r.faults.At(n, f.At(name), source.WrongType, "this must be a text in one or several languages, not %s", n.Kind)
	}
	if len(w) == 0 {
		return nil
	}
	return w
}

func (r *reader) put(w questionnaire.Words, language, s string, markup bool) {
	if markup {
		s = source.Plain(s)
	}
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	w[language] = s
	if !slices.Contains(r.languages, language) {
		r.languages = append(r.languages, language)
	}
}

// join puts texts below each other. Where one lacks a language, its own first language stands in.
func (r *reader) join(a, b questionnaire.Words) questionnaire.Words {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := questionnaire.Words{}
	for _, language := range r.languages {
		_, inA := a[language]
		_, inB := b[language]
		if inA || inB {
			first, _ := a.In(language, r.locale)
			second, _ := b.In(language, r.locale)
			all[language] = strings.TrimSpace(first + "\n\n" + second)
		}
	}
	return all
}

// suffix is the ending of a name that says which total counts.
var suffix = regexp.MustCompile(`-(RS|MS|NS)$`)

var totals = map[string]questionnaire.ScoreType{"RS": questionnaire.Raw, "MS": questionnaire.Mitigation, "NS": questionnaire.None}

func totalOf(name string) questionnaire.ScoreType {
	if m := suffix.FindStringSubmatch(name); m != nil {
		return totals[m[1]]
	}
	return ""
}

func (r *reader) page(n *source.Node, at, part string) questionnaire.Section {
	r.places.Note(part, at, n)
	f := n.Fields(at, &r.faults)
	defer r.rest(f)
	f.Ignore(looks...)
	s := questionnaire.Section{Key: f.Text("name"), Title: r.words(f, "title", false), Intro: r.words(f, "description", true), VisibleIf: f.Text("visibleIf")}
	if s.ScoreType = totalOf(s.Key); s.ScoreType == "" {
		s.ScoreType = questionnaire.None
	}
	if s.Title == nil {
		r.notice(n, at, "the page has no title: its name stands for it")
		s.Title = questionnaire.Words{r.locale: s.Key}
	}
	for i, e := range f.List("elements") {
		at := source.Join(at, "elements", i)
		if typ := e.Get("type"); typ != nil && typ.Text == "panel" {
			r.panel(&s, e, at, part)
		} else {
			r.element(&s, e, at, part, "")
		}
	}
	return s
}

func (r *reader) panel(s *questionnaire.Section, n *source.Node, at, part string) {
	r.places.Note(source.Join(part, "panels", len(s.Panels)), at, n)
	f := n.Fields(at, &r.faults)
	defer r.rest(f)
	f.Ignore(append([]string{"type"}, looks...)...)
	p := questionnaire.Panel{Key: f.Text("name"), Title: r.words(f, "title", false), VisibleIf: f.Text("visibleIf")}
	p.ScoreType = totalOf(p.Key)
	s.Panels = append(s.Panels, p)
	for i, e := range f.List("elements") {
		r.element(s, e, source.Join(at, "elements", i), part, p.Key)
	}
}

// element reads a question, or a text between questions, which becomes part of the section's introduction.
func (r *reader) element(s *questionnaire.Section, n *source.Node, at, part, panel string) {
	f := n.Fields(at, &r.faults)
	defer r.rest(f)
	f.Ignore(looks...)
	typ := f.Text("type")
	if typ == "html" {
		s.Intro = r.join(s.Intro, r.words(f, "html", true))
		f.Ignore("name")
		return
	}
	q := questionnaire.Question{
		Key: f.Text("name"), Panel: panel, Title: r.words(f, "title", false), VisibleIf: f.Text("visibleIf"), Required: f.True("isRequired"),
		Help: r.join(r.words(f, "description", true), r.words(f, "help", true)),
	}
	q.ScoreType = totalOf(q.Key)
	if q.Title == nil {
		r.notice(n, at, "the question has no title: its name stands for it")
		q.Title = questionnaire.Words{r.locale: q.Key}
	}
	part = source.Join(part, "questions", len(s.Questions))
	r.places.Note(part, at, n)
	var ok bool
	if q.Type, ok = r.typeOf(f, typ); !ok {
		r.unsupported(n, source.Join(at, "type"), "an element of type "+strconv.Quote(source.Excerpt(typ)))
		f.Ignore(names(n)...) // what belongs to it is lost with it
		return
	}
	if q.Type == questionnaire.Single || q.Type == questionnaire.Multi {
		q.Options = r.choices(f, part)
	}
	s.Questions = append(s.Questions, q)
}

func names(n *source.Node) []string {
	all := make([]string, len(n.Members))
	for i, m := range n.Members {
		all[i] = m.Name
	}
	return all
}

// typeOf is what a type of element asks for.
func (r *reader) typeOf(f *source.Fields, typ string) (questionnaire.Type, bool) {
	switch typ {
	case "radiogroup", "dropdown":
		return questionnaire.Single, true
	case "checkbox", "tagbox":
		return questionnaire.Multi, true
	case "comment":
		return questionnaire.Text, true
	case "boolean":
		return questionnaire.Boolean, true
	case "text":
		input := f.Text("inputType")
		found, ok := map[string]questionnaire.Type{"": questionnaire.Text, "text": questionnaire.Text, "number": questionnaire.Number, "date": questionnaire.Date}[input]
		if !ok {
			r.unsupported(f.Get("inputType"), f.At("inputType"), "an input of type "+strconv.Quote(source.Excerpt(input)))
			return questionnaire.Text, true
		}
		return found, true
	}
	return "", false
}

// weight is the ending of an option's value that says what it weighs.
var weight = regexp.MustCompile(`-([0-9]+)$`)

func (r *reader) choices(f *source.Fields, part string) []questionnaire.Option {
	var options []questionnaire.Option
	var from []source.Place
	for i, n := range f.List("choices") {
		at := source.Join(f.At("choices"), i)
		options = append(options, r.choice(n, at))
		from = append(from, source.Place{Path: at, Line: n.Line})
	}
	r.order(f, options, from)
	for i, place := range from {
		r.places[source.Join(part, "options", i)] = place
	}
	if n := f.Get("choices"); n != nil {
		r.places.Note(source.Join(part, "options"), f.At("choices"), n)
	}
	return options
}

// choice reads an option: a value and its text, or a value alone.
func (r *reader) choice(n *source.Node, at string) questionnaire.Option {
	var o questionnaire.Option
	switch n.Kind {
	case source.Text, source.Number:
		o.Value = n.Text
	default:
		f := n.Fields(at, &r.faults)
		if v := f.Get("value"); v != nil && v.Kind == source.Number {
			o.Value = v.Text
		} else {
			o.Value = f.Text("value")
		}
		o.Title = r.words(f, "text", false)
		r.rest(f)
	}
	if o.Title == nil {
		o.Title = questionnaire.Words{r.locale: o.Value}
	}
	if m := weight.FindStringSubmatch(o.Value); m != nil {
		w, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			r.faults.At(n, at, source.OutOfRange, "the weight %s does not fit 64 bits", source.Excerpt(m[1]))
		}
		o.Weight = w
	}
	return o
}

// order sorts options as they are shown.
func (r *reader) order(f *source.Fields, options []questionnaire.Option, from []source.Place) {
	order := f.Text("choicesOrder")
	switch order {
	case "", "none":
		return
	case "asc", "desc":
	default:
		r.unsupported(f.Get("choicesOrder"), f.At("choicesOrder"), "the order "+strconv.Quote(source.Excerpt(order)))
		return
	}
	places := make([]int, len(options))
	for i := range places {
		places[i] = i
	}
	title := func(i int) string { return strings.ToLower(options[i].Title[r.locale]) }
	slices.SortStableFunc(places, func(a, b int) int {
		if order == "desc" {
			a, b = b, a
		}
		return strings.Compare(title(a), title(b))
	})
	oldOptions, oldFrom := slices.Clone(options), slices.Clone(from)
	for i, p := range places {
		options[i], from[i] = oldOptions[p], oldFrom[p]
	}
	r.notice(f.Node(), f.At("choicesOrder"), "the options are sorted once, by their titles in "+r.locale)
}
