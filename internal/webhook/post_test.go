package webhook_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// unsafe are addresses that only the server may reach, in every notation.
var unsafe = []string{
	"127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255",
	"169.254.169.254", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "fc00::1",
	"fd12:3456::1", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "2001::1", "2001:0:4136:e378::1", "2001:2::1", "2001:10::1", "2001:20::1",
	"2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "4000::1",
}

var public = []string{"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "198.17.255.255", "2606:4700::1111", "2a00:1450::1"}

func TestOnlyPublicAddressesAreDialled(t *testing.T) { // A90
	dial := webhook.Guard(false)
	for _, text := range unsafe {
		ip := netip.MustParseAddr(text)
		if webhook.Private(ip) == "" {
			t.Errorf("%s counts as public", text)
		}
		if err := dial("tcp4", netip.AddrPortFrom(ip, 443).String(), nil); err == nil {
			t.Errorf("%s is dialled", text)
		}
	}
	for _, text := range public {
		at := netip.AddrPortFrom(netip.MustParseAddr(text), 443)
		if err := dial("tcp6", at.String(), nil); err != nil || webhook.Private(at.Addr()) != "" {
			t.Errorf("%s is refused: %v", text, err)
		}
		if err := dial("tcp4", netip.AddrPortFrom(at.Addr(), 22).String(), nil); err == nil {
			t.Errorf("%s is dialled on port 22", text)
		}
	}
	for _, row := range [][2]string{{"udp", "8.8.8.8:443"}, {"unix", "/run/docker.sock"}, {"tcp4", "example.org:443"}} {
		if err := dial(row[0], row[1], nil); err == nil {
			t.Errorf("%v is dialled", row)
		}
	}
	if err := webhook.Guard(true)("tcp4", "10.0.0.1:443", nil); err == nil {
		t.Error("where loopback is allowed, private networks are too")
	}
}

func TestAddressesThatMayBeRegistered(t *testing.T) { // A90, A93
	for text, ok := range map[string]bool{
		"https://example.org/hooks": true, "https://example.org:443/": true, "https://example.org:8443/a?b=c": true, "https://8.8.8.8/": true,
		"https://xn--bcher-kva.example/": true, "https://[2606:4700::1111]/": true,
		"http://example.org/": false, "ftp://example.org/": false, "file:///etc/passwd": false, "gopher://example.org/": false, "//example.org/": false,
		"https://example.org:22/": false, "https://example.org:80/": false, "https://example.org:8080/": false, "https://example.org:0443/": false,
		"https://user:pw@example.org/": false, "https://user@example.org/": false, "https://example.org/#x": false, "https://example.org#": false,
		"https://": false, "https:///x": false, "https:example.org": false, "": false, "x": false, "https://exa mple.org/": false,
		"https://①②⑦.⓪.⓪.①/": false, "https://bücher.example/": false, "https://127.0.0.1/": false, "https://[::1]/": false, "https://[::ffff:127.0.0.1]/": false,
		"https://[fe80::1%25lo]/": false, "https://169.254.169.254/latest/meta-data": false, "https://10.0.0.1:8443/": false, "https://[64:ff9b::7f00:1]/": false,
		"https://example.org/" + strings.Repeat("x", 2000): false,
	} {
		if _, err := webhook.CheckURL(text, false); (err == nil) != ok {
			t.Errorf("CheckURL(%q) = %v, want ok %t", text, err, ok)
		}
	}
	for text, ok := range map[string]bool{
		"http://127.0.0.1:9999/": true, "https://[::1]:1/": true, "http://localhost:9999/": false, "http://10.0.0.1/": false, "http://8.8.8.8/": false,
	} {
		if _, err := webhook.CheckURL(text, true); (err == nil) != ok {
			t.Errorf("in dev mode CheckURL(%q) = %v, want ok %t", text, err, ok)
		}
	}
}

func TestAStoredResponseIsShortAndPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "a\nb\x00c\x1b[31m": "a b c [31m", "\xff\xfe": "", strings.Repeat("é", 300): strings.Repeat("é", 200),
	} {
		if got := webhook.Snippet([]byte(in)); got != want {
			t.Errorf("Snippet(%q) = %q, want %q", in, got, want)
		}
	}
}

// names is a resolver that answers every query for an IPv4 address with what answer gives, and a lifetime of zero.
func names(t *testing.T, answer func(n int) []string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		asked := 0
		for b := make([]byte, 512); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			q := b[:n]
			end := 12 + bytes.IndexByte(q[12:], 0) + 5
			reply := append([]byte{q[0], q[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, q[12:end]...)
			if binary.BigEndian.Uint16(q[end-4:]) == 1 {
				asked++
				for _, ip := range answer(asked) {
					reply[7]++
					reply = append(reply, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
					reply = append(reply, net.ParseIP(ip).To4()...)
				}
			}
			_, _ = conn.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name that resolves to a public address at registration and to this machine when an event is sent is not dialled.
func TestANameThatResolvesElsewhereLaterIsBlocked(t *testing.T) { // A91
	reached := atomic.Int64{}
	l, err := net.Listen("tcp", "127.0.0.1:8443")
	if err != nil {
		t.Skipf("skipped: port 8443 is in use: %v", err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			_ = c.Close()
		}
	}()
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		result, _, err := p.all.Webhooks.Register(as(p.ngo), webhook.Registration{URL: "https://turning.example:8443/", Scheme: webhook.HMAC})
		if err != nil {
			t.Fatal(err)
		}
		config := webhook.EngineConfig{Source: source}.With(nil, time.Minute)
		p.engine = p.newEngine(config.Asking(names(t, func(n int) []string {
			if n == 1 {
				return []string{"203.0.113.9", "127.0.0.1"} // both at once
			}
			return []string{"127.0.0.1"}
		})))
		p.verify(result.Subject)
		now.Advance(time.Minute)
		p.step()
		tried := p.deliveries(result.Subject)
		if len(tried) != 2 || tried[0].Outcome != "BLOCKED" || tried[1].Outcome != "BLOCKED" || tried[1].Detail != "nothing was sent: the address is not public" {
			t.Errorf("deliveries %v", tried)
		}
		if n := reached.Load(); n != 0 {
			t.Errorf("%d connections were made to this machine", n)
		}
	})
}

func TestHarmfulResponses(t *testing.T) { // A92, A94
	elsewhere := receive(t, nil)
	for _, row := range []struct {
		name   string
		answer func(w http.ResponseWriter, m message)
		want   string
	}{
		{"a redirect is a failure", func(w http.ResponseWriter, _ message) {
			w.Header().Set("Location", elsewhere.url())
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, "FAILED 307"},
		{"a moved address is a failure", func(w http.ResponseWriter, _ message) {
			w.Header().Set("Location", "http://169.254.169.254/")
			w.WriteHeader(http.StatusMovedPermanently)
		}, "FAILED 301"},
		{"a reply without an end", func(w http.ResponseWriter, _ message) {
			w.WriteHeader(http.StatusInternalServerError)
			for chunk := bytes.Repeat([]byte("x"), 32<<10); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, "FAILED 500"},
		{"a success without an end", func(w http.ResponseWriter, _ message) {
			for chunk := bytes.Repeat([]byte("x"), 32<<10); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, "DELIVERED 200"},
		{"a response byte by byte", func(w http.ResponseWriter, _ message) {
			w.WriteHeader(http.StatusBadGateway)
			drip(w)
		}, "FAILED 502"},
		{"headers without an end", func(w http.ResponseWriter, _ message) {
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
			w.WriteHeader(http.StatusOK)
		}, "FAILED 0"},
		{"a connection that is cut", func(http.ResponseWriter, message) { panic(http.ErrAbortHandler) }, "FAILED 0"},
	} {
		t.Run(row.name, func(t *testing.T) {
			each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
				r := receive(t, nil)
				id, _ := p.hook(r)
				p.engine = p.newEngine(p.config(r).With(pool(r), 2*time.Second))
				r.reply(row.answer)
				p.happen(1)
				began := time.Now()
				p.step()
				if took := time.Since(began); took > 30*time.Second { // a response byte by byte has no end
					t.Errorf("it took %v", took)
				}
				all := p.deliveries(id)
				d := all[len(all)-1]
				status := 0
				if d.StatusCode != nil {
					status = *d.StatusCode
				}
				if got := fmt.Sprint(d.Outcome, " ", status); got != row.want || len(d.Detail) > 300 {
					t.Errorf("the attempt was stored as %s (%s), want %s", got, d.Detail, row.want)
				}
			})
		})
	}
	if n := len(elsewhere.messages()); n != 0 {
		t.Errorf("a redirect was followed %d times", n)
	}
}

// drip writes a byte at a time until the client stops reading.
func drip(w http.ResponseWriter) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := w.Write([]byte("x")); err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
	}
}

func TestAnUntrustedCertificateIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		result, _, err := p.all.Webhooks.Register(as(p.ngo), webhook.Registration{URL: r.url(), Scheme: webhook.HMAC})
		if err != nil {
			t.Fatal(err)
		}
		p.verify(result.Subject)
		if d := p.deliveries(result.Subject); len(d) != 1 || d[0].Detail != "its certificate is not trusted for this name" || len(r.messages()) != 0 {
			t.Errorf("deliveries %v, messages %d", d, len(r.messages()))
		}
	})
}

// A proxy from the environment would see every event, and could reach any address.
func TestNoProxyIsUsed(t *testing.T) { // A93
	used := atomic.Int64{}
	proxy := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { used.Add(1) })}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = proxy.Serve(l) }()
	defer proxy.Close()
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"} {
		t.Setenv(name, "http://"+l.Addr().String())
	}
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		p.hook(r)
		p.happen(1)
		p.step()
		if len(r.messages()) != 1 || used.Load() != 0 {
			t.Errorf("%d messages arrived, the proxy was used %d times", len(r.messages()), used.Load())
		}
	})
}

// Every accepted address uses https and an allowed port, and names no private address.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"https://example.org/hooks", "https://[fe80::1%25lo]/", "https://①②⑦.⓪.⓪.①/", "https://u:p@h:8443/#x", "http://127.0.0.1:1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		taken, err := webhook.CheckURL(text, false)
		if err != nil {
			return
		}
		u, err := url.Parse(taken)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Hostname() == "" || u.Port() != "" && u.Port() != "443" && u.Port() != "8443" {
			t.Fatalf("CheckURL(%q) accepts %q", text, taken)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && webhook.Private(ip) != "" {
			t.Fatalf("CheckURL(%q) accepts the private %s", text, ip)
		}
	})
}
