package questionnaire

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// The bounds of a template. A sum of all weights, times a hundred, fits 64 bits many times over: MaxOptions x MaxWeight x 100 is
// 1.6 x 10^14. It also fits what every JSON reader reads exactly. How many sections, panels, questions and options there are at most is
// what @listSize in the SDL says: queries for forms are priced with it.
const (
	MaxLanguages   = 40
	MaxSections    = 100
	MaxPanels      = 200 // of all sections together
	MaxQuestions   = 800
	MaxOptions     = 1600 // of all questions together
	MaxOptionsEach = 500
	MaxWeight      = 1_000_000_000
	MaxTests       = 20_000 // of all conditions together
	MaxRows        = 200    // of obligations, and of sign-offs
	MaxKey         = 120
	MaxTitle       = 2000
	MaxText        = 20_000
)

// Check makes a template of a document. What is wrong comes all at once, as *Faults.
func Check(d Document) (*Template, error) {
	t, faults := check(&d)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

func check(d *Document) (*Template, *Faults) {
	c := checker{doc: normal(d), faults: &Faults{}, at: map[string]int{}}
	c.head()
	c.sections()
	c.conditions()
	c.phase()
	if c.faults.Count > 0 {
		return nil, c.faults
	}
	t, err := compile(c.doc, c.parsed, c.at)
	if err != nil {
		c.refuse("", source.Invalid, "%s", err)
	}
	return t, c.faults
}

// checker goes once through a document.
type checker struct {
	doc    *Document
	first  string // language
	faults *Faults
	order  []*Question
	at     map[string]int // the place of a question by its key
	parsed map[string]Expr
}

func (c *checker) refuse(path string, code source.Code, format string, args ...any) {
	c.faults.At(nil, path, code, format, args...)
}

// normal copies a document so that what means the same is written the same: composed characters, empty maps and lists left out.
func normal(d *Document) *Document {
	n := *d
	n.Sections = slices.Clone(d.Sections)
	for i := range n.Sections {
		s := &n.Sections[i]
		s.Panels, s.Questions = slices.Clone(s.Panels), slices.Clone(s.Questions)
		if s.Questions == nil {
			s.Questions = []Question{}
		}
	}
	n.SignOffs = slices.Clone(d.SignOffs)
	return &n
}

var keyOfTemplate = regexp.MustCompile(`^[a-z0-9-]{3,64}$`)

func (c *checker) head() {
	d := c.doc
	if d.Format != Format {
		c.refuse("format", source.Invalid, "this must be %q", Format)
	}
	if !keyOfTemplate.MatchString(d.Key) {
		c.refuse("key", source.Invalid, "give 3 to 64 characters of a to z, 0 to 9 and -")
	}
	c.languages()
	c.words("title", d.Title, MaxTitle, true)
	c.words("description", d.Description, MaxText, false)
	if d.Jurisdiction != "" {
		var f fault.Form
		d.Jurisdiction = f.Jurisdictions("jurisdiction", []string{d.Jurisdiction}, 1)[0]
		c.take(f.Err(), func(string) string { return "jurisdiction" })
	}
	c.text("source", d.Source, MaxTitle)
	c.text("licence", d.Licence, MaxTitle)
	c.rule()
	c.obligations()
	c.signOffs()
}

// take adds the faults of a form.
func (c *checker) take(err error, path func(field string) string) {
	for _, f := range fault.All(err) {
		c.refuse(path(f.Field), source.Code(f.UserCode()), "%s", f.Message)
	}
}

func (c *checker) languages() {
	d := c.doc
	if len(d.Languages) == 0 {
		c.refuse("languages", source.Required, "name at least one language")
		return
	}
	var f fault.Form
	usual := f.Languages("languages", d.Languages, MaxLanguages)
	c.take(f.Err(), func(field string) string { return field })
	for i, tag := range usual {
		if f.Err() == nil && tag != d.Languages[i] {
			c.refuse(source.Join("languages", i), source.Code("INVALID_LANGUAGE"), "the usual form of this tag is %s", tag)
		}
	}
	c.first = d.Languages[0]
}

func (c *checker) rule() {
	r := c.doc.Rule
	if r.MitigationShare < 1 || r.MitigationShare > 100 {
		c.refuse("rule.mitigationSharePercent", source.OutOfRange, "give a number from 1 to 100")
	}
	if r.Deduction < 0 || r.Deduction > 100 {
		c.refuse("rule.deductionPercent", source.OutOfRange, "give a number from 0 to 100")
	}
	for i, cut := range r.Cuts {
		if cut < 1 || cut > 99 || i > 0 && cut <= r.Cuts[i-1] {
			c.refuse(source.Join("rule.cutPercents", i), source.OutOfRange, "give three numbers from 1 to 99, each above the one before it")
		}
	}
}

func (c *checker) obligations() {
	seen := map[string]bool{}
	c.count("obligations", len(c.doc.Obligations), 0, MaxRows)
	for i, o := range c.doc.Obligations {
		at := source.Join("obligations", i)
		c.level(at, o.Level)
		c.key(source.Join(at, "key"), o.Key)
		c.words(source.Join(at, "text"), o.Text, MaxText, true)
		c.once(source.Join(at, "key"), seen, o.Level.String()+" "+o.Key, o.Key)
	}
}

func (c *checker) signOffs() {
	seen := map[string]bool{}
	c.count("signOffs", len(c.doc.SignOffs), 1, MaxRows)
	for i, s := range c.doc.SignOffs {
		at := source.Join("signOffs", i)
		c.level(at, s.Level)
		for j, capacity := range append([]string{s.Capacity}, s.OrCapacities...) {
			path := source.Join(at, "capacity")
			if j > 0 {
				path = source.Join(at, "orCapacities", j-1)
			}
			if !slices.Contains(Capacities, capacity) {
				c.refuse(path, source.Invalid, "give one of %s", strings.Join(Capacities, ", "))
			}
		}
		if s.Count < 1 || s.Count > 10 {
			c.refuse(source.Join(at, "count"), source.OutOfRange, "give a number from 1 to 10")
		}
		c.once(source.Join(at, "capacity"), seen, s.Level.String()+" "+s.capacities(), s.Capacity)
	}
	first := func(s SignOff) bool { return s.Level == 1 }
	if len(c.doc.SignOffs) > 0 && !slices.ContainsFunc(c.doc.SignOffs, first) {
		c.refuse("signOffs", source.TooFew, "level I needs a sign-off, or nothing could be approved")
	}
}

func (c *checker) level(at string, l Level) {
	if l < 1 || l > 4 {
		c.refuse(source.Join(at, "level"), source.Invalid, "give a level from I to IV")
	}
}

func (c *checker) sections() {
	c.count("sections", len(c.doc.Sections), 1, MaxSections)
	seen, options, panels := map[string]bool{}, 0, 0
	for i := range c.doc.Sections {
		s, at := &c.doc.Sections[i], source.Join("sections", i)
		c.key(source.Join(at, "key"), s.Key)
		c.once(source.Join(at, "key"), seen, s.Key, s.Key)
		c.words(source.Join(at, "title"), s.Title, MaxTitle, true)
		c.words(source.Join(at, "intro"), s.Intro, MaxText, false)
		c.scoreType(source.Join(at, "scoreType"), s.ScoreType, true)
		known := c.panels(s, at)
		panels += len(s.Panels)
		for j := range s.Questions {
			q := &s.Questions[j]
			c.question(q, source.Join(at, "questions", j), known)
			c.order = append(c.order, q)
			options += len(q.Options)
		}
	}
	c.count("sections", len(c.order), 1, MaxQuestions)
	if options > MaxOptions {
		c.refuse("sections", source.TooMany, "at most %d options in all; this has %d", MaxOptions, options)
	}
	if panels > MaxPanels {
		c.refuse("sections", source.TooMany, "at most %d panels in all; this has %d", MaxPanels, panels)
	}
}

func (c *checker) panels(s *Section, at string) map[string]bool {
	seen := map[string]bool{}
	for i, p := range s.Panels {
		at := source.Join(at, "panels", i)
		c.key(source.Join(at, "key"), p.Key)
		c.once(source.Join(at, "key"), seen, p.Key, p.Key)
		c.words(source.Join(at, "title"), p.Title, MaxTitle, false)
		c.scoreType(source.Join(at, "scoreType"), p.ScoreType, false)
	}
	return seen
}

func (c *checker) question(q *Question, at string, panels map[string]bool) {
	c.key(source.Join(at, "key"), q.Key)
	if _, there := c.at[q.Key]; there {
		c.refuse(source.Join(at, "key"), source.Duplicate, "another question has this key")
	} else {
		c.at[q.Key] = len(c.order)
	}
	if q.Panel != "" && !panels[q.Panel] {
		c.refuse(source.Join(at, "panel"), source.Invalid, "the section has no such panel")
	}
	if !slices.Contains(Types, q.Type) {
		c.refuse(source.Join(at, "type"), source.Invalid, "give one of SINGLE, MULTI, TEXT, NUMBER, BOOLEAN, DATE")
	}
	c.words(source.Join(at, "title"), q.Title, MaxTitle, true)
	c.words(source.Join(at, "help"), q.Help, MaxText, false)
	c.scoreType(source.Join(at, "scoreType"), q.ScoreType, false)
	if q.Principle != "" && !slices.Contains(Principles, q.Principle) {
		c.refuse(source.Join(at, "principle"), source.Invalid, "this is none of the seven requirements of ALTAI")
	}
	c.weight(source.Join(at, "weightIfTrue"), q.WeightIfTrue)
	c.weight(source.Join(at, "weightIfFalse"), q.WeightIfFalse)
	c.options(q, source.Join(at, "options"))
}

func (c *checker) options(q *Question, at string) {
	chosen := q.Type == Single || q.Type == Multi
	switch {
	case !chosen && len(q.Options) > 0 && slices.Contains(Types, q.Type):
		c.refuse(at, source.Invalid, "only SINGLE and MULTI have options")
	case q.Type != Boolean && (q.WeightIfTrue != 0 || q.WeightIfFalse != 0):
		c.refuse(strings.TrimSuffix(at, "options")+"weightIfTrue", source.Invalid, "only BOOLEAN has this weight")
	case chosen:
		c.count(at, len(q.Options), 1, MaxOptionsEach)
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		at := source.Join(at, i)
		c.key(source.Join(at, "value"), o.Value)
		c.once(source.Join(at, "value"), seen, o.Value, o.Value)
		c.words(source.Join(at, "title"), o.Title, MaxTitle, true)
		c.weight(source.Join(at, "weight"), o.Weight)
	}
}

func (c *checker) weight(at string, w int64) {
	if w < 0 || w > MaxWeight {
		c.refuse(at, source.OutOfRange, "weights go from 0 to %d", MaxWeight)
	}
}

func (c *checker) scoreType(at string, s ScoreType, needed bool) {
	if s == "" && needed {
		c.refuse(at, source.Required, "say RAW, MITIGATION or NONE")
	} else if s != "" && !slices.Contains(ScoreTypes, s) {
		c.refuse(at, source.Invalid, "give RAW, MITIGATION or NONE")
	}
}

func (c *checker) count(at string, n, least, most int) {
	switch {
	case n < least:
		c.refuse(at, source.TooFew, "at least %d; this has %d", least, n)
	case n > most:
		c.refuse(at, source.TooMany, "at most %d; this has %d", most, n)
	}
}

func (c *checker) once(at string, seen map[string]bool, value, shown string) {
	if seen[value] && value != "" {
		c.refuse(at, source.Duplicate, "%q is there twice", source.Excerpt(shown))
	}
	seen[value] = true
}

// key checks a name by which others refer: it stands between braces or quotes in conditions.
func (c *checker) key(at, s string) {
	switch {
	case strings.TrimSpace(s) == "":
		c.refuse(at, source.Required, "this must not be empty")
	case utf8.RuneCountInString(s) > MaxKey:
		c.refuse(at, source.TooLong, "at most %d characters", MaxKey)
	case strings.ContainsAny(s, "{}\"'") || strings.ContainsFunc(s, unseen) || s != strings.TrimSpace(s) || !norm.NFC.IsNormalString(s):
		c.refuse(at, source.Invalid, "no braces, quotes, invisible characters or spaces at the ends, and characters composed (NFC)")
	}
}

// unseen are characters that make a key read as another.
func unseen(r rune) bool {
	return unicode.Is(unicode.C, r) && r != '\u200c' && r != '\u200d' || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

func (c *checker) words(at string, w Words, most int, needed bool) {
	if len(w) == 0 {
		if needed {
			c.refuse(at, source.Required, "a text in %q, the first language, is missing", c.first)
		}
		return
	}
	if c.first == "" {
		return // which languages there are, is not known
	}
	if strings.TrimSpace(w[c.first]) == "" {
		c.refuse(at, source.Required, "a text in %q, the first language, is missing", c.first)
		return
	}
	for _, language := range sorted(w) {
		path := source.Join(at, source.Excerpt(language))
		if !slices.Contains(c.doc.Languages, language) {
			c.refuse(path, source.Invalid, "the template does not list this language")
		}
		if strings.TrimSpace(w[language]) == "" {
			c.refuse(path, source.Required, "leave a text out rather than write none")
		}
		c.text(path, w[language], most)
	}
}

func (c *checker) text(at, s string, most int) {
	control := func(r rune) bool { return unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' && r != '\r' }
	switch n := utf8.RuneCountInString(s); {
	case n > most:
		c.refuse(at, source.TooLong, "at most %d characters; this has %d", most, n)
	case strings.ContainsFunc(s, control) || !norm.NFC.IsNormalString(s) || !utf8.ValidString(s):
		c.refuse(at, source.Invalid, "no control characters, and characters composed (NFC)")
	}
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (c *checker) phase() {
	p := c.doc.Phase
	if p == nil {
		return
	}
	at, there := c.at[p.Question]
	if !there || c.order[at].Type != Single {
		c.refuse("phase.question", source.NoSuchKey, "name a question of type SINGLE")
		return
	}
	for name, value := range map[string]string{"design": p.Design, "implementation": p.Implementation} {
		if !c.order[at].has(value) {
			c.refuse("phase."+name, source.NoSuchOption, "the question has no such option")
		}
	}
	if p.Design == p.Implementation {
		c.refuse("phase.implementation", source.Duplicate, "the phases need an option each")
	}
}

// has tells whether a question has an option.
func (q *Question) has(value string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == value })
}

// asParseError finds why a text is no condition.
func asParseError(err error) *ParseError {
	var p *ParseError
	if !errors.As(err, &p) {
		return &ParseError{Code: source.Syntax, Message: err.Error()}
	}
	return p
}
