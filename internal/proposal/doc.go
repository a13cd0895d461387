// Package proposal keeps the texts that parties want adopted.
//
// DRAFT -> SUBMITTED -> UNDER_REVIEW -> OPEN; UNDER_REVIEW -> RETURNED -> DRAFT with a reason; SUBMITTED, UNDER_REVIEW and
// OPEN -> WITHDRAWN by the author. From submission on every edit makes a new version, and no version ever changes; each has
// the hash of its words. What was withdrawn before it was open stays with its author.
package proposal
