// Package practice keeps what firms do that affects their customers' experience.
//
// PROPOSED -> TRIAL -> ACTIVE <-> PAUSED, and each of them -> WITHDRAWN. Every change of the words makes a new version, which
// never changes and has the hash of its words. What is planned is not public, nor is what was given up before it was tried.
package practice
