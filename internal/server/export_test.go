package server

import (
	"net/http"
	"net/netip"
)

// PeerOf gives the address that a request counts for.
func PeerOf(r *http.Request, trusted []netip.Prefix) string { return peerOf(r, trusted, nil).address }

// Recheck calls Config.Recheck for every socket and stream now.
func (s *Server) Recheck() { s.lives.recheck() }
