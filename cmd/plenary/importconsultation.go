package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/plenary-dialogue/plenary/internal/intake"
)

type importConsultationCmd struct {
	importFlags
	Dir string `arg:"" help:"Folder with comments.csv, votes.csv, participants-votes.csv and summary.csv, or with the files as Polis names them for download." type:"existingdir"`
}

// Run imports the whole folder or, on an error, nothing.
func (c *importConsultationCmd) Run(ctx context.Context, s streams) error {
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return fmt.Errorf("open the consultation: %w", err)
	}
	defer root.Close()
	return c.put(ctx, s, importedFile{kind: "consultation", name: c.Dir, from: intake.Source{Folder: root.FS(), Options: intake.Options{}}, zipped: func() ([]byte, error) { return zipped(root.FS()) }})
}

// zipped is a zip of the tables in a folder. What else lies there is no part of an export.
func zipped(folder fs.FS) ([]byte, error) {
	names, err := fs.Glob(folder, "*.csv")
	if err != nil {
		return nil, fmt.Errorf("list the consultation: %w", err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read the consultation: %w", err)
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			return nil, fmt.Errorf("zip the consultation: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("zip the consultation: %w", err)
	}
	return b.Bytes(), nil
}
