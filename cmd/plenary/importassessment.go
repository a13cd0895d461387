package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	tree "github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

type importAssessmentCmd struct {
	databaseFlags
	File     string            `arg:"" help:"JSON Lines, one assessment a line: title, version, and answers as an object of question and option, options, text, number or truth." type:"existingfile"`
	Subject  string            `required:"" help:"The id of the practice or the proposal that they assess."`
	Template map[string]string `required:"" help:"The template that a version of the file names, such as v1.0.1=canada-aia@4; with the version * for all that are not named."`
}

// mostLine is the longest line of a file of assessments.
const mostLine = 16 << 20

// Run imports all assessments of the file or, on an error, none. Answers without a place in the template are kept and listed.
func (c *importAssessmentCmd) Run(ctx context.Context, s streams) error {
	of, err := typeid.ParseAny(c.Subject)
	if err != nil {
		return fmt.Errorf("--subject: %w", err)
	}
	st, log, ring, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	d, err := domains.New(st, log, systemClock, webhook.Options{Sealer: ring})
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	all, err := c.read(policy.WithActor(ctx, policy.SystemActor("import")), d, file)
	if err != nil {
		return err
	}
	rows, err := d.Assessments.Import(ctx, log, assessment.Subject{Type: policy.Resource(of.Noun), ID: of.UUID}, all)
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	for _, row := range rows {
		summary, err := d.Assessments.Summary(ctx, row)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s %s: %s\n", row.GlobalID(), row.Title, summary)
	}
	return drain(ctx, log)
}

// read reads the lines.
func (c *importAssessmentCmd) read(ctx context.Context, d *domains.Domains, in io.Reader) ([]assessment.Brought, error) {
	var all []assessment.Brought
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, mostLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		one, err := c.line(ctx, d, lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", c.File, n, err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w; a line has at most %d bytes", c.File, err, mostLine)
	}
	return all, nil
}

func (c *importAssessmentCmd) line(ctx context.Context, d *domains.Domains, line []byte) (assessment.Brought, error) {
	var faults tree.Faults
	root := tree.JSON(line, questionnaire.DocumentLimits, &faults)
	if root == nil {
		return assessment.Brought{}, faults.Err()
	}
	said := func(name string) string {
		if n := root.Get(name); n != nil {
			return n.Text
		}
		return ""
	}
	reference := cmp.Or(c.Template[said("version")], c.Template["*"])
	if reference == "" {
		return assessment.Brought{}, fmt.Errorf("--template names no template for the version %q", said("version"))
	}
	row, err := d.Templates.ByReference(ctx, reference)
	if err != nil || row == nil {
		return assessment.Brought{}, cmp.Or(err, fmt.Errorf("there is no template %s", reference))
	}
	asked, err := d.Templates.Questionnaires(ctx, []uuid.UUID{row.ID})
	if err != nil {
		return assessment.Brought{}, err
	}
	given := root.Get("answers")
	if given == nil {
		return assessment.Brought{}, errors.New("there are no answers")
	}
	one := assessment.Brought{Title: cmp.Or(said("title"), said("id"), "Imported"), Template: row.ID}
	one.Answers, one.Kept = asked[row.ID].ImportPlain(given)
	return one, nil
}
