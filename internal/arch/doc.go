// Package arch holds the rules of structure as tests: who may import whom, that the contract is described, and that what
// must be complete is. It has no code of its own.
package arch
