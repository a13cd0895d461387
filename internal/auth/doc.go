// Package auth turns a bearer token into an identity, following RFC 9068 and RFC 8725; it is the only importer of
// golang-jwt. It never decides what an identity may do, never follows a link found in a token, and never puts a token or a
// part of one into an error.
//
// It uses golang-jwt's signature methods and signing, but not its parser: that one ignores the case of claim names, lets a
// duplicate member replace the first, and accepts a line break inside base64. This package therefore parses a token
// itself, once and strictly, and what it has parsed is what it verifies.
package auth
