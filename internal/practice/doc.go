// Package practice keeps what firms do that affects their customers' experience.
//
// PROPOSED -> TRIAL -> ACTIVE <-> PAUSED, and each of them -> WITHDRAWN. Every change of the words makes a new version.
package practice
