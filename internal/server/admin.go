package server

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/pprof"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// AdminHandler serves /metrics and /debug/pprof/. It belongs on a listener of its own, on a loopback address: profiles show
// memory.
func (s *Server) AdminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /livez", s.livez)
	mux.HandleFunc("GET /readyz", s.readyz)
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	} else {
		mux.HandleFunc("GET /metrics", s.writeMetrics)
	}
	return mux
}

// metrics counts what an operator looks at first.
type metrics struct {
	queries, mutations, subscriptions atomic.Int64
	slow                              atomic.Int64 // readers that were sent away
	refusals                          sync.Map     // code -> *atomic.Int64
}

func (m *metrics) ended(why *ending) {
	if why.code == gql.CodeResync {
		m.slow.Add(1)
	}
}

func (m *metrics) operation(kind ast.Operation) {
	switch kind {
	case ast.Mutation:
		m.mutations.Add(1)
	case ast.Subscription:
		m.subscriptions.Add(1)
	default:
		m.queries.Add(1)
	}
}

func (m *metrics) refused(r *refusal) {
	code := gql.CodeOf(r.errors[0])
	n, ok := m.refusals.Load(code)
	if !ok {
		n, _ = m.refusals.LoadOrStore(code, new(atomic.Int64))
	}
	n.(*atomic.Int64).Add(1)
}

// writeMetrics writes the counters in the text format of Prometheus.
func (s *Server) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	counter := func(name, label, value string, n int64) {
		_, _ = fmt.Fprintf(w, "%s{%s=%q} %d\n", name, label, value, n)
	}
	_, _ = fmt.Fprint(w, "# TYPE plenary_operations_total counter\n")
	counter("plenary_operations_total", "kind", "query", s.metrics.queries.Load())
	counter("plenary_operations_total", "kind", "mutation", s.metrics.mutations.Load())
	counter("plenary_operations_total", "kind", "subscription", s.metrics.subscriptions.Load())
	_, _ = fmt.Fprint(w, "# TYPE plenary_refusals_total counter\n")
	for _, code := range gql.Codes() {
		if n, ok := s.metrics.refusals.Load(code); ok {
			counter("plenary_refusals_total", "code", code, n.(*atomic.Int64).Load())
		}
	}
	if s.cfg.WorkerPanics != nil {
		_, _ = fmt.Fprint(w, "# TYPE plenary_worker_panics_total counter\n")
		panics := s.cfg.WorkerPanics()
		for _, name := range slices.Sorted(maps.Keys(panics)) {
			counter("plenary_worker_panics_total", "worker", name, panics[name])
		}
	}
	_, _ = fmt.Fprintf(w, "# TYPE plenary_running gauge\nplenary_running %d\n", s.inFlight.Load())
	_, _ = fmt.Fprintf(w, "# TYPE plenary_sockets gauge\nplenary_sockets %d\n", s.sockets.count())
	_, _ = fmt.Fprintf(w, "# TYPE plenary_streams gauge\nplenary_streams %d\n", s.streams.count())
	Metric{Name: "plenary_slow_readers_total", Value: s.metrics.slow.Load()}.Write(w)
	if s.cfg.MoreMetrics != nil {
		s.cfg.MoreMetrics(w)
	}
}

// Metric is a counter of others' that is shown with ours.
type Metric struct {
	Name  string
	Value int64
	Gauge bool // it goes down as well
}

// Write writes the metric in the text format of Prometheus.
func (m Metric) Write(w io.Writer) {
	kind := "counter"
	if m.Gauge {
		kind = "gauge"
	}
	_, _ = fmt.Fprintf(w, "# TYPE %s %s\n%s %d\n", m.Name, kind, m.Name, m.Value)
}
