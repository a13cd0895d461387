package arch

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// The tests in this file compare the declarations of package graph with the schema, the policy and the tables. None of them
// names a noun: each takes its list from a source, so that a noun that is added is asked for what it lacks.

func wiredDomains(t *testing.T) *domains.Domains {
	t.Helper()
	s, ring := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true}), testdb.Keys(t)
	d, err := domains.New(s, actlog.New(s, clock.System{}, ring), clock.System{}, webhook.Options{Sealer: ring})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func declarations() map[string]graph.Declaration {
	all := map[string]graph.Declaration{}
	for _, n := range graph.Declarations() {
		all[n.Name] = n
	}
	return all
}

// fileOf is where a noun is declared.
func fileOf(noun string) string { return "graph/" + noun + ".go" }

func TestEveryTypeWithAnIDIsANoun(t *testing.T) {
	s := contract(t)
	of := map[string]string{} // noun by type
	for _, n := range graph.Declarations() {
		for _, typ := range n.Types {
			of[typ] = n.Name
			if def := s.Types[typ]; def == nil || !slices.Contains(def.Interfaces, "Node") {
				t.Errorf("%s declares the type %s, which the schema does not have as one that implements Node", fileOf(n.Name), typ)
			}
		}
		if len(n.Types) > 0 && !n.Read {
			t.Errorf("the noun %s in package graph says nothing of how it is read by ids: add read, or node(id) does not find it", n.Name)
		}
	}
	for name, def := range s.Types {
		if def.Kind != ast.Object || !slices.Contains(def.Interfaces, "Node") {
			continue
		}
		if of[name] == "" {
			t.Errorf("the type %s implements Node, but no noun in package graph declares it: add it to a noun's types, and the noun to declared in graph/noun.go", name)
		}
	}
}

// What has an id is read again by it: node(id) finds it, for those who may see it. What is only read with the thing that it
// belongs to has no id, so that clients keep it as a part of that thing.
func TestWhatHasAnIDImplementsNode(t *testing.T) {
	for name, def := range contract(t).Types {
		if def.Kind == ast.Object && def.Fields.ForName("id") != nil && !slices.Contains(def.Interfaces, "Node") {
			t.Errorf("the type %s has an id and does not implement Node: say \"type %s implements Node\" in its SDL, or leave out the id", name, name)
		}
	}
}

func TestEveryResourceIsANoun(t *testing.T) {
	declared, seen := declarations(), map[policy.Resource]bool{}
	for _, r := range policy.Table() {
		if seen[r.Resource] {
			continue
		}
		seen[r.Resource] = true
		if _, ok := declared[string(r.Resource)]; !ok {
			t.Errorf("the policy has rules for a %s, but no noun in package graph has that name: add it to declared in graph/noun.go", r.Resource)
		}
		if !slices.ContainsFunc(policy.Table(), func(o policy.Rule) bool { return o.Action == r.Resource.Read() }) {
			t.Errorf("no rule in internal/policy/table.go says who may read a %s: add on(Read..., ...)", r.Resource)
		}
	}
}

func TestEveryMutationAndSubscriptionIsDeclared(t *testing.T) {
	s := contract(t)
	check := func(kind string, fields ast.FieldList, of func(graph.Declaration) []string) {
		declared := map[string]string{}
		for _, n := range graph.Declarations() {
			for _, name := range of(n) {
				if declared[name] = n.Name; fields.ForName(name) == nil {
					t.Errorf("%s declares the %s %s, which the schema does not have", fileOf(n.Name), kind, name)
				}
			}
		}
		for _, f := range fields {
			if !strings.HasPrefix(f.Name, "__") && declared[f.Name] == "" {
				t.Errorf("the %s %s of the schema is declared by no noun in package graph", kind, f.Name)
			}
		}
	}
	check("mutation", s.Mutation.Fields, func(n graph.Declaration) []string { return n.Mutations })
	check("subscription", s.Subscription.Fields, func(n graph.Declaration) []string { return n.Follows })
}

// A mutation that names its subject by id does something with what exists; any other makes something. Who asks for what does
// not exist yet is asked to sign in, and does not hear that it is not found.
func TestRulesSayWhichActionsMakeTheirSubject(t *testing.T) {
	s := contract(t)
	for _, n := range graph.Declarations() {
		for _, name := range n.Mutations {
			f := s.Mutation.Fields.ForName(name)
			if f == nil {
				continue // said above
			}
			input := s.Types[f.Arguments[0].Type.Name()]
			exists := input.Fields.ForName("id") != nil
			for _, r := range policy.Table() {
				if isRuleOf(string(r.Action), name) && r.Creates == exists {
					if exists {
						t.Errorf("the input of %s names its subject, so its rule for %s in internal/policy/table.go must be on(...), not making(...)", name, r.Action)
					} else {
						t.Errorf("the input of %s names no subject, so its rule for %s in internal/policy/table.go must be making(...), not on(...)", name, r.Action)
					}
				}
			}
		}
	}
}

// outside are tables that no noun declares and no answer to a visitor is made of.
var outside = map[string]string{
	"file_chunks":     "what files hold, which no answer does",
	"act_reasons":     "written with an act, and the log is looked at for each answer",
	"chamber_tallies": "renewed by a read after votes, whose acts are on the comment",
	"acts":            "the log is looked at for each answer", "queued_acts": "the log is looked at for each answer", "checkpoints": "signed after the acts",
	"tiles": "signed after the acts", "counters": "a number is shown with what has it", "idempotency_keys": "of one member", "leases": "of the servers",
	"list_views": "an answer with cursors into one is not kept", "members": "of one member", "persons": "of one member", "readings": "of one member",
	"revocations": "of one member", "settings": "of the servers", "row_versions": "read by reports alone",
}

func TestEveryTableIsOfANoun(t *testing.T) {
	of := map[string][]string{}
	for _, n := range graph.Declarations() {
		for _, table := range n.Tables {
			of[table] = append(of[table], n.Name)
		}
		if own, ok := db.TableOf[n.Name]; ok && n.Tables != nil && !slices.Contains(n.Tables, own) {
			t.Errorf("%s does not name %s among its tables: answers that are kept would not notice acts on it", fileOf(n.Name), own)
		}
	}
	for _, table := range migrate.Tables {
		if len(of[table.Name]) == 0 && outside[table.Name] == "" {
			t.Errorf("no noun in package graph names the table %s: add it to the tables of the noun whose acts change it", table.Name)
		}
	}
}

func TestSubjectsOfActsAreInTheUnion(t *testing.T) {
	s := contract(t)
	declared, d := declarations(), wiredDomains(t)
	written := map[string]bool{}
	for _, typ := range d.Acts() {
		written[typ.Noun()] = true
	}
	for noun := range written {
		for _, typ := range declared[noun].Types {
			if def := s.Types[typ]; !slices.Contains(s.Types["ActSubject"].Types, typ) && def.Fields.ForName("revision") != nil {
				t.Errorf("acts are written on a %s, but the union ActSubject does not name %s: say \"extend union ActSubject = %s\" in its SDL", noun, typ, typ)
			}
		}
	}
	if len(written) < 8 {
		t.Errorf("acts are written on %v only", slices.Sorted(maps.Keys(written)))
	}
}

func TestEveryTypeOfActIsDeclaredWell(t *testing.T) {
	declared, d := declarations(), wiredDomains(t)
	seen := map[string]bool{}
	for _, typ := range d.Acts() {
		if _, ok := declared[typ.Noun()]; !ok {
			t.Errorf("acts of type %s are about a %s, which no noun in package graph declares", typ.Name, typ.Noun())
		}
		if seen[typ.Name] || !strings.HasSuffix(typ.Description(), ".") || act.NameOf(act.Word(typ.Name)) != typ.Name {
			t.Errorf("the type of act %s is declared twice, or enum ActType of the SDL does not have it as %s: %q", typ.Name, act.Word(typ.Name), typ.Description())
		}
		seen[typ.Name] = true
	}
	checkActLiterals(t, d.Acts())
}

var lists = regexp.MustCompile(`^(\[\]|map\[|json\.)`)

// Every column that holds an id says what it names; what names a party or a person says what becomes of it.
func TestPersonalDataIsDeclared(t *testing.T) {
	declared, d := declarations(), wiredDomains(t)
	said := map[string]int{}
	for _, one := range d.Privacy.Personal() {
		said[one.Table+"."+one.Column]++
		if one.Organisations && (one.Erase != nil || one.Export != nil || len(one.Kept) > 0) {
			t.Errorf("Personal of %s.%s says that no customer stands there: nothing is erased, exported or kept of one", one.Table, one.Column)
		}
		if !strings.HasSuffix(one.Erasure, ".") || (one.Export == nil) == (one.Withheld == "") {
			t.Errorf("Personal of %s.%s must say in a sentence what becomes of it at an erasure, and either export it or say why not", one.Table, one.Column)
		}
	}
	for _, c := range db.Columns {
		at := c.Table + "." + c.Name
		switch {
		case lists.MatchString(c.Type) && (strings.HasSuffix(c.Name, "_ids") || strings.Contains(c.Type, "UUID") || c.Names != ""):
			t.Errorf("%s is a list of ids, which no erasure and no export can follow: keep them in a table with a row for each", at)
		case c.Type != "uuid.UUID" || c.Name == "id" && c.Names == "":
			if said[at] > 0 {
				t.Errorf("Personal names %s, which holds no id", at)
			}
		case c.Names == "":
			t.Errorf("%s holds an id, but ent/schema does not say what it names: add Annotations(party), (person) or (names(noun))", at)
		case c.Names == "party" || c.Names == "person":
			if said[at] != 1 {
				t.Errorf("%s names a %s: the Personal of its domain must say once, and says %d times, how it is erased and exported", at, c.Names, said[at])
			}
		case said[at] > 0:
			t.Errorf("Personal names %s, which names a %s", at, c.Names)
		case c.Names != "thing" && declared[c.Names].Name == "":
			t.Errorf("%s names a %s, which is no noun of package graph", at, c.Names)
		}
		delete(said, at)
	}
	for at := range said {
		t.Errorf("Personal names the column %s, which does not exist", at)
	}
}

// What is written as a state or another word of the schema's enums is its constant in schema/enum, in product code.
func TestWordsOfEnumsAreConstants(t *testing.T) { checkWords(t, contract(t)) }

func isRuleOf(action, mutation string) bool {
	noun, words, _ := strings.Cut(action, ".")
	verb := ""
	for i, w := range strings.Split(words, "_") { // take_up is takeUp
		if i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		verb += w
	}
	title := strings.ToUpper(noun[:1]) + noun[1:]
	rest, isOfNoun := strings.CutPrefix(strings.TrimLeft(mutation, "abcdefghijklmnopqrstuvwxyz"), title)
	if isOfNoun && rest != "" && mutation == strings.TrimSuffix(verb, rest)+title+rest && strings.HasSuffix(verb, rest) {
		return true
	}
	return mutation == verb+title || mutation == verb+"On"+title || mutation == verb+"To"+title || mutation == verb+"From"+title
}
