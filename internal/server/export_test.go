package server

// PeerOf is the function under test.
var PeerOf = peerOf
