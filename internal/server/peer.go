package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// peer is where a request comes from.
type peer struct {
	address string // who asks, as an allowance counts it
	client  *client
	own     bool // the named client asks for itself, not for somebody whose address it forwards
}

// peerOf gives the address a request comes from. It reads X-Forwarded-For only from a trusted proxy, from its right end up
// to the first address that is not a trusted proxy: the client may have written everything to the left of that. An IPv6
// address counts as its /64, which is what providers assign to one customer.
func peerOf(r *http.Request, trusted []netip.Prefix, named clients) peer {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return peer{address: r.RemoteAddr}
	}
	from := peer{}
	last := at.Addr().Unmap()
	from.pass(last, named)
	if isIn(last, trusted) {
		last = from.forwarded(last, r.Header.Values("X-Forwarded-For"), trusted, named)
	}
	from.address = addressOf(last)
	return from
}

func (s *Server) peerOf(r *http.Request) peer { return peerOf(r, s.cfg.TrustedProxies, s.clients) }

// addressOf is an address as it is counted.
func addressOf(a netip.Addr) string {
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return a.String()
}

func (p *peer) forwarded(last netip.Addr, values []string, trusted []netip.Prefix, named clients) netip.Addr {
	hops := strings.Split(strings.Join(values, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return last
		}
		last = hop.Unmap()
		p.pass(last, named)
		if !isIn(last, trusted) {
			return last
		}
	}
	return last
}

// pass notes the named client at an address on the way, and whether it is the end of the way so far.
func (p *peer) pass(a netip.Addr, named clients) {
	c := named.at(a)
	if p.own = c != nil; p.own {
		p.client = c
	}
}

func isIn(a netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}
