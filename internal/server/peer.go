package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// peerOf gives the address a request comes from. It reads X-Forwarded-For only from a trusted proxy, from its right end up
// to the first address that is not a trusted proxy: the client may have written everything to the left of that. An IPv6
// address counts as its /64, which is what providers assign to one customer.
func peerOf(r *http.Request, trusted []netip.Prefix) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	peer := at.Addr().Unmap()
	if isTrusted(peer, trusted) {
		peer = forwarded(peer, r.Header.Values("X-Forwarded-For"), trusted)
	}
	if peer.Is6() {
		if network, err := peer.Prefix(64); err == nil {
			return network.String()
		}
	}
	return peer.String()
}

func forwarded(peer netip.Addr, values []string, trusted []netip.Prefix) netip.Addr {
	hops := strings.Split(strings.Join(values, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return peer
		}
		peer = hop.Unmap()
		if !isTrusted(peer, trusted) {
			return peer
		}
	}
	return peer
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
