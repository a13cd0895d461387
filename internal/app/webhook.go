package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// source is the address of the server, as events name it.
func (a *App) source() string {
	if a.config.PublicURL == "" {
		return "http://localhost"
	}
	return a.config.PublicURL
}

// tellOthers makes the engine that sends to webhooks, and the page of what it sends.
func (a *App) tellOthers() (http.Handler, error) {
	source := a.source()
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

// webhookCollectors are what an operator watches of webhooks.
func (a *App) webhookCollectors() []prometheus.Collector {
	return []prometheus.Collector{
		server.Counter("plenary_webhook_attempts_total", "Attempts to send to webhooks.", func() int64 { return a.Webhooks.Counts().Attempts }),
		server.Counter("plenary_webhook_failures_total", "Attempts to send to webhooks that failed.", func() int64 { return a.Webhooks.Counts().Failures }),
	}
}
