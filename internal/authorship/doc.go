// Package authorship keeps the parties that write a proposal together with the party that proposes it.
//
// INVITED -> ACCEPTED -> LEFT; INVITED -> LEFT, which is declining. The proposing party invites. An invitation is seen by the two parties
// alone, an accepted one by whoever sees the proposal. An accepted co-author reads the proposal in every state and edits its text; only the
// proposing party submits and withdraws it. Package proposal reads these rows for that.
package authorship
