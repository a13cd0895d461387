package gql

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Cost is what an operation may return and what it did return, both counted in objects.
type Cost struct {
	Requested int64 // the most objects the operation can return; at least 1
	Actual    int64 // objects in the response, never more than Requested; 0 before there is one
	Nodes     int64 // the most values the operation can return, objects and leaves together
	Remaining int64 // points left in the caller's allowance, filled in by the transport
	ResetAt   time.Time
}

const costKey = "plenary.cost"

// CostOf gives the cost stored with the operation, nil when it was refused before it had one.
func CostOf(op *graphql.OperationContext) *Cost {
	c, _ := op.Stats.GetExtension(costKey).(*Cost)
	return c
}

// weight is what a selection set returns for one parent. Inside a connection type the part below edges and nodes is counted
// apart, because it counts once per item of a page whose size only the field above knows. A fragment is weighed once, however
// many pages it is spread in.
type weight struct {
	cost, nodes         int64
	itemCost, itemNodes int64
}

// costing weighs the operations of one document. Its result holds for all requests unless a page size came from a variable.
type costing struct {
	limits        *Limits
	introspection *introspection
	variables     map[string]any
	done          map[string]weight
	usesVariables bool
}

func (c *costing) operation(op *ast.OperationDefinition) Cost {
	w := c.set(op.SelectionSet)
	return Cost{Requested: max(1, w.cost), Nodes: w.nodes}
}

// check refuses what is above the limits.
func (c Cost) check(limits *Limits) *gqlerror.Error {
	var err *gqlerror.Error
	switch {
	case c.Requested > limits.Cost:
		err = Refuse(CodeCostLimit, "the operation may return more than %d objects: ask for smaller pages or fewer fields", limits.Cost)
		err.Extensions["cost"], err.Extensions["limit"] = c.Requested, limits.Cost
	case c.Nodes > limits.Nodes:
		err = Refuse(CodeCostLimit, "the operation may return more than %d values: ask for smaller pages or fewer fields", limits.Nodes)
		err.Extensions["nodes"], err.Extensions["limit"] = c.Nodes, limits.Nodes
	}
	return err
}

func (c *costing) set(set ast.SelectionSet) weight {
	var sum weight
	for _, sel := range set {
		var one weight
		switch sel := sel.(type) {
		case *ast.Field:
			one = c.field(sel)
		case *ast.InlineFragment:
			one = c.set(sel.SelectionSet)
		case *ast.FragmentSpread:
			one = c.fragment(sel.Definition)
		}
		sum.cost, sum.nodes = add(sum.cost, one.cost), add(sum.nodes, one.nodes)
		sum.itemCost, sum.itemNodes = add(sum.itemCost, one.itemCost), add(sum.itemNodes, one.itemNodes)
	}
	return sum
}

func (c *costing) fragment(f *ast.FragmentDefinition) weight {
	if w, ok := c.done[f.Name]; ok {
		return w
	}
	if c.done == nil {
		c.done = make(map[string]weight)
	}
	w := c.set(f.SelectionSet)
	c.done[f.Name] = w
	return w
}

func (c *costing) field(f *ast.Field) weight {
	if len(f.SelectionSet) == 0 {
		return weight{nodes: 1}
	}
	if f.Name == "__schema" || f.Name == "__type" {
		return weight{cost: c.introspection.cost(f), nodes: 1}
	}
	w := c.set(f.SelectionSet)
	if isConnection(f.Definition.Type.NamedType) {
		page := c.pageSize(f)
		return weight{
			cost:  add(1, add(w.cost, times(page, w.itemCost))),
			nodes: add(1, add(w.nodes, times(page, w.itemNodes))),
		}
	}
	cost, nodes := add(1, w.cost), add(1, w.nodes)
	if isConnection(f.ObjectDefinition.Name) && (f.Name == "edges" || f.Name == "nodes") {
		return weight{itemCost: cost, itemNodes: nodes}
	}
	n := c.items(f)
	if f.Definition.Type.Elem == nil && slices.Contains(c.limits.Free, f.Definition.Type.NamedType) {
		return weight{cost: w.cost, nodes: nodes}
	}
	if f.Definition.Type.Elem != nil && slices.Contains(c.limits.AsOne, f.Definition.Type.Name()) {
		return weight{cost: 1, nodes: times(n, nodes)}
	}
	return weight{cost: times(n, cost), nodes: times(n, nodes)}
}

func isConnection(typeName string) bool { return strings.HasSuffix(typeName, "Connection") }

// items is how many objects a field that is no connection returns.
func (c *costing) items(f *ast.Field) int64 {
	if f.Definition.Type.Elem == nil {
		return 1
	}
	if n, ok := c.listLength(f.Arguments.ForName("ids")); ok {
		return n
	}
	if f.Definition.Arguments.ForName("first") != nil || f.Definition.Arguments.ForName("last") != nil {
		return c.pageSize(f)
	}
	if d := f.Definition.Directives.ForName("listSize"); d != nil {
		return parsed(d.Arguments.ForName("assumedSize").Value.Raw)
	}
	return int64(c.limits.ListGuess)
}

func (c *costing) listLength(a *ast.Argument) (int64, bool) {
	if a == nil {
		return 0, false
	}
	switch a.Value.Kind {
	case ast.ListValue:
		return int64(len(a.Value.Children)), true
	case ast.Variable:
		c.usesVariables = true
		if list, ok := c.variables[a.Value.Raw].([]any); ok {
			return int64(len(list)), true
		}
	}
	return 1, true
}

// pageSize reads first and last, literal or variable. A negative size, which resolvers refuse, counts as 0 here; a size above
// the limit counts as a full page.
func (c *costing) pageSize(f *ast.Field) int64 {
	n, given := int64(0), false
	for _, name := range [...]string{"first", "last"} {
		if size, ok := c.integer(f, name); ok {
			n, given = max(n, size), true
		}
	}
	if !given {
		return int64(c.limits.PageDefault)
	}
	return min(n, int64(c.limits.PageMax))
}

func (c *costing) integer(f *ast.Field, name string) (int64, bool) {
	var v *ast.Value
	if a := f.Arguments.ForName(name); a != nil {
		v = a.Value
	} else if d := f.Definition.Arguments.ForName(name); d != nil {
		v = d.DefaultValue
	}
	if v == nil {
		return 0, false
	}
	switch v.Kind {
	case ast.IntValue:
		return parsed(v.Raw), true
	case ast.Variable:
		c.usesVariables = true
		switch n := c.variables[v.Raw].(type) {
		case json.Number:
			return parsed(string(n)), true
		case int64:
			return max(n, 0), true
		}
	}
	return 0, false
}

func parsed(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MaxInt64
	}
	return max(n, 0)
}
