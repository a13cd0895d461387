package eventlog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/eventlog"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/xmlscan"
)

func TestDeviations(t *testing.T) {
	var file struct {
		Deviation []struct {
			Name  string
			Given struct{ Plan, Path []string }
			Want  struct{ Missing, Added, Reordered, Repeated []string }
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "experience", "golden-experience.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Deviation) == 0 {
		t.Fatal("no case")
	}
	for _, c := range file.Deviation {
		t.Run(c.Name, func(t *testing.T) {
			got := eventlog.Deviate(c.Given.Plan, c.Given.Path)
			for what, pair := range map[string][2][]string{
				"missing": {c.Want.Missing, got.Missing}, "added": {c.Want.Added, got.Added}, "reordered": {c.Want.Reordered, got.Reordered},
				"repeated": {c.Want.Repeated, got.Repeated},
			} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("%s = %v, want %v", what, pair[1], pair[0])
				}
			}
		})
	}
}

func TestDeviationsOfMoreKinds(t *testing.T) {
	for rule, c := range map[string]struct {
		plan, path, want string
	}{
		"missing":                        {"abcd", "abd", "c|||"},
		"a later occurrence is repeated": {"abc", "abcab", "|||ab"},
		"added, and again":               {"ab", "axbx", "|x||x"},
		"nothing walked":                 {"ab", "", "ab|||"},
		"all at once":                    {"abcde", "ebaxbc", "d|x|ae|b"},
	} {
		d := eventlog.Deviate(strings.Split(c.plan, ""), strings.Split(c.path, ""))
		got := strings.Join(d.Missing, "") + "|" + strings.Join(d.Added, "") + "|" + strings.Join(d.Reordered, "") + "|" + strings.Join(d.Repeated, "")
		if c.path == "" {
			got = strings.Replace(got, "||||", "|||", 1)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", rule, got, c.want)
		}
	}
}

// Every way to keep steps is tried: what is kept is as long as any, and of the longest the one with the latest planned steps.
func TestTheLongestLatestOrderIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := strings.Split("abcdefg"[:rapid.IntRange(1, 7).Draw(t, "steps")], "")
		path := rapid.Permutation(plan).Draw(t, "path")
		best, size := 0, -1
		for kept := range 1 << len(plan) {
			var steps []string
			for i, s := range plan {
				if kept>>i&1 == 1 {
					steps = append(steps, s)
				}
			}
			rest := slices.DeleteFunc(slices.Clone(path), func(s string) bool { return !slices.Contains(steps, s) })
			if slices.Equal(steps, rest) && (len(steps) > size || len(steps) == size && kept > best) {
				best, size = kept, len(steps)
			}
		}
		var want []string
		for i, s := range plan {
			if best>>i&1 == 0 {
				want = append(want, s)
			}
		}
		if got := eventlog.Deviate(plan, path).Reordered; !slices.Equal(got, want) {
			t.Errorf("reordered %v, want %v", got, want)
		}
	})
}

const patients = `{"case": "patient", "activity": "handling", "time": "time", "transition": "registration_type"}`

func csvLog(t testing.TB, mapping, text string) *eventlog.Log {
	t.Helper()
	var faults source.Faults
	m := eventlog.ParseMapping([]byte(mapping), &faults)
	if m == nil {
		t.Fatalf("%+v", faults.Listed)
	}
	log := eventlog.ReadCSV(strings.NewReader(text), m, &faults)
	if log == nil {
		t.Fatalf("%+v", faults.Listed)
	}
	return log
}

func TestPatients(t *testing.T) {
	var expected struct {
		Plan []string
		Want struct {
			Cases, AsPlanned          int64
			Missing, Added, Reordered map[string]int64
			Variants                  int
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "experience", "journeys", "patients-1-150.expected.json"), &expected); err != nil {
		t.Fatal(err)
	}
	r := csvLog(t, patients, string(shareddata.Read(t, "experience", "journeys", "patients-1-150.csv"))).Reduce()
	if r.Cases() != expected.Want.Cases || len(r.Paths) != expected.Want.Variants || r.Rest != 0 || r.Hidden {
		t.Errorf("%+v, want %+v", r, expected.Want)
	}
	want := map[string]int64{}
	for kind, steps := range map[eventlog.Kind]map[string]int64{
		eventlog.Missing: expected.Want.Missing, eventlog.Added: expected.Want.Added, eventlog.Reordered: expected.Want.Reordered,
	} {
		for s, n := range steps {
			want[string(kind)+" "+s] = n
		}
	}
	got := map[string]int64{}
	for _, c := range eventlog.Count(expected.Plan, r.Paths) {
		got[string(c.Kind)+" "+c.Step] = c.Cases
		if share, _ := c.Share.Float64(); share != float64(c.Cases)/150 {
			t.Errorf("%s: %s of 150", c.Step, c.Share)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// The first twelve patients are there in both formats.
func TestXESReadsAsCSV(t *testing.T) {
	var faults source.Faults
	log := eventlog.ReadXES(bytes.NewReader(shareddata.Read(t, "experience", "journeys", "patients-1-12.xes")), &faults)
	if log == nil {
		t.Fatalf("%+v", faults.Listed)
	}
	var rows []string
	for line := range strings.Lines(string(shareddata.Read(t, "experience", "journeys", "patients-1-150.csv"))) {
		if n, err := strconv.Atoi(strings.Split(line, ",")[1]); err != nil || n <= 12 {
			rows = append(rows, line)
		}
	}
	other := csvLog(t, patients, strings.Join(rows, ""))
	if diff := cmp.Diff(other.Reduce(), log.Reduce()); diff != "" || log.Cases != 12 || log.Events != other.Events || log.Passed != other.Passed {
		t.Errorf("%d cases, %d events, %d passed: CSV (-), XES (+):\n%s", log.Cases, log.Events, log.Passed, diff)
	}
}

// cases writes a log in CSV in which so many cases took each path.
func cases(paths map[string]int) string {
	var b strings.Builder
	b.WriteString("c,a,t\n")
	n := 0
	for path, count := range paths {
		for range count {
			n++
			for i, step := range path {
				fmt.Fprintf(&b, "%d,%c,2026-03-01 10:%02d:00\n", n, step, i)
			}
		}
	}
	return b.String()
}

const plainLog = `{"case": "c", "activity": "a", "time": "t"}`

func TestRarePathsAreAddedUp(t *testing.T) {
	for rule, c := range map[string]struct {
		paths map[string]int
		want  string
	}{
		"all shown":                             {map[string]int{"ab": 7, "ac": 5}, "ab 7, ac 5, rest 0"},
		"rare ones that suffice":                {map[string]int{"ab": 9, "ac": 4, "ad": 1}, "ab 9, rest 5"},
		"a rest of one hides the smallest":      {map[string]int{"ab": 9, "ac": 6, "ad": 1}, "ab 9, rest 7"},
		"a rest that can be hidden behind none": {map[string]int{"ab": 3}, "rest 0 hidden"},
		"one path and a rest":                   {map[string]int{"ab": 9, "ac": 1}, "rest 10"},
		"ties go by the steps":                  {map[string]int{"ac": 5, "ab": 5, "ad": 1}, "ab 5, rest 6"},
		"nothing":                               {nil, "rest 0"},
	} {
		r := csvLog(t, plainLog, cases(c.paths)).Reduce()
		var got []string
		for _, p := range r.Paths {
			got = append(got, fmt.Sprintf("%s %d", strings.Join(p.Steps, ""), p.Cases))
		}
		got = append(got, fmt.Sprintf("rest %d", r.Rest))
		if r.Hidden {
			got[len(got)-1] += " hidden"
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s, want %s", rule, text, c.want)
		}
	}
}

func TestAtMostAThousandPaths(t *testing.T) {
	var b strings.Builder
	b.WriteString("c,a,t\n")
	for path := range 1100 {
		for n := range 5 {
			fmt.Fprintf(&b, "%d-%d,x%d,2026-03-01 10:00:00\n%d-%d,y%d,2026-03-01 11:00:00\n", path, n, path/40, path, n, path%40)
		}
	}
	r := csvLog(t, plainLog, b.String()).Reduce()
	if len(r.Paths) != eventlog.MostPaths || r.Rest != 500 || r.Cases() != 5500 {
		t.Errorf("%d paths, rest %d of %d", len(r.Paths), r.Rest, r.Cases())
	}
}

// Long paths fill what is shown before there are a thousand of them; the others are added up.
func TestLongPathsAreAddedUp(t *testing.T) {
	var b strings.Builder
	b.WriteString("c,a,t\n")
	name := strings.Repeat("x", 190)
	for path := range 15 {
		for n := range 5 {
			fmt.Fprintf(&b, "%d-%d,%d,2026-03-01 09:00:00\n", path, n, path)
			for range 1700 {
				fmt.Fprintf(&b, "%d-%d,%s,2026-03-01 10:00:00\n", path, n, name)
			}
		}
	}
	r := csvLog(t, plainLog, b.String()).Reduce()
	text, err := json.Marshal(r)
	if err != nil || len(text) > 4<<20 || len(r.Paths) != 12 || r.Rest != 15 || r.Cases() != 75 {
		t.Errorf("%d paths in %d bytes, rest %d of %d, %v", len(r.Paths), len(text), r.Rest, r.Cases(), err)
	}
}

// Nothing that is shown is about 1 to 4 cases, and all cases are there.
func TestNoCaseIsFoundBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.MapOfN(rapid.StringMatching(`[a-c]{1,3}`), rapid.IntRange(1, 9), 0, 8).Draw(t, "paths")
		var faults source.Faults
		log := eventlog.ReadCSV(strings.NewReader(cases(given)), &eventlog.Mapping{Case: "c", Activity: "a", Time: "t"}, &faults)
		r := log.Reduce()
		all := int64(0)
		for _, n := range given {
			all += int64(n)
		}
		if r.Hidden != (0 < all && all < 5) || !r.Hidden && r.Cases() != all || 0 < r.Rest && r.Rest < 5 {
			t.Errorf("%d cases, shown: %+v", all, r)
		}
		for _, c := range eventlog.Count([]string{"a", "b"}, r.Paths) {
			if c.Cases < 5 {
				t.Errorf("%+v", c)
			}
		}
	})
}

const (
	xesBegin = "<log xes.version=\"1.0\" xmlns=\"http://www.xes-standard.org/\">\n"
	xesEnd   = "</log>"
)

func xesEvent(name, at, transition string) string {
	return `<event><string key="concept:name" value="` + name + `"/><date key="time:timestamp" value="` + at + `"/>` +
		`<string key="lifecycle:transition" value="` + transition + `"/></event>`
}

func TestLogsInXESThatAreRefused(t *testing.T) {
	a, b := xesEvent("a", "2026-03-01T10:00:00Z", "complete"), xesEvent("b", "2026-03-01T09:00:00Z", "complete")
	for rule, c := range map[string]struct {
		text string
		line int
		code source.Code
	}{
		"entities":              {"<!DOCTYPE log [<!ENTITY a \"b\">]>" + xesBegin + xesEnd, 1, xmlscan.Entities},
		"unordered events":      {xesBegin + "<trace>" + a + "\n" + b + "</trace>" + xesEnd, 3, eventlog.Unordered},
		"another document":      {"<cjml/>", 1, eventlog.NotALog},
		"an event without name": {xesBegin + "<trace><event/></trace>" + xesEnd, 2, source.Invalid},
		"a time that is none":   {xesBegin + "<trace>" + xesEvent("a", "08/09/26", "complete") + "</trace>" + xesEnd, 2, source.Invalid},
		"an address as name":    {xesBegin + "<trace>" + xesEvent("a@b.example", "2026-03-01T10:00:00Z", "complete") + "</trace>" + xesEnd, 2, source.Invalid},
		"a name twice":          {xesBegin + "<trace>" + strings.Replace(a, "<date", `<string key="concept:name" value="c"/><date`, 1) + "</trace>" + xesEnd, 2, source.Duplicate},
		"cut off":               {xesBegin + "<trace>" + a, 2, xmlscan.CutOff},
	} {
		t.Run(rule, func(t *testing.T) {
			var faults source.Faults
			log := eventlog.ReadXES(strings.NewReader(c.text), &faults)
			if log != nil || faults.Count == 0 || faults.Listed[0].Code != c.code || faults.Listed[0].Line != c.line {
				t.Errorf("faults = %+v, want %s in line %d", faults.Listed, c.code, c.line)
			}
		})
	}
}

func TestXESCountsCompletedEvents(t *testing.T) {
	text := xesBegin + `<global scope="event"><string key="concept:name" value="__INVALID__"/></global>` +
		"<trace>" + `<string key="concept:name" value="7"/>` + xesEvent("a", "2026-03-01T10:00:00+01:00", "start") + xesEvent("a", "2026-03-01T09:30:00Z", "COMPLETE") +
		`<event><string key="concept:name" value="b &amp; c"><string key="concept:name" value="nested"/></string></event></trace><trace/>` + xesEnd
	var faults source.Faults
	log := eventlog.ReadXES(strings.NewReader(strings.Repeat(" ", 3)+text), &faults)
	if log == nil || log.Cases != 1 || log.Events != 2 || log.Passed != 1 || log.Empty != 1 {
		t.Fatalf("%+v, %+v", log, faults.Listed)
	}
}

func TestLogsInCSVThatAreRefused(t *testing.T) {
	for rule, c := range map[string]struct {
		text string
		line int
		path string
		code source.Code
	}{
		"a missing column":    {"c,a\n", 1, "", "UNKNOWN_COLUMN"},
		"a doubled column":    {"c,a,t,a\n", 1, "column 4", "DOUBLED_COLUMN"},
		"no case":             {"c,a,t\n,x,2026-03-01\n", 2, "column 1", source.Required},
		"no activity":         {"c,a,t\n1,,2026-03-01 10:00:00\n", 2, "column 2", source.Invalid},
		"an address":          {"c,a,t\n1,x@y.example,2026-03-01 10:00:00\n", 2, "column 2", source.Invalid},
		"two ways to read it": {"c,a,t\n1,x,08/09/26\n", 2, "column 3", source.Invalid},
		"a short row":         {"c,a,t\n1,x\n", 2, "", "RAGGED"},
		"a zip":               {"PK\x03\x04", 1, "", "NOT_CSV"},
		"nothing":             {"", 1, "", eventlog.NotALog},
		"too many activities": {"c,a,t\n" + activities(1001), 1002, "", source.TooMany},
	} {
		t.Run(rule, func(t *testing.T) {
			var faults source.Faults
			log := eventlog.ReadCSV(strings.NewReader(c.text), &eventlog.Mapping{Case: "c", Activity: "a", Time: "t"}, &faults)
			if log != nil || faults.Count == 0 || faults.Listed[0].Code != c.code || faults.Listed[0].Line != c.line || faults.Listed[0].Path != c.path {
				t.Errorf("faults = %+v, want %s in line %d, %s", faults.Listed, c.code, c.line, c.path)
			}
		})
	}
	for _, bad := range []string{`{"case": "c", "activity": "a"}`, `{"case": "c", "activity": "c", "time": "t"}`, `{"case": "c", "activity": "a", "time": "t", "person": "p"}`, `[]`, ``} {
		if m := eventlog.ParseMapping([]byte(bad), &source.Faults{}); m != nil {
			t.Errorf("%s is no mapping", bad)
		}
	}
}

func activities(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "1,a%d,2026-03-01 10:00:00\n", i)
	}
	return b.String()
}

// FuzzXES: reading ends, with a log or with faults.
func FuzzXES(f *testing.F) {
	f.Add(xesBegin + "<trace>" + xesEvent("a", "2026-03-01T10:00:00Z", "complete") + "</trace>" + xesEnd)
	f.Fuzz(func(t *testing.T, text string) {
		var faults source.Faults
		log := eventlog.ReadXES(strings.NewReader(text), &faults)
		if (log == nil) == (faults.Count == 0) {
			t.Fatalf("%+v with %d faults", log, faults.Count)
		}
		if log != nil {
			log.Reduce()
		}
	})
}

// FuzzCSV: reading ends, with a log or with faults.
func FuzzCSV(f *testing.F) {
	f.Add("c,a,t\n1,x,2026-03-01 10:00:00\n")
	f.Fuzz(func(t *testing.T, text string) {
		var faults source.Faults
		log := eventlog.ReadCSV(strings.NewReader(text), &eventlog.Mapping{Case: "c", Activity: "a", Time: "t"}, &faults)
		if (log == nil) == (faults.Count == 0) {
			t.Fatalf("%+v with %d faults", log, faults.Count)
		}
	})
}

// traces writes a log in XES of so many cases, of 5 to 9 activities with start and completion, in many orders.
type traces struct {
	left int
	r    *rand.Rand
	buf  bytes.Buffer
	done bool
	n    int64
}

func (l *traces) Read(p []byte) (int, error) {
	for l.buf.Len() < len(p) && !l.done {
		switch {
		case l.r == nil:
			l.r = rand.New(rand.NewPCG(1, 2))
			l.buf.WriteString(xesBegin)
		case l.left == 0:
			l.done = true
			l.buf.WriteString(xesEnd)
		default:
			l.left--
			l.trace()
		}
	}
	n, _ := l.buf.Read(p)
	if l.n += int64(n); n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (l *traces) trace() {
	fmt.Fprintf(&l.buf, "<trace><string key=\"concept:name\" value=\"%d\"/>\n", l.left)
	at := 0
	for range 5 + l.r.IntN(5) {
		step := l.r.IntN(6)
		for _, transition := range []string{"start", "complete"} {
			at += 1 + l.r.IntN(50)
			fmt.Fprintf(&l.buf, "  <event><string key=\"concept:name\" value=\"Activity number %d\"/><string key=\"lifecycle:transition\" value=\"%s\"/>"+
				"<date key=\"time:timestamp\" value=\"2026-03-%02dT%02d:%02d:00.000+00:00\"/><string key=\"org:resource\" value=\"r%d\"/></event>\n",
				step, transition, 1+at/1440, at/60%24, at%60, step)
		}
	}
	l.buf.WriteString("</trace>\n")
}

// A log of 100,000 cases and 1.4 million events, of which nearly every path is another one.
func BenchmarkXESOfAHundredThousandCases(b *testing.B) {
	for b.Loop() {
		var faults source.Faults
		file := &traces{left: 100_000}
		log := eventlog.ReadXES(file, &faults)
		if log == nil || log.Cases != 100_000 {
			b.Fatalf("%+v", faults.Listed)
		}
		if r := log.Reduce(); len(r.Paths) > eventlog.MostPaths {
			b.Fatal(len(r.Paths))
		}
		b.SetBytes(file.n)
	}
	text, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	kb, _ := strconv.Atoi(strings.TrimSpace(strings.SplitN(after+" kB", "kB", 2)[0]))
	b.ReportMetric(float64(kb)/1000, "resident-MB")
}
