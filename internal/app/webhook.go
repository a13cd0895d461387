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
	a.Webhooks = webhook.NewEngine(a.Resolver.Webhooks, a.Resolver.Feed, webhook.EngineConfig{
		Source: source, AllowLoopback: a.config.WebhookLoopback, Log: a.config.Log,
	})
	return webhook.Schemas(source)
}

// webhookMetrics writes what an operator watches; a panic is an alarm.
func (a *App) webhookMetrics(w io.Writer) {
	n := a.Webhooks.Counts()
	for _, m := range []server.Metric{
		{Name: "plenary_webhook_attempts_total", Value: n.Attempts},
		{Name: "plenary_webhook_failures_total", Value: n.Failures},
		{Name: "plenary_webhook_panics_total", Value: n.Panics},
	} {
		m.Write(w)
	}
}
