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
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/report"
)

// office is a server with the example, in the folder that the test is in.
type office struct {
	t                       *testing.T
	server, assessment, key string
	stop                    func() int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	t.Chdir(t.TempDir())
	o := &office{t: t}
	var lines []string
	lines, o.stop = serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	_, rest, _ := strings.Cut(strings.Join(lines, "\n"), "http://")
	addr, _, _ := strings.Cut(rest, "/")
	o.server = "http://" + addr
	var data struct {
		ImpactAssessments struct{ Nodes []struct{ ID string } }
		ActLog            struct{ Keys []string }
	}
	graphql(t, o.server, o.token("firm"), `{impactAssessments(first: 1, filter: {state: [PUBLISHED]}){nodes{id}} actLog{keys}}`, &data)
	o.assessment, o.key = data.ImpactAssessments.Nodes[0].ID, data.ActLog.Keys[0]
	return o
}

func (o *office) token(who string) string {
	o.t.Helper()
	_, token, _ := call(o.t, nil, "token", "--as", who+"@demo")
	return strings.TrimSpace(token)
}

// makes runs the command as a person of the example.
func (o *office) makes(who, server string, args ...string) (code int, out, errs string) {
	o.t.Helper()
	return call(o.t, map[string]string{"PLENARY_TOKEN": o.token(who)}, append([]string{"report", "make", "--server", server}, args...)...)
}

var madeLine = regexp.MustCompile(`(?m)^(\S+/report_\w{26})\.(\S+)  (\d+) bytes  sha256 ([0-9a-f]{64})$`)

// written are the files that the command printed, and the path of their report without a format.
func (o *office) written(out string) (base string, formats []string) {
	o.t.Helper()
	for _, m := range madeLine.FindAllStringSubmatch(out, -1) {
		base, formats = m[1], append(formats, m[2])
		if info, err := os.Stat(m[1] + "." + m[2]); err != nil || fmt.Sprint(info.Size()) != m[3] {
			o.t.Errorf("%s: %v, %v", m[0], info, err)
		}
	}
	if base == "" {
		o.t.Fatalf("no file was written: %s", out)
	}
	return base, formats
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkReport verifies every file, and that one altered byte in any of them is found, with its name.
func (o *office) checkReport(base string) {
	o.t.Helper()
	for _, f := range report.Formats() {
		file := base + "." + f.Name
		verifies(o.t, []string{file, "--sig", base + ".sig", "--key", o.key}, 0, filepath.Base(base))
		altered := read(o.t, file)
		altered[len(altered)/2] ^= 4
		name := filepath.Join(filepath.Dir(base), "altered."+f.Name)
		if err := os.WriteFile(name, altered, 0o600); err != nil {
			o.t.Fatal(err)
		}
		verifies(o.t, []string{name, "--sig", base + ".sig", "--key", o.key}, 1, "plenary: "+name+": ")
	}
}

func TestReportsAreMadeByAServer(t *testing.T) {
	o := newOffice(t)
	code, out, errs := o.makes("firm", o.server, "assessment", "--assessment", o.assessment, "--audience", "party", "--out", "all")
	if code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	base, formats := o.written(out)
	if len(formats) != len(report.Formats())+1 {
		t.Errorf("it wrote %v", formats)
	}
	o.checkReport(base)
	place := regexp.MustCompile(`up to act (\d+)`).FindStringSubmatch(errs)
	if place == nil {
		t.Fatalf("it does not say the place: %s", errs)
	}
	code, again, errs := o.makes("firm", o.server, "assessment", "--assessment", o.assessment, "--audience", "party", "--out", "again", "--as-of", place[1])
	if code != 0 || strings.ReplaceAll(again, "again/", "all/") != out {
		t.Errorf("the same place gives other files, exit %d:\n%s%s\nwant\n%s", code, again, errs, out)
	}
	for _, row := range []struct {
		name, who string
		args      []string
		code      int
		says      string
	}{
		{"a portfolio for everybody, in two formats", "customer", []string{"portfolio", "--format", "md,json", "--language", "fr", "--out", "some"}, 0, ".md  "},
		{"a portfolio narrowed", "regulator", []string{"portfolio", "--audience", "regulator", "--level", "I", "--state", "PUBLISHED", "--format", "md", "--out", "some"}, 0, ".md  "},
		{"a consultation", "customer", []string{"consultation", "--assessment", o.assessment, "--format", "html", "--out", "some"}, 0, ".html  "},
		{"a firm is no regulator", "firm", []string{"portfolio", "--audience", "regulator"}, 1, "ROLE audience "},
		{"two faults", "firm", []string{"diff", "--assessment", o.assessment}, 1, "; REQUIRED from "},
		{"nothing of the kind", "customer", []string{"assessment", "--assessment", "assessment_01h455vb4pex5vsknk084sn02q"}, 1, "NOT_FOUND"},
		{"a state that there is not", "customer", []string{"portfolio", "--state", "GONE"}, 1, "ImpactAssessmentState"},
		{"a place beyond the end", "customer", []string{"portfolio", "--as-of", "999999"}, 1, "OUT_OF_RANGE asOf.seq "},
		{"a time that is to come", "customer", []string{"portfolio", "--as-of", "2100-01-01T00:00:00Z"}, 1, "IN_THE_FUTURE asOf.time "},
		{"a place that is none", "customer", []string{"portfolio", "--as-of", "now"}, 1, "--as-of: "},
		{"a format that there is not", "customer", []string{"portfolio", "--format", "docx"}, 1, `--format: there is no "docx"`},
		{"a type that there is not", "customer", []string{"assessments"}, exitUsage, "assessment"},
		{"a party of a server's", "firm", []string{"portfolio", "--party", "x"}, 1, "--party"},
		{"two places to make it", "firm", []string{"portfolio", "--database", "sqlite://x"}, 1, "give either --server, or --database"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errs := o.makes(row.who, o.server, row.args...)
			if code != row.code || !strings.Contains(out+errs, row.says) {
				t.Errorf("exit %d, want %d and %q; it said %s%s", code, row.code, row.says, out, errs)
			}
		})
	}
	if code, _, errs := call(t, nil, "report", "make", "portfolio", "--server", o.server); code != 1 || !strings.Contains(errs, "no report was asked for: ") {
		t.Errorf("without a token: exit %d, %s", code, errs)
	}
	if code, _, errs := call(t, nil, "report", "make", "portfolio", "--server", "http://127.0.0.1:1"); code != 1 || !strings.Contains(errs, "does not respond") {
		t.Errorf("without a server: exit %d, %s", code, errs)
	}
}

// troubled is what stands between the command and a server, and does something to the files of reports.
type troubled struct {
	*httptest.Server
	mu     sync.Mutex
	ranges []string // that were asked for
	states int      // how often a report was asked after
	answer func(resp *http.Response) error
}

func (o *office) troubled(answer func(resp *http.Response) error) *troubled {
	o.t.Helper()
	target, err := url.Parse(o.server)
	if err != nil {
		o.t.Fatal(err)
	}
	p := &troubled{answer: answer}
	p.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(resp *http.Response) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			if strings.HasPrefix(resp.Request.URL.Path, "/reports/") {
				p.ranges = append(p.ranges, resp.Request.Header.Get("Range"))
			} else {
				p.states++
			}
			return p.answer(resp)
		},
	})
	o.t.Cleanup(p.Close)
	return p
}

// breaking is a body that breaks off.
type breaking struct{ io.Reader }

// Read implements io.Reader.
func (b breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = http.ErrAbortHandler
	}
	return n, err
}

// Close implements io.Closer.
func (breaking) Close() error { return nil }

func TestAReportThatBreaksOffGoesOn(t *testing.T) {
	o := newOffice(t)
	args := []string{"assessment", "--assessment", o.assessment, "--audience", "party", "--format", "pdf"}
	code, out, errs := o.makes("firm", o.server, append(args, "--out", "whole")...)
	if code != 0 {
		t.Fatal(errs)
	}
	base, _ := o.written(out)
	whole := read(t, base+".pdf")
	args = append(args, "--as-of", regexp.MustCompile(`up to act (\d+)`).FindStringSubmatch(errs)[1])
	name := filepath.Base(base) + ".pdf"
	nothing := func(*http.Response) error { return nil }
	pdf := func(resp *http.Response) bool { return strings.HasSuffix(resp.Request.URL.Path, ".pdf") }

	t.Run("in the middle of the connection", func(t *testing.T) {
		cut := false
		p := o.troubled(func(resp *http.Response) error {
			if pdf(resp) && !cut {
				cut = true
				resp.Body = breaking{io.LimitReader(resp.Body, 10_000)}
			}
			return nil
		})
		code, out, errs := o.makes("firm", p.URL, append(args, "--out", "cut")...)
		if code != 0 || !bytes.Equal(read(t, filepath.Join("cut", name)), whole) {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
		if len(p.ranges) < 2 || p.ranges[0] != "" || !strings.HasPrefix(p.ranges[1], "bytes=") {
			t.Errorf("it asked for the ranges %q", p.ranges)
		}
	})
	for rule, row := range map[string]struct {
		have []byte
		want string // the first range
	}{
		"from a run before":                    {whole[:1234], "bytes=1234-"},
		"from a run before, of something else": {bytes.Repeat([]byte("x"), 1234), "bytes=1234-"},
		"with all there already":               {whole, "none"},
		"with more than there is":              {append(bytes.Clone(whole), whole[:7]...), ""},
		"with as much of something else":       {bytes.Repeat([]byte("x"), len(whole)), ""},
	} {
		t.Run(rule, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, name+".part"), row.have, 0o600); err != nil {
				t.Fatal(err)
			}
			p := o.troubled(nothing)
			code, out, errs := o.makes("firm", p.URL, append(args, "--out", folder)...)
			if code != 0 || !bytes.Equal(read(t, filepath.Join(folder, name)), whole) {
				t.Fatalf("exit %d: %s%s", code, out, errs)
			}
			if got := append(p.ranges, "none")[0]; row.want != "none" && got != row.want {
				t.Errorf("it asked for %q first, want %q", got, row.want)
			}
			if left, _ := filepath.Glob(filepath.Join(folder, "*.part")); left != nil {
				t.Errorf("%v is left", left)
			}
		})
	}
	t.Run("a file that is another one is not kept", func(t *testing.T) {
		p := o.troubled(func(resp *http.Response) error {
			if pdf(resp) {
				altered := bytes.Clone(whole)
				altered[len(altered)/2] ^= 4
				resp.Body = io.NopCloser(bytes.NewReader(altered))
			}
			return nil
		})
		code, _, errs := o.makes("firm", p.URL, append(args, "--out", "altered")...)
		left, err := os.ReadDir("altered")
		if code != 1 || !strings.Contains(errs, name+": ") || !strings.Contains(errs, "it was not kept") || err != nil || len(left) != 0 {
			t.Errorf("exit %d, %s; the folder has %v, %v", code, errs, left, err)
		}
	})
	t.Run("a file that is gone", func(t *testing.T) {
		p := o.troubled(func(resp *http.Response) error {
			if pdf(resp) {
				resp.StatusCode, resp.Body = http.StatusGone, io.NopCloser(strings.NewReader(`{"errors":[{"message":"kept long enough","extensions":{"code":"EXPIRED"}}]}`))
				resp.Header.Del("Content-Length")
				resp.ContentLength = -1
			}
			return nil
		})
		if code, _, errs := o.makes("firm", p.URL, append(args, "--out", "gone")...); code != 1 || !strings.Contains(errs, "EXPIRED kept long enough") {
			t.Errorf("exit %d, %s", code, errs)
		}
	})
}

// TestAReportThatIsNotMadeYetIsWaitedFor: until a signal comes, or it fails.
func TestAReportThatIsNotMadeYetIsWaitedFor(t *testing.T) {
	o := newOffice(t)
	ctx, interrupt := context.WithCancel(context.Background())
	states := func(state, failure string) func(resp *http.Response) error {
		asked := 0
		return func(resp *http.Response) error {
			text, err := io.ReadAll(resp.Body)
			if err != nil {
				return err
			}
			if bytes.Contains(text, []byte(`"asOf"`)) {
				asked++
				text = regexp.MustCompile(`"state":"\w+","failure":null`).ReplaceAll(text, fmt.Appendf(nil, `"state":%q,"failure":%q`, state, failure))
			}
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
			resp.Header.Del("Content-Length")
			if asked == 3 && state == "QUEUED" {
				interrupt()
			}
			return nil
		}
	}
	var out, errs bytes.Buffer
	code := run(ctx, []string{"report", "make", "portfolio", "--server", o.troubled(states("QUEUED", "")).URL, "--out", "queued"}, []string{"PLENARY_TOKEN=" + o.token("firm")}, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "interrupted") || out.Len() > 0 {
		t.Errorf("interrupted: exit %d, %s%s", code, out.String(), errs.String())
	}
	code, _, said := o.makes("firm", o.troubled(states("FAILED", "it was begun three times")).URL, "portfolio", "--out", "failed")
	if code != 1 || !strings.Contains(said, "was not made: it was begun three times") {
		t.Errorf("failed: exit %d, %s", code, said)
	}
}

func TestReportsAreMadeFromADatabase(t *testing.T) {
	o := newOffice(t)
	code, out, errs := o.makes("firm", o.server, "assessment", "--assessment", o.assessment, "--audience", "party", "--out", "served")
	if code != 0 {
		t.Fatal(errs)
	}
	place := regexp.MustCompile(`up to act (\d+)`).FindStringSubmatch(errs)[1]
	o.stop()
	firm, _ := demo.PersonaOf("firm")
	asked := func(folder string) *reportMakeCmd {
		return &reportMakeCmd{
			Type: "assessment", Database: "sqlite://./data/plenary.db", Party: firm.Party, Audience: "party", Language: "en", Assessment: o.assessment, Out: folder, AsOf: place,
		}
	}
	make := func(c *reportMakeCmd) (string, error) {
		var out, errs bytes.Buffer
		err := c.inDatabase(context.Background(), streams{out: &out, err: &errs})
		return out.String(), err
	}
	again, err := make(asked("local"))
	if json := strings.SplitAfter(out, "\n")[0]; err != nil || !strings.Contains(json, ".json  ") || !strings.Contains(strings.ReplaceAll(again, "local/", "served/"), json) {
		t.Errorf("the database has another document: %v\n%s\nwant\n%s", err, again, out)
	}
	end := asked("end")
	end.AsOf = ""
	made, err := make(end)
	if err != nil {
		t.Fatal(err)
	}
	base, formats := o.written(made)
	if len(formats) != len(report.Formats())+1 {
		t.Errorf("it wrote %v", formats)
	}
	o.checkReport(base)
	for says, change := range map[string]func(*reportMakeCmd){
		`there is no party "nobody"`:     func(c *reportMakeCmd) { c.Party = "nobody" },
		`--assessment: "x" is no id`:     func(c *reportMakeCmd) { c.Assessment = "x" },
		"the log has no such place":      func(c *reportMakeCmd) { c.AsOf = "999999" },
		"expected a URL such as https":   func(c *reportMakeCmd) { c.PublicURL = "plenary" },
		"keys are missing":               func(c *reportMakeCmd) { c.Keys = "elsewhere" },
		"say which one the report is ab": func(c *reportMakeCmd) { c.Assessment = "" },
	} {
		c := asked("refused")
		change(c)
		if _, err := make(c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("it said %v, want %q", err, says)
		}
	}
	if code, _, errs := call(t, nil, "report", "make", "portfolio", "--database", "sqlite://./data/plenary.db", "--audience", "regulator"); code != 1 || !strings.Contains(errs, "--party: ") {
		t.Errorf("a report for nobody: exit %d, %s", code, errs)
	}
}
