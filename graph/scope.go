package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// within puts the check of scopes before each field that is read. What is made of a thing needs none, because whoever has the thing
// has got to it through a field that was read; the viewer itself is had for nothing.
func within(all edges) edges {
	for name, e := range all {
		enter := entry(name)
		if read := e.read; read != nil {
			e.read = func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
				if err := enter(ctx); err != nil {
					return nil, err
				}
				return read(ctx, r, parents, a)
			}
		}
		if make := e.made; make != nil && strings.HasPrefix(name, "Viewer.") {
			e.made = func(ctx context.Context, r *Resolver, parent any) (any, error) {
				if err := enter(ctx); err != nil {
					return nil, err
				}
				return make(ctx, r, parent)
			}
		}
		all[name] = e
	}
	return all
}

// entry is the check of scopes for a field.
func entry(field string) func(ctx context.Context) error {
	switch typ, _, _ := strings.Cut(field, "."); {
	case typ == "Query", typ == "Viewer":
		return func(ctx context.Context) error { return policy.Enter(ctx, policy.Way(field)) }
	case strings.HasSuffix(typ, "Payload"): // the mutation was let in
		return func(context.Context) error { return nil }
	default:
		return func(ctx context.Context) error { return policy.EnterBelow(ctx, typ) }
	}
}

// mayName refuses ids of nouns that the scopes of the viewer's token do not read by id.
func mayName(ctx context.Context, ids []typeid.ID) error {
	for _, id := range ids {
		if err := policy.EnterNode(ctx, policy.Resource(id.Noun)); err != nil {
			return err
		}
	}
	return nil
}

// actionsOf finds what each mutation does: what its noun says, or else the action of the same words, but for prepositions. Scopes allow
// none that has no action.
func actionsOf(all map[string]noun) map[string]policy.Action {
	byWords := map[string]policy.Action{}
	for _, r := range policy.Table() {
		byWords[sorted(strings.FieldsFunc(string(r.Action), func(c rune) bool { return c == '.' || c == '_' }))] = r.Action
	}
	does := map[string]policy.Action{}
	for _, n := range all {
		for name := range n.mutations {
			does[name] = byWords[sorted(wordsIn(name))]
			if action, ok := n.does[name]; ok {
				does[name] = action
			}
		}
	}
	return does
}

// wordsIn are the words of a name such as openProposal.
func wordsIn(name string) []string {
	var b strings.Builder
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.Fields(strings.ToLower(b.String()))
}

func sorted(words []string) string {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "to" || w == "on" || w == "from" })
	slices.Sort(words)
	return strings.Join(words, " ")
}
