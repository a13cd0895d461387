package main

import (
	"context"
	"fmt"
	"io"

	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	tree "github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// importFlags say where to import: into a database, as its operator, or over the network into a server, as who a token is of.
type importFlags struct {
	databaseFlags
	Server string `help:"Send it to a server instead, such as https://plenary.example, which checks it and then imports it." placeholder:"URL"`
	Token  string `help:"Access token for the server. Use PLENARY_TOKEN or PLENARY_TOKEN_FILE to keep it off the command line." placeholder:"TOKEN"`
	Yes    bool   `help:"Start what the server has checked without asking."`
}

// importedFile is what is imported.
type importedFile struct {
	kind, name string
	from       intake.Source
	zipped     func() ([]byte, error) // of a folder, which is sent as a zip
	file       io.ReadSeeker          // of a kind that is read as it arrives
}

// put imports a file: all of it or nothing.
func (f importFlags) put(ctx context.Context, s streams, in importedFile) error {
	if f.Server != "" {
		return f.remote(ctx, s, in)
	}
	st, log, ring, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	d, err := domains.New(st, log, systemClock, webhook.Options{Sealer: ring})
	if err != nil {
		return err
	}
	kind, err := d.Imports.Kind(in.kind)
	if err != nil {
		return err
	}
	in.from.Progress, in.from.File = progress(s.err), in.file
	notes, results, err := d.Imports.Put(policy.WithActor(ctx, policy.SystemActor("import")), kind, in.from)
	if found := tree.Of(err); found != nil {
		all := make([]importing.Fault, len(found.Listed))
		for i, one := range found.Listed {
			all[i] = importing.Fault{Line: one.Line, Path: one.Path, Code: string(one.Code), Message: one.Message}
		}
		return refuseFile(s.err, in.name, all, found.Count)
	}
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	if err := drain(ctx, log); err != nil {
		return err
	}
	tell(s, notes, results)
	return nil
}

// tell says what was imported.
func tell(s streams, notes, results []string) {
	for _, n := range notes {
		fmt.Fprintln(s.err, "note: "+n)
	}
	for _, r := range results {
		fmt.Fprintln(s.out, r)
	}
}

// refuseFile names every mistake with its line.
func refuseFile(w io.Writer, name string, faults []importing.Fault, count int) error {
	for _, f := range faults {
		at := name
		if f.Line > 0 {
			at = fmt.Sprintf("%s:%d", name, f.Line)
		}
		if f.Path != "" {
			at += ": " + f.Path
		}
		fmt.Fprintf(w, "%s: %s: %s\n", at, f.Code, f.Message)
	}
	if more := count - len(faults); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	return fmt.Errorf("nothing was imported: mistakes in %s: %d", name, count)
}
