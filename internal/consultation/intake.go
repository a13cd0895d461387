package consultation

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	tree "github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const (
	// mostZipped and mostUnpacked bound a folder that is sent over the network: an export of three million votes. Larger ones are for the
	// operator's command, which reads files of a gigabyte.
	mostZipped   = 20 << 20
	mostUnpacked = 96 << 20
)

// taking is how consultations are imported: of a folder, which is sent as a zip.
type taking struct {
	store *store.Store
	log   *actlog.Log
	clock clock.Clock
	count Recount
}

// Intake is how consultations are imported.
func Intake(s *store.Store, l *actlog.Log, c clock.Clock, count Recount) intake.Kind {
	return taking{s, l, c, count}
}

func (taking) Name() string             { return "consultation" }
func (taking) Most() int64              { return mostZipped }
func (taking) Media() []string          { return []string{"application/zip"} }
func (taking) Options() []intake.Option { return nil }

func (taking) Begin(ctx context.Context) error {
	return policy.Check(ctx, policy.ImportDialogue, policy.Subject{Resource: policy.Dialogue})
}

func (t taking) May(ctx context.Context, _ *db.Tx, _ string) error { return t.Begin(ctx) }

// Read reads all files of a folder.
func (t taking) Read(ctx context.Context, from intake.Source, faults *tree.Faults) (intake.Reading, error) {
	files := from.Folder
	if files == nil {
		if files = unzip(from.Text, faults); files == nil {
			return nil, nil
		}
	}
	export, err := Read(ctx, files, t.clock.Now(), from.Progress)
	var found Problems
	switch {
	case errors.As(err, &found):
		for _, p := range found.Listed {
			faults.Add(tree.Fault{Path: p.File, Line: p.Line, Code: tree.Invalid, Message: p.Reason})
		}
		faults.Count += found.Count - len(found.Listed)
		return nil, nil
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("read a consultation: %w", context.Cause(ctx))
	case err != nil && from.Folder == nil:
		refuseZip(err, faults)
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &reading{load(t.store, t.log, t.count, t.clock.Now(), export), Report{}}, nil
}

// reading is an export that was read.
type reading struct {
	*loading
	report Report
}

func (r *reading) Place() string { return "" }

// Notes say what is in the file and is not seen at once in what comes of it.
func (r *reading) Notes() []string {
	var counts Report
	counts.count(r.export)
	return append(slices.Clone(r.export.Warnings), counts.Notes()...)
}

// Look compares an export with what is there. What somebody else has imported is theirs.
func (r *reading) Look(ctx context.Context, tx *db.Tx, faults *tree.Faults) ([]intake.Count, error) {
	var err error
	if r.report, err = r.look(ctx, tx); err != nil {
		return nil, fmt.Errorf("compare a consultation with the database: %w", err)
	}
	actor := policy.ActorFrom(ctx)
	if d := r.writer.have.dialogue; d != nil && d.ConvenorID != actor.Stakeholder && !actor.Has(policy.Admin) && actor.System == "" {
		faults.At(nil, "", tree.Duplicate, "this consultation is here already, and another party has imported it: only that party and admins bring it up to date")
	}
	return []intake.Count{
		{What: "statements", Count: r.report.Comments.Written},
		{What: "participants", Count: r.report.Participants.Written},
		{What: "votes", Count: r.report.Votes.Written},
		{What: "votes cast", Count: r.report.VoteEvents.Written},
	}, nil
}

// Write writes what is new.
func (r *reading) Write(ctx context.Context, _ *db.Tx, progress intake.Progress) ([]string, error) {
	if err := r.write(ctx, progress); err != nil {
		return nil, fmt.Errorf("load the consultation: %w", err)
	}
	results := []string{typeid.New("dialogue", r.report.Dialogue).String() + " " + r.report.String()}
	for _, w := range r.writer.plan.warnings {
		results = append(results, "warning: "+w)
	}
	return results, nil
}

// unzip opens a zip of a folder, or of its files.
func unzip(text []byte, faults *tree.Faults) fs.FS {
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		faults.At(nil, "", tree.Syntax, "this is no zip of the folder, or it is broken or cut off")
		return nil
	}
	var top string
	for i, f := range z.File {
		folder, _, in := strings.Cut(f.Name, "/")
		if !in || i > 0 && folder != top {
			top = ""
			break
		}
		top = folder
	}
	left := int64(mostUnpacked)
	files := bounded{z, &left}
	if top == "" || !fs.ValidPath(top) {
		return files
	}
	inside, err := fs.Sub(files, top)
	if err != nil {
		return files
	}
	return inside
}

// refuseZip says why the files of a zip cannot be read.
func refuseZip(err error, faults *tree.Faults) {
	if errors.Is(err, errUnpacked) {
		faults.At(nil, "", tree.TooLarge, "the zip unpacks to more than %d MiB: the operator of the server can import the folder with the command", mostUnpacked>>20)
		return
	}
	faults.At(nil, "", tree.Syntax, "a file of the zip is broken or cut off")
}

var errUnpacked = errors.New("the zip unpacks to too much")

// bounded are files that have together no more than a number of bytes, whatever they say of themselves.
type bounded struct {
	fs.FS
	left *int64
}

// Open implements fs.FS.
func (b bounded) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if dir, ok := f.(fs.ReadDirFile); ok {
		return dir, nil
	}
	return boundedFile{f, b.left}, nil
}

type boundedFile struct {
	fs.File
	left *int64
}

// Read implements io.Reader.
func (f boundedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if *f.left -= int64(n); *f.left < 0 {
		return 0, errUnpacked
	}
	return n, err
}
