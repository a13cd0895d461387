package server

import (
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// metrics are the metrics of one server. The registry is not the global one, because tests run many servers in one process.
type metrics struct {
	registry                          *prometheus.Registry
	queries, mutations, subscriptions prometheus.Counter
	slow                              prometheus.Counter
	refusals                          *prometheus.CounterVec
	durations                         *prometheus.HistogramVec
}

// Outcomes of an operation, as a label.
const (
	outcomeOK     = "ok"
	outcomeError  = "error"  // the answer has errors
	outcomeFailed = "failed" // one of the errors is a failure of the server
	outcomeCached = "cached"
)

// durationBuckets range from a cached answer to the deadline of a query, in seconds.
var durationBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newMetrics(s *Server) (*metrics, error) {
	operations := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "plenary_operations_total", Help: "Operations that were run.",
	}, []string{"kind"})
	m := &metrics{
		registry:      prometheus.NewRegistry(),
		queries:       operations.WithLabelValues("query"),
		mutations:     operations.WithLabelValues("mutation"),
		subscriptions: operations.WithLabelValues("subscription"),
		slow: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "plenary_slow_readers_total", Help: "Sockets and streams that were closed because their client read too slowly.",
		}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plenary_refusals_total", Help: "Requests and operations that were refused, by the code of the first error.",
		}, []string{"code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "plenary_operation_duration_seconds", Buckets: durationBuckets,
			Help: "Time from reading an operation to its answer, or until a subscription is open. " +
				"Names are those of trusted documents; those that clients choose count as other.",
		}, []string{"kind", "operation", "outcome"}),
	}
	all := []prometheus.Collector{
		operations, m.slow, m.refusals, m.durations,
		Gauge("plenary_running", "Operations and pages that run now.", func() int64 { taken, _ := s.gate.Counts(); return int64(taken) }),
		Gauge("plenary_waiting", "Operations and pages that wait for a place to run.", func() int64 { _, waiting := s.gate.Counts(); return int64(waiting) }),
		Gauge("plenary_sockets", "Open WebSockets.", func() int64 { return int64(s.sockets.count()) }),
		Gauge("plenary_streams", "Open streams of server-sent events.", func() int64 { return int64(s.streams.count()) }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	}
	for _, c := range append(all, s.cfg.Collectors...) {
		if err := m.registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Counter is a metric for Config.Collectors that only grows.
func Counter(name, help string, value func() int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// Gauge is a metric for Config.Collectors that grows and shrinks.
func Gauge(name, help string, value func() int64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// Counters is a metric for Config.Collectors that only grows, with one value for each label.
func Counters(name, help, label string, values func() map[string]int64) prometheus.Collector {
	return &counters{desc: prometheus.NewDesc(name, help, []string{label}, nil), values: values}
}

type counters struct {
	desc   *prometheus.Desc
	values func() map[string]int64
}

// Describe implements prometheus.Collector.
func (c *counters) Describe(to chan<- *prometheus.Desc) { to <- c.desc }

// Collect implements prometheus.Collector.
func (c *counters) Collect(to chan<- prometheus.Metric) {
	for label, n := range c.values() {
		to <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(n), label)
	}
}

func (m *metrics) ended(why *ending) {
	if why.code == gql.CodeResync {
		m.slow.Inc()
	}
}

func (m *metrics) operation(kind ast.Operation) {
	switch kind {
	case ast.Mutation:
		m.mutations.Inc()
	case ast.Subscription:
		m.subscriptions.Inc()
	default:
		m.queries.Inc()
	}
}

func (m *metrics) refused(r *refusal) { m.refusals.WithLabelValues(gql.CodeOf(r.errors[0])).Inc() }

func (m *metrics) answered(kind ast.Operation, name, outcome string, took time.Duration) {
	m.durations.WithLabelValues(string(kind), name, outcome).Observe(took.Seconds())
}

// outcomeOf returns the outcome of an answer; nil stands for a subscription that was opened.
func outcomeOf(resp *graphql.Response) string {
	if resp == nil || len(resp.Errors) == 0 {
		return outcomeOK
	}
	for _, err := range resp.Errors {
		switch gql.CodeOf(err) {
		case gql.CodeInternal, gql.CodeUnavailable, gql.CodeDeadlineExceeded:
			return outcomeFailed
		}
	}
	return outcomeError
}

// Labels for operations without a name, and for those whose name their client chose.
const (
	anonymous = "anonymous"
	otherName = "other"
)

// nameOf returns the label for the name of an operation. Clients choose names, and each label takes memory here and in the operator's
// database for ever: so only the names of trusted documents count, which the operator registers.
func nameOf(op *graphql.OperationContext) string {
	switch {
	case op.Operation.Name == "":
		return anonymous
	case gql.IsTrusted(op):
		return op.Operation.Name
	}
	return otherName
}
