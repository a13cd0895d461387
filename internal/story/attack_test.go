package story_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// attack is an operation that must fail on every transport.
type attack struct {
	id, rule  string
	who       auth.Identity
	query     string
	variables map[string]any
	want      string // the code, or several codes, any of which is right
	over      string // the transports, if not all
}

// run sends an attack over each transport. None may change a row. It does not send mutations by GET, which another rule
// refuses.
func (s *scene) run(t *testing.T, attacks []attack) {
	for _, a := range attacks {
		t.Run(a.id+" "+a.rule, func(t *testing.T) {
			s.t = t
			c := call{query: a.query, variables: a.variables, token: s.token(a.who)}
			for _, transport := range transports {
				if a.over != "" && !strings.Contains(a.over, transport.name) || transport.name == "GET" && strings.HasPrefix(a.query, "mutation") {
					continue
				}
				got := transport.send(s.world, c)
				if !slices.Contains(strings.Fields(a.want), category(got.code())) || got.status >= 500 {
					t.Errorf("over %s = %d %q, want %s: %.500s", transport.name, got.status, got.code(), a.want, got.text+got.closed)
				}
			}
			if strings.HasPrefix(a.query, "mutation") {
				s.checkNothingNew()
			}
		})
	}
	s.t = t
	s.checkUnchanged()
}

// category is the code of the failures that a code of userErrors is one of, as the attacks name them.
func category(code string) string {
	for of, codes := range map[string][]enum.UserErrorCode{
		gql.CodeForbidden: {
			enum.UserErrorCodeRole, enum.UserErrorCodeOwner, enum.UserErrorCodeConvenor, enum.UserErrorCodeSamePerson,
			enum.UserErrorCodeOwnParty, enum.UserErrorCodeSelf, enum.UserErrorCodeParty, enum.UserErrorCodePartyPending,
			enum.UserErrorCodePartyInactive, enum.UserErrorCodeHasParty, enum.UserErrorCodeWrongChamber,
		},
		gql.CodeForbiddenState: {
			enum.UserErrorCodeState, enum.UserErrorCodeDialogueNotOpen, enum.UserErrorCodePhaseClosed, enum.UserErrorCodeNotShown,
			enum.UserErrorCodeTooDeep, enum.UserErrorCodeNotTopLevel, enum.UserErrorCodeIncomplete,
		},
		gql.CodeBadUserInput: {
			enum.UserErrorCodeInvalid, enum.UserErrorCodeRequired, enum.UserErrorCodeTooLong, enum.UserErrorCodeTooMany, enum.UserErrorCodeTooFew,
			enum.UserErrorCodeOutOfRange, enum.UserErrorCodeNotOneLine, enum.UserErrorCodeInvisibleCharacters, enum.UserErrorCodeQuote,
			enum.UserErrorCodeNoSuchVersion, enum.UserErrorCodeInvalidLanguage, enum.UserErrorCodeExclusive, enum.UserErrorCodeNotApplicable,
		},
		"CONFLICT": {enum.UserErrorCodeStaleRevision, enum.UserErrorCodeTaken, enum.UserErrorCodeContentChanged, enum.UserErrorCodeConflict},
	} {
		if slices.Contains(codes, enum.UserErrorCode(code)) {
			return of
		}
	}
	return code
}

// scene is a world with the shipped example and the ids of its parts.
type scene struct {
	*world
	ids   map[string]string // by title, name or the beginning of the text
	rows  map[string]string // content of each table
	sizes map[string]int    // number of rows of each table
}

// onScene runs a test on each database, and again with queries that gqlgen answers.
func onScene(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	each(t, true, func(t *testing.T, w *world) { test(t, newScene(w)) })
	t.Run("gqlgen", func(t *testing.T) {
		t.Parallel()
		databaseURL := copied(t, lasting.example(t, "sqlite", testdb.SQLite))
		test(t, newScene(open(t, databaseURL, func(c *app.Config) { c.Reference = true })))
	})
}

func newScene(w *world) *scene {
	w.t.Helper()
	s := &scene{world: w, ids: map[string]string{}}
	ctx, rows := context.Background(), w.Store.Client()
	for _, one := range rows.Stakeholder.Query().AllX(ctx) {
		s.ids[one.Name] = one.GlobalID().String()
	}
	for _, one := range rows.Dialogue.Query().AllX(ctx) {
		s.ids[one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.Practice.Query().AllX(ctx) {
		s.ids[one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.Assessment.Query().AllX(ctx) {
		s.ids["assessment: "+one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.Opinion.Query().AllX(ctx) {
		s.ids["opinion: "+string(one.Text)] = one.GlobalID().String()
	}
	for _, one := range rows.Risk.Query().AllX(ctx) {
		s.ids["risk: "+one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.Mitigation.Query().AllX(ctx) {
		s.ids["mitigation: "+one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.Proposal.Query().AllX(ctx) {
		s.ids[one.Title] = one.GlobalID().String()
	}
	for _, one := range rows.ProposalVersion.Query().AllX(ctx) {
		s.ids[fmt.Sprintf("version %d: %s", one.Number, one.Title)] = one.GlobalID().String()
	}
	for _, one := range rows.Tie.Query().AllX(ctx) {
		s.ids["tie: "+string(one.Description)] = one.GlobalID().String()
	}
	for _, one := range rows.PracticeVersion.Query().AllX(ctx) {
		s.ids[fmt.Sprintf("version %d: %s", one.Number, one.Title)] = one.GlobalID().String()
	}
	for _, one := range rows.Comment.Query().AllX(ctx) {
		s.ids[string(one.Body)] = one.GlobalID().String()
	}
	for _, one := range rows.Member.Query().AllX(ctx) {
		_, subject, err := w.Log.Vault().Identity(ctx, one.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		s.ids["member "+strings.TrimSuffix(subject, subjects)] = one.GlobalID().String()
	}
	s.rows, s.sizes = w.content(), w.numbers()
	return s
}

// id gives the id of the part whose title or text begins with begin.
func (s *scene) id(begin string) string {
	s.t.Helper()
	for _, words := range slices.Sorted(maps.Keys(s.ids)) {
		if strings.HasPrefix(words, begin) {
			return s.ids[words]
		}
	}
	s.t.Fatalf("nothing in the example begins with %q", begin)
	return ""
}

// checkNothingNew compares the numbers of rows with the last known ones. It costs one statement.
func (s *scene) checkNothingNew() {
	s.t.Helper()
	now := s.numbers()
	if diff := cmp.Diff(s.sizes, now); diff != "" {
		s.t.Errorf("the numbers of rows have changed (-before +after):\n%s", diff)
	}
	s.sizes = now
}

// checkUnchanged compares the content of all rows with the last known one.
func (s *scene) checkUnchanged() {
	s.t.Helper()
	s.sizes = s.numbers()
	now := s.content()
	if diff := cmp.Diff(s.rows, now); diff != "" {
		s.t.Errorf("rows have changed (-before +after):\n%s", diff)
	}
	s.rows = now
}

// told is a setting that moves whenever the log does: up to where tallies were told.
const told = "tallies_told"

// content gives the number of rows of each table and a hash of their content, without the lease of the sequencer and what it
// signs, and without told.
func (w *world) content() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, table := range migrate.Tables {
		if table.Name == "leases" || table.Name == "checkpoints" {
			continue
		}
		n, hash := 0, sha256.New()
		w.eachRow(table.Name, func(row []any) {
			if row[0] == told {
				return
			}
			n++
			fmt.Fprintln(hash, row...)
		})
		out[table.Name] = fmt.Sprintf("%d rows, %x", n, hash.Sum(nil)[:6])
	}
	return out
}

// eachRow reads a whole table.
func (w *world) eachRow(table string, each func(row []any)) {
	w.t.Helper()
	err := w.Store.Query(context.Background(), "SELECT * FROM "+table+" ORDER BY 1", nil, func(r *sql.Rows) error {
		columns, err := r.Columns()
		if err != nil {
			return err
		}
		row, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		each(row)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// numbers gives the number of rows of each table. It adds up both tables of acts, because a sequencer moves acts between them.
func (w *world) numbers() map[string]int {
	w.t.Helper()
	out := map[string]int{}
	parts := make([]string, len(migrate.Tables))
	for i, table := range migrate.Tables {
		parts[i] = fmt.Sprintf("SELECT '%s', COUNT(*) FROM %s", table.Name, table.Name)
		if table.Name == "settings" {
			parts[i] += " WHERE id <> '" + told + "'"
		}
	}
	err := w.Store.Query(context.Background(), strings.Join(parts, " UNION ALL "), nil, func(r *sql.Rows) error {
		var name string
		var n int
		err := r.Scan(&name, &n)
		if name == "queued_acts" {
			name = "acts"
		}
		out[name] += n
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	delete(out, "leases")
	delete(out, "checkpoints") // the sequencer signs the log a moment after it has grown
	return out
}

// count gives the number of rows of a table.
func (w *world) count(table, where string) int {
	w.t.Helper()
	n := -1
	err := w.Store.Query(context.Background(), "SELECT COUNT(*) FROM "+table+" "+where, nil, func(r *sql.Rows) error { return r.Scan(&n) })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// actsWritten counts all acts, with or without a sequence number.
func (w *world) actsWritten() int {
	w.t.Helper()
	return w.count("acts", "") + w.count("queued_acts", "")
}

// covered says where each case of standards/attacks-and-faults.json is tested: "here" in this package, in another package, or
// not yet.
var covered = map[string]string{
	"A01": "here", "A02": "here", "A03": "here", "A04": "here", "A07": "here", "A08": "here", "A10": "here", "A11": "here", "A13": "here",
	"A14": "here", "A15": "here", "A18": "here", "A19": "here", "A20": "here", "A21": "here", "A22": "here",
	"A23": "internal/gql: the cache is bounded by bytes",
	"A24": "here",
	"A26": "internal/server: an allowance belongs to a subject or to the real address of a peer",
	"A27": "here", "A28": "here", "A29": "here", "A30": "here", "A31": "here", "A32": "here", "A33": "here", "A35": "here", "A36": "here", "A37": "here",
	"A38": "internal/server: slow headers and bodies are cut off",
	"A39": "here", "A40": "here", "A41": "here", "A42": "here", "A43": "here", "A44": "here", "A45": "here", "A46": "here",
	"A49": "here", "A50": "here", "A52": "here", "A54": "here", "A55": "here", "A56": "here",
	"A59": "internal/auth: weak keys are dropped",
	"A60": "internal/auth: key sets with symmetric keys and with two keys of one id are refused",
	"A61": "internal/auth: the Wycheproof vectors",
	"A63": "internal/auth: keys are rotated",
	"A64": "here", "A65": "here", "A66": "here", "A68": "here", "A71": "here", "A72": "here", "A73": "here", "A75": "here", "A76": "here", "A77": "here",
	"A78": "here", "A79": "here", "A80": "here", "A82": "here", "A83": "here", "A84": "here", "A85": "here", "A87": "here", "A88": "here",
	"A90": "not yet: there are no webhooks", "A92": "not yet: there are no webhooks", "A93": "not yet: there are no webhooks",
	"A94": "not yet: there are no webhooks", "A95": "not yet: there are no webhooks", "A96": "not yet: there are no webhooks",
	"A98": "here", "A99": "here", "A101": "here",
	"A102": "here, as far as answers are JSON that no browser takes for a page; not yet in reports: there are none",
	"A103": "here",
	"A106": "not yet: there are no checkpoints",

	"F01": "not yet: needs a server in a process of its own that can be killed", "F03": "not yet: needs a file system of its own that can fill",
	"F04": "not here: a fault of the store", "F06": "not here: a fault of the store",
	"F07": "not yet: needs servers in processes of their own", "F08": "not yet: needs a primary and a standby", "F09": "not yet: needs Patroni",
	"F11": "not yet: needs a PostgreSQL that may be restarted", "F12": "not here: a fault of the store", "F13": "not here: a fault of the store",
	"F14": "not here: a fault of the store", "F15": "not here: a fault of the store", "F18": "not yet: needs a standby",
	"F19": "not here: a fault of the store", "F20": "not yet: needs a file system of its own that can fill",
	"F23": "not yet: needs a proxy of the database", "F24": "not yet: needs a proxy of the database",
	"F25": "internal/server: vanished peers are detected", "F26": "internal/auth: providers that are down, slow or wrong",
	"F27": "here", "F28": "not yet: needs servers in processes of their own",
	"F30": "here, with the server restarted between any two events",
	"F31": "internal/server: a slow reader gets RESYNC", "F33": "not yet: there are no webhooks", "F35": "not yet: there is no NATS",
	"F37": "not yet: there is no NOTIFY; the sequencer's poll floor is all there is",
	"F38": "internal/server: a shutdown loses no answer", "F39": "not yet: needs a load that is not for a test run",
	"F41": "not yet: needs a way to make the sequencer panic",
	"F44": "here", "F45": "here", "F46": "here",
	"F51": "internal/server: bodies are fuzzed",
}

func TestEveryKnownCaseIsCovered(t *testing.T) {
	var file struct{ Attacks, Faults []struct{ ID, Name string } }
	text, err := os.ReadFile(testdb.Shared(t, "standards", "attacks-and-faults.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, one := range slices.Concat(file.Attacks, file.Faults) {
		known[one.ID] = true
		where := covered[one.ID]
		if where == "" {
			t.Errorf("%s %s has no entry in covered", one.ID, one.Name)
		} else if !strings.HasPrefix(where, "here") {
			t.Logf("%s %s: %s", one.ID, one.Name, where)
		}
	}
	for id := range covered {
		if !known[id] {
			t.Errorf("%s is not a case of the file", id)
		}
	}
}
