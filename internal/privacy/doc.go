// Package privacy is what a person can ask of us about itself: a copy of its data, with proofs of what it did, and erasure.
//
// Invariants: erasing a person destroys its key, the salts of its acts and every link to who it is; what a customer wrote
// goes, but for proposals that were put before the others, which stay without their author as part of what was decided on;
// votes stay counted, by nobody. No hash in the log changes, so every proof ever given stays valid. The erasure is an act.
package privacy
