// Package faults breaks what a server depends on while clients write and subscribers follow. Then it checks in the database
// that every response still holds: the log has each acknowledged act once, without a gap in the sequence, each change has
// its act, and every subscriber has received the whole log in order. It has no code besides its tests, which run real
// processes and databases, with the build tag "faults".
//
// A case reads as what is done to the system: it makes a world (a database and the replicas that serve it), starts a load
// generator that writes under idempotency keys and followers that resume by cursor, does the damage, waits for a condition,
// and ends with world.check.
package faults
