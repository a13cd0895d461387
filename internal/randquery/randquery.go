// Package randquery writes random queries that are valid against a schema, with variables, for tests that compare two ways
// to execute them. It knows nothing of what the schema is about.
package randquery

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Chooser makes the choices: a number from 0 to n-1. When it has no more choices it should return 0, which ends most parts.
type Chooser interface{ IntN(n int) int }

// Bytes are choices of a fuzzer: one byte each.
type Bytes struct{ Left []byte }

// IntN takes the next byte, and returns 0 when there is none.
func (b *Bytes) IntN(n int) int {
	if len(b.Left) == 0 || n < 2 {
		return 0
	}
	c := int(b.Left[0])
	b.Left = b.Left[1:]
	return c % n
}

// Config says what to write.
type Config struct {
	Schema *ast.Schema
	// Text gives the text of a scalar argument of a field that returns the given type; "" where it knows none.
	Text func(c Chooser, argument, returns string) string
	// Budget bounds the fields of a query.
	Budget int
	// Depth bounds how deep they nest.
	Depth int
}

// Query is an operation with its variables.
type Query struct {
	Text      string
	Variables map[string]any
}

// Write writes a query.
func Write(c Chooser, cfg Config) Query {
	w := &writer{Chooser: c, cfg: cfg, left: cfg.Budget, values: map[string]any{}}
	for range w.IntN(3) {
		w.fragment()
	}
	text := w.set(cfg.Schema.Query, cfg.Depth, newScope(""))
	for _, f := range slices.Backward(w.fragments) { // a fragment spreads only those before it
		if mentions(text, "..."+f.name) {
			text += "\n" + f.text
		}
	}
	// Declared variables must be used.
	var declared []string
	for _, v := range w.variables {
		if mentions(text, "$"+v.name) {
			declared = append(declared, v.text)
		} else {
			delete(w.values, v.name)
		}
	}
	if len(declared) > 0 {
		text = "query(" + strings.Join(declared, ", ") + ")" + text
	} else {
		text = "query" + text
	}
	return Query{Text: text, Variables: w.values}
}

// mentions reports whether a name occurs in a text, and not only as the beginning of another.
func mentions(text, name string) bool {
	for {
		_, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		if after == "" || after[0] < '0' || after[0] > '9' {
			return true
		}
		text = after
	}
}

type writer struct {
	Chooser
	cfg       Config
	left      int
	inline    int // depth of inline fragments
	aliases   int
	fragments []fragment
	variables []declared
	booleans  []string // that conditions may reuse
	values    map[string]any
}

type fragment struct {
	name, text string
	on         *ast.Definition
}

type declared struct{ name, text string }

// scope is what a response name means, in all selections that are merged into one object.
type scope struct {
	prefix string // of every alias, so that a fragment fits wherever it is spread
	means  map[string]string
	below  map[string]*scope
}

func newScope(prefix string) *scope {
	return &scope{prefix: prefix, means: map[string]string{}, below: map[string]*scope{}}
}

// fragment writes a named fragment, which queries and later fragments may spread.
func (w *writer) fragment() {
	on := w.composite()
	name := fmt.Sprint("F", len(w.fragments))
	left := w.left
	w.left = min(left, 8)
	text := "fragment " + name + " on " + on.Name + w.set(on, 3, newScope(name+"_"))
	w.left = left - 4
	w.fragments = append(w.fragments, fragment{name: name, text: text, on: on})
}

// composite picks an object that queries lead to, an interface or a union.
func (w *writer) composite() *ast.Definition {
	var all []*ast.Definition
	for _, name := range slices.Sorted(maps.Keys(w.cfg.Schema.Types)) {
		def := w.cfg.Schema.Types[name]
		if def.IsCompositeType() && !strings.HasPrefix(name, "__") && !strings.HasSuffix(name, "Payload") && !strings.HasSuffix(name, "Event") &&
			def != w.cfg.Schema.Mutation && def != w.cfg.Schema.Subscription && def != w.cfg.Schema.Query {
			all = append(all, def)
		}
	}
	return all[w.IntN(len(all))]
}

// set writes a selection of a type.
func (w *writer) set(def *ast.Definition, depth int, s *scope) string {
	var parts []string
	n := 1 + w.IntN(4)
	for range n {
		if w.left <= 0 {
			break
		}
		if part := w.selection(def, depth, s); part != "" {
			parts = append(parts, part)
			if w.IntN(12) == 1 {
				parts = append(parts, part) // a duplicate
			}
		}
	}
	if len(parts) == 0 {
		parts = []string{"__typename"}
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func (w *writer) selection(def *ast.Definition, depth int, s *scope) string {
	switch k := w.IntN(12); {
	case w.inline > 2: // deeper fragments test little
	case k == 1:
		return "..." + w.condition() + w.within(def, depth, s)
	case k == 2 && len(w.fragments) > 0:
		return w.spreadOf(def)
	case k == 3 || k > 4 && def.IsAbstractType():
		on := w.overlapping(def)
		return "... on " + on.Name + w.condition() + w.within(on, depth, s)
	case k == 4:
		return w.typename(s)
	}
	return w.field(def, depth, s)
}

// within writes what an inline fragment selects.
func (w *writer) within(def *ast.Definition, depth int, s *scope) string {
	w.inline++
	defer func() { w.inline-- }()
	return w.set(def, depth, s)
}

func (w *writer) typename(s *scope) string {
	if w.IntN(2) == 0 && s.prefix == "" {
		return "__typename"
	}
	return w.alias(s) + ": __typename"
}

// overlapping picks a type that an object of this one may have.
func (w *writer) overlapping(def *ast.Definition) *ast.Definition {
	var all []*ast.Definition
	for _, possible := range w.cfg.Schema.GetPossibleTypes(def) {
		all = append(all, possible, possible)
		all = append(all, w.cfg.Schema.GetImplements(possible)...)
	}
	return all[w.IntN(len(all))]
}

func (w *writer) spreadOf(def *ast.Definition) string {
	f := w.fragments[w.IntN(len(w.fragments))]
	for _, mine := range w.cfg.Schema.GetPossibleTypes(def) {
		for _, its := range w.cfg.Schema.GetPossibleTypes(f.on) {
			if mine == its {
				return "..." + f.name + w.condition()
			}
		}
	}
	return ""
}

func (w *writer) alias(s *scope) string {
	w.aliases++
	return fmt.Sprint(s.prefix, "a", w.aliases)
}

// field writes a field of a type.
func (w *writer) field(def *ast.Definition, depth int, s *scope) string {
	var all []*ast.FieldDefinition
	for _, f := range def.Fields {
		composite := w.cfg.Schema.Types[f.Type.Name()].IsCompositeType()
		if !strings.HasPrefix(f.Name, "__") && (!composite || depth > 0) {
			all = append(all, f)
			if composite && !strings.HasPrefix(f.Name, "viewer") && f.Name != "pageInfo" { // there are few, and they lead deeper
				all = append(all, f, f, f)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	f := all[w.IntN(len(all))]
	w.left--
	args := w.arguments(f)
	name, head := f.Name, f.Name
	means := f.Name + args + " " + f.Type.String()
	if known, ok := s.means[name]; w.IntN(6) == 1 || s.prefix != "" || ok && known != means {
		name = w.alias(s)
		head = name + ": " + f.Name
	}
	s.means[name] = means
	text := head + args + w.condition()
	of := w.cfg.Schema.Types[f.Type.Name()]
	if !of.IsCompositeType() {
		return text
	}
	if s.below[name] == nil {
		s.below[name] = newScope(s.prefix)
	}
	inline := w.inline
	w.inline = 0
	defer func() { w.inline = inline }()
	return text + w.set(of, depth-1, s.below[name])
}

// arguments writes the arguments of a field; it leaves some out.
func (w *writer) arguments(f *ast.FieldDefinition) string {
	var parts []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull && w.IntN(3) != 1 {
			continue
		}
		if w.IntN(4) == 1 {
			if name := w.variable(a, f); name != "" {
				parts = append(parts, a.Name+": $"+name)
				continue
			}
		}
		if text := w.literal(a.Name, a.Type, f.Type.Name(), 2); text != "" {
			parts = append(parts, a.Name+": "+text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// variable declares a variable for an argument, with or without a default and a value.
func (w *writer) variable(a *ast.ArgumentDefinition, f *ast.FieldDefinition) string {
	text := w.literal(a.Name, a.Type, f.Type.Name(), 1)
	value, ok := w.value(a.Name, a.Type, f.Type.Name())
	if text == "" || !ok {
		return ""
	}
	name := fmt.Sprint("v", len(w.variables))
	declaration := "$" + name + ": " + a.Type.String()
	switch given := w.IntN(4); {
	case given == 1 && !a.Type.NonNull: // neither default nor value
	case given == 2:
		declaration += " = " + text
	default:
		w.values[name] = value
	}
	w.variables = append(w.variables, declared{name, declaration})
	return name
}

// literal writes a value of a type for a document.
func (w *writer) literal(name string, t *ast.Type, returns string, depth int) string {
	if !t.NonNull && w.IntN(10) == 1 {
		return "null"
	}
	if t.Elem != nil {
		if w.IntN(5) == 1 { // a single value is a list of one
			return w.literal(name, t.Elem, returns, depth)
		}
		var all []string
		for range w.IntN(4) {
			if one := w.literal(name, t.Elem, returns, depth); one != "" {
				all = append(all, one)
			}
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	def := w.cfg.Schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[w.IntN(len(def.EnumValues))].Name
	case def.Kind == ast.InputObject:
		return w.object(def, returns, depth)
	case def.Name == "Int":
		return w.integer()
	case def.Name == "Boolean":
		return []string{"true", "false"}[w.IntN(2)]
	}
	if text := w.cfg.Text(w, name, returns); text != "" {
		return fmt.Sprintf("%q", text)
	}
	return ""
}

func (w *writer) object(def *ast.Definition, returns string, depth int) string {
	var parts []string
	for _, f := range def.Fields {
		if depth == 0 || !f.Type.NonNull && w.IntN(4) != 1 {
			continue
		}
		if text := w.literal(f.Name, f.Type, returns, depth-1); text != "" {
			parts = append(parts, f.Name+": "+text)
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (w *writer) integer() string {
	return []string{"3", "1", "2", "5", "0", "-1", "20", "100", "101"}[w.IntN(9)]
}

// value gives a value of a type for the variables.
func (w *writer) value(name string, t *ast.Type, returns string) (any, bool) {
	if !t.NonNull && w.IntN(10) == 1 {
		return nil, true
	}
	if t.Elem != nil {
		all := []any{}
		for range w.IntN(4) {
			if one, ok := w.value(name, t.Elem, returns); ok {
				all = append(all, one)
			}
		}
		return all, true
	}
	def := w.cfg.Schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[w.IntN(len(def.EnumValues))].Name, true
	case def.Kind == ast.InputObject:
		return map[string]any{}, true
	case def.Name == "Int":
		return int64(w.IntN(6)), true
	case def.Name == "Boolean":
		return w.IntN(2) == 1, true
	}
	text := w.cfg.Text(w, name, returns)
	return text, text != ""
}

// condition sometimes writes @skip or @include.
func (w *writer) condition() string {
	if w.IntN(9) != 1 {
		return ""
	}
	directive := []string{" @include", " @skip"}[w.IntN(2)]
	switch w.IntN(4) {
	case 1:
		return directive + "(if: false)"
	case 2, 3:
		return directive + "(if: $" + w.boolean() + ")"
	}
	return directive + "(if: true)"
}

func (w *writer) boolean() string {
	if len(w.booleans) > 0 && w.IntN(2) == 1 {
		return w.booleans[w.IntN(len(w.booleans))]
	}
	name := fmt.Sprint("c", len(w.booleans))
	w.booleans = append(w.booleans, name)
	if w.IntN(3) == 1 {
		w.variables = append(w.variables, declared{name, "$" + name + ": Boolean = true"})
	} else {
		w.variables = append(w.variables, declared{name, "$" + name + ": Boolean!"})
		w.values[name] = w.IntN(2) == 1
	}
	return name
}
