// Package arch holds the rules of structure as tests: which package may import which, that the contract is described, and
// that lists which must be complete are complete. It has no code of its own.
package arch
