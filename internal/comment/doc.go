// Package comment keeps what is said about dialogues, proposals, practices and assessments, the replies, and the votes.
//
// Replies nest three deep. Participants vote on top-level comments. The last vote of each participant counts, and every
// view shows the one tally kept here. PENDING -> VISIBLE <-> HIDDEN, always with a published reason, and
// PENDING or VISIBLE -> WITHDRAWN by its author. An author may edit a comment for a short time, while nobody has voted on it or
// answered it; what it said before is kept. Comments that say nearly the same are one group, which an author may leave. Outside a dialogue, on
// a public practice or assessment, discussion is always open and any facilitator may moderate.
package comment
