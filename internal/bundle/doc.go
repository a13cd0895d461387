// Package bundle is the proof format of the act log: what is hashed of an act, the file that carries acts with their proofs,
// and the verifier of such a file. It knows nothing of the database and opens no connection: docs/act-log.md specifies it,
// so that somebody who does not trust this program can write another.
package bundle
