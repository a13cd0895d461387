// Package intake is the vocabulary of imports: what a domain says of the files that it takes from elsewhere. internal/importing checks
// and runs them by it, for those who send a file over the network and for the operator's commands alike.
package intake

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Kind is a kind of file that a domain takes.
type Kind interface {
	// Name is the last part of the path that it is sent to: template.
	Name() string
	// Most is how many bytes a file has that is sent over the network.
	Most() int64
	// Media are the types of its files.
	Media() []string
	// Options are what can be said beside the file.
	Options() []Option
	// Begin refuses whoever could import nothing of the kind, before anything is read: to read a large file costs seconds.
	Begin(ctx context.Context) error
	// May decides for a place that a reading has named, each time that something is done with the import.
	May(ctx context.Context, tx *db.Tx, place string) error
	// Read reads the file and notes every mistake in it. The reading is nil where they leave unknown what the right to it depends on. It
	// changes nothing.
	Read(ctx context.Context, s Source, faults *source.Faults) (Reading, error)
}

// Reducer is a kind whose files are not kept, because they are large or hold what must not reach the database. Read then reads what was
// made of a file while it arrived.
type Reducer interface {
	Kind
	// Reduce reads a file as it arrives, and gives what is kept of it. It notes every mistake, and changes nothing.
	Reduce(ctx context.Context, file io.Reader, o Options, faults *source.Faults) ([]byte, error)
}

// Reading is a file that was read.
type Reading interface {
	// Place is what the right to import it depends on, such as the jurisdiction of a template.
	Place() string
	// Notes say what of the file is not taken over as it is.
	Notes() []string
	// Look compares it with the database: what would come, and what is wrong with it there. It changes nothing.
	Look(ctx context.Context, tx *db.Tx, faults *source.Faults) ([]Count, error)
	// Write writes all of it, after Look in the same transaction, and says what was made, a line each.
	Write(ctx context.Context, tx *db.Tx, progress Progress) ([]string, error)
}

// Source is a file as it came, with what was said beside it.
type Source struct {
	Text     []byte
	File     io.Reader // of the operator's command, for a Reducer: instead of a text
	Folder   fs.FS     // of the operator's command, instead of a text
	Options  Options
	Progress Progress
}

// Progress hears how far somebody has come in a stage: reading or saving.
type Progress func(stage string, done, total int)

// The stages.
const (
	BeingRead = "reading"
	Saved     = "saving"
)

// Option is something that can be said beside a file.
type Option struct {
	Name, Description string
	Words             []string // it is one of these
	Repeated          bool     // it can be said more than once
	Names             bool     // it is the id of something that the sender must be able to see
}

// Options are what is said beside a file, by name.
type Options map[string][]string

// One is an option that is given at most once; empty if it is not.
func (o Options) One(name string) string {
	if len(o[name]) == 0 {
		return ""
	}
	return o[name][0]
}

// Check notes options that a kind does not have, and those that are given twice and may be given once.
func (o Options) Check(known []Option, faults *source.Faults) {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.Name
	}
	for name, values := range o {
		i := slices.Index(names, name)
		switch {
		case i < 0:
			faults.At(nil, name, source.Unknown, "there is no such option: there are %s", strings.Join(names, ", "))
		case len(values) > 1 && !known[i].Repeated:
			faults.At(nil, name, source.Duplicate, "this option is given once")
		}
	}
}

// Word is an option that is one of some words, the first of which stands for none.
func (o Options) Word(name string, faults *source.Faults, words ...string) string {
	switch given := o.One(name); {
	case given == "":
		return words[0]
	case !slices.Contains(words, given):
		faults.At(nil, name, source.Invalid, "this is one of %s", strings.Join(words, ", "))
		return ""
	default:
		return given
	}
}

// True is an option that is true or false.
func (o Options) True(name string, faults *source.Faults) bool {
	text := o.One(name)
	if text == "" {
		return false
	}
	yes, err := strconv.ParseBool(text)
	if err != nil {
		faults.At(nil, name, source.Invalid, "this is true or false")
	}
	return yes
}

// Count is how many of something an import brings.
type Count struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

// Log appends acts inside a transaction.
type Log interface {
	Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error)
}
