// Package comment keeps what is said about dialogues, proposals, practices and assessments, the replies, and the votes.
//
// Replies nest three deep. Participants vote on top-level comments. The last vote of each participant counts, and every
// view shows the one tally kept here. PENDING -> VISIBLE <-> HIDDEN, always with a published reason. Outside a dialogue, on
// a public practice or assessment, discussion is always open and any facilitator may moderate.
package comment
