package questionnaire

import (
	"slices"
	"strconv"
	"strings"
)

// The bounds of a condition.
const (
	MaxConditionLength = 10_000 // characters
	MaxConditionDepth  = 32     // brackets and nots inside each other
)

// Expr is a condition: *All, *Any, *Not or *Test.
type Expr interface {
	print(b *strings.Builder)
}

// All holds when each of its parts does; it has at least two, none of them an All.
type All struct{ Parts []Expr }

// Any holds when one of its parts does; it has at least two, none of them an Any.
type Any struct{ Parts []Expr }

// Not holds when its part does not.
type Not struct{ Part Expr }

// Op is what a test asks of an answer.
type Op string

// The tests. On an unanswered question Empty and Differs hold, and no other test does.
const (
	Equals   Op = "="
	Differs  Op = "<>"
	Less     Op = "<"
	AtMost   Op = "<="
	More     Op = ">"
	AtLeast  Op = ">="
	Contains Op = "contains" // all of a list must be chosen
	Empty    Op = "empty"
	NotEmpty Op = "notempty"
)

// Test asks something of the answer to one question.
type Test struct {
	Question string
	Op       Op
	Literals []Literal // none for Empty and NotEmpty, one or more for Contains, otherwise one
}

// LiteralKind is what a literal is.
type LiteralKind uint8

// The kinds of literals.
const (
	TextLiteral LiteralKind = iota
	NumberLiteral
	TruthLiteral
)

// Literal is a value in a condition.
type Literal struct {
	Kind   LiteralKind
	Text   string
	Number int64
	Truth  bool
}

// Print writes a condition in its one usual form. Parsed again, it is the same tree.
func Print(e Expr) string {
	var b strings.Builder
	e.print(&b)
	return b.String()
}

func (a *Any) print(b *strings.Builder) { printParts(b, a.Parts, " or ", false) }

func (a *All) print(b *strings.Builder) { printParts(b, a.Parts, " and ", true) }

func printParts(b *strings.Builder, parts []Expr, between string, bracketAny bool) {
	for i, p := range parts {
		if i > 0 {
			b.WriteString(between)
		}
		_, any := p.(*Any)
		printIn(b, p, any && bracketAny)
	}
}

func (n *Not) print(b *strings.Builder) {
	b.WriteString("not ")
	switch n.Part.(type) {
	case *Any, *All:
		printIn(b, n.Part, true)
	default:
		n.Part.print(b)
	}
}

func printIn(b *strings.Builder, e Expr, brackets bool) {
	if !brackets {
		e.print(b)
		return
	}
	b.WriteByte('(')
	e.print(b)
	b.WriteByte(')')
}

func (t *Test) print(b *strings.Builder) {
	b.WriteString("{" + t.Question + "} " + string(t.Op))
	switch {
	case len(t.Literals) == 1:
		b.WriteString(" " + t.Literals[0].String())
	case len(t.Literals) > 1 || t.Op == Contains:
		all := make([]string, len(t.Literals))
		for i, l := range t.Literals {
			all[i] = l.String()
		}
		b.WriteString(" [" + strings.Join(all, ", ") + "]")
	}
}

// String is the literal as a condition has it.
func (l Literal) String() string {
	switch l.Kind {
	case NumberLiteral:
		return strconv.FormatInt(l.Number, 10)
	case TruthLiteral:
		return strconv.FormatBool(l.Truth)
	}
	if strings.Contains(l.Text, `"`) {
		return "'" + l.Text + "'" // it was parsed between single quotes, so that it has none
	}
	return `"` + l.Text + `"`
}

// Reads are the questions that a condition asks, each once, in its order.
func Reads(e Expr) []string {
	var keys []string
	walk(e, func(t *Test) {
		if !slices.Contains(keys, t.Question) {
			keys = append(keys, t.Question)
		}
	})
	return keys
}

// walk visits the tests of a condition in their order.
func walk(e Expr, visit func(*Test)) {
	switch e := e.(type) {
	case *All:
		for _, p := range e.Parts {
			walk(p, visit)
		}
	case *Any:
		for _, p := range e.Parts {
			walk(p, visit)
		}
	case *Not:
		walk(e.Part, visit)
	case *Test:
		visit(e)
	}
}
