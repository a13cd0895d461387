// Package faults breaks what a server stands on while people write and subscribers follow, and then asks the database
// whether every answer that was given still holds: each acknowledged act once in the log, at places without a gap, each
// change with its act, and every subscriber with the whole ledger in order. It has no code of its own; its tests run real
// processes and databases, behind the build tag "faults".
//
// A case reads as what is done to the system: it makes a world (a database and the replicas that serve it), starts a crowd
// that writes under idempotency keys and followers that resume by cursor, does the damage, waits for a condition, and ends
// in world.check.
package faults
