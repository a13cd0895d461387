// Package server puts HTTP, WebSocket and server-sent events in front of gql. Every transport admits an operation through
// the same function, begin, so that none can skip a check. It never decides who may do what, and knows no domain.
package server
