// Package second is another verifier of bundles, for tests alone: written from docs/act-log.md, on other libraries for trees
// and checkpoints and on encoding/json, and sharing no code with the first. Where the two disagree, one of them or the
// document is wrong. It holds a whole bundle in memory.
package second
