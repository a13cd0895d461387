package gql

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// These limits are checked on the parsed document before validation, because a small document can be expensive to validate.
// Each fragment is measured once and its numbers are added where it is spread, so 2^n spreads cost n steps.

// size is what a selection set amounts to after its fragments are spread. Numbers saturate instead of wrapping.
type size struct {
	depth      int64 // below this set, without introspection
	introDepth int64 // below __schema and __type
	rawDepth   int64 // counting the wrappers of connections as well
	aliases    int64
	directives int64
	fields     int64
	top        int64 // fields of this set itself, fragments spread
}

type structure struct {
	limits    *Limits
	fragments map[string]*ast.FragmentDefinition
	done      map[string]size
	active    map[string]bool
	nodes     int // syntax nodes of the document as written, for its weight in memory
}

// checkStructure refuses a document that exceeds a limit or whose fragments cycle. It gives the number of syntax nodes.
func checkStructure(doc *ast.QueryDocument, limits *Limits) (int, *gqlerror.Error) {
	s := &structure{limits: limits}
	if len(doc.Operations) == 0 {
		return 0, Refuse(CodeValidationFailed, "the document has no operation")
	}
	if len(doc.Operations) > limits.Operations {
		return 0, tooLarge("operations", int64(len(doc.Operations)), limits.Operations)
	}
	if n := len(doc.Fragments); n > 0 {
		s.fragments = make(map[string]*ast.FragmentDefinition, n)
		s.done, s.active = make(map[string]size, n), make(map[string]bool, n)
		for _, f := range doc.Fragments {
			s.fragments[f.Name] = f
		}
	}
	for _, f := range doc.Fragments {
		if _, err := s.fragment(f); err != nil {
			return 0, err
		}
	}
	for _, op := range doc.Operations {
		if err := s.operation(op); err != nil {
			return 0, err
		}
	}
	return s.nodes, nil
}

func (s *structure) operation(op *ast.OperationDefinition) *gqlerror.Error {
	for _, v := range op.VariableDefinitions {
		s.nodes++
		if err := s.value(v.DefaultValue, 0); err != nil {
			return err
		}
		if err := s.directives(v.Directives); err != nil {
			return err
		}
	}
	if err := s.directives(op.Directives); err != nil {
		return err
	}
	z, err := s.set(op.SelectionSet)
	if err != nil {
		return err
	}
	z.directives += int64(len(op.Directives))
	for _, v := range op.VariableDefinitions {
		z.directives += int64(len(v.Directives))
	}
	top := s.limits.RootFields
	if op.Operation == ast.Mutation {
		top = min(top, s.limits.MutationFields)
	}
	switch l := s.limits; {
	case z.depth > int64(l.Depth):
		return refuseAt(op.Position, CodeDepthLimit, "the operation nests fields deeper than %d levels", l.Depth)
	case z.introDepth > int64(l.IntrospectionDepth):
		return refuseAt(op.Position, CodeDepthLimit, "the introspection nests fields deeper than %d levels", l.IntrospectionDepth)
	case op.Operation == ast.Subscription && z.top > 1:
		return refuseAt(op.Position, CodeValidationFailed, "a subscription selects exactly one field")
	case z.top > int64(top):
		return tooLarge("root fields", z.top, top)
	case z.aliases > int64(l.Aliases):
		return tooLarge("aliases", z.aliases, l.Aliases)
	case z.directives > int64(l.Directives):
		return tooLarge("directives", z.directives, l.Directives)
	case z.fields > int64(l.Fields):
		return tooLarge("fields", z.fields, l.Fields)
	}
	return nil
}

func tooLarge(what string, n int64, limit int) *gqlerror.Error {
	if n == math.MaxInt64 {
		return Refuse(CodeQueryTooLarge, "too many %s: at most %d", what, limit)
	}
	return Refuse(CodeQueryTooLarge, "too many %s: %d, at most %d", what, n, limit)
}

func (s *structure) set(set ast.SelectionSet) (size, *gqlerror.Error) {
	var sum size
	for _, sel := range set {
		s.nodes++
		one, err := s.selection(sel)
		if err != nil {
			return size{}, err
		}
		sum = sum.plus(one)
	}
	return sum, nil
}

func (s *structure) selection(sel ast.Selection) (size, *gqlerror.Error) {
	switch sel := sel.(type) {
	case *ast.Field:
		return s.field(sel)
	case *ast.InlineFragment:
		if err := s.directives(sel.Directives); err != nil {
			return size{}, err
		}
		z, err := s.set(sel.SelectionSet)
		z.directives = add(z.directives, int64(len(sel.Directives)))
		return z, err
	case *ast.FragmentSpread:
		if err := s.directives(sel.Directives); err != nil {
			return size{}, err
		}
		f := s.fragments[sel.Name]
		if f == nil { // validation reports it
			return size{}, nil
		}
		if s.active[sel.Name] {
			return size{}, refuseAt(sel.Position, CodeValidationFailed, "Cannot spread fragment %q within itself.", sel.Name)
		}
		z, err := s.fragment(f)
		z.directives = add(z.directives, int64(len(sel.Directives)))
		return z, err
	}
	return size{}, nil
}

func (s *structure) fragment(f *ast.FragmentDefinition) (size, *gqlerror.Error) {
	if z, ok := s.done[f.Name]; ok {
		return z, nil
	}
	if err := s.directives(f.Directives); err != nil {
		return size{}, err
	}
	s.nodes++
	s.active[f.Name] = true
	z, err := s.set(f.SelectionSet)
	delete(s.active, f.Name)
	if err != nil {
		return size{}, err
	}
	z.directives = add(z.directives, int64(len(f.Directives)))
	s.done[f.Name] = z
	return z, nil
}

func (s *structure) field(f *ast.Field) (size, *gqlerror.Error) {
	for _, a := range f.Arguments {
		s.nodes++
		if err := s.value(a.Value, 0); err != nil {
			return size{}, err
		}
	}
	if err := s.directives(f.Directives); err != nil {
		return size{}, err
	}
	z, err := s.set(f.SelectionSet)
	if err != nil {
		return size{}, err
	}
	z.top = 1
	z.fields = add(z.fields, 1)
	z.directives = add(z.directives, int64(len(f.Directives)))
	if f.Alias != f.Name {
		z.aliases = add(z.aliases, 1)
	}
	switch {
	case f.Name == "__schema" || f.Name == "__type":
		z.introDepth = max(z.introDepth, z.rawDepth+1)
		z.depth = 1
	case !isWrapper(f):
		z.depth++
	}
	z.rawDepth++
	return z, nil
}

// isWrapper reports whether a connection puts this field around its items. Such fields do not count: with them, four nested
// objects would be twelve levels deep, and one query could not walk from a principle to the decisions it led to.
func isWrapper(f *ast.Field) bool {
	return len(f.Arguments) == 0 && len(f.SelectionSet) > 0 && (f.Name == "edges" || f.Name == "nodes" || f.Name == "node")
}

func (s *structure) directives(list ast.DirectiveList) *gqlerror.Error {
	for _, d := range list {
		s.nodes++
		for _, a := range d.Arguments {
			s.nodes++
			if err := s.value(a.Value, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *structure) value(v *ast.Value, depth int) *gqlerror.Error {
	if v == nil {
		return nil
	}
	s.nodes++
	switch v.Kind {
	case ast.StringValue:
		return checkText(v)
	case ast.IntValue:
		// gqlgen panics on what it cannot parse.
		if _, err := strconv.ParseInt(v.Raw, 10, 64); err != nil {
			return refuseAt(v.Position, CodeValidationFailed, "the integer is out of range")
		}
	case ast.FloatValue:
		if _, err := strconv.ParseFloat(v.Raw, 64); err != nil {
			return refuseAt(v.Position, CodeValidationFailed, "the number is out of range")
		}
	case ast.ListValue, ast.ObjectValue:
		if depth == s.limits.InputDepth {
			return refuseAt(v.Position, CodeBadUserInput, "the input nests deeper than %d levels", s.limits.InputDepth)
		}
		if v.Kind == ast.ListValue && len(v.Children) > s.limits.InputItems {
			return refuseAt(v.Position, CodeBadUserInput, "a list of %d items: at most %d", len(v.Children), s.limits.InputItems)
		}
		for _, c := range v.Children {
			if err := s.value(c.Value, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// surrogate is an escape for half a character.
var surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// checkText refuses what the escapes \u0000 and \ud800 to \udfff became. The databases disagree about NUL, and the lexer
// turns each half of a pair into U+FFFD, which would silently change a participant's words. A U+FFFD that somebody wrote
// themselves is allowed.
func checkText(v *ast.Value) *gqlerror.Error {
	if strings.ContainsRune(v.Raw, 0) {
		return refuseAt(v.Position, CodeBadUserInput, "a string holds the character U+0000")
	}
	if strings.ContainsRune(v.Raw, utf8.RuneError) && surrogate.MatchString(v.Position.Src.Input) {
		return refuseAt(v.Position, CodeBadUserInput, "a string holds a surrogate escape: write the character itself, or use a variable")
	}
	return nil
}

func (a size) plus(b size) size {
	return size{
		depth:      max(a.depth, b.depth),
		introDepth: max(a.introDepth, b.introDepth),
		rawDepth:   max(a.rawDepth, b.rawDepth),
		aliases:    add(a.aliases, b.aliases),
		directives: add(a.directives, b.directives),
		fields:     add(a.fields, b.fields),
		top:        add(a.top, b.top),
	}
}

// add and times saturate at the largest int64: numbers here are at least 0.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func times(a, b int64) int64 {
	if a != 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}
