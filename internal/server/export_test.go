package server

// PeerOf is the function under test.
var PeerOf = peerOf

// Recheck calls Config.Recheck for every socket and stream now.
func (s *Server) Recheck() { s.lives.recheck() }
