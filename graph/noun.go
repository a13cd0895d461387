package graph

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// noun is the one declaration of something that has an id of its own. All that needs a list of nouns derives from it: node and
// nodes, root fields by id, who may see the acts about it, subjects of acts, payloads, events, what the cache of answers
// forgets. internal/arch compares it with the policy, the schema and the tables.
type noun struct {
	name     string   // the prefix of its ids, and its resource in the policy if it has one
	types    []string // its types in the schema
	read     *reader  // by ids, for the viewer
	referred referred // by a name for people; nil where there is none
	by       string   // the argument that gives this name: a reference, unless it says otherwise
	tables   []string // what an act on it may change; nil for anything
	sweeping []string // types of act on it that may change any table

	hearsay *reader           // who may see acts about it, where that are others than those who may read it
	place   *reader           // of a noun that can be hidden: who may know of it that it was
	inside  []policy.Resource // what its acts name as their subject's parent

	between bool     // it stands between one customer and one firm: nobody is told where its acts are in the log
	secret  []string // types of act on it, such as the cast of a secret ballot, of which nobody is told that either

	waits func(ctx context.Context, r *Resolver) ([]*view.Task, error) // what of it waits for the viewer

	edges     edges
	mutations mutations
	does      map[string]policy.Action // what mutations do whose names do not say it
	posted    []policy.Action          // what is done by a request of its own and by no mutation
	follows   follows
}

// reader reads things of one noun by their ids. What is missing or hidden is left out.
type reader struct {
	rows string // the table of what is read, so that columns may be left out
	read func(ctx context.Context, r *Resolver, ids []uuid.UUID) (map[uuid.UUID]view.Node, error)
	edge func(s *store.Store, viewer string, node view.Node) any // the entry that a thing becomes in lists
}

// by makes a reader of a domain's batch read.
func by[T any, P interface {
	*T
	view.Node
}](of func(r *Resolver) many[T]) *reader {
	return &reader{rows: tableOf[P](), edge: entryIn[P](tableOf[P]()), read: func(ctx context.Context, r *Resolver, ids []uuid.UUID) (map[uuid.UUID]view.Node, error) {
		rows, err := of(r)(ctx, ids)
		nodes := make(map[uuid.UUID]view.Node, len(rows))
		for id, row := range rows {
			nodes[id] = P(row)
		}
		return nodes, err
	}}
}

// entryIn makes the entry that a thing becomes in lists of a table.
func entryIn[N view.Node](table string) func(s *store.Store, viewer string, node view.Node) any {
	return func(s *store.Store, viewer string, node view.Node) any {
		return store.Entry(s, table, node.GlobalID().UUID, viewer, node.(N), 0)
	}
}

// entryAmong is entryIn for a noun whose lists are led by a column.
func entryAmong[N view.Node](table string, value func(N) int64) func(s *store.Store, viewer string, node view.Node) any {
	return func(s *store.Store, viewer string, node view.Node) any {
		n := node.(N)
		return store.Entry(s, table, node.GlobalID().UUID, viewer, n, value(n))
	}
}

// referred reads a thing by its name for people, such as its number, for the viewer; nil for none.
type referred func(ctx context.Context, r *Resolver, reference string) (view.Node, error)

// byReference makes it of a domain's read.
func byReference[T any, P interface {
	*T
	view.Node
}](of func(r *Resolver) func(ctx context.Context, reference string) (*T, error)) referred {
	return func(ctx context.Context, r *Resolver, reference string) (view.Node, error) {
		row, err := of(r)(ctx, strings.ToUpper(reference))
		if row == nil {
			return nil, err
		}
		return P(row), err
	}
}

// everyone may see acts about this noun.
var everyone = &reader{read: func(_ context.Context, _ *Resolver, ids []uuid.UUID) (map[uuid.UUID]view.Node, error) {
	all := make(map[uuid.UUID]view.Node, len(ids))
	for _, id := range ids {
		all[id] = nil
	}
	return all, nil
}}

// nouns are all there are, by their names.
func nouns() map[string]noun {
	all := map[string]noun{}
	for _, n := range declared {
		all[n.name] = n
	}
	return all
}

// declared are the nouns, and what has fields but no id.
var declared = []noun{
	rootFields, partyNoun, tieNoun, memberNoun, accessNoun, dialogueNoun, proposalNoun, versionNoun, commentNoun, commentGroupNoun, practiceNoun, practiceVersionNoun, assessmentNoun,
	webhookNoun, deliveryNoun, letterNoun, actNoun, logNoun,
	templateNoun, fileNoun,
	opinionNoun, assignmentNoun, assessmentVersionNoun,
	riskNoun, ratingNoun, mitigationNoun, importNoun, reportNoun,
	callNoun, calledFirmNoun, filingNoun,
	decisionRuleNoun, ballotNoun,
	authorshipNoun, amendmentNoun, officialResponseNoun,
	hidingNoun, contentReportNoun,
	guidelineNoun,
	commitmentNoun,
	milestoneNoun,
	synthesisNoun,
	frameworkNoun, principleNoun, journeyNoun, touchpointNoun,
}

// sight gives, for the feed, who may see acts about each resource, and who may know where a hidden subject was.
func (r *Resolver) sight() (sight, place map[policy.Resource]feed.Sight) {
	sight, place = map[policy.Resource]feed.Sight{}, map[policy.Resource]feed.Sight{}
	seeing := func(by *reader) feed.Sight {
		return func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
			nodes, err := by.read(ctx, r, ids)
			seen := make(map[uuid.UUID]bool, len(nodes))
			for id := range nodes {
				seen[id] = true
			}
			return seen, err
		}
	}
	for _, n := range r.nouns {
		switch {
		case n.hearsay != nil:
			sight[policy.Resource(n.name)] = seeing(n.hearsay)
		case n.read != nil:
			sight[policy.Resource(n.name)] = seeing(n.read)
		}
		if n.place != nil {
			place[policy.Resource(n.name)] = seeing(n.place)
		}
	}
	return sight, place
}

// nodes reads things of any noun by their ids: one batch read a noun. What is missing, hidden or malformed is nil.
func (r *Resolver) nodes(ctx context.Context, ids []typeid.ID) ([]view.Node, error) {
	byNoun := map[string][]uuid.UUID{}
	for _, id := range ids {
		byNoun[id.Noun] = append(byNoun[id.Noun], id.UUID)
	}
	found := make(map[string]map[uuid.UUID]view.Node, len(byNoun))
	for name, keys := range byNoun {
		n, ok := r.nouns[name]
		if !ok || n.read == nil {
			continue
		}
		var err error
		if found[name], err = n.read.read(ctx, r, keys); err != nil {
			return nil, err
		}
	}
	out := make([]view.Node, len(ids))
	for i, id := range ids {
		out[i] = found[id.Noun][id.UUID]
	}
	return out, nil
}

// single answers a root field that names one thing, by its id or by its name for people.
func single(n noun) edge {
	e := top(func(ctx context.Context, r *Resolver, a args) (view.Node, error) {
		found, err := n.named(ctx, r, a)
		if err == nil && found == nil {
			err = fault.Missing()
		}
		return found, err
	})
	e.rows = n.read.rows
	return e
}

func (n noun) named(ctx context.Context, r *Resolver, a args) (view.Node, error) {
	by := cmp.Or(n.by, "reference")
	switch id, name := a.values["id"] != nil, a.values[by] != nil; {
	case id && name:
		return nil, fault.InvalidField(by, enum.UserErrorCodeExclusive, "give the id or the %s, not both", by)
	case name:
		return n.referred(ctx, r, strings.TrimSpace(or(a.text(by), "")))
	case !id:
		return nil, fault.InvalidField("id", enum.UserErrorCodeRequired, "give the id or the %s", by)
	}
	id := key(n.name, or(a.text("id"), ""))
	found, err := n.read.read(ctx, r, []uuid.UUID{id})
	return found[id], err
}

// following are the edges that follow from the schema alone: root fields that name a thing by its id, the things and the acts
// of payloads, and what the events of a subscription to one thing are about.
func following(schema *ast.Schema, all map[string]noun) edges {
	found := edges{}
	byType := map[string]noun{}
	for _, n := range all {
		if n.read == nil {
			continue
		}
		for _, t := range n.types {
			byType[t] = n
			for _, abstract := range schema.GetImplements(schema.Types[t]) {
				if abstract.Kind == ast.Interface && abstract.Name != "Node" {
					byType[abstract.Name] = n
				}
			}
		}
	}
	for _, f := range schema.Query.Fields {
		if n, ok := byType[f.Type.Name()]; ok && f.Arguments.ForName("id") != nil {
			found["Query."+f.Name] = single(n)
		}
	}
	for name, def := range schema.Types {
		for _, f := range def.Fields {
			n, ok := byType[f.Type.Name()]
			switch {
			case strings.HasSuffix(name, "Payload") && f.Name == "act":
				found[name+".act"] = payloadAct
			case strings.HasSuffix(name, "Payload") && strings.HasSuffix(f.Type.Name(), "Edge"):
				found[name+"."+f.Name] = payloadEdge(byType[strings.TrimSuffix(f.Type.Name(), "Edge")])
			case strings.HasSuffix(name, "Payload") && ok:
				found[name+"."+f.Name] = payloadSubject(n)
			case strings.HasSuffix(name, "Event") && ok && f.Name != "act":
				found[name+"."+f.Name] = eventField(schema, name, n, all)
			}
		}
	}
	return found
}

// allEdges are those that nouns declare and those that follow.
func allEdges(schema *ast.Schema, all map[string]noun) edges {
	edges := following(schema, all)
	for _, n := range all {
		maps.Copy(edges, n.edges)
	}
	return edges
}

// Changes tells which tables an act has changed, for the cache of answers; false when it may have changed any.
func (r *Resolver) Changes(t actlog.Touch) (tables []string, known bool) {
	n, ok := r.nouns[t.Noun]
	if !ok || n.tables == nil || slices.Contains(n.sweeping, t.Type) {
		return nil, false
	}
	return n.tables, true
}

// Declaration is a noun as tests compare it with the policy, the schema and the tables.
type Declaration struct {
	Name      string
	Types     []string
	Tables    []string
	Inside    []policy.Resource
	Read      bool
	Mutations []string
	Does      map[string]policy.Action
	Posted    []policy.Action
	Follows   []string
}

// Declarations gives the nouns for tests of completeness.
func Declarations() []Declaration {
	var all []Declaration
	for _, n := range declared {
		all = append(all, Declaration{
			Name: n.name, Types: n.types, Tables: n.tables, Inside: n.inside, Read: n.read != nil,
			Mutations: slices.Sorted(maps.Keys(n.mutations)), Does: n.does, Posted: n.posted, Follows: slices.Sorted(maps.Keys(n.follows)),
		})
	}
	return all
}

// EdgeNames lists the fields that have an edge, as Type.field.
func EdgeNames(schema *ast.Schema) []string {
	return slices.Sorted(maps.Keys(allEdges(schema, nouns())))
}

// veilsOf tells of which acts nobody is told the place in the log.
func veilsOf(nouns map[string]noun) feed.Veils {
	return func(name, typ string) bool {
		n := nouns[name]
		return n.between || slices.Contains(n.secret, typ)
	}
}

// checkNouns finds, when a server starts, what would fail at a request.
func checkNouns(all map[string]noun, types []act.Type) error {
	for _, t := range types {
		if _, ok := all[t.Noun()]; !ok {
			return fmt.Errorf("acts of type %s are about a %s, which no noun in package graph declares", t.Name, t.Noun())
		}
	}
	for _, n := range all {
		for _, secret := range n.secret {
			if !slices.ContainsFunc(types, func(t act.Type) bool { return t.Name == secret && t.Noun() == n.name }) {
				return fmt.Errorf("the noun %s keeps the place of acts of type %s secret, which no domain declares as about it", n.name, secret)
			}
		}
	}
	return nil
}
