//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
)

// line is a network connection between the servers and their database that can be disturbed.
type line struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
}

func newLine(t *testing.T, upstream string) *line {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(api, "database", "127.0.0.1:0", upstream)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return &line{t: t, proxy: p}
}

// onLine makes a world whose replicas reach their database over a line; the checks connect directly.
func onLine(t *testing.T, c *cluster.Cluster) (*world, *line) {
	t.Helper()
	database := newDatabase(t, c)
	l := newLine(t, c.Address)
	return newWorld(t, change(database, func(u *url.URL) { u.Host = l.proxy.Listen }), database), l
}

// spoil adds a fault of toxiproxy, such as "latency" or "timeout", in a direction, "upstream" or "downstream".
func (l *line) spoil(kind, direction string, attributes string) {
	l.t.Helper()
	text := fmt.Sprintf(`{"name": %q, "type": %q, "stream": %q, "toxicity": 1, "attributes": %s}`, kind+" "+direction, kind, direction, attributes)
	if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
		l.t.Fatal(err)
	}
}

// mend removes all faults.
func (l *line) mend() { l.proxy.Toxics.ResetToxics(context.Background()) }

// lead connects the line to another server and cuts existing connections.
func (l *line) lead(upstream string) {
	l.t.Helper()
	if err := l.proxy.Update(&toxiproxy.Proxy{Listen: l.proxy.Listen, Upstream: upstream, Enabled: true}); err != nil {
		l.t.Fatal(err)
	}
}
