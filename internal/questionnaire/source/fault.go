package source

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Code says what is wrong, for a program.
type Code string

// The codes of a document that can be read but not accepted. Where the API has a word for the same mistake, it is that word.
const (
	Syntax       Code = "SYNTAX"         // not JSON, not YAML, or cut off
	TooLarge     Code = "TOO_LARGE"      // beyond a bound of this package
	TooDeep      Code = "TOO_DEEP"       // nested too deep
	Unknown      Code = "UNKNOWN_MEMBER" // a member that the form does not have
	Duplicate    Code = "DUPLICATE"      // named twice
	Required     Code = "REQUIRED"       // missing, or blank
	WrongType    Code = "WRONG_TYPE"     // a text where a number is meant, and the like
	NotWhole     Code = "NOT_WHOLE"      // a fraction, an exponent, or beyond 64 bits
	OutOfRange   Code = "OUT_OF_RANGE"
	TooLong      Code = "TOO_LONG"
	TooMany      Code = "TOO_MANY"
	TooFew       Code = "TOO_FEW"
	Invalid      Code = "INVALID"
	Unsupported  Code = "UNSUPPORTED" // cannot be represented here
	NoSuchOption Code = "UNKNOWN_OPTION"
	NoSuchKey    Code = "UNKNOWN_QUESTION"
)

// words are those that the API has.
var words = map[Code]enum.UserErrorCode{
	Duplicate: enum.UserErrorCodeDuplicate, Required: enum.UserErrorCodeRequired, WrongType: enum.UserErrorCodeWrongType,
	OutOfRange: enum.UserErrorCodeOutOfRange, TooLong: enum.UserErrorCodeTooLong, TooMany: enum.UserErrorCodeTooMany,
	TooFew: enum.UserErrorCodeTooFew, NoSuchOption: enum.UserErrorCodeUnknownOption, NoSuchKey: enum.UserErrorCodeUnknownQuestion,
}

// Word is the API's word for a mistake: INVALID for those of which it does not tell more.
func (c Code) Word() enum.UserErrorCode { return cmp.Or(words[c], enum.UserErrorCodeInvalid) }

// Fault is one mistake of a document.
type Fault struct {
	Path    string // of members and indexes from 0, joined by dots: sections.0.questions.1.visibleIf
	Line    int    // in the file, from 1; 0 where there is no file
	Code    Code
	Message string // a sentence for the person who wrote the document
}

// Error tells where and what.
func (f Fault) Error() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// MostListed is how many faults are listed. All are counted.
const MostListed = 10_000

// Faults are all mistakes of a document, the first MostListed with their words.
type Faults struct {
	Count  int
	Listed []Fault
}

// Add notes a mistake.
func (fs *Faults) Add(f Fault) {
	fs.Count++
	if len(fs.Listed) < MostListed {
		fs.Listed = append(fs.Listed, f)
	}
}

// Take notes the mistakes of others, each changed by somebody who knows more of where it is, or dropped.
func (fs *Faults) Take(others *Faults, change func(Fault) (Fault, bool)) {
	for _, f := range others.Listed {
		if f, ok := change(f); ok {
			fs.Add(f)
		}
	}
	fs.Count += others.Count - len(others.Listed)
}

// At notes a mistake of a node; nil stands for one that is not there.
func (fs *Faults) At(n *Node, path string, code Code, format string, args ...any) {
	line := 0
	if n != nil {
		line = n.Line
	}
	fs.Add(Fault{Path: path, Line: line, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Err is what is wrong in the order of the file; nil when nothing is.
func (fs *Faults) Err() error {
	if fs.Count == 0 {
		return nil
	}
	slices.SortStableFunc(fs.Listed, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return fs
}

// Error tells the first mistake and how many there are.
func (fs *Faults) Error() string {
	s := fs.Listed[0].Error()
	if fs.Count > 1 {
		s += " (and " + strconv.Itoa(fs.Count-1) + " more)"
	}
	return s
}

// Of are the faults inside an error; nil when it is none of a document.
func Of(err error) *Faults {
	var fs *Faults
	if errors.As(err, &fs) {
		return fs
	}
	return nil
}

// Join makes a path of members and indexes.
func Join(path string, steps ...any) string {
	for _, s := range steps {
		if path != "" {
			path += "."
		}
		switch s := s.(type) {
		case int:
			path += strconv.Itoa(s)
		case string:
			path += s
		}
	}
	return path
}
