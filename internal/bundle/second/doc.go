// Package second is another verifier of bundles, for tests only. It is written from docs/act-log.md, uses other libraries
// for trees and checkpoints and encoding/json, and shares no code with the first. Where the two disagree, one of them or the
// document is wrong. It holds a whole bundle in memory.
package second
