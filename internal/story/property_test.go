package story_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// TestWhateverIsTriedLeavesOneActOrNothing: random people try random use cases with random inputs on random data. None
// fails in the server; one that succeeds has written exactly one act, and one that does not has written nothing at all.
func TestWhateverIsTriedLeavesOneActOrNothing(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.parties("ACTIVE")
		for _, name := range viewers {
			w.ask(viewer(name), "{viewer{roles}}")
		}
		succeeded := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			w.wipe()
			p := &trier{rt: rt, w: w, ids: map[string][]string{}, acts: map[string]string{}, succeeded: succeeded}
			for noun, keys := range draw(rt, w).ids {
				p.known(noun, keys...)
			}
			for range 25 {
				p.try()
			}
		})
		if len(succeeded) < 12 {
			t.Errorf("only these succeeded at all: %v", succeeded)
		}
	})
}

// trier tries use cases at random.
type trier struct {
	rt        *rapid.T
	w         *world
	ids       map[string][]string // by noun
	acts      map[string]string   // by person and idempotency key
	succeeded map[string]int      // by mutation
}

func (p *trier) known(noun string, keys ...uuid.UUID) {
	for _, key := range keys {
		p.ids[noun] = append(p.ids[noun], typeid.New(noun, key).String())
	}
}

func (p *trier) try() {
	schema := p.w.Schema.Schema()
	field := rapid.Permutation(schema.Mutation.Fields).Draw(p.rt, "mutation")[0]
	who := rapid.SampledFrom(slices.Concat(fit(field.Name), fit(field.Name), viewers)).Draw(p.rt, "who")
	key, directive := rapid.SampledFrom([]string{"", "", "", "", "", "", "", "a", "b"}).Draw(p.rt, "key"), ""
	if key != "" {
		directive = fmt.Sprintf("@idempotent(key: %q)", key)
	}
	typ := field.Arguments[0].Type
	input := p.input(schema, field.Name, typ)
	before := p.w.numbers()
	a := p.w.post(call{
		query: fmt.Sprintf("mutation($v: %s){%s(input: $v)%s{act{id subjectId} userErrors{code}}}", typ, field.Name, directive), variables: map[string]any{"v": input},
		token: p.w.token(viewer(who)),
	})
	after := p.w.numbers()
	if a.status >= 500 || slices.Contains([]string{gql.CodeInternal, gql.CodeDeadlineExceeded, gql.CodeUnavailable}, a.code()) {
		p.rt.Fatalf("%s by %s with %v = %d %s", field.Name, who, input, a.status, a.text)
	}
	wrote := after["acts"] - before["acts"]
	act := a.data.at(field.Name, "act", "id").text()
	switch first := p.acts[who+key]; {
	case a.code() != "":
		for table, n := range after {
			if n != before[table] {
				p.rt.Errorf("%s by %s with %v = %s, and %s went from %d to %d rows", field.Name, who, input, a.text, table, before[table], n)
			}
		}
	case key != "" && first != "" && who != "visitor":
		if wrote != 0 || act != "" && act != first {
			p.rt.Errorf("%s repeated by %s wrote %d acts and answers with act %s, want none and %s", field.Name, who, wrote, act, first)
		}
	default:
		if wrote != 1 {
			p.rt.Errorf("%s by %s with %v wrote %d acts, want 1: %s", field.Name, who, input, wrote, a.text)
		}
		p.succeeded[field.Name]++
		if key != "" {
			p.acts[who+key] = act
		}
		if id := a.data.at(field.Name, "act", "subjectId").text(); id != "" {
			noun, _, _ := strings.Cut(id, "_")
			p.ids[noun] = append(p.ids[noun], id)
		}
	}
}

// seldom is true now and then. What rapid draws first and most is the small: here, what is good.
func (p *trier) seldom(what string) bool { return rapid.IntRange(0, 100).Draw(p.rt, what) > 60 }

// fit are people who might be allowed to.
func fit(mutation string) []string {
	switch nounOf(mutation, "") {
	case "stakeholder":
		return []string{"admin", "admin", "admin"}
	case "dialogue":
		return []string{"facilitator", "facilitator", "regulator"}
	case "practice":
		return []string{"firm", "firm2"}
	case "assessment":
		return []string{"firm", "firm2", "academic"}
	}
	return []string{"customer", "firm", "ngo", "academic", "facilitator"}
}

// input draws an input of a type. Ids are mostly of what there is, texts mostly good.
func (p *trier) input(schema *ast.Schema, mutation string, typ *ast.Type) any {
	def := schema.Types[typ.Name()]
	switch {
	case typ.Elem != nil:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(p.rt, "entries") {
			list = append(list, p.input(schema, mutation, typ.Elem))
		}
		return list
	case def.Kind == ast.Enum:
		return rapid.SampledFrom(def.EnumValues).Draw(p.rt, def.Name).Name
	case def.Kind == ast.InputObject:
		out := map[string]any{}
		for _, f := range def.Fields {
			if !f.Type.NonNull && f.Name != "subject" && !p.seldom(f.Name) || f.Name == "subject" && p.seldom("reply") {
				continue
			}
			if noun := nounOf(mutation, f.Name); f.Type.Name() == "ID" {
				out[f.Name] = p.idsOf(noun, f.Type.Elem != nil)
				continue
			}
			out[f.Name] = p.input(schema, mutation, f.Type)
		}
		return out
	case def.Name == "Int":
		return rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 2, 3, 0, -1, 2147483647}).Draw(p.rt, "number")
	case def.Name == "Boolean":
		return rapid.Bool().Draw(p.rt, "switch")
	case def.Name == "DateTime":
		return rapid.SampledFrom([]string{"2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}).Draw(p.rt, "time")
	}
	if !p.seldom("odd text") {
		return rapid.StringMatching("[A-Z][a-z]{2,7}").Draw(p.rt, "word")
	}
	return rapid.SampledFrom([]string{"words of another", "en", "0", "", " ", "x\u202ey", "Cafe\u0301", strings.Repeat("x", 201), "a\nb", "👍", "https://x.example"}).Draw(p.rt, "text")
}

// nounOf is what an input's id names.
func nounOf(mutation, field string) string {
	switch field {
	case "dialogue", "practice", "subject":
		return field
	case "practices":
		return "practice"
	case "parent":
		return "comment"
	case "invite", "stakeholders":
		return "stakeholder"
	}
	for _, noun := range []string{"Stakeholder", "Dialogue", "Proposal", "Comment", "Practice", "Assessment"} {
		if strings.Contains(mutation, noun) {
			return strings.ToLower(noun)
		}
	}
	return ""
}

func (p *trier) idsOf(noun string, many bool) any {
	if noun == "subject" {
		noun = rapid.SampledFrom([]string{"dialogue", "proposal", "practice", "assessment", "stakeholder"}).Draw(p.rt, "noun")
	}
	one := func() string {
		if from := p.ids[noun]; len(from) > 0 && !p.seldom("odd id") {
			return rapid.SampledFrom(from).Draw(p.rt, noun)
		}
		return rapid.SampledFrom([]string{noun + "_01h455vb4pex5vsknk084sn02q", "x", "", "dialogue_"}).Draw(p.rt, "odd id")
	}
	if !many {
		return one()
	}
	list := []string{}
	for range rapid.IntRange(0, 3).Draw(p.rt, "ids") {
		list = append(list, one())
	}
	return list
}
