// Package synthesis keeps what was heard in the phases of dialogues, as their facilitators put it.
//
// PUBLISHED -> REPLACED, by a newer version for the same phase. Each version is open to objections of those who commented in the phase for
// a week. One that waits for its answer keeps ballots from opening and the dialogue from closing, not the next phase from beginning: then it
// is overdue, which follows from the clock and is written nowhere.
package synthesis
