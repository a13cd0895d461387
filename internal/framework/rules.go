// Package framework keeps ethical frameworks: principles that a party, or everybody, has asked others about and then adopted.
//
// DRAFT -> IN_REVIEW -> ADOPTED -> SUPERSEDED | RETIRED. A draft is its author's alone; from the review on everybody sees it. Of all versions
// of a framework at most one is ADOPTED. It takes input of several chambers to adopt one, an answer to each, and another member than those
// who wrote it. Package principle reads what
// its principles say, and package comment keeps what was said of them.
package framework

import (
	"fmt"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/content"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words are what a framework says.
type Words struct {
	Title, Scope      string
	ReviewEveryMonths int
	Principles        []Principle
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	w.Scope = f.Text("scope", w.Scope, 5000)
	f.Between("reviewEveryMonths", w.ReviewEveryMonths, 1, 60)
	w.Principles = checkPrinciples(&f, w.Principles)
	return w, f.Err()
}

// Hash identifies what is said, whenever it is reviewed.
func (w Words) Hash() string {
	return content.Hash(slices.Concat([]string{w.Title, w.Scope}, texts(w.Principles))...)
}

// Overdue tells whether the review of a framework is overdue.
func Overdue(state enum.FrameworkState, due *time.Time, now time.Time) bool {
	return state == enum.FrameworkStateAdopted && due != nil && due.Before(now)
}

// Input is what a chamber has said of a framework in review.
type Input struct {
	Kind                        enum.StakeholderKind
	Comments, Parties, Disposed int
	members                     int // of the author, besides those who wrote it, who made some of them
}

// The input that a framework needs: how many customers, how many members of its owner, and parties of how many chambers besides.
const (
	leastCustomers = 5
	leastMembers   = 2
)

// MissingToAdopt says what a framework in review lacks to be adopted, by the input there is. The owner's chamber is empty for the commons.
func MissingToAdopt(owner enum.StakeholderKind, input []Input) []*fault.Fault {
	lacks := []*fault.Fault{}
	lack := func(field string, least, actual int, format string, args ...any) {
		lacks = append(lacks, (&fault.Fault{
			Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: field, Message: fmt.Sprintf(format, args...),
		}).With(fault.Values{Minimum: &least, Actual: &actual}))
	}
	customers, members, others, open, total := 0, 0, 0, 0, 0
	for _, one := range input {
		members += one.members
		total += one.Comments
		open += one.Comments - one.Disposed
		switch {
		case one.Kind == enum.StakeholderKindCustomer:
			customers = one.Parties
		case one.Kind != owner && one.Parties > 0:
			others++
		}
	}
	if customers < leastCustomers {
		lack("input", leastCustomers, customers, "%d customers give input; %d have", leastCustomers, customers)
	}
	switch {
	case owner == "" && others < 2:
		lack("input", 2, others, "parties of two chambers other than customers give input; those of %d have", others)
	case owner != "" && members < leastMembers:
		lack("input", leastMembers, members, "%d members of its owner give input, besides those who wrote it; %d have", leastMembers, members)
	}
	if owner != "" && others == 0 {
		lack("input", 1, 0, "a party of a third chamber gives input; none has")
	}
	if open > 0 {
		lack("comments", total, total-open, "each input is answered with a reason; %d of %d are", total-open, total)
	}
	return lacks
}
