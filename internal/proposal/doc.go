// Package proposal keeps the texts that parties want adopted.
//
// DRAFT -> SUBMITTED -> UNDER_REVIEW -> OPEN; UNDER_REVIEW -> RETURNED -> DRAFT with a reason; SUBMITTED, UNDER_REVIEW and
// OPEN -> WITHDRAWN by the party that wrote it. After submission every edit makes a new version. A version never changes
// and has the hash of its words. A proposal that was withdrawn before it was open stays hidden from the public. Any that was open, unless it is
// adopted, -> HIDDEN by a moderator, with a published reason, and back to the state that it had; a ballot that is open on it is void then.
package proposal
