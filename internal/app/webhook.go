package app

import (
	"io"
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// tellOthers makes the engine that sends to webhooks, and the page of what it sends.
func (a *App) tellOthers() (http.Handler, error) {
	source := a.config.PublicURL
	if source == "" {
		source = "http://localhost"
	}
	a.Webhooks = webhook.NewEngine(a.Domains.Webhooks, a.Resolver.Feed(), webhook.EngineConfig{
		Source: source, AllowLoopback: a.config.WebhookLoopback, Log: a.config.Log,
	})
	return a.Domains.Webhooks.Catalog().Schemas(source)
}

// panics tells how often each worker has panicked; one that sent to a webhook counts with the engine.
func (a *App) panics() map[string]int64 {
	all := a.workers.Panics()
	all["webhooks"] += a.Webhooks.Counts().Panics
	return all
}

// webhookMetrics writes what an operator watches.
func (a *App) webhookMetrics(w io.Writer) {
	n := a.Webhooks.Counts()
	server.Metric{Name: "plenary_webhook_attempts_total", Value: n.Attempts}.Write(w)
	server.Metric{Name: "plenary_webhook_failures_total", Value: n.Failures}.Write(w)
}
