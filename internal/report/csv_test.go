package report

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cells are values that a table can have: texts that begin like formulas are drawn often.
func anyCell() *rapid.Generator[cell] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching("[=+\\-@\\t\\r'\"][=+\\-@'\", \\r\\n]{0,5}"), rapid.SampledFrom([]string{"", "'", "''=", "\"", "1", "true", "a,b", "\r\n"}))
	return rapid.OneOf(
		rapid.Map(text, func(s string) cell { return cell{text: s} }),
		rapid.Map(rapid.Int64(), func(n int64) cell { return cell{text: string(mustJSON(n)), kind: isNumber} }),
		rapid.Map(rapid.Bool(), func(b bool) cell { return cell{text: string(mustJSON(b)), kind: isTruth} }),
		rapid.Just(cell{null: true}),
	)
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func TestCSVComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(anyCell(), width, width), 0, 6).Draw(t, "rows")
		columns := make([]column, width)
		for i := range columns {
			columns[i].name = string(rune('a' + i))
		}
		file := csvOf(table{columns: columns, rows: slices.Values(rows)})
		got, err := ReadCSV(file)
		if err != nil {
			t.Fatalf("%q: %v", file, err)
		}
		if len(got) != len(rows)+1 {
			t.Fatalf("%q has %d rows, want %d", file, len(got), len(rows)+1)
		}
		for i, r := range rows {
			for k, c := range r {
				want := Field{Text: strings.ToValidUTF8(c.text, "\uFFFD"), Bare: c.null || c.kind == isNumber || c.kind == isTruth}
				if f := got[i+1][k]; f != want && f.Text != c.text {
					t.Fatalf("row %d, column %d of %q is %+v, want %+v", i, k, file, f, want)
				}
			}
		}
	})
}

func TestCSVIsWhatProgramsReadUnaided(t *testing.T) {
	file, _ := rendered(t, "csv.zip", poisoned())
	parts := zipped(t, file)
	var dictionary struct {
		Resources []struct {
			Name, Path, Description string
			Schema                  struct {
				Fields []struct {
					Name, Type, Description string
					Codes                   []struct{ Value, Meaning string }
				}
			}
		}
	}
	if err := json.Unmarshal(parts[dictionaryName], &dictionary); err != nil {
		t.Fatal(err)
	}
	listed := 0
	for _, r := range dictionary.Resources {
		content := parts[r.Path]
		listed++
		if strings.HasPrefix(string(content), "\ufeff") {
			t.Errorf("%s begins with a byte order mark", r.Path)
		}
		rows, err := ReadCSV(content)
		if err != nil {
			t.Fatalf("%s: %v", r.Path, err)
		}
		// Another reader splits it the same way; of line ends within texts it keeps only the feed.
		others, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
		if err != nil || len(others) != len(rows) {
			t.Fatalf("encoding/csv reads %d rows of %s, want %d (%v)", len(others), r.Path, len(rows), err)
		}
		for i, f := range r.Schema.Fields {
			if rows[0][i].Text != f.Name || f.Description == "" {
				t.Errorf("column %d of %s is %q, and the dictionary says %q: %q", i, r.Path, rows[0][i].Text, f.Name, f.Description)
			}
			for _, c := range f.Codes {
				if c.Meaning == "" {
					t.Errorf("%s.%s does not say what %s means", r.Name, f.Name, c.Value)
				}
			}
		}
		for _, row := range others[1:] {
			for i, f := range row {
				if kind := r.Schema.Fields[i].Type; f != "" && strings.ContainsRune("=+-@\t\r", rune(f[0])) && kind != "integer" {
					t.Errorf("a cell of %s begins with %q", r.Path, f[:1])
				}
			}
		}
	}
	if want := len(parts) - 3; listed != want { // the dictionary, the JSON and the note
		t.Errorf("the dictionary lists %d tables of %d", listed, want)
	}
}

func TestCSVThatReportsDoNotHaveIsRefused(t *testing.T) {
	for _, text := range []string{`"a`, "a\n", `a"b` + "\r\n", `"a"b` + "\r\n", "a\r", "1,2"} {
		if rows, err := ReadCSV([]byte(text)); err == nil {
			t.Errorf("ReadCSV(%q) = %v, want an error", text, rows)
		}
	}
}

// Programs that compare names without regard to case would rename a column that is there twice.
func TestColumnsAndTablesHaveNamesOfTheirOwn(t *testing.T) {
	for kind, m := range parts() {
		seen := map[string]bool{}
		for _, one := range tables(m.document(kind)) {
			if len(one.name) > 28 || seen[one.name] { // with a number behind it, it names a sheet, of 31 characters at most
				t.Errorf("%s: the table %s has a name that is there twice or too long", kind, one.name)
			}
			seen[one.name] = true
			columns := map[string]bool{}
			for _, c := range one.columns {
				if name := strings.ToLower(c.name); columns[name] {
					t.Errorf("the table %s has two columns %s", one.name, c.name)
				} else {
					columns[name] = true
				}
			}
		}
	}
}

// One row per question, in the order of the template, whatever was visible, with choice and note.
func TestAnswersAreARowEach(t *testing.T) {
	d := example(60, english)
	file, _ := rendered(t, "csv.zip", d)
	rows, err := ReadCSV(zipped(t, file)["answers.csv"])
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 61 {
		t.Fatalf("%d rows, want 60 and the names", len(rows))
	}
	column := func(name string) int {
		return slices.IndexFunc(rows[0], func(f Field) bool { return f.Text == name })
	}
	if got := rows[8][column("key")].Text; got != "impact8" {
		t.Errorf("row 8 is of %s", got)
	}
	if got := rows[8][column("answer.value.choices")]; got != (Field{Bare: true}) {
		t.Errorf("what was not answered has the value %+v, want null", got)
	}
	if got := rows[1][column("answer.value.choices")].Text; got != `[{"key":"item0-2","title":{"language":"en","text":"Some of them, with effort"}}]` {
		t.Errorf("the choices of row 1 are %s", got)
	}
	if got := rows[1][column("section")].Text + " " + rows[1][column("answer.note")].Text; got != "section1 "+english.note {
		t.Errorf("row 1 is %q", got)
	}
}
