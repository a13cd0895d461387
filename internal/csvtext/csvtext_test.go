package csvtext_test

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/csvtext"
)

func TestARow(t *testing.T) {
	at := time.Date(2026, 3, 2, 13, 0, 0, 5000, time.FixedZone("", 3600))
	row := csvtext.On([]byte("before\r\n")).Text(`says "no"`).Text("").Null().Int(-7).Bool(true).Time(&at).Time(nil).List([]string{"a,b", `"`}).List(nil).Some("").End()
	const want = "before\r\n" + `"says ""no""","",,-7,true,"2026-03-02T12:00:00.000005Z",,"[""a,b"",""\""""]",,` + "\r\n"
	if string(row) != want {
		t.Errorf("the row is\n%s\nwant\n%s", row, want)
	}
}

func TestFormulasAreTexts(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": `"'=1+1"`, "+1": `"'+1"`, "-1": `"'-1"`, "@SUM(A1)": `"'@SUM(A1)"`, "\tx": "\"'\tx\"", "\rx": "\"'\rx\"", "'quoted'": `"''quoted'"`, "a=1": `"a=1"`, " =1": `" =1"`,
	} {
		if got := string(csvtext.On(nil).Text(text).End()); got != want+"\r\n" {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// TestTextsComeBack reads rows with another program.
func TestTextsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@\t'"][a-z",'=\n]{0,5}`)).Draw(t, "text")
		rows, err := csv.NewReader(bytes.NewReader(csvtext.On(nil).Text(text).Int(1).End())).ReadAll()
		want := string(bytes.ReplaceAll([]byte(text), []byte("\r\n"), []byte("\n"))) // as encoding/csv reads quoted fields
		if err != nil || len(rows) != 1 || csvtext.Restored(rows[0][0]) != want {
			t.Errorf("%q comes back as %q: %v", text, rows, err)
		}
	})
}
