// Package export gives assessments away as streams that a program pulls: all of them once, and from then on what has changed. It reads
// through the domain's own conditions, so that nobody pulls what they could not read over GraphQL.
//
// A pull from the beginning goes by the ids of assessments; a later one goes by the acts of the log since the cursor, and for each act by
// the ids of the assessments that it may have changed. Both go in batches, each a statement of its own, and each assessment has a cursor
// to go on from. What somebody may have pulled before and cannot see any more, or would not pull any more, comes as a tombstone. The last
// line counts: a file without it is not whole.
package export
