package decision_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

func TestEachFaultIsFoundAtItsPlace(t *testing.T) {
	tree := func(nodes ...any) func(d object) object {
		return func(d object) object {
			return within(within(d, "electorate", "tree", nodes), "electorate", "groups", gone{})
		}
	}
	ballot := func(name string, v any) func(d object) object {
		return func(d object) object { return within(d, "ballot", name, v) }
	}
	test := func(changes ...any) func(d object) object {
		one := over("t")
		for i := 0; i < len(changes); i += 2 {
			one = with(one, changes[i].(string), changes[i+1])
		}
		return func(d object) object { return with(d, "tests", []any{one}) }
	}
	quorum := object{"id": "q", "scope": "TOTAL", "of": "MEMBERS", "op": ">=", "ratio": "1/2"}
	many := func(n int) []any {
		nodes := make([]any, n)
		for i := range nodes {
			nodes[i] = leaf(fmt.Sprint("n", i), fmt.Sprintf("1/%d", n))
		}
		return nodes
	}
	nested := within(document(), "electorate", "tree", []any{node("A", "1/2", leaf("X", "1")), leaf("B", "1/2")})
	for name, c := range map[string]struct {
		change func(d object) object
		want   string
	}{
		"another version":                          {func(d object) object { return with(d, "v", 2) }, "/v OUT_OF_RANGE"},
		"no key":                                   {func(d object) object { return with(d, "key", gone{}) }, "/key REQUIRED"},
		"a key with capitals":                      {func(d object) object { return with(d, "key", "Test") }, "/key INVALID"},
		"a key of dots":                            {func(d object) object { return with(d, "key", "a..b") }, "/key INVALID"},
		"a title of two lines":                     {func(d object) object { return with(d, "title", "a\nb") }, "/title NOT_ONE_LINE"},
		"a member that nobody knows":               {func(d object) object { return with(d, "colour", "red") }, "/colour UNKNOWN_MEMBER"},
		"a member with signs that pointers escape": {func(d object) object { return with(d, "a/b~c.d", 1) }, "/a~1b~0c.d UNKNOWN_MEMBER"},
		"a null":                                   {func(d object) object { return with(d, "quorum", nil) }, "/quorum WRONG_TYPE"},
		"no electorate":                            {func(d object) object { return with(d, "electorate", gone{}) }, "/electorate REQUIRED"},
		"no tree":                                  {func(d object) object { return within(d, "electorate", "tree", []any{}) }, "/electorate/tree TOO_FEW"},
		"shares that do not sum":                   {tree(leaf("A", "1/2"), leaf("B", "1/3")), "/electorate/tree INVALID"},
		"shares of children that do not sum":       {tree(leaf("A", "1/2"), node("B", "1/2", leaf("X", "1/2"), leaf("Y", "2/3"))), "/electorate/tree/1/children INVALID"},
		"a denominator of zero":                    {tree(leaf("A", "1/0"), leaf("B", "1/2")), "/electorate/tree/0/share OUT_OF_RANGE"},
		"a denominator too large":                  {tree(leaf("A", "1/1000000001"), leaf("B", "1/2")), "/electorate/tree/0/share OUT_OF_RANGE"},
		"a share above 1":                          {tree(leaf("A", "3/2"), leaf("B", "1/2")), "/electorate/tree/0/share OUT_OF_RANGE"},
		"a share below 0":                          {tree(leaf("A", "-1/2"), leaf("B", "3/2")), "/electorate/tree/0/share INVALID /electorate/tree/1/share OUT_OF_RANGE"},
		"a share as a number":                      {tree(leaf("A", "1/2"), with(leaf("B", ""), "share", 0.5)), "/electorate/tree/1/share WRONG_TYPE"},
		"a share with spaces":                      {tree(leaf("A", "1 / 2"), leaf("B", "1/2")), "/electorate/tree/0/share INVALID"},
		"a key twice among siblings":               {tree(leaf("A", "1/2"), leaf("A", "1/2")), "/electorate/tree/1/key DUPLICATE"},
		"a key with a dot":                         {tree(leaf("A.B", "1/2"), leaf("B", "1/2")), "/electorate/tree/0/key INVALID"},
		"neither who nor children":                 {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "who", gone{})), "/electorate/tree/1/who REQUIRED"},
		"both who and children":                    {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "children", many(2))), "/electorate/tree/1/who EXCLUSIVE"},
		"no children":                              {tree(leaf("A", "1/2"), node("B", "1/2")), "/electorate/tree/1/children WRONG_TYPE"},
		"another word than LISTED":                 {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "who", "ALL")), "/electorate/tree/1/who INVALID"},
		"a kind that is none":                      {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "who", object{"kinds": []any{"FIRM", "KING"}})), "/electorate/tree/1/who/kinds/1 INVALID"},
		"a jurisdiction that is none":              {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "who", object{"jurisdictions": []any{"XX"}})), "/electorate/tree/1/who/jurisdictions/0 INVALID"},
		"a jurisdiction in another form":           {tree(leaf("A", "1/2"), with(leaf("B", "1/2"), "who", object{"jurisdictions": []any{"ie"}})), "/electorate/tree/1/who/jurisdictions/0 INVALID"},
		"five levels":                              {tree(node("A", "1", node("B", "1", node("C", "1", node("D", "1", leaf("E", "1")))))), "/electorate/tree/0/children/0/children/0/children/0/children TOO_DEEP"},
		"too many nodes":                           {tree(many(201)...), "/electorate/tree TOO_MANY"},
		"a group that is not there":                {func(d object) object { return within(d, "electorate", "groups", []any{"A", "C"}) }, "/electorate/groups/1 INVALID"},
		"a group twice":                            {func(d object) object { return within(d, "electorate", "groups", []any{"A", "A"}) }, "/electorate/groups/1 DUPLICATE"},
		"a basis that is none":                     {func(d object) object { return within(d, "electorate", "per", "PRESENT") }, "/electorate/per INVALID"},
		"one choice":                               {ballot("choices", []any{"FOR"}), "/ballot/abstain INVALID /ballot/choices TOO_FEW"},
		"eleven choices":                           {ballot("choices", []any{"FOR", "ABSTAIN", "A", "B", "C", "D", "E", "F", "G", "H", "I"}), "/ballot/choices TOO_MANY"},
		"a choice twice":                           {ballot("choices", []any{"FOR", "ABSTAIN", "FOR"}), "/ballot/choices/2 DUPLICATE"},
		"a choice in small letters":                {ballot("choices", []any{"FOR", "ABSTAIN", "no"}), "/ballot/choices/2 INVALID"},
		"an abstention that is no choice":          {ballot("abstain", "PASS"), "/ballot/abstain INVALID"},
		"silence that abstains without a choice": {func(d object) object {
			return within(within(d, "ballot", "abstain", gone{}), "ballot", "silence", "ABSTAIN")
		}, "/ballot/silence INVALID"},
		"reasons for what is no choice": {ballot("reasonsFor", []any{"MAYBE"}), "/ballot/reasonsFor/0 INVALID"},
		"reasons in a secret ballot": {func(d object) object {
			return within(within(d, "ballot", "reasonsFor", []any{"AGAINST"}), "ballot", "secrecy", "SECRET")
		}, "/ballot/reasonsFor INVALID"},
		"a secret ballot that shows papers at once": {func(d object) object {
			return within(within(d, "ballot", "reveal", "AT_ONCE"), "ballot", "secrecy", "SECRET")
		}, "/ballot/reveal INVALID"},
		"a floor of 4":                {ballot("secrecyFloor", 4), "/ballot/secrecyFloor OUT_OF_RANGE"},
		"proxies without end":         {ballot("maxProxies", 101), "/ballot/maxProxies OUT_OF_RANGE"},
		"half a proxy":                {ballot("maxProxies", 0.5), "/ballot/maxProxies NOT_WHOLE"},
		"no day":                      {ballot("minDays", 0), "/ballot/minDays OUT_OF_RANGE"},
		"changeable as a text":        {ballot("changeable", "yes"), "/ballot/changeable WRONG_TYPE"},
		"no tests":                    {func(d object) object { return with(d, "tests", []any{}) }, "/tests TOO_FEW"},
		"tests left out":              {func(d object) object { return with(d, "tests", gone{}) }, "/tests TOO_FEW"},
		"a test of what is no choice": {test("choice", "YES"), "/tests/0/choice INVALID"},
		"a test without a scope":      {test("scope", gone{}), "/tests/0/scope REQUIRED"},
		"an operator that is none":    {test("op", "="), "/tests/0/op INVALID"},
		"neither ratio nor count":     {test("ratio", gone{}), "/tests/0/ratio REQUIRED"},
		"both ratio and count":        {test("count", 1), "/tests/0/count EXCLUSIVE"},
		"a ratio above 1":             {test("ratio", "4/3"), "/tests/0/ratio OUT_OF_RANGE"},
		"a count below 0":             {test("ratio", gone{}, "count", -1), "/tests/0/count OUT_OF_RANGE"},
		"a count of weight":           {test("ratio", gone{}, "count", 1, "of", "WEIGHT"), "/tests/0/count INVALID"},
		"groups of the whole":         {test("groups", []any{"A"}), "/tests/0/groups INVALID"},
		"GROUPS without any":          {test("scope", "GROUPS"), "/tests/0/groups TOO_FEW"},
		"GROUPS that are not there":   {test("scope", "GROUPS", "groups", []any{"A", "C"}), "/tests/0/groups/1 INVALID"},
		"N_GROUPS without a number":   {test("scope", "N_GROUPS"), "/tests/0/n REQUIRED"},
		"more groups than there are":  {test("scope", "N_GROUPS", "n", 3), "/tests/0/n OUT_OF_RANGE"},
		"no group needed":             {test("scope", "N_GROUPS", "n", 0), "/tests/0/n OUT_OF_RANGE"},
		"a number of the whole":       {test("n", 1), "/tests/0/n INVALID"},
		"counting groups that lie in one another": {
			func(object) object {
				return test("scope", "N_GROUPS", "n", 1)(within(nested, "electorate", "groups", []any{"A", "A.X"}))
			}, "/tests/0/scope INVALID",
		},
		"more comparisons than are made": {func(d object) object {
			d = tree(many(200)...)(d)
			d["quorum"] = []any{}
			tests := make([]any, 6)
			for i := range tests {
				tests[i] = with(over(fmt.Sprint("t", i)), "scope", "EACH_GROUP")
			}
			return with(d, "tests", tests)
		}, "/tests TOO_MANY"},
		"each of no groups":              {func(d object) object { return test("scope", "EACH_GROUP")(within(d, "electorate", "groups", []any{})) }, "/tests/0/scope INVALID"},
		"a quorum that asks for few":     {func(d object) object { return with(d, "quorum", []any{with(quorum, "op", "<")}) }, "/quorum/0/op INVALID"},
		"a quorum of a choice":           {func(d object) object { return with(d, "quorum", []any{with(quorum, "choice", "FOR")}) }, "/quorum/0/choice UNKNOWN_MEMBER"},
		"an objection without an effect": {func(d object) object { return with(d, "objections", []any{over("o")}) }, "/objections/0/effect REQUIRED"},
		"an effect of a test":            {test("effect", "BLOCKS"), "/tests/0/effect UNKNOWN_MEMBER"},
		"an id twice":                    {func(d object) object { return with(d, "quorum", []any{with(quorum, "id", "majority")}) }, "/tests/0/id DUPLICATE"},
		"a way that names no test":       {func(d object) object { return with(d, "anyOf", []any{[]any{"majority"}, []any{"other"}}) }, "/anyOf/1/0 INVALID"},
		"a way that asks nothing":        {func(d object) object { return with(d, "anyOf", []any{[]any{}}) }, "/anyOf/0 TOO_FEW"},
		"no way":                         {func(d object) object { return with(d, "anyOf", []any{}) }, "/anyOf TOO_FEW"},
		"a way that is no list":          {func(d object) object { return with(d, "anyOf", []any{"majority"}) }, "/anyOf/0 WRONG_TYPE"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(faults(t, c.change(document())), " "); got != c.want {
				t.Errorf("faults = %s, want %s", got, c.want)
			}
		})
	}
}

func TestEveryFaultComesAtOnce(t *testing.T) {
	d := within(within(document(), "ballot", "minDays", 0), "electorate", "tree", []any{leaf("A", "1/0"), leaf("B", "1/2")})
	d = with(with(d, "tests", []any{with(with(over("t"), "choice", "YES"), "ratio", "2"), over("t")}), "colour", "red")
	want := []string{
		"/ballot/minDays OUT_OF_RANGE", "/colour UNKNOWN_MEMBER", "/electorate/tree/0/share OUT_OF_RANGE",
		"/tests/0/choice INVALID", "/tests/0/ratio OUT_OF_RANGE", "/tests/1/id DUPLICATE",
	}
	if diff := cmp.Diff(want, faults(t, d)); diff != "" {
		t.Errorf("want (-), told (+):\n%s", diff)
	}
}

func TestBrokenTextIsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"cut off": `{"v": 1`, "nothing": ``, "two texts": `{} {}`, "half of a pair": `{"key": "\ud800"}`, "no UTF-8": "{\"key\": \"\xff\"}", "a list": `[]`,
		"a member twice": `{"v": 1, "v": 1}`, "too deep": strings.Repeat("[", 1000), "too large": strings.Repeat(" ", decision.Limits.Bytes+1),
	} {
		if rule, found := decision.Parse([]byte(s)); rule != nil || len(found) == 0 || len(found[0].Message) < 10 {
			t.Errorf("%s: %v, want a fault", name, found)
		}
	}
	if _, found := decision.Parse([]byte(`[]`)); len(found) != 1 || found[0].Pointer != "" {
		t.Errorf("a list: %v, want one fault", found)
	}
}

// Documents that differ only in whether they write defaults out have one hash; it is that of the text that is shown.
func TestTheHashIsOfTheTextThatIsShown(t *testing.T) {
	short := parse(t, document())
	again, found := decision.Parse(short.Bytes())
	if len(found) > 0 || again.Hash() != short.Hash() || !bytes.Equal(again.Bytes(), short.Bytes()) {
		t.Fatalf("%v: %s", found, short.Bytes())
	}
	const want = `{"ballot":{"abstain":"ABSTAIN","abstentions":"EXCLUDED","changeable":true,"choices":["FOR","AGAINST","ABSTAIN"],"maxProxies":0,"minDays":1,` +
		`"reasonsFor":[],"reveal":"AT_CLOSE","secrecy":"OPEN","silence":"ABSENT"},"electorate":{"emptyShare":"SIBLINGS","groups":["A","B"],"per":"COUNTED",` +
		`"tree":[{"key":"A","share":"1/2","who":"LISTED"},{"key":"B","share":"1/2","who":"LISTED"}]},"key":"test.rule","objections":[],"quorum":[],` +
		`"tests":[{"base":"COUNTED","choice":"FOR","id":"majority","of":"MEMBERS","op":">","ratio":"1/2","scope":"TOTAL"}],"v":1}`
	if got := string(short.Bytes()); got != want {
		t.Errorf("Bytes = %s", got)
	}
	if full := parse(t, within(document(), "ballot", "changeable", true)); full.Hash() != short.Hash() {
		t.Error("a default that is written out changes the hash")
	}
	if other := parse(t, within(document(), "ballot", "changeable", false)); other.Hash() == short.Hash() {
		t.Error("another rule has the same hash")
	}
	if same := parse(t, with(document(), "tests", []any{with(over("majority"), "ratio", "2/4")})); same.Hash() == short.Hash() {
		t.Error("a fraction that is written otherwise has the same hash, and is shown otherwise")
	}
}

func TestPresetsNameTheirSource(t *testing.T) {
	want := []string{
		"fsc.general-assembly", "icann.approval", "iso.dis", "plenary.consent", "plenary.five-chambers", "plenary.five-chambers-secret", "plenary.simple-majority",
	}
	all := presets(t)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for key, p := range all {
		if d := p.Document(); d.Title == "" || d.Source == "" || !decision.Reserved(key) {
			t.Errorf("%s has no title or source, or its key is free", key)
		}
	}
	if fsc := all["fsc.general-assembly"].Document().Ballot; fsc.Changeable || fsc.MaxProxies != 5 {
		t.Errorf("FSC's ballot = %+v", fsc)
	}
	if decision.Reserved("acme.board") || decision.Reserved("plenaryish.rule") {
		t.Error("a free key is reserved")
	}
}

// The example of the documentation is a rule, and decides what is said there.
func TestTheDocumentedRuleDecidesWhatIsSaid(t *testing.T) {
	doc, err := os.ReadFile("../../docs/decision-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```json\n")
	document, _, _ := strings.Cut(rest, "```")
	if err := validate(t, compiledSchema(t), []byte(document)); err != nil {
		t.Error(err)
	}
	rule, found := decision.Parse([]byte(document))
	if len(found) > 0 {
		t.Fatal(found)
	}
	got := evaluate(t, rule, votes(t, "FIRMS 6 FOR", "FIRMS 3 AGAINST", "OTHERS.CUSTOMERS 40 FOR", "OTHERS.PUBLIC 2"))
	if got.Outcome != decision.Adopted || got.Tests[0].Left.String() != "5/6" {
		t.Errorf("%s, %v", got.Sentence, shown(got.Tests))
	}
	if example, err := os.ReadFile("../demo/two-houses.json"); err != nil || string(example) != document {
		t.Errorf("the example of the server is another: %v", err)
	}
}

func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(decision.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("rule.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rule.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, document []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestPresetsFollowTheSchema(t *testing.T) {
	schema := compiledSchema(t)
	for key, p := range presets(t) {
		if err := validate(t, schema, p.Bytes()); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestGivenRulesFollowTheSchema(t *testing.T) {
	schema := compiledSchema(t)
	for key, raw := range given(t).Rules {
		if err := validate(t, schema, raw); err != nil {
			t.Errorf("%s: %v", key, err)
		}
		rule, found := decision.Parse(raw)
		if len(found) > 0 {
			t.Fatalf("%s: %v", key, found)
		}
		if err := validate(t, schema, rule.Bytes()); err != nil {
			t.Errorf("%s, with its defaults: %v", key, err)
		}
	}
}

// What the schema refuses, the reader refuses: one place of a good document at a time is made wrong.
func TestWhatTheSchemaRefusesTheReaderRefuses(t *testing.T) {
	schema := compiledSchema(t)
	d := document()
	d["electorate"] = object{
		"tree":   []any{node("A", "1/2", with(leaf("X", "1/3"), "who", object{"kinds": []any{"FIRM"}, "jurisdictions": []any{"IE"}}), leaf("Y", "2/3")), leaf("B", "1/2")},
		"groups": []any{"A", "B"}, "per": "CAST", "emptyShare": "LOST",
	}
	d["ballot"] = object{
		"choices": []any{"FOR", "AGAINST", "ABSTAIN"}, "abstain": "ABSTAIN", "abstentions": "COUNTED", "silence": "ABSENT", "reasonsFor": []any{"AGAINST"},
		"changeable": false, "reveal": "AT_ONCE", "secrecy": "OPEN", "secrecyFloor": 6, "maxProxies": 2, "minDays": 3,
	}
	d["quorum"] = []any{object{"id": "q", "scope": "EACH_GROUP", "of": "WEIGHT", "op": ">", "ratio": "1/2"}}
	d["tests"] = []any{
		over("a"), with(with(over("b"), "scope", "N_GROUPS"), "n", 1), with(with(over("c"), "scope", "GROUPS"), "groups", []any{"A"}),
		with(with(over("d"), "ratio", gone{}), "count", 2),
	}
	d["objections"] = []any{with(over("o"), "effect", "BLOCKS")}
	d["anyOf"] = []any{[]any{"a", "b"}, []any{"c"}}
	d["title"], d["source"] = "A rule", "Nobody"
	if err := validate(t, schema, text(t, d)); err != nil {
		t.Fatal(err)
	}
	parse(t, d)
	refused := 0
	for _, wrong := range []any{nil, true, -1, 0.5, 1 << 40, "", "x", "1/0", []any{}, []any{"x"}, object{}, object{"x": "y"}, gone{}} {
		for _, changed := range everywhere(d, wrong) {
			b := text(t, changed)
			if validate(t, schema, b) == nil {
				continue
			}
			refused++
			if _, found := decision.Parse(b); len(found) == 0 {
				t.Errorf("the schema refuses what the reader takes: %v: %s", validate(t, schema, b), b)
			}
		}
	}
	if refused < 500 {
		t.Errorf("the schema refused %d changes, want more", refused)
	}
}

// everywhere puts a value into each place of a document in turn.
func everywhere(v, wrong any) []any {
	var all []any
	switch v := v.(type) {
	case object:
		for name, inside := range v {
			for _, changed := range append(everywhere(inside, wrong), wrong) {
				all = append(all, with(v, name, changed))
			}
		}
		if _, left := wrong.(gone); !left {
			all = append(all, with(v, "extra", wrong))
		}
	case []any:
		for i, inside := range v {
			for _, changed := range append(everywhere(inside, wrong), wrong) {
				l := slices.Clone(v)
				if l[i] = changed; changed == any(gone{}) {
					l = slices.Delete(l, i, i+1)
				}
				all = append(all, l)
			}
		}
	}
	return all
}

func FuzzParse(f *testing.F) {
	f.Add(text(f, document()))
	for _, p := range presets(f) {
		f.Add(p.Bytes())
	}
	f.Add([]byte(`{"electorate":{"tree":[{"children":[{}]}]},"tests":[{}],"anyOf":[[1]]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rule, found := decision.Parse(b)
		if rule == nil {
			if len(found) == 0 || found[0].Message == "" {
				t.Fatal("neither a rule nor a fault")
			}
			return
		}
		again, found := decision.Parse(rule.Bytes())
		if len(found) > 0 || again.Hash() != rule.Hash() {
			t.Fatalf("read again: %v", found)
		}
		var lines []decision.Line
		for _, leaf := range rule.Leaves() {
			lines = append(lines, decision.Line{Leaf: leaf, Parties: 7, Vote: rule.Document().Ballot.Choices[0]})
		}
		result := evaluate(t, rule, lines)
		if !json.Valid(text(t, result)) || !strings.HasSuffix(result.Sentence, ".") {
			t.Fatalf("result = %+v", result)
		}
	})
}
