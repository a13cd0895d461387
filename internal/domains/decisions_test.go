package domains_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema"
)

// The tests in this file name no noun: rows of all tables are random, by what ent says of their columns, and so are those who
// ask.

// kept is a noun as its service keeps it.
type kept struct {
	resource policy.Resource
	table    string
	service  reflect.Value
}

// nouns are those whose rows the policy decides on.
func nouns(d *domains.Domains) []kept {
	var all []kept
	services := reflect.ValueOf(d).Elem()
	for i := range services.NumField() {
		s := services.Field(i)
		if s.MethodByName("Load").IsValid() && s.MethodByName("Visible").IsValid() {
			resource := s.Elem().FieldByName("Resource").Interface().(policy.Resource)
			all = append(all, kept{resource, s.Elem().FieldByName("Table").FieldByName("Name").String(), s})
		}
	}
	return all
}

// decides tells what the decision on one row says: whether a use case of the actor's finds it.
func (k kept) decides(ctx context.Context, s *store.Store, id uuid.UUID) (bool, error) {
	var refusal error
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		out := k.service.MethodByName("Load").Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(tx), reflect.ValueOf(id)})
		refusal, _ = out[1].Interface().(error)
		return nil
	})
	if err != nil {
		return false, err
	}
	if fault.Is(refusal, fault.NotFound) || db.IsNotFound(refusal) { // the log says of both that there is nothing
		return false, nil
	}
	return refusal == nil, refusal
}

// lists tells which rows the filter of lists shows.
func (k kept) lists(ctx context.Context, s *store.Store) (map[uuid.UUID]bool, error) {
	visible := k.service.MethodByName("Visible").Call([]reflect.Value{reflect.ValueOf(policy.ActorFrom(ctx)), reflect.ValueOf("t")})[0].Interface().(store.Cond)
	shown := map[uuid.UUID]bool{}
	err := s.Query(ctx, "SELECT t.id FROM "+k.table+" t WHERE "+visible.SQL, visible.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		shown[id] = true
		return err
	})
	return shown, err
}

// finds tells which rows are found by their ids.
func (k kept) finds(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := k.service.MethodByName("ByID").Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(ids)})
	found := map[uuid.UUID]bool{}
	for _, id := range out[0].MapKeys() {
		found[id.Interface().(uuid.UUID)] = true
	}
	err, _ := out[1].Interface().(error)
	return found, err
}

// TestADecisionOnARowIsWhatAListShows: for everybody and every noun, the decision on a row allows to read it if and only if
// lists show it and it is found by its id.
func TestADecisionOnARowIsWhatAListShows(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		r := &random{t: t, Rand: rand.New(rand.NewPCG(seed, 1)), enums: enums(t)}
		ring := testdb.Keys(t)
		now := clock.NewFixed(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		d, err := domains.New(s, actlog.New(s, now, ring), now, webhook.Options{Sealer: ring})
		if err != nil {
			t.Fatal(err)
		}
		all := nouns(d)
		if err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return r.fill(ctx, s, tx, now.Now()) }); err != nil {
			t.Fatal(err)
		}
		yes, no := map[policy.Resource]int{}, map[policy.Resource]int{}
		actors := 40
		if testing.Short() {
			actors = 15
		}
		lacking := func() bool { // the chance of an actor that reads what only one party reads is small
			return slices.ContainsFunc(all, func(k kept) bool { return yes[k.resource] == 0 })
		}
		for n := 0; n < actors || n < 20*actors && lacking(); n++ {
			actor := r.actor()
			ctx := policy.WithActor(t.Context(), actor)
			for _, k := range all {
				ids := r.ids[k.table]
				shown, err := k.lists(ctx, s)
				if err != nil {
					t.Fatal(err)
				}
				found, err := k.finds(ctx, ids)
				if err != nil {
					t.Fatal(err)
				}
				for _, id := range ids {
					allowed, err := k.decides(ctx, s, id)
					if err != nil {
						t.Fatal(err)
					}
					if allowed {
						yes[k.resource]++
					} else {
						no[k.resource]++
					}
					if shown[id] != allowed || found[id] != allowed {
						t.Fatalf("for %+v the decision on this %s is %v, but lists show it: %v, and it is found by its id: %v\n%v",
							actor, k.resource, allowed, shown[id], found[id], r.rows[id])
					}
				}
			}
		}
		for _, k := range all {
			if yes[k.resource] == 0 {
				t.Errorf("nobody could read any %s: the rows show nothing", k.resource)
			}
			if no[k.resource] == 0 && restricts(k.resource) {
				t.Errorf("everybody could read every %s: the rows show nothing", k.resource)
			}
		}
	})
}

// TestEveryNounWithConditionsIsDecidedByItsService: where the rules of reading look at the row, they are declared in a frame.
func TestEveryNounWithConditionsIsDecidedByItsService(t *testing.T) {
	s, ring := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true}), testdb.Keys(t)
	d, err := domains.New(s, actlog.New(s, clock.System{}, ring), clock.System{}, webhook.Options{Sealer: ring})
	if err != nil {
		t.Fatal(err)
	}
	all := nouns(d)
	for _, rule := range policy.Table() {
		if restricts(rule.Resource) && !slices.ContainsFunc(all, func(k kept) bool { return k.resource == rule.Resource }) {
			t.Errorf("who may read a %s depends on the row, but no service in internal/domains has an access.Frame for it", rule.Resource)
		}
	}
	for _, k := range all {
		if own, ok := db.TableOf[string(k.resource)]; ok && own != k.table {
			t.Errorf("the frame of %s reads the table %s, not %s", k.resource, k.table, own)
		}
	}
}

// restricts tells whether a rule of reading looks at the row.
func restricts(of policy.Resource) bool {
	return !slices.ContainsFunc(policy.Table(), func(r policy.Rule) bool {
		return r.Action == of.Read() && r.States == nil && r.Needs.With(r.Bars).Without(policy.OfActor).None()
	})
}

// random makes rows and those who look at them.
type random struct {
	*rand.Rand
	t     *testing.T
	enums map[string][]string
	ids   map[string][]uuid.UUID       // by table
	rows  map[uuid.UUID]map[string]any // by id
	order []uuid.UUID                  // of rows
	in    map[uuid.UUID]string         // the table of each
}

func enums(t *testing.T) map[string][]string {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Input: schema.Text()})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for name, def := range s.Types {
		for _, v := range def.EnumValues {
			all[name] = append(all[name], v.Name)
		}
	}
	return all
}

const rowsEach = 25

// fill writes rows to every table whose rows have an id that is one of ours.
func (r *random) fill(ctx context.Context, s *store.Store, tx *db.Tx, now time.Time) error {
	r.make(now, hasID)
	return r.write(ctx, s, tx)
}

func hasID(table string) bool {
	return slices.ContainsFunc(db.Columns, func(c db.Column) bool { return c.Table == table && c.Name == "id" && c.Type == "uuid.UUID" })
}

// make thinks of rows for the tables that are chosen.
func (r *random) make(now time.Time, chosen func(table string) bool) {
	r.ids, r.rows, r.in = map[string][]uuid.UUID{}, map[uuid.UUID]map[string]any{}, map[uuid.UUID]string{}
	for _, table := range migrate.Tables {
		if chosen(table.Name) {
			for range rowsEach {
				id := uuid.Must(uuid.NewV7())
				r.ids[table.Name], r.order, r.in[id] = append(r.ids[table.Name], id), append(r.order, id), table.Name
			}
		}
	}
	for _, id := range r.order {
		row := map[string]any{}
		for _, c := range db.Columns {
			if c.Table == r.in[id] {
				row[c.Name] = r.value(c, id, row, now)
			}
		}
		r.rows[id] = row
	}
	for _, id := range r.order { // a row that belongs to a dialogue names that of the thing it is about
		if row := r.rows[id]; row["subject_type"] != nil {
			if _, has := row["dialogue_id"]; has {
				row["dialogue_id"] = r.around(row["subject_id"].(uuid.UUID))
			}
		}
	}
}

func (r *random) write(ctx context.Context, s *store.Store, tx *db.Tx) error {
	for _, id := range r.order {
		var names, marks []string
		var values []any
		for _, c := range db.Columns {
			if c.Table == r.in[id] {
				names, marks, values = append(names, c.Name), append(marks, "?"), append(values, r.rows[id][c.Name])
			}
		}
		text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING", r.in[id], quoted(names), strings.Join(marks, ", "))
		if _, err := s.Exec(ctx, tx, text, values...); err != nil {
			return fmt.Errorf("%s: %w", r.in[id], err)
		}
	}
	return nil
}

// subjects are what the rows of a table can be about; those of other tables are about anything. Comments, and what is done with them, are
// sometimes about what nobody can comment on, which nobody may read.
var subjects = func() map[string][]string {
	said := []string{"DIALOGUE", "PROPOSAL", "PRACTICE", "ASSESSMENT", "DIALOGUE", "PROPOSAL", "PRACTICE", "ASSESSMENT", "MEMBER"}
	return map[string][]string{
		"assessments": {"PRACTICE", "PROPOSAL"}, "files": {"ASSESSMENT"}, "comments": said, "hidings": said, "content_reports": said,
	}
}()

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// around is the dialogue that a thing belongs to; nil for none.
func (r *random) around(thing uuid.UUID) any {
	if r.in[thing] == db.TableOf["dialogue"] {
		return thing
	}
	return r.rows[thing]["dialogue_id"]
}

func (r *random) value(c db.Column, id uuid.UUID, row map[string]any, now time.Time) any {
	if c.Name == "id" && c.Type == "uuid.UUID" {
		return id
	}
	if c.Name == "id" || c.Name == "number" || c.Name == "seq" && c.Table == "acts" { // no two are the same
		return slices.Index(r.order, id) + 1
	}
	if c.Table == "called_firms" && c.Name == "call_id" { // no call is on one firm twice
		return r.ids["calls"][slices.Index(r.ids[c.Table], id)]
	}
	if c.Table == "authorships" && c.Name == "proposal_id" { // no party is asked twice
		return r.ids["proposals"][slices.Index(r.ids[c.Table], id)]
	}
	if c.Nullable && r.IntN(3) == 0 {
		return nil
	}
	if words := r.enums[strings.TrimPrefix(c.Type, "enum.")]; strings.HasPrefix(c.Type, "enum.") {
		return words[r.IntN(len(words))]
	}
	switch c.Type {
	case "uuid.UUID":
		return r.named(c, row)
	case "bool":
		return r.IntN(2) == 0
	case "int", "int64":
		return r.IntN(4)
	case "time.Time":
		return now.Add(time.Duration(r.IntN(2000)-1000) * time.Hour)
	case "string", "optional.Text":
		if text, ok := documents()[c.Table+"."+c.Name]; ok {
			return text
		}
		if kinds := subjects[c.Table]; c.Name == "subject_type" && kinds != nil {
			return kinds[r.IntN(len(kinds))]
		}
		if strings.HasSuffix(c.Name, "_type") {
			return r.nounWithTable()
		}
		return fmt.Sprintf("t%x", r.Uint64())
	case "[]byte":
		return fmt.Appendf(nil, "b%x", r.Uint64())
	case "[]string", "[]enum.RiskPart", "json.RawMessage":
		return "[]"
	}
	r.t.Fatalf("no random values of the type %s, of %s.%s", c.Type, c.Table, c.Name)
	return nil
}

// documents are columns that hold a document which decisions read.
func documents() map[string]string {
	const asked = `{"format":"plenary-assessment-template/1","key":"one","languages":["en"],"title":{"en":"One"},"sections":[{"key":"s","title":{"en":"S"},` +
		`"scoreType":"NONE","questions":[{"key":"q","type":"TEXT","title":{"en":"Q"},"required":true}]}]}`
	return map[string]string{"templates.document": asked, "assessments.given": "{}", "answers.value": `{"boolean":true}`}
}

// nounWithTable is a noun's name as columns of types hold it.
func (r *random) nounWithTable() string {
	var all []string
	for _, rule := range policy.Table() {
		if name := string(rule.Resource); r.ids[db.TableOf[name]] != nil && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.ToUpper(all[r.IntN(len(all))])
}

func (r *random) named(c db.Column, row map[string]any) any {
	noun := map[string]string{"party": "stakeholder", "person": "member"}[c.Names]
	if noun == "" {
		noun = c.Names
	}
	if typ, ok := row[strings.TrimSuffix(c.Name, "_id")+"_type"].(string); ok {
		noun = strings.ToLower(typ)
	}
	ids := r.ids[db.TableOf[noun]]
	if len(ids) == 0 {
		return uuid.New()
	}
	return ids[r.IntN(min(len(ids), 6))] // few, so that they meet
}

// actor is anybody: a visitor, a member with or without a party, with any roles, or the server itself.
func (r *random) actor() policy.Actor {
	switch r.IntN(12) {
	case 0:
		return policy.Anonymous
	case 1:
		return policy.SystemActor("test")
	}
	any := func(words []string) string { return words[r.IntN(len(words))] }
	a := policy.Actor{Member: r.ids[db.TableOf["member"]][r.IntN(rowsEach)]}
	for _, role := range policy.Roles {
		if r.IntN(5) == 0 {
			a.Roles = append(a.Roles, role)
		}
	}
	if r.IntN(4) > 0 {
		a.Stakeholder, a.Kind, a.Status = r.ids[db.TableOf["stakeholder"]][r.IntN(6)], any(r.enums["StakeholderKind"]), any(r.enums["StakeholderStatus"])
	}
	return a
}
