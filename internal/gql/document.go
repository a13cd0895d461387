package gql

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// document is a parsed document that is within the limits and valid, with what is known of its operations without their
// variables. Many requests read it at once; nothing writes it.
type document struct {
	text   string
	ast    *ast.QueryDocument
	plans  []plan // one per operation, in order
	weight int
}

// plan is what is known of an operation before its variables are.
type plan struct {
	cost      Cost
	program   Program // nil when the executable schema runs it
	perValues bool    // a page size comes from a variable, so each request computes the cost again
}

// document gives the document of a text, from the cache or through parse, limits, validation and costing.
func (x *Executor) document(text string) (*document, gqlerror.List) {
	if d := x.cache.get(text); d != nil {
		return d, nil
	}
	d, errs := x.read(text)
	if errs != nil {
		return nil, errs
	}
	if x.unkept == nil || !x.unkept(d.ast) {
		x.cache.add(d)
	}
	return d, nil
}

func (x *Executor) read(text string) (*document, gqlerror.List) {
	if len(text) > x.limits.QueryBytes {
		return nil, gqlerror.List{Refuse(CodeQueryTooLarge, "the document has %d bytes: at most %d", len(text), x.limits.QueryBytes)}
	}
	text = strings.Clone(text) // the cache must not keep a whole request body alive
	parsed, err := parse(text, x.limits.Tokens)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	nodes, err := checkStructure(parsed, x.limits)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validate(x.schema, parsed, x.limits.ValidationErrors, x.suggest); errs != nil {
		return nil, errs
	}
	d := &document{text: text, ast: parsed, plans: make([]plan, len(parsed.Operations)), weight: weigh(text, nodes)}
	if x.compile != nil {
		d.weight += weighProgram(nodes)
	}
	for i, op := range parsed.Operations {
		c := costing{limits: x.limits, introspection: x.introspection}
		d.plans[i] = plan{cost: c.operation(op), perValues: c.usesVariables}
		if x.compile != nil {
			d.plans[i].program = x.compile(parsed, op)
		}
	}
	return d, nil
}

func parse(text string, tokens int) (*ast.QueryDocument, *gqlerror.Error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, tokens)
	if err == nil {
		return doc, nil
	}
	refused := Refuse(CodeParseFailed, "the document is not GraphQL")
	if syntax, ok := errors.AsType[*gqlerror.Error](err); ok {
		if strings.HasPrefix(syntax.Message, "exceeded token limit") {
			return nil, Refuse(CodeQueryTooLarge, "the document has more than %d tokens", tokens)
		}
		refused.Message, refused.Locations = clip(syntax.Message), syntax.Locations
	}
	return nil, refused
}

// operation finds the operation to run: the named one, or the only one.
func (d *document) operation(name string) (*ast.OperationDefinition, *plan, *gqlerror.Error) {
	if name == "" && len(d.ast.Operations) > 1 {
		return nil, nil, Refuse(CodeValidationFailed, "the document has several operations: operationName is required")
	}
	for i, op := range d.ast.Operations {
		if name == "" || op.Name == name {
			return op, &d.plans[i], nil
		}
	}
	return nil, nil, Refuse(CodeValidationFailed, "operation %q not found", clipName(name))
}
