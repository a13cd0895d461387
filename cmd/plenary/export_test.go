package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// week gives the lines of docs/pulling.md that a regulator's week runs, by their days.
func week(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "pulling.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ = bytes.Cut(text, []byte("## A regulator's week"))
	days, day := map[string]string{}, ""
	for line := range strings.Lines(string(text)) {
		if m := regexp.MustCompile(`^\*\*(\w+)\*\*`).FindStringSubmatch(line); m != nil {
			day = m[1]
		}
		if code, ok := strings.CutPrefix(line, "    "); ok || strings.TrimSpace(line) == "" {
			days[day] += code
		}
	}
	for _, day := range []string{"Once", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"} {
		if strings.TrimSpace(days[day]) == "" {
			t.Fatalf("docs/pulling.md has nothing to run for %s", day)
		}
	}
	return days
}

// fragile is a server behind a proxy, which can restart it in the middle of the next export.
type fragile struct {
	t       *testing.T
	proxy   *httptest.Server
	target  atomic.Pointer[url.URL]
	stop    func() int
	cutNext atomic.Bool
}

func newFragile(t *testing.T) *fragile {
	t.Helper()
	r := &fragile{t: t}
	r.start()
	pass := &httputil.ReverseProxy{
		Rewrite:       func(p *httputil.ProxyRequest) { p.SetURL(r.target.Load()) },
		FlushInterval: -1,
		ModifyResponse: func(resp *http.Response) error {
			if strings.HasPrefix(resp.Request.URL.Path, "/exports/") && r.cutNext.CompareAndSwap(true, false) {
				resp.Body = &cutting{ReadCloser: resp.Body, restart: func() { r.stop(); r.start() }}
			}
			return nil
		},
	}
	r.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		req.Header.Set("Accept-Encoding", "identity") // so that the proxy sees lines
		pass.ServeHTTP(w, req)
	}))
	t.Cleanup(r.proxy.Close)
	return r
}

func (r *fragile) start() {
	r.t.Helper()
	var lines []string
	lines, r.stop = serving(r.t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	_, rest, _ := strings.Cut(strings.Join(lines, "\n"), "http://")
	addr, _, _ := strings.Cut(rest, "/")
	r.target.Store(&url.URL{Scheme: "http", Host: addr})
}

// cutting gives the first line of a body and a part of the second. Then the server is restarted, and the connection breaks.
type cutting struct {
	io.ReadCloser
	restart func()
	lines   int
}

// Read implements io.Reader.
func (c *cutting) Read(b []byte) (int, error) {
	if c.lines > 1 {
		c.restart()
		return 0, http.ErrAbortHandler
	}
	n, err := c.ReadCloser.Read(b[:min(len(b), 100)])
	for i := range n {
		if c.lines == 1 {
			c.lines++
			return i, err // some of the second line
		}
		if b[i] == '\n' {
			c.lines++
		}
	}
	return n, err
}

// TestARegulatorsWeek runs what the docs say, against a server that is restarted in the middle of a pull, with a firm and then the
// authority in other jurisdictions.
func TestARegulatorsWeek(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Fatal("the script of docs/pulling.md needs sqlite3: install it, as .ci/run does")
	}
	days := week(t)
	dir := t.TempDir()
	t.Chdir(dir)
	r := newFragile(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	wrapper := fmt.Sprintf("#!/bin/sh\n%s=1 exec %s \"$@\"\n", bePlenary, self)
	if err := os.WriteFile(filepath.Join(dir, "plenary"), []byte(wrapper), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	token := func(args ...string) string {
		_, token, errs := call(t, nil, append([]string{"token"}, args...)...)
		if token == "" {
			t.Fatal(errs)
		}
		return strings.TrimSpace(token)
	}
	regulator, admin, auditor := token("--as", "regulator@demo", "--scopes", "reports:read"), token("--as", "admin@demo"), token("--as", "auditor@demo")
	run := func(day string) string {
		t.Helper()
		script := exec.CommandContext(context.Background(), "bash", "-euo", "pipefail", "-c", days["Once"]+"\n"+days[day])
		script.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "SERVER="+r.proxy.URL, "PLENARY_TOKEN="+regulator)
		out, err := script.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", day, err, out)
		}
		return string(out)
	}
	compare := func(day string, whole func(firm string) bool) {
		t.Helper()
		var data struct {
			ImpactAssessments struct {
				Nodes []struct {
					ID, State string
					Firm      struct{ Name string }
				}
			}
		}
		graphql(t, r.proxy.URL, regulator, `{impactAssessments(first: 100){nodes{id state firm{name}}}}`, &data)
		want := []string{}
		for _, a := range data.ImpactAssessments.Nodes {
			want = append(want, fmt.Sprint(a.ID, "|", a.State, "|", map[bool]int{true: 1}[whole(a.Firm.Name)]))
		}
		slices.Sort(want)
		out, err := exec.CommandContext(context.Background(), "sqlite3", "copy.db", "SELECT id, state, whole FROM assessment ORDER BY id").CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != strings.Join(want, "\n") || len(want) < 2 {
			t.Errorf("after %s the copy has\n%s\nwant\n%s\n%v", day, got, strings.Join(want, "\n"), err)
		}
	}
	move := func(name string, codes string) {
		t.Helper()
		var found struct {
			Stakeholders struct {
				Nodes []struct {
					ID       string
					Revision int
				}
			}
		}
		graphql(t, r.proxy.URL, admin, fmt.Sprintf(`{stakeholders(filter: {text: %q}){nodes{id revision}}}`, name), &found)
		var moved struct {
			UpdateStakeholder struct{ UserErrors []struct{ Message string } }
		}
		one := found.Stakeholders.Nodes[0]
		graphql(t, r.proxy.URL, admin, fmt.Sprintf(`mutation{updateStakeholder(input: {id: %q, jurisdictions: %s, expectedRevision: %d}){userErrors{message}}}`,
			one.ID, codes, one.Revision), &moved)
		if len(moved.UpdateStakeholder.UserErrors) > 0 {
			t.Fatalf("%s does not move: %v", name, moved)
		}
		settled(t, r.proxy.URL, auditor, one.ID)
	}

	everything := func(string) bool { return true }
	run("Monday")
	compare("Monday", everything)
	r.cutNext.Store(true)
	if out := run("Tuesday"); !strings.Contains(out, "the export is not whole, after 1 assessments") || r.cutNext.Load() {
		t.Errorf("on Tuesday nothing broke off: %s", out)
	}
	compare("Tuesday", everything)
	move("Northwind", `["FR"]`)
	if out := run("Wednesday"); !strings.Contains(out, "PUBLISHED|1") {
		t.Errorf("on Wednesday it says %s", out)
	}
	compare("Wednesday", func(firm string) bool { return !strings.HasPrefix(firm, "Northwind") })
	move("Authority", `["FR"]`)
	run("Thursday")
	compare("Thursday", func(firm string) bool { return strings.HasPrefix(firm, "Northwind") })
	run("Friday")
}

// settled asks until the newest act on a thing has its place in the log.
func settled(t *testing.T, server, auditor, id string) {
	t.Helper()
	for range 10_000 {
		var data struct {
			Stakeholder struct{ Revision int }
			Acts        struct {
				Nodes []struct{ SubjectRevision int }
			}
		}
		graphql(t, server, auditor, fmt.Sprintf(`{stakeholder(id: %q){revision} acts(last: 1, filter: {subject: [%q]}){nodes{subjectRevision}}}`, id, id), &data)
		if len(data.Acts.Nodes) == 1 && data.Acts.Nodes[0].SubjectRevision == data.Stakeholder.Revision {
			return
		}
	}
	t.Fatal("the act does not come into the log")
}

// TestAnExportThatIsNotWholeFails: whatever is cut off or altered, in both formats.
func TestAnExportThatIsNotWholeFails(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	stop()
	export := func(args ...string) (int, string, string) {
		return call(t, nil, append([]string{"export", "assessments"}, args...)...)
	}
	for _, format := range []string{"jsonl", "csv"} {
		code, public, errs := export("--database", "sqlite://./data/plenary.db", "--format", format)
		if code != 0 || !strings.Contains(errs, "continue with --since") {
			t.Fatalf("exit %d: %s", code, errs)
		}
		_, whole, _ := export("--database", "sqlite://./data/plenary.db", "--format", format, "--whole")
		if len(whole) <= len(public) || strings.Contains(public, "DRAFT") || !strings.Contains(whole, "DRAFT") {
			t.Errorf("--whole gives %d bytes, and without it %d", len(whole), len(public))
		}
		ending := "\n"
		if format == "csv" {
			ending = "\r\n"
		}
		lines := strings.SplitAfter(strings.TrimSuffix(whole, ending), ending)
		last := lines[len(lines)-1]
		first := 0
		if format == "csv" {
			first = 1
		}
		for rule, text := range map[string]string{
			"as it is":                      "",
			"without the last line":         strings.Join(lines[:len(lines)-1], ""),
			"without the end of that":       whole[:len(whole)-len(ending)-5],
			"without the first one":         strings.Join(append(slices.Clone(lines[:first]), lines[len(lines)-1:]...), ""),
			"with one twice":                strings.Join(lines[:len(lines)-1], "") + lines[len(lines)-2] + last + ending,
			"with something after the last": whole + lines[len(lines)-2],
			"nothing":                       " ",
		} {
			given := text
			if given == "" {
				given = whole
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.TrimPrefix(given, " "))) }))
			code, out, errs := export("--server", server.URL, "--format", format)
			server.Close()
			if ok := text == ""; (code == 0) != ok || ok && out != whole || !ok && !strings.Contains(errs, "not whole") {
				t.Errorf("%s %s: exit %d, %s", format, rule, code, errs)
			}
		}
	}
	for _, format := range []string{"jsonl", "csv"} {
		goesOn(t, export, format)
	}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write([]byte(`{"errors":[{"message":"begin without a cursor","extensions":{"code":"CURSOR_EXPIRED"}}]}`))
	}))
	defer refusing.Close()
	for want, args := range map[string][]string{
		"begin without a cursor":   {"--server", refusing.URL, "--since", "x"},
		"either --server":          {},
		"does not respond":         {"--server", "http://127.0.0.1:1"},
		"this is none of":          {"--database", "sqlite://./data/plenary.db", "--state", "GONE"},
		"--whole is for":           {"--server", refusing.URL, "--whole"},
		"this cursor does not bel": {"--database", "sqlite://./data/plenary.db", "--since", "x"},
	} {
		if code, out, errs := export(args...); code == 0 || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%v: exit %d, %s%s, want %q", args, code, out, errs, want)
		}
	}
}

// goesOn checks that an export goes on by itself behind its last record, and that its last line then counts everything.
func goesOn(t *testing.T, export func(args ...string) (int, string, string), format string) {
	t.Helper()
	_, whole, _ := export("--database", "sqlite://./data/plenary.db", "--format", format, "--whole")
	lines := strings.SplitAfter(whole, "\n")
	head, cursor := 0, regexp.MustCompile(`"cursor":"([^"]+)"`)
	if format == "csv" {
		head, cursor = 1, regexp.MustCompile(`,"([\w-]{60,})",+\r\n`)
	}
	cutAt, since := 0, ""
	for i, line := range lines[:len(lines)-2] {
		if m := cursor.FindStringSubmatch(line); m != nil && i >= head {
			cutAt, since = i+1, m[1]
			break
		}
	}
	if cutAt == 0 {
		t.Fatalf("%s: no record has a cursor: %.500s", format, whole)
	}
	last := lines[len(lines)-2] // it ends with a line break
	fewer := strings.Replace(last, fmt.Sprint(":", countOf(t, last)), fmt.Sprint(":", countOf(t, last)-1), 1)
	if format == "csv" {
		fewer = strings.Replace(last, fmt.Sprintf(",%d,0\r\n", countOf(t, last)), fmt.Sprintf(",%d,0\r\n", countOf(t, last)-1), 1)
	}
	asked := []string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("since"))
		switch len(asked) {
		case 1:
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = io.WriteString(w, strings.Join(lines[:cutAt], "")+lines[cutAt][:10])
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"errors":[{"message":"busy","extensions":{"code":"UNAVAILABLE"}}]}`)
		default:
			_, _ = io.WriteString(w, strings.Join(lines[:head], "")+strings.Join(lines[cutAt:len(lines)-2], "")+fewer)
		}
	}))
	defer server.Close()
	code, out, errs := export("--server", server.URL, "--format", format, "--out", "pulled."+format)
	pulled, err := os.ReadFile("pulled." + format)
	if code != 0 || out != "" || err != nil || string(pulled) != whole || !slices.Equal(asked, []string{"", since, since}) {
		t.Errorf("%s: exit %d, %v, %s; it asked since %q\n%s\nwant\n%s", format, code, err, errs, asked, pulled, whole)
	}
	asked = nil
	code, _, errs = export("--server", server.URL, "--format", format, "--out", "cut."+format, "--retries", "0")
	part, err := os.ReadFile("cut." + format + ".part")
	if code == 0 || err != nil || string(part) != strings.Join(lines[:cutAt], "") || !strings.Contains(errs, "--since "+since+"; what came is in cut."+format+".part") {
		t.Errorf("%s without retries: exit %d, %v, %s; it left\n%s", format, code, err, errs, part)
	}
	if _, err := os.Stat("cut." + format); err == nil {
		t.Errorf("%s: what is not whole has the name of what is", format)
	}
}

// countOf is how many assessments a last line counts.
func countOf(t *testing.T, line string) int {
	t.Helper()
	m := regexp.MustCompile(`"count":(\d+)|,(\d+),\d+\r\n`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%s counts nothing", line)
	}
	n, err := strconv.Atoi(m[1] + m[2])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
