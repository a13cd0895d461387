// Package openapi is the vocabulary in which handlers say what they answer, and makes the document of the API of it: OpenAPI 3.1. It
// knows no handler, and serves nothing.
//
// Whoever adds a route writes its operations beside its handler and names both in one line of the table of routes. A route without
// operations, or an operation that its route does not serve, fails when the server is opened, with a sentence that names it. A test in
// internal/story requests every status of every operation, and compares the answers with what is said here.
package openapi
