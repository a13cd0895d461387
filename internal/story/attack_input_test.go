package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

func TestNumbersHave32Bits(t *testing.T) { // A98
	onScene(t, func(t *testing.T, s *scene) {
		var attacks []attack
		for _, n := range []string{"2147483648", "-2147483649", "99999999999", "9223372036854775808", "1e3", "1.0", `"7"`, "true", "[1]", "{}"} {
			attacks = append(attacks, attack{
				id: "A98", rule: "a size of " + n, query: "{dialogues(first: " + n + "){totalCount}}", want: "GRAPHQL_VALIDATION_FAILED BAD_USER_INPUT",
			})
			if n == "{}" {
				continue
			}
			var v any
			if err := json.Unmarshal([]byte(n), &v); err != nil {
				t.Fatal(err)
			}
			if n == "[1]" || n == "1.0" || n == "1e3" {
				continue // the JSON encoder of a client may write 1.0 as 1
			}
			attacks = append(attacks, attack{
				id: "A98", rule: "a variable of " + n, query: "query($n: Int){dialogues(first: $n){totalCount}}", variables: map[string]any{"n": json.RawMessage(n)}, want: "BAD_USER_INPUT",
			})
		}
		firm := persona("firm")
		attacks = append(attacks,
			attack{id: "A98", rule: "an expected version", who: firm, query: `mutation($n: Int){submitProposal(input: {id: "x", expectedRevision: $n}){userErrors{code}}}`, variables: map[string]any{"n": json.RawMessage("4294967297")}, want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "a place in a text", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x", quote: {start: 0, end: 4294967298}}){userErrors{code}}}`, s.id("What may")), want: "GRAPHQL_VALIDATION_FAILED"},
			attack{id: "A98", rule: "the largest place in a text", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x", quote: {start: 0, end: 2147483647}}){userErrors{code}}}`, s.id("What may")), want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "the smallest place in a text", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x", quote: {start: -2147483648, end: 2147483647}}){userErrors{code}}}`, s.id("What may")), want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "the largest version", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x", quote: {start: 0, end: 1, version: 2147483647}}){userErrors{code}}}`, s.id("A ceiling")), want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "a year of five digits", query: `{dialogues(filter: {changedSince: "20260-03-02T12:00:00Z"}){totalCount}}`, want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "the year zero", query: `{dialogues(filter: {changedSince: "0000-01-01T00:00:00Z"}){totalCount}}`, want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "the thirtieth of February", query: `{dialogues(filter: {changedSince: "2026-02-30T00:00:00Z"}){totalCount}}`, want: "BAD_USER_INPUT"},
			attack{id: "A98", rule: "seconds since 1970", query: `{dialogues(filter: {changedSince: 1767225600}){totalCount}}`, want: "BAD_USER_INPUT GRAPHQL_VALIDATION_FAILED"},
		)
		s.run(t, attacks)
		for _, at := range []string{"1970-01-01T00:00:00Z", "1969-12-31T23:00:00-01:00", "2199-12-31T23:59:59.999999999Z", "2026-03-02T12:00:00+14:00"} {
			if a := s.post(call{query: fmt.Sprintf(`{dialogues(filter: {changedSince: %q}){totalCount}}`, at)}); a.code() != "" {
				t.Errorf("changed since %s = %s, want an answer", at, a.text)
			}
		}
	})
}

func TestTimesAreBetween1970And2199(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		wrong := []string{
			"0001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "0000-12-31T23:59:59-01:00", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:30:00+01:00",
			"9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2199-12-31T23:30:00-01:00",
		}
		for place, query := range map[string]string{
			"input.phases.0.opensAt":  `mutation{conveneDialogue(input: {title: "x", phases: [{kind: CONSULTATION, opensAt: %s}]}){userErrors{code}}}`,
			"input.phases.0.closesAt": `mutation{conveneDialogue(input: {title: "x", phases: [{kind: CONSULTATION, opensAt: "2026-03-02T12:00:00Z", closesAt: %s}]}){userErrors{code}}}`,
			"filter.changedSince":     `query{dialogues(filter: {changedSince: %s}){totalCount}}`,
		} {
			for _, at := range wrong {
				literal := call{query: fmt.Sprintf(query, strconv.Quote(at)), token: s.token(persona("facilitator"))}
				variable := call{query: strings.Replace(fmt.Sprintf(query, "$t"), "{", "($t: DateTime!){", 1), variables: map[string]any{"t": at}, token: literal.token}
				for how, c := range map[string]call{"a literal": literal, "a variable": variable} {
					a := s.post(c)
					if a.code() != gql.CodeBadUserInput || !strings.Contains(a.text, `"field":"`+place+`"`) || !strings.Contains(a.text, "1970 to 2199") {
						t.Errorf("%s of %s as %s = %s, want BAD_USER_INPUT that names the field and the years", place, at, how, a.text)
					}
				}
			}
		}
		s.checkUnchanged()
	})
}

// TestAStoredTimeNeverBlanksAList: times that are refused today may be in the database from before.
func TestAStoredTimeNeverBlanksAList(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		for _, at := range []time.Time{{}, time.Date(10000, 1, 1, 0, 59, 59, 0, time.UTC)} {
			ctx := context.Background()
			err := w.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.Phase.Update().SetOpensAt(at).SetClosesAt(at).Exec(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
			got := w.ask(visitor, `{dialogues(first: 3){nodes{title phases{opensAt closesAt}}}}`).at("dialogues", "nodes")
			if len(got.list()) == 0 {
				t.Fatal("no dialogue is listed")
			}
			for _, d := range got.list() {
				p := d.at("phases", 0)
				want := at.Format(time.RFC3339Nano)
				if p.at("opensAt").text() != want || p.at("closesAt").text() != want {
					t.Errorf("a phase at %s = %v, want the time as it is stored", want, d.v)
				}
			}
		}
	})
}

func TestInvalidCharactersAreRefused(t *testing.T) { // A99
	onScene(t, func(t *testing.T, s *scene) {
		token, d := s.token(persona("firm")), s.id("What may")
		const post = `mutation($d: ID!, $b: String!){postComment(input: {subject: $d, body: $b}){userErrors{code}}}`
		for name, escaped := range map[string]string{
			"NUL": `a\u0000b`, "half a pair": `\ud800`, "the other half": `\udc00`, "halves the wrong way round": `\udc00\ud800`, "half a pair and a letter": `\ud83dx`,
			"a control character": `a\u0001b`, "delete": `a\u007fb`, "escape": `\u001b[2J`,
		} {
			literal := fmt.Sprintf(`{"query":"mutation{postComment(input: {subject: \"%s\", body: \"%s\"}){userErrors{code}}}"}`, d, strings.ReplaceAll(escaped, `\`, `\\`))
			variable := fmt.Sprintf(`{"query":%s,"variables":{"d":%q,"b":"%s"}}`, must(json.Marshal(post)), d, escaped)
			search := fmt.Sprintf(`{"query":"query($t: String){dialogues(filter: {text: $t}){totalCount}}","variables":{"t":"%s"}}`, escaped)
			for where, body := range map[string]string{"in the document": literal, "in a variable": variable, "in a search": search} {
				for _, transport := range transports {
					if transport.name == "GET" {
						continue
					}
					if a := transport.send(s.world, call{raw: body, token: token}); a.code() != gql.CodeBadUserInput {
						t.Errorf("%s %s over %s = %s %s, want BAD_USER_INPUT", name, where, transport.name, a.text, a.closed)
					}
				}
			}
		}
		for name, body := range map[string]string{"a byte that is not UTF-8": "a\xffb", "a surrogate in UTF-8": "a\xed\xa0\x80b", "a NUL": "a\x00b", "an overlong slash": "a\xc0\xafb"} {
			if a := s.post(call{raw: `{"query":"{viewer{roles}}#` + body + `"}`, token: token}); a.code() != gql.CodeBadUserInput || a.status != 400 {
				t.Errorf("%s in the body = %d %s, want 400 and BAD_USER_INPUT", name, a.status, a.text)
			}
		}
		s.checkUnchanged()
		for name, words := range map[string]string{"an emoji": "👍🏽", "a family": "👩‍👩‍👧", "right to left": "مرحبا بالعالم", "a long line": strings.Repeat("x", 9000), "tabs and lines": "a\tb\r\nc\n"} {
			a := s.send(persona("firm"), strings.Replace(post, "{userErrors", "{comment{body} userErrors", 1), "d", d, "b", words)
			if got := a.data.at("postComment", "comment", "body").text(); got != words {
				t.Errorf("%s is returned as %q, want %q", name, got, words)
			}
		}
	})
}

func TestTextIsStoredInOneForm(t *testing.T) { // A101
	onScene(t, func(t *testing.T, s *scene) {
		const composed, decomposed = "Café Ångström", "Cafe\u0301 A\u030angstro\u0308m"
		got := s.ask(persona("firm"), `mutation($t: String!){a: proposePractice(input: {title: $t, kind: OTHER, dataCategories: [$t]}){practice{id title dataCategories}}
			b: proposePractice(input: {title: "`+decomposed+`", kind: OTHER}){practice{title}}}`, "t", decomposed)
		for _, text := range []string{got.at("a", "practice", "title").text(), got.at("a", "practice", "dataCategories", 0).text(), got.at("b", "practice", "title").text()} {
			if text != composed {
				t.Errorf("%q is stored as %q, want %q", decomposed, text, composed)
			}
		}
		for _, search := range []string{composed, decomposed, "café", "CAFÉ", "ÅNGSTRÖM", "ångström", "Cafe\u0301"} {
			if n := s.ask(persona("firm"), `query($t: String){practices(filter: {text: $t}){totalCount}}`, "t", search).at("practices", "totalCount").number(); n != 2 {
				t.Errorf("a search for %q finds %d, want 2", search, n)
			}
			if n := len(s.ask(persona("firm"), `{practices(filter: {text: "`+search+`"}){nodes{id}}}`).at("practices", "nodes").list()); n != 2 {
				t.Errorf("a search for %q in the document finds %d, want 2", search, n)
			}
		}
	})
}

// lines are inputs with a name or title at %s, and the field of the expected error.
var lines = []struct{ who, query, field string }{
	{"firm", `mutation($x: String!){proposePractice(input: {title: $x, kind: OTHER}){userErrors{code field}}}`, "title"},
	{"firm", `mutation($x: String!){proposePractice(input: {title: "x", kind: OTHER, dataCategories: ["x", $x]}){userErrors{code field}}}`, "dataCategories"},
	{"firm", `mutation($x: String!){proposePractice(input: {title: "x", kind: OTHER, affectedGroups: [$x]}){userErrors{code field}}}`, "affectedGroups"},
	{"firm", `mutation($x: String!){draftProposal(input: {dialogue: "$prices", kind: POLICY, title: $x, body: "x"}){userErrors{code field}}}`, "title"},
	{"firm", `mutation($x: String!){draftAssessment(input: {subject: "$surge", title: $x, template: "$short"}){userErrors{code field}}}`, "title"},
	{"facilitator", `mutation($x: String!){conveneDialogue(input: {title: $x, phases: [{kind: FRAMING, opensAt: "2026-03-02T12:00:00Z"}]}){userErrors{code field}}}`, "title"},
	{"admin", `mutation($x: String!){registerStakeholder(input: {kind: FIRM, name: $x, handle: "a-firm"}){userErrors{code field}}}`, "name"},
	{"admin", `mutation($x: String!){registerStakeholder(input: {kind: FIRM, name: "x", handle: "a-firm", legalName: $x}){userErrors{code field}}}`, "legalName"},
	{"admin", `mutation($x: String!){registerStakeholder(input: {kind: NGO, name: "x", handle: "an-ngo", focusAreas: [$x]}){userErrors{code field}}}`, "focusAreas"},
}

func TestNamesHideNoCharacters(t *testing.T) { // A101
	onScene(t, func(t *testing.T, s *scene) {
		fill := strings.NewReplacer("$prices", s.id("What may"), "$surge", s.id("Prices that"), "$short", s.template("short-form@1"))
		for _, line := range lines {
			for name, r := range map[string]rune{
				"right-to-left override": 0x202E, "left-to-right override": 0x202D, "embedding": 0x202A, "isolate": 0x2066, "end of isolate": 0x2069,
				"right-to-left mark": 0x200F, "Arabic letter mark": 0x061C, "zero-width space": 0x200B, "word joiner": 0x2060, "byte order mark": 0xFEFF,
				"line break": '\n', "tab": '\t', "next line": 0x85, "line separator": 0x2028, "paragraph separator": 0x2029,
			} {
				a := s.send(persona(line.who), fill.Replace(line.query), "x", "gro"+string(r)+"cer")
				e := data{userErrors(a.data.v)}.at(0)
				if category(a.code()) != gql.CodeBadUserInput || !strings.HasPrefix(e.path(), line.field) {
					t.Errorf("%s with a %s = %s, want BAD_USER_INPUT for %s", line.field, name, a.text, line.field)
				}
			}
		}
		s.checkUnchanged()
	})
}

func TestSearchTakesWildcardsLiterally(t *testing.T) { // A24
	onScene(t, func(t *testing.T, s *scene) {
		titles := []string{"100% sure", "100 percent sure", "under_score", "underXscore", `back\slash`, "back/slash", "it's quoted", "[brackets]", "star*"}
		for _, title := range titles {
			s.ask(persona("firm"), `mutation($t: String!){proposePractice(input: {title: $t, kind: OTHER}){practice{id}}}`, "t", title)
		}
		for search, want := range map[string][]string{
			"%": {"100% sure"}, "100%": {"100% sure"}, "%sure": nil, "_": {"under_score"}, "r_s": {"under_score"}, "______": nil, `\`: {`back\slash`}, `k\s`: {`back\slash`},
			`\%`: nil, "'": {"it's quoted"}, "[a-z]": nil, "*": {"star*"}, "SURE": {"100 percent sure", "100% sure"}, strings.Repeat("%", 100): nil,
		} {
			got := s.ask(persona("firm"), `query($t: String){practices(first: 100, filter: {text: $t}){totalCount nodes{title}}}`, "t", search).at("practices")
			found := []string{}
			for _, one := range got.at("nodes").list() {
				if slices.Contains(titles, one.at("title").text()) {
					found = append(found, one.at("title").text())
				}
			}
			slices.Sort(found)
			if !slices.Equal(found, want) && len(found)+len(want) > 0 || len(want) > 0 && got.at("totalCount").number() < len(want) {
				t.Errorf("a search for %q finds %q of %d, want %q", search, found, got.at("totalCount").number(), want)
			}
		}
	})
}

// injections are the texts that replace every text of an input.
var injections = []string{
	`' OR 1=1--`, `'; DROP TABLE votes;--`, `" OR ""="`, `$1`, `?1`, `:id`, `%' OR '1'='1`, `\'; DELETE FROM votes; --`, `1); SELECT pg_sleep(30);--`,
	`' UNION SELECT issuer, subject FROM members--`, `'||(SELECT value FROM settings)||'`, `{"$ne": null}`, `'::uuid`, `%s%n%x`, `${7*7}{{7*7}}`, `../../etc/passwd`,
}

// some gives every nth injection, with another start for each field.
func some(i, n int) []string {
	var list []string
	for ; i%n < len(injections); i += n {
		if len(list) == len(injections)/n {
			break
		}
		list = append(list, injections[i%len(injections)])
	}
	return list
}

func TestInjectionInReads(t *testing.T) { // A103
	onScene(t, func(t *testing.T, s *scene) {
		for _, field := range s.Schema.Schema().Query.Fields {
			for _, arg := range field.Arguments {
				for i, path := range s.texts(arg.Type, nil, 0) {
					for _, injection := range some(i, 2) {
						selection := "{__typename}"
						if f := s.Schema.Schema().Types[field.Type.Name()].Fields.ForName("totalCount"); f != nil {
							selection = "{totalCount}"
						}
						required := ""
						query := fmt.Sprintf("query($v: %s){%s(%s%s: $v)%s}", arg.Type, field.Name, required, arg.Name, selection)
						value := s.example(arg.Type, path, injection, nil)
						a := s.post(call{query: query, variables: map[string]any{"v": value}, token: s.token(persona("customer3"))})
						where := field.Name + "(" + strings.Join(append([]string{arg.Name}, path...), ".") + ")"
						if a.status >= 500 || a.code() == gql.CodeInternal || a.code() == gql.CodeDeadlineExceeded {
							t.Errorf("%s of %s = %d %s", where, injection, a.status, a.text)
						}
						if strings.HasSuffix(where, ".text)") && a.data.at(field.Name, "totalCount").number() != 0 {
							t.Errorf("%s of %s = %s, want nothing found", where, injection, a.text)
						}
					}
				}
			}
		}
		s.checkUnchanged()
	})
}

// texts gives the paths to all texts in an input of a type.
func (s *scene) texts(typ *ast.Type, path []string, depth int) [][]string {
	if typ.Elem != nil {
		typ = typ.Elem
	}
	def := s.Schema.Schema().Types[typ.Name()]
	switch {
	case def.Kind == ast.Enum, def.Name == "String", def.Name == "ID", def.Name == "DateTime":
		return [][]string{path}
	case def.Kind != ast.InputObject || depth > 3:
		return nil
	}
	var all [][]string
	for _, f := range def.Fields {
		all = append(all, s.texts(f.Type, append(slices.Clone(path), f.Name), depth+1)...)
	}
	return all
}

// example makes an input of a type with a text at one path. Its other required fields come from known or get simple values.
func (s *scene) example(typ *ast.Type, path []string, text string, known map[string]any) any {
	if typ.Elem != nil {
		return []any{s.example(typ.Elem, path, text, known)}
	}
	def := s.Schema.Schema().Types[typ.Name()]
	if def.Kind != ast.InputObject {
		return text
	}
	out := map[string]any{}
	for _, f := range def.Fields {
		v, given := known[f.Name]
		switch {
		case len(path) > 0 && path[0] == f.Name:
			out[f.Name] = s.example(f.Type, path[1:], text, nil)
		case given:
			out[f.Name] = v
		case f.Type.NonNull:
			out[f.Name] = s.simple(f.Type)
		}
	}
	return out
}

func (s *scene) simple(typ *ast.Type) any {
	if typ.Elem != nil {
		return []any{s.simple(typ.Elem)}
	}
	def := s.Schema.Schema().Types[typ.Name()]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Name == "Int":
		return 1
	case def.Name == "Boolean":
		return true
	case def.Name == "DateTime":
		return "2026-03-02T12:00:00Z"
	case def.Kind == ast.InputObject:
		return s.example(typ, nil, "", nil)
	}
	return "words"
}
