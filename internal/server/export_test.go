package server

import (
	"context"
	"net/http"
	"net/netip"
)

// PeerOf gives the address that a request counts for.
func PeerOf(r *http.Request, trusted []netip.Prefix) string { return peerOf(r, trusted, nil).address }

// Shutdown stops a server that serves no listener.
func (s *Server) Shutdown(ctx context.Context) error { return s.shutdown(ctx, func() {}) }

// Recheck calls Config.Recheck for every socket and stream now.
func (s *Server) Recheck() { s.lives.recheck() }
