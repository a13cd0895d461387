package webhook

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// schedule is the pause before each attempt at an event: Standard Webhooks 1.0.0, "Deliverability and reliability". After the
// last attempt the event is a dead letter.
var schedule = [...]time.Duration{
	0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	maxAttempts       = len(schedule)
	challengeAttempts = 3
	challengePause    = 10 * time.Second // between two challenges to one webhook
	// After breakAfter failures in a row the breaker opens: from then on only probes are sent, at least probeEvery apart.
	breakAfter = 5
	probeEvery = 30 * time.Minute
	// giveUpAfter is how long a receiver may fail before its webhook is disabled.
	giveUpAfter = 5 * 24 * time.Hour
	// longestWait bounds what a receiver may ask for with Retry-After.
	longestWait = 24 * time.Hour
	// overlap is how long the previous secret signs beside the new one.
	overlap = 24 * time.Hour

	maxPerParty = 20
	maxURL      = 2000
	maxTypes    = 50
	maxSnippet  = 200
)

// backoff is how long to wait after the given number of attempts. random is in [0, 1) and keeps receivers that failed together
// from being retried together. false means that the event is given up.
func backoff(attempts, failures int, requested time.Duration, random float64) (time.Duration, bool) {
	if attempts >= maxAttempts {
		return 0, false
	}
	wait := schedule[attempts]
	if failures >= breakAfter {
		wait = max(wait, probeEvery)
	}
	wait += time.Duration(random * float64(wait) / 10)
	return max(wait, min(requested, longestWait)), true
}

// retryAfter reads the Retry-After header, in seconds or as a date; zero when there is none or it cannot be read.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// checkURL gives an address that may be registered, or says what is wrong with it. guard checks again when it is dialled: a
// name may resolve to anything. In dev mode a loopback address may use plain http and any port.
func checkURL(text string, loopback bool) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", fault.InvalidField("url", enum.UserErrorCodeInvalidUrl, format, args...)
	}
	if len(text) > maxURL {
		return refuse("at most %d characters", maxURL)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return refuse("expected a URL such as https://example.org/hooks")
	case u.User != nil:
		return refuse("leave out user and password: the signature identifies the sender")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return refuse("leave out the fragment")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r > '~' }):
		return refuse("write the name of the host in ASCII (xn--…)")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		if loopback && ip.IsLoopback() && (u.Scheme == "https" || u.Scheme == "http") {
			return u.String(), nil
		}
		if why := private(ip); why != "" {
			return refuse("the server sends nothing to %s", why)
		}
	}
	switch {
	case u.Scheme != "https":
		return refuse("want https")
	case !slices.Contains(ports, u.Port()):
		return refuse("want port 443 or 8443")
	}
	return u.String(), nil
}

// ports are the allowed ports; none means 443.
var ports = []string{"", "443", "8443"}

// networks are those that nothing is sent to: a webhook must not reach what only the server can. Of IPv6, everything outside
// global unicast (2000::/3) is refused: loopback, unspecified, unique local, link-local, multicast, IPv4-mapped, NAT64 and
// what is not assigned. From the registries of RFC 6890.
var networks = []struct {
	prefix netip.Prefix
	is     string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address"},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address"},
	{netip.MustParsePrefix("100.64.0.0/10"), "a shared address"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "a protocol's address"},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a relay's address"},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address"},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},
	{netip.MustParsePrefix("2001::/23"), "a protocol's address"}, // Teredo 2001::/32, benchmarks 2001:2::/48, ORCHID
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation"},
	{netip.MustParsePrefix("2002::/16"), "a 6to4 address"},
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation"},
}

var globalUnicast = netip.MustParsePrefix("2000::/3")

// private says why nothing may be sent to an address; empty for a public one.
func private(ip netip.Addr) string {
	switch {
	case !ip.IsValid() || ip.Zone() != "":
		return "an address with a zone"
	case ip.Is6() && !globalUnicast.Contains(ip):
		return "an address that is not public"
	}
	for _, n := range networks {
		if n.prefix.Contains(ip) {
			return n.is
		}
	}
	return ""
}

// snippet is the beginning of a receiver's response, as one line of printable characters.
func snippet(b []byte) string {
	var s strings.Builder
	for n := 0; len(b) > 0 && n < maxSnippet; n++ {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			r = ' '
		}
		s.WriteRune(r)
	}
	return strings.Join(strings.Fields(s.String()), " ")
}

// statusText describes the status of a response that is no success.
func statusText(status int) string {
	switch {
	case status >= 300 && status < 400:
		return fmt.Sprintf("answered %d: redirects are not followed", status)
	case status == http.StatusGone:
		return "answered 410: it wants no more"
	}
	return fmt.Sprintf("answered %d", status)
}
