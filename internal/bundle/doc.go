// Package bundle is the proof format of the act log: how an act is hashed, the file of acts with their proofs, and the
// verifier of such a file. It uses no database and opens no connection. docs/act-log.md specifies the format, so that
// anybody who does not trust this program can write another verifier.
package bundle
