package decision

import (
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The bounds of a document.
const (
	MaxDepth   = 4   // of the electorate's tree
	MaxNodes   = 200 // of the electorate, and so its groups
	MaxChoices = 10
	MaxTests   = 100  // of quorum, tests and objections each
	MaxAsked   = 1000 // comparisons that all of these make together, each group being one
	MaxWays    = 100  // of anyOf
	MaxProxies = 100
	MaxDays    = 365
	MaxFloor   = 1000
	MaxCount   = 1_000_000_000
	LeastFloor = 5
	maxTitle   = 200
	maxSource  = 500
)

// Limits bound what a document costs to read.
var Limits = source.Limits{Bytes: 128 << 10, Nodes: 10_000, Depth: 32}

// Fault is one mistake of a document.
type Fault struct {
	Pointer string   // of RFC 6901, such as /tests/0/ratio
	Steps   []string // of the pointer
	Line    int      // from 1
	Code    source.Code
	Message string // a sentence for the person who wrote the document
}

// Error tells where and what.
func (f Fault) Error() string {
	if f.Pointer == "" {
		return f.Message
	}
	return f.Pointer + ": " + f.Message
}

// Parse reads a document and checks it. What is wrong comes all at once, in the order of the text.
func Parse(raw []byte) (*Rule, []Fault) {
	var faults source.Faults
	root := source.JSON(raw, Limits, &faults)
	if root == nil {
		return nil, told(nil, &faults)
	}
	r := reader{faults: &faults}
	f := root.Fields("", &faults)
	if faults.Count > 0 && root.Kind != source.Object {
		return nil, told(root, &faults)
	}
	d := r.document(f)
	if faults.Count > 0 {
		return nil, told(root, &faults)
	}
	rule, err := compile(d)
	if err != nil {
		faults.At(root, "", source.Invalid, "%s", err)
	}
	return rule, told(root, &faults)
}

// told gives faults their pointers.
func told(root *source.Node, faults *source.Faults) []Fault {
	if faults.Err() == nil {
		return nil
	}
	all := make([]Fault, len(faults.Listed))
	for i, f := range faults.Listed {
		steps := stepsTo(root, f.Path)
		all[i] = Fault{Pointer: pointer(steps), Steps: steps, Line: f.Line, Code: f.Code, Message: f.Message}
	}
	return all
}

func pointer(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}

// stepsTo takes a path apart, along what is there: names of members that nobody knows may have dots in them.
func stepsTo(n *source.Node, path string) []string {
	if path == "" {
		return nil
	}
	step, rest, _ := strings.Cut(path, ".")
	var next *source.Node
	switch {
	case n == nil:
	case n.Kind == source.List:
		var i int
		if _, err := fmt.Sscanf(step, "%d", &i); err == nil && i < len(n.Items) {
			next = n.Items[i]
		}
	default:
		for _, m := range n.Members {
			if name := source.Excerpt(m.Name); len(name) > len(step) && (path == name || strings.HasPrefix(path, name+".")) {
				step, rest = name, strings.TrimPrefix(path[len(name):], ".")
			}
		}
		next = n.Get(step)
	}
	return append([]string{step}, stepsTo(next, rest)...)
}

// reader turns nodes into a document. What names something is checked against what was read before it.
type reader struct {
	faults     *source.Faults
	nodes      int
	paths      []string // of the electorate
	groups     []string
	choices    []string
	ids        map[string]bool
	brokenTree bool // what is named there cannot be looked for
}

var (
	keyForm    = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$`)
	nodeForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
	choiceForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,39}$`)
	idForm     = regexp.MustCompile(`^[a-z0-9-]{1,60}$`)
)

func (r *reader) document(f *source.Fields) Document {
	defer f.Done()
	d := Document{V: r.whole(f, "v", 0, Format, Format)}
	if key, ok := r.text(f, "key"); ok {
		if d.Key = key; len(key) < 3 || len(key) > 64 || !keyForm.MatchString(key) {
			r.refuse(f, "key", source.Invalid, "give 3 to 64 characters of a to z, 0 to 9 and -, in parts with dots between them, such as acme.board")
		}
	}
	d.Title, d.Source = r.line(f, "title", maxTitle), r.line(f, "source", maxSource)
	if o := r.object(f, "electorate"); o != nil {
		d.Electorate = r.electorate(o)
	} else {
		r.brokenTree = true
	}
	if o := r.object(f, "ballot"); o != nil {
		d.Ballot = r.ballot(o)
	}
	r.ids = map[string]bool{}
	d.Quorum = r.tests(f, "quorum", r.quorum)
	d.Tests = r.tests(f, "tests", r.test)
	d.Objections = r.tests(f, "objections", r.objection)
	if n := f.Get("tests"); n == nil || n.Kind == source.List && len(n.Items) == 0 {
		r.refuse(f, "tests", source.TooFew, "a rule has at least one test: without any, everything would be adopted")
	}
	if n := r.asked(d); n > MaxAsked {
		r.refuse(f, "tests", source.TooMany, "a rule makes at most %d comparisons, one for each group that a test asks; this one makes %d", MaxAsked, n)
	}
	d.AnyOf = r.anyOf(f, d.Tests)
	return d
}

// asked is how many comparisons a rule makes.
func (r *reader) asked(d Document) int {
	n := 0
	for _, t := range slices.Concat(d.Quorum, d.Tests, d.Objections) {
		switch t.Scope {
		case EachGroup, NGroups:
			n += len(r.groups)
		case Groups:
			n += len(t.Groups)
		default:
			n++
		}
	}
	return n
}

func (r *reader) refuse(f *source.Fields, name string, code source.Code, format string, args ...any) {
	n := f.Get(name)
	if n == nil {
		n = f.Node()
	}
	r.faults.At(n, f.At(name), code, format, args...)
}

// text reads a text that must be there.
func (r *reader) text(f *source.Fields, name string) (string, bool) {
	n := f.Get(name)
	switch {
	case n == nil:
		r.refuse(f, name, source.Required, "this must be here")
	case n.Kind != source.Text:
		r.refuse(f, name, source.WrongType, "this must be a text, not %s", n.Kind)
	default:
		return n.Text, true
	}
	return "", false
}

// line reads a line that may be left out.
func (r *reader) line(f *source.Fields, name string, most int) string {
	if f.Get(name) == nil {
		return ""
	}
	s, ok := r.text(f, name)
	if !ok {
		return ""
	}
	var form fault.Form
	s = form.Line(name, s, most)
	for _, one := range fault.All(form.Err()) {
		r.refuse(f, name, source.Code(one.UserCode()), "%s", one.Message)
	}
	return s
}

// word reads one of some words; without a default it must be there.
func (r *reader) word(f *source.Fields, name, otherwise string, words ...string) string {
	if f.Get(name) == nil && otherwise != "" {
		return otherwise
	}
	s, ok := r.text(f, name)
	if ok && !slices.Contains(words, s) {
		r.refuse(f, name, source.Invalid, "this must be %s, not %q", either(words), source.Excerpt(s))
	}
	return s
}

func either(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// whole reads a whole number within bounds; a default of -1 stands for none: then it must be there.
func (r *reader) whole(f *source.Fields, name string, otherwise, least, most int) int {
	n := f.Get(name)
	switch {
	case n == nil && otherwise >= least:
		return otherwise
	case n == nil:
		r.refuse(f, name, source.Required, "this must be here")
		return least
	case n.Kind != source.Number:
		r.refuse(f, name, source.WrongType, "this must be a number, not %s", n.Kind)
		return least
	}
	v, ok := n.Whole()
	switch {
	case !ok:
		r.refuse(f, name, source.NotWhole, "this must be a whole number, not %s", source.Excerpt(n.Text))
	case v < int64(least) || v > int64(most):
		if least == most {
			r.refuse(f, name, source.OutOfRange, "this must be %d", least)
		} else {
			r.refuse(f, name, source.OutOfRange, "give a number from %d to %d", least, most)
		}
	default:
		return int(v)
	}
	return least
}

func (r *reader) truth(f *source.Fields, name string, otherwise bool) bool {
	n := f.Get(name)
	if n == nil {
		return otherwise
	}
	if n.Kind != source.Bool {
		r.refuse(f, name, source.WrongType, "this must be true or false, not %s", n.Kind)
	}
	return n.Text == "true"
}

func (r *reader) ratio(f *source.Fields, name string) (Ratio, bool) {
	if n := f.Get(name); n != nil && n.Kind == source.Number {
		r.refuse(f, name, source.WrongType, "write a fraction as a text such as \"2/3\": a number would be rounded")
		return Ratio{}, false
	}
	s, ok := r.text(f, name)
	if !ok {
		return Ratio{}, false
	}
	ratio, err := parseRatio(s)
	if err != nil {
		r.refuse(f, name, cmp.Or(rangeCode(s), source.Invalid), "%s", err)
		return Ratio{}, false
	}
	return ratio, true
}

// rangeCode tells a fraction that is out of bounds from a text that is none.
func rangeCode(s string) source.Code {
	if ratioForm.MatchString(s) {
		return source.OutOfRange
	}
	return ""
}

// object reads an object that must be there.
func (r *reader) object(f *source.Fields, name string) *source.Fields {
	n := f.Get(name)
	if n == nil {
		r.refuse(f, name, source.Required, "this must be here")
		return nil
	}
	return r.inside(f, n, f.At(name))
}

// inside begins to read an object; nil if it is none, of which nothing more is to be said.
func (r *reader) inside(f *source.Fields, n *source.Node, path string) *source.Fields {
	if n.Kind != source.Object {
		r.faults.At(n, path, source.WrongType, "this must be an object, not %s", n.Kind)
		return nil
	}
	return f.Of(n, path)
}

// list reads a list; what is not there is empty.
func (r *reader) list(f *source.Fields, name string, most int) []*source.Node {
	items := f.List(name)
	if len(items) > most {
		r.refuse(f, name, source.TooMany, "at most %d entries; this has %d", most, len(items))
		return items[:most]
	}
	return items
}

// names reads a list of different texts, each checked.
func (r *reader) names(f *source.Fields, name string, most int, check func(s string) string) []string {
	all := []string{}
	for i, n := range r.list(f, name, most) {
		at := source.Join(f.At(name), i)
		switch {
		case n.Kind != source.Text:
			r.faults.At(n, at, source.WrongType, "this must be a text, not %s", n.Kind)
		case slices.Contains(all, n.Text):
			r.faults.At(n, at, source.Duplicate, "%q is named twice", source.Excerpt(n.Text))
		default:
			if wrong := check(n.Text); wrong != "" {
				r.faults.At(n, at, source.Invalid, "%s", wrong)
			}
			all = append(all, n.Text)
		}
	}
	return all
}

func (r *reader) electorate(f *source.Fields) Electorate {
	defer f.Done()
	e := Electorate{Tree: r.siblings(f, "tree", "", 1)}
	if !f.Has("groups") {
		for _, n := range e.Tree {
			e.Groups = append(e.Groups, n.Key)
		}
	} else {
		e.Groups = r.names(f, "groups", MaxNodes, func(s string) string {
			if r.brokenTree || slices.Contains(r.paths, s) {
				return ""
			}
			return fmt.Sprintf("the electorate has no node %q: a path is the keys from the top, with dots between them", source.Excerpt(s))
		})
	}
	r.groups = e.Groups
	e.Per = r.word(f, "per", Counted, Eligible, Cast, Counted)
	e.EmptyShare = r.word(f, "emptyShare", Siblings, Siblings, Lost)
	return e
}

// siblings reads the nodes below one node, whose shares sum to 1.
func (r *reader) siblings(f *source.Fields, name, above string, depth int) []Node {
	n := f.Get(name)
	items := f.List(name)
	if n == nil || n.Kind == source.List && len(items) == 0 {
		r.refuse(f, name, source.TooFew, "at least one node must be here")
	}
	if len(items) == 0 {
		r.brokenTree = true
		return nil
	}
	if depth > MaxDepth {
		r.refuse(f, name, source.TooDeep, "the electorate is at most %d levels deep", MaxDepth)
		r.brokenTree = true
		return nil
	}
	if r.nodes += len(items); r.nodes > MaxNodes {
		if r.nodes-len(items) <= MaxNodes {
			r.refuse(f, name, source.TooMany, "the electorate has at most %d nodes", MaxNodes)
		}
		r.brokenTree = true
		return nil
	}
	all, sum, right := make([]Node, len(items)), new(big.Rat), true
	for i, item := range items {
		one := r.inside(f, item, source.Join(f.At(name), i))
		if one == nil {
			r.brokenTree, right = true, false
			continue
		}
		var ok bool
		if all[i], ok = r.node(one, above, depth); ok {
			sum.Add(sum, all[i].Share.value)
		} else {
			right = false
		}
		one.Done()
	}
	if right && sum.Cmp(big.NewRat(1, 1)) != 0 {
		r.refuse(f, name, source.Invalid, "the shares of these nodes sum to %s, and must sum to 1", sum.RatString())
	}
	return all
}

// node reads a node, and tells whether it has a share.
func (r *reader) node(f *source.Fields, above string, depth int) (Node, bool) {
	var n Node
	var ok bool
	if n.Key, ok = r.text(f, "key"); ok {
		path := below(above, n.Key)
		switch {
		case !nodeForm.MatchString(n.Key):
			r.refuse(f, "key", source.Invalid, "give 1 to 40 letters, digits, - and _")
		case slices.Contains(r.paths, path):
			r.refuse(f, "key", source.Duplicate, "there is a node %q here already", path)
		}
		r.paths = append(r.paths, path)
	} else {
		r.brokenTree = true
	}
	n.Share, ok = r.ratio(f, "share")
	who, children := f.Get("who"), f.Get("children")
	switch {
	case who == nil && children == nil:
		r.faults.At(f.Node(), f.At("who"), source.Required, "say which parties sit here, or give the node children")
	case who != nil && children != nil:
		r.refuse(f, "who", source.Code(enum.UserErrorCodeExclusive), "parties sit in the node or in its children, not in both")
	case children != nil:
		n.Children = r.siblings(f, "children", below(above, n.Key), depth+1)
	default:
		n.Who = r.who(f, who)
	}
	return n, ok
}

// kinds are those of parties.
var kinds = []string{
	string(enum.StakeholderKindFirm), string(enum.StakeholderKindCustomer), string(enum.StakeholderKindRegulator), string(enum.StakeholderKindNgo),
	string(enum.StakeholderKindAcademicInstitution),
}

func (r *reader) who(f *source.Fields, n *source.Node) *Who {
	if n.Kind == source.Text {
		if n.Text != listed {
			r.refuse(f, "who", source.Invalid, "this must be %q, or an object with kinds and jurisdictions", listed)
		}
		return &Who{Listed: true}
	}
	if f = r.inside(f, n, f.At("who")); f == nil {
		return &Who{}
	}
	defer f.Done()
	w := &Who{Kinds: r.names(f, "kinds", len(kinds), func(s string) string {
		if slices.Contains(kinds, s) {
			return ""
		}
		return "this must be " + either(kinds)
	})}
	w.Jurisdictions = r.names(f, "jurisdictions", 50, func(s string) string {
		var form fault.Form
		if usual := form.Jurisdictions("j", []string{s}, 1); form.Err() == nil && usual[0] != s {
			return "the usual form of this code is " + usual[0]
		}
		for _, one := range fault.All(form.Err()) {
			return one.Message
		}
		return ""
	})
	return w
}

func (r *reader) ballot(f *source.Fields) Ballot {
	defer f.Done()
	b := Ballot{Choices: r.names(f, "choices", MaxChoices, func(s string) string {
		if choiceForm.MatchString(s) {
			return ""
		}
		return "give capitals, digits and _, at most 40, such as FOR"
	})}
	if n := f.Get("choices"); n == nil || n.Kind == source.List && len(n.Items) < 2 {
		r.refuse(f, "choices", source.TooFew, "there are at least two choices")
	}
	r.choices = b.Choices
	if f.Has("abstain") {
		b.Abstain = r.choice(f, "abstain")
	}
	b.Abstentions = r.word(f, "abstentions", Excluded, Excluded, CountedAbstention)
	b.Silence = r.word(f, "silence", Absent, Absent, Abstain, WithMajority)
	if b.Silence == Abstain && !f.Has("abstain") {
		r.refuse(f, "silence", source.Invalid, "silence can only abstain when abstain names the choice that is an abstention")
	}
	b.ReasonsFor = r.names(f, "reasonsFor", MaxChoices, r.noChoice)
	b.Changeable = r.truth(f, "changeable", true)
	b.Reveal = r.word(f, "reveal", AtClose, AtClose, AtOnce)
	b.Secrecy = r.word(f, "secrecy", Open, Open, Secret)
	r.secrecy(f, &b)
	b.MaxProxies = r.whole(f, "maxProxies", 0, 0, MaxProxies)
	b.MinDays = r.whole(f, "minDays", 1, 1, MaxDays)
	return b
}

// secrecy checks what a secret ballot cannot have.
func (r *reader) secrecy(f *source.Fields, b *Ballot) {
	if f.Has("secrecyFloor") || b.Secrecy == Secret {
		b.SecrecyFloor = r.whole(f, "secrecyFloor", LeastFloor, LeastFloor, MaxFloor)
	}
	if b.Secrecy != Secret {
		return
	}
	if len(b.ReasonsFor) > 0 {
		r.refuse(f, "reasonsFor", source.Invalid, "only an OPEN ballot can ask for reasons: they would tell who chose what")
	}
	if b.Reveal == AtOnce {
		r.refuse(f, "reveal", source.Invalid, "papers of a SECRET ballot show at its close only")
	}
}

// noChoice says that a name is no choice.
func (r *reader) noChoice(s string) string {
	if len(r.choices) == 0 || slices.Contains(r.choices, s) {
		return ""
	}
	return fmt.Sprintf("the ballot has no choice %q", source.Excerpt(s))
}

func (r *reader) choice(f *source.Fields, name string) string {
	s, ok := r.text(f, name)
	if wrong := r.noChoice(s); ok && wrong != "" {
		r.refuse(f, name, source.Invalid, "%s", wrong)
	}
	return s
}

func (r *reader) tests(f *source.Fields, name string, read func(f *source.Fields) Test) []Test {
	all := []Test{}
	for i, n := range r.list(f, name, MaxTests) {
		one := r.inside(f, n, source.Join(f.At(name), i))
		if one == nil {
			continue
		}
		t := read(one)
		t.ID = r.id(one)
		one.Done()
		all = append(all, t)
	}
	return all
}

func (r *reader) id(f *source.Fields) string {
	s, ok := r.text(f, "id")
	switch {
	case !ok:
	case !idForm.MatchString(s):
		r.refuse(f, "id", source.Invalid, "give 1 to 60 characters of a to z, 0 to 9 and -")
	case r.ids[s]:
		r.refuse(f, "id", source.Duplicate, "%q is the id of something else in this rule", s)
	default:
		r.ids[s] = true
	}
	return s
}

func (r *reader) quorum(f *source.Fields) Test {
	t := Test{
		Scope: r.word(f, "scope", "", Total, EachGroup), Of: r.word(f, "of", "", Members, Weight), Op: r.word(f, "op", "", ">=", ">"),
	}
	if ratio, ok := r.ratio(f, "ratio"); ok {
		t.Ratio = &ratio
	}
	return t
}

func (r *reader) test(f *source.Fields) Test {
	t := Test{
		Scope: r.word(f, "scope", "", Total, EachGroup, NGroups, Groups), Choice: r.choice(f, "choice"), Of: r.word(f, "of", "", Members, Weight),
		Base: r.word(f, "base", "", Cast, Counted, Eligible), Op: r.word(f, "op", "", ">=", ">", "<=", "<"),
	}
	r.scoped(f, &t)
	switch ratio, count := f.Get("ratio"), f.Get("count"); {
	case ratio == nil && count == nil:
		r.refuse(f, "ratio", source.Required, "give a ratio of the base, or a count")
	case ratio != nil && count != nil:
		r.refuse(f, "count", source.Code(enum.UserErrorCodeExclusive), "give a ratio or a count, not both")
	case ratio != nil:
		if ratio, ok := r.ratio(f, "ratio"); ok {
			t.Ratio = &ratio
		}
	default:
		n := r.whole(f, "count", -1, 0, MaxCount)
		if t.Count = &n; t.Of == Weight {
			r.refuse(f, "count", source.Invalid, "a count is of MEMBERS: weights sum to 1")
		}
	}
	return t
}

// scoped reads what a scope needs, and refuses what it does not.
func (r *reader) scoped(f *source.Fields, t *Test) {
	if t.Scope == Groups {
		t.Groups = r.names(f, "groups", MaxNodes, func(s string) string {
			if r.brokenTree || slices.Contains(r.groups, s) {
				return ""
			}
			return fmt.Sprintf("%q is no group of the electorate", source.Excerpt(s))
		})
		if n := f.Get("groups"); n == nil || n.Kind == source.List && len(n.Items) == 0 {
			r.refuse(f, "groups", source.TooFew, "GROUPS names at least one group")
		}
	} else if f.Get("groups") != nil {
		r.refuse(f, "groups", source.Invalid, "only a test of GROUPS names groups")
	}
	switch {
	case t.Scope == NGroups && !r.brokenTree:
		t.N = r.whole(f, "n", -1, 1, max(1, len(r.groups)))
		r.apart(f)
	case t.Scope != NGroups && f.Get("n") != nil:
		r.refuse(f, "n", source.Invalid, "only a test of N_GROUPS says how many")
	default:
		f.Ignore("n")
	}
	if len(r.groups) == 0 && !r.brokenTree && (t.Scope == EachGroup || t.Scope == NGroups) {
		r.refuse(f, "scope", source.Invalid, "the electorate has no groups")
	}
}

// apart refuses to count groups that lie in one another: who sits in both would be counted twice.
func (r *reader) apart(f *source.Fields) {
	for _, outer := range r.groups {
		for _, inner := range r.groups {
			if strings.HasPrefix(inner, outer+".") {
				r.refuse(f, "scope", source.Invalid, "groups cannot be counted while one lies in another: %s lies in %s", inner, outer)
				return
			}
		}
	}
}

func (r *reader) objection(f *source.Fields) Test {
	t := r.test(f)
	t.Effect = r.word(f, "effect", "", Blocks, AnswerFirst)
	return t
}

func (r *reader) anyOf(f *source.Fields, tests []Test) [][]string {
	known := func(s string) string {
		if slices.ContainsFunc(tests, func(t Test) bool { return t.ID == s }) {
			return ""
		}
		return fmt.Sprintf("there is no test %q", source.Excerpt(s))
	}
	n := f.Get("anyOf")
	if n == nil {
		return nil
	}
	var all [][]string
	for i, item := range r.list(f, "anyOf", MaxWays) {
		at := source.Join(f.At("anyOf"), i)
		if item.Kind != source.List {
			r.faults.At(item, at, source.WrongType, "this must be a list of ids of tests, not %s", item.Kind)
			continue
		}
		if len(item.Items) == 0 {
			r.faults.At(item, at, source.TooFew, "name at least one test: a way without any would adopt everything")
		}
		one := source.Node{Kind: source.Object, Line: item.Line, Members: []source.Member{{Name: fmt.Sprint(i), Node: item}}}
		all = append(all, r.names(one.Fields(f.At("anyOf"), r.faults), fmt.Sprint(i), MaxTests, known))
	}
	if n.Kind == source.List && len(n.Items) == 0 {
		r.refuse(f, "anyOf", source.TooFew, "name at least one way, or leave this out: then all tests must hold")
	}
	return all
}
