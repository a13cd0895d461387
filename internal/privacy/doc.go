// Package privacy serves what a person can request about themselves: a copy of their data, with proofs of what they did,
// and erasure.
//
// Invariants: erasing a person destroys their key, the salts of their acts and every link to their identity. It deletes
// what a customer wrote, except published proposals, which stay without their author as part of what was decided on. Votes
// stay counted but belong to nobody. No hash in the log changes, so every proof ever given stays valid. The erasure is an
// act.
package privacy
