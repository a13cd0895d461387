// Package practice keeps what firms do to their customers' experience.
//
// PROPOSED -> TRIAL -> ACTIVE <-> PAUSED, and from each of them -> WITHDRAWN. Changing the words makes a new version.
package practice
