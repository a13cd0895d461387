package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// keepAnswers makes the memory of answers, if there is to be one.
func (a *App) keepAnswers() {
	if a.config.CacheBytes > 0 {
		a.Answers = answers.NewCache(a.Log, a.Resolver.Changes, a.config.CacheBytes)
	}
}

// collectors are what an operator watches beside the server's own counters.
func (a *App) collectors() []prometheus.Collector {
	reports := func(of func(reporting.Counts) int64) func() int64 {
		return func() int64 { return of(a.Domains.Reports.Counts()) }
	}
	all := append(a.webhookCollectors(),
		server.Counter("plenary_reports_made_total", "Reports that this server has made.", reports(func(n reporting.Counts) int64 { return n.Made })),
		server.Counter("plenary_reports_failed_total", "Reports that failed on this server.", reports(func(n reporting.Counts) int64 { return n.Failed })),
		server.Gauge("plenary_reports_running", "Reports that this server is making.", reports(func(n reporting.Counts) int64 { return n.Running })),
		server.Counters("plenary_worker_panics_total", "Panics of background workers.", "worker", a.panics),
		server.Counter("plenary_query_fallbacks_total", "Queries of a form that the compiler does not know, answered by gqlgen.", a.Executor.Fallbacks))
	if a.config.DroppedLines != nil {
		all = append(all, server.Counter("plenary_log_lines_dropped_total", "Lines of the log that were dropped because nobody took them in time.", a.config.DroppedLines))
	}
	if a.Answers == nil {
		return all
	}
	counts := func(of func(answers.Counts) int64) func() int64 {
		return func() int64 { return of(a.Answers.Counts()) }
	}
	return append(all,
		server.Counter("plenary_answers_hits_total", "Answers given from memory.", counts(func(n answers.Counts) int64 { return n.Hits })),
		server.Counter("plenary_answers_misses_total", "Answers that were not in memory.", counts(func(n answers.Counts) int64 { return n.Misses })),
		server.Counter("plenary_answers_dropped_total", "Answers dropped from memory because of a change or for room.", counts(func(n answers.Counts) int64 { return n.Dropped })),
		server.Gauge("plenary_answers_kept", "Answers in memory.", counts(func(n answers.Counts) int64 { return int64(n.Entries) })),
		server.Gauge("plenary_answers_kept_bytes", "Bytes of the answers in memory.", counts(func(n answers.Counts) int64 { return int64(n.Bytes) })))
}
