// Package reporting makes reports of what is stored: it composes the document of a report as things were at a place of the act log, and
// keeps the files that package report writes of it, for a while, for those who asked for them.
//
// The same report over the same place is the same document, whenever and wherever it is made: what changes is read as it was then (package
// history), and what a version of an assessment says never changes. Only an erasure changes a report that was made: it is made again, and
// says so.
//
//	QUEUED -> RUNNING -> READY | FAILED; READY -> QUEUED when somebody was erased; READY -> EXPIRED after a while
//
// EXPIRED and FAILED -> QUEUED when somebody asks for it again.
package reporting
