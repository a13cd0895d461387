package register

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the tables in docs/registers.md again")

// TestTheDocsHaveTheMapping compares the tables in the docs with the one place where the mapping is declared.
func TestTheDocsHaveTheMapping(t *testing.T) {
	const file, begin, end = "../../docs/registers.md", "<!-- mapping -->\n", "<!-- end of mapping -->\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	written, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s lacks %s or %s", file, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+Mapping()+end+after), 0o644); err != nil { //nolint:gosec // it is public
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(written, Mapping()); diff != "" {
		t.Errorf("%s is out of date: run go test ./internal/register -update (-docs +source):\n%s", file, diff)
	}
}

// TestNamesAreDeclaredOnce: no two fields have one name, and what a field is mapped to is a name of others, filled by it alone.
func TestNamesAreDeclaredOnce(t *testing.T) {
	var known []string
	for _, f := range foreign {
		known = append(known, f.name)
	}
	for _, r := range registers {
		seen := map[string]bool{}
		once := func(name string) {
			if name != "" && seen[name] {
				t.Errorf("%s: %s stands for two fields", r.name, name)
			}
			seen[name] = true
		}
		for _, name := range known {
			once(name)
		}
		mapped := map[string]bool{}
		for _, h := range r.heads {
			once(h.name)
			once(h.dcat)
			if h.means == "" {
				t.Errorf("%s: nothing says what %s is", r.name, h.name)
			}
			for _, name := range []string{h.atrs, h.annex} {
				if name != "" && (!slices.Contains(known, name) || mapped[name]) {
					t.Errorf("%s: %s is mapped to %s, which is no name of others or is filled already", r.name, h.name, name)
				}
				mapped[name] = true
			}
		}
	}
}

func TestFormatsAreNegotiated(t *testing.T) {
	for _, row := range []struct{ name, accept, want string }{
		{"nothing is said", "", "jsonld"},
		{"anything", "*/*", "jsonld"},
		{"a browser", "text/html,application/xhtml+xml,*/*;q=0.8", "jsonld"},
		{"CSV", "text/csv", "csv"},
		{"JSON-LD", "application/ld+json", "jsonld"},
		{"any text", "text/*", "csv"},
		{"the one that is liked better", "application/ld+json;q=0.5, text/csv;q=0.7", "csv"},
		{"anything but JSON-LD", "*/*, application/ld+json;q=0", "csv"},
		{"the closest range counts, wherever it stands", "application/ld+json;q=0.1, */*;q=0.9", "csv"},
		{"upper case", "TEXT/CSV", "csv"},
		{"something else", "application/pdf", ""},
		{"neither", "text/csv;q=0, application/ld+json;q=0", ""},
		{"no ranges", ";;, q", ""},
		{"a weight that is no number", "text/csv;q=high", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := ""
			if f := negotiated(http.Header{"Accept": {row.accept}}); f != nil {
				got = f.name
			}
			if got != row.want {
				t.Errorf("Accept: %s gives %q, want %q", row.accept, got, row.want)
			}
		})
	}
}

func TestMemberStates(t *testing.T) {
	for _, row := range []struct {
		name       string
		codes, has []string
	}{
		{"none", nil, []string{}},
		{"members, in order and once", []string{"IE", "DE-BY", "DE"}, []string{"DE", "IE"}},
		{"others are left out", []string{"GB", "CA-QC", "US"}, []string{}},
		{"the Union names no state", []string{"EU"}, []string{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.has, memberStates(row.codes)); diff != "" {
				t.Errorf("memberStates(%v) (-want +got):\n%s", row.codes, diff)
			}
		})
	}
}
