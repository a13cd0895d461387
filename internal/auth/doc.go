// Package auth turns a bearer token into an identity, after RFC 9068 and RFC 8725; it is the only importer of golang-jwt.
// It never decides what an identity may do, never follows a link found in a token, and never puts a token or a part of
// one into an error.
//
// From golang-jwt it takes the signature methods and the signing, not the parser: that one matches claim names whatever
// their case, lets a duplicate member win over the first, and passes a line break inside base64. A token is therefore
// read here, once and strictly, and what was read is what was verified.
package auth
