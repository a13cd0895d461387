// Package personal is the vocabulary of personal data: what a domain says of the columns that name a party or a person.
// internal/privacy erases and exports by it.
package personal

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Data is one column that names a party or a person.
type Data struct {
	Table, Column string
	Organisations bool   // only organisations stand here, never a customer
	Person        bool   // the row is the person's, whatever party they act for: Erase and Export are given the id of the member
	Erasure       string // what becomes of the row when a customer is erased, in a sentence
	Erase         Erase  // does it, inside the transaction of the erasure; nil for a row that stays as it is
	Export        *File  // what a copy of a customer's data holds of it; nil where Withheld says why it holds nothing
	Withheld      string
	Kept          []Kept
}

// Kept are columns whose words stay when a customer is erased.
type Kept struct {
	Table   string // of the columns; the one of the Data if empty
	Columns []string
	Where   string // the condition on rows whose words stay, in SQL, as they are before the erasure; all if empty
	Why     string // in a sentence
}

// Erase takes away what a customer said of itself or wrote, or what is kept of a person.
type Erase func(ctx context.Context, tx *db.Tx, id uuid.UUID) error

// File is a file of an export.
type File struct {
	Name    string
	Noun    string // of the first column, which is an id
	Columns []string
	Query   string // with the id of the customer's party, or of the person, as its one argument
}
