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
)

// schedule is how long after the one before each attempt at an event follows: Standard Webhooks 1.0.0, "Deliverability and
// reliability". After the last the event is a dead letter.
var schedule = [...]time.Duration{
	0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	maxAttempts       = len(schedule)
	challengeAttempts = 3
	challengePause    = 10 * time.Second // between two challenges to one webhook
	// breakAfter failures in a row the breaker opens: from then on one probe at a time is sent, at least probeEvery apart.
	breakAfter = 5
	probeEvery = 30 * time.Minute
	// giveUpAfter is how long a receiver may fail before its webhook is disabled.
	giveUpAfter = 5 * 24 * time.Hour
	// longestWait bounds what a receiver may ask for with Retry-After.
	longestWait = 24 * time.Hour
	// overlap is how long the former secret signs beside the new one.
	overlap = 24 * time.Hour

	maxPerParty = 20
	maxURL      = 2000
	maxTypes    = 50
	maxSnippet  = 200
)

// backoff is how long to wait after an event was tried so many times; random is in [0, 1) and keeps receivers that failed
// together from being tried together. false means that the event is given up.
func backoff(attempts, failures int, asked time.Duration, random float64) (time.Duration, bool) {
	if attempts >= maxAttempts {
		return 0, false
	}
	wait := schedule[attempts]
	if failures >= breakAfter {
		wait = max(wait, probeEvery)
	}
	wait += time.Duration(random * float64(wait) / 10)
	return max(wait, min(asked, longestWait)), true
}

// retryAfter reads what a receiver asks for, as seconds or as a date; zero when it asks for nothing that can be read.
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

// checkURL gives an address that may be registered, or says what is wrong with it. Where it leads is checked again when it
// is dialled: a name may lead anywhere. In dev mode a loopback address may be plain and have any port.
func checkURL(text string, loopback bool) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", fault.InvalidField("url", format, args...)
	}
	if len(text) > maxURL {
		return refuse("at most %d characters", maxURL)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return refuse("want an address as https://example.org/hooks")
	case u.User != nil:
		return refuse("an address holds no user and no password: the signature tells who sends")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return refuse("an address has no fragment")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r > '~' }):
		return refuse("write the name of the host in ASCII (xn--…)")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		if loopback && ip.IsLoopback() && (u.Scheme == "https" || u.Scheme == "http") {
			return u.String(), nil
		}
		if why := private(ip); why != "" {
			return refuse("nothing is sent to %s", why)
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

// ports are those that may be named; none means 443.
var ports = []string{"", "443", "8443"}

// networks are those that nothing is sent to, with what they are: a webhook must not reach what only the server can. Of
// IPv6, what is outside of global unicast (2000::/3) is refused as a whole: loopback, unspecified, unique local, link-local,
// multicast, IPv4-mapped, NAT64 and what is not assigned. After the registries of RFC 6890.
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

// private says what sort of address this is that nothing may be sent to; empty for a public one.
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

// checkTypes gives the types to tell of, sorted and each once.
func (c Catalog) checkTypes(types []string) ([]string, error) {
	if len(types) > maxTypes {
		return nil, fault.InvalidField("types", "at most %d types; leave them out for all", maxTypes)
	}
	for _, t := range types {
		if !c.has(t) {
			return nil, fault.InvalidField("types", "there is no such type of event: see eventCatalog")
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(types))), nil
}

// snippet is the beginning of what a receiver answered, as one line of printable characters.
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

// statusText says what an answer that is no success was.
func statusText(status int) string {
	switch {
	case status >= 300 && status < 400:
		return fmt.Sprintf("answered %d: redirects are not followed", status)
	case status == http.StatusGone:
		return "answered 410: it wants no more"
	}
	return fmt.Sprintf("answered %d", status)
}
