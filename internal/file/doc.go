// Package file is the one mechanism for files: evidence of assessments now, and what else people attach to things later.
//
// States: UPLOADED -> ATTACHED -> REMOVED. A member sends a file for its party; whoever may change a thing attaches it there, once; what
// was never attached is deleted after a day. Invariants: what is kept is a whole file of a type that internal/filetype checks; its
// content lies under its hash, once, however many files hold it; nobody sees a file who does not see what it is attached to; its hash
// is in the acts about it, and in its subject's content hash where the subject's domain puts it there. Nothing scans for viruses.
package file
