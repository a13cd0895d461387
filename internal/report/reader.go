package report

// Reader is for whom a part of a document is made.
type Reader struct {
	Language string
	Whole    bool // nothing is withheld
	Own      bool // it is of the reader's party, which knows its members
	Brief    bool // in short: without the sections of an assessment
}
