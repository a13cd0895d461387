// Package server puts HTTP, WebSocket and server-sent events in front of gql. All transports take an operation through the
// same function, begin, so that none can miss a step. It never decides who may do what, and knows no domain.
package server
