package app

import (
	"io"

	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// keepAnswers makes the memory of answers, if there is to be one.
func (a *App) keepAnswers() {
	if a.config.CacheBytes > 0 {
		a.Answers = answers.NewCache(a.Log, a.Resolver.Changes, a.config.CacheBytes)
	}
}

// metrics writes what an operator watches beside the server's own counters.
func (a *App) metrics(w io.Writer) {
	server.Metric{Name: "plenary_query_fallbacks_total", Value: a.Executor.Fallbacks()}.Write(w)
	a.webhookMetrics(w)
	if a.Answers == nil {
		return
	}
	n := a.Answers.Counts()
	for _, m := range []server.Metric{
		{Name: "plenary_answers_hits_total", Value: n.Hits},
		{Name: "plenary_answers_misses_total", Value: n.Misses},
		{Name: "plenary_answers_dropped_total", Value: n.Dropped},
		{Name: "plenary_answers_kept", Value: int64(n.Entries), Gauge: true},
		{Name: "plenary_answers_kept_bytes", Value: int64(n.Bytes), Gauge: true},
	} {
		m.Write(w)
	}
}
