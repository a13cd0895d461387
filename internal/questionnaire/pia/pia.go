package pia

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// SkeletonKey is the key of the shipped template that exports are read into.
const SkeletonKey = "privacy-impact"

// Skeleton is that template.
func Skeleton() (*questionnaire.Template, error) {
	all, err := questionnaire.Shipped()
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.Document().Key == SkeletonKey {
			return t, nil
		}
	}
	return nil, fmt.Errorf("no shipped template is %s", SkeletonKey)
}

// Import is what an export says. Texts are plain, and as long as the file has them.
type Import struct {
	Title, Category string
	People          People
	Answers         questionnaire.Answers // by the number of the question
	Kept            []questionnaire.Kept  // answers to questions that the skeleton lacks, and those that it does not take
	Notes           []Note
	Measures        []Measure
	Risks           []Risk
	Evaluations     []Evaluation
	Opinions        []Opinion
	NotAsked        string // why the people concerned were not asked; empty when they were, or nothing is said
	Rejection       string // why the assessment was sent back
	Adjustments     string // what was changed since
	Attachments     []Attachment
	Notices         []Notice
}

// People are names as the file has them: personal data of those who made the assessment.
type People struct{ Author, Evaluator, Validator string }

// Note is a comment on a question or on a measure.
type Note struct {
	Question string // its number, or empty
	Measure  int    // the index of the measure from 0, or -1
	Text     string
	At       time.Time // zero when the file does not say
}

// Measure is something planned or done about risks.
type Measure struct{ Title, Text string }

// Rating is how severe and how likely a risk is, 1 to 4; 0 when nobody has said.
type Rating struct{ Severity, Likelihood int }

// Risk is one of the three that the software asks about.
type Risk struct {
	Section  string   // of the skeleton: 3.2 is illegitimate access, 3.3 unwanted change, 3.4 disappearance
	Rated    Rating   // by the authors
	Residual Rating   // as the evaluation sees it after its action plan
	Measures []string // titles of those that counter it
}

// Status is what an evaluation finds.
type Status string

// The findings.
const (
	Pending    Status = "PENDING"
	ToBeFixed  Status = "TO_BE_FIXED"
	Improvable Status = "IMPROVABLE"
	Acceptable Status = "ACCEPTABLE"
)

// Evaluation is what an evaluator finds of a section, a question or a measure: one of the three.
type Evaluation struct {
	Section    string
	Question   string
	Measure    int // the index of the measure from 0, or -1
	Status     Status
	Comment    string
	ActionPlan string
	InCharge   string // a name: personal data
	DueAt      string // 2026-11-28, or empty
}

// Side is who gives an opinion.
type Side string

// The sides.
const (
	OfDPO    Side = "DPO"
	OfPeople Side = "CONCERNED_PEOPLE"
)

// Stance is that of an opinion.
type Stance string

// The stances.
const (
	Support    Stance = "SUPPORT"
	Object     Stance = "OBJECT"
	NoPosition Stance = "NO_POSITION"
)

// Opinion is what the data protection officer or the people concerned say.
type Opinion struct {
	Side   Side
	Names  string // personal data, or a description
	Stance Stance
	Text   string
}

// Notice is something that is not taken over, without which the rest is right.
type Notice struct {
	Path    string
	Line    int
	Message string
}

// Limits bound what the JSON of an export costs to read.
var Limits = source.Limits{Bytes: 16 << 20, Nodes: 200_000, Depth: 12}

// Read takes an export. What is wrong comes all at once, as *questionnaire.Faults.
func Read(export []byte) (*Import, error) {
	skeleton, err := Skeleton()
	if err != nil {
		return nil, err
	}
	r := reader{skeleton: skeleton, into: &Import{Answers: questionnaire.Answers{}}, measures: map[string]int{}}
	text := export
	if bytes.HasPrefix(export, []byte("PK\x03\x04")) {
		text = r.unzip(export)
	}
	if r.faults.Count == 0 {
		if root := source.JSON(text, Limits, &r.faults); root != nil {
			r.export(root)
		}
	}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	return r.into, nil
}

type reader struct {
	skeleton *questionnaire.Template
	into     *Import
	faults   questionnaire.Faults
	measures map[string]int // by the id that the file has
}

func (r *reader) notice(n *source.Node, path, message string) {
	r.into.Notices = append(r.into.Notices, Notice{path, n.Line, message})
}

// export reads one assessment, or a list with one in it.
func (r *reader) export(root *source.Node) {
	path := ""
	if root.Kind == source.List {
		if len(root.Items) != 1 {
			r.faults.At(root, "", source.TooMany, "one assessment at a time is read; this has %d", len(root.Items))
			return
		}
		root, path = root.Items[0], "0"
	}
	f := root.Fields(path, &r.faults)
	defer f.Done()
	if n := f.Object("pia"); n != nil {
		r.pia(f.Of(n, f.At("pia")))
	} else if !f.Has("pia") {
		r.faults.At(root, f.At("pia"), source.Required, "this is no export of the PIA software: it has no member \"pia\"")
	}
	r.each(f, "measures", r.measure) // before what refers to them
	r.each(f, "answers", r.answer)
	r.each(f, "evaluations", r.evaluation)
	r.each(f, "comments", r.comment)
	r.into.Answers, r.into.Kept = r.skeleton.Import(r.into.Answers)
	r.risks()
}

// each reads a list of objects; null stands for none. What every object of the software has and nobody needs is passed over.
func (r *reader) each(f *source.Fields, name string, read func(*source.Fields)) {
	if n := f.Get(name); n == nil || n.Kind == source.Null {
		return
	}
	for i, n := range f.List(name) {
		one := f.Of(n, source.Join(f.At(name), i))
		one.Ignore("id", "pia_id", "created_at", "updated_at", "lock_version", "user_id", "answer_type")
		read(one)
		one.Done()
	}
}

// text is plain text of markup; null stands for none.
func (r *reader) text(f *source.Fields, name string) string {
	switch n := f.Get(name); {
	case n == nil, n.Kind == source.Null:
		return ""
	case n.Kind == source.Text:
		return source.Plain(n.Text)
	case n.Kind == source.Number:
		return n.Text
	default:
		r.faults.At(n, f.At(name), source.WrongType, "this must be a text, not %s", n.Kind)
		return ""
	}
}

// number is a whole number, -1 for null and for none. The software writes some numbers as texts.
func (r *reader) number(f *source.Fields, name string) int64 {
	n := f.Get(name)
	if n == nil || n.Kind == source.Null {
		return -1
	}
	if v, err := strconv.ParseInt(n.Text, 10, 32); err == nil && (n.Kind == source.Number || n.Kind == source.Text) {
		return v
	}
	if n.Kind == source.Bool {
		return map[string]int64{"true": 1, "false": 0}[n.Text]
	}
	r.faults.At(n, f.At(name), source.NotWhole, "this must be a whole number")
	return -1
}

// gauge is a rating from 1 to 4; 0 when there is none.
func (r *reader) gauge(f *source.Fields, name string) int {
	switch v := r.number(f, name); {
	case v <= 0:
		return 0
	case v > 4:
		r.faults.At(f.Get(name), f.At(name), source.OutOfRange, "a gauge goes from 1 to 4")
		return 0
	default:
		return int(v)
	}
}

func (r *reader) pia(f *source.Fields) {
	into := r.into
	into.Title, into.Category = strings.Join(strings.Fields(r.text(f, "name")), " "), r.text(f, "category")
	into.People = People{r.text(f, "author_name"), r.text(f, "evaluator_name"), r.text(f, "validator_name")}
	into.Rejection, into.Adjustments = r.text(f, "rejection_reason"), r.text(f, "applied_adjustments")
	if into.Title == "" {
		r.faults.At(f.Node(), f.At("name"), source.Required, "the assessment has no name")
	}
	r.opinion(OfDPO, r.text(f, "dpos_names"), r.number(f, "dpo_status"), r.text(f, "dpo_opinion"))
	r.opinion(OfPeople, r.text(f, "people_names"), r.number(f, "concerned_people_status"), r.text(f, "concerned_people_opinion"))
	if n := f.Get("concerned_people_searched_opinion"); n != nil && n.Text == "false" || n != nil && n.Text == "0" {
		into.NotAsked = r.text(f, "concerned_people_searched_content")
	}
	f.Ignore("id", "status", "created_at", "updated_at", "is_example", "is_archive", "structure_id", "structure_name", "structure_sector_name", "progress",
		"lock_version", "user_pias", "authors", "evaluators", "validators", "guests", "concerned_people_searched_content",
		"dbVersion", "tableName", "serverUrl", "numberOfQuestions", "objectStore")
	defer r.rest(f)
	if n := f.Get("structure_data"); n != nil && n.Kind == source.Object {
		r.notice(n, f.At("structure_data"), "the assessment has questions of its own: those that the skeleton lacks are kept apart")
	}
}

// rest tells of members that nobody asked for. Those of the head are many, differ by version and decide over nothing.
func (r *reader) rest(f *source.Fields) {
	var lost questionnaire.Faults
	f.DoneInto(&lost)
	for _, l := range lost.Listed {
		r.into.Notices = append(r.into.Notices, Notice{l.Path, l.Line, "this is not taken over"})
	}
}

// opinion takes one that says anything.
func (r *reader) opinion(side Side, names string, status int64, text string) {
	if text == "" && (status < 0 || names == "") {
		return
	}
	stance, ok := map[int64]Stance{0: Object, 1: Support}[status]
	if !ok {
		stance = NoPosition
	}
	r.into.Opinions = append(r.into.Opinions, Opinion{side, names, stance, text})
}

func (r *reader) measure(f *source.Fields) {
	f.Ignore("placeholder")
	m := Measure{Title: r.text(f, "title"), Text: r.text(f, "content")}
	if m.Title == "" && m.Text == "" {
		return // the software makes an empty one when somebody looks at the page
	}
	if id := f.Get("id"); id != nil {
		r.measures[id.Text] = len(r.into.Measures)
	}
	r.into.Measures = append(r.into.Measures, m)
}

// answer takes the text, the list or the gauge of a question.
func (r *reader) answer(f *source.Fields) {
	key := r.text(f, "reference_to")
	n := f.Object("data")
	if n == nil || key == "" {
		r.faults.At(f.Node(), f.Path, source.Required, "an answer has a reference_to and data")
		return
	}
	d := f.Of(n, f.At("data"))
	defer d.Done()
	v, there := r.value(d)
	if _, twice := r.into.Answers[key]; twice && there {
		r.faults.At(f.Node(), f.At("reference_to"), source.Duplicate, "the question %s is answered twice", source.Excerpt(key))
	}
	if there {
		r.into.Answers[key] = v
	}
}

func (r *reader) value(d *source.Fields) (questionnaire.Value, bool) {
	text, gauge := r.text(d, "text"), r.gauge(d, "gauge")
	var lines []string
	if n := d.Get("list"); n != nil && n.Kind != source.Null {
		for _, item := range d.List("list") {
			if s := strings.Join(strings.Fields(source.Plain(item.Text)), " "); s != "" {
				lines = append(lines, s)
			}
		}
	}
	switch {
	case gauge > 0:
		return questionnaire.Chosen(strconv.Itoa(gauge)), true
	case text != "" && len(lines) > 0:
		return questionnaire.Said(text + "\n" + strings.Join(lines, "\n")), true
	case len(lines) > 0:
		return questionnaire.Said(strings.Join(lines, "\n")), true
	}
	return questionnaire.Said(text), text != ""
}

// comment is one on a measure, by its id, or on a question, by its number.
func (r *reader) comment(f *source.Fields) {
	note := Note{Measure: -1, Text: r.text(f, "description")}
	if at, err := time.Parse(time.RFC3339, r.text(f, "created_at")); err == nil {
		note.At = at.UTC()
	}
	key := r.text(f, "reference_to")
	if of := f.Get("for_measure"); of != nil && (of.Text == "true" || of.Text == "1") {
		note.Measure = r.measureOf(f, key)
	} else {
		note.Question = key
	}
	if note.Text != "" {
		r.into.Notes = append(r.into.Notes, note)
	}
}

func (r *reader) measureOf(f *source.Fields, id string) int {
	if i, ok := r.measures[id]; ok {
		return i
	}
	r.notice(f.Node(), f.At("reference_to"), "the measure "+source.Excerpt(id)+" is not in the file")
	return -1
}

var statuses = map[int64]Status{-1: Pending, 0: Pending, 1: ToBeFixed, 2: Improvable, 3: Acceptable}

// evaluation is one of a section (1.1), of a question (2.1.211) or of a measure (3.1.105).
func (r *reader) evaluation(f *source.Fields) {
	f.Ignore("evaluation_date", "global_status", "evaluation_infos")
	e := Evaluation{
		Measure: -1, Comment: r.text(f, "evaluation_comment"), ActionPlan: r.text(f, "action_plan_comment"), InCharge: r.text(f, "person_in_charge"),
		DueAt: r.day(f, "estimated_implementation_date"),
	}
	var ok bool
	if e.Status, ok = statuses[r.number(f, "status")]; !ok {
		r.faults.At(f.Get("status"), f.At("status"), source.OutOfRange, "a status goes from 0 to 3")
	}
	steps := strings.Split(r.text(f, "reference_to"), ".")
	switch {
	case len(steps) == 3 && steps[0] == "3" && steps[1] == "1":
		e.Measure = r.measureOf(f, steps[2])
	case len(steps) == 3:
		e.Question = steps[2]
	case len(steps) == 2:
		e.Section = strings.Join(steps, ".")
	default:
		r.faults.At(f.Node(), f.At("reference_to"), source.Invalid, "an evaluation is of a section, a question or a measure")
	}
	if n := f.Get("gauges"); n != nil && n.Kind != source.Null {
		g := f.Of(n, f.At("gauges"))
		r.into.Risks = append(r.into.Risks, Risk{Section: e.Section, Residual: Rating{r.gauge(g, "x"), r.gauge(g, "y")}})
		g.Done()
	}
	r.into.Evaluations = append(r.into.Evaluations, e)
}

// day is the date of a time.
func (r *reader) day(f *source.Fields, name string) string {
	s := r.text(f, name)
	if s == "" {
		return ""
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, s); err != nil {
			r.faults.At(f.Get(name), f.At(name), source.Invalid, "this must be a date or a time, such as 2026-11-28T10:00:00Z")
			return ""
		}
	}
	return at.UTC().Format(time.DateOnly)
}

// risks puts together what answers and evaluations say of each risk.
func (r *reader) risks() {
	evaluated := map[string]Rating{}
	for _, found := range r.into.Risks {
		evaluated[found.Section] = found.Residual
	}
	r.into.Risks = nil
	for n := 2; n <= 4; n++ {
		number := func(question int) string { return strconv.Itoa(300 + 10*n + question) }
		rated := func(question int) int {
			if v := r.into.Answers[number(question)]; len(v.Choices) == 1 {
				g, _ := strconv.Atoi(v.Choices[0])
				return g
			}
			return 0
		}
		risk := Risk{Section: "3." + strconv.Itoa(n), Rated: Rating{rated(5), rated(6)}}
		risk.Residual = evaluated[risk.Section]
		if v := r.into.Answers[number(4)]; v.Text != nil {
			risk.Measures = strings.Split(*v.Text, "\n")
		}
		r.into.Risks = append(r.into.Risks, risk)
	}
}
