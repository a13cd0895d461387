// Package comment keeps what is said about dialogues, proposals, practices and assessments, the replies, and the votes.
//
// Replies nest three deep. Participants vote on top-level comments; the last vote of each counts, and the one tally kept
// here is shown everywhere. PENDING -> VISIBLE <-> HIDDEN, always with a published reason. Outside of a dialogue, on a
// public practice or assessment, discussion is always open and any facilitator moderates.
package comment
