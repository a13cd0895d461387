package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// scrape parses the metrics as Prometheus does.
func scrape(t *testing.T, r *running) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metricsOf(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

const durations = "plenary_operation_duration_seconds"

// observed counts the durations under each operation's name, and under all labels together as "kind name outcome".
func observed(t *testing.T, r *running) (byName, byLabels map[string]uint64) {
	t.Helper()
	byName, byLabels = map[string]uint64{}, map[string]uint64{}
	for _, m := range scrape(t, r)[durations].GetMetric() {
		labels := map[string]string{}
		for _, l := range m.GetLabel() {
			labels[l.GetName()] = l.GetValue()
		}
		n := m.GetHistogram().GetSampleCount()
		byName[labels["operation"]] += n
		byLabels[labels["kind"]+" "+labels["operation"]+" "+labels["outcome"]] += n
	}
	return byName, byLabels
}

func TestPrometheusReadsTheMetrics(t *testing.T) {
	r := start(t, func(c *server.Config) {
		c.Collectors = []prometheus.Collector{
			server.Counter("plenary_test_total", "A counter of others.", func() int64 { return 7 }),
			server.Counters("plenary_worker_panics_total", "Panics.", "worker", func() map[string]int64 { return map[string]int64{"a": 1, "b": 2} }),
		}
	})
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, ""))
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{mee}"}, ""))
	problems, err := promlint.New(strings.NewReader(metricsOf(t, r))).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	families := scrape(t, r)
	for name, kind := range map[string]dto.MetricType{
		"plenary_operations_total": dto.MetricType_COUNTER, "plenary_refusals_total": dto.MetricType_COUNTER, "plenary_slow_readers_total": dto.MetricType_COUNTER,
		"plenary_running": dto.MetricType_GAUGE, "plenary_sockets": dto.MetricType_GAUGE, "plenary_streams": dto.MetricType_GAUGE, durations: dto.MetricType_HISTOGRAM,
		"plenary_test_total": dto.MetricType_COUNTER, "plenary_worker_panics_total": dto.MetricType_COUNTER,
		"go_goroutines": dto.MetricType_GAUGE, "process_resident_memory_bytes": dto.MetricType_GAUGE,
	} {
		if f := families[name]; f == nil || f.GetType() != kind {
			t.Errorf("%s = %v, want a %s", name, f, kind)
		}
	}
	for _, line := range []string{
		`plenary_operations_total{kind="query"} 1`, `plenary_operations_total{kind="mutation"} 0`, `plenary_operations_total{kind="subscription"} 0`,
		`plenary_worker_panics_total{worker="b"} 2`, `plenary_test_total 7`, `plenary_sockets 0`,
	} {
		if text := metricsOf(t, r); !strings.Contains(text, line+"\n") {
			t.Errorf("%s is missing:\n%s", line, text)
		}
	}
}

func TestAMetricOfTheSameNameIsRefused(t *testing.T) {
	l := &log{}
	cfg := config(t, l, gqltest.New())
	cfg.Collectors = []prometheus.Collector{server.Gauge("plenary_sockets", "Another.", func() int64 { return 0 })}
	if _, err := server.New(cfg); err == nil {
		t.Error("two metrics of the same name were accepted")
	}
}

func TestDurationsAreCountedByKindNameAndOutcome(t *testing.T) {
	queries := []string{
		"query Mine{me{id}}", "{me{id}}", `query Bad{proposals(first:-1){totalCount}}`, `query Panics{fails(how:"panic")}`, "mutation Rename{rename(name:\"x\"){id}}",
		"query other{me{id}}",
	}
	const waits, refused = "subscription Waits{wait{value}}", "subscription Refused{refused{value}}"
	r := start(t, trusting(t, append([]string{waits, refused}, queries...)...))
	for _, query := range queries {
		r.do(t, r.request(t, "POST", "/graphql", call{query: query}, ""))
	}
	w := r.open(t, "")
	w.subscribe("1", waits)
	w.receive()
	w.subscribe("2", refused)
	w.receive()
	want := []string{
		"query Mine ok", "query anonymous ok", "query Bad error", "query Panics failed", "mutation Rename ok", "query other ok",
		"subscription Waits ok", "subscription Refused error",
	}
	var got map[string]uint64
	eventually(t, "all are counted", func() bool { // a first event may come before its subscription counts as open
		_, got = observed(t, r)
		return len(got) >= len(want)
	})
	for _, labels := range want {
		if got[labels] != 1 {
			t.Errorf("%s: %d durations, want 1", labels, got[labels])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
}

// trusting lets a server run documents, and no others.
func trusting(t *testing.T, documents ...string) func(*server.Config) {
	t.Helper()
	known := map[string]string{}
	for _, text := range documents {
		known[gql.DocumentID(text)] = text
	}
	return func(c *server.Config) {
		x, err := gql.New(gql.Config{Schema: gqltest.New(), Documents: known, TrustedOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		c.Executor = x
	}
}

func TestCachedAnswersKeepTheirName(t *testing.T) {
	r := start(t, func(c *server.Config) {
		trusting(t, "query Mine{me{id}}")(c)
		c.Answers = answers.NewCache(&quietLog{}, func(actlog.Touch) ([]string, bool) { return nil, true }, 1<<20)
		c.Lasting = func(*graphql.OperationContext) bool { return true }
	})
	for range 3 {
		r.do(t, r.request(t, "GET", call{query: "query Mine{me{id}}"}.url(), call{}, ""))
	}
	_, got := observed(t, r)
	if diff := cmp.Diff(map[string]uint64{"query Mine ok": 1, "query Mine cached": 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNamesInMetricsAreBounded: clients choose names, which count as other; those of trusted documents are the operator's.
func TestNamesInMetricsAreBounded(t *testing.T) {
	const trusted, sent = "query Trusted{me{id}}", 1000
	r := start(t, func(c *server.Config) {
		c.Rates.Off, c.Limits.InFlight = true, 64
		x, err := gql.New(gql.Config{Schema: gqltest.New(), Documents: map[string]string{gql.DocumentID(trusted): trusted}})
		if err != nil {
			t.Fatal(err)
		}
		c.Executor = x
	})
	h := r.Handler()
	post := func(c call) {
		w := newRecorder()
		h.ServeHTTP(w, r.request(t, "POST", "/graphql", c, ""))
		if w.status != 200 {
			t.Errorf("%d %s", w.status, w.body.String())
		}
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := g; i < sent; i += 8 {
				post(call{query: fmt.Sprintf("query N%d{__typename}", i)})
			}
		})
		wg.Go(func() { _ = metricsOf(t, r) })
	}
	wg.Wait()
	post(call{document: gql.DocumentID(trusted)})
	post(call{query: trusted}) // the name is the client's
	byName, _ := observed(t, r)
	if len(byName) != 2 || byName["Trusted"] != 1 || byName["other"] != sent+1 {
		t.Errorf("%d names; Trusted %d, other %d", len(byName), byName["Trusted"], byName["other"])
	}
}
